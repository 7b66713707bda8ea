/* Which sender domains are the account's own: local ones, those of its login names, those the
 * operator names, and those that somebody uses who is at home there: from an address that also
 * sends with the local identity, steadily, and hardly from elsewhere. */
#include <stdlib.h>

#include "numbers.h"
#include "span.h"
#include "subject_build.h"

enum {
    OUTSIDE_AT_HOME_MAX = 2,
    STRANGE_NETWORKS_MAX = 3,
    STEADY_DAYS = 5,
    LEARNING_DAYS = 7,
    GUESSES = 5
};

/* A message under a domain that is not plainly the account's own. */
struct use {
    uint32_t domain, message;
    uint32_t tie;
};

static uint32_t domain_of_address(const struct world *world, struct str address)
{
    ptrdiff_t at = str_find_last_char(address, '@');
    return at < 0 ? 0 : world_find_domain(world, str_skip(address, (size_t)at + 1));
}

static bool is_identity(const struct subject *subject, uint32_t domain)
{
    if (world_is_local(subject->world, domain))
        return true;
    for (uint32_t i = 0; i < subject->identity_count; i++)
        if (subject->identities[i] == domain)
            return true;
    return false;
}

static void add_identity(struct subject *subject, uint32_t domain)
{
    if (domain && !is_identity(subject, domain))
        subject->identities[subject->identity_count++] = domain;
}

static bool names_account(const struct subject *subject, struct str name)
{
    if (str_eq_nocase(name, subject->principal->name))
        return true;
    for (uint32_t i = 0; i < subject->principal->login_name_count; i++)
        if (str_eq_nocase(name,
                          facts_str(subject->world->facts, subject->principal->login_names[i])))
            return true;
    return false;
}

/* Nobody logs in with an invented name, so the domain of a login is the account's. */
static void add_known(struct subject *subject)
{
    const struct world *world = subject->world;
    const struct principal *principal = subject->principal;
    if (principal->kind == PRINCIPAL_ACCOUNT)
        add_identity(subject, domain_of_address(world, principal->name));
    for (uint32_t i = 0; i < principal->login_name_count; i++)
        add_identity(subject,
                     domain_of_address(world, facts_str(world->facts, principal->login_names[i])));
    for (size_t i = 0; i < world->settings->identities.count; i++) {
        if (names_account(subject, str_of(world->settings->identities.items[i].key)))
            add_identity(subject, domain_of_address(
                                      world, str_of(world->settings->identities.items[i].value)));
    }
}

/* List servers write the poster's name into the header and their own into the envelope. */
static bool is_list_sender(struct str sender)
{
    ptrdiff_t at = str_find_last_char(sender, '@');
    struct str local = str_head(sender, at < 0 ? sender.len : (size_t)at);
    return sender.len == 0 || str_find_char(local, '+') >= 0 || str_find_char(local, '=') >= 0 ||
           str_find(local, STR("bounce")) >= 0;
}

/* The domain under which a message appears that is no identity of the account; 0 if none. */
static uint32_t outside_domain(const struct subject *subject, const struct message *message)
{
    const struct world *world = subject->world;
    uint32_t envelope = world->domain_of[message->sender_domain];
    if (envelope && !is_identity(subject, envelope))
        return envelope;
    uint32_t header = world->domain_of[message->header_domain];
    if (!header || is_identity(subject, header))
        return 0;
    return is_list_sender(facts_str(world->facts, message->sender)) ? 0 : header;
}

static int compare_uses(const void *a, const void *b)
{
    const struct use *x = a, *y = b;
    if (x->domain != y->domain)
        return x->domain < y->domain ? -1 : 1;
    if (x->tie != y->tie)
        return x->tie < y->tie ? -1 : 1;
    return x->message < y->message ? -1 : x->message > y->message;
}

static struct use *collect_uses(struct subject *subject, uint32_t *ret_count)
{
    struct use *uses = arena_alloc(subject->arena, (subject->message_count + 1) * sizeof *uses);
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count; i++) {
        const struct message *message = &subject->messages[i];
        uint32_t at = subject->message_tie[i], domain = outside_domain(subject, message);
        if (domain)
            uses[count++] = (struct use){domain, i, at};
        else if (message->sender_domain && at != NO_TIE)
            subject->ties[at].own_messages++;
    }
    qsort(uses, count, sizeof *uses, compare_uses);
    for (uint32_t i = 0; i < count; i++)
        if (uses[i].tie != NO_TIE &&
            (i == 0 || uses[i].tie != uses[i - 1].tie || uses[i].domain != uses[i - 1].domain))
            subject->ties[uses[i].tie].outside_domains++;
    *ret_count = count;
    return uses;
}

static bool is_at_home(const struct subject *subject, const struct tie *tie)
{
    const struct source_view *source = &subject->world->sources[tie->source];
    return tie->own_messages > 0 && tie->outside_domains <= OUTSIDE_AT_HOME_MAX &&
           !source->spraying && tie->failed_first < GUESSES;
}

/* Different days from one address, the first of them in the account's first week. */
static bool is_steady(const struct subject *subject, const struct use *uses, uint32_t count)
{
    int32_t start = day_of(subject->messages[0].first_usec), day = INT32_MIN;
    uint32_t days = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i && uses[i].tie != uses[i - 1].tie)
            days = 0, day = INT32_MIN;
        int32_t today = day_of(subject->messages[uses[i].message].first_usec);
        if (days == 0 && today > start + LEARNING_DAYS)
            continue;
        days += today != day;
        day = today;
        if (days >= STEADY_DAYS && uses[i].tie != NO_TIE)
            return true;
    }
    return false;
}

/* uses: all of one domain. alone: the account uses no other domain at all. */
static bool belongs(const struct subject *subject, const struct use *uses, uint32_t count,
                    bool alone)
{
    uint64_t networks[STRANGE_NETWORKS_MAX + 1];
    uint32_t strange = 0;
    bool at_home = false;
    for (uint32_t i = 0; i < count && strange <= STRANGE_NETWORKS_MAX; i++) {
        if (uses[i].tie == NO_TIE || (i && uses[i].tie == uses[i - 1].tie))
            continue;
        const struct tie *tie = &subject->ties[uses[i].tie];
        at_home = at_home || is_at_home(subject, tie);
        if (tie->own_messages == 0)
            strange += network_add(networks, strange, subject->world->sources[tie->source].wide);
    }
    if (strange > STRANGE_NETWORKS_MAX)
        return false;
    return at_home || alone || is_steady(subject, uses, count);
}

/* What stands under no identity is foreign. */
static void mark_foreign(struct subject *subject, const struct use *uses, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (subject_counts(subject, &subject->messages[uses[i].message]) &&
            !is_identity(subject, uses[i].domain))
            subject->foreign[uses[i].message] = uses[i].domain;
}

void foreign_count(struct subject *subject)
{
    uint32_t *domains = arena_alloc(subject->arena, (subject->message_count + 1) * sizeof *domains);
    subject->foreign_messages = subject->foreign_recipients = subject->foreign_domains = 0;
    for (uint32_t i = 0; i < subject->message_count; i++) {
        uint32_t at = subject->message_tie[i], recipients = subject->messages[i].recipients;
        if (!subject->foreign[i])
            continue;
        domains[subject->foreign_messages++] = subject->foreign[i];
        subject->foreign_recipients += recipients;
        if (at == NO_TIE)
            continue;
        subject->ties[at].foreign_messages++;
        subject->ties[at].foreign_recipients += recipients;
    }
    qsort(domains, subject->foreign_messages, sizeof *domains, compare_u32);
    for (uint32_t i = 0; i < subject->foreign_messages; i++)
        subject->foreign_domains += i == 0 || domains[i] != domains[i - 1];
}

void identity_learn(struct subject *subject)
{
    uint32_t count, groups = 0, own = 0;
    size_t most = (size_t)subject->message_count + subject->principal->login_name_count +
                  subject->world->settings->identities.count + 1;
    subject->identities = arena_alloc(subject->arena, most * sizeof *subject->identities);
    add_known(subject);
    struct use *uses = collect_uses(subject, &count);
    for (uint32_t i = 0; i < count; i++)
        groups += i == 0 || uses[i].domain != uses[i - 1].domain;
    for (uint32_t i = 0; i < subject->tie_count; i++)
        own += subject->ties[i].own_messages;
    bool person = subject->principal->kind == PRINCIPAL_ACCOUNT;
    for (uint32_t i = 0, end; i < count && person; i = end) {
        for (end = i + 1; end < count && uses[end].domain == uses[i].domain;)
            end++;
        if (belongs(subject, uses + i, end - i, groups == 1 && own == 0))
            add_identity(subject, uses[i].domain);
    }
    mark_foreign(subject, uses, count);
    foreign_count(subject);
}
