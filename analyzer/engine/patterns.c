#include "patterns.h"

#include <stdlib.h>

#include "arena.h"

enum { LISTS_MAX = 64 };

static bool listed(const struct pattern *const *lists, size_t count, const struct pattern *list)
{
    for (size_t i = 0; i < count; i++)
        if (lists[i] == list)
            return true;
    return false;
}

const struct pattern **patterns_collect(unsigned *ret_count)
{
    const struct pattern *lists[LISTS_MAX], **patterns = NULL;
    size_t list_count = 0;
    unsigned count = 0;
    for (size_t i = 0; parsers[i]; i++) {
        const struct pattern *list = parsers[i]->patterns;
        if (!list || list_count == LISTS_MAX || listed(lists, list_count, list))
            continue; /* several parsers share the list of replies */
        lists[list_count++] = list;
        for (; list->regex; list++) {
            patterns = xrealloc(patterns, count + 1, sizeof *patterns);
            patterns[count++] = list;
        }
    }
    *ret_count = count;
    return patterns;
}

hs_database_t *patterns_compile(const struct pattern *const *patterns, unsigned count,
                                struct err *err)
{
    const char **regexes = xcalloc(count, sizeof *regexes);
    unsigned *flags = xcalloc(count, sizeof *flags), *ids = xcalloc(count, sizeof *ids);
    const hs_platform_info_t any = {0};
    hs_database_t *database = NULL;
    hs_compile_error_t *error = NULL;
    for (unsigned i = 0; i < count; i++) {
        regexes[i] = patterns[i]->regex;
        flags[i] = HS_FLAG_CASELESS | HS_FLAG_MULTILINE; /* a slice is a line of the buffer */
        ids[i] = i;
    }
    if (hs_compile_multi(regexes, flags, ids, count, HS_MODE_BLOCK, &any, &database, &error) !=
        HS_SUCCESS) {
        int at = error ? error->expression : -1;
        err_set(err, STATUS_USAGE, "pattern %s: %s", at >= 0 ? regexes[at] : "?",
                error ? error->message : "not compiled");
        hs_free_compile_error(error);
        database = NULL;
    }
    free(regexes);
    free(flags);
    free(ids);
    return database;
}
