#include "exim.h"

/* In the order in which receive.c writes them. */
/* clang-format off */
static const struct exim_key before_host[] = {
    {" R=", EXIM_WORD, FIELD_ORIG_QUEUE_ID},
    {" DS", EXIM_FLAG, 0},
    {NULL, 0, 0},
};

static const struct exim_key behind_host[] = {
    {" I=", EXIM_SERVER, 0},
    {" Ci=", EXIM_WORD, FIELD_SESSION},
    {" TFO*", EXIM_FLAG, FIELD_FLAGS},
    {" TFO", EXIM_FLAG, FIELD_FLAGS},
    {" U=", EXIM_WORD, FIELD_PEER},
    {" P=", EXIM_WORD, FIELD_PROTO},
    {" L", EXIM_FLAG, 0},
    {" L-", EXIM_FLAG, 0},
    {" L*", EXIM_FLAG, 0},
    {" L.", EXIM_FLAG, 0},
    {" L.-", EXIM_FLAG, 0},
    {" L.*", EXIM_FLAG, 0},
    {" X=", EXIM_WORD, FIELD_TLS_PROTOCOL},
    {" CV=", EXIM_WORD, FIELD_TLS_LEVEL},
    {" DN=\"", EXIM_QUOTED, FIELD_PEER},
    {" SNI=", EXIM_WORD, FIELD_DETAIL},
    {" A=", EXIM_AUTH, 0},
    {" PRDR", EXIM_FLAG, FIELD_FLAGS},
    {" PRX=", EXIM_WORD, FIELD_PEER},
    {" K", EXIM_FLAG, 0},
    {" S=", EXIM_WORD, FIELD_SIZE},
    {" M8S=", EXIM_WORD, FIELD_FLAGS},
    {" DKIM=", EXIM_WORD, FIELD_DKIM},
    {" ARC", EXIM_FLAG, 0},
    {" RT=", EXIM_WORD, FIELD_DELAY},
    {" Q=", EXIM_WORD, FIELD_DETAIL},
    {" id=", EXIM_ADDRESS, FIELD_MESSAGE_ID},
    {" T=\"", EXIM_QUOTED, FIELD_SUBJECT},
    {" from <", EXIM_ANGLE, FIELD_DETAIL},
    {NULL, 0, 0},
};
/* clang-format on */

static const char *const ends[] = {"", " for ", NULL};
static const struct exim_rest behind_client = {behind_host, ends, FIELD_SIZE};

/* With a host, U= is what the client's ident server says; without one, the local user. */
static void name_local_user(struct event *out)
{
    bool host = event_get(out, FIELD_CLIENT_IP).ptr != NULL;
    for (unsigned i = 0; i < out->field_count && !host; i++)
        if (out->fields[i].id == FIELD_PEER) {
            out->fields[i].id = FIELD_UID;
            return;
        }
}

/* "H=..." is there for all that came by a connection; what a local program hands in has none. */
static bool take_host(struct str *text, struct event *out)
{
    return !str_take(text, STR(" H=")) || exim_client(&behind_client, text, out);
}

static void take_recipients(struct str text, struct event *out)
{
    if (!str_take(&text, STR(" for ")) || out->cut)
        return;
    event_add(out, FIELD_RECIPIENTS, text);
}

bool exim_arrival(struct str text, struct event *out)
{
    struct str sender = address_take(&text, ' ');
    if (sender.len == 0)
        return false;
    event_add(out, FIELD_SENDER, str_eq(sender, STR("<>")) ? str_head(sender, 0) : sender);
    if (!exim_keys(before_host, &text, out) || !take_host(&text, out) ||
        !exim_keys(behind_host, &text, out))
        return false;
    if (!event_get(out, FIELD_SIZE).ptr && !out->cut)
        return false;
    name_local_user(out);
    bool own = event_get(out, FIELD_ORIG_QUEUE_ID).ptr && !event_get(out, FIELD_CLIENT_IP).ptr;
    out->what = own ? "notification" : "arrival";
    out->kind = own ? EVENT_NOTIFICATION : EVENT_ACCEPTED;
    if (str_starts(text, STR(" for ")))
        take_recipients(text, out);
    else if (text.len && !out->cut)
        return false;
    return true;
}
