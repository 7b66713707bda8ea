#include "complain.h"

#include <stdio.h>
#include <string.h>

#include "progress.h"

void complain_path(struct progress *progress, const char *path, const char *why)
{
    char text[1024];
    bool named = strncmp(why, path, strlen(path)) == 0;
    snprintf(text, sizeof text, "%s%s%s", named ? "" : path, named ? "" : ": ", why);
    progress_say(progress, text);
}

void complain_plainly(void *user, const char *path, const char *why)
{
    (void)user;
    complain_path(NULL, path, why);
}
