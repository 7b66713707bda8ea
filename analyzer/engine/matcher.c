#include "matcher.h"

#include <hs.h>
#include <stdlib.h>

#include "arena.h"
#include "patterns.h"
#include "patterns_database.h"

struct matcher {
    hs_database_t *database;
    const struct pattern **patterns; /* by id */
    unsigned count;
};

struct matcher_worker {
    const struct matcher *matcher;
    hs_scratch_t *scratch;
    char *text; /* the slices, each a line, apart */
    size_t text_capacity;
    uint32_t *ends; /* where each slice ends in text */
    unsigned *best; /* lowest id that matched each */
    size_t capacity;
};

/* A reply is read no further than this: what servers say stands in front. */
enum { TEXT_MAX = 2048 };

/* Between two slices: no pattern reaches over it, since none takes line ends and blanks alike. */
static const char apart[] = {'\n', ' ', '\n'};

/* The embedded database serves every machine this program runs on; another libhs than the build's
 * may want it made anew. */
static bool load(struct matcher *matcher, struct err *err)
{
    if (hs_deserialize_database((const char *)patterns_database, patterns_database_bytes,
                                &matcher->database) == HS_SUCCESS)
        return true;
    matcher->database = patterns_compile(matcher->patterns, matcher->count, err);
    return matcher->database;
}

bool matcher_new(struct matcher **ret, struct err *err)
{
    struct matcher *matcher = xcalloc(1, sizeof *matcher);
    matcher->patterns = patterns_collect(&matcher->count);
    if (!load(matcher, err)) {
        matcher_free(matcher);
        return false;
    }
    *ret = matcher;
    return true;
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

/* A pattern may end with one byte that is no letter: the line end behind the slice. */
static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *context)
{
    struct scan_call *call = context;
    (void)from;
    (void)flags;
    while (call->at > 0 && to <= call->worker->ends[call->at - 1] + 1)
        call->at--;
    while (call->at < call->count && to > call->worker->ends[call->at] + 1)
        call->at++;
    if (call->at < call->count && id < call->worker->best[call->at])
        call->worker->best[call->at] = id;
    return 0;
}

static void gather(struct matcher_worker *worker, const struct str *texts, size_t count)
{
    size_t bytes = 1;
    for (size_t i = 0; i < count; i++)
        bytes += str_head(texts[i], TEXT_MAX).len + sizeof apart;
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
    worker->text[at++] = '\n'; /* the first slice is a line like the others */
    for (size_t i = 0; i < count; i++) {
        struct str text = str_head(texts[i], TEXT_MAX);
        if (text.len)
            memcpy(worker->text + at, text.ptr, text.len);
        at += text.len;
        worker->ends[i] = (uint32_t)at;
        worker->best[i] = worker->matcher->count;
        memcpy(worker->text + at, apart, sizeof apart);
        at += sizeof apart;
    }
}

void matcher_classify(struct matcher_worker *worker, const struct str *texts, size_t count,
                      uint8_t *reasons)
{
    const struct matcher *matcher = worker->matcher;
    if (count == 0)
        return;
    gather(worker, texts, count);
    struct scan_call call = {worker, count, 0};
    if (matcher->database)
        hs_scan(matcher->database, worker->text, worker->ends[count - 1] + 1, 0, worker->scratch,
                on_match, &call);
    for (size_t i = 0; i < count; i++)
        reasons[i] = worker->best[i] < matcher->count ? matcher->patterns[worker->best[i]]->reason
                                                      : (uint8_t)REASON_OTHER;
}
