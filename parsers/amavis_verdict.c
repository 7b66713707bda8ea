/* The one line of amavis that says what became of a message. Its template can be configured, but
 * its order is fixed:
 *
 *     Passed CLEAN {RelayedInbound}, [1.2.3.4]:567 [1.2.3.4] <from> -> <to>,<to>, Queue-ID: A,
 * Message-ID: <b>, mail_id: C, Hits: -0.9, size: 12, queued_as: D, Subject: "e", From: f, Tests:
 * [g=1], dkim_sd=s:d, 98 ms */
#include "amavis.h"

#include <string.h>

enum value_form {
    VALUE_WORD,    /* up to ", " */
    VALUE_REPLY,   /* a queue ID, or all that the server said: up to ", " and the next key */
    VALUE_QUOTED,  /* "..." with backslash escapes */
    VALUE_LIST,    /* [...] */
    VALUE_ADDRESS, /* <...>, from a hostile header */
};

struct key {
    const char *name;
    uint8_t form; /* enum value_form */
    bool kept;
    uint16_t field; /* enum field_id, if kept */
};

static const struct key keys[] = {
    {"quarantine: ", VALUE_WORD, false, 0},
    {"Queue-ID: ", VALUE_WORD, true, FIELD_QUEUE_ID},
    {"Message-ID: ", VALUE_ADDRESS, true, FIELD_MESSAGE_ID},
    {"Resent-Message-ID: ", VALUE_ADDRESS, true, FIELD_RESENT_MESSAGE_ID},
    {"mail_id: ", VALUE_WORD, true, FIELD_MAIL_ID},
    {"secret_id: ", VALUE_WORD, false, 0},
    {"b: ", VALUE_WORD, false, 0},
    {"Hits: ", VALUE_WORD, true, FIELD_SCORE},
    {"size: ", VALUE_WORD, true, FIELD_SIZE},
    {"pt: ", VALUE_WORD, false, 0},
    {"queued_as: ", VALUE_REPLY, true, FIELD_QUEUED_AS},
    {"Subject: ", VALUE_QUOTED, true, FIELD_SUBJECT},
    {"From: ", VALUE_WORD, true, FIELD_FROM_HEADER},
    {"User-Agent: ", VALUE_WORD, false, 0},
    {"X-Mailer: ", VALUE_WORD, false, 0},
    {"helo=", VALUE_WORD, true, FIELD_HELO},
    {"tls: ", VALUE_WORD, false, 0},
    {"Tests: ", VALUE_LIST, true, FIELD_TESTS},
    {"SA: ", VALUE_WORD, false, 0},
    {"rules: ", VALUE_WORD, false, 0},
    {"b.key=", VALUE_WORD, false, 0},
    {"b.com=", VALUE_WORD, false, 0},
    {"b.rhs=", VALUE_WORD, false, 0},
    {"b.parts=", VALUE_WORD, false, 0},
    {"shortcircuit=", VALUE_WORD, false, 0},
    {"autolearn=", VALUE_WORD, false, 0},
    {"autolearnscore=", VALUE_WORD, false, 0},
    {"languages=", VALUE_WORD, false, 0},
    {"relaycountry=", VALUE_WORD, false, 0},
    {"asn=", VALUE_WORD, false, 0},
    {"dcc=", VALUE_WORD, false, 0},
    {"dcc_rep=", VALUE_WORD, false, 0},
    {"signer_avg=", VALUE_WORD, false, 0},
    {"dkim_d=", VALUE_WORD, false, 0},
    {"dkim_i=", VALUE_WORD, false, 0},
    {"dkim_a=", VALUE_WORD, false, 0},
    {"dkim_sd=", VALUE_WORD, true, FIELD_DKIM},
    {"dkim_new=", VALUE_WORD, true, FIELD_DKIM},
    {"rss=", VALUE_WORD, false, 0},
};

enum { KEY_COUNT = sizeof(keys) / sizeof(keys[0]) };

struct verdict {
    struct str rest;
    bool open_end; /* the line was marked as cut */
    bool ended;    /* the text is all used, though its grammar goes on */
    struct event *out;
};

/* Marks the end of a cut line: true, for what stands there is all right. */
static bool ends_here(struct verdict *v)
{
    v->ended = true;
    v->out->cut = true;
    v->rest.len = 0;
    return true;
}

/* Takes the fixed words; a text that ends within them is a cut one. */
static bool take(struct verdict *v, struct str words)
{
    if (str_take(&v->rest, words))
        return true;
    return str_starts(words, v->rest) && ends_here(v);
}

static bool take_category(struct verdict *v)
{
    static const char *const categories[] = {
        "CLEAN",     "SPAMMY",      "SPAM",      "INFECTED", "BANNED",     "UNCHECKED-ENCRYPTED",
        "UNCHECKED", "MTA-BLOCKED", "OVERSIZED", "OTHER",    "BAD-HEADER", NULL};
    const char *start = v->rest.ptr;
    for (const char *const *category = categories; *category; category++) {
        if (!str_take(&v->rest, str_of(*category)))
            continue;
        uint64_t minor;
        if (str_starts(v->rest, STR("-")) && v->rest.len > 1 && char_is_digit(v->rest.ptr[1])) {
            v->rest = str_skip(v->rest, 1);
            (void)str_take_u64(&v->rest, &minor);
        }
        event_add(v->out, FIELD_STATUS, str_between(start, v->rest.ptr));
        return true;
    }
    /* "(30412-08) Passed," is all that some logs keep. */
    return (v->rest.len == 0 || str_eq(v->rest, STR(","))) && ends_here(v);
}

/* " (name of the virus)": ends in front of the actions, or of the client. */
static bool take_names(struct verdict *v)
{
    if (!str_take(&v->rest, STR(" (")))
        return true;
    ptrdiff_t actions = str_find(v->rest, STR(") {")), client = str_find(v->rest, STR("), "));
    ptrdiff_t end = actions >= 0 && (client < 0 || actions < client) ? actions : client;
    if (end < 0)
        return v->open_end && ends_here(v);
    event_add(v->out, FIELD_DETAIL, str_head(v->rest, (size_t)end));
    v->rest = str_skip(v->rest, (size_t)end + 1);
    return true;
}

static bool take_actions(struct verdict *v)
{
    struct str actions;
    if (!str_take(&v->rest, STR(" {")))
        return true; /* before 2.7 */
    if (!str_cut(&v->rest, STR("}"), &actions))
        return v->open_end && ends_here(v);
    for (size_t i = 0; i < actions.len; i++)
        if (!char_is_alnum(actions.ptr[i]) && actions.ptr[i] != ',' && actions.ptr[i] != ':')
            return false;
    event_add(v->out, FIELD_FLAGS, actions);
    return true;
}

/* "[1.2.3.4]:567" or "[1.2.3.4]": only the first is the client; the second comes out of a Received
 * header. */
static bool take_bracket(struct verdict *v, bool first)
{
    struct str address, port;
    v->rest = str_skip(v->rest, 1);
    if (!str_cut(&v->rest, STR("]"), &address))
        return v->open_end && ends_here(v);
    port = v->rest;
    port.len = 0;
    if (str_take(&v->rest, STR(":"))) {
        port.ptr = v->rest.ptr;
        while (v->rest.len && char_is_digit(v->rest.ptr[0]))
            v->rest = str_skip(v->rest, 1);
        port = str_between(port.ptr, v->rest.ptr);
    }
    (void)str_take(&address, STR("IPv6:"));
    if (first)
        event_add(v->out, FIELD_CLIENT_IP, address);
    if (first && port.len)
        event_add(v->out, FIELD_CLIENT_PORT, port);
    return true;
}

/* Policy banks, "LOCAL", client addresses and "ESMTPS/ESMTP" up to the sender. */
static bool take_client(struct verdict *v)
{
    bool first = true;
    while (v->rest.len && v->rest.ptr[0] == ' ') {
        v->rest = str_skip(v->rest, 1);
        if (v->rest.len == 0 || v->rest.ptr[0] == '<')
            break;
        if (v->rest.ptr[0] == '[') {
            if (!take_bracket(v, first))
                return false;
            first = false;
            continue;
        }
        while (v->rest.len && (char_is_upper(v->rest.ptr[0]) || char_is_digit(v->rest.ptr[0]) ||
                               memchr("/_.-", v->rest.ptr[0], 4)))
            v->rest = str_skip(v->rest, 1);
    }
    if (v->rest.len == 0)
        return ends_here(v);
    return v->rest.ptr[0] == '<';
}

/* "<address>": quoted local parts may hold anything. False if it does not end. */
static bool take_address(struct str *text, struct str *ret)
{
    bool quoted = false;
    for (size_t i = 1; i < text->len; i++) {
        char c = text->ptr[i];
        if (c == '\\' && quoted)
            i++;
        else if (c == '"' && (quoted || i == 1))
            quoted = !quoted;
        else if (c == '>' && !quoted) {
            *ret = (struct str){text->ptr + 1, i - 1};
            *text = str_skip(*text, i + 1);
            return true;
        }
    }
    return false;
}

static bool take_sender(struct verdict *v)
{
    struct str sender;
    if (!take_address(&v->rest, &sender))
        return ends_here(v);
    event_add(v->out, FIELD_SENDER, sender);
    return take(v, STR(" -> "));
}

/* Steps over the recipients; they are added last, for they may be more than an event holds. */
static bool skip_recipients(struct verdict *v)
{
    for (;;) {
        struct str recipient;
        if (v->rest.len == 0)
            return ends_here(v);
        if (v->rest.ptr[0] != '<')
            return false;
        if (!take_address(&v->rest, &recipient))
            return ends_here(v);
        if (!str_starts(v->rest, STR(",<")) && !str_eq(v->rest, STR(",")))
            return true;
        v->rest = str_skip(v->rest, 1);
    }
}

static void add_recipients(struct str list, struct event *out)
{
    struct str recipient;
    while (list.len && list.ptr[0] == '<' && take_address(&list, &recipient)) {
        event_add(out, FIELD_RECIPIENT, recipient);
        if (!str_take(&list, STR(",")))
            break;
    }
}

static const struct key *key_at(struct str text)
{
    for (unsigned i = 0; i < KEY_COUNT; i++)
        if (str_starts(text, str_of(keys[i].name)))
            return &keys[i];
    return NULL;
}

static bool is_elapsed(struct str text)
{
    uint64_t milliseconds;
    return str_take_u64(&text, &milliseconds) && str_eq(text, STR(" ms"));
}

/* How long a whole reply is: up to ", " with a known key behind, or the elapsed time. 0 if it has
 * no end. */
static size_t reply_len(struct str text)
{
    size_t from = 0;
    for (;;) {
        ptrdiff_t comma = str_find(str_skip(text, from), STR(", "));
        if (comma < 0)
            return 0;
        size_t at = from + (size_t)comma;
        struct str behind = str_skip(text, at + 2);
        if (key_at(behind) || is_elapsed(behind))
            return at;
        from = at + 2;
    }
}

static size_t quoted_len(struct str text)
{
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] == '\\')
            i++;
        else if (text.ptr[i] == '"')
            return i + 1;
    }
    return 0;
}

/* The sender chose the Message-ID: it ends in front of the last mail_id, unless that one stands in
 * the Subject. */
static size_t message_id_len(struct str text)
{
    ptrdiff_t subject = str_find(text, STR(", Subject: \""));
    struct str own = subject >= 0 ? str_head(text, (size_t)subject) : text;
    ptrdiff_t end = str_find_last(own, STR(", mail_id: "));
    if (end < 0)
        end = str_find(own, STR(", Hits: "));
    if (end < 0)
        return 0;
    ptrdiff_t resent = str_find(str_head(own, (size_t)end), STR(">, Resent-Message-ID: <"));
    size_t len = resent >= 0 ? (size_t)resent + 1 : (size_t)end;
    bool whole = text.ptr[0] != '<' || text.ptr[len - 1] == '>';
    return whole ? len : 0;
}

static size_t word_len(struct str text)
{
    ptrdiff_t comma = str_find(text, STR(", "));
    return comma > 0 ? (size_t)comma : 0;
}

static size_t value_len(const struct key *key, struct str text)
{
    switch ((enum value_form)key->form) {
    case VALUE_QUOTED:
        return text.len && text.ptr[0] == '"' ? quoted_len(text) : word_len(text);
    case VALUE_LIST: {
        ptrdiff_t end = str_find_char(text, ']');
        return end >= 0 ? (size_t)end + 1 : 0;
    }
    case VALUE_ADDRESS:
        return message_id_len(text);
    case VALUE_REPLY:
        return text.len && char_is_digit(text.ptr[0]) && str_find(text, STR(" ")) == 3
                   ? reply_len(text)
                   : word_len(text);
    case VALUE_WORD:
        break;
    }
    return word_len(text);
}

/* Without the quotes or brackets of its form. */
static struct str bare(const struct key *key, struct str value)
{
    static const char open[] = {[VALUE_WORD] = '\0',
                                [VALUE_REPLY] = '\0',
                                [VALUE_QUOTED] = '"',
                                [VALUE_LIST] = '[',
                                [VALUE_ADDRESS] = '\0'};
    if (value.len >= 2 && open[key->form] && value.ptr[0] == open[key->form])
        return (struct str){value.ptr + 1, value.len - 2};
    return value;
}

static void add_value(const struct key *key, struct str value, struct event *out)
{
    struct str part;
    if (key->field == FIELD_FROM_HEADER)
        (void)str_take_end(&value, STR(" (dkim:AUTHOR)"));
    if (key->field == FIELD_QUEUED_AS) /* one a delivery: "A/B" */
        while (str_cut(&value, STR("/"), &part))
            event_add(out, FIELD_QUEUED_AS, part);
    event_add(out, (enum field_id)key->field, bare(key, value));
}

/* Could the rest be the beginning of a key, or of the elapsed time? */
static bool ends_in_key(struct str text)
{
    for (unsigned i = 0; i < KEY_COUNT; i++)
        if (str_starts(str_of(keys[i].name), text))
            return true;
    uint64_t milliseconds;
    return str_take_u64(&text, &milliseconds) && str_starts(STR(" ms"), text);
}

/* A value without an end: was the line cut in it, or in the key behind it? */
static bool cut_in_value(struct str text)
{
    ptrdiff_t comma = str_find_last(text, STR(", "));
    struct str behind = str_skip(text, (size_t)(comma + 2));
    return comma < 0 || (!is_elapsed(behind) && ends_in_key(behind));
}

/* "(1.2.3.4 < 5.6.7.8)": the trace of the verbose template. */
static bool take_trace(struct str *text)
{
    ptrdiff_t end = str_find(*text, STR("), "));
    if (!str_starts(*text, STR("(")) || end < 0)
        return false;
    *text = str_skip(*text, (size_t)end + 1);
    return true;
}

static bool take_keys(struct verdict *v)
{
    while (v->rest.len) {
        if (!take(v, STR(", ")) || v->ended)
            return v->ended;
        if (is_elapsed(v->rest))
            return true;
        if (take_trace(&v->rest))
            continue;
        const struct key *key = key_at(v->rest);
        if (!key)
            return ends_in_key(v->rest) && ends_here(v);
        v->rest = str_skip(v->rest, strlen(key->name));
        size_t len = value_len(key, v->rest);
        if (len == 0)
            return (v->open_end || cut_in_value(v->rest)) && ends_here(v);
        if (key->kept)
            add_value(key, str_head(v->rest, len), v->out);
        v->rest = str_skip(v->rest, len);
    }
    return ends_here(v);
}

static bool is_outbound(struct str actions)
{
    return str_find(actions, STR("Inbound")) < 0 || str_find(actions, STR("Outbound")) >= 0 ||
           str_find(actions, STR("OpenRelay")) >= 0 || str_find(actions, STR("Internal")) >= 0;
}

static bool take_route(struct verdict *v)
{
    if (!take(v, STR(",")) || v->ended)
        return v->ended;
    if (!take_client(v) || v->ended)
        return v->ended;
    if (!take_sender(v) || v->ended)
        return v->ended;
    struct str list = v->rest;
    if (!skip_recipients(v))
        return false;
    if (!v->ended && !take_keys(v))
        return false;
    add_recipients(list, v->out);
    return true;
}

bool amavis_verdict(struct str text, struct str task, bool open_end, struct event *out)
{
    bool blocked = str_take(&text, STR("Blocked"));
    if (!blocked && !str_take(&text, STR("Passed")))
        return false;
    struct verdict v = {.rest = text, .open_end = open_end, .out = out};
    event_begin(out, EVENT_FILTERED, blocked ? "blocked" : "passed");
    event_add(out, FIELD_ACTION, blocked ? STR("Blocked") : STR("Passed"));
    event_add(out, FIELD_SESSION, task);
    if (str_eq(text, STR(",")))
        return ends_here(&v);
    if (!take(&v, STR(" ")) || (!v.ended && !take_category(&v)))
        return false;
    if (!v.ended && (!take_names(&v) || (!v.ended && !take_actions(&v))))
        return false;
    if (!v.ended && !take_route(&v))
        return false;
    if (blocked && str_eq(event_get(out, FIELD_STATUS), STR("SPAM")) &&
        is_outbound(event_get(out, FIELD_FLAGS)))
        out->reason = REASON_SPAM;
    return true;
}
