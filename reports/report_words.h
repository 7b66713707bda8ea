/* The words that the outputs for machines use, and that are read back from them. */
#ifndef POSTMORTEM_REPORT_WORDS_H
#define POSTMORTEM_REPORT_WORDS_H

#include "finding.h"

/* The name of each settled state, as key and column. */
extern const char *const settled_names[SETTLED_COUNT];
enum { DEED_NAMES = 4 };
extern const char *const deed_names[DEED_NAMES]; /* of the bits of did of a source */
const char *service_name(enum login_service service);
/* Each time of a window with its name, in the order of the contract. */
enum { WINDOW_TIMES = 8 };
const char *window_time(const struct window *window, unsigned index, struct when *ret);

#endif
