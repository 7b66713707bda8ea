/* Which scenarios are planned: a list of names, or all. */
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "plan.h"
#include "scenario.h"

static const struct scenario *const tables[] = {spam_scenarios, account_scenarios, server_scenarios,
                                                harmless_scenarios};
enum { TABLES = sizeof tables / sizeof *tables };

static void plan_all(struct simulation *simulation)
{
    for (size_t i = 0; i < TABLES; i++)
        for (const struct scenario *at = tables[i]; at->name; at++)
            at->plan(simulation);
}

static void plan_one(struct simulation *simulation, const char *name, size_t len)
{
    for (size_t i = 0; i < TABLES; i++)
        for (const struct scenario *at = tables[i]; at->name; at++)
            if (strlen(at->name) == len && memcmp(at->name, name, len) == 0) {
                at->plan(simulation);
                return;
            }
    fail("no such attack", name);
}

static int by_time(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->campaign != y->campaign)
        return x->campaign < y->campaign ? -1 : 1;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    return (x->source > y->source) - (x->source < y->source);
}

void attacks_plan(struct simulation *simulation)
{
    const struct options *options = &simulation->options;
    for (unsigned round = 0; options->attacks && round < options->each; round++)
        for (const char *at = options->attacks; *at;) {
            size_t len = strcspn(at, ",");
            if (len == 3 && memcmp(at, "all", 3) == 0)
                plan_all(simulation);
            else
                plan_one(simulation, at, len);
            at += len + (at[len] == ',');
        }
    if (options->confounders)
        confounders_plan(simulation);
    if (simulation->planned.count)
        qsort(simulation->planned.items, simulation->planned.count,
              sizeof *simulation->planned.items, by_time);
}
