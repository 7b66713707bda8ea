#include "accepted_as.h"
#include "address.h"
#include "ip.h"
#include "qmail.h"

/* clang-format off */
const struct line_kind qmail_send_kinds[] = {
    {"new", "new msg %D", EVENT_NOTE, {FIELD_QUEUE_ID}},
    {"bounce", "bounce msg %D qp %D", EVENT_NOTE, {FIELD_QUEUE_ID, FIELD_CHILD}},
    {"discarded", "triple bounce: discarding bounce/%D", EVENT_DISCARDED, {FIELD_QUEUE_ID}},
    {"discarded", "double bounce: discarding bounce/%D", EVENT_DISCARDED, {FIELD_QUEUE_ID}},
    {"end", "end msg %D", EVENT_REMOVED, {FIELD_QUEUE_ID}},
    {"status", "status: local %W remote %W", EVENT_NOTE, {FIELD_COUNT_OF, FIELD_COUNT_OF}},
    {"status", "status: local %W remote %W exitasap", EVENT_NOTE, {FIELD_COUNT_OF, FIELD_COUNT_OF}},
    {"starting", "running", EVENT_NOTE, {0}},
    {"starting", "local %W remote %W", EVENT_NOTE, {FIELD_COUNT_OF, FIELD_COUNT_OF}},
    {"stopping", "exiting", EVENT_NOTE, {0}},
    {"stopping", "status: exiting", EVENT_NOTE, {0}},
    {"requeued", "number of messages in queue: %D", EVENT_NOTE, {FIELD_COUNT_OF}},
    {"warning", "warning: unable to %A", EVENT_NOTE, {FIELD_TEXT}},
    {"warning", "warning: trouble %A", EVENT_NOTE, {FIELD_TEXT}},
    {"warning", "warning: internal error: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"warning", "warning: got impossible %A", EVENT_NOTE, {FIELD_TEXT}},
    {"alert", "alert: cannot start: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"alert", "alert: unable to %A", EVENT_NOTE, {FIELD_TEXT}},
    {"alert", "alert: oh no! %A", EVENT_NOTE, {FIELD_TEXT}},
    {"alert", "alert: out of memory, %A", EVENT_NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};
/* clang-format on */

static bool take_number(struct str *text, const char *before, struct str *ret)
{
    struct str rest = *text;
    uint64_t number;
    if (!str_take(&rest, str_of(before)))
        return false;
    const char *start = rest.ptr;
    if (!str_take_u64(&rest, &number))
        return false;
    *ret = str_between(start, rest.ptr);
    *text = rest;
    return true;
}

/* "info msg 53: bytes 1364 from <a@b.example> qp 24137 uid 64011". Nothing tells a client, nor
 * whether the uid is that of the SMTP daemon: who handed it in is not known. */
static bool info(struct str text, struct event *out)
{
    struct str id, size, queuer, uid, sender;
    if (!take_number(&text, "info msg ", &id) || !take_number(&text, ": bytes ", &size) ||
        !str_take(&text, STR(" from <")))
        return false;
    ptrdiff_t end = str_find_last(text, STR("> qp "));
    if (end < 0)
        return false;
    sender = str_head(text, (size_t)end);
    text = str_skip(text, (size_t)end + 1);
    if (!take_number(&text, " qp ", &queuer) || !take_number(&text, " uid ", &uid) || text.len)
        return false;
    bool own = sender.len == 0 || str_eq(sender, STR("#@[]"));
    event_begin(out, own ? EVENT_NOTIFICATION : EVENT_QUEUED, "info");
    out->generation = GENERATION_START;
    event_add(out, FIELD_QUEUE_ID, id);
    event_add(out, FIELD_SIZE, size);
    event_add(out, FIELD_SENDER, sender);
    event_add(out, FIELD_SESSION, queuer);
    event_add(out, FIELD_UID, uid);
    return true;
}

/* "starting delivery 12: msg 53 to local example.com-anna@example.com": the virtual domain stands
 * once more in front. */
static bool start(struct str text, struct event *out)
{
    struct str number, id;
    if (!take_number(&text, "starting delivery ", &number) || !take_number(&text, ": msg ", &id) ||
        !str_take(&text, STR(" to ")))
        return false;
    bool local = str_take(&text, STR("local "));
    if ((!local && !str_take(&text, STR("remote "))) || text.len == 0)
        return false;
    ptrdiff_t at = str_find_last_char(text, '@');
    struct str domain = at < 0 ? STR("") : str_skip(text, (size_t)at + 1), rest = text;
    if (local && domain.len && str_take(&rest, domain) && str_take(&rest, STR("-")))
        text = rest;
    event_add(out, FIELD_QUEUE_ID, id);
    event_add(out, FIELD_RECIPIENT, text);
    event_add(out, FIELD_SERVICE, local ? STR("local") : STR("remote"));
    return true;
}

/* "192.0.2.1 accepted message./Remote host said: 250 ok/" */
static void add_remote_answer(struct str text, struct event *out)
{
    struct str rest = text, head;
    struct ip ip;
    if (str_cut(&rest, STR(" "), &head) && ip_parse(head, &ip)) {
        event_add(out, FIELD_RELAY, head);
        event_add(out, FIELD_RELAY_IP, head);
    }
    rest = text;
    if (str_cut(&rest, STR("Remote host said: "), &head))
        text = rest;
    (void)str_take_end(&text, STR("/"));
    event_add(out, FIELD_TEXT, text);
    out->free_text = text;
    struct str id = accepted_as(text);
    if (id.len && out->outcome == OUTCOME_SENT)
        event_add(out, FIELD_QUEUED_AS, id);
}

static bool result(struct str text, struct event *out)
{
    static const struct {
        const char *word;
        uint8_t outcome;
    } results[] = {{": success: ", OUTCOME_SENT},
                   {": failure: ", OUTCOME_BOUNCED},
                   {": deferral: ", OUTCOME_DEFERRED}};
    struct str number;
    if (!take_number(&text, "delivery ", &number))
        return false;
    for (unsigned i = 0; i < sizeof results / sizeof *results; i++) {
        if (!str_take(&text, str_of(results[i].word)))
            continue;
        out->outcome = results[i].outcome;
        if (str_eq(event_get(out, FIELD_SERVICE), STR("local")))
            event_add(out, FIELD_RELAY, STR("local"));
        add_remote_answer(text, out);
        return true;
    }
    return false;
}

static bool half(struct str text, struct str label, struct event *out)
{
    out->kind = EVENT_PART;
    event_add(out, FIELD_PART, label);
    event_add(out, FIELD_TEXT, text);
    return true;
}

static bool delivery(struct str text, struct event *out)
{
    struct event other;
    struct str first;
    event_begin(out, EVENT_DELIVERY, "delivery");
    event_begin(&other, EVENT_DELIVERY, "delivery");
    if (str_cut(&text, STR("\n"), &first))
        return start(first, out) && result(text, out);
    if (start(text, &other))
        return half(text, STR("1\\2"), out);
    return result(text, &other) && half(text, STR("2/2"), out);
}

bool qmail_send(struct str text, struct event *out)
{
    if (info(text, out) || delivery(text, out))
        return true;
    if (!template_event(qmail_send_kinds, text, false, out))
        return false;
    if (out->kind == EVENT_REMOVED)
        out->generation = GENERATION_END;
    return true;
}
