#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "simulation.h"
#include "truth_print.h"

enum { SPRAY_TRIES = 10 };

struct printer {
    FILE *file;
    const struct simulation *simulation;
    const struct origin **origins; /* by account, then address */
    size_t origin_count;
};

static int by_account(const void *a, const void *b)
{
    const struct origin *x = *(const struct origin *const *)a,
                        *y = *(const struct origin *const *)b;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    return memcmp(x->client.bytes, y->client.bytes, sizeof x->client.bytes);
}

static void sort_origins(struct printer *printer)
{
    const struct truth *truth = &printer->simulation->truth;
    printer->origins = memory_new(truth->origin_count, sizeof(struct origin *));
    for (size_t i = 0; i < truth->origin_slots; i++)
        if (truth->origins[i].used)
            printer->origins[printer->origin_count++] = &truth->origins[i];
    qsort((void *)printer->origins, printer->origin_count, sizeof(struct origin *), by_account);
}

void print_ip(FILE *file, const struct client *client)
{
    char text[64];
    struct writer out = {text};
    put_ip(&out, client);
    fprintf(file, "\"%.*s\"", (int)(out.at - text), text);
}

static void print_time(struct printer *printer, const char *name, int64_t time)
{
    if (time)
        fprintf(printer->file, "\"%s\": %" PRId64 ".%06" PRId64, name, time / SECOND,
                time % SECOND);
    else
        fprintf(printer->file, "\"%s\": null", name);
}

static uint32_t origin_value(const struct origin *origin, unsigned which)
{
    return which == 0 ? origin->messages : which == 1 ? origin->logins : origin->failures;
}

static void print_origins(struct printer *printer, const char *name, size_t first, size_t end,
                          unsigned which)
{
    fprintf(printer->file, "\"%s\": {", name);
    bool some = false;
    for (size_t i = first; i < end; i++) {
        uint32_t value = origin_value(printer->origins[i], which);
        if (!value)
            continue;
        fputs(some ? ", " : "", printer->file);
        print_ip(printer->file, &printer->origins[i]->client);
        fprintf(printer->file, ": %" PRIu32, value);
        some = true;
    }
    fputs("}, ", printer->file);
}

static void print_logins(struct printer *printer, const struct account *account,
                         const struct tally *tally)
{
    const char *domain = printer->simulation->domains.items[DOMAIN_LOCAL].name;
    fputs("\"login_names\": {", printer->file);
    if (tally->full_logins)
        fprintf(printer->file, "\"%s@%s\": %" PRIu64 "%s", account->name, domain,
                tally->full_logins, tally->bare_logins ? ", " : "");
    if (tally->bare_logins)
        fprintf(printer->file, "\"%s\": %" PRIu64, account->name, tally->bare_logins);
    fputs("}, ", printer->file);
}

static void print_account(struct printer *printer, uint32_t number, size_t first, size_t end)
{
    FILE *file = printer->file;
    const struct account *account = &printer->simulation->population.accounts[number];
    const struct tally *tally = &printer->simulation->truth.tallies[number];
    fprintf(file,
            "%s\n  \"%s\": {\"messages_accepted\": %" PRIu64 ", \"recipients_accepted\": %" PRIu64
            ", \"messages_refused\": %" PRIu64 ", \"recipients_refused_at_submission\": %" PRIu64
            ", ",
            number ? "," : "", account->name, tally->messages, tally->recipients,
            tally->messages_refused, tally->recipients_refused);
    print_origins(printer, "source_ips", first, end, 0);
    print_origins(printer, "auth_success_ips", first, end, 1);
    print_origins(printer, "auth_failed_ips", first, end, 2);
    print_logins(printer, account, tally);
    fprintf(file,
            "\"auth_success\": %" PRIu64 ", \"auth_failed\": %" PRIu64 ", \"imap_failed\": %" PRIu64
            ", \"remote_sent\": %" PRIu64 ", \"remote_rejected_5xx\": %" PRIu64
            ", \"remote_deferred_attempts\": %" PRIu64 ", ",
            tally->logins, tally->failures, tally->mailbox_failures, tally->sent, tally->rejected,
            tally->deferred_tries);
    print_time(printer, "first", tally->first);
    fputs(", ", file);
    print_time(printer, "last", tally->last);
    fprintf(file,
            ", \"by_kind\": {\"benign\": {\"messages\": %" PRIu64 ", \"recipients\": %" PRIu64
            "}, \"attack\": {\"messages\": %" PRIu64 ", \"recipients\": %" PRIu64 "}}}",
            tally->messages - tally->attacker_messages,
            tally->recipients - tally->attacker_recipients, tally->attacker_messages,
            tally->attacker_recipients);
}

static void print_accounts(struct printer *printer)
{
    fputs("\"accounts\": {", printer->file);
    size_t first = 0;
    for (uint32_t i = 0; i < printer->simulation->population.count; i++) {
        while (first < printer->origin_count && printer->origins[first]->account < i)
            first++;
        size_t end = first;
        while (end < printer->origin_count && printer->origins[end]->account == i)
            end++;
        print_account(printer, i, first, end);
        first = end;
    }
    fputs("\n },\n", printer->file);
}

/* Of the campaign's addresses, those that appear in the log: as sender or as guesser. */
static void print_clients(struct printer *printer, const char *name,
                          const struct campaign *campaign, bool guessers)
{
    fprintf(printer->file, "\"%s\": [", name);
    bool some = false;
    for (uint32_t i = 0; i < campaign->client_count; i++) {
        const struct origin *origin =
            truth_find(&printer->simulation->truth, campaign->account, &campaign->clients[i]);
        if (!origin || (guessers ? !origin->failures : !origin->messages))
            continue;
        fputs(some ? ", " : "", printer->file);
        print_ip(printer->file, &campaign->clients[i]);
        some = true;
    }
    fputs("], ", printer->file);
}

static void print_campaign(struct printer *printer, const struct campaign *campaign)
{
    FILE *file = printer->file;
    const struct simulation *simulation = printer->simulation;
    fprintf(file,
            "{\"account\": \"%s\", \"pattern\": \"%s\", \"attacker_messages\": %" PRIu64
            ", \"attacker_recipients\": %" PRIu64 ", \"bruteforce_failures\": %" PRIu64 ", ",
            simulation->population.accounts[campaign->account].name, campaign->scenario,
            campaign->messages, campaign->recipients, campaign->failures);
    print_clients(printer, "attacker_sending_ips", campaign, false);
    print_clients(printer, "bruteforce_ips", campaign, true);
    print_time(printer, "first", campaign->first);
    fputs(", ", file);
    print_time(printer, "last", campaign->last);
    fputs(", \"forged_envelope_from_domains\": {", file);
    bool some = false;
    for (uint32_t i = 0; i < campaign->domain_count; i++) {
        if (!campaign->domain_messages[i])
            continue;
        fprintf(file, "%s\"%s\": %" PRIu32, some ? ", " : "",
                simulation->domains.items[campaign->domains[i]].name, campaign->domain_messages[i]);
        some = true;
    }
    fputs("}}", file);
}

static void print_campaigns(struct printer *printer)
{
    fputs("\"compromised_accounts\": [", printer->file);
    bool some = false;
    for (size_t i = 0; i < printer->simulation->campaign_count; i++) {
        const struct campaign *campaign = &printer->simulation->campaigns[i];
        if (campaign->account == TRUTH_NOBODY || !campaign_is_attack(campaign) ||
            (!campaign->messages && !campaign->failures))
            continue;
        fputs(some ? ",\n  " : "\n  ", printer->file);
        print_campaign(printer, campaign);
        some = true;
    }
    fputs("],\n", printer->file);
}

static int by_address(const void *a, const void *b)
{
    const struct origin *x = *(const struct origin *const *)a,
                        *y = *(const struct origin *const *)b;
    return memcmp(x->client.bytes, y->client.bytes, sizeof x->client.bytes);
}

/* Tries of one guesser at all accounts; its origins are neighbours. Moves *at to the next address.
 */
static uint32_t take_guesser(const struct printer *printer, size_t *at)
{
    const struct client *client = &printer->origins[*at]->client;
    uint32_t ret = 0;
    for (; *at < printer->origin_count; ++*at) {
        const struct origin *origin = printer->origins[*at];
        if (memcmp(origin->client.bytes, client->bytes, sizeof client->bytes) != 0)
            break;
        ret += origin->hostile ? origin->failures : 0;
    }
    return ret;
}

static void print_guessers(struct printer *printer, uint32_t least, uint32_t most)
{
    bool some = false;
    fputc('[', printer->file);
    for (size_t at = 0; at < printer->origin_count;) {
        const struct client *client = &printer->origins[at]->client;
        uint32_t tries = take_guesser(printer, &at);
        if (tries < least || tries > most)
            continue;
        fputs(some ? ", " : "", printer->file);
        print_ip(printer->file, client);
        some = true;
    }
    fputc(']', printer->file);
}

/* Those who guessed passwords: as a spray that stands out, or a few tries in the noise. */
static void print_spray(struct printer *printer)
{
    qsort((void *)printer->origins, printer->origin_count, sizeof(struct origin *), by_address);
    fputs(" \"spray\": {\"ips\": ", printer->file);
    print_guessers(printer, SPRAY_TRIES, UINT32_MAX);
    fputs(", \"succeeded\": []},\n \"guessers\": ", printer->file);
    print_guessers(printer, 1, SPRAY_TRIES - 1);
    fputs(",\n", printer->file);
}

static void print_head(struct printer *printer)
{
    const struct simulation *simulation = printer->simulation;
    const struct truth *truth = &simulation->truth;
    fprintf(printer->file,
            "{\"mta\": \"postfix\", \"variant\": \"generated\", \"mail_domain\": \"%s\", \"seed\": "
            "%" PRIu64 ", \"log_bytes\": %" PRIu64 ", \"log_lines\": %" PRIu64 ", ",
            simulation->domains.items[DOMAIN_LOCAL].name, simulation->options.seed,
            log_bytes(&simulation->log), simulation->log.lines);
    print_time(printer, "start_utc", simulation->start);
    fputs(", ", printer->file);
    print_time(printer, "end_utc", simulation->now);
    fprintf(printer->file,
            ",\n \"unauthenticated\": {\"inbound\": {\"messages_accepted\": %" PRIu64
            ", \"recipients_accepted\": %" PRIu64 "}, \"local\": {\"messages_accepted\": %" PRIu64
            ", \"recipients_accepted\": %" PRIu64
            "}, \"refused\": {\"recipients_refused_at_submission\": %" PRIu64
            "}}, \"notices\": %" PRIu64 ",\n ",
            truth->inbound.messages, truth->inbound.recipients, truth->local.messages,
            truth->local.recipients, truth->refused.recipients, truth->notices);
    fputs("\"auth_events\": [], \"messages\": [], \"open_relay\": {\"messages\": 0}, "
          "\"local_injection\": {\"messages\": 0},\n ",
          printer->file);
}

void truth_write(const struct simulation *simulation, const char *folder)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/truth.json", folder);
    if (len < 0 || (size_t)len >= sizeof path)
        fail("path too long", folder);
    struct printer printer = {.simulation = simulation, .file = fopen(path, "w")};
    if (!printer.file)
        fail("cannot write", path);
    sort_origins(&printer);
    print_head(&printer);
    print_campaigns(&printer);
    fputs(" ", printer.file);
    print_accounts(&printer);
    print_spray(&printer);
    truth_print_incidents(printer.file, simulation);
    fputs(" \"end\": true}\n", printer.file);
    free((void *)printer.origins);
    if (fclose(printer.file))
        fail("cannot write", path);
}
