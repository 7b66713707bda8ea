#include <stdlib.h>

#include "hash.h"
#include "trace_internal.h"

enum { HOPS_MAX = 64 }; /* a log can be written so that hops lead in a circle */

/* What a message must match, one bit for each kind of filter. */
enum { BY_ID = 1, BY_MESSAGE_ID = 2, BY_SENDER = 4, BY_RECIPIENT = 8, BY_ACCOUNT = 16, BY_IP = 32 };

struct filter {
    const struct settings *settings;
    const struct run *run;
    struct cidr *networks;
    uint64_t *recipients, *message_ids; /* hashes, in the order of the settings' lists */
    unsigned wanted;
};

static const struct fragment *fragment_at(const struct tracing *t, uint32_t index)
{
    return &t->run->store.fragments[index];
}

/* Message-IDs are logged without the angle brackets that people copy. */
static struct str bare_id(const char *text)
{
    struct str id = str_of(text);
    str_take(&id, STR("<"));
    str_take_end(&id, STR(">"));
    return id;
}

static struct filter filter_of(struct run *run)
{
    const struct settings *settings = run->settings;
    struct filter f = {.settings = settings, .run = run};
    const struct list *ips = &settings->trace.ips, *to = &settings->trace.recipients,
                      *ids = &settings->trace.message_ids;
    f.networks = arena_alloc(&run->arena, (ips->count + 1) * sizeof *f.networks);
    f.recipients = arena_alloc(&run->arena, (to->count + 1) * sizeof *f.recipients);
    f.message_ids = arena_alloc(&run->arena, (ids->count + 1) * sizeof *f.message_ids);
    for (size_t i = 0; i < ips->count; i++)
        cidr_parse(str_of(ips->items[i]), &f.networks[i]); /* the command line has checked it */
    for (size_t i = 0; i < to->count; i++)
        f.recipients[i] = address_hash(str_of(to->items[i]));
    for (size_t i = 0; i < ids->count; i++) {
        struct str id = bare_id(ids->items[i]);
        f.message_ids[i] = XXH3_64bits(id.ptr, id.len) | 1;
    }
    f.wanted = (settings->trace.queue_ids.count ? BY_ID : 0u) | (ids->count ? BY_MESSAGE_ID : 0u) |
               (settings->trace.senders.count ? BY_SENDER : 0u) | (to->count ? BY_RECIPIENT : 0u) |
               (settings->accounts.count ? BY_ACCOUNT : 0u) | (ips->count ? BY_IP : 0u);
    return f;
}

static bool in_list(const struct list *list, struct str text, bool exactly)
{
    for (size_t i = 0; i < list->count; i++) {
        struct str item = str_of(list->items[i]);
        if (exactly ? str_eq(item, text) : str_eq_nocase(item, text))
            return true;
    }
    return false;
}

/* An address, or "@example.com" for all of a domain. */
static bool is_sender(const struct filter *f, struct str sender)
{
    for (size_t i = 0; i < f->settings->trace.senders.count; i++) {
        struct str item = str_of(f->settings->trace.senders.items[i]);
        if (item.len > 1 && item.ptr[0] == '@' && sender.len > item.len &&
            str_eq_nocase(str_skip(sender, sender.len - item.len), item))
            return true;
        if (str_eq_nocase(item, sender) || (!sender.len && str_eq(item, STR("<>"))))
            return true;
    }
    return false;
}

static bool is_recipient(const struct filter *f, const struct recipient *r)
{
    const struct intern *strings = &f->run->store.intern;
    for (size_t i = 0; i < f->settings->trace.recipients.count; i++) {
        struct str item = str_of(f->settings->trace.recipients.items[i]);
        if (r->to == f->recipients[i] || r->original == f->recipients[i])
            return true;
        if (item.len > 1 && item.ptr[0] == '@' &&
            (str_eq_nocase(intern_get(strings, r->domain), str_skip(item, 1)) ||
             str_eq_nocase(intern_get(strings, r->to_domain), str_skip(item, 1))))
            return true;
    }
    return false;
}

static bool has_recipient(const struct filter *f, const struct fragment *fragment)
{
    const struct store *store = &f->run->store;
    for (uint32_t at = fragment->recipients; at; at = store->recipients[at - 1].next)
        if (is_recipient(f, &store->recipients[at - 1]))
            return true;
    return false;
}

static bool is_from(const struct filter *f, uint32_t id)
{
    struct ip ip;
    if (!id || !ip_parse(intern_get(&f->run->store.intern, id), &ip))
        return false;
    for (size_t i = 0; i < f->settings->trace.ips.count; i++)
        if (cidr_has(&f->networks[i], &ip))
            return true;
    return false;
}

/* The account as it is shown, any spelling of a login, or the name without its domain. */
static bool is_account(const struct filter *f, uint32_t index)
{
    const struct settlement *settlement = &f->run->settlement;
    const struct fragment *fragment = &f->run->store.fragments[index];
    const struct list *accounts = &f->settings->accounts;
    uint32_t principal = settlement->principal_of[index];
    if (fragment->user &&
        in_list(accounts, intern_get(&f->run->store.intern, fragment->user), false))
        return true;
    if (principal == PRINCIPAL_UNKNOWN || settlement->parents[index] != NO_FRAGMENT)
        return false;
    struct str name = settlement->facts.principals[principal].name, local = name;
    if (in_list(accounts, name, false))
        return true;
    return settlement->facts.principals[principal].kind == PRINCIPAL_ACCOUNT &&
           str_cut(&name, STR("@"), &local) && in_list(accounts, local, false);
}

static unsigned matches(const struct filter *f, uint32_t index)
{
    const struct fragment *fragment = &f->run->store.fragments[index];
    const struct intern *strings = &f->run->store.intern;
    unsigned hit = 0;
    if (f->wanted & BY_ID &&
        in_list(&f->settings->trace.queue_ids, intern_get(strings, fragment->queue_id), true))
        hit |= BY_ID;
    for (size_t i = 0; i < f->settings->trace.message_ids.count; i++)
        hit |= fragment->message_id == f->message_ids[i] ? BY_MESSAGE_ID : 0u;
    if (f->wanted & BY_SENDER && fragment->sender &&
        is_sender(f, intern_get(strings, fragment->sender)))
        hit |= BY_SENDER;
    if (f->wanted & BY_RECIPIENT && has_recipient(f, fragment))
        hit |= BY_RECIPIENT;
    if (f->wanted & BY_ACCOUNT && is_account(f, index))
        hit |= BY_ACCOUNT;
    if (f->wanted & BY_IP && (is_from(f, fragment->ip) || is_from(f, fragment->orig_ip)))
        hit |= BY_IP;
    return hit;
}

uint32_t trace_absorber(const struct tracing *t, uint32_t index)
{
    for (unsigned n = 0; n < HOPS_MAX && fragment_at(t, index)->flags & FRAGMENT_ABSORBED; n++)
        index = fragment_at(t, index)->absorbed_by;
    return index;
}

static void find_heads(struct tracing *t)
{
    const struct settlement *settlement = &t->run->settlement;
    for (uint32_t i = 0; i < t->run->store.fragment_count; i++) {
        uint32_t head = trace_absorber(t, i);
        for (unsigned n = 0; n < HOPS_MAX && settlement->parents[head] != NO_FRAGMENT &&
                             settlement->parent_kinds[head] != EDGE_NOTIFICATION;
             n++)
            head = trace_absorber(t, settlement->parents[head]);
        t->heads[i] = head;
        t->message_count += head == i;
    }
}

/* What all fragments of a message come to. */
struct sum {
    unsigned hit;
    int64_t first, last;
    bool matched;
};

static void add_up(const struct tracing *t, const struct filter *f, struct sum *sums)
{
    for (uint32_t i = 0; i < t->run->store.fragment_count; i++) {
        const struct fragment *fragment = fragment_at(t, i);
        struct sum *sum = &sums[t->heads[i]];
        int64_t first = settlement_utc(&t->run->settlement, fragment->first),
                last = settlement_utc(&t->run->settlement, fragment->last);
        sum->first = !sum->last || first < sum->first ? first : sum->first;
        sum->last = !sum->last || last > sum->last ? last : sum->last;
        sum->hit |= matches(f, i);
    }
}

/* The topmost message that matched and that this one came out of, or itself; NO_FRAGMENT. */
static uint32_t teller(const struct tracing *t, const struct sum *sums, uint32_t index)
{
    uint32_t found = NO_FRAGMENT;
    uint32_t at = t->heads[index];
    for (unsigned n = 0; n < HOPS_MAX && at != NO_FRAGMENT; n++) {
        if (sums[at].matched)
            found = at;
        uint32_t parent = t->run->settlement.parents[at];
        at = parent == NO_FRAGMENT ? NO_FRAGMENT : t->heads[parent];
    }
    return found;
}

static int by_first(const void *a, const void *b)
{
    const struct trail *x = a, *y = b;
    if (x->first_usec != y->first_usec)
        return x->first_usec < y->first_usec ? -1 : 1;
    return (x->head > y->head) - (x->head < y->head);
}

static void list_trails(struct tracing *t, const struct sum *sums)
{
    uint32_t count = t->run->store.fragment_count;
    for (uint32_t i = 0; i < count; i++) {
        if (t->heads[i] != i || teller(t, sums, i) != i)
            continue;
        t->trails = xrealloc(t->trails, t->trail_count + 1, sizeof *t->trails);
        t->trails[t->trail_count++] = (struct trail){.head = i, .first_usec = sums[i].first};
    }
    if (t->trail_count)
        qsort(t->trails, t->trail_count, sizeof *t->trails, by_first);
    for (uint32_t i = 0; i < t->trail_count; i++)
        t->owners[t->trails[i].head] = i + 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t told_by = teller(t, sums, i);
        t->owners[i] = told_by == NO_FRAGMENT ? 0 : t->owners[told_by];
    }
}

void trace_choose(struct tracing *t)
{
    const struct facts *facts = &t->run->settlement.facts;
    struct filter f = filter_of(t->run);
    struct sum *sums = xcalloc(t->run->store.fragment_count + 1, sizeof *sums);
    find_heads(t);
    add_up(t, &f, sums);
    for (uint32_t i = 0; i < t->run->store.fragment_count; i++)
        sums[i].matched = t->heads[i] == i && sums[i].hit == f.wanted &&
                          sums[i].last >= facts->since_usec && sums[i].first < facts->until_usec;
    list_trails(t, sums);
    free(sums);
}
