#include "postfix.h"

#include "postfix_phrase.h"
#include "postfix_tail.h"

/* The keys of a client= line, in the order smtpd writes them. A user name is raw: it ends at the
 * next key. */
struct client_key {
    struct str word;
    uint16_t id; /* enum field_id; of a client the first of three */
    bool client;
};

static const struct client_key client_keys[] = {
    {{", sasl_method=", 14}, FIELD_SASL_METHOD, false},
    {{", sasl_username=", 16}, FIELD_SASL_USERNAME, false},
    {{", sasl_sender=", 14}, FIELD_SASL_SENDER, false},
    {{", orig_queue_id=", 16}, FIELD_ORIG_QUEUE_ID, false},
    {{", orig_client=", 14}, FIELD_ORIG_CLIENT_NAME, true},
};

enum { CLIENT_KEYS = sizeof client_keys / sizeof *client_keys };

/* Where the value at the front of text ends: at the first of the keys from number `key` on; that
 * key is returned. */
static unsigned value_end(struct str text, unsigned key, size_t *ret_len)
{
    for (size_t from = 0;;) {
        ptrdiff_t at = str_find_char(str_skip(text, from), ',');
        if (at < 0)
            break;
        from += (size_t)at;
        for (unsigned next = key; next < CLIENT_KEYS; next++)
            if (str_starts(str_skip(text, from), client_keys[next].word)) {
                *ret_len = from;
                return next;
            }
        from++;
    }
    *ret_len = text.len;
    return CLIENT_KEYS;
}

/* A client that is the last of the line may be cut inside its brackets. */
static bool add_client(struct str text, enum field_id name_id, bool last, struct event *out)
{
    return postfix_client(text, name_id, out) || (last && postfix_cut_client(text, name_id, out));
}

static bool client_line(struct str text, struct event *out)
{
    out->what = "client";
    out->kind = EVENT_SUBMIT;
    out->generation = GENERATION_START;
    size_t len;
    unsigned key = value_end(text, 0, &len);
    if (!add_client(str_head(text, len), FIELD_CLIENT_NAME, key == CLIENT_KEYS, out))
        return false;
    while (key < CLIENT_KEYS) {
        const struct client_key *now = &client_keys[key];
        text = str_skip(text, len + now->word.len);
        key = value_end(text, key + 1, &len);
        if (now->id != FIELD_SASL_USERNAME && memchr(text.ptr, ' ', len))
            return false; /* only a user name may hold blanks */
        if (!now->client)
            event_add(out, now->id, str_head(text, len));
        else if (!add_client(str_head(text, len), now->id, true, out))
            return false;
    }
    return true;
}

bool postfix_smtpd_queue(struct str text, struct event *out)
{
    if (postfix_take(&text, STR("client=")))
        return client_line(text, out);
    return postfix_refusal(text, out);
}

struct verb {
    struct str name;
    uint16_t id; /* enum field_id; FIELD_STAT_OTHER keeps the name */
};

static const struct verb verbs[] = {
    {{"ehlo", 4}, FIELD_STAT_EHLO},         {{"mail", 4}, FIELD_STAT_MAIL},
    {{"rcpt", 4}, FIELD_STAT_RCPT},         {{"data", 4}, FIELD_STAT_DATA},
    {{"quit", 4}, FIELD_STAT_OTHER},        {{"auth", 4}, FIELD_STAT_AUTH},
    {{"commands", 8}, FIELD_STAT_COMMANDS}, {{"starttls", 8}, FIELD_STAT_STARTTLS},
    {{"helo", 4}, FIELD_STAT_HELO},         {{"bdat", 4}, FIELD_STAT_BDAT},
    {{"rset", 4}, FIELD_STAT_OTHER},        {{"noop", 4}, FIELD_STAT_OTHER},
    {{"vrfy", 4}, FIELD_STAT_OTHER},        {{"etrn", 4}, FIELD_STAT_OTHER},
    {{"expn", 4}, FIELD_STAT_OTHER},        {{"help", 4}, FIELD_STAT_OTHER},
    {{"xclient", 7}, FIELD_STAT_OTHER},     {{"xforward", 8}, FIELD_STAT_OTHER},
    {{"unknown", 7}, FIELD_STAT_OTHER},
};

/* "5" or "4/5" */
static bool is_count(struct str text)
{
    unsigned slashes = 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '/' && i > 0 && i + 1 < text.len)
            slashes++;
        else if (!char_is_digit(text.ptr[i]))
            return false;
    return text.len > 0 && slashes <= 1;
}

/* Is word what cutting leaves of "verb=ok/total"? */
static bool is_cut_statistic(struct str word)
{
    for (unsigned i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        struct str name = verbs[i].name, rest = word;
        uint64_t count;
        if (word.len <= name.len && memcmp(word.ptr, name.ptr, word.len) == 0)
            return true;
        if (!str_take(&rest, name) || !str_take(&rest, STR("=")))
            continue;
        str_take_u64(&rest, &count);
        return rest.len == 0 || str_eq(rest, STR("/"));
    }
    return false;
}

/* "verb=ok" or "verb=ok/total"; false if it is neither. */
static bool add_statistic(struct str word, bool last, struct event *out)
{
    for (unsigned i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        size_t len = verbs[i].name.len;
        if (!postfix_starts(word, verbs[i].name) || word.len == len || word.ptr[len] != '=')
            continue;
        struct str count = str_skip(word, len + 1);
        if (!is_count(count))
            continue;
        event_add(out, verbs[i].id, verbs[i].id == FIELD_STAT_OTHER ? word : count);
        out->cut = last && verbs[i].id != FIELD_STAT_COMMANDS;
        return true;
    }
    out->cut = true;
    return last && is_cut_statistic(word);
}

static bool disconnect_line(struct str text, struct event *out)
{
    out->what = "disconnect";
    out->kind = EVENT_DISCONNECT;
    ptrdiff_t space = str_find_char(text, ' ');
    struct str client = space < 0 ? text : str_head(text, (size_t)space);
    if (!add_client(client, FIELD_CLIENT_NAME, space < 0, out))
        return false;
    while (space >= 0) {
        text = str_skip(text, (size_t)space + 1);
        space = str_find_char(text, ' ');
        if (!add_statistic(space < 0 ? text : str_head(text, (size_t)space), space < 0, out))
            return false;
    }
    return true;
}

/* "proxy-accept: STAGE: reply; from=<> to=<> ...": the answer of a filter before the queue; no
 * queue ID of its own. */
static bool proxy_line(struct str text, bool accepted, struct event *out)
{
    struct postfix_tail tail;
    struct str stage;
    if (!str_cut(&text, STR(": "), &stage) || !str_eq(stage, STR("END-OF-MESSAGE")))
        return false;
    bool has_tail = postfix_tail_find(text, STR(" "), false, &tail);
    if (!has_tail && postfix_tail_traces(text))
        return false;
    struct str reply = has_tail ? str_head(text, tail.begin) : text;
    out->what = accepted ? "proxy-accept" : "proxy-reject";
    out->kind = accepted ? EVENT_PROXIED : EVENT_REJECT;
    event_add(out, FIELD_ACTION, accepted ? STR("proxy-accept") : STR("proxy-reject"));
    event_add(out, FIELD_STAGE, stage);
    postfix_codes(&reply, out);
    event_add(out, FIELD_TEXT, reply);
    struct str child = postfix_id_behind(reply, STR("queued as "));
    if (child.ptr)
        event_add(out, FIELD_QUEUED_AS, child);
    if (!accepted)
        out->free_text = reply;
    if (has_tail)
        postfix_tail_add(&tail, out);
    else
        out->cut = true;
    return true;
}

static bool is_mechanism(struct str text)
{
    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == ' ' || text.ptr[i] == ':')
            return false;
    return true;
}

/* "CLIENT: SASL LOGIN authentication failed: reason, sasl_username=user"; the name only since
 * Postfix 3.9. */
static bool login_failure(struct str text, struct event *out)
{
    struct str client, mechanism, username = {NULL, 0};
    if (!str_cut(&text, STR(": SASL "), &client) || !str_cut(&text, STR(" "), &mechanism) ||
        !is_mechanism(mechanism) || !postfix_client(client, FIELD_CLIENT_NAME, out))
        return false;
    event_add(out, FIELD_MECHANISM, mechanism);
    if (str_eq(text, STR("authentication aborted"))) {
        out->what = "sasl-aborted";
        return true;
    }
    if (!postfix_word(&text, STR("authentication failed:"), out))
        return false;
    out->what = "sasl-failed";
    out->kind = EVENT_AUTH_FAILED;
    postfix_take(&text, STR(" ")); /* missing with an empty reason, where a file was trimmed */
    ptrdiff_t name = str_find(text, STR(", sasl_username="));
    if (name >= 0) {
        username = str_skip(text, (size_t)name + sizeof ", sasl_username=" - 1);
        text = str_head(text, (size_t)name);
    }
    ptrdiff_t comma = str_find_char(text, ',');
    if (comma >= 0 && postfix_key_follows(str_skip(text, (size_t)comma)))
        return false; /* a key, but not the one that is known */
    event_add(out, FIELD_TEXT, text);
    if (username.ptr)
        event_add(out, str_eq(username, STR("(unavailable)")) ? FIELD_DETAIL : FIELD_SASL_USERNAME,
                  username);
    return true;
}

bool postfix_smtpd_plain(struct str text, struct event *out)
{
    if (postfix_take(&text, STR("connect from "))) {
        out->what = "connect";
        out->kind = EVENT_CONNECT;
        return add_client(text, FIELD_CLIENT_NAME, true, out);
    }
    if (postfix_take(&text, STR("disconnect from ")))
        return disconnect_line(text, out);
    if (postfix_take(&text, STR("NOQUEUE: ")))
        return postfix_smtpd_queue(text, out) || postfix_phrase(postfix_smtpd_phrases, text, out);
    struct str warning = text;
    if (postfix_take(&warning, STR("warning: ")) && login_failure(warning, out))
        return true;
    if (postfix_take(&text, STR("proxy-accept: ")))
        return proxy_line(text, true, out);
    if (postfix_take(&text, STR("proxy-reject: ")))
        return proxy_line(text, false, out);
    return postfix_phrase(postfix_smtpd_phrases, text, out);
}
