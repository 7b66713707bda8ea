/* Roundcube's logs userlogins, sendmail and errors (rcmail.php, rcube_utils::remote_ip):
 *
 *     <session> Successful login for USER (ID: 5) from ADDRESS in session s
 *     <session> Failed login for USER from ADDRESS in session s (error: 0)
 *     <session> User USER [1.2.3.4]; Message <id> for a@b, c@d; 250: 2.0.0 Ok: queued as ID
 *     <session> IMAP Error: Login failed for USER against HOST from ADDRESS. WHY in FILE on line 1
 *     ADDRESS = 1.2.3.4[(X-Real-IP: 5.6.7.8,X-Forwarded-For: 9.9.9.9, 5.6.7.8)]
 *
 * Who fails to log in chose USER, and whoever asks chose the headers: where more than one address
 * fits, there is none. */
#include "address_list.h"
#include "ip.h"
#include "parser.h"
#include "template.h"

static const struct line_kind errors[] = {
    {"error", "PHP Error: %A in %A on line %d%A",
     EVENT_NOTE, {FIELD_TEXT, FIELD_DETAIL, FIELD_DETAIL}},
    {"error", "PHP Warning: %A in %A on line %d%A",
     EVENT_NOTE, {FIELD_TEXT, FIELD_DETAIL, FIELD_DETAIL}},
    {"error", "DB Error: %A in %A on line %d%A",
     EVENT_NOTE, {FIELD_TEXT, FIELD_DETAIL, FIELD_DETAIL}},
    {"error", "DB Error: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"error", "SMTP Error: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"error", "IMAP Error: %A in %A on line %d%A",
     EVENT_NOTE, {FIELD_TEXT, FIELD_DETAIL, FIELD_DETAIL}},
    {"error", "IMAP Error: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"error", "PHP Fatal error: %A in %A on line %d%A",
     EVENT_NOTE, {FIELD_TEXT, FIELD_DETAIL, FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

static bool is_inner(struct str address)
{
    struct ip ip;
    return ip_parse(address, &ip) && (ip_is_loopback(&ip) || ip_is_private(&ip));
}

/* The client, given the peer and the headers a proxy may have set: only an inner peer is a proxy,
 * and headers that disagree prove nothing. */
static struct str client_of(struct str peer, struct str headers)
{
    struct str real = {NULL, 0}, forwarded = {NULL, 0}, rest = headers;
    struct ip ip;
    if (!is_inner(peer) || !headers.len)
        return peer;
    if (str_take(&rest, STR("X-Real-IP: ")) && !str_cut(&rest, STR(",X-Forwarded-For: "), &real)) {
        real = rest;
        rest.len = 0;
    } else if (!real.ptr && !str_take(&rest, STR("X-Forwarded-For: "))) {
        return peer;
    }
    if (rest.len)
        forwarded = address_list_client(rest);
    if (real.ptr && (!ip_parse(real, &ip) || (forwarded.ptr && !str_eq(real, forwarded))))
        return peer;
    return real.ptr ? real : forwarded.ptr ? forwarded : peer;
}

/* "1.2.3.4(HEADERS)END": its length, 0 if text does not begin with one. at_end: nothing may
 * follow. */
static size_t address_length(struct str text, struct str end, bool at_end, struct str *ret_client)
{
    struct ip ip;
    size_t len = 0;
    struct str headers = {NULL, 0};
    while (len < text.len &&
           (char_is_alnum(text.ptr[len]) || text.ptr[len] == ':' ||
            (text.ptr[len] == '.' && len + 1 < text.len && text.ptr[len + 1] != ' ')))
        len++;
    struct str peer = str_head(text, len);
    if (!ip_parse(peer, &ip))
        return 0;
    struct str rest = str_skip(text, len);
    if (str_take(&rest, STR("("))) {
        ptrdiff_t at = -1;
        if (at_end && str_ends(rest, STR(")")))
            at = (ptrdiff_t)rest.len - 1;
        else if (!at_end)
            at = str_find(rest, STR(")"));
        if (at < 0)
            return 0;
        headers = str_head(rest, (size_t)at);
        rest = str_skip(rest, (size_t)at + 1);
    }
    if (at_end ? rest.len != 0 : !str_starts(rest, end))
        return 0;
    *ret_client = client_of(peer, headers);
    return text.len - rest.len;
}

/* "USER from ADDRESS": splits at the only " from " that an address follows; with several, or none,
 * the client is unknown and the user is what stands before the first. */
static bool split(struct str text, struct str end, bool at_end, struct str *ret_user,
                  struct str *ret_client)
{
    unsigned fits = 0;
    for (size_t at = 0; at < text.len; at++) {
        struct str rest = str_skip(text, at), client;
        if (!str_take(&rest, STR(" from ")) || !address_length(rest, end, at_end, &client))
            continue;
        if (fits++ == 0) {
            *ret_user = str_head(text, at);
            *ret_client = client;
        }
    }
    if (fits > 1)
        *ret_client = (struct str){NULL, 0};
    return fits > 0;
}

static void add_client(struct str user, struct str client, struct str session, struct event *out)
{
    if (user.len)
        event_add(out, FIELD_SASL_USERNAME, user);
    if (client.len)
        event_add(out, FIELD_CLIENT_IP, client);
    event_add(out, FIELD_SERVICE, STR("webmail"));
    if (session.len)
        event_add(out, FIELD_DETAIL, session);
}

static bool logged_in(struct str text, struct event *out)
{
    struct str user, client, session;
    uint64_t number;
    if (!str_take(&text, STR("Successful login for ")) || !str_cut(&text, STR(" (ID: "), &user) ||
        !str_take_u64(&text, &number) || !str_take(&text, STR(") from ")))
        return false;
    ptrdiff_t at = str_find_last(text, STR(" in session "));
    if (at < 0)
        return false;
    session = str_skip(text, (size_t)at + STR(" in session ").len);
    if (!address_length(str_head(text, (size_t)at), STR(""), true, &client))
        return false;
    event_begin(out, EVENT_LOGIN, "login");
    add_client(user, client, session, out);
    return true;
}

static bool failed(struct str text, struct event *out)
{
    struct str user, client, session = {NULL, 0}, code;
    if (!str_take(&text, STR("Failed login for ")) || !str_take_end(&text, STR(")")))
        return false;
    ptrdiff_t at = str_find_last(text, STR(" (error: "));
    if (at < 0)
        return false;
    code = str_skip(text, (size_t)at + STR(" (error: ").len);
    text = str_head(text, (size_t)at);
    at = str_find_last(text, STR(" in session "));
    if (at >= 0) {
        session = str_skip(text, (size_t)at + STR(" in session ").len);
        text = str_head(text, (size_t)at);
    }
    if (!split(text, STR(""), true, &user, &client))
        return false;
    event_begin(out, EVENT_AUTH_FAILED, "login-failed");
    add_client(user, client, session, out);
    event_add(out, FIELD_CODE, code);
    return true;
}

/* "250: 2.0.0 Ok: queued as 4ABC" */
static void add_queued_as(struct str reply, struct event *out)
{
    ptrdiff_t at = str_find_last(reply, STR("queued as "));
    event_add(out, FIELD_TEXT, reply);
    if (at < 0)
        return;
    struct str id = str_skip(reply, (size_t)at + STR("queued as ").len);
    size_t len = 0;
    while (len < id.len && char_is_alnum(id.ptr[len]))
        len++;
    if (len && len == id.len)
        event_add(out, FIELD_QUEUED_AS, id);
}

static bool sent(struct str text, struct event *out)
{
    enum { RECIPIENTS_MAX = 24 };
    struct str user, client, id = {NULL, 0}, reply, recipient;
    if (!str_take(&text, STR("User ")) || !str_cut(&text, STR("; Message "), &user) ||
        !str_take_end(&user, STR("]")))
        return false;
    ptrdiff_t at = str_find_last(user, STR(" ["));
    if (at < 0 || (!str_take(&text, STR("for ")) && !str_cut(&text, STR(" for "), &id)))
        return false;
    client = str_skip(user, (size_t)at + 2);
    user = str_head(user, (size_t)at);
    event_begin(out, EVENT_HANDED, "sent");
    if (str_take(&id, STR("<")))
        (void)str_take_end(&id, STR(">"));
    if (id.len)
        event_add(out, FIELD_MESSAGE_ID, id);
    add_client(user, client, (struct str){NULL, 0}, out);
    at = str_find_last(text, STR("; "));
    if (at < 0)
        return false;
    reply = str_skip(text, (size_t)at + 2);
    text = str_head(text, (size_t)at);
    for (unsigned i = 0; i < RECIPIENTS_MAX && str_cut(&text, STR(", "), &recipient); i++)
        event_add(out, FIELD_RECIPIENT, recipient);
    event_add(out, FIELD_RECIPIENT, text);
    add_queued_as(reply, out);
    return true;
}

/* "IMAP Error: Login failed for USER against HOST from ADDRESS. WHY in FILE on line 200 (POST ...)"
 */
static bool imap_failed(struct str text, struct event *out)
{
    struct str user, client;
    if (!str_take(&text, STR("IMAP Error: Login failed for ")) ||
        !split(text, STR(". "), false, &user, &client))
        return false;
    ptrdiff_t host = str_find_last(user, STR(" against "));
    event_begin(out, EVENT_AUTH_FAILED, "login-failed");
    add_client(host < 0 ? user : str_head(user, (size_t)host), client, (struct str){NULL, 0}, out);
    if (host >= 0)
        event_add(out, FIELD_RELAY_NAME, str_skip(user, (size_t)host + STR(" against ").len));
    return true;
}

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    *ret_daemon = 0;
    return str_eq(program, STR("roundcube")) || str_eq(program, STR("roundcube-errors")) ? OWNS
                                                                                         : OWNS_NOT;
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    struct str session, rest = text;
    (void)context;
    if (str_take(&rest, STR("<")) && str_cut(&rest, STR("> "), &session))
        text = rest;
    return logged_in(text, out) || failed(text, out) || sent(text, out) || imap_failed(text, out) ||
           template_event(errors, text, false, out);
}

extern const struct parser roundcube_parser;
const struct parser roundcube_parser = {.name = "roundcube", .owns = owns, .parse = parse};
