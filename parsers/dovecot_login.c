/* The login processes: "Login: ELEMENTS", and "REASON[: DETAIL][ (WHY)]: ELEMENTS", with
 *
 *     ELEMENTS = user=<u>, method=PLAIN, rip=1.2.3.4, lip=5.6.7.8, mpid=9, TLS, session=<s>
 *
 * The client chose the user, and may have put a second set of elements into it: what stands behind
 * it is read from the right. */
#include "dovecot.h"

struct elements {
    struct str user, method, client, server, session, tls;
    bool cut;
};

/* How a session without a login ends. */
static const char *const endings[] = {
    "Disconnected",
    "Aborted login",
    "Login aborted",
    "Connection closed",
    "Remote closed connection",
    "Login failed",
    "Shutting down",
    NULL,
};

static const char *const details[] = {
    "Connection closed",
    "Connection closed: %*",
    "Remote closed connection",
    "Remote closed connection: %*",
    "Aborted login",
    "Aborted login by logging out",
    "Logged out",
    "Inactivity",
    "Inactivity during authentication",
    "Idle disconnect",
    "Too many invalid commands",
    "Too many invalid commands.",
    "Too many invalid IMAP commands.",
    "Too many bad commands",
    "Too many invalid MANAGESIEVE commands.",
    "Disconnected",
    "Input buffer full",
    "Input buffer full, aborting",
    "Too long input line",
    "Shutting down",
    "Auth failed",
    "Auth process broken",
    "Client quit",
    "Client has quit the connection",
    "Login timed out",
    "Login timed out in state=%*",
    "Connection queue full",
    "Kicked by admin",
    "Auth failed too many times",
    "Too many invalid bad commands.",
    "Disconnected by server: %*",
    "Disconnected by client",
    "Timeout while finishing login (waited %d secs)",
    "STARTTLS failed: %*",
    "Command line too long",
    "Too many bad SMTP commands",
    "Authentication response too large",
    "Authentication aborted by client.",
    "Failed to initialize SSL connection: %*",
    "Timeout while finishing login",
    "Unsupported authentication mechanism",
    "TLS initialization failed.",
    "TLS handshaking: %*",
    "SSL_accept() failed: %*",
    "Plaintext authentication disabled",
    "Authentication failed",
    "proxy: %*",
    NULL,
};

/* Words in parentheses that say a login failed... */
static const char *const failures[] = {
    "auth failed, %d attempts in %d secs",
    "auth failed, %d attempts",
    "authorization failed, %d attempts in %d secs",
    "user disabled",
    "password expired",
    "login disabled",
    "proxy dest auth failed",
    "auth failed",
    "invalid credentials",
    "anonymous login denied",
    NULL,
};

/* ...and those that say none was tried to its end. */
static const char *const notes[] = {
    "no auth attempts",
    "no auth attempts in %d secs",
    "disconnected before auth was ready, waited %d secs",
    "disconnected while authenticating, waited %d secs",
    "disconnected while finishing login, waited %d secs",
    "client didn't finish SASL auth, waited %d secs",
    "client sent an invalid cert",
    "client didn't send a cert",
    "cert required, client didn't start TLS",
    "cleartext authentication disabled",
    "disconnected during TLS handshake",
    "TLS handshaking",
    "tried to use disallowed plaintext auth",
    "tried to use disabled plaintext auth",
    "tried to use unsupported auth mechanism",
    "tried to use disallowed cleartext auth",
    "sent invalid base64 in response",
    "aborted authentication",
    "auth process communication failure",
    "auth service reported temporary failure",
    "internal failure, %d successful auths",
    NULL,
};

/* Lines of a login process that end in the same elements. */
static const char *const events[] = {
    "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=%d)",
    "Internal login failure (pid=%d id=%d)",
    "Internal login failure (pid=%d id=%d) (%*)",
    "Auth process not responding, delayed sending initial response (greeting)",
    "Timeout while finishing login (waited %d secs)",
    "Logging in timed out (state=%*",
    "proxy(%*): disconnecting %*",
    "proxy(%*): Disconnected by %*",
    "proxy(%*): Login failed to %*",
    "Login to %* failed: %*",
    NULL,
};

/* The backend says "Login" of the same session, if its log is here. */
static const char *const proxied[] = {
    "started proxying to %*",
    "proxy(%*): started proxying to %*",
    "proxy(%*): Started proxying to %*",
    NULL,
};

/* Is it the word, or the word with its explanation behind a colon? */
static bool is_flag(struct str token)
{
    static const char *const flags[] = {
        "TLS",     "TLS: %*", "TLS handshaking", "TLS handshaking: %*",
        "secured", "SSL",     "SSL: %*",         "SSL handshaking: %*",
        "TLSv%*",  NULL};
    return template_any(flags, token);
}

static bool is_known(struct str token)
{
    static const char *const known[] = {"lip=%w",        "mpid=%d",     "mpid=",       "lport=%d",
                                        "rport=%d",      "real_rip=%w", "real_lip=%w", "ssl=%*",
                                        "local_name=%w", NULL};
    return template_any(known, token);
}

static void take_session(struct str *rest, struct elements *ret)
{
    ptrdiff_t at = str_find_last(*rest, STR(", session=<"));
    if (at < 0 || !str_ends(*rest, STR(">")))
        return;
    size_t from = (size_t)at + STR(", session=<").len;
    ret->session = (struct str){rest->ptr + from, rest->len - from - 1};
    rest->len = (size_t)at;
}

/* Could the text, the last of a cut line, have become an element? */
static bool starts_element(struct str text)
{
    static const char *const starts[] = {"lip=", "mpid=", "session=<", "TLS", "secured", NULL};
    for (const char *const *start = starts; *start; start++)
        if (str_starts(str_of(*start), text) || str_starts(text, str_of(*start)))
            return true;
    return false;
}

/* "1.2.3.4, lip=5.6.7.8, mpid=9, TLS": what stands behind "rip=". */
static bool take_behind(struct str rest, struct elements *ret)
{
    take_session(&rest, ret);
    struct str token;
    bool last;
    for (unsigned i = 0; rest.len; i++) {
        last = !str_cut(&rest, STR(", "), &token);
        if (last) {
            token = rest;
            rest.len = 0;
        }
        if (i == 0)
            ret->client = token;
        else if (is_flag(token))
            ret->tls = token;
        else if (is_known(token)) {
            if (str_take(&token, STR("lip=")))
                ret->server = token;
        } else if (last && ret->session.ptr == NULL && starts_element(token))
            ret->cut = true;
        else
            return false;
    }
    return true;
}

/* "<u>, method=PLAIN" in front of ", rip=" */
static bool take_user(struct str head, struct elements *ret)
{
    ptrdiff_t method = str_find_last(head, STR(">, method="));
    if (method >= 0) {
        ret->method = str_skip(head, (size_t)method + STR(">, method=").len);
        if (str_find_char(ret->method, '>') < 0) {
            ret->user = str_head(head, (size_t)method);
            return true;
        }
        ret->method.len = 0;
    }
    ret->user = head;
    return str_take_end(&ret->user, STR(">"));
}

/* A line that ends before its client: nothing behind the user can be believed. */
static bool take_cut(struct str text, struct elements *ret)
{
    struct str behind;
    ptrdiff_t end = str_find(text, STR(">, "));
    ret->cut = true;
    if (end < 0) {
        (void)str_take_end(&text, STR(","));
        if (str_take_end(&text, STR(">")))
            ret->user = text;
        return true;
    }
    behind = str_skip(text, (size_t)end + 3);
    if (str_starts(STR("method="), behind) || str_starts(STR("rip="), behind))
        return true;
    if (!str_take(&behind, STR("method=")))
        return false;
    ptrdiff_t comma = str_find(behind, STR(", "));
    return comma < 0 || str_starts(STR("rip="), str_skip(behind, (size_t)comma + 2));
}

/* text stands behind "user=<". */
static bool take_elements(struct str text, struct elements *ret)
{
    *ret = (struct elements){.cut = false};
    ptrdiff_t rip = str_find_last(text, STR(", rip="));
    if (rip < 0)
        return take_cut(text, ret);
    return take_user(str_head(text, (size_t)rip), ret) &&
           take_behind(str_skip(text, (size_t)rip + STR(", rip=").len), ret);
}

static void add_filled(struct event *out, enum field_id id, struct str value)
{
    if (value.len)
        event_add(out, id, value);
}

/* "proxy(u): Started proxying to <1.2.3.4> (0.1 secs)", "... to 1.2.3.4:143": the address. */
static struct str proxied_to(struct str reason)
{
    struct str rest = reason, front, address = {NULL, 0};
    if (!str_cut(&rest, STR("tarted proxying to "), &front))
        return address;
    if (str_take(&rest, STR("<")))
        return str_cut(&rest, STR(">"), &address) ? address : (struct str){NULL, 0};
    ptrdiff_t colon = str_find_last_char(rest, ':');
    return colon > 0 ? str_head(rest, (size_t)colon) : rest;
}

static void add_elements(const struct elements *elements, struct str service, bool login,
                         struct event *out)
{
    struct str tls = elements->tls;
    ptrdiff_t colon = str_find_char(tls, ':');
    if (colon >= 0)
        tls = str_head(tls, (size_t)colon);
    (void)str_take_end(&service, STR("-login"));
    add_filled(out, FIELD_SASL_USERNAME, elements->user);
    add_filled(out, login ? FIELD_SASL_METHOD : FIELD_MECHANISM, elements->method);
    add_filled(out, FIELD_CLIENT_IP, elements->client);
    add_filled(out, FIELD_SERVER_IP, elements->server);
    event_add(out, FIELD_SERVICE, service);
    add_filled(out, FIELD_FLAGS, tls);
    add_filled(out, FIELD_SESSION, elements->session);
    out->cut |= elements->cut;
}

/* Takes the last " (words)" off; empty if there is none. */
static struct str take_parentheses(struct str *text)
{
    ptrdiff_t open = str_find_last(*text, STR(" ("));
    if (open < 0 || !str_ends(*text, STR(")")))
        return (struct str){NULL, 0};
    struct str words = {text->ptr + open + 2, text->len - (size_t)open - 3};
    text->len = (size_t)open;
    return words;
}

static bool is_ending(struct str reason)
{
    struct str head;
    if (template_any(endings, reason))
        return true;
    if (!str_cut(&reason, STR(": "), &head) || !template_any(endings, head))
        return false;
    (void)str_take(&reason, STR("Disconnected: ")); /* said twice by some versions */
    return template_any(details, reason);
}

static struct str attempts_of(struct str words)
{
    struct str head;
    if (!str_cut(&words, STR("failed, "), &head) || !str_cut(&words, STR(" attempts"), &head))
        return (struct str){NULL, 0};
    return head;
}

/* 2.4 repeats why as a code: "(auth failed, 1 attempts in 2 secs) (auth_failed)". */
static bool is_code(struct str words)
{
    for (size_t i = 0; i < words.len; i++)
        if (!char_is_lower(words.ptr[i]) && words.ptr[i] != '_')
            return false;
    return words.len > 0;
}

static bool begin_ending(struct str reason, struct event *out)
{
    struct str words = take_parentheses(&reason);
    if (words.ptr && is_code(words) && str_ends(reason, STR(")")))
        words = take_parentheses(&reason);
    bool failed = words.ptr && template_any(failures, words);
    if ((words.ptr && !failed && !template_any(notes, words)) || !is_ending(reason))
        return false;
    if (failed) {
        event_begin(out, EVENT_AUTH_FAILED, "login-failed");
        add_filled(out, FIELD_ATTEMPTS, attempts_of(words));
        event_add(out, FIELD_TEXT, words);
        return true;
    }
    event_begin(out, EVENT_NOTE, "login-ended");
    event_add(out, FIELD_TEXT, words.ptr ? words : reason);
    return true;
}

static bool begin(struct str reason, struct event *out)
{
    if (str_eq(reason, STR("Login")) || str_eq(reason, STR("Logged in"))) {
        event_begin(out, EVENT_LOGIN, "login");
        return true;
    }
    if (template_any(proxied, reason)) {
        event_begin(out, EVENT_LOGIN, "login-proxied");
        return true;
    }
    if (template_any(events, reason)) {
        event_begin(out, EVENT_NOTE, "login-note");
        event_add(out, FIELD_TEXT, reason);
        return true;
    }
    return begin_ending(reason, out);
}

bool dovecot_login(const struct dovecot_line *line, struct event *out)
{
    struct str rest = line->message, reason;
    struct elements elements;
    if (!str_cut(&rest, STR(": user=<"), &reason) || !take_elements(rest, &elements) ||
        !begin(reason, out))
        return false;
    struct str backend = proxied_to(reason);
    if (out->kind == EVENT_LOGIN && backend.len) {
        event_add(out, FIELD_RELAY, backend);
        elements.server.len = 0; /* it is served elsewhere, and may be logged there once more */
    }
    add_elements(&elements, line->service, out->kind == EVENT_LOGIN, out);
    return true;
}
