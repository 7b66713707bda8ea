#define _GNU_SOURCE /* O_CLOEXEC */
#include "events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "explain.h"
#include "explain_print.h"
#include "json_writer.h"

enum { LEVEL = 3, FILLED_BYTES = 256 << 10 };

/* Events are gathered as text, packed and written a good deal at a time. */
struct events {
    const char *path;
    int fd;
    ZSTD_CCtx *packer;
    struct out *text;
    uint64_t written; /* bytes of text that out has given away */
    char *packed;
    size_t packed_bytes; /* room */
    int error;           /* errno of the first failure */
};

static bool put(struct events *events, const char *bytes, size_t len)
{
    while (len && !events->error) {
        ssize_t n = write(events->fd, bytes, len);
        if (n < 0 && errno != EINTR)
            events->error = errno;
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return !events->error;
}

static bool pack(struct events *events, struct str text, ZSTD_EndDirective end)
{
    ZSTD_inBuffer in = {text.ptr, text.len, 0};
    size_t left = 1;
    while (!events->error && (in.pos < in.size || (end == ZSTD_e_end && left))) {
        ZSTD_outBuffer out = {events->packed, events->packed_bytes, 0};
        left = ZSTD_compressStream2(events->packer, &out, &in, end);
        if (ZSTD_isError(left))
            events->error = ENOMEM;
        else
            put(events, events->packed, out.pos);
    }
    return !events->error;
}

/* What ECS has a name for; anything else goes by its own name, beneath postmortem. */
static const char *ecs_name(uint16_t id)
{
    static const char *const names[FIELD_COUNT] = {
        [FIELD_QUEUE_ID] = "email.local_id",
        [FIELD_CLIENT_NAME] = "source.domain",
        [FIELD_CLIENT_IP] = "source.ip",
        [FIELD_CLIENT_PORT] = "source.port",
        [FIELD_SASL_USERNAME] = "user.name",
        [FIELD_MESSAGE_ID] = "email.message_id",
        [FIELD_SUBJECT] = "email.subject",
        [FIELD_SENDER] = "postmortem.envelope.from",
        [FIELD_RECIPIENT] = "postmortem.envelope.to",
        [FIELD_RELAY_NAME] = "destination.domain",
        [FIELD_RELAY_IP] = "destination.ip",
        [FIELD_RELAY_PORT] = "destination.port",
        [FIELD_TLS_PROTOCOL] = "tls.version",
        [FIELD_TLS_CIPHER] = "tls.cipher",
        [FIELD_USER_AGENT] = "user_agent.original",
    };
    return names[id];
}

/* A column has one type: recipients are always a list, of anything else the first counts. */
static void fields(struct json *json, const struct explained *line, struct arena *scratch)
{
    const struct event *event = &line->scanned->event;
    for (unsigned i = 0; i < event->field_count; i++) {
        uint16_t id = event->fields[i].id;
        const char *name = ecs_name(id);
        if (explain_seen_before(event, i))
            continue;
        if (!name)
            name = arena_printf(scratch, "postmortem.%s", field_name((enum field_id)id));
        if (id == FIELD_RECIPIENT)
            json_begin(json, name, '[');
        for (unsigned k = i; k < event->field_count; k++)
            if (k == i || (id == FIELD_RECIPIENT && event->fields[k].id == id))
                json_str(json, id == FIELD_RECIPIENT ? NULL : name,
                         explain_value(line->scanned, line->line, k, scratch));
        if (id == FIELD_RECIPIENT)
            json_end(json, ']');
    }
}

static void known(struct json *json, const char *key, struct str value)
{
    if (value.len)
        json_str(json, key, value);
}

static const char *outcome_of(const struct event *event)
{
    switch (event->kind) {
    case EVENT_AUTH_FAILED:
    case EVENT_REJECT:
        return "failure";
    case EVENT_DELIVERY:
        return event->outcome == OUTCOME_SENT ? "success" : "failure";
    case EVENT_LOGIN:
    case EVENT_AUTHENTICATED:
        return "success";
    default:
        return "unknown";
    }
}

static void print(struct json *json, const struct explained *line, struct arena *scratch)
{
    const struct envelope *envelope = &line->scanned->envelope;
    const struct event *event = &line->scanned->event;
    json_begin(json, NULL, '{');
    json_when(json, "@timestamp", line->when);
    json_text(json, "ecs.version", "9.4.0");
    json_text(json, "event.kind", "event");
    json_text(json, "event.module", "postmortem");
    json_text(json, "event.provider", line->scanned->parser->name);
    json_text(json, "event.action", event->what);
    json_text(json, "event.outcome", outcome_of(event));
    if (event->reason != REASON_NONE)
        json_text(json, "event.reason", reason_name((enum reason)event->reason));
    json_text(json, "postmortem.kind", event_kind_name((enum event_kind)event->kind));
    if (event->outcome != OUTCOME_NONE)
        json_text(json, "postmortem.outcome", outcome_name((enum outcome)event->outcome));
    known(json, "host.name", envelope->host);
    known(json, "process.name", envelope->program);
    if (envelope->pid)
        json_number(json, "process.pid", envelope->pid);
    fields(json, line, scratch);
    json_text(json, "log.file.path", line->path);
    if (line->member)
        json_text(json, "postmortem.src.member", line->member);
    json_number(json, "postmortem.src.line", line->number);
    json_end(json, '}');
}

static bool flush(struct events *events, ZSTD_EndDirective end)
{
    bool ok = pack(events, out_kept(events->text), end);
    out_free(events->text);
    events->text = out_memory();
    return ok;
}

static bool add(void *user, const struct explained *line)
{
    struct events *events = user;
    struct arena scratch = {0};
    struct json json = {.out = events->text, .compact = true};
    if (line->scanned->class != LINE_EVENT)
        return true;
    print(&json, line, &scratch);
    arena_free(&scratch);
    return out_bytes(events->text) < FILLED_BYTES || flush(events, ZSTD_e_continue);
}

static void said_already(void *user, const char *path, const char *why)
{
    (void)user;
    (void)path;
    (void)why;
}

static bool write_all(struct events *events, const struct settings *settings,
                      const volatile sig_atomic_t *stop, struct err *err)
{
    struct explain_calls calls = {.user = events, .line = add, .complain = said_already};
    struct explain_result result;
    events->packed_bytes = ZSTD_CStreamOutSize();
    events->packed = xmalloc(events->packed_bytes);
    events->packer = ZSTD_createCCtx();
    events->text = out_memory();
    ZSTD_CCtx_setParameter(events->packer, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(events->packer, ZSTD_c_checksumFlag, 1);
    bool ok = explain(settings, stop, &calls, &result, err);
    if (ok && !flush(events, ZSTD_e_end)) {
        errno = events->error;
        ok = err_sys(err, STATUS_OUTPUT, events->path);
    }
    ZSTD_freeCCtx(events->packer);
    out_free(events->text);
    free(events->packed);
    return ok;
}

bool events_write(const struct settings *settings, const volatile sig_atomic_t *stop,
                  struct err *err)
{
    struct events events = {.path = settings->events_file};
    for (size_t i = 0; i < settings->paths.count; i++)
        if (strcmp(settings->paths.items[i], "-") == 0)
            return err_set(err, STATUS_USAGE, "--events reads the logs once more: not from -");
    struct arena arena = {0};
    char *beside = arena_printf(&arena, "%s.part", events.path);
    events.fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = events.fd >= 0 && write_all(&events, settings, stop, err);
    if (events.fd < 0)
        err_sys(err, STATUS_OUTPUT, beside);
    else
        close(events.fd);
    if (ok && !*stop && rename(beside, events.path) != 0)
        ok = err_sys(err, STATUS_OUTPUT, events.path);
    if (events.fd >= 0 && (!ok || *stop))
        unlink(beside);
    arena_free(&arena);
    return ok;
}
