#include "accepted_as.h"
#include "address.h"
#include "ip.h"
#include "sendmail.h"

/* Takes the value of ", key=" off the end of *text: the sender of the Message-ID in front of it may
 * have written such words too, the last are Sendmail's own. */
static bool take_last(struct str *text, const char *key, struct str *ret)
{
    ptrdiff_t at = str_find_last(*text, str_of(key));
    if (at < 0)
        return false;
    struct str value = str_skip(*text, (size_t)at + strlen(key));
    if (str_find(value, STR(", ")) >= 0)
        return false;
    *ret = value;
    *text = str_head(*text, (size_t)at);
    return true;
}

/* "user@localhost": the user that called the sendmail command. */
static bool local_user(struct str name, struct event *out)
{
    struct str user;
    if (!str_cut(&name, STR("@"), &user) || !str_starts(name, STR("localhost")))
        return false;
    event_add(out, FIELD_UID, user);
    return true;
}

bool sendmail_client(struct str text, bool local, struct event *out)
{
    struct str name = STR(""), inside;
    struct ip ip;
    (void)str_take_end(&text, STR(" (may be forged)"));
    ptrdiff_t open = str_find_last_char(text, '[');
    if (open < 0 || !str_take_end(&text, STR("]")))
        return local && local_user(text, out);
    inside = str_skip(text, (size_t)open + 1);
    if (!ip_parse(inside, &ip))
        return false;
    (void)str_take(&inside, STR("IPv6:"));
    name = str_trim(str_head(text, (size_t)open));
    if (name.len && name.ptr[0] != '[')
        event_add(out, FIELD_CLIENT_NAME, name);
    event_add(out, FIELD_CLIENT_IP, inside);
    return true;
}

/* "<a@b>" or "a@b"; what follows begins with `end`. */
static bool take_sender(struct str *text, struct str end, struct event *out)
{
    struct str sender;
    if (str_take(text, STR("<"))) {
        sender = address_take(text, '>');
        if (text->len == 0) {
            out->cut = true;
        } else if (!str_take(text, STR(">"))) {
            return false;
        }
    } else {
        ptrdiff_t at = str_find(*text, end);
        if (at < 0)
            return false;
        sender = str_head(*text, (size_t)at);
        *text = str_skip(*text, (size_t)at);
    }
    event_add(out, FIELD_SENDER, sender);
    return true;
}

static bool take_number(struct str *text, struct str key, enum field_id id, struct event *out)
{
    struct str rest = *text;
    uint64_t number;
    if (!str_take(&rest, key))
        return false;
    const char *start = rest.ptr;
    if (!str_take_u64(&rest, &number))
        return false;
    event_add(out, id, str_between(start, rest.ptr));
    *text = rest;
    return true;
}

/* ", class=0, pri=30747": not kept. */
static void skip_number(struct str *text, struct str key)
{
    struct str rest = *text;
    uint64_t number;
    (void)(str_take(&rest, key) && (str_take(&rest, STR("-")) || true));
    if (rest.ptr != text->ptr && str_take_u64(&rest, &number))
        *text = rest;
}

static bool take_relay(struct str *text, struct event *out)
{
    struct str relay;
    if (!take_last(text, ", relay=", &relay))
        return false;
    return sendmail_client(relay, true, out);
}

/* False if another key that is not known follows the value. */
static bool take_optional(struct str *text, const char *key, enum field_id id, struct event *out)
{
    struct str value;
    if (!take_last(text, key, &value))
        return true;
    event_add(out, id, value);
    return str_find(value, STR(", ")) < 0;
}

/* "<1@host>": the client may have written anything in its place, even what looks like a key. */
static bool is_plain(struct str message_id)
{
    return str_find(message_id, STR(", ")) < 0;
}

bool sendmail_from(struct str text, struct event *out)
{
    if (!take_sender(&text, STR(", size="), out))
        return false;
    if (out->cut)
        return true;
    if (!take_number(&text, STR(", size="), FIELD_SIZE, out))
        return false;
    skip_number(&text, STR(", class="));
    skip_number(&text, STR(", pri="));
    if (!take_number(&text, STR(", nrcpts="), FIELD_NRCPT, out) || !take_relay(&text, out))
        return false;
    if (!take_optional(&text, ", auth=", FIELD_SASL_METHOD, out) ||
        !take_optional(&text, ", tls_verify=", FIELD_TLS_LEVEL, out) ||
        !take_optional(&text, ", daemon=", FIELD_DETAIL, out) ||
        !take_optional(&text, ", proto=", FIELD_PROTO, out) ||
        !take_optional(&text, ", bodytype=", FIELD_FLAGS, out))
        return false;
    if (str_take(&text, STR(", msgid=")))
        event_add(out, FIELD_MESSAGE_ID, text);
    else if (text.len)
        return false;
    /* All recipients were refused: no message. */
    bool none = str_eq(event_get(out, FIELD_NRCPT), STR("0"));
    out->what = none                                         ? "abandoned"
                : is_plain(event_get(out, FIELD_MESSAGE_ID)) ? "from"
                                                             : "from-strange-id";
    out->kind = none ? EVENT_NOTE : EVENT_ACCEPTED;
    return true;
}

/* How long the list of recipients is: up to ", ctladdr=" or ", delay=" outside of them. */
static bool take_list(struct str *text, struct str *ret)
{
    struct str rest = *text;
    for (;;) {
        if (str_take(&rest, STR("<"))) {
            address_take(&rest, '>');
            if (!str_take(&rest, STR(">")))
                break;
        } else {
            address_take(&rest, ',');
        }
        if (rest.len < 2 || rest.ptr[0] != ',' || rest.ptr[1] == ' ')
            break;
        rest = str_skip(rest, 1);
    }
    *ret = str_between(text->ptr, rest.ptr);
    (void)str_take(&rest, STR(", [more]")); /* on the next line */
    *text = rest;
    return ret->len > 0;
}

static void add_recipients(struct str list, struct event *out)
{
    struct str one = list;
    bool angle = str_take(&one, STR("<"));
    struct str address = address_take(&one, angle ? '>' : ',');
    bool single = angle ? str_eq(one, STR(">")) : one.len == 0;
    event_add(out, single ? FIELD_RECIPIENT : FIELD_RECIPIENTS, single ? address : list);
}

/* ", ctladdr=<user@host> (1000/1000)": in whose name it is delivered. */
static bool take_controlling(struct str *text, struct event *out)
{
    struct str rest = *text, address, ids;
    if (!str_take(&rest, STR(", ctladdr=")))
        return true;
    bool angle = str_take(&rest, STR("<"));
    address = address_take(&rest, angle ? '>' : ',');
    if (angle && !str_take(&rest, STR(">")))
        return false;
    event_add(out, FIELD_PEER, address);
    if (str_take(&rest, STR(" (")) && str_cut(&rest, STR(")"), &ids))
        event_add(out, FIELD_DETAIL, ids);
    *text = rest;
    return true;
}

static bool take_field(struct str *text, const char *key, enum field_id id, struct event *out)
{
    struct str rest = *text, value;
    if (!str_take(&rest, str_of(key)))
        return false;
    ptrdiff_t end = str_find(rest, STR(", "));
    value = end < 0 ? rest : str_head(rest, (size_t)end);
    if (id != FIELD_COUNT)
        event_add(out, id, value);
    *text = str_skip(rest, value.len);
    return true;
}

/* "mx.example. [192.0.2.1]", "[192.0.2.1] [192.0.2.1]" */
static void split_server(struct event *out)
{
    struct str relay = event_get(out, FIELD_RELAY), name;
    struct ip ip;
    ptrdiff_t open = str_find_last_char(relay, '[');
    if (open < 0 || !str_ends(relay, STR("]")))
        return;
    struct str inside = {relay.ptr + open + 1, relay.len - (size_t)open - 2};
    if (!ip_parse(inside, &ip))
        return;
    (void)str_take(&inside, STR("IPv6:"));
    name = str_trim(str_head(relay, (size_t)open));
    (void)str_take_end(&name, STR("."));
    if (name.len && name.ptr[0] != '[')
        event_add(out, FIELD_RELAY_NAME, name);
    event_add(out, FIELD_RELAY_IP, inside);
}

static bool is_delivering(struct str mailer)
{
    static const char *const agents[] = {"local",   "cyrus", "procmail",
                                         "dovecot", "lmtp",  "maildrop"};
    for (size_t i = 0; i < sizeof agents / sizeof *agents; i++)
        if (str_find(mailer, str_of(agents[i])) >= 0)
            return true;
    return false;
}

static enum outcome outcome_of(struct str dsn, struct str status)
{
    if (str_starts(status, STR("Sent")))
        return OUTCOME_SENT;
    if (str_starts(status, STR("Deferred")) || str_starts(status, STR("queued")))
        return OUTCOME_DEFERRED;
    if (dsn.len)
        return dsn.ptr[0] == '2'   ? OUTCOME_SENT
               : dsn.ptr[0] == '4' ? OUTCOME_DEFERRED
                                   : OUTCOME_BOUNCED;
    return OUTCOME_BOUNCED;
}

/* "Deferred: reply", "Sent (reply)": the reply alone. */
static struct str reply_of(struct str status)
{
    if (str_take(&status, STR("Deferred: ")))
        return status;
    if (str_take(&status, STR("Sent (")))
        (void)str_take_end(&status, STR(")"));
    return status;
}

/* A remote server's reply may hold ", stat=" as well: dsn, in front of it, is Sendmail's own. */
static bool take_status(struct str text, struct event *out)
{
    struct str reply = {NULL, 0};
    if (str_take(&text, STR(", reply="))) {
        if (!str_cut(&text, STR(", stat="), &reply))
            return false;
        if (str_find(text, STR(", stat=")) >= 0)
            out->what = "to-unclear-reply";
    } else if (!str_take(&text, STR(", stat="))) {
        return false;
    }
    struct str dsn = event_get(out, FIELD_DSN);
    event_add(out, FIELD_STATUS, text);
    enum outcome outcome = outcome_of(dsn, text);
    if (reply.ptr && dsn.len && dsn.ptr[0] != '2')
        outcome = dsn.ptr[0] == '4' ? OUTCOME_DEFERRED : OUTCOME_BOUNCED;
    out->outcome = (uint8_t)outcome;
    struct str said = reply.ptr ? reply : reply_of(text);
    event_add(out, FIELD_TEXT, said);
    if (outcome != OUTCOME_SENT) {
        out->free_text = said;
        return true;
    }
    struct str id = accepted_as(said);
    if (id.len)
        event_add(out, FIELD_QUEUED_AS, id);
    return true;
}

/* Who refuses a message at its end says so for each recipient, of which none was tried; the line of
 * the rule or milter counts it. */
static void refuse_untried(struct event *out)
{
    struct str status = event_get(out, FIELD_STATUS);
    if (event_get(out, FIELD_SERVICE).ptr || out->outcome != OUTCOME_BOUNCED)
        return;
    if (str_eq(status, STR("discarded"))) {
        out->kind = EVENT_DISCARDED;
        out->outcome = OUTCOME_NONE;
        out->free_text.len = 0;
        return;
    }
    out->what = "refused";
    out->kind = EVENT_REJECT;
    out->outcome = OUTCOME_NONE;
    out->generation = GENERATION_END;
}

bool sendmail_to(struct str text, struct event *out)
{
    struct str list;
    out->what = "to";
    out->kind = EVENT_DELIVERY;
    if (!take_list(&text, &list))
        return false;
    add_recipients(list, out);
    if (!take_controlling(&text, out) || !take_field(&text, ", delay=", FIELD_DELAY, out))
        return false;
    take_field(&text, ", xdelay=", FIELD_DELAYS, out);
    take_field(&text, ", mailer=", FIELD_SERVICE, out);
    take_field(&text, ", tls_verify=", FIELD_TLS_LEVEL, out);
    take_field(&text, ", pri=", FIELD_COUNT, out);
    take_field(&text, ", relay=", FIELD_RELAY, out);
    take_field(&text, ", dsn=", FIELD_DSN, out);
    take_field(&text, ", quarantine=", FIELD_ACTION, out);
    if (!take_status(text, out))
        return false;
    split_server(out);
    refuse_untried(out);
    struct str mailer = event_get(out, FIELD_SERVICE);
    if (!event_get(out, FIELD_RELAY).ptr)
        event_add(out, FIELD_RELAY,
                  out->outcome == OUTCOME_SENT && is_delivering(mailer) ? mailer : STR("none"));
    return true;
}
