#include "finder_internal.h"

/* Lines that tell what only the whole log tells. */
void finder_ask_witnesses(struct finder *finder)
{
    static const struct {
        const char *text;
        uint8_t kind;
    } texts[] = {
        {"message-id=<2", TEXT_OWN_ID},
        {"lip=", TEXT_OWN_IP},
        {"postsuper", TEXT_OPERATOR},
        {" Deleted: ", TEXT_OPERATOR},                /* where the tag does not say postsuper */
        {"Successfully relayed message", TEXT_NEVER}, /* Dovecot's submission server */
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        finder_ask(finder, str_of(texts[i].text), (enum text_kind)texts[i].kind);
}

/* Stands in a line as it is, however the line was wrapped: JSON and syslog leave these alone. */
static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_alnum(text.ptr[i]) && !memchr("@._+=:$!~*^-", text.ptr[i], 12))
            return false;
    return text.len >= 3;
}

static bool ask_list(struct finder *finder, const struct list *list, enum text_kind kind,
                     struct str (*part)(struct str text))
{
    for (size_t i = 0; i < list->count; i++) {
        struct str text = part(str_of(list->items[i]));
        if (!is_plain(text))
            return false;
        if (kind == TEXT_ID)
            intern_id(&finder->ids, text);
        else
            finder_ask(finder, text, kind);
    }
    return list->count > 0;
}

static struct str whole(struct str text)
{
    return text;
}

/* Message-IDs are logged without the angle brackets that people copy. */
static struct str bare(struct str text)
{
    str_take(&text, STR("<"));
    str_take_end(&text, STR(">"));
    return text;
}

/* An account may log in without its domain. */
static struct str user_of(struct str account)
{
    ptrdiff_t at = str_find_last_char(account, '@');
    return str_find_char(account, ':') >= 0 ? STR("") /* uid:33@mx1, net:192.0.2.1 */
           : at > 0                         ? str_head(account, (size_t)at)
                                            : account;
}

/* Of networks, and of addresses that may be spelled in several ways, nothing is left. */
static struct str ip_of(struct str text)
{
    struct ip ip;
    char spelled[IP_TEXT];
    bool plain =
        str_find_char(text, ':') < 0 && ip_parse(text, &ip) && str_eq(ip_text(&ip, spelled), text);
    return plain ? text : STR("");
}

bool finder_ask_filters(struct finder *finder, const char **ret_why)
{
    const struct settings *s = finder->run->settings;
    const struct {
        const struct list *list;
        enum text_kind kind;
        struct str (*part)(struct str text);
    } filters[] = {
        {&s->trace.queue_ids, TEXT_ID, whole},      {&s->trace.message_ids, TEXT_ANCHOR, bare},
        {&s->trace.recipients, TEXT_ANCHOR, whole}, {&s->trace.senders, TEXT_ANCHOR, whole},
        {&s->trace.ips, TEXT_WORD, ip_of},          {&s->accounts, TEXT_WORD, user_of}};
    *ret_why = s->trace.whole ? "asked for" : "no filter is a text that stands in the lines";
    for (size_t i = 0; i < sizeof filters / sizeof *filters && !s->trace.whole; i++) {
        finder->text_count = 0;
        finder->by_id = filters[i].kind == TEXT_ID;
        if (ask_list(finder, filters[i].list, filters[i].kind, filters[i].part))
            return true;
    }
    return false;
}
