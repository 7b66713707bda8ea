/* STIX 2.1 bundle (OASIS standard, also what MISP imports): for each address to block the
 * observable, an indicator with an end, what was observed, and a sighting by the reporter. */
#include <stdio.h>

#include "json_writer.h"
#include "papers.h"
#include "plain.h"
#include "settings.h"

enum { VALID_DAYS = 7, NAME_MAX_BYTES = 256 };

struct stix {
    const struct incident *incident;
    struct json json;
    char identity[64]; /* id of the reporter */
};

/* The same run gives the same id: of the kind, the address and the first time. */
static const char *object_id(struct stix *stix, const char *type, const struct offender *offender)
{
    char uuid[UUID_TEXT], first[WHEN_TEXT];
    const char *name =
        arena_printf(stix->incident->arena, "postmortem %s %.*s %s", type, (int)offender->ip.len,
                     offender->ip.ptr,
                     offender->first.usec == TIME_NONE ? "" : when_text(offender->first, first));
    return arena_printf(stix->incident->arena, "%s--%s", type, uuid_derived(str_of(name), uuid));
}

static const char *address_type(const struct offender *offender)
{
    return ip_is_v4(&offender->address) ? "ipv4-addr" : "ipv6-addr";
}

/* Section 2.9: version 5 over the canonical JSON of what makes the object. */
static const char *observable_id(struct stix *stix, const struct offender *offender)
{
    char uuid[UUID_TEXT];
    const char *name = arena_printf(stix->incident->arena, "{\"value\":\"%.*s\"}",
                                    (int)offender->ip.len, offender->ip.ptr);
    return arena_printf(stix->incident->arena, "%s--%s", address_type(offender),
                        uuid_stix(str_of(name), uuid));
}

/* Milliseconds, as section 3.2 has it for created and modified. */
static struct when stix_time(const struct stix *stix, struct when when)
{
    if (when.usec == TIME_NONE)
        when = stix->incident->made;
    return (struct when){when.usec, 3};
}

static void begin(struct stix *stix, const char *type, const char *id)
{
    struct json *json = &stix->json;
    struct when made = stix_time(stix, stix->incident->made);
    json_begin(json, NULL, '{');
    json_text(json, "type", type);
    json_text(json, "spec_version", "2.1");
    json_text(json, "id", id);
    if (strcmp(type, "identity") != 0)
        json_text(json, "created_by_ref", stix->identity);
    json_when(json, "created", made);
    json_when(json, "modified", made);
}

static void identity(struct stix *stix)
{
    const struct settings *settings = stix->incident->run->settings;
    const char *org = settings ? settings->reporter_org : NULL;
    char uuid[UUID_TEXT];
    const char *name = org ? org : "operator of a mail server";
    const char *seed = arena_printf(stix->incident->arena, "postmortem identity %s", name);
    snprintf(stix->identity, sizeof stix->identity, "identity--%s",
             uuid_derived(str_of(seed), uuid));
    begin(stix, "identity", stix->identity);
    json_str(&stix->json, "name", str_head(str_of(name), NAME_MAX_BYTES));
    json_text(&stix->json, "identity_class", "organization");
    json_end(&stix->json, '}');
}

static void address(struct stix *stix, const struct offender *offender)
{
    struct json *json = &stix->json;
    json_begin(json, NULL, '{');
    json_text(json, "type", address_type(offender));
    json_text(json, "spec_version", "2.1");
    json_text(json, "id", observable_id(stix, offender));
    json_str(json, "value", offender->ip);
    json_end(json, '}');
}

static const char *describe(const struct offender *offender)
{
    if (offender->offences & OFFENCE_SPAM)
        return "Sent spam over SMTP with the stolen password of a mail account";
    if (offender->offences & OFFENCE_RELAY)
        return "Sent spam through a mail server that relayed without login";
    if (offender->offences & OFFENCE_ENTRY)
        return "Logged in to a mail account with a stolen password";
    return "Guessed passwords of mail accounts";
}

static void indicator(struct stix *stix, const struct offender *offender)
{
    struct json *json = &stix->json;
    struct when from = stix_time(stix, offender->first), to = stix_time(stix, offender->last);
    to.usec += (int64_t)VALID_DAYS * SEC_PER_DAY * USEC_PER_SEC;
    begin(stix, "indicator", object_id(stix, "indicator", offender));
    json_text(json, "name",
              arena_printf(stix->incident->arena, "%.*s", (int)offender->ip.len, offender->ip.ptr));
    json_text(json, "description", describe(offender));
    json_begin(json, "indicator_types", '[');
    json_text(json, NULL, "malicious-activity");
    json_end(json, ']');
    json_text(json, "pattern",
              arena_printf(stix->incident->arena, "[%s:value = '%.*s']", address_type(offender),
                           (int)offender->ip.len, offender->ip.ptr));
    json_text(json, "pattern_type", "stix");
    json_when(json, "valid_from", from);
    json_when(json, "valid_until", to);
    json_end(json, '}');
}

static uint64_t events_of(const struct offender *offender)
{
    uint64_t events = offender->messages + offender->failures + offender->logins;
    return events ? events : 1;
}

static void observed(struct stix *stix, const struct offender *offender)
{
    enum { OBSERVED_MAX = 999999999 }; /* of the schema */
    struct json *json = &stix->json;
    uint64_t events = events_of(offender);
    begin(stix, "observed-data", object_id(stix, "observed-data", offender));
    json_when(json, "first_observed", stix_time(stix, offender->first));
    json_when(json, "last_observed", stix_time(stix, offender->last));
    json_number(json, "number_observed", events < OBSERVED_MAX ? events : OBSERVED_MAX);
    json_begin(json, "object_refs", '[');
    json_text(json, NULL, observable_id(stix, offender));
    json_end(json, ']');
    json_end(json, '}');
}

static void sighting(struct stix *stix, const struct offender *offender)
{
    struct json *json = &stix->json;
    begin(stix, "sighting", object_id(stix, "sighting", offender));
    json_when(json, "first_seen", stix_time(stix, offender->first));
    json_when(json, "last_seen", stix_time(stix, offender->last));
    json_text(json, "sighting_of_ref", object_id(stix, "indicator", offender));
    json_begin(json, "observed_data_refs", '[');
    json_text(json, NULL, object_id(stix, "observed-data", offender));
    json_end(json, ']');
    json_begin(json, "where_sighted_refs", '[');
    json_text(json, NULL, stix->identity);
    json_end(json, ']');
    json_end(json, '}');
}

void ioc_stix(const struct incident *incident, struct out *out)
{
    struct stix stix = {.incident = incident, .json = {.out = out}};
    char uuid[UUID_TEXT];
    char end[WHEN_TEXT] = "";
    if (incident->report->log_end.usec != TIME_NONE)
        when_text(incident->report->log_end, end);
    const char *seed =
        arena_printf(incident->arena, "postmortem bundle %s %u", end, incident->offender_count);
    json_begin(&stix.json, NULL, '{');
    json_text(&stix.json, "type", "bundle");
    json_text(&stix.json, "id",
              arena_printf(incident->arena, "bundle--%s", uuid_derived(str_of(seed), uuid)));
    json_begin(&stix.json, "objects", '[');
    identity(&stix);
    for (uint32_t i = 0; i < incident->offender_count; i++) {
        const struct offender *offender = &incident->offenders[i];
        if (!offender_is_blockable(offender))
            continue;
        address(&stix, offender);
        indicator(&stix, offender);
        observed(&stix, offender);
        sighting(&stix, offender);
    }
    json_end(&stix.json, ']');
    json_end(&stix.json, '}');
}
