/* The content filter behind the queue: every message goes through it and comes back under a second
 * id. */
#include "delivery.h"
#include "simulation.h"

enum stage {
    STAGE_CONNECT = STAGE_FILTER_FIRST,
    STAGE_CLIENT,
    STAGE_MESSAGE_ID,
    STAGE_PASSED,
    STAGE_DISCONNECT,
    STAGE_RELAYED
};

static void later(struct simulation *simulation, uint32_t number, unsigned stage, int64_t mean)
{
    message_at(simulation, number)->stage = (uint8_t)stage;
    int64_t delay = (int64_t)random_exponential(&simulation->random, (double)mean) + 100;
    schedule_add(&simulation->schedule, simulation->now + delay,
                 (uint32_t)WHAT_MESSAGE << WHAT_SHIFT | number);
}

void filter_begin(struct simulation *simulation, uint32_t number)
{
    struct message *message = message_at(simulation, number);
    message->filter = process_take(&simulation->processes, PROCESS_AMAVIS);
    message->filter_smtpd = process_take(&simulation->processes, PROCESS_SMTPD);
    later(simulation, number, STAGE_CONNECT, 400 * MILLISECOND);
}

static void connect(struct simulation *simulation, uint32_t number)
{
    const struct message *message = message_at(simulation, number);
    put(begin_line(simulation, PROCESS_SMTPD, message->filter_smtpd.pid),
        "connect from localhost[127.0.0.1]");
    end_line(simulation);
    later(simulation, number, STAGE_CLIENT, 2 * MILLISECOND);
}

static void come_back(struct simulation *simulation, uint32_t number)
{
    struct message *message = message_at(simulation, number);
    message->other = compose_filtered(simulation, message);
    message->filter_id = message_at(simulation, message->other)->id;
    struct writer *out = begin_message_line(simulation, PROCESS_SMTPD, message->filter_smtpd.pid,
                                            message_at(simulation, message->other));
    put(out, "client=localhost[127.0.0.1], orig_queue_id=");
    put_bytes(out, message->id.text, message->id.len);
    put(out, ", orig_client=");
    put(out, message->peer);
    end_line(simulation);
    later(simulation, number, STAGE_MESSAGE_ID, 2 * MILLISECOND);
}

static void log_message_id(struct simulation *simulation, uint32_t number)
{
    uint32_t other = message_at(simulation, number)->other;
    struct message *child = message_at(simulation, other);
    struct writer *out = begin_message_line(
        simulation, PROCESS_CLEANUP, process_any(&simulation->processes, PROCESS_CLEANUP), child);
    put(out, "message-id=<");
    put_message_id(out, simulation, child);
    put_char(out, '>');
    end_line(simulation);
    message_at(simulation, number)->filter.uses++;
    delivery_begin(simulation, other, 3 * MILLISECOND);
    later(simulation, number, STAGE_PASSED, 8 * MILLISECOND);
}

static void put_envelope(struct writer *out, const struct simulation *simulation,
                         const struct message *message)
{
    put_char(out, '<');
    put_address(out, simulation, &message->from);
    put(out, "> -> ");
    for (uint32_t i = 0; i < message->recipient_count; i++) {
        put(out, i ? ",<" : "<");
        put_address(out, simulation, &message->recipients[i].to);
        put_char(out, '>');
    }
}

static void log_passed(struct simulation *simulation, uint32_t number)
{
    const struct message *message = message_at(simulation, number);
    struct writer *out = begin_line(simulation, PROCESS_AMAVIS, message->filter.pid);
    put_char(out, '(');
    put_padded(out, message->filter.pid, 5);
    put_char(out, '-');
    put_padded(out, message->filter.uses % 100, 2);
    put(out, message->origin == ORIGIN_SUBMITTED
                 ? ") Passed CLEAN {RelayedOutbound}, ORIGINATING LOCAL ["
                 : ") Passed CLEAN {RelayedInbound}, [");
    put_ip(out, &message->client);
    put(out, "]:");
    put_number(out, 20000 + message->message_id % 40000);
    put(out, " [");
    put_ip(out, &message->client);
    put(out, "] ");
    put_envelope(out, simulation, message);
    put(out, ", Queue-ID: ");
    put_bytes(out, message->id.text, message->id.len);
    put(out, ", Message-ID: <");
    put_message_id(out, simulation, message);
    put(out, ">, mail_id: ");
    put_hex_lower(out, message->message_id >> 16, 12);
    put(out, ", Hits: -0.");
    put_number(out, message->message_id % 900 + 100);
    put(out, ", size: ");
    put_number(out, message->size);
    put(out, ", queued_as: ");
    put_bytes(out, message->filter_id.text, message->filter_id.len);
    put(out, ", ");
    put_number(out, (uint64_t)(simulation->now - message->arrived) / MILLISECOND);
    put(out, " ms");
    end_line(simulation);
    later(simulation, number, STAGE_DISCONNECT, 3 * MILLISECOND);
}

static void disconnect(struct simulation *simulation, uint32_t number)
{
    struct message *message = message_at(simulation, number);
    struct writer *out = begin_line(simulation, PROCESS_SMTPD, message->filter_smtpd.pid);
    put(out, "disconnect from localhost[127.0.0.1] ehlo=1 xforward=1 mail=1 rcpt=");
    put_number(out, message->recipient_count);
    put(out, " data=1 quit=1 commands=");
    put_number(out, message->recipient_count + 5);
    end_line(simulation);
    process_give_back(&simulation->processes, PROCESS_SMTPD, message->filter_smtpd);
    process_give_back(&simulation->processes, PROCESS_AMAVIS, message->filter);
    later(simulation, number, STAGE_RELAYED, 2 * MILLISECOND);
}

static void log_relayed(struct simulation *simulation, uint32_t number)
{
    struct message *message = message_at(simulation, number);
    const struct queue_id *child = &message->filter_id;
    uint32_t pid = process_any(&simulation->processes, PROCESS_SMTP);
    int64_t delay = simulation->now - message->arrived;
    for (uint32_t i = 0; i < message->recipient_count; i++) {
        struct writer *out = begin_message_line(simulation, PROCESS_SMTP, pid, message);
        put(out, "to=<");
        put_address(out, simulation, &message->recipients[i].to);
        put(out, ">, relay=127.0.0.1[127.0.0.1]:10024, delay=");
        put_delay(out, delay);
        put(out, ", delays=0.02/0.01/0/");
        put_delay(out, delay);
        put(out, ", dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 "
                 "Ok: queued as ");
        put_bytes(out, child->text, child->len);
        put_char(out, ')');
        end_line(simulation);
    }
    put(begin_message_line(simulation, PROCESS_QMGR,
                           process_any(&simulation->processes, PROCESS_QMGR), message),
        "removed");
    end_line(simulation);
    message_forget(simulation, number);
}

void filter_step(struct simulation *simulation, uint32_t number)
{
    static void (*const steps[])(struct simulation * simulation, uint32_t number) = {
        connect, come_back, log_message_id, log_passed, disconnect, log_relayed,
    };
    steps[message_at(simulation, number)->stage - STAGE_FILTER_FIRST](simulation, number);
}
