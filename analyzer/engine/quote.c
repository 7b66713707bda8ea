#include <openssl/evp.h>
#include <stdlib.h>

#include "line_owner.h"
#include "quote_pick.h"
#include "quote_refs.h"
#include "quote_sources.h"
#include "quote_span.h"
#include "run_internal.h"
#include "store_internal.h"

/* Lines that are kept for the reports: only what a person would read. */
enum { LINE_KEPT_BYTES = 4096, LINES_KEPT_BYTES = 16 << 20 };

struct quoting;

/* A log being read, and how many of its lines are behind. */
struct reading {
    struct quoting *q;
    const struct member *log;
    uint32_t input;
    uint64_t lines;
};

/* Where lines of the quoted stand, besides the intervals of their queue IDs. */
struct span {
    uint32_t host, program, pid; /* ids of the store; pid 0: a single line */
    uint32_t from_input, to_input;
    uint64_t from, to; /* offsets */
    struct owner owner;
    bool whole; /* begun where lines count: its later ones do, too */
};

struct quoting {
    struct run *run;
    const struct quote_calls *calls;
    uint32_t *number;   /* by principal: 1 + its number among the quoted; 0 is not quoted */
    struct span *spans; /* of connections, by process and place */
    size_t span_count;
    struct span *lines; /* single lines, by place */
    size_t line_count;
    struct ref **refs; /* by place */
    size_t ref_count;
    struct quote_sources *addresses;
    uint32_t *sources;        /* by string id of the store: 1 + number of the address */
    struct reading *readings; /* by log */
    size_t kept_bytes;        /* of lines kept for their references */
};

static int compare_place(uint32_t input_a, uint64_t a, uint32_t input_b, uint64_t b)
{
    if (input_a != input_b)
        return input_a < input_b ? -1 : 1;
    return (a > b) - (a < b);
}

static int by_process(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    if (x->program != y->program)
        return x->program < y->program ? -1 : 1;
    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return compare_place(x->from_input, x->from, y->from_input, y->from);
}

static int by_place(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    int order = compare_place(x->from_input, x->from, y->from_input, y->from);
    if (order)
        return order;
    return (x->owner.principal > y->owner.principal) - (x->owner.principal < y->owner.principal);
}

static uint32_t number_of(const struct quoting *q, uint32_t principal)
{
    return principal == PRINCIPAL_UNKNOWN ? 0 : q->number[principal];
}

/* Principals in the order of the report: accounts at watch or above, then those of findings. */
static bool choose(struct quoting *q, const struct report *report, struct err *err)
{
    size_t count = 0;
    const struct facts *facts = &q->run->settlement.facts;
    for (uint32_t i = 0; i < report->account_count; i++) {
        const struct account_report *a = &report->accounts[i];
        if ((a->verdict < VERDICT_WATCH && !a->named) || a->principal == PRINCIPAL_UNKNOWN ||
            q->number[a->principal])
            continue;
        q->number[a->principal] = (uint32_t)++count;
        if (!q->calls->begin(q->calls->user, facts->principals[a->principal].name, err))
            return false;
    }
    for (uint32_t i = 0; i < report->finding_count; i++) {
        uint32_t principal = report->findings[i].principal_index;
        if (principal == PRINCIPAL_UNKNOWN || q->number[principal])
            continue;
        q->number[principal] = (uint32_t)++count;
        if (!q->calls->begin(q->calls->user, facts->principals[principal].name, err))
            return false;
    }
    return true;
}

/* What an address did under the name of an innocent is none of a report's business. */
static struct owner owner_by(const struct quoting *q, uint32_t principal, uint32_t source)
{
    struct owner owner = {number_of(q, principal), source};
    if (principal != PRINCIPAL_UNKNOWN && !owner.principal &&
        q->run->settlement.facts.principals[principal].kind == PRINCIPAL_ACCOUNT)
        owner.source = 0;
    return owner;
}

static bool is_owned(struct owner owner)
{
    return owner.principal || owner.source;
}

static void add_connections(struct quoting *q)
{
    const struct store *store = &q->run->store;
    q->spans = xcalloc(store->connection_count + 1, sizeof *q->spans);
    for (uint32_t i = 0; i < store->connection_count; i++) {
        const struct connection *c = &store->connections[i];
        struct owner owner =
            owner_by(q, q->run->settlement.principal_of_connection[i], q->sources[c->ip]);
        if (is_owned(owner) && quote_covers_connection(q->run, c))
            q->spans[q->span_count++] = (struct span){c->host,
                                                      c->program,
                                                      c->pid,
                                                      c->place.input,
                                                      c->last_place.input,
                                                      c->place.offset,
                                                      c->last_place.offset,
                                                      owner,
                                                      quote_covers(q->run, c->first)};
    }
    qsort(q->spans, q->span_count, sizeof *q->spans, by_process);
}

static void add_line(struct quoting *q, const struct place *place, struct owner owner)
{
    if (is_owned(owner))
        q->lines[q->line_count++] =
            (struct span){.from_input = place->input, .from = place->offset, .owner = owner};
}

/* What other logs tell of the sessions and messages of the quoted. */
static void add_told(struct quoting *q)
{
    const struct store *store = &q->run->store;
    const struct settlement *settled = &q->run->settlement;
    for (uint32_t i = 0; i < store->access_count; i++) {
        uint32_t at = store->accesses[i].connection;
        if (at && quote_covers(q->run, store->accesses[i].when))
            add_line(q, &store->accesses[i].place,
                     owner_by(q, settled->principal_of_connection[at - 1],
                              q->sources[store->connections[at - 1].ip]));
    }
    for (uint32_t i = 0; i < store->handed_count; i++) {
        uint32_t at = store->handed_list[i].fragment;
        if (at && quote_covers_message(q->run, at - 1))
            add_line(q, &store->handed_list[i].place,
                     owner_by(q, settled->principal_of[at - 1],
                              quote_source_of_fragment(settled, q->sources, at - 1)));
    }
}

static void add_logins(struct quoting *q)
{
    const struct facts *facts = &q->run->settlement.facts;
    uint32_t *sources = quote_sources_of_facts(q->addresses, facts);
    size_t told = (size_t)q->run->store.access_count + q->run->store.handed_count;
    q->lines = xcalloc(facts->login_count + told + 1, sizeof *q->lines);
    for (uint32_t i = 0; i < facts->login_count; i++) {
        const struct login *l = &facts->logins[i];
        if (facts_covers(facts, l->usec))
            add_line(q, &l->place, owner_by(q, l->principal, sources[l->ip]));
    }
    add_told(q);
    free(sources);
    qsort(q->lines, q->line_count, sizeof *q->lines, by_place);
}

/* Whose line this is by its queue ID. *ret_left_out: it is of a message that does not count. */
static struct owner by_queue_id(const struct reading *r, uint32_t host, struct str queue_id,
                                uint64_t offset, bool *ret_left_out)
{
    const struct run *run = r->q->run;
    uint32_t at = line_fragment(&run->store, host, queue_id, r->input, offset);
    *ret_left_out = at != NO_FRAGMENT && !quote_covers_message(run, at);
    if (at == NO_FRAGMENT || *ret_left_out)
        return (struct owner){0, 0};
    return owner_by(r->q, run->settlement.principal_of[at],
                    quote_source_of_fragment(&run->settlement, r->q->sources, at));
}

static struct owner by_connection(const struct reading *r, uint32_t host,
                                  const struct envelope *envelope, uint64_t offset)
{
    const struct quoting *q = r->q;
    struct span key = {host,
                       intern_find(&q->run->store.intern, envelope->program),
                       envelope->pid,
                       r->input,
                       0,
                       offset,
                       0,
                       {0, 0},
                       false};
    size_t low = 0, high = q->span_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (by_process(&q->spans[middle], &key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || !envelope->pid)
        return (struct owner){0, 0};
    const struct span *span = &q->spans[low - 1];
    bool same = span->host == host && span->program == key.program && span->pid == key.pid;
    same = same && compare_place(r->input, offset, span->to_input, span->to) <= 0 &&
           (span->whole || quote_covers_line(q->run, r->input, host, envelope->stamp));
    return same ? span->owner : (struct owner){0, 0};
}

static struct owner by_login(const struct reading *r, uint64_t offset)
{
    const struct quoting *q = r->q;
    size_t low = 0, high = q->line_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare_place(q->lines[middle].from_input, q->lines[middle].from, r->input, offset) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool hit =
        low < q->line_count && q->lines[low].from_input == r->input && q->lines[low].from == offset;
    return hit ? q->lines[low].owner : (struct owner){0, 0};
}

/* Index of the first reference to that line or to one behind it. */
static size_t find_ref(const struct reading *r, uint64_t offset)
{
    const struct quoting *q = r->q;
    size_t low = 0, high = q->ref_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare_place(q->refs[middle]->place.input, q->refs[middle]->place.offset, r->input,
                          offset) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_ref(const struct reading *r, size_t at, uint64_t offset)
{
    const struct quoting *q = r->q;
    return at < q->ref_count && q->refs[at]->place.input == r->input &&
           q->refs[at]->place.offset == offset;
}

static void *worker_new(void *user)
{
    (void)user;
    return scan_new();
}

static void worker_free(void *worker)
{
    scan_free(worker);
}

/* Of connections in which nobody got in the store keeps nothing: what names the address is its. */
static struct owner by_address(const struct quoting *q, const struct scanned *line)
{
    const struct event *event = &line->event;
    struct owner owner = {0, 0};
    if (line->class != LINE_EVENT || q->calls->source_count == 0)
        return owner;
    bool nobodys = event->kind == EVENT_CONNECT || event->kind == EVENT_DISCONNECT ||
                   event->kind == EVENT_AUTH_FAILED || event->kind == EVENT_REJECT;
    struct str ip = event_get(event, FIELD_CLIENT_IP);
    if (nobodys && ip.ptr)
        owner.source = quote_sources_find(q->addresses, ip);
    return owner;
}

static struct owner owner_of(const struct reading *r, const struct scanned *line, uint64_t offset)
{
    struct owner owner = {0, 0};
    bool left_out = false;
    if (line->envelope.format == ENVELOPE_NONE)
        return by_login(r, offset);
    uint32_t host = line_host(r->q->run, r->log, line->envelope.host);
    if (line->class == LINE_EVENT)
        owner = by_queue_id(r, host, event_get(&line->event, FIELD_QUEUE_ID), offset, &left_out);
    if (left_out)
        return owner;
    if (!is_owned(owner))
        owner = by_connection(r, host, &line->envelope, offset);
    if (!is_owned(owner))
        owner = by_login(r, offset);
    if (!is_owned(owner) && quote_covers_line(r->q->run, r->input, host, line->envelope.stamp))
        owner = by_address(r->q, line);
    return owner;
}

static void work(void *worker, struct block *block)
{
    struct scan *scan = worker;
    const struct reading *r = block->member;
    struct picks *picks =
        block->result ? block->result : (block->result = xcalloc(1, sizeof *picks));
    struct line_cursor cursor;
    struct scanned line;
    struct str text;
    picks->count = picks->field_count = 0;
    line_cursor_begin(&cursor, block);
    scan_begin(scan, &block->columns);
    while (line_cursor_next(&cursor, block, &text)) {
        scan_line(scan, text, &line);
        struct owner owner = owner_of(r, &line, cursor.offset);
        if (is_owned(owner) || is_ref(r, find_ref(r, cursor.offset), cursor.offset))
            pick_add(picks, text, &cursor, owner, &line);
    }
    picks->lines = cursor.next_number;
    scan_forget(scan);
}

static struct str keep_line(struct quoting *q, struct str line)
{
    if (line.len > LINE_KEPT_BYTES || q->kept_bytes + line.len > LINES_KEPT_BYTES)
        return (struct str){NULL, 0};
    q->kept_bytes += line.len;
    return arena_str(&q->run->arena, line);
}

/* The digest of a line is that of its bytes in the input; of decoded text there is none. */
static void fill_refs(struct reading *r, const struct pick *pick, uint8_t encoding)
{
    size_t at = find_ref(r, pick->offset);
    struct str text = is_ref(r, at, pick->offset) ? keep_line(r->q, pick->line) : STR("");
    for (; is_ref(r, at, pick->offset); at++) {
        r->q->refs[at]->text = text;
        memcpy(r->q->refs[at]->sha256, pick->sha256, sizeof pick->sha256);
        r->q->refs[at]->has_digest = encoding != SOURCE_UTF16;
    }
}

static void fold(void *member, struct block *block)
{
    struct reading *r = member;
    const struct picks *picks = block->result;
    for (size_t i = 0; i < picks->count; i++) {
        const struct pick *pick = &picks->items[i];
        fill_refs(r, pick, block->encoding);
        struct quoted_line line = {
            .line = pick->line,
            .path = r->log->path_name,
            .member = r->log->name,
            .place = {r->lines + pick->number + 1, pick->offset, r->input, pick->length},
            .program = pick->program,
            .what = pick->what,
            .kind = pick->kind,
            .fields = pick->field_count ? picks->fields + pick->field_first : NULL,
            .field_count = pick->field_count};
        memcpy(line.sha256, pick->sha256, sizeof line.sha256);
        if (pick->owner.principal)
            r->q->calls->line(r->q->calls->user, pick->owner.principal - 1, &line);
        if (pick->owner.source)
            r->q->calls->source_line(r->q->calls->user, pick->owner.source - 1, &line);
    }
    r->lines += picks->lines;
}

/* Paths of the second pass, in the order in which their first log stands. */
struct pass {
    struct quoting *q;
    struct source_path *paths;
    size_t *numbers; /* of each in run->paths */
    size_t count;
};

static void *member_begin(void *user, size_t path, unsigned index,
                          const struct source_member *member)
{
    struct pass *pass = user;
    struct run *run = pass->q->run;
    (void)member;
    size_t i = run_find_log(run, pass->numbers[path], index);
    bool wanted = i < run->log_count && run->logs[i].summary.recognised;
    return wanted ? &pass->q->readings[i] : NULL;
}

static void member_end(void *member, const struct member_end *end)
{
    (void)member;
    (void)end;
}

static void path_end(void *user, size_t path, const struct path_end *end)
{
    (void)user;
    (void)path;
    (void)end;
}

static void plan(struct pass *pass)
{
    struct run *run = pass->q->run;
    bool *planned = arena_alloc(&run->arena, run->paths.count + 1);
    pass->paths = arena_alloc(&run->arena, (run->paths.count + 1) * sizeof *pass->paths);
    pass->numbers = arena_alloc(&run->arena, (run->paths.count + 1) * sizeof *pass->numbers);
    pass->q->readings = arena_alloc(&run->arena, (run->log_count + 1) * sizeof *pass->q->readings);
    for (size_t i = 0; i < run->log_count; i++) {
        size_t path = run->logs[i].path;
        pass->q->readings[i] = (struct reading){pass->q, &run->logs[i], (uint32_t)i, 0};
        if (planned[path] || !run->logs[i].summary.recognised)
            continue;
        planned[path] = true;
        pass->numbers[pass->count] = path;
        pass->paths[pass->count++] = run->paths.items[path];
    }
}

static void quote_all(struct quoting *q)
{
    struct run *run = q->run;
    struct pass pass = {.q = q};
    struct consumer consumer = {.user = &pass,
                                .worker_new = worker_new,
                                .worker_free = worker_free,
                                .result_free = picks_free,
                                .member_begin = member_begin,
                                .work = work,
                                .fold = fold,
                                .member_end = member_end,
                                .path_end = path_end};
    struct pipeline_options options = run_pipeline_options(run, run->settings->threads);
    options.in_order = true;
    plan(&pass);
    pipeline_run(pass.paths, pass.count, &options, &consumer);
}

bool run_quote(struct run *run, struct report *report, const struct quote_calls *calls,
               struct err *err)
{
    struct quoting q = {.run = run, .calls = calls};
    q.number = xcalloc(run->settlement.facts.principal_count + 1, sizeof *q.number);
    bool ok = choose(&q, report, err);
    if (ok) {
        q.addresses = quote_sources_new(calls->sources, calls->source_count);
        q.sources = quote_sources_of(q.addresses, &run->store);
        add_connections(&q);
        add_logins(&q);
        q.refs = quote_refs_of(report, &q.ref_count);
        quote_all(&q);
        run_end_stage(run, STAGE_QUOTE);
    }
    free(q.number);
    free(q.spans);
    free(q.lines);
    free(q.refs);
    free(q.sources);
    free(q.addresses);
    return ok;
}
