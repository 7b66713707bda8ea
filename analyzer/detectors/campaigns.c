/* Accused accounts in the same hands: those that share an attacker's address, or at least two
 * forged domains (one alone may be any freemail provider's). */
#include <stdlib.h>

#include "gather.h"
#include "window.h"

enum { DOMAINS_SHARED = 2, NEIGHBOURS = 32 };

/* A thing by which accounts are told to be one: an address, or a domain. */
struct mark {
    struct str text;
    uint32_t account; /* index into gather->accounts */
};

struct couple {
    uint32_t a, b;
};

struct finder {
    struct gather *gather;
    uint32_t *parent; /* by account: of its set */
    uint32_t accused; /* accounts at suspicious or above: the first ones */
};

static int by_mark(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    int order = str_compare(x->text, y->text);
    return order ? order : (x->account > y->account) - (x->account < y->account);
}

static int by_couple(const void *a, const void *b)
{
    const struct couple *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

static uint32_t find(struct finder *finder, uint32_t account)
{
    while (finder->parent[account] != account) {
        finder->parent[account] = finder->parent[finder->parent[account]];
        account = finder->parent[account];
    }
    return account;
}

/* The first account of a set stands for it. */
static void unite(struct finder *finder, uint32_t a, uint32_t b)
{
    a = find(finder, a);
    b = find(finder, b);
    finder->parent[a > b ? a : b] = a < b ? a : b;
}

static bool is_attacker(const struct source_report *source)
{
    return source->role == ROLE_ATTACKER;
}

/* Strangers who guess at everybody bind nobody together. */
static bool got_in(const struct source_report *source)
{
    return is_attacker(source) && (source->logins || source->messages);
}

/* Every address of an attacker, or every forged domain, with each account that has it. */
static uint32_t list_marks(const struct finder *finder, bool domains, struct mark *ret)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < finder->accused; i++) {
        const struct account_report *account = &finder->gather->accounts[i];
        for (uint32_t k = 0; !domains && k < account->source_count; k++)
            if (got_in(&account->sources[k]))
                ret[count++] = (struct mark){account->sources[k].ip, i};
        for (uint32_t k = 0; domains && k < account->forged_domain_count; k++)
            ret[count++] = (struct mark){account->forged_domains[k].domain, i};
    }
    if (count)
        qsort(ret, count, sizeof *ret, by_mark);
    return count;
}

static void join_by_address(struct finder *finder, struct mark *marks)
{
    uint32_t count = list_marks(finder, false, marks);
    for (uint32_t i = 1; i < count; i++)
        if (str_eq(marks[i].text, marks[i - 1].text))
            unite(finder, marks[i].account, marks[i - 1].account);
}

/* Each account that forged a domain with the next ones that did: a bounded number, and who shares
 * many with many is joined all the same. */
static void join_by_domains(struct finder *finder, struct mark *marks)
{
    uint32_t count = list_marks(finder, true, marks), pairs = 0;
    struct couple *list = xcalloc((size_t)count * NEIGHBOURS + 1, sizeof *list);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = i + 1;
             k < count && k <= i + NEIGHBOURS && str_eq(marks[i].text, marks[k].text); k++)
            list[pairs++] = (struct couple){marks[i].account, marks[k].account};
    qsort(list, pairs, sizeof *list, by_couple);
    for (uint32_t i = DOMAINS_SHARED - 1; i < pairs; i++)
        if (by_couple(&list[i], &list[i - (DOMAINS_SHARED - 1)]) == 0)
            unite(finder, list[i].a, list[i].b);
    free(list);
}

static int64_t taken_usec(const struct account_report *account)
{
    const struct when *times[] = {&account->window.access, &account->window.test,
                                  &account->window.abuse};
    int64_t first = TIME_NONE;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if (times[i]->usec != TIME_NONE && (first == TIME_NONE || times[i]->usec < first))
            first = times[i]->usec;
    return first;
}

struct taken {
    int64_t usec; /* INT64_MAX: not known, last of all */
    struct str name;
};

static int by_time(const void *a, const void *b)
{
    const struct taken *x = a, *y = b;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    return str_compare(x->name, y->name);
}

static uint32_t distinct(struct str *texts, uint32_t count)
{
    uint32_t kept = 0;
    qsort(texts, count, sizeof *texts, str_compare_elements);
    for (uint32_t i = 0; i < count; i++)
        if (kept == 0 || !str_eq(texts[i], texts[kept - 1]))
            texts[kept++] = texts[i];
    return kept;
}

static struct str *room(struct finder *finder, size_t count)
{
    return arena_alloc(finder->gather->arena, (count + 1) * sizeof(struct str));
}

static void fill_marks(struct finder *finder, uint32_t set, struct campaign *campaign)
{
    size_t sources = 0, domains = 0;
    for (uint32_t i = set; i < finder->accused; i++) {
        if (find(finder, i) != set)
            continue;
        sources += finder->gather->accounts[i].source_count;
        domains += finder->gather->accounts[i].forged_domain_count;
    }
    struct str *ips = room(finder, sources), *names = room(finder, domains);
    uint32_t ip_count = 0, name_count = 0;
    for (uint32_t i = set; i < finder->accused; i++) {
        const struct account_report *account = &finder->gather->accounts[i];
        if (find(finder, i) != set)
            continue;
        for (uint32_t k = 0; k < account->source_count; k++)
            if (is_attacker(&account->sources[k]))
                ips[ip_count++] = account->sources[k].ip;
        for (uint32_t k = 0; k < account->forged_domain_count; k++)
            names[name_count++] = account->forged_domains[k].domain;
    }
    campaign->sources = ips;
    campaign->source_count = distinct(ips, ip_count);
    campaign->forged_domains = names;
    campaign->forged_domain_count = distinct(names, name_count);
}

static void fill_order(struct finder *finder, uint32_t set, struct campaign *campaign)
{
    const struct world *world = finder->gather->world;
    struct taken *taken = xcalloc((size_t)campaign->account_count + 1, sizeof *taken);
    struct str *names = room(finder, campaign->account_count),
               *order = room(finder, campaign->account_count);
    uint32_t count = 0;
    int64_t last = TIME_NONE;
    for (uint32_t i = set; i < finder->accused; i++) {
        const struct account_report *account = &finder->gather->accounts[i];
        if (find(finder, i) != set)
            continue;
        int64_t usec = taken_usec(account), end = window_last_event(&account->window);
        taken[count++] = (struct taken){usec == TIME_NONE ? INT64_MAX : usec, account->name};
        if (end != TIME_NONE && (last == TIME_NONE || end > last))
            last = end;
    }
    qsort(taken, count, sizeof *taken, by_time);
    for (uint32_t i = 0; i < count; i++)
        names[i] = order[i] = taken[i].name;
    qsort(names, count, sizeof *names, str_compare_elements);
    campaign->first = window_when(world, taken[0].usec == INT64_MAX ? TIME_NONE : taken[0].usec);
    campaign->last = window_when(world, last);
    campaign->accounts = names;
    campaign->order = order;
    free(taken);
}

static int by_first(const void *a, const void *b)
{
    const struct campaign *x = a, *y = b;
    bool x_known = x->first.usec != TIME_NONE, y_known = y->first.usec != TIME_NONE;
    if (x_known != y_known)
        return x_known ? -1 : 1;
    if (x->first.usec != y->first.usec)
        return x->first.usec < y->first.usec ? -1 : 1;
    return str_compare(x->accounts[0], y->accounts[0]);
}

/* id holds the set until the campaigns are in order. */
static uint32_t list_campaigns(struct finder *finder, struct campaign *ret)
{
    uint32_t count = 0, *sizes = xcalloc((size_t)finder->accused + 1, sizeof *sizes);
    for (uint32_t i = 0; i < finder->accused; i++)
        sizes[find(finder, i)]++;
    for (uint32_t i = 0; i < finder->accused; i++) {
        if (sizes[i] < 2)
            continue;
        ret[count] = (struct campaign){.id = i, .account_count = sizes[i]};
        fill_marks(finder, i, &ret[count]);
        fill_order(finder, i, &ret[count++]);
    }
    qsort(ret, count, sizeof *ret, by_first);
    free(sizes);
    return count;
}

static void number(struct finder *finder, struct campaign *campaigns, uint32_t count)
{
    int64_t *ids = xcalloc((size_t)finder->accused + 1, sizeof *ids);
    for (uint32_t i = 0; i < count; i++) {
        ids[campaigns[i].id] = i + 1;
        campaigns[i].id = i + 1;
    }
    for (uint32_t i = 0; i < finder->accused; i++)
        if (ids[find(finder, i)])
            finder->gather->accounts[i].campaign = ids[find(finder, i)];
    free(ids);
}

void find_campaigns(struct report *report, struct gather *gather)
{
    struct finder finder = {.gather = gather};
    size_t marks = 1;
    while (finder.accused < gather->account_count &&
           gather->accounts[finder.accused].verdict >= VERDICT_SUSPICIOUS) {
        const struct account_report *account = &gather->accounts[finder.accused++];
        marks += (size_t)account->source_count + account->forged_domain_count;
    }
    finder.parent = xcalloc((size_t)finder.accused + 1, sizeof *finder.parent);
    for (uint32_t i = 0; i < finder.accused; i++)
        finder.parent[i] = i;
    struct mark *list = xcalloc(marks, sizeof *list);
    join_by_address(&finder, list);
    join_by_domains(&finder, list);
    struct campaign *campaigns =
        arena_alloc(gather->arena, ((size_t)finder.accused / 2 + 1) * sizeof *campaigns);
    report->campaign_count = list_campaigns(&finder, campaigns);
    report->campaigns = campaigns;
    number(&finder, campaigns, report->campaign_count);
    free(list);
    free(finder.parent);
}
