#include "postfix.h"

#include "postfix_phrase.h"

/* What pickup, the queue manager, bounce and postsuper say of a message. */

bool postfix_removed(struct str text, struct event *out)
{
    str_take(&text, STR("removed"));
    if (postfix_take(&text, STR(" (")) && str_take_end(&text, STR(")"))) {
        static const struct str causes[] = {{"canceled", 8}, {"discarded", 9}, {"rejected", 8}};
        for (unsigned i = 0; i < sizeof causes / sizeof *causes; i++)
            if (str_eq(text, causes[i])) {
                event_add(out, FIELD_DETAIL, text);
                text.len = 0;
            }
    }
    out->what = "removed";
    out->kind = EVENT_REMOVED;
    out->generation = GENERATION_END;
    return text.len == 0;
}

static bool add_number(struct str *text, struct str key, enum field_id id, struct event *out)
{
    size_t len = 0;
    if (!postfix_word(text, key, out))
        return false;
    while (len < text->len && char_is_digit(text->ptr[len]))
        len++;
    if (len == 0 && text->len > 0)
        return false;
    if (len > 0)
        event_add(out, id, str_head(*text, len));
    *text = str_skip(*text, len);
    return true;
}

/* Behind "from=<S>, s": "ize=N, nrcpt=N (queue active)" or "tatus=expired, returned to sender". */
static bool sender_line(struct str text, struct event *out)
{
    struct str sender;
    if (!postfix_address(&text, STR(", s"), &sender, out))
        return false;
    event_add(out, FIELD_SENDER, sender);
    if (postfix_take(&text, STR(", status="))) {
        struct str status = text;
        bool forced = postfix_take(&text, STR("force-"));
        if (!postfix_word(&text, STR("expired"), out))
            return false;
        out->what = forced ? "force-expired" : "expired";
        out->kind = EVENT_EXPIRED;
        event_add(out, FIELD_STATUS, str_head(status, status.len - text.len));
        return postfix_word(&text, STR(", returned to sender"), out) && text.len == 0;
    }
    out->what = "queue-active";
    out->kind = EVENT_QUEUED;
    return add_number(&text, STR(", size="), FIELD_SIZE, out) &&
           add_number(&text, STR(", nrcpt="), FIELD_NRCPT, out) &&
           postfix_word(&text, STR(" (queue active)"), out) && text.len == 0;
}

bool postfix_qmgr_queue(struct str text, struct event *out)
{
    if (postfix_take(&text, STR("from=<")))
        return sender_line(text, out);
    if (str_starts(text, STR("removed")))
        return postfix_removed(text, out);
    if (str_starts(text, STR("to=")))
        return postfix_delivery_queue(text, out);
    return postfix_phrase(postfix_queue_phrases, text, out);
}

/* "S>" or "S> orig_id=Q", cut or not. The address is what cannot be trusted: it ends at the last
 * ">". */
static bool local_sender(struct str text, struct event *out)
{
    struct str key = STR(" orig_id=");
    ptrdiff_t end = str_find_last_char(text, '>');
    event_add(out, FIELD_SENDER, end < 0 ? text : str_head(text, (size_t)end));
    if (end < 0)
        out->cut = true;
    text = end < 0 ? STR("") : str_skip(text, (size_t)end + 1);
    if (text.len == 0)
        return true;
    if (!postfix_word(&text, key, out))
        return false;
    if (text.len > 0)
        event_add(out, FIELD_ORIG_ID, text);
    return text.len == 0 || postfix_queue_id_is(text);
}

bool postfix_pickup_queue(struct str text, struct event *out)
{
    if (!str_starts(text, STR("uid=")))
        return postfix_phrase(postfix_queue_phrases, text, out);
    out->what = "pickup";
    out->kind = EVENT_PICKUP;
    out->generation = GENERATION_START;
    return add_number(&text, STR("uid="), FIELD_UID, out) &&
           postfix_word(&text, STR(" from=<"), out) && local_sender(text, out);
}

struct notification {
    struct str word;
    struct str kind;
};

static const struct notification notifications[] = {
    {{"sender non-delivery notification: ", 34}, {"sender non-delivery", 19}},
    {{"sender delay notification: ", 27}, {"sender delay", 12}},
    {{"sender delivery status notification: ", 37}, {"sender delivery status", 22}},
    {{"postmaster non-delivery notification: ", 38}, {"postmaster non-delivery", 23}},
    {{"postmaster delay notification: ", 31}, {"postmaster delay", 16}},
    {{"sender success notification: ", 29}, {"sender success", 14}},
};

bool postfix_bounce_queue(struct str text, struct event *out)
{
    for (unsigned i = 0; i < sizeof notifications / sizeof *notifications; i++)
        if (str_take(&text, notifications[i].word)) {
            out->what = "notification";
            out->kind = EVENT_DSN;
            event_add(out, FIELD_DETAIL, notifications[i].kind);
            event_add(out, FIELD_CHILD, text);
            return postfix_queue_id_is(text);
        }
    if (str_starts(text, STR("to=")))
        return postfix_delivery_queue(text, out);
    return postfix_phrase(postfix_queue_phrases, text, out);
}

struct operation {
    struct str word;
    const char *what;
    uint8_t kind;
    uint8_t generation;
};

static const struct operation operations[] = {
    {{"removed", 7}, "operator-removed", EVENT_DELETED, GENERATION_END},
    {{"requeued", 8}, "operator-requeued", EVENT_REQUEUED, GENERATION_BODY},
    {{"placed on hold", 14}, "operator-held", EVENT_HELD, GENERATION_BODY},
    {{"released from hold", 18}, "operator-released", EVENT_RELEASED, GENERATION_BODY},
    {{"expired", 7}, "operator-expired", EVENT_NOTE, GENERATION_BODY},
    {{"expired and released from hold", 30}, "operator-released", EVENT_RELEASED, GENERATION_BODY},
};

bool postfix_postsuper_queue(struct str text, struct event *out)
{
    for (unsigned i = 0; i < sizeof operations / sizeof *operations; i++)
        if (str_eq(text, operations[i].word)) {
            out->what = operations[i].what;
            out->kind = operations[i].kind;
            out->generation = operations[i].generation;
            event_add(out, FIELD_ACTION, text);
            return true;
        }
    return postfix_phrase(postfix_queue_phrases, text, out);
}
