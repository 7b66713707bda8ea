#include "exchange.h"

/* IMAP4 and POP3 protocol logs: a row for each command of a session. */

static const char *const commands[] = {
    "OpenSession",  "CloseSession", "capability", "capa",      "noop",           "logout",
    "quit",         "starttls",     "stls",       "id",        "select",         "examine",
    "create",       "delete",       "rename",     "subscribe", "unsubscribe",    "list",
    "lsub",         "xlist",        "status",     "append",    "check",          "close",
    "expunge",      "search",       "fetch",      "store",     "copy",           "move",
    "uid",          "idle",         "done",       "namespace", "enable",         "getquota",
    "getquotaroot", "user",         "pass",       "stat",      "retr",           "dele",
    "rset",         "top",          "uidl",       "auth",      "login",          "authenticate",
    "xproxy",       "xproxy2",      "xproxy3",    "unselect",  "InvalidCommand", "SocketTimeout"};

static bool is_one_of(struct str word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_nocase(word, str_of(list[i])))
            return true;
    return false;
}

/* The server's answer in the context: R=ok, R="2 NO AUTHENTICATE failed." */
static struct str answer_of(struct str context)
{
    struct str answer;
    if (!str_take(&context, STR("R=")))
        return STR("");
    while (str_take(&context, STR("\"")))
        ;
    if (!str_cut(&context, STR("\""), &answer) && !str_cut(&context, STR(";"), &answer))
        answer = context;
    struct str head;
    return str_find_char(answer, ';') >= 0 && str_cut(&answer, STR(";"), &head) ? head : answer;
}

static bool is_login(struct str command)
{
    static const char *const logins[] = {"login", "authenticate", "pass", "auth"};
    return is_one_of(command, logins, sizeof logins / sizeof *logins);
}

/* A first "authenticate" only asks for the method; what it came to stands in the answer. */
static void begin(struct str command, struct str answer, struct str context, struct event *out)
{
    bool failed = str_find(answer, STR(" NO ")) >= 0 || str_starts(answer, STR("NO ")) ||
                  str_starts_nocase(answer, STR("-ERR")) ||
                  str_find(context, STR("AuthFailed:")) >= 0;
    if (!is_login(command))
        event_begin(out, EVENT_NOTE, "mailbox-command");
    else if (failed)
        event_begin(out, EVENT_AUTH_FAILED, "mailbox-login-failed");
    else if (str_eq_nocase(answer, STR("ok")) || str_starts_nocase(answer, STR("+OK")))
        event_begin(out, EVENT_LOGIN, "mailbox-login");
    else
        event_begin(out, EVENT_NOTE, "mailbox-login-begins");
}

bool exchange_mailbox(const struct row *row, bool pop, struct event *out)
{
    const struct str *values = row->values;
    struct str command = str_trim(values[COLUMN_COMMAND]),
               answer = answer_of(values[COLUMN_CONTEXT]);
    if (!is_one_of(command, commands, sizeof commands / sizeof *commands))
        return false;
    begin(command, answer, values[COLUMN_CONTEXT], out);
    if (out->kind == EVENT_NOTE)
        exchange_add(out, FIELD_PEER, values[COLUMN_USER]);
    else
        exchange_user(out, values[COLUMN_USER]);
    exchange_endpoint(out, FIELD_CLIENT_IP, FIELD_CLIENT_PORT, values[COLUMN_REMOTE_ENDPOINT]);
    exchange_endpoint(out, FIELD_SERVER_IP, FIELD_SERVER_PORT, values[COLUMN_LOCAL_ENDPOINT]);
    event_add(out, FIELD_SERVICE, pop ? STR("pop3") : STR("imap"));
    event_add(out, FIELD_COMMAND, command);
    exchange_add(out, is_login(command) ? FIELD_SASL_METHOD : FIELD_FLAGS,
                 str_trim(values[COLUMN_PARAMETERS]));
    exchange_add(out, FIELD_BYTES_IN, values[COLUMN_REQUEST_BYTES]);
    exchange_add(out, FIELD_BYTES_OUT, values[COLUMN_RESPONSE_BYTES]);
    exchange_add(out, FIELD_SESSION, values[COLUMN_SESSION]);
    exchange_add(out, FIELD_TEXT, values[COLUMN_CONTEXT]);
    return true;
}
