/* What remote servers say when they do not take a message: patterns for Hyperscan, shared by every
 * MTA's parser. */
#ifndef POSTMORTEM_REPLIES_H
#define POSTMORTEM_REPLIES_H

#include "parser.h"

extern const struct pattern reply_patterns[]; /* up to one with regex NULL */

#endif
