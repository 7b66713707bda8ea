#include <string.h>

#include "delivery.h"
#include "simulation.h"

enum stage {
    STAGE_CONNECT,
    STAGE_TLS,
    STAGE_LOGIN,
    STAGE_GUESS,
    STAGE_MAIL,
    STAGE_MESSAGE_ID,
    STAGE_REFUSE,
    STAGE_LOST,
    STAGE_QUIT
};

enum { BOT_NETWORK = 3000, BOT_NETWORKS = 4000, MX_NETWORK = 8000 };

static const char ciphers[3][160] = {
    "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 "
    "server-signature RSA-PSS (2048 bits) server-digest SHA256",
    "TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits) key-exchange X25519 "
    "server-signature RSA-PSS (2048 bits) server-digest SHA256",
    "TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)",
};

static struct writer *line(struct simulation *simulation, const struct session *session)
{
    return begin_line(simulation, session->service, session->worker.pid);
}

static void put_session_peer(struct writer *out, const struct session *session)
{
    put_bytes(out, session->peer, session->peer_len);
}

static void later(struct simulation *simulation, uint32_t number, unsigned stage,
                  double mean_seconds)
{
    struct session *session = session_at(simulation, number);
    session->stage = (uint8_t)stage;
    int64_t delay = (int64_t)(random_exponential(&simulation->random, mean_seconds) * SECOND) + 200;
    schedule_add(&simulation->schedule, simulation->now + delay,
                 (uint32_t)WHAT_SESSION << WHAT_SHIFT | number);
}

static struct address stranger(struct simulation *simulation)
{
    struct address ret = {.person = random_below(&simulation->random, 1 << 24),
                          .style = ADDRESS_PERSON};
    ret.domain = (uint16_t)(1 + random_below(&simulation->random, simulation->known_domains - 1));
    return ret;
}

/* A correspondent writes, or anybody. */
static struct address inbound_sender(struct simulation *simulation, uint32_t account)
{
    struct random *random = &simulation->random;
    struct address ret =
        population_contact(&simulation->population, account, simulation->known_domains, random);
    if (ret.domain == DOMAIN_LOCAL)
        ret = stranger(simulation);
    if (random_chance(random, 0.02))
        ret.style = ADDRESS_NULL; /* a bounce from over there */
    return ret;
}

static struct client bot(const struct simulation *simulation, uint32_t source)
{
    uint64_t h = random_mix(simulation->options.seed + 77, source);
    return client_v4(simulation->options.seed, BOT_NETWORK + (uint32_t)(h % BOT_NETWORKS),
                     (uint8_t)(h >> 24), (uint8_t)(h >> 32),
                     h >> 40 & 3 ? CLIENT_UNKNOWN : CLIENT_DYNAMIC);
}

static void resolve_client(struct simulation *simulation, struct session *session)
{
    const struct arrival *arrival = &session->arrival;
    if (arrival->kind == ARRIVE_INBOUND) {
        session->from = arrival->campaign == NO_CAMPAIGN
                            ? inbound_sender(simulation, arrival->account)
                            : stranger(simulation);
        session->client = client_v4(simulation->options.seed, MX_NETWORK + session->from.domain, 25,
                                    10, CLIENT_NAMED);
        if (arrival->campaign != NO_CAMPAIGN)
            session->from.style = ADDRESS_NULL;
    } else if (arrival->campaign != NO_CAMPAIGN && arrival->source != OWN_SOURCE) {
        session->client = simulation->campaigns[arrival->campaign].clients[arrival->source];
    } else if (arrival->kind == ARRIVE_SUBMIT || arrival->kind == ARRIVE_STALE) {
        session->client = population_client(&simulation->population, arrival->account,
                                            simulation->now, &simulation->random);
    } else {
        session->client = bot(simulation, arrival->source);
    }
    struct writer out = {session->peer};
    put_peer(&out, &session->client, simulation->domains.items[session->from.domain].name);
    session->peer_len = (uint8_t)(out.at - session->peer);
}

static unsigned choose_service(struct simulation *simulation, const struct arrival *arrival)
{
    if (arrival->kind == ARRIVE_SUBMIT || arrival->kind == ARRIVE_STALE)
        return arrival->account % 4 ? PROCESS_SUBMISSION : PROCESS_SMTPS;
    if (arrival->kind == ARRIVE_GUESS)
        return random_chance(&simulation->random, 0.6) ? PROCESS_SUBMISSION : PROCESS_SMTPD;
    return PROCESS_SMTPD;
}

static void begin_local(struct simulation *simulation, const struct arrival *arrival)
{
    uint32_t number = compose_local(simulation, arrival);
    struct message *message = message_at(simulation, number);
    struct writer *out = begin_message_line(
        simulation, PROCESS_PICKUP, process_any(&simulation->processes, PROCESS_PICKUP), message);
    put(out, "uid=");
    bool root = arrival->campaign == NO_CAMPAIGN;
    put_number(out, root ? 0 : simulation->campaigns[arrival->campaign].uid);
    put(out, " from=<");
    if (root)
        put(out, "root");
    else
        put_address(out, simulation, &message->from);
    put_char(out, '>');
    end_line(simulation);
    out = begin_message_line(simulation, PROCESS_CLEANUP,
                             process_any(&simulation->processes, PROCESS_CLEANUP), message);
    put(out, "message-id=<");
    put_message_id(out, simulation, message);
    put_char(out, '>');
    end_line(simulation);
    delivery_begin(simulation, number, 3 * MILLISECOND);
}

void session_begin(struct simulation *simulation, const struct arrival *arrival)
{
    if (arrival->kind == ARRIVE_LOCAL) {
        begin_local(simulation, arrival);
        return;
    }
    if (arrival->kind == ARRIVE_READ || arrival->kind == ARRIVE_FAIL_READ) {
        mailbox_open(simulation, arrival);
        return;
    }
    uint32_t number = pool_take(&simulation->sessions);
    struct session *session = session_at(simulation, number);
    session->arrival = *arrival;
    session->left = arrival->messages;
    session->service = (uint8_t)choose_service(simulation, arrival);
    session->worker = process_take(&simulation->processes, session->service);
    session->login_other = random_chance(&simulation->random, 0.3);
    resolve_client(simulation, session);
    session_step(simulation, number);
}

static void log_unresolved(struct simulation *simulation, const struct session *session)
{
    struct writer *out = line(simulation, session);
    put(out, "warning: hostname host");
    put_number(out, session->client.bytes[3]);
    put(out, ".pool");
    put_number(out, session->client.network);
    put(out, ".example does not resolve to address ");
    put_ip(out, &session->client);
    put(out, ": Name or service not known");
    end_line(simulation);
}

static void connect(struct simulation *simulation, uint32_t number)
{
    struct session *session = session_at(simulation, number);
    if (session->arrival.kind > ARRIVE_RELAY && session->client.kind == CLIENT_UNKNOWN &&
        !session->client.v6 && random_chance(&simulation->random, 0.12))
        log_unresolved(simulation, session);
    struct writer *out = line(simulation, session);
    put(out, "connect from ");
    put_session_peer(out, session);
    end_line(simulation);
    session->ehlo = session->arrival.kind != ARRIVE_SCAN || random_chance(&simulation->random, 0.5);
    switch (session->arrival.kind) {
    case ARRIVE_SUBMIT:
        later(simulation, number, STAGE_TLS, 0.08);
        break;
    case ARRIVE_RELAY:
        later(simulation, number, STAGE_MAIL, 0.3);
        break;
    case ARRIVE_INBOUND:
        later(simulation, number, session->from.domain % 8 ? STAGE_TLS : STAGE_MAIL, 0.15);
        break;
    case ARRIVE_REJECT:
        later(simulation, number, STAGE_REFUSE, 0.6);
        break;
    case ARRIVE_GUESS:
    case ARRIVE_STALE:
        later(simulation, number, STAGE_GUESS, 1.2);
        break;
    default:
        later(simulation, number, random_chance(&simulation->random, 0.6) ? STAGE_LOST : STAGE_QUIT,
              0.5);
    }
}

static void secure(struct simulation *simulation, uint32_t number)
{
    struct session *session = session_at(simulation, number);
    struct writer *out = line(simulation, session);
    put(out, "Anonymous TLS connection established from ");
    put_session_peer(out, session);
    put(out, ": ");
    put(out, ciphers[(session->arrival.account + session->from.domain) % 7 % 3]);
    end_line(simulation);
    if (session->service != PROCESS_SMTPS) {
        session->ehlo = 2;
        session->starttls = 1;
    }
    later(simulation, number, session->arrival.kind == ARRIVE_SUBMIT ? STAGE_LOGIN : STAGE_MAIL,
          0.1);
}

static bool session_is_framing(const struct simulation *simulation, const struct session *session)
{
    uint16_t campaign = session->arrival.campaign;
    return campaign != NO_CAMPAIGN && simulation->campaigns[campaign].framed;
}

static void put_guess(struct writer *out, struct simulation *simulation,
                      const struct session *session)
{
    const struct arrival *arrival = &session->arrival;
    if (session_is_framing(simulation, session))
        put(out, "x, sasl_username=");
    if (arrival->account == TRUTH_NOBODY)
        put_role(out, arrival->source % 64);
    else
        put_login(out, &simulation->population.accounts[arrival->account],
                  simulation->domains.items[0].name, session->login_other);
}

static void log_failure(struct simulation *simulation, struct session *session,
                        const char *mechanism)
{
    struct writer *out = line(simulation, session);
    put(out, "warning: ");
    put_session_peer(out, session);
    put(out, ": SASL ");
    put(out, mechanism);
    put(out, " authentication failed: (reason unavailable), sasl_username=");
    put_guess(out, simulation, session);
    end_line(simulation);
    session->auth_failed++;
    uint32_t account = session->arrival.account;
    struct origin *origin = truth_origin(&simulation->truth, account, &session->client);
    origin->failures++;
    origin->hostile |=
        session->arrival.kind == ARRIVE_GUESS && !session_is_framing(simulation, session);
    if (session->arrival.campaign != NO_CAMPAIGN)
        campaign_failed(&simulation->campaigns[session->arrival.campaign], simulation->now);
    if (account != TRUTH_NOBODY && !session_is_framing(simulation, session))
        simulation->truth.tallies[account].failures++;
}

static void login(struct simulation *simulation, uint32_t number)
{
    struct session *session = session_at(simulation, number);
    if (session->arrival.campaign == NO_CAMPAIGN && session->auth_failed < 3 &&
        random_chance(&simulation->random, simulation->population.habits.typos)) {
        log_failure(simulation, session, "PLAIN");
        later(simulation, number, STAGE_LOGIN, 6);
        return;
    }
    session->auth = 1;
    simulation->truth.tallies[session->arrival.account].logins++;
    truth_origin(&simulation->truth, session->arrival.account, &session->client)->logins++;
    later(simulation, number, STAGE_MAIL, 0.05);
}

static void guess(struct simulation *simulation, uint32_t number)
{
    struct session *session = session_at(simulation, number);
    log_failure(simulation, session, "LOGIN");
    bool more = session->auth_failed < session->left;
    later(simulation, number,
          more                                      ? STAGE_GUESS
          : random_chance(&simulation->random, 0.4) ? STAGE_LOST
                                                    : STAGE_QUIT,
          3);
}

static void log_client(struct simulation *simulation, const struct session *session,
                       const struct message *message)
{
    struct writer *out =
        begin_message_line(simulation, session->service, session->worker.pid, message);
    put(out, "client=");
    put_session_peer(out, session);
    if (session->arrival.kind == ARRIVE_SUBMIT) {
        const struct account *account = &simulation->population.accounts[session->arrival.account];
        put(out, session->arrival.account & 1 ? ", sasl_method=PLAIN, sasl_username="
                                              : ", sasl_method=LOGIN, sasl_username=");
        put_login(out, account, simulation->domains.items[0].name, session->login_other);
    }
    end_line(simulation);
}

/* A mistyped colleague, after a recipient that was taken. */
static void refuse_one(struct simulation *simulation, struct session *session,
                       const struct message *message)
{
    struct writer *out =
        begin_message_line(simulation, session->service, session->worker.pid, message);
    put(out, "reject: RCPT from ");
    put_session_peer(out, session);
    struct address wrong = {random_below(&simulation->random, 1 << 24) + PERSON_NAMES * 4096u,
                            DOMAIN_LOCAL, ADDRESS_PERSON};
    put(out, ": 550 5.1.1 <");
    put_address(out, simulation, &wrong);
    put(out, ">: Recipient address rejected: User unknown in virtual mailbox table; from=<");
    put_address(out, simulation, &message->from);
    put(out, "> to=<");
    put_address(out, simulation, &wrong);
    put(out, "> proto=ESMTP helo=<");
    put_helo(out, &session->client, simulation->domains.items[session->from.domain].name);
    put_char(out, '>');
    end_line(simulation);
    session->rcpt_failed++;
    if (session->arrival.kind == ARRIVE_SUBMIT)
        simulation->truth.tallies[session->arrival.account].recipients_refused++;
}

static void mail(struct simulation *simulation, uint32_t number)
{
    struct session *session = session_at(simulation, number);
    bool submits = session->arrival.kind == ARRIVE_SUBMIT;
    session->message = submits ? compose_submission(simulation, session)
                       : session->arrival.kind == ARRIVE_RELAY
                           ? compose_relayed(simulation, session)
                           : compose_inbound(simulation, session);
    struct message *message = message_at(simulation, session->message);
    log_client(simulation, session, message);
    session->mail++;
    session->rcpt = (uint16_t)(session->rcpt + message->recipient_count);
    if (random_chance(&simulation->random, 0.004))
        refuse_one(simulation, session, message);
    if (random_chance(&simulation->random, 0.004)) {
        message_forget(simulation, session->message);
        later(simulation, number, STAGE_LOST, 20);
        return;
    }
    later(simulation, number, STAGE_MESSAGE_ID, 0.02 + message->size * 2e-7);
}

static void log_message_id(struct simulation *simulation, uint32_t number)
{
    struct session *session = session_at(simulation, number);
    struct message *message = message_at(simulation, session->message);
    struct writer *out = begin_message_line(
        simulation, PROCESS_CLEANUP, process_any(&simulation->processes, PROCESS_CLEANUP), message);
    put(out, "message-id=<");
    put_message_id(out, simulation, message);
    put_char(out, '>');
    end_line(simulation);
    session->data++;
    delivery_begin(simulation, session->message, 4 * MILLISECOND);
    if (session->left > 1) {
        session->left--;
        later(simulation, number, STAGE_MAIL, session->arrival.campaign == NO_CAMPAIGN ? 12 : 1.5);
    } else {
        later(simulation, number, STAGE_QUIT, 0.15);
    }
}

/* What a spammer without login gets to hear. */
static void put_refusal(struct writer *out, struct simulation *simulation,
                        const struct session *session, const struct address *to, unsigned which)
{
    if (which == 0) {
        put(out, ": 554 5.7.1 Service unavailable; Client host [");
        put_ip(out, &session->client);
        put(out, "] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/");
        put_ip(out, &session->client);
        return;
    }
    put(out, which == 1 ? ": 550 5.1.1 <" : which == 2 ? ": 450 4.7.1 <" : ": 554 5.7.1 <");
    put_address(out, simulation, to);
    put(out,
        which == 1 ? ">: Recipient address rejected: User unknown in virtual mailbox table"
        : which == 2
            ? ">: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/"
            : ">: Relay access denied");
    if (which == 2) {
        put(out, simulation->domains.items[0].name);
        put(out, ".html");
    }
}

static void refuse(struct simulation *simulation, uint32_t number)
{
    struct session *session = session_at(simulation, number);
    struct address from = stranger(simulation);
    struct address to = stranger(simulation);
    unsigned which = random_below(&simulation->random, 10) % 4;
    if (which != 3)
        to.domain = DOMAIN_LOCAL;
    struct writer *out = line(simulation, session);
    put(out, "NOQUEUE: reject: RCPT from ");
    put_session_peer(out, session);
    put_refusal(out, simulation, session, &to, which);
    put(out, "; from=<");
    put_address(out, simulation, &from);
    put(out, "> to=<");
    put_address(out, simulation, &to);
    put(out, "> proto=ESMTP helo=<");
    if (session_is_framing(simulation, session)) {
        put(out, "sasl_method=PLAIN,sasl_username=");
        put_guess(out, simulation, session);
    } else {
        put_helo(out, &session->client, "");
    }
    put_char(out, '>');
    end_line(simulation);
    simulation->truth.refused.recipients++;
    session->mail = 1;
    session->rcpt_failed++;
    later(simulation, number, STAGE_QUIT, 0.3);
}

static void lost(struct simulation *simulation, uint32_t number)
{
    struct session *session = session_at(simulation, number);
    struct writer *out = line(simulation, session);
    put(out, "lost connection after ");
    put(out, session->mail          ? "DATA from "
             : session->auth_failed ? "AUTH from "
             : session->ehlo        ? "EHLO from "
                                    : "CONNECT from ");
    put_session_peer(out, session);
    end_line(simulation);
    session->quit = UINT16_MAX;
    later(simulation, number, STAGE_QUIT, 0.001);
}

static void quit(struct simulation *simulation, uint32_t number)
{
    struct session *session = session_at(simulation, number);
    session->quit = session->quit != UINT16_MAX;
    struct writer *out = line(simulation, session);
    put(out, "disconnect from ");
    put_session_peer(out, session);
    session_put_statistics(out, session);
    end_line(simulation);
    if (random_chance(&simulation->random, 0.003))
        session_log_anvil(simulation, session);
    process_give_back(&simulation->processes, session->service, session->worker);
    pool_give_back(&simulation->sessions, number);
}

void session_step(struct simulation *simulation, uint32_t number)
{
    static void (*const steps[])(struct simulation * simulation, uint32_t number) = {
        [STAGE_CONNECT] = connect, [STAGE_TLS] = secure, [STAGE_LOGIN] = login,
        [STAGE_GUESS] = guess,     [STAGE_MAIL] = mail,  [STAGE_MESSAGE_ID] = log_message_id,
        [STAGE_REFUSE] = refuse,   [STAGE_LOST] = lost,  [STAGE_QUIT] = quit,
    };
    steps[session_at(simulation, number)->stage](simulation, number);
}
