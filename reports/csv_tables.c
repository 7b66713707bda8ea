/* sources.csv and messages.csv */
#include "csv.h"
#include "json_parts.h"
#include "listed.h"
#include "plain.h"

static void names(struct csv *csv, const char *const *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        csv_text(csv, items[i]);
}

static void deeds(struct csv *csv, uint8_t did)
{
    static const char *const words[] = {" guess", " check", " read", " send"}; /* bits of did */
    char text[32] = "";
    size_t len = 0;
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!(did & 1u << i))
            continue;
        memcpy(text + len, words[i], strlen(words[i]));
        len += strlen(words[i]);
    }
    csv_str(csv, len ? (struct str){text + 1, len - 1} : STR(""));
}

static void source_record(struct csv *csv, const struct source_report *source)
{
    csv_str(csv, source->ip);
    csv_text(csv, role_name(source->role));
    deeds(csv, source->did);
    csv_str(csv, source->ptr.ptr ? source->ptr : STR(""));
    csv_text(csv, source->country);
    if (source->asn == UNKNOWN)
        csv_text(csv, NULL);
    else
        csv_number(csv, (uint64_t)source->asn);
    csv_when(csv, source->first);
    csv_when(csv, source->last);
    csv_number(csv, source->logins);
    csv_number(csv, source->login_failures);
    csv_number(csv, source->messages);
    csv_number(csv, source->recipients);
    csv_number(csv, source->forged_domains);
    csv_number(csv, source->other_accounts_total);
    csv_end(csv);
}

void csv_sources(const struct report *report, struct out *out)
{
    static const char *const columns[] = {
        "kind",
        "account",
        "verdict",
        "ip",
        "role",
        "roles",
        "ptr",
        "country",
        "asn",
        "first",
        "last",
        "logins",
        "login_failures",
        "messages",
        "recipients",
        "forged_domains",
        "other_accounts",
    };
    struct csv csv = {.out = out};
    names(&csv, columns, sizeof columns / sizeof columns[0]);
    csv_end(&csv);
    for (uint32_t i = 0; i < report->account_count; i++) {
        const struct account_report *account = &report->accounts[i];
        bool shown = account->verdict >= VERDICT_WATCH || account->named;
        for (uint32_t k = 0; shown && k < account->source_count; k++) {
            csv_text(&csv, "account");
            csv_str(&csv, account->name);
            csv_text(&csv, verdict_name(account->verdict));
            source_record(&csv, &account->sources[k]);
        }
    }
    for (uint32_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];
        for (uint32_t k = 0; k < finding->source_count; k++) {
            csv_text(&csv, class_name(finding->class));
            csv_str(&csv, finding->principal.ptr ? finding->principal : STR(""));
            csv_text(&csv, verdict_name(finding->verdict));
            source_record(&csv, &finding->sources[k]);
        }
    }
}

static void settled_cells(struct csv *csv, const struct facts *facts, const struct message *message)
{
    uint64_t settled[SETTLED_COUNT];
    message_settled(facts, message, settled);
    for (unsigned i = 0; i < SETTLED_COUNT; i++)
        csv_number(csv, settled[i]);
}

static void message_record(struct csv *csv, const struct report *report, uint32_t index,
                           bool theirs)
{
    const struct facts *facts = report->facts;
    const struct message *message = &facts->messages[index];
    bool open = message->flags & MESSAGE_OPEN;
    struct str id =
        facts_str(facts, message->last_queue_id ? message->last_queue_id : message->queue_id);
    int64_t usec =
        message->accepted_usec != TIME_NONE ? message->accepted_usec : message->first_usec;
    csv_str(csv, open && theirs && is_queue_id(id) ? id : STR(""));
    csv_when(csv, (struct when){usec, facts->digits});
    csv_str(csv, facts->principals[message->principal].name);
    csv_text(csv, theirs ? "yes" : "no");
    const uint32_t strings[] = {message->queue_id, message->last_queue_id, message->ip,
                                message->sender,   message->sender_domain, message->header_domain};
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
        csv_str(csv, strings[i] ? facts_str(facts, strings[i]) : STR(""));
    csv_number(csv, message->recipients);
    csv_text(csv, message->flags & MESSAGE_EXPANDED ? "expanded" : "original");
    settled_cells(csv, facts, message);
    if (message->size)
        csv_number(csv, message->size);
    else
        csv_text(csv, NULL);
    csv_text(csv, open ? "yes" : "no");
    csv_text(csv, message->flags & MESSAGE_MAYBE_REMOVED ? "yes" : "no");
    csv_number(csv, message->place.input);
    csv_number(csv, message->place.line);
    csv_end(csv);
}

static void message_header(struct csv *csv)
{
    static const char *const before[] = {
        "hold",   "time",   "principal",     "theirs",        "queue_id",   "last_queue_id",
        "source", "sender", "sender_domain", "header_domain", "recipients", "recipients_basis"};
    static const char *const after[] = {"size", "open", "maybe_removed", "input", "line"};
    names(csv, before, sizeof before / sizeof before[0]);
    names(csv, settled_names, SETTLED_COUNT);
    names(csv, after, sizeof after / sizeof after[0]);
    csv_end(csv);
}

void csv_messages(const struct report *report, struct out *out)
{
    struct csv csv = {.out = out};
    message_header(&csv);
    if (!report->facts)
        return;
    struct listed listed = listed_of(report);
    for (uint32_t i = 0; i < report->facts->message_count; i++)
        if (listed_message(&listed, i))
            message_record(&csv, report, i, theirs_has(listed.theirs, i));
    listed_free(&listed);
}
