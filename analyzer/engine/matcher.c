#include "matcher.h"

#include <hs.h>
#include <stdlib.h>

#include "arena.h"
#include "parser.h"

struct matcher {
    hs_database_t *database;
    const struct pattern **patterns; /* by id */
    unsigned count;
};

struct matcher_worker {
    const struct matcher *matcher;
    hs_scratch_t *scratch;
    char *text;        /* the slices, one a line */
    size_t text_capacity;
    uint32_t *ends;    /* where each slice ends in text */
    unsigned *best;    /* lowest id that matched each */
    size_t capacity;
};

/* A reply is read no further than this: what servers say stands in front. */
enum { TEXT_MAX = 2048 };

static bool listed_before(const struct pattern *const *lists, size_t count, const struct pattern *list)
{
    for (size_t i = 0; i < count; i++)
        if (lists[i] == list)
            return true;
    return false;
}

/* Every distinct list once; parsers share the list of replies. */
static void collect(struct matcher *matcher)
{
    enum { LISTS_MAX = 64 };
    const struct pattern *lists[LISTS_MAX];
    size_t list_count = 0;
    for (size_t i = 0; parsers[i]; i++) {
        const struct pattern *list = parsers[i]->patterns;
        if (!list || list_count == LISTS_MAX || listed_before(lists, list_count, list))
            continue;
        lists[list_count++] = list;
        for (; list->regex; list++) {
            matcher->patterns = xrealloc(matcher->patterns, matcher->count + 1, sizeof *matcher->patterns);
            matcher->patterns[matcher->count++] = list;
        }
    }
}

bool matcher_new(struct matcher **ret, struct err *err)
{
    struct matcher *matcher = xcalloc(1, sizeof *matcher);
    collect(matcher);
    const char **regexes = xcalloc(matcher->count, sizeof *regexes);
    unsigned *flags = xcalloc(matcher->count, sizeof *flags), *ids = xcalloc(matcher->count, sizeof *ids);
    for (unsigned i = 0; i < matcher->count; i++) {
        regexes[i] = matcher->patterns[i]->regex;
        flags[i] = HS_FLAG_CASELESS;
        ids[i] = i;
    }
    hs_compile_error_t *error = NULL;
    bool ok = matcher->count == 0 || hs_compile_multi(regexes, flags, ids, matcher->count, HS_MODE_BLOCK, NULL, &matcher->database, &error) == HS_SUCCESS;
    if (!ok) {
        int at = error ? error->expression : -1;
        err_set(err, STATUS_USAGE, "pattern %s: %s", at >= 0 ? regexes[at] : "?", error ? error->message : "not compiled");
        hs_free_compile_error(error);
        matcher_free(matcher);
    } else {
        *ret = matcher;
    }
    free(regexes);
    free(flags);
    free(ids);
    return ok;
}

void matcher_free(struct matcher *matcher)
{
    if (!matcher)
        return;
    hs_free_database(matcher->database);
    free(matcher->patterns);
    free(matcher);
}

struct matcher_worker *matcher_worker_new(const struct matcher *matcher)
{
    struct matcher_worker *worker = xcalloc(1, sizeof *worker);
    worker->matcher = matcher;
    if (matcher->database && hs_alloc_scratch(matcher->database, &worker->scratch) != HS_SUCCESS)
        abort(); /* out of memory, as xmalloc would say */
    return worker;
}

void matcher_worker_free(struct matcher_worker *worker)
{
    if (!worker)
        return;
    hs_free_scratch(worker->scratch);
    free(worker->text);
    free(worker->ends);
    free(worker->best);
    free(worker);
}

struct scan_call {
    struct matcher_worker *worker;
    size_t count;
    size_t at; /* matches come in order of their ends: the slice of the last one */
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    struct scan_call *call = context;
    (void)from;
    (void)flags;
    while (call->at > 0 && to <= call->worker->ends[call->at - 1])
        call->at--;
    while (call->at < call->count && to > call->worker->ends[call->at])
        call->at++;
    if (call->at < call->count && id < call->worker->best[call->at])
        call->worker->best[call->at] = id;
    return 0;
}

static void gather(struct matcher_worker *worker, const struct str *texts, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += str_head(texts[i], TEXT_MAX).len + 1;
    if (bytes > worker->text_capacity) {
        worker->text_capacity = bytes * 2;
        worker->text = xrealloc(worker->text, worker->text_capacity, 1);
    }
    if (count > worker->capacity) {
        worker->capacity = count * 2;
        worker->ends = xrealloc(worker->ends, worker->capacity, sizeof *worker->ends);
        worker->best = xrealloc(worker->best, worker->capacity, sizeof *worker->best);
    }
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        struct str text = str_head(texts[i], TEXT_MAX);
        memcpy(worker->text + at, text.ptr, text.len);
        at += text.len;
        worker->ends[i] = (uint32_t)at;
        worker->best[i] = worker->matcher->count;
        worker->text[at++] = '\n';
    }
}

void matcher_classify(struct matcher_worker *worker, const struct str *texts, size_t count, uint8_t *reasons)
{
    const struct matcher *matcher = worker->matcher;
    if (count == 0)
        return;
    gather(worker, texts, count);
    struct scan_call call = {worker, count, 0};
    if (matcher->database)
        hs_scan(matcher->database, worker->text, worker->ends[count - 1], 0, worker->scratch, on_match, &call);
    for (size_t i = 0; i < count; i++)
        reasons[i] = worker->best[i] < matcher->count ? matcher->patterns[worker->best[i]]->reason : (uint8_t)REASON_OTHER;
}
