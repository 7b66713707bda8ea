#include "settle.h"

#include <stddef.h>
#include <stdlib.h>

#include "parallel.h"
#include "parser.h"
#include "settle_internal.h"

int64_t settlement_utc(const struct settlement *settlement, struct moment when)
{
    if (when.run == NO_RUN) /* as early as can be; TIME_NONE if no line has a time */
        return settlement->facts.first_usec;
    return clock_utc(&settlement->clocks[when.run], &settlement->store->runs[when.run], when.usec);
}

int64_t settle_utc(const struct settling *s, struct moment when)
{
    return settlement_utc(s->out, when);
}

static int bulk_order(const void *a, const void *b)
{
    const struct bulk_delete *x = a, *y = b;
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    return (x->usec > y->usec) - (x->usec < y->usec);
}

/* How many of them lie at or before that time. */
static uint32_t count_until(const struct bulk_delete *deletes, uint32_t count,
                            struct bulk_delete until)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (bulk_order(&deletes[middle], &until) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* An operator's total that the lines naming ids do not explain: what was open may be gone. */
void settle_bulk_deletes(struct settling *s)
{
    const struct store *store = s->store;
    const int64_t named_within = (int64_t)2 * USEC_PER_SEC;
    struct bulk_delete *named = xcalloc(store->fragment_count + 1, sizeof *named);
    uint32_t named_count = 0;
    for (uint32_t i = 0; i < store->fragment_count; i++)
        if (store->fragments[i].flags & FRAGMENT_DELETED)
            named[named_count++] = (struct bulk_delete){store->fragments[i].host,
                                                        settle_utc(s, store->fragments[i].last)};
    qsort(named, named_count, sizeof *named, bulk_order);
    s->bulk = arena_alloc(s->arena, (store->operated_count + 1) * sizeof *s->bulk);
    for (uint32_t i = 0; i < store->operated_count; i++) {
        const struct operated *o = &store->operations[i];
        struct bulk_delete at = {o->host, settle_utc(s, o->when)}, before = {o->host, at.usec};
        if (at.usec != TIME_NONE)
            before.usec -= named_within + 1;
        if (o->act == OPERATOR_DELETED && o->count > count_until(named, named_count, at) -
                                                         count_until(named, named_count, before))
            s->bulk[s->bulk_count++] = at;
    }
    if (s->bulk_count)
        qsort(s->bulk, s->bulk_count, sizeof *s->bulk, bulk_order);
    free(named);
}

static int login_order(const void *a, const void *b)
{
    const struct login *x = a, *y = b;
    if (x->principal != y->principal)
        return x->principal < y->principal ? -1 : 1;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    if (x->place.input != y->place.input)
        return x->place.input < y->place.input ? -1 : 1;
    return (x->place.offset > y->place.offset) - (x->place.offset < y->place.offset);
}

static void sort_logins(struct settling *s, const uint32_t *new_index)
{
    for (uint32_t i = 0; i < s->login_count; i++) {
        struct login *login = &s->logins[i];
        if (login->principal != PRINCIPAL_UNKNOWN)
            login->principal = new_index[login->principal];
        else if (login->account && login->account < s->slot_of_capacity &&
                 s->slot_of[login->account])
            login->principal =
                s->slot_of[login->account] - 1; /* failed, but of an account that there is */
    }
    settle_group(s->logins, s->login_count, sizeof *s->logins, offsetof(struct login, principal),
                 s->slot_count, login_order);
}

/* Every spelling an account logged in with, sorted. */
static void name_spellings(struct settling *s, struct principal *principal)
{
    uint32_t count = 0;
    struct str *names = xcalloc(principal->login_count + 1, sizeof *names);
    for (uint32_t i = 0; i < principal->login_count; i++) {
        const struct login *login = &s->logins[principal->login_first + i];
        if (login->name)
            names[count++] = intern_get(s->names, login->name);
    }
    qsort(names, count, sizeof *names, str_compare_elements);
    uint32_t *ids = arena_alloc(s->arena, (count + 1) * sizeof *ids), distinct = 0;
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || !str_eq(names[i], names[i - 1]))
            ids[distinct++] = intern_find(s->names, names[i]);
    principal->login_names = ids;
    principal->login_name_count = distinct;
    free(names);
}

static void slice_principals(struct settling *s)
{
    struct principal *principals = arena_alloc(s->arena, (s->slot_count + 1) * sizeof *principals);
    uint32_t message = 0, login = 0, refusal = 0;
    for (uint32_t i = 0; i < s->slot_count; i++) {
        struct principal *p = &principals[i];
        p->name = intern_get(s->names, s->slots[i].name);
        p->kind = s->slots[i].kind;
        for (p->message_first = message;
             message < s->message_count && s->messages[message].principal == i; message++)
            p->message_count++;
        for (p->login_first = login; login < s->login_count && s->logins[login].principal == i;
             login++)
            p->login_count++;
        for (p->refusal_first = refusal;
             refusal < s->refusal_count && s->refusals[refusal].principal == i; refusal++)
            p->refusal_count++;
        if (p->kind == PRINCIPAL_ACCOUNT) {
            p->domain = settle_account_domain(s, s->slots[i].name);
            name_spellings(s, p);
        }
    }
    s->out->facts.principals = principals;
    s->out->facts.principal_count = s->slot_count;
}

static void list_local_domains(struct settling *s)
{
    struct str *names = arena_alloc(s->arena, (s->local_domain_capacity + 1) * sizeof *names);
    uint32_t count = 0;
    for (uint32_t id = 1; id < s->local_domain_capacity && id < s->names->count; id++)
        if (s->local_domain[id])
            names[count++] = intern_get(s->names, id);
    qsort(names, count, sizeof *names, str_compare_elements);
    uint32_t *ids = arena_alloc(s->arena, (count + 1) * sizeof *ids);
    for (uint32_t i = 0; i < count; i++)
        ids[i] = intern_find(s->names, names[i]);
    s->out->facts.local_domains = ids;
    s->out->facts.local_domain_count = count;
}

static void list_operations(struct settling *s)
{
    const struct store *store = s->store;
    struct operator_event *events =
        arena_alloc(s->arena, (store->operated_count + 1) * sizeof *events);
    for (uint32_t i = 0; i < store->operated_count; i++) {
        const struct operated *o = &store->operations[i];
        events[i] =
            (struct operator_event){o->act, o->count, o->host, settle_utc(s, o->when), o->place};
    }
    s->out->facts.operators = events;
    s->out->facts.operator_count = store->operated_count;
}

struct sort_reputation {
    struct str host, provider;
    struct reputation_fact fact;
};

static int reputation_order(const void *a, const void *b)
{
    const struct sort_reputation *x = a, *y = b;
    if (x->fact.first_usec != y->fact.first_usec)
        return x->fact.first_usec < y->fact.first_usec ? -1 : 1;
    int order = str_compare(x->provider, y->provider);
    order = order ? order : str_compare(x->host, y->host);
    return order ? order : x->fact.reason - y->fact.reason;
}

static void list_reputation(struct settling *s)
{
    const struct store *store = s->store;
    struct sort_reputation *rows = xcalloc(store->blocked_count + 1, sizeof *rows);
    struct reputation_fact *facts =
        arena_alloc(s->arena, (store->blocked_count + 1) * sizeof *facts);
    for (uint32_t i = 0; i < store->blocked_count; i++) {
        const struct blocked *b = &store->blocks[i];
        rows[i].fact = (struct reputation_fact){b->host,
                                                b->provider,
                                                b->sample,
                                                b->reason,
                                                b->replies,
                                                settle_utc(s, b->first),
                                                settle_utc(s, b->last)};
        rows[i].host = intern_get(s->names, rows[i].fact.host);
        rows[i].provider = intern_get(s->names, rows[i].fact.provider);
    }
    qsort(rows, store->blocked_count, sizeof *rows, reputation_order);
    for (uint32_t i = 0; i < store->blocked_count; i++)
        facts[i] = rows[i].fact;
    s->out->facts.reputation = facts;
    s->out->facts.reputation_count = store->blocked_count;
    free(rows);
}

static void find_span(struct settling *s)
{
    struct facts *facts = &s->out->facts;
    facts->first_usec = INT64_MAX;
    facts->last_usec = INT64_MIN;
    for (uint32_t i = 0; i < s->store->run_count; i++) {
        const struct clock_run *run = &s->store->runs[i];
        int64_t min = clock_utc(&s->out->clocks[i], run, run->min),
                max = clock_utc(&s->out->clocks[i], run, run->max);
        facts->first_usec = min < facts->first_usec ? min : facts->first_usec;
        facts->last_usec = max > facts->last_usec ? max : facts->last_usec;
        facts->digits = run->digits > facts->digits ? run->digits : facts->digits;
        facts->zone_assumed |= s->out->clocks[i].assumed_zone;
    }
    if (!s->store->run_count)
        facts->first_usec = facts->last_usec = TIME_NONE;
}

static bool is_hiding(const struct store *store, uint32_t program)
{
    struct str name = intern_get(&store->intern, program);
    uint16_t daemon;
    for (unsigned i = 0; parsers[i]; i++)
        if (parsers[i]->owns(name, &daemon) == OWNS)
            return parsers[i]->hides_logins;
    return false;
}

/* Unless it was told to log them, and some are there. */
static bool hides_logins(const struct store *store)
{
    bool hides = false;
    uint32_t asked = 0;
    for (uint32_t i = 0; i < store->program_count; i++)
        hides |= is_hiding(store, store->programs[i].name);
    for (uint32_t i = 0; i < store->access_count && hides; i++) {
        if (store->accesses[i].program == asked)
            continue;
        asked = store->accesses[i].program;
        hides = !is_hiding(store, asked);
    }
    return hides;
}

static void hand_over(struct settling *s)
{
    struct facts *facts = &s->out->facts;
    facts->messages = s->messages;
    facts->message_count = s->message_count;
    facts->recipients = s->recipients;
    facts->recipient_count = s->recipient_count;
    facts->logins = s->logins;
    facts->login_count = s->login_count;
    facts->refusals = s->refusals;
    facts->refusal_count = s->refusal_count;
    for (uint32_t i = 0; i < s->login_count; i++)
        facts->names_failures |= s->logins[i].outcome == LOGIN_FAILED && s->logins[i].name;
    facts->hides_logins = hides_logins(s->store);
    facts->input_count = s->store->input_count;
}

static void settle_messages_and_logins(struct settling *s)
{
    settle_local_domains(s);
    settle_own_addresses(s);
    settle_edges(s);
    settle_invocations(s);
    settle_accounts(s);
    settle_bulk_deletes(s);
    settle_messages(s);
    settle_logins(s);
}

/* What is settled in order, and beside it what is not in its way. */
static void settle_part(void *user, unsigned thread, uint32_t part)
{
    struct settling *s = user;
    (void)thread;
    if (part == 0)
        settle_refusal_points(s);
    else if (part == 1)
        settle_messages_and_logins(s);
    else
        settle_depth(s);
}

void settle(struct settlement *ret, struct store *store, struct clock_map *maps,
            const struct settings *settings)
{
    *ret = (struct settlement){.store = store, .clocks = maps};
    struct settling s = {.out = ret,
                         .store = store,
                         .settings = settings,
                         .arena = &ret->arena,
                         .names = &store->intern};
    uint32_t fragments = store->fragment_count + 1;
    s.addresses = xcalloc(store->intern.count, sizeof *s.addresses);
    ret->parents = xcalloc(fragments, sizeof *ret->parents);
    ret->parent_kinds = xcalloc(fragments, sizeof *ret->parent_kinds);
    ret->roots = xcalloc(fragments, sizeof *ret->roots);
    ret->principal_of = xcalloc(fragments, sizeof *ret->principal_of);
    find_span(&s);
    settle_limits(&s);
    parallel(settings->threads, 3, settle_part, &s);
    uint32_t *new_index = settle_sort_principals(&s);
    for (uint32_t i = 0; i < store->connection_count; i++)
        if (ret->principal_of_connection[i] != PRINCIPAL_UNKNOWN)
            ret->principal_of_connection[i] = new_index[ret->principal_of_connection[i]];
    sort_logins(&s, new_index);
    settle_refusals(&s);
    slice_principals(&s);
    list_local_domains(&s);
    list_operations(&s);
    list_reputation(&s);
    hand_over(&s);
    settle_sources(&s);
    ret->facts.strings = store->intern.items;
    ret->facts.string_count = store->intern.count;
    settle_accounts_free(&s);
    free(new_index);
    free(s.addresses);
    free(s.local_domain);
    free(s.first_child);
    free(s.next_sibling);
    free(s.slots);
    free(s.slot_of);
}

void settlement_free(struct settlement *settlement)
{
    arena_free(&settlement->arena);
    free(settlement->parents);
    free(settlement->parent_kinds);
    free(settlement->roots);
    free(settlement->principal_of);
    free(settlement->principal_of_connection);
    free((void *)(uintptr_t)settlement->facts.messages);
    free((void *)(uintptr_t)settlement->facts.recipients);
    free((void *)(uintptr_t)settlement->facts.logins);
    free((void *)(uintptr_t)settlement->facts.refusals);
    free((void *)(uintptr_t)settlement->facts.depth);
}
