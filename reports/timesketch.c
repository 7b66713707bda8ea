#include "timesketch.h"

#include <inttypes.h>
#include <stdlib.h>

#include "arena.h"
#include "json_parts.h"
#include "listed.h"

/* In the order in which events of one moment are told. */
enum moment_kind {
    MOMENT_LOGIN,
    MOMENT_REFUSAL,
    MOMENT_MESSAGE,
    MOMENT_OPERATOR,
    MOMENT_REPUTATION,
    MOMENT_FINDING,
};

struct moment {
    int64_t usec;
    uint32_t index;
    uint8_t kind;
};

struct moments {
    struct moment *items;
    size_t count, capacity;
};

/* An event while it is written. */
struct line {
    const struct report *report;
    const struct facts *facts; /* NULL: only what the report itself says */
    const struct listed *listed;
    struct json json;
    struct arena arena; /* of its message */
};

static void add(struct moments *moments, enum moment_kind kind, uint32_t index, int64_t usec)
{
    if (usec == TIME_NONE)
        return;
    if (moments->count == moments->capacity) {
        moments->capacity = moments->capacity ? 2 * moments->capacity : 1024;
        moments->items = xrealloc(moments->items, moments->capacity, sizeof *moments->items);
    }
    moments->items[moments->count++] =
        (struct moment){.usec = usec, .index = index, .kind = (uint8_t)kind};
}

static int64_t message_usec(const struct message *message)
{
    return message->accepted_usec != TIME_NONE ? message->accepted_usec : message->first_usec;
}

static int by_time(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static struct moments gather(const struct report *report, const struct listed *listed)
{
    const struct facts *facts = report->facts;
    struct moments moments = {0};
    for (uint32_t i = 0; facts && i < facts->login_count; i++)
        if (listed_login(listed, &facts->logins[i]))
            add(&moments, MOMENT_LOGIN, i, facts->logins[i].usec);
    for (uint32_t i = 0; facts && i < facts->refusal_count; i++)
        if (listed_refusal(listed, &facts->refusals[i]))
            add(&moments, MOMENT_REFUSAL, i, facts->refusals[i].usec);
    for (uint32_t i = 0; facts && i < facts->message_count; i++)
        if (listed_message(listed, i))
            add(&moments, MOMENT_MESSAGE, i, message_usec(&facts->messages[i]));
    for (uint32_t i = 0; facts && i < facts->operator_count; i++)
        if (facts_covers(facts, facts->operators[i].usec))
            add(&moments, MOMENT_OPERATOR, i, facts->operators[i].usec);
    for (uint32_t i = 0; i < report->reputation_count; i++)
        add(&moments, MOMENT_REPUTATION, i, report->reputation[i].first.usec);
    for (uint32_t i = 0; i < report->timeline_count; i++)
        add(&moments, MOMENT_FINDING, i, report->timeline[i].time.usec);
    if (moments.count > 1)
        qsort(moments.items, moments.count, sizeof *moments.items, by_time);
    return moments;
}

static struct str name_of(const struct line *line, uint32_t id)
{
    return id ? facts_str(line->facts, id) : (struct str){NULL, 0};
}

/* "unknown" where the log says nothing; parts of the sentence that people read. */
static const char *shown(struct line *line, struct str text)
{
    return text.ptr ? arena_cstr(&line->arena, text) : "unknown";
}

static void begin(struct line *line, int64_t usec, const char *what, const char *message)
{
    char text[WHEN_TEXT], datetime[WHEN_TEXT + 8];
    struct str moment = str_of(when_text((struct when){usec, 6}, text));
    str_take_end(&moment, STR("Z"));
    memcpy(datetime, moment.ptr, moment.len);
    strcpy(datetime + moment.len, "+00:00");
    line->json.compact = true;
    json_begin(&line->json, NULL, '{');
    json_text(&line->json, "message", message);
    json_text(&line->json, "datetime", datetime);
    json_text(&line->json, "timestamp_desc", what);
    json_known(&line->json, "timestamp", usec);
    json_text(&line->json, "@timestamp", datetime);
    json_text(&line->json, "ecs.version", "9.4.0");
}

static void end(struct line *line)
{
    json_end(&line->json, '}');
    arena_reset(&line->arena);
}

static void word_list(struct json *json, const char *key, const char *word)
{
    json_begin(json, key, '[');
    if (word)
        json_text(json, NULL, word);
    json_end(json, ']');
}

static void event(struct line *line, const char *kind, const char *category, const char *type,
                  const char *action, const char *outcome)
{
    json_text(&line->json, "event.kind", kind);
    word_list(&line->json, "event.category", category);
    word_list(&line->json, "event.type", type);
    json_text(&line->json, "event.action", action);
    json_text(&line->json, "event.outcome", outcome);
    json_text(&line->json, "event.module", "postmortem");
}

static void known_str(struct line *line, const char *key, struct str value)
{
    if (value.ptr && value.len)
        json_str(&line->json, key, value);
}

static void place(struct line *line, const struct place *place)
{
    if (place->line == 0 || place->input >= line->report->input_count)
        return;
    const struct input_report *input = &line->report->inputs[place->input];
    json_text(&line->json, "log.file.path", input->path);
    json_number(&line->json, "postmortem.src.input", place->input);
    if (input->member)
        json_text(&line->json, "postmortem.src.member", input->member);
    json_number(&line->json, "postmortem.src.line", place->line);
    json_number(&line->json, "postmortem.src.offset", place->offset);
    json_number(&line->json, "postmortem.src.length", place->length);
}

static void source(struct line *line, uint32_t ip, uint32_t name)
{
    known_str(line, "source.ip", name_of(line, ip));
    known_str(line, "source.domain", name_of(line, name));
}

static void write_login(struct line *line, const struct login *login)
{
    bool ok = login->outcome == LOGIN_OK;
    const char *service = service_name(login->service);
    struct str user = name_of(line, login->name);
    begin(line, login->usec, ok ? "Authentication Succeeded" : "Authentication Failed",
          arena_printf(&line->arena, "%s: %s login of %s from %s", ok ? "let in" : "refused",
                       service, user.ptr ? shown(line, user) : "a name that the log does not give",
                       shown(line, name_of(line, login->ip))));
    json_text(&line->json, "data_type", "mail:log:login");
    event(line, "event", "authentication", "start", "login", ok ? "success" : "failure");
    word_list(&line->json, "tag", line->listed->addresses[login->ip] ? "attacker-address" : NULL);
    known_str(line, "user.name", user);
    known_str(line, "postmortem.account", name_of(line, login->account));
    source(line, login->ip, login->client_name);
    known_str(line, "host.name", name_of(line, login->host));
    json_text(&line->json, "network.protocol", service);
    json_number(&line->json, "postmortem.count", login->count);
    place(line, &login->place);
    end(line);
}

static void write_refusal(struct line *line, const struct refusal *refusal)
{
    const char *reason = reason_name(refusal->reason);
    begin(line, refusal->usec, "Mail Rejected",
          arena_printf(&line->arena, "%s refused from %s, sender %s: %s",
                       refusal->whole_message ? "message" : "recipient",
                       shown(line, name_of(line, refusal->ip)),
                       shown(line, name_of(line, refusal->sender)), reason));
    json_text(&line->json, "data_type", "mail:log:refusal");
    event(line, "event", "email", "info", "mail-rejected", "failure");
    json_text(&line->json, "event.reason", reason);
    word_list(&line->json, "tag", line->listed->addresses[refusal->ip] ? "attacker-address" : NULL);
    source(line, refusal->ip, 0);
    known_str(line, "postmortem.envelope.from", name_of(line, refusal->sender));
    known_str(line, "host.name", name_of(line, refusal->host));
    place(line, &refusal->place);
    end(line);
}

static const char *what_became(struct line *line, const uint64_t *settled)
{
    const char *text = "";
    for (unsigned i = 0; i < SETTLED_COUNT; i++)
        if (settled[i])
            text = arena_printf(&line->arena, "%s%s%" PRIu64 " %s", text, *text ? ", " : "",
                                settled[i], settled_names[i]);
    return text;
}

static void write_message(struct line *line, uint32_t index)
{
    const struct message *message = &line->facts->messages[index];
    struct str who = line->facts->principals[message->principal].name;
    uint64_t settled[SETTLED_COUNT];
    message_settled(line->facts, message, settled);
    begin(line, message_usec(message), "Mail Submitted",
          arena_printf(&line->arena, "%s sent %s as %s from %s to %u recipient%s: %s",
                       shown(line, who), shown(line, name_of(line, message->queue_id)),
                       shown(line, name_of(line, message->sender)),
                       shown(line, name_of(line, message->ip)), message->recipients,
                       message->recipients == 1 ? "" : "s", what_became(line, settled)));
    json_text(&line->json, "data_type", "mail:log:message");
    event(line, "event", "email", "info", "mail-submitted", "success");
    word_list(&line->json, "tag",
              theirs_has(line->listed->theirs, index) ? "attacker-message" : NULL);
    json_str(&line->json, "user.name", who);
    source(line, message->ip, message->client_name);
    known_str(line, "email.local_id", name_of(line, message->queue_id));
    json_text(&line->json, "email.direction", "outbound");
    known_str(line, "postmortem.envelope.from", name_of(line, message->sender));
    json_number(&line->json, "postmortem.recipients", message->recipients);
    for (unsigned i = 0; i < SETTLED_COUNT; i++)
        if (settled[i])
            json_number(&line->json, arena_printf(&line->arena, "postmortem.%s", settled_names[i]),
                        settled[i]);
    known_str(line, "host.name", name_of(line, message->host));
    place(line, &message->place);
    end(line);
}

static void write_operator(struct line *line, const struct operator_event *act)
{
    static const char *const words[] = {
        [OPERATOR_DELETED] = "deleted",   [OPERATOR_HELD] = "held",
        [OPERATOR_RELEASED] = "released", [OPERATOR_REQUEUED] = "requeued",
        [OPERATOR_STOPPED] = "stopped",   [OPERATOR_STARTED] = "started",
    };
    const char *word = words[act->act];
    bool server = act->act == OPERATOR_STOPPED || act->act == OPERATOR_STARTED;
    begin(line, act->usec, "Operator Action",
          server ? arena_printf(&line->arena, "the mail server was %s", word)
                 : arena_printf(&line->arena, "the operator %s %" PRIu64 " messages", word,
                                act->count));
    json_text(&line->json, "data_type", "mail:log:operator");
    event(line, "event", server ? "process" : "configuration", "change", word, "success");
    word_list(&line->json, "tag", NULL);
    known_str(line, "host.name", name_of(line, act->host));
    if (!server)
        json_number(&line->json, "postmortem.count", act->count);
    place(line, &act->place);
    end(line);
}

static void write_reputation(struct line *line, const struct reputation *reputation)
{
    const char *kind = reputation->kind ? reputation->kind : "refused";
    begin(line, reputation->first.usec, "First Refusal By Provider",
          arena_printf(&line->arena, "%s begins to answer: %s (%" PRIu64 " replies in all)",
                       shown(line, reputation->provider), kind, reputation->replies));
    json_text(&line->json, "data_type", "mail:log:reputation");
    event(line, "alert", "email", "info", "blocked", "failure");
    json_str(&line->json, "event.reason", reputation->sample);
    word_list(&line->json, "tag", "reputation");
    known_str(line, "host.name", reputation->host);
    known_str(line, "destination.domain", reputation->provider);
    end(line);
}

static void write_finding(struct line *line, const struct timeline_entry *entry)
{
    begin(line, entry->time.usec, "Finding",
          arena_printf(&line->arena, "%s: %s", shown(line, entry->actor), entry->what));
    json_text(&line->json, "data_type", "postmortem:finding");
    event(line, "alert", "email", "info", "finding", "unknown");
    word_list(&line->json, "tag", "finding");
    json_str(&line->json, "user.name", entry->actor);
    if (entry->ref_count)
        place(line, &entry->refs[0].place);
    end(line);
}

static void write_moment(struct line *line, const struct moment *moment)
{
    switch ((enum moment_kind)moment->kind) {
    case MOMENT_LOGIN:
        write_login(line, &line->facts->logins[moment->index]);
        return;
    case MOMENT_REFUSAL:
        write_refusal(line, &line->facts->refusals[moment->index]);
        return;
    case MOMENT_MESSAGE:
        write_message(line, moment->index);
        return;
    case MOMENT_OPERATOR:
        write_operator(line, &line->facts->operators[moment->index]);
        return;
    case MOMENT_REPUTATION:
        write_reputation(line, &line->report->reputation[moment->index]);
        return;
    case MOMENT_FINDING:
        write_finding(line, &line->report->timeline[moment->index]);
        return;
    }
}

void timesketch_write(const struct report *report, struct out *out)
{
    struct listed listed = listed_of(report);
    struct moments moments = gather(report, &listed);
    struct line line = {
        .report = report, .facts = report->facts, .listed = &listed, .json = {.out = out}};
    for (size_t i = 0; i < moments.count; i++)
        write_moment(&line, &moments.items[i]);
    free(moments.items);
    arena_free(&line.arena);
    listed_free(&listed);
}
