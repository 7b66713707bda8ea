/* What every scenario is planned with: an account or none, addresses, times, and arrivals. */
#ifndef CORPUS_SCENARIO_H
#define CORPUS_SCENARIO_H

#include "simulation.h"

enum { HOUR = 3600 };

/* From low to high, small numbers as likely as large ones; twice as wide on a strange server. */
double draw(struct simulation *simulation, double low, double high);
uint32_t draw_count(struct simulation *simulation, double low, double high);
/* Somewhere between two shares of the log. */
int64_t scenario_moment(struct simulation *simulation, double low, double high);
/* Microseconds between so many hours, but no more than the share of the log. */
int64_t scenario_span(struct simulation *simulation, double low_hours, double high_hours,
                      double most_share);

/* An attack on an account that no other campaign has; one without account; an innocent thing. Each
 * begins a group of its own. */
struct campaign *scenario_take(struct simulation *simulation, const char *scenario);
struct campaign *scenario_without(struct simulation *simulation, const char *scenario,
                                  const char *class);
struct campaign *scenario_innocent(struct simulation *simulation, unsigned confounder,
                                   const char *most);
/* Addresses of the whole world, or of one provider. */
void scenario_add_clients(struct simulation *simulation, struct campaign *campaign, uint32_t count);
void scenario_add_client(struct campaign *campaign, struct client client);
void scenario_share_clients(struct campaign *campaign, const struct campaign *other);
struct client scenario_server(struct simulation *simulation); /* a rented one */
void scenario_forge(struct simulation *simulation, struct campaign *campaign, uint8_t forgery,
                    uint32_t count);
/* Domains that exist: customers of a service, a second employer. */
void scenario_speak_for(struct simulation *simulation, struct campaign *campaign, uint8_t forgery,
                        uint32_t count);

struct arrival *scenario_add(struct simulation *simulation, const struct campaign *campaign,
                             int64_t time, uint8_t kind);

/* Recipients spread over sessions of a few messages, evenly in time. */
struct blast {
    int64_t begin, span; /* microseconds */
    uint32_t recipients; /* all together */
    uint16_t recipients_a_message;
    uint16_t messages_a_session;
    uint8_t kind;
    bool own;   /* from where the account is */
    bool awake; /* in its waking hours alone */
    bool fresh; /* each session from the next address, as long as there are some */
};
void scenario_blast(struct simulation *simulation, const struct campaign *campaign,
                    const struct blast *blast);
/* Wrong passwords from the last addresses of the campaign. */
void scenario_guess(struct simulation *simulation, const struct campaign *campaign, int64_t begin,
                    int64_t span, uint32_t tries);
/* The mailbox is opened from the address. */
void scenario_read(struct simulation *simulation, const struct campaign *campaign, int64_t time,
                   uint32_t source);

/* The tables of what can be planned. */
struct scenario {
    const char *name;
    void (*plan)(struct simulation *simulation);
};
extern const struct scenario spam_scenarios[], account_scenarios[], server_scenarios[],
    harmless_scenarios[]; /* each ends without a name */
void confounders_plan(struct simulation *simulation);

#endif
