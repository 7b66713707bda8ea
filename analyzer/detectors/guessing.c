/* Credential attacks: addresses that tried many passwords, grouped by what they tried together.
 * Where one was let in and the log gives no name, nobody is named: the candidates are all accounts,
 * those never refused there first. */
#include <stdlib.h>

#include "gather.h"
#include "source_report.h"
#include "span.h"
#include "window.h"

enum { MANY_FAILURES = 10, GROUPS_TOLD = 16 };
#define BRIEF_USEC (6 * HOUR_USEC)

/* One address of an attack, and the tree of its group. */
struct attacker {
    uint32_t source, parent;
};

struct attack {
    struct gather *gather;
    const struct world *world;
    struct attacker *attackers;
    uint32_t count;
    uint32_t *attacker_of; /* by source: index + 1, or 0 */
};

/* A failed login of an attacker. */
struct
try {
    uint32_t account, attacker;
    int64_t usec;
    uint32_t login;
};

static bool is_attacking(const struct world *world, uint32_t source)
{
    const struct source_view *view = &world->sources[source];
    if (view->infrastructure || view->gateway || view->trusted || view->office)
        return false;
    return view->spraying || (view->users == 0 && view->failed >= MANY_FAILURES);
}

/* The story of accounts that fell is told there. */
static bool tried_only_fallen(const struct world *world, uint32_t source)
{
    const struct facts *facts = world->facts;
    const struct source_fact *fact = &facts->sources[source];
    for (uint32_t i = 0; i < fact->login_count; i++) {
        const struct login *login = &facts->logins[facts->logins_by_ip[fact->login_first + i]];
        if (login->outcome == LOGIN_FAILED && facts_covers(facts, login->usec) &&
            (login->principal == PRINCIPAL_UNKNOWN || !world->flagged[login->principal]))
            return false;
    }
    return world->sources[source].failed_named > 0;
}

static uint32_t root_of(struct attack *attack, uint32_t at)
{
    while (attack->attackers[at].parent != at)
        at = attack->attackers[at].parent = attack->attackers[attack->attackers[at].parent].parent;
    return at;
}

static void join(struct attack *attack, uint32_t a, uint32_t b)
{
    uint32_t x = root_of(attack, a), y = root_of(attack, b);
    if (x < y)
        attack->attackers[y].parent = x;
    else
        attack->attackers[x].parent = y;
}

static int compare_tries(const void *a, const void *b)
{
    const struct try *x = a, *y = b;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    return x->login < y->login ? -1 : x->login > y->login;
}

static struct try *collect_tries(struct attack *attack, uint32_t *ret_count)
{
    const struct facts *facts = attack->world->facts;
    size_t room = 1;
    uint32_t count = 0;
    for (uint32_t i = 0; i < attack->count; i++)
        room += facts->sources[attack->attackers[i].source].login_count;
    struct try *tries = xcalloc(room, sizeof *tries);
    for (uint32_t i = 0; i < attack->count; i++) {
        const struct source_fact *fact = &facts->sources[attack->attackers[i].source];
        for (uint32_t k = 0; k < fact->login_count; k++) {
            uint32_t at = facts->logins_by_ip[fact->login_first + k];
            const struct login *login = &facts->logins[at];
            if (login->outcome == LOGIN_FAILED && login->account &&
                facts_covers(facts, login->usec))
                tries[count++] = (struct try){login->account, i, login->usec, at};
        }
    }
    qsort(tries, count, sizeof *tries, compare_tries);
    *ret_count = count;
    return tries;
}

/* The same name within an hour. */
static void join_by_name(struct attack *attack, const struct try *tries, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        if (tries[i].account == tries[i - 1].account &&
            tries[i].usec - tries[i - 1].usec <= HOUR_USEC)
            join(attack, tries[i].attacker, tries[i - 1].attacker);
}

struct stretch {
    int64_t first, last;
    uint32_t attacker;
};

static int compare_stretches(const void *a, const void *b)
{
    const struct stretch *x = a, *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->attacker < y->attacker ? -1 : x->attacker > y->attacker;
}

/* Brief sprays at one time share a list of names between them. */
static void join_by_time(struct attack *attack)
{
    struct stretch *stretches = xcalloc(attack->count + 1, sizeof *stretches);
    uint32_t count = 0, latest = 0;
    for (uint32_t i = 0; i < attack->count; i++) {
        const struct source_view *view = &attack->world->sources[attack->attackers[i].source];
        if (view->spraying && view->last_usec - view->first_usec <= BRIEF_USEC)
            stretches[count++] = (struct stretch){view->first_usec, view->last_usec, i};
    }
    qsort(stretches, count, sizeof *stretches, compare_stretches);
    for (uint32_t i = 1; i < count; i++) {
        if (stretches[i].first <= stretches[latest].last)
            join(attack, stretches[i].attacker, stretches[latest].attacker);
        latest = stretches[i].last > stretches[latest].last ? i : latest;
    }
    free(stretches);
}

/* A user who forgot his password fails at one name; only who sprayed was let in as somebody else.
 */
static bool is_opened(const struct attack *attack, uint32_t attacker)
{
    const struct source_view *view = &attack->world->sources[attack->attackers[attacker].source];
    return view->spraying && view->unnamed_ok > 0;
}

/* Members of a group, or of all groups that opened nothing. */
struct group {
    bool *member; /* by attacker */
    bool opened;
};

static bool is_cut(const struct attack *attack, const struct group *group, int64_t first_usec)
{
    const struct facts *facts = attack->world->facts;
    size_t room = 1;
    uint32_t count = 0;
    for (uint32_t i = 0; i < attack->count; i++)
        room += group->member[i] ? facts->sources[attack->attackers[i].source].login_count : 0;
    int64_t *times = xcalloc(room, sizeof *times);
    for (uint32_t i = 0; i < attack->count; i++) {
        const struct source_fact *fact = &facts->sources[attack->attackers[i].source];
        for (uint32_t k = 0; group->member[i] && k < fact->login_count; k++) {
            int64_t usec = facts->logins[facts->logins_by_ip[fact->login_first + k]].usec;
            if (facts_covers(facts, usec))
                times[count++] = usec;
        }
    }
    bool cut = window_is_cut(attack->world, first_usec, times, count);
    free(times);
    return cut;
}

static void add_sources(struct attack *attack, const struct group *group, struct finding *finding)
{
    const struct world *world = attack->world;
    struct source_report *sources =
        arena_alloc(attack->gather->arena, (attack->count + 1) * sizeof *sources);
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (uint32_t i = 0; i < attack->count; i++) {
        if (!group->member[i])
            continue;
        const struct source_view *view = &world->sources[attack->attackers[i].source];
        struct source_report *source = &sources[finding->source_count++];
        *source = source_report_of(world, attack->attackers[i].source);
        source->role = ROLE_ATTACKER;
        source->did = DID_GUESS | (view->unnamed_ok ? DID_CHECK : 0);
        source->login_failures = view->failed;
        source->logins = view->unnamed_ok;
        finding->counts.login_failures += view->failed;
        finding->counts.logins += view->unnamed_ok;
        first = view->first_usec < first ? view->first_usec : first;
        last = view->last_usec > last ? view->last_usec : last;
    }
    source_reports_sort(sources, finding->source_count);
    finding->sources = sources;
    finding->window.guess = window_when(world, first);
    finding->window.last_try = window_when(world, last);
    finding->window.left_censored = !group->opened && is_cut(attack, group, first);
}

static void push(struct finding_account *list, struct finding *finding,
                 struct finding_account account)
{
    list[finding->account_count++] = account;
}

static void add_unnamed(struct attack *attack, const struct group *group, struct finding *finding,
                        struct finding_account *list)
{
    const struct facts *facts = attack->world->facts;
    for (uint32_t i = 0; i < attack->count; i++) {
        const struct source_fact *fact = &facts->sources[attack->attackers[i].source];
        for (uint32_t k = 0; group->member[i] && k < fact->login_count; k++) {
            const struct login *login = &facts->logins[facts->logins_by_ip[fact->login_first + k]];
            if (login->outcome != LOGIN_OK || login->name || !facts_covers(facts, login->usec))
                continue;
            struct when time = window_when(attack->world, login->usec);
            push(list, finding,
                 (struct finding_account){{NULL, 0}, true, facts_str(facts, fact->ip), time});
            if (finding->window.access.usec == TIME_NONE ||
                login->usec < finding->window.access.usec)
                finding->window.access = time;
        }
    }
}

static void add_opened(struct attack *attack, const struct group *group, struct finding *finding,
                       struct finding_account *list)
{
    const struct facts *facts = attack->world->facts;
    const struct gather *gather = attack->gather;
    for (uint32_t i = 0; i < gather->touch_count; i++) {
        const struct touch *touch = &gather->touches[i];
        uint32_t attacker = attack->attacker_of[touch->source];
        if (!touch->opened || !attacker || !group->member[attacker - 1] ||
            !attack->world->sources[touch->source].spraying)
            continue;
        push(list, finding,
             (struct finding_account){facts->principals[touch->principal].name, true,
                                      facts_str(facts, facts->sources[touch->source].ip),
                                      window_when(attack->world, touch->usec)});
    }
}

/* The first try of every name. */
static void add_tried(struct attack *attack, const struct group *group, const struct try *tries,
                      uint32_t count, struct finding *finding, struct finding_account *list)
{
    const struct facts *facts = attack->world->facts;
    uint32_t last = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!group->member[tries[i].attacker] || tries[i].account == last)
            continue;
        last = tries[i].account;
        push(list, finding,
             (struct finding_account){facts_str(facts, last), false,
                                      facts_str(facts, facts->logins[tries[i].login].ip),
                                      window_when(attack->world, tries[i].usec)});
    }
}

static int compare_accounts(const void *a, const void *b)
{
    const struct finding_account *x = a, *y = b;
    if (x->opened != y->opened)
        return x->opened ? -1 : 1;
    if (x->time.usec != y->time.usec)
        return x->time.usec < y->time.usec ? -1 : 1;
    int order = str_compare(x->account, y->account);
    return order ? order : str_compare(x->source, y->source);
}

static void add_candidates(struct attack *attack, const struct group *group,
                           const struct try *tries, uint32_t count, struct finding *finding)
{
    const struct facts *facts = attack->world->facts;
    bool *refused = xcalloc((size_t)facts->principal_count + 1, sizeof *refused);
    struct str *names =
        arena_alloc(attack->gather->arena, ((size_t)attack->world->users + 1) * sizeof *names);
    for (uint32_t i = 0; i < count; i++)
        if (group->member[tries[i].attacker] && is_opened(attack, tries[i].attacker) &&
            facts->logins[tries[i].login].principal != PRINCIPAL_UNKNOWN)
            refused[facts->logins[tries[i].login].principal] = true;
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < facts->principal_count; i++)
            if (facts->principals[i].kind == PRINCIPAL_ACCOUNT && refused[i] == (round == 1))
                names[finding->candidate_count++] = facts->principals[i].name;
        finding->unrefused_count = round ? finding->unrefused_count : finding->candidate_count;
    }
    finding->candidates = names;
    free(refused);
}

static void add_evidence(struct attack *attack, const struct group *group, struct finding *finding,
                         uint32_t names, uint32_t unnamed)
{
    const struct facts *facts = attack->world->facts;
    struct evidence *evidence = arena_alloc(attack->gather->arena, sizeof *evidence);
    const struct weight *weight = &weights[group->opened ? C02_SPRAY : C05_RATIO];
    const char *outcome =
        facts->hides_logins ? "none is known to have been let in" : "none was let in";
    if (unnamed)
        outcome =
            arena_printf(attack->gather->arena, "then let in %u time%s, without a name in the log",
                         unnamed, unnamed == 1 ? "" : "s");
    else if (group->opened)
        outcome = "then let in";
    *evidence = (struct evidence){
        .id = weight->id, .family = weight->family, .weight_tenths = weight->tenths};
    const char *plural = finding->source_count == 1 ? "" : "es";
    unsigned long long failures = finding->counts.login_failures;
    evidence->text =
        names ? arena_printf(attack->gather->arena,
                             "%u address%s tried %u names (%llu failures), %s; an office fails at "
                             "its own names",
                             finding->source_count, plural, names, failures, outcome)
              : arena_printf(attack->gather->arena,
                             "%u address%s failed %llu times, under names that the log leaves out, "
                             "%s; usual: a slip or two",
                             finding->source_count, plural, failures, outcome);
    for (uint32_t i = 0; i < attack->count && evidence->ref_count < REFS_MAX; i++) {
        const struct source_fact *fact = &facts->sources[attack->attackers[i].source];
        for (uint32_t k = 0;
             group->member[i] && k < fact->login_count && evidence->ref_count < REFS_MAX; k++) {
            const struct login *login = &facts->logins[facts->logins_by_ip[fact->login_first + k]];
            if ((login->outcome == LOGIN_OK) == (unnamed > 0) &&
                !(login->outcome == LOGIN_OK && login->name) && facts_covers(facts, login->usec))
                evidence->refs[evidence->ref_count++].place = login->place;
        }
    }
    finding->evidence = evidence;
    finding->evidence_count = 1;
}

static void report(struct attack *attack, const struct group *group, const struct try *tries,
                   uint32_t count)
{
    struct finding *finding = gather_finding(attack->gather);
    size_t room = (size_t)count + attack->gather->touch_count + 1;
    for (uint32_t i = 0; i < attack->count; i++)
        room += group->member[i]
                    ? attack->world->facts->sources[attack->attackers[i].source].login_count
                    : 0;
    struct finding_account *list = xcalloc(room, sizeof *list);
    finding->class = CLASS_CREDENTIAL_ATTACK;
    finding->verdict = group->opened ? VERDICT_LIKELY : VERDICT_WATCH;
    add_sources(attack, group, finding);
    add_unnamed(attack, group, finding, list);
    uint32_t unnamed = finding->account_count;
    add_opened(attack, group, finding, list);
    uint32_t opened = finding->account_count;
    add_tried(attack, group, tries, count, finding, list);
    qsort(list, finding->account_count, sizeof *list, compare_accounts);
    struct finding_account *kept =
        arena_alloc(attack->gather->arena, (finding->account_count + 1) * sizeof *kept);
    memcpy(kept, list, finding->account_count * sizeof *kept);
    free(list);
    finding->accounts = kept;
    if (unnamed)
        add_candidates(attack, group, tries, count, finding);
    add_evidence(attack, group, finding, finding->account_count - opened, unnamed);
}

/* One finding for every group that got in (the last takes in what is more than can be told apart),
 * one for all the rest. */
static void report_groups(struct attack *attack, const struct try *tries, uint32_t count)
{
    bool *opened = xcalloc(attack->count + 1, sizeof *opened);
    struct group group = {.member = xcalloc(attack->count + 1, sizeof *group.member)};
    uint32_t rest = 0;
    for (uint32_t i = 0; i < attack->count; i++)
        if (is_opened(attack, i))
            opened[root_of(attack, i)] = true;
    for (uint32_t i = 0; i < attack->gather->touch_count; i++) {
        const struct touch *touch = &attack->gather->touches[i];
        uint32_t attacker = attack->attacker_of[touch->source];
        if (touch->opened && attacker && attack->world->sources[touch->source].spraying)
            opened[root_of(attack, attacker - 1)] = true;
    }
    for (uint32_t root = 0, told = 0; root < attack->count && told < GROUPS_TOLD; root++) {
        if (!opened[root])
            continue;
        bool last = ++told == GROUPS_TOLD;
        for (uint32_t i = 0; i < attack->count; i++)
            group.member[i] = root_of(attack, i) == root ||
                              (last && root_of(attack, i) > root && opened[root_of(attack, i)]);
        group.opened = true;
        report(attack, &group, tries, count);
    }
    for (uint32_t i = 0; i < attack->count; i++)
        rest += group.member[i] = !opened[root_of(attack, i)];
    group.opened = false;
    if (rest)
        report(attack, &group, tries, count);
    free(opened);
    free(group.member);
}

void find_guessing(struct gather *gather)
{
    uint32_t count;
    size_t sources = (size_t)gather->world->facts->source_count + 1;
    struct attack attack = {.gather = gather, .world = gather->world};
    attack.attackers = xcalloc(sources, sizeof *attack.attackers);
    attack.attacker_of = xcalloc(sources, sizeof *attack.attacker_of);
    for (uint32_t i = 0; i < gather->world->facts->source_count; i++) {
        if (!is_attacking(gather->world, i) || tried_only_fallen(gather->world, i))
            continue;
        attack.attackers[attack.count] = (struct attacker){i, attack.count};
        attack.attacker_of[i] = ++attack.count;
    }
    struct try *tries = collect_tries(&attack, &count);
    join_by_name(&attack, tries, count);
    join_by_time(&attack);
    report_groups(&attack, tries, count);
    free(tries);
    free(attack.attackers);
    free(attack.attacker_of);
}
