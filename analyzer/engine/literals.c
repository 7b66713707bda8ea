#include "literals.h"

#include <hs.h>
#include <stdlib.h>

#include "arena.h"

struct literals {
    hs_database_t *database;
};

struct literals_worker {
    const struct literals *literals;
    hs_scratch_t *scratch;
};

static hs_error_t compile(const struct str *texts, size_t count, hs_database_t **ret)
{
    const char **pointers = xcalloc(count, sizeof *pointers);
    size_t *lengths = xcalloc(count, sizeof *lengths);
    unsigned *ids = xcalloc(count, sizeof *ids), *flags = xcalloc(count, sizeof *flags);
    hs_compile_error_t *why = NULL;
    for (size_t i = 0; i < count; i++) {
        pointers[i] = texts[i].ptr;
        lengths[i] = texts[i].len;
        ids[i] = (unsigned)i;
        flags[i] = HS_FLAG_CASELESS;
    }
    hs_error_t error = hs_compile_lit_multi(pointers, flags, ids, lengths, (unsigned)count,
                                            HS_MODE_BLOCK, NULL, ret, &why);
    hs_free_compile_error(why);
    free(pointers);
    free(lengths);
    free(ids);
    free(flags);
    return error;
}

bool literals_new(struct literals **ret, const struct str *texts, size_t count, struct err *err)
{
    hs_database_t *database;
    if (compile(texts, count, &database) != HS_SUCCESS)
        return err_set(err, STATUS_NO_LOG, "cannot search for so many texts");
    *ret = xcalloc(1, sizeof **ret);
    (*ret)->database = database;
    return true;
}

void literals_free(struct literals *literals)
{
    if (!literals)
        return;
    hs_free_database(literals->database);
    free(literals);
}

struct literals_worker *literals_worker_new(const struct literals *literals)
{
    struct literals_worker *worker = xcalloc(1, sizeof *worker);
    worker->literals = literals;
    if (hs_alloc_scratch(literals->database, &worker->scratch) != HS_SUCCESS)
        abort(); /* out of memory, as xmalloc would say */
    return worker;
}

void literals_worker_free(struct literals_worker *worker)
{
    if (!worker)
        return;
    hs_free_scratch(worker->scratch);
    free(worker);
}

struct finding_call {
    void (*hit)(void *user, size_t text, size_t end);
    void *user;
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *context)
{
    const struct finding_call *call = context;
    (void)from;
    (void)flags;
    call->hit(call->user, id, (size_t)to);
    return 0;
}

void literals_find(struct literals_worker *worker, const char *data, size_t bytes,
                   void (*hit)(void *user, size_t text, size_t end), void *user)
{
    struct finding_call call = {hit, user};
    hs_scan(worker->literals->database, data, (unsigned)bytes, 0, worker->scratch, on_match, &call);
}
