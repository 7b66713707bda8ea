#include "postfix.h"

#include "parser.h"
#include "postfix_phrase.h"
#include "replies.h"

/* Daemons that write the same lines are one. */
enum daemon {
    DAEMON_ANY, /* the name does not say which: every kind of line is tried */
    DAEMON_SMTPD,
    DAEMON_CLEANUP,
    DAEMON_PICKUP,
    DAEMON_QMGR,
    DAEMON_DELIVERY,
    DAEMON_BOUNCE,
    DAEMON_POSTSUPER,
    DAEMON_POSTSCREEN,
    DAEMON_OTHER, /* lines without consequence only */
};

struct daemon_name {
    const char *name;
    uint16_t daemon;
};

static const struct daemon_name daemons[] = {
    {"smtpd", DAEMON_SMTPD},
    {"qmqpd", DAEMON_SMTPD},
    {"cleanup", DAEMON_CLEANUP},
    {"pickup", DAEMON_PICKUP},
    {"qmgr", DAEMON_QMGR},
    {"nqmgr", DAEMON_QMGR},
    {"oqmgr", DAEMON_QMGR},
    {"smtp", DAEMON_DELIVERY},
    {"smtps", DAEMON_DELIVERY},
    {"lmtp", DAEMON_DELIVERY},
    {"relay", DAEMON_DELIVERY},
    {"local", DAEMON_DELIVERY},
    {"virtual", DAEMON_DELIVERY},
    {"pipe", DAEMON_DELIVERY},
    {"error", DAEMON_DELIVERY},
    {"retry", DAEMON_DELIVERY},
    {"discard", DAEMON_DELIVERY},
    {"bounce", DAEMON_BOUNCE},
    {"defer", DAEMON_BOUNCE},
    {"trace", DAEMON_BOUNCE},
    {"postsuper", DAEMON_POSTSUPER},
    {"postscreen", DAEMON_POSTSCREEN},
    {"anvil", DAEMON_OTHER},
    {"scache", DAEMON_OTHER},
    {"verify", DAEMON_OTHER},
    {"tlsproxy", DAEMON_OTHER},
    {"tlsmgr", DAEMON_OTHER},
    {"dnsblog", DAEMON_OTHER},
    {"proxymap", DAEMON_OTHER},
    {"proxywrite", DAEMON_OTHER},
    {"trivial-rewrite", DAEMON_OTHER},
    {"rewrite", DAEMON_OTHER},
    {"flush", DAEMON_OTHER},
    {"showq", DAEMON_OTHER},
    {"spawn", DAEMON_OTHER},
    {"master", DAEMON_OTHER},
    {"postlogd", DAEMON_OTHER},
    {"postlog", DAEMON_OTHER},
    {"postqueue", DAEMON_OTHER},
    {"postdrop", DAEMON_OTHER},
    {"postcat", DAEMON_OTHER},
    {"postkick", DAEMON_OTHER},
    {"postlock", DAEMON_OTHER},
    {"postmap", DAEMON_OTHER},
    {"postalias", DAEMON_OTHER},
    {"newaliases", DAEMON_OTHER},
    {"mailq", DAEMON_OTHER},
    {"postconf", DAEMON_OTHER},
    {"postmulti", DAEMON_OTHER},
    {"sendmail", DAEMON_OTHER},
    {"posttls-finger", DAEMON_OTHER},
    {"script", DAEMON_OTHER},
    {"postfix-script", DAEMON_OTHER},
    {"postfix-tls-script", DAEMON_OTHER},
    {"postmulti-script", DAEMON_OTHER},
    {"post-install", DAEMON_OTHER},
    {"set-permissions", DAEMON_OTHER},
};

/* Is name "postfix", or "postfix" and something that is no letter ("postfix-smo", "postfix2")? */
static bool is_postfix_name(struct str name)
{
    return str_take(&name, STR("postfix")) && (name.len == 0 || !char_is_lower(name.ptr[0]));
}

/* The last component names the daemon, whatever stands before it. A bare "smtpd" is somebody
 * else's. */
static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    ptrdiff_t slash = str_find_last_char(program, '/');
    bool postfix = is_postfix_name(program);
    *ret_daemon = DAEMON_ANY;
    if (slash < 0 && !str_eq(program, STR("postfix-script")))
        return postfix ? OWNS : OWNS_NOT;
    if (str_starts(program, STR("cyrus/")) || str_starts(program, STR("dovecot/")))
        return OWNS_NOT;
    if (slash > 0 && program.ptr[0] == '/')
        return OWNS_NOT; /* a path, not a tag: only postfix-script logs with an empty first part */
    struct str name = str_skip(program, (size_t)(slash + 1));
    for (unsigned i = 0; i < sizeof daemons / sizeof *daemons; i++)
        if (str_eq(name, str_of(daemons[i].name))) {
            *ret_daemon = daemons[i].daemon;
            return OWNS;
        }
    return postfix ? OWNS : OWNS_NOT;
}

static bool queue_line_of(enum daemon daemon, struct str id, struct str text, struct event *out)
{
    event_begin(out, EVENT_NOTE, "");
    event_add(out, FIELD_QUEUE_ID, id);
    switch (daemon) {
    case DAEMON_SMTPD:
        return postfix_smtpd_queue(text, out) || postfix_phrase(postfix_queue_phrases, text, out);
    case DAEMON_CLEANUP:
        return postfix_cleanup_queue(id, text, out);
    case DAEMON_PICKUP:
        return postfix_pickup_queue(text, out);
    case DAEMON_QMGR:
        return postfix_qmgr_queue(text, out);
    case DAEMON_DELIVERY:
        return postfix_delivery_queue(text, out) ||
               postfix_phrase(postfix_queue_phrases, text, out);
    case DAEMON_BOUNCE:
        return postfix_bounce_queue(text, out);
    case DAEMON_POSTSUPER:
        return postfix_postsuper_queue(text, out);
    default:
        return postfix_phrase(postfix_queue_phrases, text, out);
    }
}

struct verb {
    struct str word;
    uint16_t daemon;
};

/* Whose line it most likely is, where the program's name does not say (rsyslog's programname is
 * "postfix" for all). */
static const struct verb verbs[] = {
    {{"from=<", 6}, DAEMON_QMGR},       {{"to=", 3}, DAEMON_DELIVERY},
    {{"removed", 7}, DAEMON_QMGR},      {{"message-id=", 11}, DAEMON_CLEANUP},
    {{"client=", 7}, DAEMON_SMTPD},     {{"uid=", 4}, DAEMON_PICKUP},
    {{"warning: ", 9}, DAEMON_CLEANUP}, {{"sender ", 7}, DAEMON_BOUNCE},
};

static bool queue_line(enum daemon daemon, struct str id, struct str text, struct event *out)
{
    if (daemon != DAEMON_ANY)
        return queue_line_of(daemon, id, text, out) ||
               (daemon == DAEMON_DELIVERY && postfix_phrase(postfix_client_checks, text, out));
    for (unsigned i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (postfix_starts(text, verbs[i].word) && queue_line_of(verbs[i].daemon, id, text, out))
            return true;
    for (daemon = DAEMON_SMTPD; daemon <= DAEMON_POSTSUPER; daemon++)
        if (queue_line_of(daemon, id, text, out))
            return true;
    return false;
}

/* Tables and parsers of one daemon; *out is as new again if it is no line of theirs. */
static bool daemon_line(enum daemon daemon, struct str text, struct event *out)
{
    bool mine = false;
    switch (daemon) {
    case DAEMON_SMTPD:
        mine = postfix_smtpd_plain(text, out);
        break;
    case DAEMON_POSTSCREEN:
        mine = postfix_take(&text, STR("NOQUEUE: "))
                   ? postfix_refusal(text, out)
                   : postfix_phrase(postfix_screen_phrases, text, out);
        break;
    case DAEMON_DELIVERY:
        mine = postfix_phrase(postfix_client_phrases, text, out);
        break;
    default:
        break;
    }
    if (!mine)
        event_begin(out, EVENT_NOTE, "");
    return mine;
}

static bool plain_line(enum daemon daemon, struct str text, struct event *out)
{
    event_begin(out, EVENT_NOTE, "");
    if (daemon != DAEMON_ANY
            ? daemon_line(daemon, text, out)
            : daemon_line(DAEMON_SMTPD, text, out) || daemon_line(DAEMON_POSTSCREEN, text, out) ||
                  daemon_line(DAEMON_DELIVERY, text, out))
        return true;
    if (postfix_tls(text, out))
        return true;
    event_begin(out, EVENT_NOTE, "");
    return postfix_complaint(text, out) || postfix_phrase(postfix_common_phrases, text, out);
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    struct str id;
    postfix_take(&text,
                 STR(" ")); /* RFC 5424 as rsyslog writes it keeps the blank behind the tag */
    if (postfix_queue_id_take(&text, &id))
        return queue_line((enum daemon)context->daemon, id, text, out);
    return text.len > 0 && plain_line((enum daemon)context->daemon, text, out);
}

extern const struct parser postfix_parser;
const struct parser postfix_parser = {
    .name = "postfix", .owns = owns, .parse = parse, .patterns = reply_patterns};
