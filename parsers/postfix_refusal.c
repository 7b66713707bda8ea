#include "postfix.h"

#include "postfix_tail.h"

struct action {
    struct str word;
    const char *what;
    uint8_t kind;
};

static const struct action actions[] = {
    {{"reject", 6}, "reject", EVENT_REJECT},
    {{"milter-reject", 13}, "milter-reject", EVENT_REJECT},
    {{"reject_warning", 14}, "reject-warning", EVENT_NOTE},
    {{"hold", 4}, "hold", EVENT_HELD},
    {{"milter-hold", 11}, "milter-hold", EVENT_HELD},
    {{"milter-quarantine", 17}, "milter-hold", EVENT_HELD},
    {{"discard", 7}, "discard", EVENT_DISCARDED},
    {{"milter-discard", 14}, "milter-discard", EVENT_DISCARDED},
    {{"filter", 6}, "filter", EVENT_NOTE},
    {{"warn", 4}, "warn", EVENT_NOTE},
    {{"info", 4}, "info", EVENT_NOTE},
    {{"redirect", 8}, "redirect", EVENT_NOTE},
    {{"bcc", 3}, "bcc", EVENT_NOTE},
    {{"prepend", 7}, "prepend", EVENT_NOTE},
    {{"delay", 5}, "delay", EVENT_NOTE},
    {{"permit", 6}, "permit", EVENT_NOTE},
    {{"hangup", 6}, "hangup", EVENT_NOTE},
};

static const struct str stages[] = {
    {"RCPT", 4},          {"MAIL", 4},          {"DATA", 4},         {"END-OF-MESSAGE", 14},
    {"CONNECT", 7},       {"HELO", 4},          {"EHLO", 4},         {"BDAT", 4},
    {"VRFY", 4},          {"ETRN", 4},          {"AUTH", 4},         {"STARTTLS", 8},
    {"XCLIENT", 7},       {"XFORWARD", 8},      {"RSET", 4},         {"NOOP", 4},
    {"QUIT", 4},          {"UNKNOWN", 7},       {"EXPN", 4},         {"HELP", 4},
    {"DATA content", 12}, {"BDAT content", 12}, {"END-OF-DATA", 11},
};

bool postfix_stage_is(struct str text)
{
    for (unsigned i = 0; i < sizeof stages / sizeof *stages; i++)
        if (str_eq(text, stages[i]))
            return true;
    return false;
}

static bool take_stage(struct str *text, struct str *ret)
{
    for (unsigned i = 0; i < sizeof stages / sizeof *stages; i++) {
        struct str rest = *text;
        if (postfix_starts(rest, stages[i]) && str_take(&rest, stages[i]) &&
            postfix_take(&rest, STR(" from "))) {
            *ret = stages[i];
            ret->ptr = text->ptr;
            *text = rest;
            return true;
        }
    }
    return false;
}

static bool is_dsn(struct str text)
{
    if (text.len < 5 || text.ptr[1] != '.' || text.ptr[0] < '2' || text.ptr[0] > '5')
        return false;
    unsigned dots = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '.')
            dots++;
        else if (!char_is_digit(text.ptr[i]))
            return false;
    }
    return dots == 2;
}

void postfix_codes(struct str *text, struct event *out)
{
    if (text->len >= 4 && char_is_digit(text->ptr[0]) && char_is_digit(text->ptr[1]) &&
        char_is_digit(text->ptr[2]) && (text->ptr[3] == ' ' || text->ptr[3] == '-')) {
        event_add(out, FIELD_CODE, str_head(*text, 3));
        *text = str_skip(*text, 4);
    }
    ptrdiff_t space = str_find_char(*text, ' ');
    if (space > 0 && is_dsn(str_head(*text, (size_t)space))) {
        event_add(out, FIELD_DSN, str_head(*text, (size_t)space));
        *text = str_skip(*text, (size_t)space + 1);
    }
}

/* A few replies are logged without the tail. */
static bool lacks_tail(struct str reply)
{
    return str_ends(reply, STR("Server local data error")) ||
           str_eq(reply, STR("too many connections")) ||
           str_eq(reply, STR("all server ports busy"));
}

/* The reply, and the tail behind it. */
static bool refusal_text(struct str text, struct str separator, struct event *out)
{
    struct postfix_tail tail;
    bool has_tail = postfix_tail_find(text, separator, false, &tail);
    if (!has_tail && postfix_tail_traces(text))
        return false;
    struct str reply = has_tail ? str_head(text, tail.begin) : text;
    postfix_codes(&reply, out);
    event_add(out, FIELD_TEXT, reply);
    if (out->kind == EVENT_REJECT)
        out->free_text = reply;
    if (has_tail)
        postfix_tail_add(&tail, out);
    else if (!lacks_tail(reply))
        out->cut = true;
    return true;
}

static const struct action *find_action(struct str word)
{
    for (unsigned i = 0; i < sizeof actions / sizeof *actions; i++)
        if (word.len == actions[i].word.len && postfix_starts(word, actions[i].word))
            return &actions[i];
    return NULL;
}

bool postfix_refusal(struct str text, struct event *out)
{
    struct str word, stage, client;
    ptrdiff_t colon = str_find_char(text, ':');
    if (colon < 0)
        return false;
    word = str_head(text, (size_t)colon);
    const struct action *action = find_action(word);
    text = str_skip(text, (size_t)colon);
    if (!action || !postfix_take(&text, STR(": ")) || !take_stage(&text, &stage))
        return false;
    bool whole = str_cut(&text, STR(": "), &client);
    if (!whole)
        client = text;
    out->what = action->what;
    out->kind = action->kind;
    event_add(out, FIELD_ACTION, word);
    event_add(out, FIELD_STAGE, stage);
    if ((action->kind == EVENT_REJECT || action->kind == EVENT_DISCARDED) &&
        str_starts(stage, STR("END-OF-")))
        out->generation = GENERATION_END;
    if (!whole)
        return postfix_cut_client(client, FIELD_CLIENT_NAME, out);
    /* Only postscreen knows no name, and only it separates by commas. */
    struct str separator = str_starts(client, STR("[")) ? STR(", ") : STR(" ");
    return postfix_client(client, FIELD_CLIENT_NAME, out) && refusal_text(text, separator, out);
}
