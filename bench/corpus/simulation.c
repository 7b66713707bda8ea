#include "simulation.h"

#include <stdlib.h>

#include "delivery.h"
#include "plan.h"

struct writer *begin_line(struct simulation *simulation, unsigned process, uint32_t pid)
{
    return log_line(&simulation->log, simulation->now, process_name(process), pid);
}

struct writer *begin_message_line(struct simulation *simulation, unsigned process, uint32_t pid,
                                  const struct message *message)
{
    struct writer *out = begin_line(simulation, process, pid);
    put_bytes(out, message->id.text, message->id.len);
    put(out, ": ");
    return out;
}

void end_line(struct simulation *simulation)
{
    log_end(&simulation->log);
}

void put_address(struct writer *out, const struct simulation *simulation,
                 const struct address *address)
{
    switch (address->style) {
    case ADDRESS_NULL:
        return;
    case ADDRESS_ACCOUNT:
        put_account(out, &simulation->population.accounts[address->person]);
        break;
    case ADDRESS_ROLE:
        put_role(out, address->person);
        break;
    case ADDRESS_RANDOM:
        put_hex_lower(out, random_mix(simulation->options.seed, address->person) >> 20, 8);
        break;
    case ADDRESS_SRS:
        put(out, "SRS0=");
        put_hex_upper(out, random_mix(simulation->options.seed, address->person) >> 48, 4);
        put(out, "=QK=");
        put(out, simulation->domains.items[address->domain].name);
        put_char(out, '=');
        put_person(out, address->person);
        put_char(out, '@');
        put(out, simulation->domains.items[DOMAIN_LOCAL].name);
        return;
    case ADDRESS_VERP:
        put(out, "lists-bounces+");
        put_person(out, address->person);
        put(out, "=list.example");
        break;
    default:
        put_person(out, address->person);
    }
    put_char(out, '@');
    put(out, simulation->domains.items[address->domain].name);
}

void put_message_id(struct writer *out, const struct simulation *simulation,
                    const struct message *message)
{
    uint64_t h = message->message_id;
    switch (message->shape) {
    case 0:
        put_hex_lower(out, h >> 32, 8);
        put_char(out, '.');
        put_number(out, h & 0xffffff);
        break;
    case 1:
        put_hex_upper(out, h >> 32, 8);
        put_char(out, '-');
        put_hex_upper(out, h >> 16 & 0xffff, 4);
        put(out, "-4");
        put_hex_upper(out, h & 0xfff, 3);
        put(out, "-A11E-");
        put_hex_upper(out, h * 0x9e3779b97f4a7c15u >> 16, 12);
        break;
    case 2:
        put(out, "000001db");
        put_hex_lower(out, h >> 32, 8);
        put_char(out, '$');
        put_hex_lower(out, h & 0xffffffff, 8);
        put_char(out, '$');
        break;
    case 3:
        put(out, "CA+");
        put_hex_lower(out, h, 16);
        put(out, "=x");
        break;
    case 4:
        put_number(out, h >> 20);
        put_char(out, '.');
        put_number(out, h & 0xfffff);
        put(out, ".JavaMail.root");
        break;
    default:
        put_hex_lower(out, h, 16);
    }
    put_char(out, '@');
    put(out, simulation->domains.items[message->id_domain].name);
}

static void step(struct simulation *simulation, uint32_t what)
{
    uint32_t number = what & ((1u << WHAT_SHIFT) - 1);
    if (what >> WHAT_SHIFT == WHAT_SESSION)
        session_step(simulation, number);
    else if (what >> WHAT_SHIFT == WHAT_VISIT)
        mailbox_close(simulation, number);
    else
        delivery_step(simulation, number);
}

static bool done(const struct simulation *simulation)
{
    if (simulation->options.bytes)
        return log_bytes(&simulation->log) >= simulation->options.bytes;
    return simulation->now >= simulation->end;
}

void simulation_run(struct simulation *simulation)
{
    struct arrivals *today = &simulation->today;
    int64_t midnight = simulation->start; /* of the next day to plan */
    while (!done(simulation)) {
        int64_t next = schedule_next(&simulation->schedule);
        int64_t arrival = today->next < today->count ? today->items[today->next].time : INT64_MAX;
        if (midnight <= next && midnight <= arrival) {
            simulation->now = midnight;
            plan_day(simulation, midnight / SECOND / 86400);
            midnight += (int64_t)86400 * SECOND;
        } else if (arrival <= next) {
            simulation->now = arrival;
            session_begin(simulation, &today->items[today->next++]);
        } else {
            struct happening happening = schedule_take(&simulation->schedule);
            simulation->now = happening.time;
            step(simulation, happening.what);
        }
    }
}

void simulation_free(struct simulation *simulation)
{
    for (size_t i = 0; i < simulation->messages.count; i++)
        free(message_at(simulation, (uint32_t)i)->recipients);
    for (size_t i = 0; i < simulation->campaign_count; i++) {
        free(simulation->campaigns[i].clients);
        free(simulation->campaigns[i].domains);
        free(simulation->campaigns[i].domain_messages);
    }
    free(simulation->campaigns);
    free(simulation->today.items);
    free(simulation->planned.items);
    free(simulation->domains.items);
    pool_free(&simulation->sessions);
    pool_free(&simulation->messages);
    pool_free(&simulation->visits);
    schedule_free(&simulation->schedule);
    processes_free(&simulation->processes);
    queue_ids_free(&simulation->queue_ids);
    population_free(&simulation->population);
    truth_free(&simulation->truth);
}
