/* The authentication server and its workers:
 *
 *     auth: passwd-file(user,1.2.3.4,<session>): Password mismatch
 *     auth-worker(9): conn unix:auth-worker (pid=1,uid=2): auth-worker<6>: pam(user,1.2.3.4):
 * unknown user auth(user,1.2.3.4,sasl:plain)<session>: passwd-file: Password mismatch
 *
 * With a session it repeats what a login process says; without one it was an MTA that asked. */
#include "dovecot.h"

#include "ip.h"

/* "(given password: x)": what follows must never get into a field. */
static const char *const secrets[] = {" (given password: ", " (SHA1 of given password: ", NULL};

static const char *const failures[] = {
    "Password mismatch",
    "Password mismatch (for LDAP bind)",
    "unknown user",
    "invalid credentials",
    "invalid credentials (for LDAP bind)",
    "pam_authenticate() failed: %*",
    "pam_acct_mgmt() failed: %*",
    "User found from deny passdb",
    "Password expired",
    "password expired",
    "Password has expired",
    "user disabled",
    "Account disabled",
    "Authentication failure due to policy server refusal%*",
    "%w check failed: IP %w not in allowed networks",
    "%w check failed: IP not in allowed networks",
    "%w check failed: Remote IP not known%*",
    "No password returned (and no nopassword)",
    "nopassword set but password is non-empty",
    "Attempted login with password having illegal chars",
    "Attempted master login with no master passdbs (trying to log in as user: %*)",
    "Master user login attempted to use empty login username",
    "Master user login attempted without master passdbs",
    "Username character disallowed by auth_username_chars: 0x%w (username: %*)",
    "Username contains disallowed character: 0x%w",
    "Invalid username: %*",
    "Invalid username",
    "Empty username",
    "empty username",
    "username not known",
    "user not authenticated: %*",
    "oauth2 failed: %*",
    "Invalid token",
    "token has expired",
    "Invalid response value",
    "Invalid ClientProof",
    "no such user",
    "login failed",
    "Login failed (status=%d)",
    "Login failed",
    "User unknown",
    "Introspection failed: %*",
    "Token validation failed: %*",
    "Local validation failed: %*",
    "Password grant failed: %*",
    "Token is not valid",
    "Token has expired",
    "Missing username or token",
    "Anonymous login denied",
    "Invalid username escaping",
    "Invalid authzid field",
    "Invalid username field",
    "invalid OTP response",
    "user is disabled",
    "Login disabled",
    "bind failed (password mismatch?): %*",
    NULL,
};

static const char *const notes[] = {
    "Master user logging in as %w",
    "Falling back to expired data from cache",
    "Fallbacking to expired data from cache",
    "Requested %w scheme, but we have only %w",
    "Requested %w scheme, but we have a NULL password",
    "Requested unknown scheme %w",
    "user not found from userdb",
    "user not found from userdb %w",
    "user not found from any userdbs",
    "User is missing from userdb",
    "All password databases were skipped",
    "Invalid password%* in passdb: %*",
    "Unknown scheme %*",
    "Multiple password values not supported",
    "Password query failed: %*",
    "Password query returned no password",
    "Password query returned multiple matches",
    "Password query must return a field named 'password'",
    "User query failed: %*",
    "ldap_bind() failed: %*",
    "ldap_search(%*) failed: %*",
    "pam_start() failed: %*",
    "pam_setcred() failed: %*",
    "Request timed out waiting for client to continue authentication (%d secs)",
    "Request %w timed out after %d secs, state=%d",
    "Lookup timed out",
    "Auth worker aborted%*",
    "Aborted %w request for %*: %*",
    "Policy server HTTP error: %*",
    "Policy response %*",
    "Authentication failure due to internal failure",
    "Temporary internal failure",
    "Client didn't present valid SSL certificate",
    "SSL certificate didn't contain username",
    "Unexpected NUL in auth data",
    "Invalid base64 data in initial response",
    "Invalid base64 data in continued response",
    "invalid input",
    "delay_until timestamp %*",
    "Credentials: %*",
    "Policy check action is %w",
    "tarpit %d second(s)",
    "Allowing any password",
    "userdb cache %w",
    "userdb cache hit: %*",
    "skipping passdb: username filtered",
    "skipping userdb: username filtered",
    "Master user lookup for login: %*",
    "Last passdb had noauthenticate field, cannot authenticate user",
    "DNS lookup for %* failed: %*",
    "Query failed, aborting: %*",
    "Query failed, retrying: %*",
    "unknown user - trying the next userdb",
    "Performing passdb lookup",
    "Finished passdb lookup",
    "Performing userdb lookup",
    "Finished userdb lookup",
    "Auth request finished",
    "lookup service=%w",
    "query: %*",
    "cache miss",
    "cache hit: %*",
    "username changed %* -> %*",
    "lookup: user=%* file=%*",
    NULL,
};

/* Of no user. */
static const struct line_kind kinds[] = {
    {"auth-client-gone",
     "auth client %d disconnected with %D pending requests: %A",
     EVENT_NOTE,
     {FIELD_COUNT_OF, FIELD_TEXT}},
    {"auth-client", "auth client connected (pid=%d)", EVENT_NOTE, {0}},
    {"auth-client", "client in: %*", EVENT_NOTE, {0}},
    {"auth-client", "client passdb out: %*", EVENT_NOTE, {0}},
    {"auth-client", "client out: %*", EVENT_NOTE, {0}},
    {"auth-client", "master in: %*", EVENT_NOTE, {0}},
    {"auth-client", "master out: %*", EVENT_NOTE, {0}},
    {"auth-client", "master userdb out: %*", EVENT_NOTE, {0}},
    {"auth-client", "auth-master client: %*", EVENT_NOTE, {0}},
    {"auth-client", "userdb connection: Failed to get peer's credentials", EVENT_NOTE, {0}},
    {"auth-client", "BUG: Auth%* client %*", EVENT_NOTE, {0}},
    {"auth-client", "BUG: Master sent %*", EVENT_NOTE, {0}},
    {"auth-client", "Master requested auth for nonexistent client %d", EVENT_NOTE, {0}},
    {"auth-client", "Master request %w not found", EVENT_NOTE, {0}},
    {"auth-client", "client doesn't have lookup permissions for this user: %*", EVENT_NOTE, {0}},
    {"auth-worker",
     "Auth worker sees different passdbs/userdbs than auth server.%*",
     EVENT_NOTE,
     {0}},
    {"auth-worker",
     "auth workers: Auth request was queued for %d seconds, %d left in queue%*",
     EVENT_NOTE,
     {0}},
    {"auth-worker", "Worker process died unexpectedly", EVENT_NOTE, {0}},
    {"auth-worker", "Aborted %w request for %*: %*", EVENT_NOTE, {0}},
    {"auth-worker",
     "Aborting auth request that was queued for %d secs, %d left in queue",
     EVENT_NOTE,
     {0}},
    {"auth-worker", "Auth request was queued for %d seconds, %d left in queue%*", EVENT_NOTE, {0}},
    {"auth-worker", "Auth master disconnected us while handling request for %*", EVENT_NOTE, {0}},
    {"auth-modules", "Loading modules from directory: %*", EVENT_NOTE, {0}},
    {"auth-modules", "Module loaded: %*", EVENT_NOTE, {0}},
    {"auth-modules", "Read auth token secret from %*", EVENT_NOTE, {0}},
    {"auth-modules", "Wrote new auth token secret to %*", EVENT_NOTE, {0}},
    {"auth-database", "passwd-file %w Read %d users in %d secs", EVENT_NOTE, {0}},
    {"auth-database", "passwd-file %w User %* %*", EVENT_NOTE, {0}},
    {"auth-database", "%wsql(%*): Connected to database %*", EVENT_NOTE, {0}},
    {"auth-database", "%wsql(%*): Connect failed to database%*: %*", EVENT_NOTE, {0}},
    {"auth-database", "%wsql: Connected to %*", EVENT_NOTE, {0}},
    {"auth-database", "%wsql: Connect failed to %*", EVENT_NOTE, {0}},
    {"auth-database", "%wsql: Query failed%*: %*", EVENT_NOTE, {0}},
    {"auth-database", "LDAP%*: Connection lost to LDAP server%*", EVENT_NOTE, {0}},
    {"auth-database", "LDAP%*: Can't connect to server: %*", EVENT_NOTE, {0}},
    {"auth-database", "LDAP%*: ldap_%w failed%*: %*", EVENT_NOTE, {0}},
    {"auth-database", "LDAP%*: binding failed%*: %*", EVENT_NOTE, {0}},
    {"auth-database", "LDAP%*: Initial binding to LDAP server timed out", EVENT_NOTE, {0}},
    {"auth-settings", "auth-policy: Currently in log-only mode. %*", EVENT_NOTE, {0}},
    {"auth-settings", "Unknown authentication mechanism '%w'", EVENT_NOTE, {0}},
    {"auth-settings", "No authentication mechanisms configured", EVENT_NOTE, {0}},
    {"pam-unix", "pam_unix(%w): %*", EVENT_NOTE, {0}},
    {NULL, NULL, 0, {0}},
};

struct request {
    struct str user, ip, session, database;
};

/* "user,1.2.3.4,master,<session>" or "user,1.2.3.4,sasl:plain": read from the right, for the user
 * may hold commas. */
static void take_request(struct str text, struct request *ret)
{
    ptrdiff_t comma;
    while ((comma = str_find_last_char(text, ',')) >= 0) {
        struct str part = str_skip(text, (size_t)comma + 1);
        struct ip ip;
        if (str_take(&part, STR("<")) && str_take_end(&part, STR(">")))
            ret->session = part;
        else if (ip_parse(part, &ip)) {
            ret->ip = part;
            text = str_head(text, (size_t)comma);
            break;
        } else if (!str_eq(part, STR("master")) && !str_starts(part, STR("sasl:")))
            break;
        text = str_head(text, (size_t)comma);
    }
    if (!str_eq(text, STR("?")))
        ret->user = text;
}

/* The message without the password somebody tried. */
static struct str without_secret(struct str text)
{
    for (const char *const *secret = secrets; *secret; secret++) {
        ptrdiff_t at = str_find(text, str_of(*secret));
        if (at >= 0)
            text = str_head(text, (size_t)at);
    }
    return text;
}

static bool finish(const struct request *request, struct str message, bool goes_on,
                   struct event *out)
{
    bool failed = template_any(failures, message);
    if (!failed && !template_any(notes, message))
        return false;
    if (failed && !goes_on)
        event_begin(out, EVENT_AUTH_FAILED, "auth-failed");
    else
        event_begin(out, EVENT_NOTE, failed ? "auth-next-database" : "auth-note");
    if (request->user.len)
        event_add(out, FIELD_SASL_USERNAME, request->user);
    if (request->ip.len)
        event_add(out, FIELD_CLIENT_IP, request->ip);
    event_add(out, FIELD_SERVICE, STR("auth"));
    if (request->session.len)
        event_add(out, FIELD_SESSION, request->session);
    if (request->database.len)
        event_add(out, FIELD_DETAIL, request->database);
    if (failed)
        event_add(out, FIELD_TEXT, message);
    return true;
}

/* message: what stands behind the request, without secrets. */
static bool judge(const struct request *request, struct str message, struct event *out)
{
    bool goes_on = str_take_end(&message, STR(" - trying the next passdb")) ||
                   str_take_end(&message, STR(" - trying the next userdb"));
    return finish(request, message, goes_on, out);
}

static bool is_name(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_alnum(text.ptr[i]) && text.ptr[i] != '-' && text.ptr[i] != '_')
            return false;
    return text.len > 0;
}

/* "passwd-file(user,ip): message": the last "): " whose message is known ends the request, for the
 * user may hold one. */
static bool request_line(struct str text, struct event *out)
{
    struct request request = {.user = {NULL, 0}};
    if (!str_cut(&text, STR("("), &request.database) || !is_name(request.database))
        return false;
    struct str head = text;
    for (;;) {
        ptrdiff_t end = str_find_last(head, STR("): "));
        if (end < 0)
            return false;
        head = str_head(head, (size_t)end);
        struct str message = str_skip(text, (size_t)end + 3);
        request.user = request.ip = request.session = (struct str){NULL, 0};
        take_request(head, &request);
        if (judge(&request, message, out))
            return true;
    }
}

/* "conn unix:auth-worker (pid=1,uid=2): auth-worker<6>: " */
static void skip_connection(struct str *text)
{
    static const char *const forms[] = {
        "conn unix:auth-worker (pid=%d,uid=%d): auth-worker<%d>: %A",
        "conn unix:auth-worker (pid=%d,uid=%d): %A", "conn unix:login (pid=%d,uid=%d): %A", NULL};
    struct template_values values;
    for (const char *const *form = forms; *form; form++)
        if (template_match(*form, *text, false, &values) == TEMPLATE_FITS) {
            *text = values.items[0];
            return;
        }
}

/* 2.4: the request stands in front, the database in the message. */
static bool identity_line(const struct dovecot_line *line, struct str message, struct event *out)
{
    struct request request = {.session = line->session};
    struct str rest = message;
    if (!line->identity.ptr)
        return false;
    take_request(line->identity, &request);
    if (!request.ip.len)
        return false;
    if (str_cut(&rest, STR(": "), &request.database) && is_name(request.database) &&
        judge(&request, rest, out))
        return true;
    request.database.len = 0;
    return judge(&request, message, out);
}

bool dovecot_auth(const struct dovecot_line *line, struct event *out)
{
    struct str text = line->message;
    skip_connection(&text);
    struct str clean = without_secret(text);
    return identity_line(line, clean, out) || request_line(clean, out) ||
           template_event(kinds, text, false, out);
}
