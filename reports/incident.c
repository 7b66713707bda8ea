#include "incident.h"

#include <stdlib.h>

#include "kept.h"
#include "numbers.h"

/* One address of one accusation. */
struct charge {
    const struct source_report *source;
    struct str ip;
    struct ip address;
    bool is_address;
    uint8_t offence, verdict;
    bool of_account;    /* of one that was taken */
    uint32_t principal; /* index, or PRINCIPAL_UNKNOWN */
};

struct charges {
    struct charge *items;
    size_t count, capacity;
};

static uint8_t offence_of(const struct source_report *source, bool relay)
{
    uint8_t offence = 0;
    if (relay)
        return OFFENCE_RELAY;
    if (source->messages)
        offence |= OFFENCE_SPAM;
    if (source->logins)
        offence |= OFFENCE_ENTRY;
    if (source->did & DID_GUESS || source->login_failures)
        offence |= OFFENCE_GUESS;
    return offence;
}

static void charge(struct charges *charges, const struct source_report *sources, uint32_t count,
                   const struct charge *kind)
{
    for (uint32_t i = 0; i < count; i++) {
        uint8_t offence = offence_of(&sources[i], kind->offence == OFFENCE_RELAY);
        if (sources[i].role != ROLE_ATTACKER || !offence)
            continue;
        if (charges->count == charges->capacity) {
            charges->capacity = charges->capacity * 2 + 64;
            charges->items = xrealloc(charges->items, charges->capacity, sizeof *charges->items);
        }
        struct charge *one = &charges->items[charges->count++];
        *one = *kind;
        one->source = &sources[i];
        one->ip = sources[i].ip;
        one->offence = offence;
        one->is_address = ip_parse(sources[i].ip, &one->address);
    }
}

/* Only strangers are charged: the computers of the owners (infected, bulk) are the admin's own
 * matter. */
static void charge_all(struct charges *charges, const struct report *report)
{
    for (uint32_t i = 0; i < report->account_count; i++) {
        const struct account_report *account = &report->accounts[i];
        struct charge kind = {
            .verdict = account->verdict, .of_account = true, .principal = account->principal};
        if (account_is_accused(account) && account->class == CLASS_ACCOUNT)
            charge(charges, account->sources, account->source_count, &kind);
    }
    for (uint32_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];
        bool relay = finding->class == CLASS_OPEN_RELAY;
        struct charge kind = {.verdict = finding->verdict,
                              .offence = relay ? OFFENCE_RELAY : 0,
                              .principal = finding->principal_index};
        if (finding->verdict < VERDICT_SUSPICIOUS)
            continue;
        if (relay || finding->class == CLASS_CREDENTIAL_ATTACK ||
            finding->class == CLASS_MAILBOX_ACCESS)
            charge(charges, finding->sources, finding->source_count, &kind);
    }
}

static int compare_addresses(const struct charge *x, const struct charge *y)
{
    if (x->is_address != y->is_address)
        return x->is_address ? -1 : 1;
    if (!x->is_address)
        return str_compare(x->ip, y->ip);
    bool x_old = ip_is_v4(&x->address), y_old = ip_is_v4(&y->address);
    if (x_old != y_old)
        return x_old ? -1 : 1;
    return memcmp(x->address.bytes, y->address.bytes, sizeof x->address.bytes);
}

static int compare_charges(const void *a, const void *b)
{
    const struct charge *x = a, *y = b;
    int order = compare_addresses(x, y);
    if (order)
        return order;
    return x->principal < y->principal ? -1 : x->principal > y->principal;
}

/* What no network can be asked about. */
static const char *unfit_address(const struct charge *charge, const struct source_fact *fact)
{
    const uint8_t *bytes = charge->address.bytes;
    if (!charge->is_address)
        return "the log gives no address";
    if (ip_is_loopback(&charge->address))
        return "an address of the server itself";
    if (ip_is_private(&charge->address))
        return "a private address";
    if (ip_is_v4(&charge->address) ? bytes[12] == 0 || bytes[12] >= 224 : (bytes[0] & 0xe0) != 0x20)
        return "not an address of the public Internet";
    if (fact && fact->own)
        return "an address of the server itself";
    if (fact && fact->trusted)
        return "in a network called trusted";
    return fact && fact->private_net ? "a private address" : NULL;
}

/* A NAT or container gateway stands for all clients. */
static bool is_gateway(const struct report *report, struct str ip)
{
    for (uint32_t i = 0; i < report->finding_count; i++)
        for (uint32_t k = 0; report->findings[i].class == CLASS_HIDDEN_SOURCE &&
                             k < report->findings[i].source_count;
             k++)
            if (str_eq(report->findings[i].sources[k].ip, ip))
                return true;
    return false;
}

static void widen(struct offender *offender, struct when first, struct when last)
{
    if (first.usec != TIME_NONE &&
        (offender->first.usec == TIME_NONE || first.usec < offender->first.usec))
        offender->first = first;
    if (last.usec != TIME_NONE &&
        (offender->last.usec == TIME_NONE || last.usec > offender->last.usec))
        offender->last = last;
}

static void begin_offender(const struct incident *incident, const struct charge *first,
                           struct offender *ret)
{
    const struct report *report = incident->report;
    char text[IP_TEXT];
    *ret = (struct offender){.ip = first->ip,
                             .address = first->address,
                             .is_address = first->is_address,
                             .first = {TIME_NONE, 0},
                             .last = {TIME_NONE, 0}};
    if (report->facts)
        ret->fact = source_fact_find(report->facts, first->ip);
    ret->unfit = unfit_address(first, ret->fact);
    if (!ret->unfit && is_gateway(report, first->ip))
        ret->unfit = "the gateway behind which all clients are hidden";
    if (first->is_address)
        ret->ip = arena_str(incident->arena, ip_text(&first->address, text));
}

static void add_charge(struct offender *offender, const struct charge *charge)
{
    offender->offences |= charge->offence;
    offender->helped |= charge->of_account && charge->offence & OFFENCE_GUESS;
    if (charge->verdict > offender->verdict)
        offender->verdict = charge->verdict;
    if (charge->source->ptr.ptr)
        offender->ptr = charge->source->ptr;
    widen(offender, charge->source->first, charge->source->last);
}

/* Which charges are of one offender, and what all messages and logins say of it. */
struct tally {
    struct incident *incident;
    const struct charge *charges;
    uint32_t *first_charge; /* by offender, one more at the end */
    uint32_t *by_string;    /* 1 + offender of the address with that string id */
};

static bool is_charged(const struct tally *tally, uint32_t offender, uint32_t principal)
{
    for (uint32_t i = tally->first_charge[offender]; i < tally->first_charge[offender + 1]; i++)
        if (tally->charges[i].principal == principal)
            return true;
    return false;
}

static void add_outcomes(struct offender *offender, const struct facts *facts,
                         const struct message *message)
{
    for (uint32_t i = 0; i < message->recipient_count; i++) {
        const struct recipient_fact *to = &facts->recipients[message->recipient_first + i];
        bool refused = to->settled == SETTLED_BOUNCED || to->settled == SETTLED_EXPIRED;
        offender->delivered += to->settled == SETTLED_DELIVERED;
        offender->refused += refused;
        offender->spam_refused += refused && to->reason == REASON_SPAM;
    }
}

static void tally_messages(const struct tally *tally)
{
    const struct facts *facts = tally->incident->report->facts;
    for (uint32_t i = 0; i < facts->message_count; i++) {
        const struct message *message = &facts->messages[i];
        uint32_t at = tally->by_string[message->ip];
        if (!at)
            continue;
        struct offender *offender = &tally->incident->offenders[at - 1];
        if (!theirs_ever(tally->incident->theirs, i)) {
            offender->other_messages++;
            continue;
        }
        if (!facts_covers(facts, message->first_usec))
            continue;
        offender->messages++;
        offender->recipients += message->recipients;
        offender->host = facts_str(facts, message->host);
        if (!offender->sender.len && message->sender)
            offender->sender = facts_str(facts, message->sender);
        add_outcomes(offender, facts, message);
    }
}

static uint32_t distinct(uint32_t *ids, uint32_t count)
{
    uint32_t n = 0;
    if (count > 1)
        qsort(ids, count, sizeof *ids, compare_u32);
    for (uint32_t i = 0; i < count; i++)
        n += ids[i] && (i == 0 || ids[i] != ids[i - 1]);
    return n;
}

static void tally_logins(const struct tally *tally, uint32_t index)
{
    const struct facts *facts = tally->incident->report->facts;
    struct offender *offender = &tally->incident->offenders[index];
    uint32_t count = offender->fact ? offender->fact->login_count : 0, tried = 0, others = 0;
    uint32_t *names = xcalloc(2 * (size_t)count + 1, sizeof *names), *owners = names + count;
    for (uint32_t i = 0; i < count; i++) {
        const struct login *login =
            &facts->logins[facts->logins_by_ip[offender->fact->login_first + i]];
        if (login->outcome == LOGIN_OK && login->principal != PRINCIPAL_UNKNOWN &&
            !is_charged(tally, index, login->principal))
            owners[others++] = login->account;
        if (!facts_covers(facts, login->usec))
            continue;
        if (!offender->host.len)
            offender->host = facts_str(facts, login->host);
        offender->logins += login->outcome == LOGIN_OK ? login->count : 0;
        offender->failures += login->outcome == LOGIN_FAILED ? login->count : 0;
        if (login->outcome == LOGIN_FAILED)
            names[tried++] = login->account;
    }
    offender->tried = distinct(names, tried);
    offender->other_accounts = distinct(owners, others);
    free(names);
}

struct pair_of_ids {
    uint32_t offender, domain;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair_of_ids *x = a, *y = b;
    if (x->offender != y->offender)
        return x->offender < y->offender ? -1 : 1;
    return x->domain < y->domain ? -1 : x->domain > y->domain;
}

static void tally_domains(const struct tally *tally)
{
    const struct facts *facts = tally->incident->report->facts;
    struct pair_of_ids *pairs = xcalloc((size_t)facts->message_count + 1, sizeof *pairs);
    size_t count = 0;
    for (uint32_t i = 0; i < facts->message_count; i++) {
        uint32_t at = tally->by_string[facts->messages[i].ip];
        uint32_t domain = facts->messages[i].sender_domain;
        if (at && domain && !facts_is_local(facts, domain) &&
            theirs_has(tally->incident->theirs, i))
            pairs[count++] = (struct pair_of_ids){at - 1, domain};
    }
    if (count > 1)
        qsort(pairs, count, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || compare_pairs(&pairs[i], &pairs[i - 1]) != 0)
            tally->incident->offenders[pairs[i].offender].domains++;
    free(pairs);
}

static void tally_all(struct tally *tally)
{
    struct incident *incident = tally->incident;
    const struct facts *facts = incident->report->facts;
    if (!facts)
        return;
    tally->by_string = xcalloc((size_t)facts->string_count + 1, sizeof *tally->by_string);
    for (uint32_t i = 0; i < incident->offender_count; i++)
        if (incident->offenders[i].fact)
            tally->by_string[incident->offenders[i].fact->ip] = i + 1;
    tally->by_string[0] = 0;
    tally_messages(tally);
    tally_domains(tally);
    for (uint32_t i = 0; i < incident->offender_count; i++)
        tally_logins(tally, i);
    free(tally->by_string);
}

static void find_offenders(struct incident *incident)
{
    struct charges charges = {0};
    charge_all(&charges, incident->report);
    if (charges.count > 1)
        qsort(charges.items, charges.count, sizeof *charges.items, compare_charges);
    struct tally tally = {.incident = incident, .charges = charges.items};
    tally.first_charge = xcalloc(charges.count + 1, sizeof *tally.first_charge);
    incident->offenders =
        arena_alloc(incident->arena, (charges.count + 1) * sizeof *incident->offenders);
    uint32_t count = 0;
    for (size_t i = 0; i < charges.count; i++) {
        const struct charge *one = &charges.items[i];
        if (i == 0 || compare_addresses(one, one - 1) != 0) {
            tally.first_charge[count] = (uint32_t)i;
            begin_offender(incident, one, &incident->offenders[count++]);
        }
        add_charge(&incident->offenders[count - 1], one);
    }
    tally.first_charge[count] = (uint32_t)charges.count;
    incident->offender_count = count;
    tally_all(&tally);
    free(tally.first_charge);
    free(charges.items);
}

void incident_make(struct incident *ret, const struct report *report, const struct run_info *run,
                   struct arena *arena)
{
    *ret = (struct incident){.report = report, .run = run, .arena = arena};
    ret->theirs = theirs_new(report);
    ret->made = run->epoch.usec == 0 ? report->log_end : run->epoch;
    if (report->facts || !report->kept) {
        find_offenders(ret);
        return;
    }
    ret->offenders = report->kept->offenders;
    ret->offender_count = report->kept->offender_count;
}

struct sent incident_sent(const struct incident *incident)
{
    const struct facts *facts = incident->report->facts;
    struct sent sent = {.first = {TIME_NONE, 0}, .last = {TIME_NONE, 0}};
    if (!facts)
        return incident->report->kept ? incident->report->kept->sent : sent;
    for (uint32_t i = 0; i < facts->message_count; i++) {
        if (!theirs_has(incident->theirs, i))
            continue;
        struct when when = {facts->messages[i].first_usec, facts->digits};
        if (sent.messages++ == 0)
            sent.first = sent.last = when;
        sent.recipients += facts->messages[i].recipients;
        sent.first = when.usec < sent.first.usec ? when : sent.first;
        sent.last = when.usec > sent.last.usec ? when : sent.last;
    }
    return sent;
}

void incident_free(struct incident *incident)
{
    theirs_free(incident->theirs);
}

bool facts_is_local(const struct facts *facts, uint32_t domain)
{
    for (uint32_t i = 0; i < facts->local_domain_count; i++)
        if (facts->local_domains[i] == domain)
            return true;
    return false;
}

bool incident_is_one(const struct incident *incident)
{
    for (uint32_t i = 0; i < incident->report->account_count; i++)
        if (account_is_accused(&incident->report->accounts[i]))
            return true;
    for (uint32_t i = 0; i < incident->report->finding_count; i++)
        if (finding_is_accused(&incident->report->findings[i]))
            return true;
    return incident->offender_count > 0;
}

bool offender_is_blockable(const struct offender *offender)
{
    return offender->verdict >= VERDICT_LIKELY && !offender->unfit &&
           offender->other_messages == 0 && offender->other_accounts == 0;
}

bool incident_holds(const struct incident *incident, uint32_t message)
{
    return incident->report->facts->messages[message].flags & MESSAGE_OPEN &&
           theirs_has(incident->theirs, message);
}

struct str message_queue_id(const struct facts *facts, const struct message *message)
{
    return facts_str(facts, message->last_queue_id ? message->last_queue_id : message->queue_id);
}

bool report_saw(const struct report *report, const char *parser)
{
    for (uint32_t i = 0; i < report->input_count; i++)
        for (uint32_t k = 0; k < report->inputs[i].format_count; k++)
            if (strcmp(report->inputs[i].formats[k], parser) == 0)
                return true;
    return false;
}
