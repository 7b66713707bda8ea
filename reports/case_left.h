/* What a run that was killed left beside the case folder it was about to make. */
#ifndef POSTMORTEM_CASE_LEFT_H
#define POSTMORTEM_CASE_LEFT_H

/* ".BASE.PARTIAL-xxxxxx" with six hexadecimal digits is such a folder. */
#define CASE_PARTIAL "partial"

/* Says that the folder is in use, for as long as the descriptor is open. */
void case_left_lock(int folder);
/* Removes those of base beneath parent that are ours and that no run works on any more. */
void case_left_clear(int parent, const char *base);

#endif
