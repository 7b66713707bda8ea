#include "json_parts.h"

const char *const settled_names[SETTLED_COUNT] = {
    [SETTLED_DELIVERED] = "delivered", [SETTLED_BOUNCED] = "bounced",
    [SETTLED_EXPIRED] = "expired",     [SETTLED_REMOVED] = "removed",
    [SETTLED_HELD] = "held",           [SETTLED_DEFERRED] = "deferred",
    [SETTLED_QUEUED] = "queued",
};

const char *const deed_names[DEED_NAMES] = {"guess", "check", "read", "send"};

const char *service_name(enum login_service service)
{
    static const char *const names[] = {
        [SERVICE_SMTP] = "smtp",   [SERVICE_IMAP] = "imap",       [SERVICE_POP3] = "pop3",
        [SERVICE_SIEVE] = "sieve", [SERVICE_WEBMAIL] = "webmail", [SERVICE_OTHER] = "other",
    };
    return names[service];
}

const char *window_time(const struct window *window, unsigned index, struct when *ret)
{
    static const struct {
        const char *name;
        size_t offset;
    } times[WINDOW_TIMES] = {
        {"guess", offsetof(struct window, guess)},
        {"access", offsetof(struct window, access)},
        {"test", offsetof(struct window, test)},
        {"abuse", offsetof(struct window, abuse)},
        {"peak", offsetof(struct window, peak)},
        {"last_accept", offsetof(struct window, last_accept)},
        {"containment", offsetof(struct window, containment)},
        {"last_try", offsetof(struct window, last_try)},
    };
    memcpy(ret, (const char *)window + times[index].offset, sizeof *ret);
    return times[index].name;
}

void json_counts(struct json *json, const struct counts *counts, const char *basis)
{
    json_number(json, "messages", counts->messages);
    json_number(json, "recipients", counts->recipients);
    if (basis)
        json_text(json, "recipients_basis", basis);
    for (unsigned i = 0; i < SETTLED_COUNT; i++)
        json_number(json, settled_names[i], counts->settled[i]);
    json_number(json, "maybe_removed", counts->maybe_removed);
    json_number(json, "rejected", counts->rejected);
    json_number(json, "messages_refused", counts->messages_refused);
}

static void logins(struct json *json, const struct counts *counts)
{
    json_number(json, "logins", counts->logins);
    json_number(json, "login_failures", counts->login_failures);
}

void json_refs(struct json *json, const struct ref *refs, uint32_t count)
{
    if (!count && refs[0].gone) {
        json_null(json, "refs");
        return;
    }
    json_begin(json, "refs", '[');
    for (uint32_t i = 0; i < count; i++) {
        json_begin(json, NULL, '{');
        json_number(json, "input", refs[i].place.input);
        json_number(json, "line", refs[i].place.line);
        json_number(json, "offset", refs[i].place.offset);
        json_number(json, "length", refs[i].place.length);
        json_digest(json, "sha256", refs[i].has_digest ? refs[i].sha256 : NULL);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void strings(struct json *json, const char *key, const struct str *items, uint32_t count)
{
    json_begin(json, key, '[');
    for (uint32_t i = 0; i < count; i++)
        json_str(json, NULL, items[i]);
    json_end(json, ']');
}

static void window(struct json *json, const struct window *window)
{
    json_begin(json, "window", '{');
    for (unsigned i = 0; i < WINDOW_TIMES; i++) {
        struct when when;
        const char *name = window_time(window, i, &when);
        json_when(json, name, when);
    }
    json_bool(json, "left_censored", window->left_censored);
    json_end(json, '}');
}

static void lists(struct json *json, const struct source_report *source)
{
    if (!source->lists)
        return;
    json_begin(json, "lists", '[');
    for (uint32_t i = 0; i < source->list_count; i++)
        json_text(json, NULL, source->lists[i]);
    json_end(json, ']');
}

static void source(struct json *json, const struct source_report *source)
{
    json_begin(json, NULL, '{');
    json_str(json, "ip", source->ip);
    json_text(json, "role", role_name(source->role));
    json_begin(json, "roles", '[');
    for (unsigned i = 0; i < DEED_NAMES; i++)
        if (source->did & 1u << i)
            json_text(json, NULL, deed_names[i]);
    json_end(json, ']');
    json_str(json, "ptr", source->ptr);
    json_text(json, "country", source->country);
    json_known(json, "asn", source->asn);
    lists(json, source);
    json_when(json, "first", source->first);
    json_when(json, "last", source->last);
    json_number(json, "logins", source->logins);
    json_number(json, "login_failures", source->login_failures);
    json_number(json, "messages", source->messages);
    json_number(json, "recipients", source->recipients);
    json_number(json, "forged_domains", source->forged_domains);
    strings(json, "other_accounts", source->other_accounts, source->other_account_count);
    json_number(json, "other_accounts_total", source->other_accounts_total);
    json_end(json, '}');
}

static void sources(struct json *json, const struct source_report *items, uint32_t count)
{
    json_begin(json, "sources", '[');
    for (uint32_t i = 0; i < count; i++)
        source(json, &items[i]);
    json_end(json, ']');
}

static void forged_domains(struct json *json, const struct forged_domain *items, uint32_t count)
{
    json_begin(json, "forged_domains", '[');
    for (const struct forged_domain *item = items; item < items + count; item++) {
        json_begin(json, NULL, '{');
        json_str(json, "domain", item->domain);
        json_number(json, "addresses", item->addresses);
        json_number(json, "messages", item->messages);
        json_number(json, "recipients", item->recipients);
        json_when(json, "first", item->first);
        json_when(json, "last", item->last);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void evidence(struct json *json, const struct evidence *items, uint32_t count)
{
    json_begin(json, "evidence", '[');
    for (const struct evidence *item = items; item < items + count; item++) {
        json_begin(json, NULL, '{');
        json_text(json, "id", item->id);
        json_str(json, "family", (struct str){&item->family, 1});
        json_tenths(json, "weight_db", item->weight_tenths);
        json_text(json, "text", item->text);
        json_bool(json, "against", item->against);
        json_refs(json, item->refs, item->ref_count);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void mailbox(struct json *json, const struct mailbox *mailbox)
{
    json_begin(json, "mailbox", '{');
    json_maybe(json, "opened", mailbox->opened);
    json_text(json, "protocol", mailbox->protocol);
    json_when(json, "first", mailbox->first);
    json_when(json, "last", mailbox->last);
    strings(json, "sources", mailbox->sources, mailbox->source_count);
    json_end(json, '}');
}

static void todo(struct json *json, const struct account_report *account)
{
    json_begin(json, "todo", '[');
    for (uint32_t i = 0; i < account->todo_count; i++)
        json_text(json, NULL, account->todo[i]);
    json_end(json, ']');
}

void json_account(struct json *json, const struct account_report *account)
{
    bool accused = account->verdict >= VERDICT_WATCH;
    json_str(json, "account", account->name);
    strings(json, "login_names", account->login_names, account->login_name_count);
    json_text(json, "verdict", verdict_name(account->verdict));
    json_text(json, "class",
              accused && account->class != CLASS_NONE ? class_name(account->class) : NULL);
    json_tenths(json, "score_db", account->score_tenths);
    json_tenths(json, "evidence_db", account->evidence_tenths);
    json_maybe(json, "ongoing", account->ongoing);
    todo(json, account);
    json_counts(json, &account->counts,
                account->recipients_basis ? account->recipients_basis : "original");
    logins(json, &account->counts);
    mailbox(json, &account->mailbox);
    json_begin(json, "foreign", '{');
    json_counts(json, &account->foreign, NULL);
    logins(json, &account->foreign);
    json_end(json, '}');
    window(json, &account->window);
    if (accused || account->named)
        sources(json, account->sources, account->source_count);
    else
        json_number(json, "source_count", account->source_count);
    forged_domains(json, account->forged_domains, account->forged_domain_count);
    evidence(json, account->evidence, account->evidence_count);
    json_known(json, "campaign", account->campaign);
    json_text(json, "would_change", account->would_change);
}

static void finding_accounts(struct json *json, const struct finding *finding)
{
    json_begin(json, "accounts", '[');
    for (uint32_t i = 0; i < finding->account_count; i++) {
        const struct finding_account *account = &finding->accounts[i];
        json_begin(json, NULL, '{');
        json_str(json, "account", account->account);
        json_text(json, "outcome", account->opened ? "opened" : "tried");
        json_str(json, "source", account->source);
        json_when(json, "time", account->time);
        json_end(json, '}');
    }
    json_end(json, ']');
}

void json_finding(struct json *json, const struct finding *finding)
{
    json_text(json, "class", class_name(finding->class));
    json_str(json, "principal", finding->principal);
    json_text(json, "verdict", verdict_name(finding->verdict));
    window(json, &finding->window);
    sources(json, finding->sources, finding->source_count);
    json_counts(json, &finding->counts, NULL);
    logins(json, &finding->counts);
    finding_accounts(json, finding);
    strings(json, "candidates", finding->candidates, finding->candidate_count);
    evidence(json, finding->evidence, finding->evidence_count);
    forged_domains(json, finding->forged_domains, finding->forged_domain_count);
    json_text(json, "script", finding->script);
    json_number(json, "unrefused", finding->unrefused_count);
}
