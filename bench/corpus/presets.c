#include "presets.h"

#include <string.h>

#include "memory.h"

struct preset {
    const char *name;
    uint32_t accounts;
    double days;
    const char *attacks;
    unsigned each;
    bool strange;
};

static const struct preset presets[] = {
    {"demo", 60, 7, "A3,A7,A9,N1", 1, false}, {"small", 500, 7, "all", 1, false},
    {"month", 5000, 28, "all", 2, false},     {"strange", 400, 28, "all", 1, true},
    {"large", 20000, 7, "all", 4, false},
};

void preset_apply(struct options *options, const char *name)
{
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
        const struct preset *preset = &presets[i];
        if (strcmp(preset->name, name) != 0)
            continue;
        options->accounts = preset->accounts;
        options->days = preset->days;
        options->attacks = preset->attacks;
        options->each = preset->each;
        options->strange = preset->strange;
        options->mailbox = options->confounders = options->events = true;
        return;
    }
    fail("no such preset", name);
}
