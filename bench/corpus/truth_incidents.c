/* The part of truth.json that tells what was done to whom, and who only looked guilty. */
#include <inttypes.h>
#include <stdio.h>

#include "simulation.h"
#include "truth_print.h"

static void print_utc(FILE *file, const char *name, int64_t usec)
{
    if (!usec) {
        fprintf(file, "\"%s\": null, ", name);
        return;
    }
    struct date date = log_date(usec / SECOND / 86400);
    unsigned of_day = (unsigned)(usec / SECOND % 86400);
    fprintf(file, "\"%s\": \"%04d-%02u-%02uT%02u:%02u:%02u.%06uZ\", ", name, date.year, date.month,
            date.day, of_day / 3600, of_day / 60 % 60, of_day % 60, (unsigned)(usec % SECOND));
}

static void print_principal(FILE *file, const struct simulation *simulation,
                            const struct campaign *campaign)
{
    const char *domain = simulation->domains.items[DOMAIN_LOCAL].name;
    if (campaign->account != TRUTH_NOBODY)
        fprintf(file, "\"principal\": \"acct:%s@%s\", ",
                simulation->population.accounts[campaign->account].name, domain);
    else if (campaign->uid)
        fprintf(file, "\"principal\": \"uid:%" PRIu32 "@mail\", ", campaign->uid);
    else
        fprintf(file, "\"principal\": \"relay:mail\", ");
}

static const char *role_of(const struct origin *origin)
{
    return origin->messages                                 ? "sender"
           : origin->reads                                  ? "reader"
           : origin->failures || origin->failures_elsewhere ? "guesser"
                                                            : "checker";
}

static void print_addresses(FILE *file, const struct simulation *simulation,
                            const struct campaign *campaign)
{
    bool some = false;
    fputs("\"ips\": [", file);
    for (uint32_t i = 0; i < campaign->client_count; i++) {
        const struct client *client = &campaign->clients[i];
        const struct origin *origin = truth_find(&simulation->truth, campaign->account, client);
        if (!origin || client->kind == CLIENT_LOCALHOST)
            continue;
        fputs(some ? ", {\"ip\": " : "{\"ip\": ", file);
        print_ip(file, client);
        fprintf(file, ", \"role\": \"%s\", \"msgs\": %" PRIu32 ", \"rcpts\": %" PRIu32 "}",
                role_of(origin), origin->messages, origin->recipients);
        some = true;
    }
    fputs("], ", file);
}

static void print_forged(FILE *file, const struct simulation *simulation,
                         const struct campaign *campaign)
{
    bool some = false;
    fputs("\"forged_domains\": [", file);
    for (uint32_t i = 0; i < campaign->domain_count; i++) {
        if (!campaign->domain_messages[i])
            continue;
        fprintf(file, "%s\"%s\"", some ? ", " : "",
                simulation->domains.items[campaign->domains[i]].name);
        some = true;
    }
    fputs("], ", file);
}

static void print_times(FILE *file, const struct campaign *campaign)
{
    bool guessed = campaign->guessed && campaign->guessed < campaign->entered;
    print_utc(file, "t_guess", guessed ? campaign->guessed : 0);
    print_utc(file, "t_access", campaign->entered);
    print_utc(file, "t_abuse", campaign->first);
    print_utc(file, "t_peak_5m", campaign->peak ? campaign->peak_slot : 0);
    print_utc(file, "t_last_accept", campaign->last);
    print_utc(file, "t_contain", campaign->contained);
    print_utc(file, "t_last_try", campaign->last_try);
}

static bool is_incident(const struct campaign *campaign)
{
    bool named = campaign->account != TRUTH_NOBODY || campaign->messages;
    return campaign_is_attack(campaign) && named && campaign->entered;
}

static void print_incidents(FILE *file, const struct simulation *simulation)
{
    bool some = false;
    fputs(" \"incidents\": [", file);
    for (size_t i = 0; i < simulation->campaign_count; i++) {
        const struct campaign *campaign = &simulation->campaigns[i];
        if (!is_incident(campaign))
            continue;
        fprintf(file, "%s\n  {\"id\": \"%s-%zu\", \"scenario\": \"%s\", \"class\": \"%s\", ",
                some ? "," : "", campaign->scenario, i, campaign->scenario, campaign->class);
        print_principal(file, simulation, campaign);
        fprintf(file, "\"campaign\": \"c%" PRIu32 "\", ", campaign->group);
        print_times(file, campaign);
        print_addresses(file, simulation, campaign);
        print_forged(file, simulation, campaign);
        fprintf(file, "\"msgs\": %" PRIu64 ", \"rcpts\": %" PRIu64 ", \"min_verdict\": \"%s\"}",
                campaign->messages, campaign->recipients, campaign->least);
        some = true;
    }
    fputs("],\n", file);
}

static void print_benign(FILE *file, const struct simulation *simulation)
{
    bool some = false;
    fputs(" \"benign\": [", file);
    for (size_t i = 0; i < simulation->campaign_count; i++) {
        const struct campaign *campaign = &simulation->campaigns[i];
        if (campaign_is_attack(campaign) || campaign->account == TRUTH_NOBODY)
            continue;
        fputs(some ? ",\n  {" : "\n  {", file);
        print_principal(file, simulation, campaign);
        fprintf(file, "\"confounder\": %u, \"max_verdict\": \"%s\"}", campaign->confounder,
                campaign->most);
        some = true;
    }
    fputs("],\n", file);
}

static void print_credential(FILE *file, const struct simulation *simulation)
{
    bool some = false;
    fputs(" \"credential_campaigns\": [", file);
    for (size_t i = 0; i < simulation->campaign_count; i++) {
        const struct campaign *campaign = &simulation->campaigns[i];
        bool other = campaign->account != TRUTH_NOBODY || campaign->messages;
        if ((other && !campaign->framed) || !campaign->failures)
            continue;
        fprintf(file, "%s\n  {\"id\": \"s%zu\", \"tried\": %" PRIu64 ", \"ips\": [",
                some ? "," : "", i, campaign->failures);
        for (uint32_t k = 0; k < campaign->client_count; k++) {
            fputs(k ? ", " : "", file);
            print_ip(file, &campaign->clients[k]);
        }
        fputs("]}", file);
        some = true;
    }
    fputs("],\n", file);
}

void truth_print_incidents(FILE *file, const struct simulation *simulation)
{
    fputs(" \"v\": 1, ", file);
    print_utc(file, "log_start", simulation->start);
    print_utc(file, "log_end", simulation->now);
    fputs("\"infrastructure_ips\": [\"192.0.2.10\", \"127.0.0.1\"],\n", file);
    print_incidents(file, simulation);
    print_benign(file, simulation);
    print_credential(file, simulation);
}
