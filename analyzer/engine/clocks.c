#define _GNU_SOURCE /* tm_gmtoff */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "hop_proofs.h"
#include "inputs.h"

#define TEMPLATE_START ((int64_t)946684800 * USEC_PER_SEC) /* 2000-01-01 */
#define DAY_USEC ((int64_t)SEC_PER_DAY * USEC_PER_SEC)

enum { UNDATED_YEAR = STAMP_TEMPLATE_YEAR };

static int64_t years_passed(int64_t usec)
{
    int64_t rel = usec - TEMPLATE_START;
    return (rel >= 0 ? rel : rel - TEMPLATE_YEAR_USEC + 1) / TEMPLATE_YEAR_USEC;
}

/* The wall clock, as if it were UTC. The template's year is a leap year; Feb 29 of a common year is
 * Mar 1. */
static int64_t wall_of(int year, int64_t usec)
{
    enum { FEB_29 = 59 }; /* day of the year, from 0 */
    int64_t passed = years_passed(usec), rest = usec - TEMPLATE_START - passed * TEMPLATE_YEAR_USEC;
    int64_t day = rest / DAY_USEC, y = year + passed;
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    int64_t real_day = day > FEB_29 && !leap ? day - 1 : day;
    return (days_from_civil(y, 1, 1) + real_day) * DAY_USEC + (rest - day * DAY_USEC);
}

static bool use_zone(const char *zone)
{
    const char *now = getenv("TZ");
    if (now && strcmp(now, zone) == 0)
        return true;
    if (setenv("TZ", zone, 1) != 0)
        return false;
    tzset();
    return true;
}

static int64_t zone_offset_at(time_t utc)
{
    struct tm tm;
    return localtime_r(&utc, &tm) ? tm.tm_gmtoff : 0;
}

/* Offset of a zone at a wall-clock time; of the two readings of an hour that comes twice, the
 * second where the clock stepped back. (mktime picks either, by what it was asked before.) */
static int64_t zone_offset_usec(const char *zone, int64_t wall, bool second)
{
    if (!use_zone(zone))
        return 0;
    time_t sec = (time_t)(wall / USEC_PER_SEC);
    int64_t before = zone_offset_at(sec - SEC_PER_DAY), after = zone_offset_at(sec + SEC_PER_DAY);
    bool before_holds = zone_offset_at(sec - before) == before;
    bool after_holds = zone_offset_at(sec - after) == after;
    bool takes_after = after_holds && (second || !before_holds);
    return (takes_after ? after : before) * USEC_PER_SEC;
}

static int64_t work_out(const struct clock_map *map, const struct clock_run *run, int64_t usec)
{
    int64_t wall = run->kind == STAMP_YEARLESS ? wall_of(map->year, usec) : usec;
    if (map->zone)
        return wall - zone_offset_usec(map->zone, wall, run->stepped_back);
    return wall - (int64_t)map->offset_sec * USEC_PER_SEC;
}

enum { FEB_29_ENDS = 60 }; /* days of the template's year */

int64_t clock_utc(const struct clock_map *map, const struct clock_run *run, int64_t usec)
{
    if (run->kind == STAMP_UTC)
        return usec;
    int64_t rest = usec - TEMPLATE_START;
    bool second_year = rest >= TEMPLATE_YEAR_USEC;
    rest -= second_year ? TEMPLATE_YEAR_USEC : 0;
    if (rest < 0 || rest >= TEMPLATE_YEAR_USEC ||
        !map->shift[second_year][rest >= FEB_29_ENDS * DAY_USEC])
        return work_out(map, run, usec);
    return usec + map->shift[second_year][rest >= FEB_29_ENDS * DAY_USEC];
}

/* Within a year, and on either side of Feb 29, UTC is the stamp and a constant, unless the zone has
 * summer time. */
static void prepare_shifts(struct clock_map *map, const struct clock_run *run)
{
    for (int year = 0; year < 2 && run->kind == STAMP_YEARLESS && !map->zone; year++) {
        for (int after = 0; after < 2; after++) {
            int64_t usec =
                TEMPLATE_START + year * TEMPLATE_YEAR_USEC + (after ? FEB_29_ENDS * DAY_USEC : 0);
            map->shift[year][after] = work_out(map, run, usec) - usec;
        }
    }
}

static const struct proof *best_proof(const struct clock_run *run)
{
    const struct proof *best = NULL;
    for (unsigned i = 0; i < run->proof_count; i++)
        if (!best || run->proofs[i].count > best->count)
            best = &run->proofs[i];
    return best;
}

/* "+05:30", "local" or an IANA name. */
static void read_zone(const char *value, struct clock_map *map)
{
    if (value[0] == '+' || value[0] == '-') {
        int hours = atoi(value + 1), minutes = 0;
        const char *colon = strchr(value, ':');
        if (colon)
            minutes = atoi(colon + 1);
        else if (strlen(value) == 5)
            minutes = hours % 100, hours /= 100;
        map->offset_sec = (value[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
        return;
    }
    map->zone = strcmp(value, "local") == 0 ? ":/etc/localtime" : value;
}

int zone_minutes(const char *zone, int64_t utc_usec)
{
    struct clock_map map = {0};
    read_zone(zone, &map);
    if (!map.zone)
        return map.offset_sec / 60;
    return use_zone(map.zone) ? (int)(zone_offset_at((time_t)(utc_usec / USEC_PER_SEC)) / 60) : 0;
}

static bool given_zone(const struct settings *settings, const struct member *member,
                       struct clock_map *map)
{
    const struct pair *found = NULL;
    for (size_t i = 0; i < settings->timezones.count; i++) {
        const struct pair *pair = &settings->timezones.items[i];
        if (!pair->key ? !found : member_matches(member, pair->key))
            found = pair;
    }
    if (found)
        read_zone(found->value, map);
    return found;
}

/* Eight digits of a file name that are a date (maillog-20240107.gz): the day the file was rotated.
 */
static bool date_in_name(const char *name, int64_t *ret)
{
    for (const char *at = name; *at; at++) {
        size_t digits = strspn(at, "0123456789");
        if (digits == 0)
            continue;
        unsigned year, month, day;
        if (digits == 8 && sscanf(at, "%4u%2u%2u", &year, &month, &day) == 3 &&
            stamp_from_fields(year, month, day, 0, 0, 0, ret))
            return true;
        if (digits == 4 && sscanf(at, "%4u-%2u-%2u", &year, &month, &day) == 3 &&
            stamp_from_fields(year, month, day, 0, 0, 0, ret))
            return true;
        at += digits - 1;
    }
    return false;
}

/* The latest year in which the run ends no later than a day after limit. */
static int year_before(const struct clock_run *run, int64_t limit)
{
    int64_t year;
    unsigned month, day;
    civil_from_days((limit + DAY_USEC) / DAY_USEC, &year, &month, &day);
    year -= years_passed(run->last) - years_passed(run->first);
    year -= years_passed(run->first);
    while (wall_of((int)year, run->max) > limit + 2 * DAY_USEC)
        year--;
    return (int)year;
}

/* What was dated by a rule serves the next rules, not the others of its own: no order of inputs may
 * matter. */
enum dated { UNDATED, DATED, DATED_JUST_NOW };

struct dating {
    struct clock_rules *rules;
    struct member *members;
    size_t count;
    struct clock_map **maps;
    uint8_t **dated; /* by run: enum dated */
};

static const char by_ids[] = "ids in the log";

static void from_proofs(struct dating *d)
{
    for (size_t m = 0; m < d->count; m++) {
        const struct store *store = &d->members[m].store;
        for (uint32_t r = 0; r < store->run_count; r++) {
            const struct clock_run *run = &store->runs[r];
            struct clock_map *map = &d->maps[m][r];
            const struct proof *proof = best_proof(run);
            bool zone_given = given_zone(d->rules->settings, &d->members[m], map);
            map->assumed_zone = run->kind != STAMP_UTC && !zone_given && !proof;
            if (run->kind == STAMP_UTC || (proof && !zone_given))
                map->offset_sec = proof ? proof->offset_minutes * 60 : 0;
            d->dated[m][r] = run->kind == STAMP_YEARLESS ? UNDATED : DATED;
            if (run->kind == STAMP_YEARLESS && d->rules->settings->year) {
                map->year = d->rules->settings->year - (int)years_passed(run->first);
                d->dated[m][r] = DATED;
            } else if (run->kind == STAMP_YEARLESS && proof) {
                map->year = proof->year;
                d->dated[m][r] = DATED;
            }
            if (run->kind != STAMP_UTC && zone_given)
                d->members[m].zone_rule = "--timezone";
            else if (run->kind != STAMP_UTC && proof)
                d->members[m].zone_rule = by_ids;
            if (run->kind == STAMP_YEARLESS && d->dated[m][r])
                d->members[m].year_rule = d->rules->settings->year ? "--year" : by_ids;
        }
    }
}

/* Hosts that are known prove those next to them. */
enum { HOP_ROUNDS = 4 };

static bool is_known(const struct dating *d, size_t m, uint32_t r)
{
    return d->dated[m][r] != UNDATED && !d->maps[m][r].assumed_zone;
}

/* What is known by other ids than its own. */
static void name_rules(struct member *member, const char *rule)
{
    if (strcmp(member->zone_rule, by_ids) == 0)
        member->zone_rule = rule;
    if (strcmp(member->year_rule, by_ids) == 0)
        member->year_rule = rule;
}

static bool from_hops(struct dating *d)
{
    bool **known = arena_alloc(d->rules->arena, d->count * sizeof *known + 1);
    for (size_t m = 0; m < d->count; m++) {
        uint32_t runs = d->members[m].store.run_count;
        known[m] = arena_alloc(d->rules->arena, runs * sizeof *known[m] + 1);
        for (uint32_t r = 0; r < runs; r++)
            known[m][r] = is_known(d, m, r);
    }
    if (!hop_proofs_add(d->members, d->count, d->maps, known))
        return false;
    from_proofs(d);
    for (size_t m = 0; m < d->count; m++)
        for (uint32_t r = 0; r < d->members[m].store.run_count; r++)
            if (!known[m][r] && is_known(d, m, r))
                name_rules(&d->members[m], "events that another host logs too");
    return true;
}

static int64_t distance(int64_t a_min, int64_t a_max, int64_t b_min, int64_t b_max)
{
    if (a_max < b_min)
        return b_min - a_max;
    return b_max < a_min ? a_min - b_max : 0;
}

/* The year that puts an undated run nearest to the dated ones. */
static bool year_from_siblings(const struct dating *d, const struct clock_run *run, int *ret)
{
    int64_t best = INT64_MAX;
    for (size_t m = 0; m < d->count; m++) {
        const struct store *store = &d->members[m].store;
        for (uint32_t r = 0; r < store->run_count; r++) {
            if (d->dated[m][r] != DATED)
                continue;
            const struct clock_run *other = &store->runs[r];
            int64_t min = clock_utc(&d->maps[m][r], other, other->min),
                    max = clock_utc(&d->maps[m][r], other, other->max), year;
            unsigned month, day;
            civil_from_days(min / DAY_USEC, &year, &month, &day);
            year -= years_passed(run->first);
            for (int64_t y = year - 1; y <= year + 1; y++) {
                int64_t far =
                    distance(wall_of((int)y, run->min), wall_of((int)y, run->max), min, max);
                if (far < best) {
                    best = far;
                    *ret = (int)y;
                }
            }
        }
    }
    return best != INT64_MAX;
}

static void date_rest(struct dating *d, const char *rule,
                      bool (*year_of)(const struct dating *, const struct member *,
                                      const struct clock_run *, int *),
                      bool assumed)
{
    for (size_t m = 0; m < d->count; m++) {
        struct member *member = &d->members[m];
        for (uint32_t r = 0; r < member->store.run_count; r++) {
            if (d->dated[m][r] || !year_of(d, member, &member->store.runs[r], &d->maps[m][r].year))
                continue;
            d->dated[m][r] = DATED_JUST_NOW;
            d->maps[m][r].assumed_year = assumed;
            member->year_rule = rule;
        }
    }
    for (size_t m = 0; m < d->count; m++)
        for (uint32_t r = 0; r < d->members[m].store.run_count; r++)
            d->dated[m][r] = d->dated[m][r] == UNDATED ? UNDATED : DATED;
}

static bool by_name(const struct dating *d, const struct member *member,
                    const struct clock_run *run, int *ret)
{
    int64_t limit;
    (void)d;
    if (!date_in_name(member->name ? member->name : member->path_name, &limit) &&
        !date_in_name(member->path_name, &limit))
        return false;
    *ret = year_before(run, limit);
    return true;
}

static bool by_sibling(const struct dating *d, const struct member *member,
                       const struct clock_run *run, int *ret)
{
    (void)member;
    return year_from_siblings(d, run, ret);
}

static bool by_modification(const struct dating *d, const struct member *member,
                            const struct clock_run *run, int *ret)
{
    (void)d;
    if (member->modified_usec == TIME_NONE)
        return false;
    *ret = year_before(run, member->modified_usec);
    return true;
}

static bool by_nothing(const struct dating *d, const struct member *member,
                       const struct clock_run *run, int *ret)
{
    (void)d;
    (void)member;
    *ret = UNDATED_YEAR - (int)years_passed(run->first);
    return true;
}

/* A zone that all proofs of the whole log agree on holds for runs without one. */
static void spread_zone(struct dating *d)
{
    bool any = false, differ = false;
    int32_t offset = 0;
    for (size_t m = 0; m < d->count; m++) {
        for (uint32_t r = 0; r < d->members[m].store.run_count; r++) {
            const struct proof *proof = best_proof(&d->members[m].store.runs[r]);
            if (!proof)
                continue;
            differ |= any && offset != proof->offset_minutes * 60;
            any = true;
            offset = proof->offset_minutes * 60;
        }
    }
    for (size_t m = 0; any && !differ && m < d->count; m++) {
        for (uint32_t r = 0; r < d->members[m].store.run_count; r++) {
            struct clock_map *map = &d->maps[m][r];
            if (!map->assumed_zone)
                continue;
            map->offset_sec = offset;
            map->assumed_zone = false;
            d->members[m].zone_rule = "ids in other inputs";
        }
    }
}

/* Where the zone is assumed, a step back of an hour is taken for what it looks like: the end of
 * summer time. */
static void step_assumed(struct dating *d)
{
    for (size_t m = 0; m < d->count; m++) {
        struct store *store = &d->members[m].store;
        for (uint32_t r = 0; r < store->run_count; r++) {
            const struct clock_run *run = &store->runs[r];
            if (run->stepped_back && d->maps[m][r].assumed_zone && run->older)
                d->maps[m][r].offset_sec = d->maps[m][run->older - 1].offset_sec - 3600;
        }
    }
}

static void name_assumed(struct dating *d)
{
    for (size_t m = 0; m < d->count; m++)
        for (uint32_t r = 0; r < d->members[m].store.run_count; r++)
            if (d->maps[m][r].assumed_zone)
                d->members[m].zone_rule = "nothing: UTC assumed";
}

void clocks_settle(struct clock_rules *rules, struct member *members, size_t count,
                   struct clock_map **maps)
{
    struct dating d = {rules, members, count, maps,
                       arena_alloc(rules->arena, count * sizeof(uint8_t *) + 1)};
    for (size_t m = 0; m < count; m++) {
        maps[m] = arena_alloc(rules->arena, members[m].store.run_count * sizeof *maps[m] + 1);
        d.dated[m] = arena_alloc(rules->arena, members[m].store.run_count * sizeof **d.dated + 1);
        members[m].year_rule = members[m].zone_rule = "its stamps";
    }
    from_proofs(&d);
    for (unsigned rounds = 0; rounds < HOP_ROUNDS && from_hops(&d); rounds++)
        ;
    spread_zone(&d);
    step_assumed(&d);
    name_assumed(&d);
    date_rest(&d, "the date in its name", by_name, false);
    date_rest(&d, "the other inputs", by_sibling, false);
    date_rest(&d, "its modification time", by_modification, false);
    date_rest(&d, "nothing: assumed", by_nothing, true);
    for (size_t m = 0; m < count; m++)
        for (uint32_t r = 0; r < members[m].store.run_count; r++)
            prepare_shifts(&maps[m][r], &members[m].store.runs[r]);
}
