#include "facts_dump.h"

#include <inttypes.h>

static void print_id(FILE *out, const struct facts *facts, const char *name, uint32_t id)
{
    struct str text = facts_str(facts, id);
    if (id)
        fprintf(out, " %s=%.*s", name, (int)text.len, text.ptr);
}

static void print_when(FILE *out, const char *name, int64_t usec)
{
    char text[WHEN_TEXT];
    fprintf(out, " %s=%s", name, usec == TIME_NONE ? "-" : when_text((struct when){usec, 6}, text));
}

static void print_place(FILE *out, const struct place *place, const struct dump_bases *bases)
{
    if (bases)
        fprintf(out, " line=%" PRIu64 " at=%" PRIu64 "+%u",
                bases->lines[place->input] + place->line,
                bases->offsets[place->input] + place->offset, place->length);
    else
        fprintf(out, " input=%u line=%" PRIu64 " at=%" PRIu64 "+%u", place->input, place->line,
                place->offset, place->length);
}

static const char *settled_name(uint8_t settled)
{
    static const char *const names[] = {"delivered", "bounced",  "expired", "removed",
                                        "held",      "deferred", "queued"};
    return settled < SETTLED_COUNT ? names[settled] : "?";
}

static void print_recipients(FILE *out, const struct facts *facts, const struct message *message)
{
    for (uint32_t i = 0; i < message->recipient_count; i++) {
        const struct recipient_fact *r = &facts->recipients[message->recipient_first + i];
        fprintf(out, "    %016" PRIx64 " %s %s%s", r->address, settled_name(r->settled),
                reason_name(r->reason), r->local ? " local" : "");
        print_id(out, facts, "domain", r->domain);
        fprintf(out, "\n");
    }
    if (message->recipients > message->recipient_count)
        fprintf(out, "    %u unnamed %s\n", message->recipients - message->recipient_count,
                settled_name(message->unnamed_settled));
}

static void print_message(FILE *out, const struct facts *facts, const struct message *m,
                          const struct dump_bases *bases)
{
    fprintf(out, "  message of %u", m->principal);
    print_id(out, facts, "host", m->host);
    print_id(out, facts, "id", m->queue_id);
    print_id(out, facts, "last-id", m->last_queue_id);
    print_id(out, facts, "ip", m->ip);
    print_id(out, facts, "client", m->client_name);
    print_id(out, facts, "helo", m->helo);
    print_id(out, facts, "sender", m->sender);
    print_id(out, facts, "sender-domain", m->sender_domain);
    print_id(out, facts, "header-domain", m->header_domain);
    fprintf(out, " flags=%u size=%" PRIu64 " message-id=%016" PRIx64, m->flags, m->size,
            m->message_id);
    print_when(out, "first", m->first_usec);
    print_when(out, "accepted", m->accepted_usec);
    print_when(out, "last", m->last_usec);
    print_place(out, &m->place, bases);
    fprintf(out, "\n");
    print_recipients(out, facts, m);
}

static void print_login(FILE *out, const struct facts *facts, const struct login *l,
                        const struct dump_bases *bases)
{
    fprintf(out, "  %s of %d x%u service=%u", l->outcome == LOGIN_OK ? "login" : "failure",
            (int)l->principal, l->count, l->service);
    print_id(out, facts, "name", l->name);
    print_id(out, facts, "account", l->account);
    print_id(out, facts, "ip", l->ip);
    print_id(out, facts, "client", l->client_name);
    print_id(out, facts, "host", l->host);
    print_when(out, "first", l->usec);
    print_when(out, "last", l->last_usec);
    fprintf(out, " bytes=%" PRIu64, l->bytes_out);
    print_place(out, &l->place, bases);
    fprintf(out, "\n");
}

static void print_refusal(FILE *out, const struct facts *facts, const struct refusal *r,
                          const struct dump_bases *bases)
{
    fprintf(out, "  refusal of %d %s%s%s", (int)r->principal, reason_name(r->reason),
            r->whole_message ? " message" : "", r->recipient ? " recipient" : "");
    print_id(out, facts, "ip", r->ip);
    print_id(out, facts, "host", r->host);
    print_id(out, facts, "sender", r->sender);
    print_id(out, facts, "sender-domain", r->sender_domain);
    print_when(out, "at", r->usec);
    print_place(out, &r->place, bases);
    fprintf(out, "\n");
}

static void print_source(FILE *out, const struct facts *facts, const struct source_fact *s)
{
    fprintf(out, "  source");
    print_id(out, facts, "ip", s->ip);
    print_id(out, facts, "client", s->client_name);
    fprintf(out, " failed=%u/%u accounts=%u/%u/%u unnamed=%u%s%s%s logins=%u", s->failed_named,
            s->failed, s->accounts_ok, s->accounts_failed, s->accounts_unknown, s->unnamed_ok,
            s->own ? " own" : "", s->trusted ? " trusted" : "", s->private_net ? " private" : "",
            s->login_count);
    print_when(out, "first", s->first_usec);
    print_when(out, "last", s->last_usec);
    for (uint32_t i = 0; i < s->login_count; i++)
        fprintf(out, " %u", facts->logins_by_ip[s->login_first + i]);
    fprintf(out, "\n");
}

static void print_principals(FILE *out, const struct facts *facts)
{
    for (uint32_t i = 0; i < facts->principal_count; i++) {
        const struct principal *p = &facts->principals[i];
        fprintf(out, "principal %u kind=%u %.*s messages=%u+%u logins=%u+%u refusals=%u+%u", i,
                p->kind, (int)p->name.len, p->name.ptr, p->message_first, p->message_count,
                p->login_first, p->login_count, p->refusal_first, p->refusal_count);
        print_id(out, facts, "domain", p->domain);
        for (uint32_t k = 0; k < p->login_name_count; k++)
            print_id(out, facts, "spelled", p->login_names[k]);
        fprintf(out, "\n");
    }
}

static void print_rest(FILE *out, const struct facts *facts, const struct dump_bases *bases)
{
    for (uint32_t i = 0; i < facts->operator_count; i++) {
        const struct operator_event *o = &facts->operators[i];
        fprintf(out, "operator act=%u x%" PRIu64, o->act, o->count);
        print_id(out, facts, "host", o->host);
        print_when(out, "at", o->usec);
        print_place(out, &o->place, bases);
        fprintf(out, "\n");
    }
    for (uint32_t i = 0; i < facts->reputation_count; i++) {
        const struct reputation_fact *r = &facts->reputation[i];
        fprintf(out, "reputation %s x%" PRIu64, reason_name(r->reason), r->replies);
        print_id(out, facts, "host", r->host);
        print_id(out, facts, "provider", r->provider);
        print_id(out, facts, "sample", r->sample);
        print_when(out, "first", r->first_usec);
        print_when(out, "last", r->last_usec);
        fprintf(out, "\n");
    }
    for (uint32_t i = 0; i < facts->depth_count; i++) {
        const struct queue_depth *d = &facts->depth[i];
        fprintf(out, "queue active=%u deferred=%u held=%u", d->active, d->deferred, d->held);
        print_when(out, "at", d->usec);
        fprintf(out, "\n");
    }
    for (uint32_t i = 0; i < facts->local_domain_count; i++)
        print_id(out, facts, "local", facts->local_domains[i]);
    fprintf(
        out, "\ninbound=%" PRIu64 "/%" PRIu64 " unattributed=%" PRIu64 "/%" PRIu64 " digits=%u%s%s",
        facts->inbound_messages, facts->inbound_recipients, facts->unattributed_messages,
        facts->unattributed_recipients, facts->digits, facts->zone_assumed ? " zone-assumed" : "",
        facts->names_failures ? " names-failures" : "");
    print_when(out, "first", facts->first_usec);
    print_when(out, "last", facts->last_usec);
    fprintf(out, "\n");
}

void facts_dump(FILE *out, const struct facts *facts, const struct dump_bases *bases)
{
    print_principals(out, facts);
    for (uint32_t i = 0; i < facts->message_count; i++)
        print_message(out, facts, &facts->messages[i], bases);
    for (uint32_t i = 0; i < facts->login_count; i++)
        print_login(out, facts, &facts->logins[i], bases);
    for (uint32_t i = 0; i < facts->refusal_count; i++)
        print_refusal(out, facts, &facts->refusals[i], bases);
    for (uint32_t i = 0; i < facts->source_count; i++)
        print_source(out, facts, &facts->sources[i]);
    print_rest(out, facts, bases);
}
