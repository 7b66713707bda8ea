/* What kind of program made a Message-ID: ids of one program differ in their digits, not in their
 * shape. */
#ifndef POSTMORTEM_MESSAGE_SHAPE_H
#define POSTMORTEM_MESSAGE_SHAPE_H

#include <stdint.h>

#include "str.h"

/* Of the part before the last '@'; never 0. */
uint32_t message_shape(struct str id);

#endif
