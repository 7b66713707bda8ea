#include "world.h"
#include "numbers.h"

#include <libpsl.h>
#include <stdlib.h>

enum { DOMAIN_MAX = 255 };

/* Top-level domains that no list knows have no rules; most countries have these second levels. */
static bool is_second_level(struct str label)
{
    static const char *const labels[] = {"ac", "co", "com", "edu", "gov", "net", "org"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (str_eq(label, str_of(labels[i])))
            return true;
    return false;
}

/* found: the last two labels of name, by the rule for unknown top-level domains. */
static struct str widen_unknown(const psl_ctx_t *suffixes, struct str name, struct str found)
{
    ptrdiff_t dot = str_find_char(found, '.');
    if (dot < 0 || found.len == name.len || !is_second_level(str_head(found, (size_t)dot)) ||
        psl_is_public_suffix2(suffixes, found.ptr + dot + 1, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE))
        return found;
    struct str rest = str_head(name, name.len - found.len - 1);
    dot = str_find_last_char(rest, '.');
    return str_skip(name, dot < 0 ? 0 : (size_t)dot + 1);
}

/* Into text[DOMAIN_MAX + 1], or name itself where it is no domain. */
static struct str registrable(const psl_ctx_t *suffixes, struct str name, char *text)
{
    while (name.len && name.ptr[name.len - 1] == '.')
        name.len--;
    if (name.len == 0 || name.len > DOMAIN_MAX || name.ptr[0] == '[')
        return name;
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '\0')
            return name;
        text[i] = char_lower(name.ptr[i]);
    }
    text[name.len] = '\0';
    struct str lower = {text, name.len};
    const char *found = suffixes ? psl_registrable_domain(suffixes, text) : NULL;
    return found ? widen_unknown(suffixes, lower, str_of(found)) : lower;
}

static void learn_domain(struct world *world, uint32_t id)
{
    char text[DOMAIN_MAX + 1];
    if (id == 0 || world->domain_of[id])
        return;
    struct str name = facts_str(world->facts, id);
    if (name.len)
        world->domain_of[id] = intern_id(&world->domains, registrable(world->suffixes, name, text));
}

static void learn_domains(struct world *world)
{
    const struct facts *facts = world->facts;
    for (uint32_t i = 0; i < facts->local_domain_count; i++)
        learn_domain(world, facts->local_domains[i]);
    world->local_count = world->domains.count;
    for (uint32_t i = 0; i < facts->message_count; i++) {
        learn_domain(world, facts->messages[i].sender_domain);
        learn_domain(world, facts->messages[i].header_domain);
    }
    for (uint32_t i = 0; i < facts->recipient_count; i++)
        learn_domain(world, facts->recipients[i].domain);
    for (uint32_t i = 0; i < facts->source_count; i++)
        learn_domain(world, facts->sources[i].client_name);
    for (uint32_t i = 0; i < facts->principal_count; i++)
        learn_domain(world, facts->principals[i].domain);
}

uint32_t world_find_domain(const struct world *world, struct str name)
{
    char text[DOMAIN_MAX + 1];
    return name.len ? intern_find(&world->domains, registrable(world->suffixes, name, text)) : 0;
}

bool world_is_local(const struct world *world, uint32_t domain)
{
    return domain && domain < world->local_count;
}

bool world_recipient_is_local(const struct world *world, const struct recipient_fact *recipient)
{
    return recipient->local || world_is_local(world, world->domain_of[recipient->domain]);
}

static uint32_t sort_unique(uint32_t *ids, uint32_t count)
{
    uint32_t kept = 0;
    if (count > 1)
        qsort(ids, count, sizeof *ids, compare_u32);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || ids[i] != ids[kept - 1])
            ids[kept++] = ids[i];
    return kept;
}

static uint32_t count_common(const uint32_t *a, uint32_t a_count, const uint32_t *b,
                             uint32_t b_count)
{
    uint32_t common = 0;
    for (uint32_t i = 0, k = 0; i < a_count && k < b_count;) {
        common += a[i] == b[k];
        bool step_a = a[i] <= b[k], step_b = b[k] <= a[i];
        i += step_a;
        k += step_b;
    }
    return common;
}

static void see(struct source_view *view, int64_t usec)
{
    view->first_usec = usec < view->first_usec ? usec : view->first_usec;
    view->last_usec = usec > view->last_usec ? usec : view->last_usec;
}

/* What an address did as far as it counts. */
static void count_uses(struct world *world)
{
    const struct facts *facts = world->facts;
    for (uint32_t i = 0; i < facts->source_count; i++) {
        world->sources[i].first_usec = INT64_MAX;
        world->sources[i].last_usec = INT64_MIN;
    }
    for (uint32_t i = 0; i < facts->message_count; i++) {
        const struct message *message = &facts->messages[i];
        uint32_t source = message->ip ? world->source_of[message->ip] : NO_SOURCE;
        if (source != NO_SOURCE && facts_covers(facts, message->first_usec))
            see(&world->sources[source], message->first_usec);
    }
    for (uint32_t i = 0; i < facts->login_count; i++) {
        const struct login *login = &facts->logins[i];
        uint32_t source = login->ip ? world->source_of[login->ip] : NO_SOURCE;
        if (source == NO_SOURCE || !facts_covers(facts, login->usec))
            continue;
        struct source_view *view = &world->sources[source];
        bool ok = login->outcome == LOGIN_OK;
        see(view, login->usec);
        view->failed += ok ? 0 : login->count;
        view->failed_named += ok || !login->name ? 0 : login->count;
        view->unnamed_ok += ok && !login->account ? login->count : 0;
    }
}

/* Who failed and who succeeded at one address: failures as far as they count; failed, unknown and
 * succeeded have room for all its logins. */
static void count_names(struct world *world, uint32_t index, uint32_t *room)
{
    const struct facts *facts = world->facts;
    const struct source_fact *fact = &facts->sources[index];
    struct source_view *view = &world->sources[index];
    uint32_t *failed = room, *unknown = room + fact->login_count,
             *succeeded = room + 2 * (size_t)fact->login_count;
    uint32_t failed_count = 0, unknown_count = 0, succeeded_count = 0;
    for (uint32_t i = 0; i < fact->login_count; i++) {
        const struct login *login = &facts->logins[facts->logins_by_ip[fact->login_first + i]];
        bool failed_outside = login->outcome == LOGIN_FAILED && !facts_covers(facts, login->usec);
        if (login->account == 0 || failed_outside)
            continue;
        if (login->outcome == LOGIN_OK)
            succeeded[succeeded_count++] = login->account;
        else
            failed[failed_count++] = login->account;
        if (login->outcome == LOGIN_FAILED && login->principal == PRINCIPAL_UNKNOWN)
            unknown[unknown_count++] = login->account;
    }
    failed_count = sort_unique(failed, failed_count);
    succeeded_count = sort_unique(succeeded, succeeded_count);
    view->tried = failed_count;
    view->unknown = sort_unique(unknown, unknown_count);
    view->users = succeeded_count > fact->accounts_ok ? succeeded_count : fact->accounts_ok;
    view->let_in = count_common(failed, failed_count, succeeded, succeeded_count);
}

static void learn_sources(struct world *world)
{
    const struct facts *facts = world->facts;
    size_t most = 0;
    for (uint32_t i = 0; i < facts->source_count; i++)
        if (facts->sources[i].login_count > most)
            most = facts->sources[i].login_count;
    uint32_t *room = xcalloc(3 * most + 1, sizeof *room);
    for (uint32_t i = 0; i < facts->source_count; i++) {
        const struct source_fact *fact = &facts->sources[i];
        struct source_view *view = &world->sources[i];
        world->source_of[fact->ip] = i;
        view->infrastructure = fact->own;
        view->trusted = fact->trusted;
        view->private_net = fact->private_net;
        world->unnamed_logged = world->unnamed_logged || fact->unnamed_ok;
        if (ip_parse(facts_str(facts, fact->ip), &view->ip)) {
            view->wide = ip_network(&view->ip, 16, 32);
            view->narrow = ip_network(&view->ip, 24, 48);
        }
        uint32_t named = fact->client_name ? world->domain_of[fact->client_name] : 0;
        view->provider =
            named && !world_is_local(world, named) ? (UINT64_C(1) << 63) | named : view->wide;
        count_names(world, i, room);
    }
    free(room);
    count_uses(world);
}

static void learn_users(struct world *world)
{
    const struct facts *facts = world->facts;
    for (uint32_t i = 0; i < facts->principal_count; i++)
        world->users += facts->principals[i].kind == PRINCIPAL_ACCOUNT;
    for (uint32_t i = 0; i < facts->login_count && !world->mailbox_logged; i++)
        world->mailbox_logged =
            facts->logins[i].service == SERVICE_IMAP || facts->logins[i].service == SERVICE_POP3;
}

void world_init(struct world *world, const struct facts *facts, const struct settings *settings)
{
    *world = (struct world){.facts = facts, .settings = settings};
    world->suffixes = settings->psl_file ? psl_load_file(settings->psl_file) : NULL;
    if (!world->suffixes)
        world->suffixes = (void *)(uintptr_t)psl_builtin();
    intern_init(&world->domains);
    world->domain_of = xcalloc((size_t)facts->string_count + 1, sizeof *world->domain_of);
    world->source_of = xcalloc((size_t)facts->string_count + 1, sizeof *world->source_of);
    memset(world->source_of, 0xff, ((size_t)facts->string_count + 1) * sizeof *world->source_of);
    world->sources = xcalloc((size_t)facts->source_count + 1, sizeof *world->sources);
    world->flagged = xcalloc((size_t)facts->principal_count + 1, sizeof *world->flagged);
    world->certain = xcalloc((size_t)facts->principal_count + 1, sizeof *world->certain);
    world->too_short = facts->last_usec - facts->first_usec < (int64_t)SEC_PER_DAY * USEC_PER_SEC;
    learn_domains(world);
    learn_sources(world);
    learn_users(world);
    world_judge_sources(world);
}

void world_free(struct world *world)
{
    psl_free(world->suffixes);
    intern_free(&world->domains);
    free(world->domain_of);
    free(world->source_of);
    free(world->sources);
    free(world->flagged);
    free(world->certain);
    *world = (struct world){0};
}

static bool is_spraying(const struct world *world, const struct source_view *view)
{
    uint32_t strangers = view->tried - view->let_in;
    uint32_t at_home = view->clean_users > view->let_in ? view->clean_users - view->let_in : 0;
    if (view->infrastructure || view->trusted || view->gateway || view->office)
        return false;
    if (view->tried >= 5 && strangers * 10 >= view->tried * 7 && at_home * 2 <= strangers)
        return true;
    bool nobodys = !world->too_short && view->habitual_users == 0 && at_home == 0;
    if (nobodys && strangers >= 5 && view->users <= strangers * 2)
        return true;
    return view->tried >= 3 && view->users == 0;
}

/* An address whose users outnumber those who merely failed there, each in his ordinary way. */
static bool is_office(const struct world *world, const struct source_view *view)
{
    uint32_t settled = world->too_short ? view->clean_users : view->habitual_users;
    uint32_t strangers = view->tried - view->let_in;
    return settled >= 3 && settled * 2 >= strangers && settled * 4 >= view->users * 3;
}

void world_judge_sources(struct world *world)
{
    for (uint32_t i = 0; i < world->facts->source_count; i++) {
        struct source_view *view = &world->sources[i];
        view->gateway = view->private_net && !view->infrastructure && !view->trusted &&
                        view->users >= 5 && view->users * 10 >= world->users * 3;
        view->office = is_office(world, view);
        view->spraying = is_spraying(world, view);
    }
}
