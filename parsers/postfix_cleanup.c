#include "postfix.h"

#include "postfix_phrase.h"
#include "postfix_tail.h"

/* What a header or body check does; the same words behind "milter-header-" and "milter-body-". */
struct check_action {
    struct str word;
    const char *what;
    uint8_t kind;
    uint8_t generation;
};

static const struct check_action check_actions[] = {
    {{"warning", 7}, "header", EVENT_HEADER, GENERATION_HEAD},
    {{"info", 4}, "header", EVENT_HEADER, GENERATION_HEAD},
    {{"replace", 7}, "header", EVENT_HEADER, GENERATION_HEAD},
    {{"prepend", 7}, "header", EVENT_HEADER, GENERATION_HEAD},
    {{"strip", 5}, "header", EVENT_HEADER, GENERATION_HEAD},
    {{"pass", 4}, "header", EVENT_HEADER, GENERATION_HEAD},
    {{"delay", 5}, "header", EVENT_HEADER, GENERATION_HEAD},
    {{"filter", 6}, "header", EVENT_HEADER, GENERATION_HEAD},
    {{"redirect", 8}, "header", EVENT_HEADER, GENERATION_HEAD},
    {{"bcc", 3}, "header", EVENT_HEADER, GENERATION_HEAD},
    {{"hold", 4}, "header-hold", EVENT_HELD, GENERATION_HEAD},
    {{"quarantine", 10}, "header-hold", EVENT_HELD, GENERATION_HEAD},
    {{"reject", 6}, "header-reject", EVENT_REJECT, GENERATION_END},
    {{"discard", 7}, "header-discard", EVENT_DISCARDED, GENERATION_END},
};

static const struct check_action *find_check(struct str word)
{
    if (!str_take(&word, STR("milter-header-")))
        str_take(&word, STR("milter-body-"));
    for (unsigned i = 0; i < sizeof check_actions / sizeof *check_actions; i++)
        if (word.len == check_actions[i].word.len && postfix_starts(word, check_actions[i].word))
            return &check_actions[i];
    return NULL;
}

/* Takes " from ORIGIN" off the end of what a check saw. A client's name holds no blank, so the last
 * blank begins it. */
static bool take_origin(struct str *text, struct event *out)
{
    ptrdiff_t space = str_find_last_char(*text, ' ');
    if (space < 0)
        return false;
    struct str origin = str_skip(*text, (size_t)space + 1);
    *text = str_head(*text, (size_t)space);
    return str_take_end(text, STR(" from")) && postfix_client(origin, FIELD_CLIENT_NAME, out);
}

/* Do two places look like "CLIENT]; from=<..."? The Subject stands before the true one, the HELO
 * behind it, and a stranger wrote both: nobody can tell which is true, and all of it is text. */
static bool is_doubtful(struct str text)
{
    unsigned tails = 0;
    for (ptrdiff_t at; (at = str_find(text, STR("]; "))) >= 0;) {
        text = str_skip(text, (size_t)at + 3);
        tails += str_starts(text, STR("from=<")) || str_starts(text, STR("to=<")) ||
                 str_starts(text, STR("proto="));
    }
    return tails > 1;
}

static void add_header(struct str text, struct event *out)
{
    ptrdiff_t colon = str_find_char(text, ':');
    if (colon < 0) {
        event_add(out, FIELD_HEADER_NAME, text);
        return;
    }
    struct str value = str_skip(text, (size_t)colon + 1);
    str_take(&value, STR(" "));
    event_add(out, FIELD_HEADER_NAME, str_head(text, (size_t)colon));
    event_add(out, FIELD_HEADER_VALUE, value);
}

static void add_seen(struct str text, bool header, struct event *out)
{
    if (header)
        add_header(text, out);
    else
        event_add(out, FIELD_TEXT, text);
}

/* "Subject: text from ORIGIN; from=<> to=<> proto= helo=<>[: why]", behind "header " or "body ". */
static bool check_line(struct str text, bool header, struct event *out)
{
    struct postfix_tail tail;
    struct str seen = text;
    if (is_doubtful(text)) {
        add_seen(text, header, out);
        return true;
    }
    bool has_tail = postfix_tail_find(text, STR(" "), true, &tail);
    if (has_tail) {
        seen = str_head(text, tail.begin);
        if (!take_origin(&seen, out))
            return false;
    } else if (postfix_tail_traces(text)) {
        return false;
    } else if (str_take_end(&seen, STR(";"))) { /* a message without sender */
        if (!take_origin(&seen, out))
            return false;
    } else {
        out->cut = true;
    }
    add_seen(seen, header, out);
    if (has_tail)
        postfix_tail_add(&tail, out);
    if (out->kind == EVENT_REJECT && has_tail && tail.behind.ptr)
        out->free_text = tail.behind;
    return true;
}

/* "reject: mime-error why: part of the message from ORIGIN; from=<> to=<>" */
static bool mime_error(struct str text, struct event *out)
{
    struct postfix_tail tail = {.cut = false};
    struct str seen = text, why;
    if (!is_doubtful(text)) {
        if (!postfix_tail_find(text, STR(" "), false, &tail))
            return false;
        seen = str_head(text, tail.begin);
        if (!take_origin(&seen, out))
            return false;
    }
    if (!str_cut(&seen, STR(": "), &why))
        return false;
    out->what = "mime-error";
    out->kind = EVENT_REJECT;
    out->generation = GENERATION_END;
    event_add(out, FIELD_ACTION, STR("reject"));
    event_add(out, FIELD_TEXT, why);
    event_add(out, FIELD_DETAIL, seen);
    postfix_tail_add(&tail, out);
    out->free_text = why;
    return true;
}

static bool check_action_line(struct str text, struct event *out)
{
    struct str word;
    if (!str_cut(&text, STR(": "), &word))
        return false;
    const struct check_action *action = find_check(word);
    if (!action)
        return false;
    bool header = postfix_take(&text, STR("header "));
    if (!header && str_eq(word, STR("reject")) && postfix_take(&text, STR("mime-error ")))
        return mime_error(text, out);
    if (!header && !postfix_take(&text, STR("body ")) && !postfix_take(&text, STR("content ")))
        return false;
    out->what = header ? action->what : "body-check";
    out->kind = header || action->kind != EVENT_HEADER ? action->kind : EVENT_NOTE;
    out->generation = action->generation;
    event_add(out, FIELD_ACTION, word);
    return check_line(text, header, out);
}

/* Is value "DATE.ID@host" or, of a long queue ID, "ID@host"? Then Postfix made it itself for the
 * message with that ID. */
static bool holds_id(struct str value, struct str id)
{
    str_take(&value, STR("<"));
    ptrdiff_t at = str_starts(value, id) ? 0 : str_find(value, id);
    if (at < 0 || (at > 0 && value.ptr[at - 1] != '.'))
        return false;
    struct str rest = str_skip(value, (size_t)at + id.len);
    return rest.len > 0 && rest.ptr[0] == '@';
}

static bool message_id(struct str id, struct str value, bool resent, struct event *out)
{
    out->what = resent ? "resent-message-id" : "message-id";
    out->kind = EVENT_MESSAGE_ID;
    out->generation = holds_id(value, id) ? GENERATION_SELF_ID : GENERATION_HEAD;
    if (str_starts(value, STR("<"))) {
        if (str_ends(value, STR(">")))
            value = (struct str){value.ptr + 1, value.len - 2};
        else if (str_find_char(value, '>') < 0) {
            value = str_skip(value, 1);
            out->cut = true;
        }
    }
    event_add(out, resent ? FIELD_RESENT_MESSAGE_ID : FIELD_MESSAGE_ID, value);
    return true;
}

/* "milter-reject: END-OF-MESSAGE from CLIENT: ...", "reject: ..." */
static bool refusal(struct str text, struct event *out)
{
    if (!postfix_refusal(text, out))
        return false;
    if (out->kind == EVENT_REJECT || out->kind == EVENT_DISCARDED)
        out->generation = GENERATION_END;
    else
        out->generation = GENERATION_HEAD;
    return true;
}

bool postfix_cleanup_queue(struct str id, struct str text, struct event *out)
{
    if (postfix_take(&text, STR("message-id=")))
        return message_id(id, text, false, out);
    if (postfix_take(&text, STR("resent-message-id=")))
        return message_id(id, text, true, out);
    if (str_starts(text, STR("to=")))
        return postfix_delivery_queue(text, out);
    if (str_starts(text, STR("removed")))
        return postfix_removed(text, out);
    if (check_action_line(text, out))
        return true;
    out->field_count = 1; /* the queue ID alone */
    if (refusal(text, out))
        return true;
    return postfix_phrase(postfix_queue_phrases, text, out);
}
