/* What was read of a segment, made fit for use: nothing in it points astray, and what is derived
 * is made anew. */
#ifndef POSTMORTEM_SEGMENT_CHECK_H
#define POSTMORTEM_SEGMENT_CHECK_H

#include "store.h"

/* False: a value of the store, which has all its records and strings, cannot be. */
bool segment_check(struct store *store);
/* Everything that FORM_DERIVED leaves out. After segment_check; false: chains of recipients cross.
 */
bool segment_derive(struct store *store);

#endif
