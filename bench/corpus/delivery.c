/* The queue manager: runs over a message until every recipient has its outcome. */
#include "delivery.h"

#include <inttypes.h>
#include <stdio.h>

#include "replies.h"
#include "simulation.h"

enum stage { STAGE_ACTIVE, STAGE_DELIVER, STAGE_NOTICE, STAGE_REMOVE };

static void later(struct simulation *simulation, uint32_t number, unsigned stage, int64_t delay)
{
    message_at(simulation, number)->stage = (uint8_t)stage;
    schedule_add(&simulation->schedule, simulation->now + delay,
                 (uint32_t)WHAT_MESSAGE << WHAT_SHIFT | number);
}

void delivery_begin(struct simulation *simulation, uint32_t number, int64_t delay)
{
    later(simulation, number, STAGE_ACTIVE, delay);
}

static void count(struct tally *tally, const struct simulation *simulation,
                  const struct message *message)
{
    tally->messages++;
    tally->recipients += message->recipient_count;
    if (!tally->first)
        tally->first = simulation->now;
    tally->last = simulation->now;
}

static bool is_attack(const struct simulation *simulation, const struct message *message)
{
    return campaign_is_attack(&simulation->campaigns[message->campaign]);
}

static void count_submission(struct simulation *simulation, const struct message *message)
{
    struct tally *tally = &simulation->truth.tallies[message->account];
    count(tally, simulation, message);
    struct origin *origin = truth_origin(&simulation->truth, message->account, &message->client);
    origin->messages++;
    origin->recipients += message->recipient_count;
    if (message->login_full)
        tally->full_logins++;
    else
        tally->bare_logins++;
    if (message->campaign == NO_CAMPAIGN || !is_attack(simulation, message))
        return;
    tally->attacker_messages++;
    tally->attacker_recipients += message->recipient_count;
}

static void count_campaign(struct simulation *simulation, const struct message *message)
{
    struct campaign *campaign = &simulation->campaigns[message->campaign];
    campaign_sent(campaign, simulation->now, message->arrived, message->recipient_count,
                  message->test);
    if (campaign->domain_count)
        campaign->domain_messages[message->campaign_domain]++;
}

/* For whoever wants to count without reading the log. */
static void tell_event(struct simulation *simulation, const struct message *message)
{
    const char *account = message->account == TRUTH_NOBODY
                              ? ""
                              : simulation->population.accounts[message->account].name;
    char ip[64];
    struct writer out = {ip};
    put_ip(&out, &message->client);
    fprintf(simulation->events, "%" PRId64 ".%06" PRId64 ",%s,%.*s,%" PRIu32 "\n",
            message->arrived / SECOND, message->arrived % SECOND, account, (int)(out.at - ip), ip,
            message->recipient_count);
}

static void count_relayed(struct simulation *simulation, const struct message *message)
{
    count(&simulation->truth.relayed, simulation, message);
    struct origin *origin = truth_origin(&simulation->truth, TRUTH_NOBODY, &message->client);
    origin->messages++;
    origin->recipients += message->recipient_count;
}

static void accept(struct simulation *simulation, struct message *message)
{
    message->accepted = true;
    if (message->origin == ORIGIN_SUBMITTED)
        count_submission(simulation, message);
    else if (message->origin == ORIGIN_INBOUND)
        count(&simulation->truth.inbound, simulation, message);
    else if (message->origin == ORIGIN_LOCAL)
        count(&simulation->truth.local, simulation, message);
    else if (message->origin == ORIGIN_NOTICE)
        simulation->truth.notices++;
    else if (message->origin == ORIGIN_RELAYED)
        count_relayed(simulation, message);
    bool again = message->origin == ORIGIN_NOTICE || message->origin == ORIGIN_FILTERED;
    if (message->campaign != NO_CAMPAIGN && !again)
        count_campaign(simulation, message);
    if (simulation->events && message->origin == ORIGIN_SUBMITTED)
        tell_event(simulation, message);
}

static void activate(struct simulation *simulation, uint32_t number)
{
    struct message *message = message_at(simulation, number);
    uint32_t waiting = 0;
    for (uint32_t i = 0; i < message->recipient_count; i++)
        if (message->recipients[i].state != RECIPIENT_DONE) {
            message->recipients[i].state = RECIPIENT_PENDING;
            waiting++;
        }
    struct writer *out = begin_message_line(
        simulation, PROCESS_QMGR, process_any(&simulation->processes, PROCESS_QMGR), message);
    put(out, "from=<");
    put_address(out, simulation, &message->from);
    put(out, ">, size=");
    put_number(out, message->size);
    put(out, ", nrcpt=");
    put_number(out, waiting);
    put(out, " (queue active)");
    end_line(simulation);
    if (!message->accepted)
        accept(simulation, message);
    message->next = 0;
    bool filtered = simulation->options.amavis &&
                    (message->origin == ORIGIN_SUBMITTED || message->origin == ORIGIN_INBOUND);
    if (filtered)
        filter_begin(simulation, number);
    else
        later(simulation, number, STAGE_DELIVER,
              (int64_t)(random_exponential(&simulation->random,
                                           message->campaign == NO_CAMPAIGN ? 0.3 : 1) *
                        SECOND) +
                  5000);
}

/* What the server writes to its keeper. */
static bool is_to_root(const struct message *message)
{
    return message->origin == ORIGIN_LOCAL && message->campaign == NO_CAMPAIGN;
}

static void put_recipient(struct writer *out, struct simulation *simulation,
                          const struct message *message, const struct recipient *recipient,
                          bool deferred)
{
    put(out, "to=<");
    put_address(out, simulation, &recipient->to);
    if (recipient->alias) {
        put(out, ">, orig_to=<");
        put_role(out, recipient->alias);
        put_char(out, '@');
        put(out, simulation->domains.items[DOMAIN_LOCAL].name);
    }
    if (recipient->forwarder) {
        put(out, ">, orig_to=<");
        put_account(out, &simulation->population.accounts[recipient->forwarder - 1]);
        put_char(out, '@');
        put(out, simulation->domains.items[DOMAIN_LOCAL].name);
    }
    put(out, ">, relay=");
    if (is_to_root(message)) {
        put(out, "local");
    } else if (recipient->to.domain == DOMAIN_LOCAL) {
        put(out, "mail.");
        put(out, simulation->domains.items[DOMAIN_LOCAL].name);
        put(out, "[private/dovecot-lmtp]");
    } else if (deferred && recipient->fate == FATE_DEAD) {
        put(out, "none");
    } else {
        put(out, simulation->domains.items[recipient->to.domain].relay);
        put(out, ":25");
    }
    int64_t delay = simulation->now - message->arrived;
    int64_t before = delay * 3 / 5, connection = delay / 5;
    put(out, ", delay=");
    put_delay(out, delay);
    put(out, ", delays=");
    put_delay(out, before);
    put(out, "/0.01/");
    put_delay(out, connection);
    put_char(out, '/');
    put_delay(out, delay - before - connection);
    put(out, ", ");
    put_reply(out, simulation, message, recipient, deferred);
}

static bool fails_for_now(const struct message *message, const struct recipient *recipient)
{
    switch (recipient->fate) {
    case FATE_FULL:
        return true;
    case FATE_BLOCKED:
        return false;
    case FATE_DEAD:
    case FATE_GREYLISTED:
    case FATE_THROTTLED:
        return message->runs < recipient->tries;
    default:
        return false;
    }
}

static bool is_refused(const struct recipient *recipient)
{
    return recipient->fate == FATE_UNKNOWN || recipient->fate == FATE_SPAM ||
           recipient->fate == FATE_BLOCKED;
}

static void tally_outcome(struct simulation *simulation, const struct message *message,
                          const struct recipient *recipient, bool deferred)
{
    if (message->account == TRUTH_NOBODY || recipient->to.domain == DOMAIN_LOCAL)
        return;
    struct tally *tally = &simulation->truth.tallies[message->account];
    if (deferred)
        tally->deferred_tries++;
    else if (is_refused(recipient))
        tally->rejected++;
    else
        tally->sent++;
}

static void log_connection(struct simulation *simulation, const struct domain *domain,
                           const struct recipient *recipient, bool deferred, uint32_t pid)
{
    if (deferred && recipient->fate == FATE_DEAD) {
        struct writer *out = begin_line(simulation, PROCESS_SMTP, pid);
        put(out, "connect to ");
        put(out, domain->relay);
        put(out, ":25: Connection timed out");
        end_line(simulation);
    } else if (domain->reply != REPLY_EXIM) {
        struct writer *out = begin_line(simulation, PROCESS_SMTP, pid);
        put(out, domain->reply == REPLY_POSTFIX ? "Untrusted" : "Trusted");
        put(out, " TLS connection established to ");
        put(out, domain->relay);
        put(out, ":25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange "
                 "X25519 server-signature "
                 "RSA-PSS (2048 bits) server-digest SHA256");
        end_line(simulation);
    }
}

/* One recipient; true if it bounced. */
static bool deliver_one(struct simulation *simulation, struct message *message,
                        struct recipient *recipient, unsigned process, uint32_t pid)
{
    bool deferred = fails_for_now(message, recipient);
    struct writer *out = begin_message_line(simulation, process, pid, message);
    put_recipient(out, simulation, message, recipient, deferred);
    end_line(simulation);
    recipient->state = deferred ? RECIPIENT_DEFERRED : RECIPIENT_DONE;
    tally_outcome(simulation, message, recipient, deferred);
    return !deferred && is_refused(recipient);
}

static void deliver(struct simulation *simulation, uint32_t number)
{
    struct message *message = message_at(simulation, number);
    while (message->next < message->recipient_count &&
           message->recipients[message->next].state != RECIPIENT_PENDING)
        message->next++;
    if (message->next == message->recipient_count) {
        bool notice = message->bounced && message->from.style != ADDRESS_NULL;
        later(simulation, number, notice ? STAGE_NOTICE : STAGE_REMOVE, 2 * MILLISECOND);
        return;
    }
    uint16_t domain = message->recipients[message->next].to.domain;
    unsigned process = is_to_root(message)      ? PROCESS_LOCAL
                       : domain == DOMAIN_LOCAL ? PROCESS_LMTP
                                                : PROCESS_SMTP;
    uint32_t pid = process_any(&simulation->processes, process);
    struct recipient *first = &message->recipients[message->next];
    if (process == PROCESS_SMTP)
        log_connection(simulation, &simulation->domains.items[domain], first,
                       fails_for_now(message, first), pid);
    while (message->next < message->recipient_count &&
           message->recipients[message->next].to.domain == domain &&
           message->recipients[message->next].state == RECIPIENT_PENDING) {
        if (deliver_one(simulation, message, &message->recipients[message->next], process, pid))
            message->bounced = true;
        message->next++;
    }
    later(simulation, number, STAGE_DELIVER,
          (int64_t)(random_exponential(&simulation->random, 0.12) * SECOND) + 300);
}

static void notify(struct simulation *simulation, uint32_t number)
{
    struct message *message = message_at(simulation, number);
    uint32_t other = compose_notice(simulation, message);
    struct message *notice = message_at(simulation, other);
    struct writer *out = begin_message_line(
        simulation, PROCESS_CLEANUP, process_any(&simulation->processes, PROCESS_CLEANUP), notice);
    struct date date = log_date(simulation->now / SECOND / 86400);
    uint32_t of_day = (uint32_t)(simulation->now / SECOND % 86400);
    put(out, "message-id=<");
    put_padded(out, (uint32_t)date.year, 4);
    put_padded(out, date.month, 2);
    put_padded(out, date.day, 2);
    put_padded(out, of_day / 3600 * 10000 + of_day / 60 % 60 * 100 + of_day % 60, 6);
    put_char(out, '.');
    put_bytes(out, notice->id.text, notice->id.len);
    put(out, "@mail.");
    put(out, simulation->domains.items[DOMAIN_LOCAL].name);
    put_char(out, '>');
    end_line(simulation);
    out = begin_message_line(simulation, PROCESS_BOUNCE,
                             process_any(&simulation->processes, PROCESS_BOUNCE), message);
    put(out, "sender non-delivery notification: ");
    put_bytes(out, notice->id.text, notice->id.len);
    end_line(simulation);
    message->bounced = false;
    delivery_begin(simulation, other, 2 * MILLISECOND);
    later(simulation, number, STAGE_REMOVE, 4 * MILLISECOND);
}

/* The end of a run: the rest waits, or the message leaves the queue. */
static void finish(struct simulation *simulation, uint32_t number)
{
    struct message *message = message_at(simulation, number);
    for (uint32_t i = 0; i < message->recipient_count; i++)
        if (message->recipients[i].state == RECIPIENT_DEFERRED) {
            int64_t wait = message->runs < 4 ? (int64_t)300 << message->runs : 4000;
            message->runs++;
            message->bounced = false;
            later(simulation, number, STAGE_ACTIVE,
                  wait * SECOND + random_below(&simulation->random, 60 * SECOND));
            return;
        }
    struct writer *out = begin_message_line(
        simulation, PROCESS_QMGR, process_any(&simulation->processes, PROCESS_QMGR), message);
    put(out, "removed");
    end_line(simulation);
    message_forget(simulation, number);
}

/* Nothing waits longer than five days. */
static bool expire(struct simulation *simulation, uint32_t number)
{
    struct message *message = message_at(simulation, number);
    if (simulation->now - message->arrived < (int64_t)5 * 86400 * SECOND)
        return false;
    struct writer *out = begin_message_line(
        simulation, PROCESS_QMGR, process_any(&simulation->processes, PROCESS_QMGR), message);
    put(out, "from=<");
    put_address(out, simulation, &message->from);
    put(out, ">, status=expired, returned to sender");
    end_line(simulation);
    for (uint32_t i = 0; i < message->recipient_count; i++)
        message->recipients[i].state = RECIPIENT_DONE;
    later(simulation, number, message->from.style == ADDRESS_NULL ? STAGE_REMOVE : STAGE_NOTICE,
          2 * MILLISECOND);
    return true;
}

void delivery_step(struct simulation *simulation, uint32_t number)
{
    switch (message_at(simulation, number)->stage) {
    case STAGE_ACTIVE:
        if (!expire(simulation, number))
            activate(simulation, number);
        break;
    case STAGE_DELIVER:
        deliver(simulation, number);
        break;
    case STAGE_NOTICE:
        notify(simulation, number);
        break;
    case STAGE_REMOVE:
        finish(simulation, number);
        break;
    default:
        filter_step(simulation, number);
    }
}
