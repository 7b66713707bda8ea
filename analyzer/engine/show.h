/* One line of the inputs again, by its locator. */
#ifndef POSTMORTEM_SHOW_H
#define POSTMORTEM_SHOW_H

#include "locator.h"
#include "settings.h"
#include "source.h"

enum show_result {
    SHOW_LINE,     /* and it is the same, as far as the locator tells */
    SHOW_DIFFERS,  /* a line stands there, but another: why says in what */
    SHOW_NO_LINE,  /* no line begins there */
    SHOW_NO_INPUT, /* none of the paths is the one named */
};

struct shown {
    enum show_result result;
    const char *path, *why; /* NULL where there is nothing to say */
    struct str line;
    uint8_t sha256[32];
};

/* Looks into the paths of the settings: those of the name that the locator has, else those with its
 * last component, else the only one. Everything in *ret lives in arena. */
void show(const struct settings *settings, const volatile int *stop, const struct locator *locator,
          source_complain *complain, struct arena *arena, struct shown *ret);

#endif
