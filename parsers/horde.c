/* Horde and its mail client IMP, 3 to 5, through syslog or in a file of their own:
 *
 *     [horde] Login success for USER to horde (1.2.3.4) [pid 1 on line 2 of "FILE"]
 *     [imp] Login success for USER [1.2.3.4] to {imap.example.com:993 [imap/ssl]} [pid ...]
 *     [imp] FAILED LOGIN for USER [1.2.3.4] to {imap.example.com:993 [imap/ssl]} [pid ...]
 *     [imp] Message sent to a@b, c@d from USER (1.2.3.4) [pid ...]
 *     [imp] 1.2.3.4 Message sent to a@b, c@d from USER [pid ...]
 *
 * The client chose USER, and whom to write to: addresses are read from the other side of both. */
#include "ip.h"
#include "parser.h"
#include "template.h"

static const struct line_kind kinds[] = {
    {"error", "[%W] IMAP error reported by server.%A", EVENT_NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"error", "IMAP error: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"error", "Could not %A", EVENT_NOTE, {FIELD_TEXT}},
    {"error", "PHP ERROR: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"error", "SQL QUERY FAILED: %A", EVENT_NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

/* " [pid 2272 on line 163 of "/var/www/login.php"]" */
static bool take_tail(struct str *text)
{
    ptrdiff_t at = str_find_last(*text, STR(" [pid "));
    if (at < 0)
        return false;
    struct str tail = str_skip(*text, (size_t)at + STR(" [pid ").len);
    uint64_t number;
    if (!str_take_u64(&tail, &number) || !str_take(&tail, STR(" on line ")) ||
        !str_take_u64(&tail, &number) || !str_take(&tail, STR(" of \"")) ||
        !str_ends(tail, STR("\"]")))
        return false;
    *text = str_head(*text, (size_t)at);
    return true;
}

/* "USER to horde (1.2.3.4)", "USER [1.2.3.4] to {server}": the address nearest to the end. */
static bool take_user(struct str text, struct str *ret_user, struct str *ret_client)
{
    struct ip ip;
    struct str client = text;
    if (str_take_end(&client, STR(")"))) {
        ptrdiff_t open = str_find_last(client, STR(" ("));
        ptrdiff_t to = open < 0 ? -1 : str_find_last(str_head(client, (size_t)open), STR(" to "));
        if (to < 0 || !ip_parse(str_skip(client, (size_t)open + 2), &ip))
            return false;
        *ret_client = str_skip(client, (size_t)open + 2);
        *ret_user = str_head(client, (size_t)to);
        return true;
    }
    ptrdiff_t to = str_find_last(text, STR("] to "));
    ptrdiff_t open = to < 0 ? -1 : str_find_last(str_head(text, (size_t)to), STR(" ["));
    if (open < 0)
        return false;
    *ret_client = (struct str){text.ptr + open + 2, (size_t)(to - open) - 2};
    *ret_user = str_head(text, (size_t)open);
    return ip_parse(*ret_client, &ip);
}

static bool login(struct str text, struct event *out)
{
    struct str user, client;
    bool ok = str_take(&text, STR("Login success for "));
    if (!ok && !str_take(&text, STR("FAILED LOGIN for ")))
        return false;
    if (!take_user(text, &user, &client))
        return false;
    event_begin(out, ok ? EVENT_LOGIN : EVENT_AUTH_FAILED, ok ? "login" : "login-failed");
    event_add(out, FIELD_SASL_USERNAME, user);
    event_add(out, FIELD_CLIENT_IP, client);
    event_add(out, FIELD_SERVICE, STR("webmail"));
    return true;
}

/* "User marjory logged out of Horde (1.2.3.4)" */
static bool logged_out(struct str text, struct event *out)
{
    struct str user;
    if (!str_take(&text, STR("User ")) || !str_cut(&text, STR(" logged out of "), &user))
        return false;
    event_begin(out, EVENT_NOTE, "logout");
    event_add(out, FIELD_SASL_USERNAME, user);
    return true;
}

static bool sent(struct str text, struct event *out)
{
    enum { RECIPIENTS_MAX = 24 };
    struct str client = {NULL, 0}, user, recipient;
    struct ip ip;
    if (!str_starts(text, STR("Message sent to ")) &&
        (!str_cut(&text, STR(" "), &client) || !ip_parse(client, &ip)))
        return false;
    if (!str_take(&text, STR("Message sent to ")) &&
        !str_take(&text, STR("Redirected message sent to ")))
        return false;
    if (!client.ptr && str_take_end(&text, STR(")"))) {
        ptrdiff_t open = str_find_last(text, STR(" ("));
        if (open < 0)
            return false;
        client = str_skip(text, (size_t)open + 2);
        text = str_head(text, (size_t)open);
    }
    ptrdiff_t from = str_find_last(text, STR(" from "));
    if (from < 0 || !ip_parse(client, &ip))
        return false;
    user = str_skip(text, (size_t)from + STR(" from ").len);
    text = str_head(text, (size_t)from);
    event_begin(out, EVENT_HANDED, "sent");
    event_add(out, FIELD_SASL_USERNAME, user);
    event_add(out, FIELD_CLIENT_IP, client);
    event_add(out, FIELD_SERVICE, STR("webmail"));
    for (unsigned i = 0; i < RECIPIENTS_MAX && str_cut(&text, STR(", "), &recipient); i++)
        event_add(out, FIELD_RECIPIENT, recipient);
    event_add(out, FIELD_RECIPIENT, text);
    return true;
}

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    *ret_daemon = 0;
    return str_eq(program, STR("HORDE")) || str_eq(program, STR("horde")) ? OWNS : OWNS_NOT;
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    struct str application;
    (void)context;
    if (!str_take(&text, STR("[")) || !str_cut(&text, STR("] "), &application) || !take_tail(&text))
        return false;
    return login(text, out) || sent(text, out) || logged_out(text, out) ||
           template_event(kinds, text, false, out);
}

extern const struct parser horde_parser;
const struct parser horde_parser = {.name = "horde", .owns = owns, .parse = parse};
