/* SOGo's sogo.log: logins as SOGoRootPage logs them, and requests. */
#include "address_list.h"
#include "parser.h"
#include "template.h"

static const struct line_kind kinds[] = {
    {"request", "%W \"%A HTTP/%W\" %D %A",
     EVENT_NOTE, {FIELD_PEER, FIELD_COMMAND, FIELD_DETAIL, FIELD_CODE, FIELD_DETAIL}},
    {"starting", "version %W (build %A) -- starting", EVENT_NOTE, {FIELD_VERSION, FIELD_DETAIL}},
    {"starting", "vmem size check enabled: %A", EVENT_NOTE, {FIELD_DETAIL}},
    {"starting", "preparing %d children", EVENT_NOTE, {0}},
    {"starting", "notified the watchdog that we are ready", EVENT_NOTE, {0}},
    {"starting", "<0x%W[WOHttpAdaptor]> notified the watchdog that we are ready",
     EVENT_NOTE, {FIELD_DETAIL}},
    {"starting", "<0x%W[WOWatchDog]> listening on %A", EVENT_NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"starting", "<0x%W[WOWatchDog]> %A", EVENT_NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"stopping", "<0x%W[WOWatchDogChild]> %A", EVENT_NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"error", "[ERROR] <0x%W[%W]> %A", EVENT_NOTE, {FIELD_DETAIL, FIELD_DETAIL, FIELD_TEXT}},
    {"error", "[WARN] <0x%W[%W]> %A", EVENT_NOTE, {FIELD_DETAIL, FIELD_DETAIL, FIELD_TEXT}},
    {"error", "|SOGo| %A", EVENT_NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

/* The list comes from a header: what is no list of addresses is somebody's fabrication. */
static bool is_list(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = char_lower(text.ptr[i]);
        if (!char_is_digit(c) && !(c >= 'a' && c <= 'f') && c != '.' && c != ':' && c != ',' &&
            c != ' ')
            return false;
    }
    return text.len > 0;
}

static bool take_client(struct str *text, struct str *ret_client)
{
    struct str list;
    if (!str_cut(text, STR("' for user '"), &list))
        return false;
    *ret_client = is_list(list) ? address_list_client(list) : (struct str){NULL, 0};
    return true;
}

static void add(struct event *out, struct str user, struct str client)
{
    if (user.len)
        event_add(out, FIELD_SASL_USERNAME, user);
    if (client.len)
        event_add(out, FIELD_CLIENT_IP, client);
    event_add(out, FIELD_SERVICE, STR("webmail"));
}

static bool logged_in(struct str text, struct event *out)
{
    struct str client;
    if (!str_take(&text, STR("successful login from '")) || !take_client(&text, &client))
        return false;
    ptrdiff_t end = str_find_last(text, STR("' - expire = "));
    if (end < 0 || str_find(str_skip(text, (size_t)end), STR(" grace = ")) < 0)
        return false;
    event_begin(out, EVENT_LOGIN, "login");
    add(out, str_head(text, (size_t)end), client);
    return true;
}

/* The client chose the user: what follows it is read from the right. */
static bool failed(struct str text, struct event *out)
{
    struct str client;
    if (!str_take(&text, STR("Login from '")) || !take_client(&text, &client))
        return false;
    ptrdiff_t end = str_find_last(text, STR("' might not have worked"));
    if (end < 0)
        return false;
    struct str rest = str_skip(text, (size_t)end + STR("' might not have worked").len);
    if (rest.len && !str_starts(rest, STR(" - password policy: ")))
        return false;
    event_begin(out, EVENT_AUTH_FAILED, "login-failed");
    add(out, str_head(text, (size_t)end), client);
    if (str_take(&rest, STR(" - ")))
        event_add(out, FIELD_TEXT, rest);
    return true;
}

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    *ret_daemon = 0;
    return str_eq(program, STR("sogod")) ? OWNS : OWNS_NOT;
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    (void)context;
    struct str rest = text;
    if (str_take(&rest, STR("SOGoRootPage ")))
        return logged_in(rest, out) || failed(rest, out);
    return template_event(kinds, text, false, out);
}

extern const struct parser sogo_parser;
const struct parser sogo_parser = {.name = "sogo", .owns = owns, .parse = parse};
