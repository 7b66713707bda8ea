#include "subject_build.h"

#include <stdlib.h>

#include "span.h"

void workbench_init(struct workbench *bench, const struct world *world)
{
    size_t count = (size_t)world->facts->source_count + 1;
    *bench = (struct workbench){0};
    bench->tie_of = xcalloc(count, sizeof *bench->tie_of);
    bench->turn_of = xcalloc(count, sizeof *bench->turn_of);
}

void workbench_free(struct workbench *bench)
{
    arena_free(&bench->arena);
    free(bench->tie_of);
    free(bench->turn_of);
}

int32_t day_of(int64_t usec)
{
    return (int32_t)(usec / DAY_USEC - (usec % DAY_USEC < 0));
}

bool network_add(uint64_t *networks, uint32_t count, uint64_t network)
{
    for (uint32_t i = 0; i < count; i++)
        if (networks[i] == network)
            return false;
    networks[count] = network;
    return true;
}

const struct recipient_fact *message_recipients(const struct subject *subject,
                                                const struct message *message)
{
    return subject->world->facts->recipients + message->recipient_first;
}

bool subject_counts(const struct subject *subject, const struct message *message)
{
    if (subject->principal->kind == PRINCIPAL_ACCOUNT)
        return true;
    const struct recipient_fact *recipients = message_recipients(subject, message);
    for (uint32_t i = 0; i < message->recipient_count; i++)
        if (!world_recipient_is_local(subject->world, &recipients[i]))
            return true;
    return message->recipients > message->recipient_count;
}

static uint32_t tie_at(struct subject *subject, struct workbench *bench, uint32_t ip)
{
    uint32_t source = ip ? subject->world->source_of[ip] : NO_SOURCE;
    if (source == NO_SOURCE)
        return NO_TIE;
    if (bench->turn_of[source] != bench->turn) {
        bench->turn_of[source] = bench->turn;
        bench->tie_of[source] = subject->tie_count;
        subject->ties[subject->tie_count++] = (struct tie){.source = source,
                                                           .first_usec = INT64_MAX,
                                                           .last_usec = INT64_MIN,
                                                           .first_ok_usec = INT64_MAX,
                                                           .last_ok_usec = INT64_MIN,
                                                           .first_failed_usec = INT64_MAX,
                                                           .last_failed_usec = INT64_MIN,
                                                           .ever_ok_usec = INT64_MAX,
                                                           .familiar_from = DAY_NEVER};
    }
    return bench->tie_of[source];
}

static void widen(int64_t *first, int64_t *last, int64_t from, int64_t to)
{
    if (from < *first)
        *first = from;
    if (to > *last)
        *last = to;
}

static void count_login(struct tie *tie, const struct login *login, uint32_t *run)
{
    widen(&tie->first_usec, &tie->last_usec, login->usec, login->last_usec);
    if (login->outcome == LOGIN_FAILED) {
        if (*run && login->usec - tie->last_failed_usec > HOUR_USEC)
            *run = 0;
        *run += login->count;
        tie->failures += login->count;
        widen(&tie->first_failed_usec, &tie->last_failed_usec, login->usec, login->last_usec);
        return;
    }
    bool recent = *run && login->usec - tie->last_failed_usec <= HOUR_USEC;
    if (recent && *run > tie->failed_first)
        tie->failed_first = *run;
    *run = 0;
    tie->logins += login->count;
    if (login->service == SERVICE_IMAP || login->service == SERVICE_POP3 ||
        login->service == SERVICE_WEBMAIL)
        tie->mailbox_logins += login->count;
    tie->most_bytes = login->bytes_out > tie->most_bytes ? login->bytes_out : tie->most_bytes;
    widen(&tie->first_ok_usec, &tie->last_ok_usec, login->usec, login->last_usec);
}

static void count_message(const struct subject *subject, struct tie *tie,
                          const struct message *message)
{
    const struct recipient_fact *recipients = message_recipients(subject, message);
    tie->messages++;
    tie->recipients += message->recipients;
    widen(&tie->first_usec, &tie->last_usec, message->first_usec, message->first_usec);
    widen(&tie->first_ok_usec, &tie->last_ok_usec, message->first_usec, message->first_usec);
    for (uint32_t i = 0; i < message->recipient_count; i++) {
        bool refused = recipients[i].settled == SETTLED_BOUNCED;
        tie->answered += refused || recipients[i].settled == SETTLED_DELIVERED;
        tie->unwanted += recipients[i].reason == REASON_SPAM ||
                         (refused && recipients[i].reason == REASON_USER_UNKNOWN);
    }
}

static void count_all(struct subject *subject)
{
    uint32_t *runs = arena_alloc(
        subject->arena, (subject->message_count + subject->login_count + 1) * sizeof *runs);
    for (uint32_t i = 0; i < subject->login_count; i++) {
        uint32_t at = subject->login_tie[i];
        if (at != NO_TIE)
            count_login(&subject->ties[at], &subject->logins[i], &runs[at]);
    }
    for (uint32_t i = 0; i < subject->message_count; i++) {
        uint32_t at = subject->message_tie[i];
        if (at != NO_TIE)
            count_message(subject, &subject->ties[at], &subject->messages[i]);
    }
}

static void cut(struct subject *subject, struct workbench *bench)
{
    for (uint32_t i = 0; i < subject->login_count; i++)
        subject->login_tie[i] = tie_at(subject, bench, subject->logins[i].ip);
    for (uint32_t i = 0; i < subject->message_count; i++)
        subject->message_tie[i] = tie_at(subject, bench, subject->messages[i].ip);
    count_all(subject);
    for (uint32_t i = 0; i < subject->tie_count; i++)
        subject->ties[i].ever_ok_usec = subject->ties[i].first_ok_usec;
}

void subject_build(struct subject *subject, const struct world *world, uint32_t principal,
                   struct workbench *bench)
{
    const struct facts *facts = world->facts;
    const struct principal *p = &facts->principals[principal];
    arena_reset(&bench->arena);
    bench->turn++;
    *subject = (struct subject){.world = world,
                                .principal = p,
                                .index = principal,
                                .arena = &bench->arena,
                                .onset_usec = INT64_MAX,
                                .messages = facts->messages + p->message_first,
                                .message_count = p->message_count,
                                .logins = facts->logins + p->login_first,
                                .login_count = p->login_count,
                                .refusals = facts->refusals + p->refusal_first,
                                .refusal_count = p->refusal_count};
    size_t messages = (size_t)p->message_count + 1, logins = (size_t)p->login_count + 1;
    subject->message_tie = arena_alloc(subject->arena, messages * sizeof *subject->message_tie);
    subject->login_tie = arena_alloc(subject->arena, logins * sizeof *subject->login_tie);
    subject->foreign = arena_alloc(subject->arena, messages * sizeof *subject->foreign);
    subject->abuse = arena_alloc(subject->arena, messages * sizeof *subject->abuse);
    subject->novel = arena_alloc(subject->arena, messages * sizeof *subject->novel);
    subject->unfamiliar = arena_alloc(subject->arena, messages * sizeof *subject->unfamiliar);
    subject->ties = arena_alloc(subject->arena, (messages + logins) * sizeof *subject->ties);
    cut(subject, bench);
    identity_learn(subject);
    familiarity_learn(subject);
    subject->whole = subject;
}

/* The records are in order of time: what counts is one stretch of them. */
static void narrow(struct subject *subject)
{
    const struct facts *facts = subject->world->facts;
    uint32_t first = 0, count = 0;
    while (first < subject->message_count &&
           subject->messages[first].first_usec < facts->since_usec)
        first++;
    while (first + count < subject->message_count &&
           subject->messages[first + count].first_usec < facts->until_usec)
        count++;
    subject->earlier = first;
    subject->messages += first;
    subject->message_tie += first;
    subject->foreign += first;
    subject->abuse += first;
    subject->unfamiliar += first;
    subject->novel += first;
    subject->message_count = count;
    for (first = 0;
         first < subject->login_count && subject->logins[first].usec < facts->since_usec;)
        first++;
    subject->logins += first;
    subject->login_tie += first;
    for (subject->login_count -= first;
         subject->login_count &&
         subject->logins[subject->login_count - 1].usec >= facts->until_usec;)
        subject->login_count--;
    for (first = 0;
         first < subject->refusal_count && subject->refusals[first].usec < facts->since_usec;)
        first++;
    subject->refusals += first;
    for (subject->refusal_count -= first;
         subject->refusal_count &&
         subject->refusals[subject->refusal_count - 1].usec >= facts->until_usec;)
        subject->refusal_count--;
}

static void forget_counts(struct tie *tie)
{
    tie->logins = tie->failures = tie->mailbox_logins = tie->failed_first = 0;
    tie->messages = tie->recipients = tie->answered = tie->unwanted = 0;
    tie->foreign_messages = tie->foreign_recipients = 0;
    tie->first_usec = tie->first_ok_usec = tie->first_failed_usec = INT64_MAX;
    tie->last_usec = tie->last_ok_usec = tie->last_failed_usec = INT64_MIN;
}

void subject_limit(struct subject *subject)
{
    if (!facts_limited(subject->world->facts))
        return;
    struct subject *whole = arena_alloc(subject->arena, sizeof *whole);
    *whole = *subject;
    subject->whole = whole;
    narrow(subject);
    for (uint32_t i = 0; i < subject->tie_count; i++)
        forget_counts(&subject->ties[i]);
    count_all(subject);
    foreign_count(subject);
}
