/* Mail that mailboxd hands to the MTA, and mail that it takes. */
#include "zimbra.h"

enum { RECIPIENTS_MAX = 24 }; /* their number is logged besides */

static struct str take_until(struct str *text, struct str next)
{
    struct str head = {NULL, 0};
    if (!str_cut(text, next, &head)) {
        head = *text;
        text->len = 0;
    }
    return head;
}

static void add_recipients(struct str text, struct event *out)
{
    for (unsigned i = 0; i < RECIPIENTS_MAX && text.len; i++)
        event_add(out, FIELD_RECIPIENT, take_until(&text, STR(", to=")));
}

/* "<m>", with what a reply or an attachment adds behind it. */
static bool take_id(struct str *id, bool *ret_cut)
{
    static const char *const more[] = {">, origMsgId=", ">, replyType=", ">, uploads=", ">, size="};
    if (!str_take(id, STR("<")))
        return true;
    ptrdiff_t end = str_find(*id, STR(">, "));
    bool known = end < 0;
    for (size_t i = 0; i < sizeof more / sizeof *more && !known; i++) {
        struct str rest = str_skip(*id, (size_t)end);
        *ret_cut = rest.len < strlen(more[i]) && str_starts(str_of(more[i]), rest);
        known = *ret_cut || str_starts(rest, str_of(more[i]));
    }
    if (end >= 0)
        *id = str_head(*id, (size_t)end);
    else
        (void)str_take_end(id, STR(">"));
    return known;
}

/* ", size=1, sender=a, nrcpts=2, to=b, to=c", which older releases do not log. */
static bool take_rest(struct str text, struct event *out)
{
    struct str size, sender, count;
    uint64_t number;
    if (!str_cut(&text, STR(", sender="), &size) || !str_cut(&text, STR(", nrcpts="), &sender)) {
        out->cut = true;
        return str_find(text, STR(", to=")) < 0;
    }
    count = take_until(&text, STR(", to="));
    if (!str_to_u64(size, &number) || !str_to_u64(count, &number))
        return false;
    event_add(out, FIELD_SIZE, size);
    event_add(out, FIELD_SENDER, sender);
    event_add(out, FIELD_NRCPT, count);
    add_recipients(text, out);
    return true;
}

/* "Sending message to MTA at mta.example.com, port 25: Message-ID=<m>, origMsgId=o, replyType=r,
   size=1, sender=a, nrcpts=2, to=b, to=c" (MailSender.logMessage) */
static bool handed(const struct zimbra_line *line, struct event *out)
{
    struct str text = line->message, host, id;
    if (!str_take(&text, STR("Sending message to MTA at ")) ||
        !str_cut(&text, STR(": Message-ID="), &host))
        return false;
    ptrdiff_t port = str_find(host, STR(", port "));
    host = port < 0 ? host : str_head(host, (size_t)port);
    event_begin(out, EVENT_HANDED, "handed-to-mta");
    bool sized = str_cut(&text, STR(", size="), &id);
    if (!sized)
        id = text;
    if (!take_id(&id, &out->cut))
        return false;
    event_add(out, FIELD_MESSAGE_ID, id);
    event_add(out, FIELD_RELAY_NAME, host);
    zimbra_add_client(line, line->acting.ptr ? line->acting : line->name, (struct str){NULL, 0},
                      out);
    if (line->acting.ptr)
        event_add(out, FIELD_MAILBOX, line->name);
    return !sized || take_rest(text, out);
}

/* "Delivering message: size=840 bytes, nrcpts=1, sender=a@b, msgid=<m>" */
static bool delivering(const struct zimbra_line *line, struct event *out)
{
    static const struct line_kind kinds[] = {
        {"delivering",
         "Delivering message: size=%D bytes, nrcpts=%D, sender=%A, msgid=%A",
         EVENT_NOTE,
         {FIELD_SIZE, FIELD_NRCPT, FIELD_SENDER, FIELD_MESSAGE_ID}},
        {NULL, NULL, 0, {0}}};
    return template_event(kinds, line->message, false, out);
}

bool zimbra_mail(const struct zimbra_line *line, struct event *out)
{
    if (str_eq(line->category, STR("smtp")))
        return handed(line, out);
    return str_eq(line->category, STR("lmtp")) && delivering(line, out);
}
