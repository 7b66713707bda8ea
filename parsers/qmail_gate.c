#include "ip.h"
#include "qmail.h"

/* "user@host:192.0.2.1". No domain has a colon: what follows the first one behind it is the
 * address. A name may have colons, but none is in an address of version 4. */
static bool take_user(struct str text, struct event *out)
{
    struct ip ip;
    size_t domain = (size_t)(str_find_last_char(text, '@') + 1);
    ptrdiff_t first = str_find_char(str_skip(text, domain), ':'),
              last = str_find_last_char(text, ':');
    if (first < 0 || text.ptr[0] == '(')
        return false;
    struct str name = str_head(text, domain + (size_t)first),
               address = str_skip(text, name.len + 1);
    if (!ip_parse(address, &ip)) {
        name = str_head(text, (size_t)last);
        address = str_skip(text, name.len + 1);
        if (!ip_parse(address, &ip))
            return false;
    }
    if (name.len)
        event_add(out, FIELD_SASL_USERNAME, name);
    event_add(out, FIELD_CLIENT_IP, address);
    return true;
}

/* "(PLAIN) " */
static void take_mechanism(struct str *text, struct event *out)
{
    struct str rest = *text, mechanism;
    if (!str_take(&rest, STR("(")) || !str_cut(&rest, STR(") "), &mechanism) ||
        str_find_char(mechanism, ' ') >= 0)
        return;
    event_add(out, FIELD_MECHANISM, mechanism);
    *text = rest;
}

/* "(pass: 'secret') " */
static void skip_password(struct str *text)
{
    ptrdiff_t end = str_find_last(*text, STR("') "));
    if (str_starts(*text, STR("(pass: '")) && end >= 0)
        *text = str_skip(*text, (size_t)end + 3);
}

bool qmail_login(struct str text, struct event *out)
{
    static const struct {
        const char *words;
        uint8_t kind;
    } ways[] = {{"login success ", EVENT_LOGIN},
                {"vpopmail user not found ", EVENT_AUTH_FAILED},
                {"system user not found ", EVENT_AUTH_FAILED},
                {"system password fail ", EVENT_AUTH_FAILED},
                {"password fail ", EVENT_AUTH_FAILED},
                {"null user name given ", EVENT_AUTH_FAILED},
                {"null password given ", EVENT_AUTH_FAILED},
                {"invalid user/domain characters ", EVENT_AUTH_FAILED},
                {"pop access denied ", EVENT_AUTH_FAILED},
                {"imap access denied ", EVENT_AUTH_FAILED},
                {"webmail access denied ", EVENT_AUTH_FAILED},
                {"smtp access denied ", EVENT_AUTH_FAILED}};
    struct str service;
    if (!str_take(&text, STR("vchkpw")) || !str_cut(&text, STR(": "), &service))
        return false;
    event_begin(out, EVENT_NOTE, "login");
    (void)str_take(&service, STR("-"));
    take_mechanism(&text, out);
    for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (!str_take(&text, str_of(ways[i].words)))
            continue;
        out->kind = ways[i].kind;
        out->what = out->kind == EVENT_LOGIN ? "login" : "auth-failed";
        event_add(out, FIELD_SERVICE, service.len ? service : STR("pop3"));
        if (out->kind == EVENT_AUTH_FAILED) {
            struct str reason = str_of(ways[i].words);
            event_add(out, FIELD_TEXT, str_head(reason, reason.len - 1));
        }
        skip_password(&text);
        return take_user(text, out);
    }
    return false;
}

/* What stands behind the last of the words, which the line then ends before. */
static bool take_last(struct str *text, const char *words, struct str *ret)
{
    ptrdiff_t at = str_find_last(*text, str_of(words));
    if (at < 0)
        return false;
    *ret = str_skip(*text, (size_t)at + strlen(words));
    *text = str_head(*text, (size_t)at);
    return true;
}

static void add_known(struct event *out, enum field_id id, struct str value)
{
    if (value.len && !str_eq(value, STR("(unknown)")) && !str_eq(value, STR("(none)")) &&
        !str_eq(value, STR("(empty)")))
        event_add(out, id, value);
}

/* One word, or one of the marks of what is not known. */
static bool add_word(struct event *out, enum field_id id, struct str value)
{
    size_t fields = out->field_count;
    if (str_find_char(value, ' ') >= 0)
        return false;
    add_known(out, id, value);
    return out->field_count == fields || value.ptr[0] != '(';
}

static void spamdyke_kind(struct str action, struct event *out)
{
    if (str_starts(action, STR("DENIED_"))) {
        out->kind = EVENT_REJECT;
        out->what = "reject";
        event_add(out, FIELD_STAGE, STR("RCPT"));
    } else if (event_get(out, FIELD_SASL_USERNAME).ptr) {
        out->kind = EVENT_LOGIN;
        out->what = "login";
        event_add(out, FIELD_SERVICE, STR("smtp"));
    }
}

bool qmail_spamdyke(struct str text, struct event *out)
{
    static const char *const actions[] = {"ALLOWED", "DENIED_", "TIMEOUT", "FILTER_", NULL};
    struct str value, action;
    struct ip ip;
    unsigned i = 0;
    while (actions[i] && !str_starts(text, str_of(actions[i])))
        i++;
    if (!actions[i] || !str_cut(&text, STR(" from: "), &action) || str_find_char(action, ' ') >= 0)
        return false;
    event_begin(out, EVENT_NOTE, "passed");
    event_add(out, FIELD_ACTION, action);
    if (take_last(&text, " reason: ", &value))
        add_known(out, FIELD_TEXT, value);
    if (take_last(&text, " encryption: ", &value) && !add_word(out, FIELD_TLS_PROTOCOL, value))
        return false;
    if (!take_last(&text, " auth: ", &value) || !add_word(out, FIELD_SASL_USERNAME, value) ||
        !take_last(&text, " origin_rdns: ", &value) || !add_word(out, FIELD_CLIENT_NAME, value))
        return false;
    if (!take_last(&text, " origin_ip: ", &value) || !ip_parse(value, &ip))
        return false;
    event_add(out, FIELD_CLIENT_IP, value);
    if (!take_last(&text, " to: ", &value))
        return false;
    add_known(out, FIELD_RECIPIENT, value);
    event_add(out, FIELD_SENDER, str_eq(text, STR("(unknown)")) ? STR("") : text);
    spamdyke_kind(action, out);
    return true;
}

/* "helo:name:192.0.2.1", "sender:user:": fields that hold colons stand in front. */
static bool take_remote(struct str text, struct event *out)
{
    struct ip ip;
    struct str name, address;
    if (!take_last(&text, ":", &address) || !take_last(&text, ":", &name) ||
        !ip_parse(address, &ip))
        return false;
    event_add(out, FIELD_CLIENT_IP, address);
    add_known(out, FIELD_CLIENT_NAME, name);
    add_known(out, FIELD_HELO, text);
    return true;
}

static bool is_single(struct str text, struct str words)
{
    ptrdiff_t at = str_find(text, words);
    return at >= 0 && at == str_find_last(text, words);
}

bool qmail_chkuser(struct str text, struct event *out)
{
    struct str action, reason, recipient, remote, user, client;
    if (!str_take(&text, STR("CHKUSER ")) || !str_cut(&text, STR(": from <"), &action))
        return false;
    /* Sender and recipient are a stranger's: where both can go on like the line, neither of its
       ends is to be trusted. A refused sender has no recipient yet. */
    bool both = !str_eq(action, STR("rejected sender"));
    if (both && (!is_single(text, STR("> rcpt <")) || !is_single(text, STR("> remote <"))))
        return false;
    if (!take_last(&text, "> : ", &reason) || !take_last(&text, "> rcpt <", &recipient) ||
        !take_last(&text, "> remote <", &remote))
        return false;
    bool rejected = str_starts(action, STR("rejected "));
    if (!rejected && !str_starts(action, STR("accepted ")) &&
        !str_starts(action, STR("relaying ")) && !str_starts(action, STR("intrusion ")))
        return false;
    event_begin(out, rejected ? EVENT_REJECT : EVENT_NOTE, rejected ? "reject" : "checked");
    event_add(out, FIELD_ACTION, action);
    if (!take_remote(remote, out) || !take_last(&text, ":", &client) ||
        !take_last(&text, ":", &user))
        return false;
    event_add(out, FIELD_SENDER, text);
    add_known(out, FIELD_SASL_USERNAME, user);
    add_known(out, FIELD_DETAIL, client);
    add_known(out, FIELD_RECIPIENT, recipient);
    if (rejected)
        event_add(out, FIELD_STAGE,
                  str_eq(action, STR("rejected sender")) ? STR("MAIL") : STR("RCPT"));
    event_add(out, FIELD_TEXT, reason);
    if (rejected)
        out->free_text = reason;
    return true;
}
