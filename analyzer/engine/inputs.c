#define _GNU_SOURCE /* qsort_r */
#include "inputs.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "store_internal.h"

#define USEC_PER_MINUTE ((int64_t)60 * USEC_PER_SEC)

void notes_add(struct notes *notes, const char *text)
{
    if (notes->count == notes->capacity) {
        notes->capacity = notes->capacity * 2 + 16;
        notes->items = xrealloc(notes->items, notes->capacity, sizeof *notes->items);
    }
    notes->items[notes->count++] = text;
}

void inputs_span(struct member *members, size_t count, struct clock_map *const *maps)
{
    for (size_t m = 0; m < count; m++) {
        const struct store *store = &members[m].store;
        members[m].first_usec = members[m].last_usec = TIME_NONE;
        for (uint32_t r = 0; r < store->run_count; r++) {
            int64_t min = clock_utc(&maps[m][r], &store->runs[r], store->runs[r].min),
                    max = clock_utc(&maps[m][r], &store->runs[r], store->runs[r].max);
            if (members[m].first_usec == TIME_NONE || min < members[m].first_usec)
                members[m].first_usec = min;
            if (members[m].last_usec == TIME_NONE || max > members[m].last_usec)
                members[m].last_usec = max;
        }
    }
}

static int natural(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        if (char_is_digit(*a) && char_is_digit(*b)) {
            char *end_a, *end_b;
            unsigned long long x = strtoull(a, &end_a, 10), y = strtoull(b, &end_b, 10);
            if (x != y)
                return x < y ? -1 : 1;
            a = end_a - 1;
            b = end_b - 1;
        } else if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        }
    }
    return (*a != 0) - (*b != 0);
}

static int by_time(const void *a, const void *b, void *user)
{
    const struct member *members = user, *x = &members[*(const size_t *)a],
                        *y = &members[*(const size_t *)b];
    bool x_dated = x->first_usec != TIME_NONE, y_dated = y->first_usec != TIME_NONE;
    if (x_dated != y_dated)
        return y_dated - x_dated;
    if (x->first_usec != y->first_usec)
        return x->first_usec < y->first_usec ? -1 : 1;
    if (x->last_usec != y->last_usec)
        return x->last_usec < y->last_usec ? -1 : 1;
    int order = natural(x->path_name, y->path_name);
    if (order)
        return order;
    if (x->path != y->path)
        return x->path < y->path ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static bool is_one_moment(const struct member *members, size_t a, size_t b)
{
    return members[a].first_usec != TIME_NONE && members[a].first_usec == members[a].last_usec &&
           members[b].first_usec == members[a].first_usec &&
           members[b].last_usec == members[a].last_usec;
}

/* Parts that lie within one second have no order by time; what one leaves open and another goes on
 * with gives them one. */
static void order_moments(const struct member *members, size_t *order, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t k = i; k > 0 && is_one_moment(members, order[k - 1], order[k]); k--) {
            const struct store *before = &members[order[k - 1]].store,
                               *after = &members[order[k]].store;
            if (store_continues(before, after) >= store_continues(after, before))
                break;
            size_t first = order[k];
            order[k] = order[k - 1];
            order[k - 1] = first;
        }
    }
}

void inputs_sort(struct member *members, size_t count, struct clock_map **maps)
{
    size_t *order = xcalloc(count, sizeof *order);
    struct member *sorted = xcalloc(count, sizeof *sorted);
    struct clock_map **sorted_maps = xcalloc(count, sizeof *sorted_maps);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, by_time, members);
    order_moments(members, order, count);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = members[order[i]];
        sorted_maps[i] = maps[order[i]];
    }
    if (count) {
        memcpy(members, sorted, count * sizeof *members);
        memcpy(maps, sorted_maps, count * sizeof *maps);
    }
    free(order);
    free(sorted);
    free(sorted_maps);
}

static struct str folder_of(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    return slash ? str_between(path, slash) : STR("");
}

/* A member of an archive lies in a folder there. */
static bool same_folder(const struct member *a, const struct member *b)
{
    return str_eq(folder_of(a->path_name), folder_of(b->path_name)) &&
           str_eq(folder_of(a->name), folder_of(b->name));
}

static bool glob_matches(const char *glob, const char *path)
{
    const char *slash = strrchr(path, '/');
    return fnmatch(glob, path, 0) == 0 || (slash && fnmatch(glob, slash + 1, 0) == 0);
}

bool member_matches(const struct member *member, const char *glob)
{
    return glob_matches(glob, member->path_name) ||
           (member->name && glob_matches(glob, member->name));
}

/* The name of the log without what rotation and compression append: inputs of one log share it. */
static struct str stem_of(const struct member *member)
{
    const char *path = member->name ? member->name : member->path_name, *slash = strrchr(path, '/');
    struct str name = str_of(slash ? slash + 1 : path);
    ptrdiff_t log = str_find(name, STR(".log"));
    return log > 0 ? str_head(name, (size_t)log) : name;
}

static const char *given_host(const struct settings *settings, const struct member *member)
{
    for (size_t i = 0; i < settings->hosts.count; i++)
        if (member_matches(member, settings->hosts.items[i].value))
            return settings->hosts.items[i].key;
    return NULL;
}

static bool has_hostless(const struct member *member)
{
    for (uint32_t i = 0; i < member->store.host_count; i++)
        if (intern_get(&member->store.intern, member->store.hosts[i].name).len == 0)
            return true;
    return false;
}

/* The host that the inputs of the folder name: one, none, or several. */
static unsigned folder_hosts(const struct member *members, size_t count,
                             const struct member *beside, struct str *ret)
{
    unsigned found = 0;
    for (size_t m = 0; m < count; m++) {
        if (!same_folder(&members[m], beside))
            continue;
        for (uint32_t i = 0; i < members[m].store.host_count; i++) {
            struct str name = intern_get(&members[m].store.intern, members[m].store.hosts[i].name);
            if (!name.len || (found && str_eq_nocase(name, *ret)))
                continue;
            *ret = name;
            found++;
        }
    }
    return found;
}

static void rename_host(struct member *member, struct str from, struct str to, struct arena *arena)
{
    struct host_rename *renames = arena_alloc(arena, (member->rename_count + 1) * sizeof *renames);
    if (member->rename_count)
        memcpy(renames, member->renames, member->rename_count * sizeof *renames);
    renames[member->rename_count++] = (struct host_rename){arena_str(arena, from), to};
    member->renames = renames;
    store_rename_host(&member->store, from, to);
}

static void name_hostless(struct member *members, size_t count, size_t m,
                          const struct settings *settings, struct notes *notes)
{
    struct member *member = &members[m];
    const char *given = given_host(settings, member);
    struct str host = STR("");
    unsigned hosts = given ? 0 : folder_hosts(members, count, member, &host);
    if (given)
        host = str_of(given);
    else if (hosts > 1)
        host = stem_of(member);
    if (!host.len)
        return;
    host = arena_str(notes->arena, host);
    rename_host(member, STR(""), host, notes->arena);
    notes_add(notes, arena_printf(notes->arena, "lines without a host in %s are of %.*s (%s)",
                                  member->path_name, (int)host.len, host.ptr,
                                  given        ? "--host"
                                  : hosts == 1 ? "the only host of its folder"
                                               : "named after the file"));
}

/* Text and the bytes behind it, without regard to case. */
static int compare_front(struct str name, struct str front)
{
    for (size_t i = 0; i < name.len && i < front.len; i++) {
        char x = char_lower(name.ptr[i]), y = char_lower(front.ptr[i]);
        if (x != y)
            return (unsigned char)x < (unsigned char)y ? -1 : 1;
    }
    return name.len < front.len ? -1 : 0;
}

/* Names of hosts without regard to case, then as they are. */
static int by_host_name(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    int order = compare_front(*x, *y);
    if (order == 0 && x->len > y->len)
        order = 1;
    return order ? order : str_compare(*x, *y);
}

/* All that the members name, sorted, each once; the caller frees them. */
static size_t host_names(const struct member *members, size_t count, struct str **ret)
{
    size_t all = 0, distinct = 0;
    for (size_t m = 0; m < count; m++)
        all += members[m].store.host_count;
    struct str *names = xcalloc(all + 1, sizeof *names);
    all = 0;
    for (size_t m = 0; m < count; m++)
        for (uint32_t i = 0; i < members[m].store.host_count; i++)
            names[all++] = intern_get(&members[m].store.intern, members[m].store.hosts[i].name);
    qsort(names, all, sizeof *names, by_host_name);
    for (size_t i = 0; i < all; i++)
        if (!distinct || !str_eq(names[distinct - 1], names[i]))
            names[distinct++] = names[i];
    *ret = names;
    return distinct;
}

/* The one whole name that a short one stands for; empty if there is none or several. */
static struct str whole_name(const struct str *names, size_t count, struct str name,
                             struct arena *arena)
{
    struct str found = STR("");
    if (!name.len || str_find_char(name, '.') >= 0)
        return found;
    struct str front = str_of(arena_printf(arena, "%.*s.", (int)name.len, name.ptr));
    size_t low = 0, high = count; /* the first that begins so */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_front(names[middle], front) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && compare_front(names[low], front) == 0; low++) {
        if (names[low].len == front.len) /* "mx." */
            continue;
        if (found.len)
            return STR("");
        found = names[low];
    }
    return found;
}

void inputs_name_hosts(struct member *members, size_t count, const struct settings *settings,
                       struct notes *notes)
{
    for (size_t m = 0; m < count; m++)
        if (has_hostless(&members[m]))
            name_hostless(members, count, m, settings, notes);
    struct str *names;
    size_t name_count = host_names(members, count, &names);
    for (size_t m = 0; m < count; m++) {
        for (uint32_t i = 0; i < members[m].store.host_count; i++) {
            struct str name = intern_get(&members[m].store.intern, members[m].store.hosts[i].name);
            struct str whole = whole_name(names, name_count, name, notes->arena);
            if (!whole.len)
                continue;
            whole = arena_str(notes->arena, whole);
            notes_add(notes, arena_printf(notes->arena, "%.*s is %.*s", (int)name.len, name.ptr,
                                          (int)whole.len, whole.ptr));
            rename_host(&members[m], name, whole, notes->arena);
        }
    }
    free(names);
}

/* Digests of one member by host and minute of UTC. */
struct minute {
    struct str host;
    int64_t minute;
    uint64_t sum, lines;
};

struct minutes {
    struct minute *items;
    size_t count;
};

static int by_host_and_minute(const void *a, const void *b)
{
    const struct minute *x = a, *y = b;
    int order = str_compare(x->host, y->host);
    return order ? order : (x->minute > y->minute) - (x->minute < y->minute);
}

static struct minutes minutes_of(const struct member *member, const struct clock_map *maps)
{
    const struct store *store = &member->store;
    struct minutes m = {xcalloc(store->digest_count + 1, sizeof *m.items), 0};
    for (uint32_t i = 0; i < store->digest_count; i++) {
        const struct digest *d = &store->digests[i];
        const struct clock_run *run = &store->runs[d->segment];
        int64_t utc = clock_utc(&maps[d->segment], run, d->minute * USEC_PER_MINUTE);
        m.items[m.count++] = (struct minute){intern_get(&store->intern, run->host),
                                             utc / USEC_PER_MINUTE, d->sum, d->lines};
    }
    qsort(m.items, m.count, sizeof *m.items, by_host_and_minute);
    size_t distinct = 0;
    for (size_t i = 0; i < m.count; i++) {
        if (distinct && by_host_and_minute(&m.items[distinct - 1], &m.items[i]) == 0) {
            m.items[distinct - 1].sum += m.items[i].sum;
            m.items[distinct - 1].lines += m.items[i].lines;
        } else {
            m.items[distinct++] = m.items[i];
        }
    }
    m.count = distinct;
    return m;
}

static bool holds_all(const struct minutes *a, const struct minutes *b)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct minute *hit =
            bsearch(&b->items[i], a->items, a->count, sizeof *a->items, by_host_and_minute);
        if (!hit || hit->sum != b->items[i].sum || hit->lines != b->items[i].lines)
            return false;
    }
    return b->count > 0;
}

/* First and last second of a host in a member. */
static bool host_span(const struct member *member, const struct clock_map *maps, struct str host,
                      int64_t *first, int64_t *last)
{
    bool found = false;
    for (uint32_t r = 0; r < member->store.run_count; r++) {
        const struct clock_run *run = &member->store.runs[r];
        if (!str_eq(intern_get(&member->store.intern, run->host), host))
            continue;
        int64_t min = clock_utc(&maps[r], run, run->min) / USEC_PER_SEC,
                max = clock_utc(&maps[r], run, run->max) / USEC_PER_SEC;
        *first = found && *first < min ? *first : min;
        *last = found && *last > max ? *last : max;
        found = true;
    }
    return found;
}

/* Parts of one log meet in one second at most; more than that may be the same lines twice. */
static bool overlap(const struct member *a, const struct clock_map *a_maps, const struct member *b,
                    const struct clock_map *b_maps)
{
    for (uint32_t i = 0; i < a->store.host_count; i++) {
        struct str host = intern_get(&a->store.intern, a->store.hosts[i].name);
        int64_t a_first = 0, a_last = 0, b_first = 0, b_last = 0;
        if (!host_span(a, a_maps, host, &a_first, &a_last) ||
            !host_span(b, b_maps, host, &b_first, &b_last))
            continue;
        int64_t from = a_first > b_first ? a_first : b_first,
                to = a_last < b_last ? a_last : b_last;
        bool meet = from == to && (a_last == b_first || b_last == a_first);
        if (to >= from && !meet)
            return true;
    }
    return false;
}

/* Not even seconds divide them: parts of one log, unless they hold the very same lines. */
static bool in_one_second(const struct member *a, const struct member *b)
{
    int64_t second = a->first_usec / USEC_PER_SEC;
    return a->last_usec / USEC_PER_SEC == second && b->first_usec / USEC_PER_SEC == second &&
           b->last_usec / USEC_PER_SEC == second;
}

bool inputs_apart(const struct member *members, size_t count, struct clock_map *const *maps)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (overlap(&members[j], maps[j], &members[i], maps[i]) ||
                in_one_second(&members[j], &members[i]))
                return false;
    return true;
}

static void unite(size_t *group, size_t count, size_t a, size_t b)
{
    size_t first = a < b ? a : b, other = a < b ? b : a;
    for (size_t i = 0; i < count; i++)
        if (group[i] == other)
            group[i] = first;
}

/* What they have in common was settled when it was made. */
static bool of_one_segment(const struct member *a, const struct member *b)
{
    return a->origin && b->origin && a->path == b->path;
}

/* Of two logs with the same lines the one to keep is that which holds them still. */
static bool can_be_quoted_instead(const struct member *members, size_t i, size_t j)
{
    return members[j].origin && !members[i].origin;
}

void inputs_overlaps(const struct member *members, size_t count, struct clock_map *const *maps,
                     size_t *group, bool *whole)
{
    for (size_t i = 0; i < count; i++) {
        group[i] = i;
        whole[i] = false;
    }
    for (size_t i = 0; i < count; i++) {
        struct minutes mine = {0};
        for (size_t j = 0; j < i && !whole[i]; j++) {
            if (whole[j] || members[i].first_usec == TIME_NONE ||
                members[j].last_usec < members[i].first_usec ||
                of_one_segment(&members[i], &members[j]))
                continue;
            bool overlaps = overlap(&members[j], maps[j], &members[i], maps[i]);
            if (!overlaps && !in_one_second(&members[j], &members[i]))
                continue;
            if (!mine.items)
                mine = minutes_of(&members[i], maps[i]);
            struct minutes other = minutes_of(&members[j], maps[j]);
            if (holds_all(&other, &mine))
                whole[can_be_quoted_instead(members, i, j) && holds_all(&mine, &other) ? j : i] =
                    true;
            else if (overlaps)
                unite(group, i + 1, group[i], group[j]);
            free(other.items);
        }
        free(mine.items);
        if (whole[i])
            group[i] = i;
    }
}
