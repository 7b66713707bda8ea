/* What is wrong with an input, said on standard error. */
#ifndef POSTMORTEM_COMPLAIN_H
#define POSTMORTEM_COMPLAIN_H

struct progress;

/* "path: why" as a line; the path is not said twice. progress may be NULL. */
void complain_path(struct progress *progress, const char *path, const char *why);
/* The same without progress, for those who call with a user of their own. */
void complain_plainly(void *user, const char *path, const char *why);

#endif
