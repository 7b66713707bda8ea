#include "dovecot.h"

#include "parser.h"

enum group { GROUP_LOGIN, GROUP_AUTH, GROUP_MAIL, GROUP_OTHER };

struct service {
    const char *name;
    enum group group;
};

static const struct service services[] = {
    {"imap-login", GROUP_LOGIN},
    {"pop3-login", GROUP_LOGIN},
    {"submission-login", GROUP_LOGIN},
    {"managesieve-login", GROUP_LOGIN},
    {"imap-urlauth-login", GROUP_LOGIN},
    {"auth", GROUP_AUTH},
    {"auth-worker", GROUP_AUTH},
    {"imap", GROUP_MAIL},
    {"pop3", GROUP_MAIL},
    {"submission", GROUP_MAIL},
    {"managesieve", GROUP_MAIL},
    {"lmtp", GROUP_MAIL},
    {"lda", GROUP_MAIL},
    {"deliver", GROUP_MAIL},
    {"doveadm", GROUP_MAIL},
    {"dsync", GROUP_MAIL},
    {"dsync-local", GROUP_MAIL},
    {"dsync-server", GROUP_MAIL},
    {"indexer-worker", GROUP_MAIL},
    {"imap-hibernate", GROUP_MAIL},
    {"imap-urlauth", GROUP_MAIL},
    {"quota-status", GROUP_MAIL},
    {"master", GROUP_OTHER},
    {"dovecot", GROUP_OTHER},
    {"anvil", GROUP_OTHER},
    {"config", GROUP_OTHER},
    {"log", GROUP_OTHER},
    {"ssl-params", GROUP_OTHER},
    {"ssl-build-param", GROUP_OTHER},
    {"stats", GROUP_OTHER},
    {"old-stats", GROUP_OTHER},
    {"indexer", GROUP_OTHER},
    {"replicator", GROUP_OTHER},
    {"aggregator", GROUP_OTHER},
    {"director", GROUP_OTHER},
    {"dict", GROUP_OTHER},
    {"dict-async", GROUP_OTHER},
    {"dns-client", GROUP_OTHER},
    {"dns_client", GROUP_OTHER},
    {"ipc", GROUP_OTHER},
    {"tcpwrap", GROUP_OTHER},
    {"script", GROUP_OTHER},
    {"health-check", GROUP_OTHER},
    {"welcome", GROUP_OTHER},
    {NULL, GROUP_OTHER},
};

static const struct service *service_of(struct str name)
{
    for (const struct service *service = services; service->name; service++)
        if (str_eq(name, str_of(service->name)))
            return service;
    return NULL;
}

static bool is_service_char(char c)
{
    return char_is_lower(c) || char_is_digit(c) || c == '-' || c == '_';
}

/* "(user)" in front of "<" or ": ": a user may hold parentheses of his own. */
static bool take_identity(struct str *text, struct str *ret)
{
    if (!str_starts(*text, STR("(")))
        return true;
    for (size_t i = 1; i < text->len; i++) {
        if (text->ptr[i] != ')')
            continue;
        struct str behind = str_skip(*text, i + 1);
        if (!str_starts(behind, STR(": ")) && !str_starts(behind, STR("<")))
            continue;
        *ret = (struct str){text->ptr + 1, i - 1};
        *text = behind;
        return true;
    }
    return false;
}

/* "<pid><session>", "<session>" */
static bool take_brackets(struct str *text, struct str *ret_session)
{
    while (str_starts(*text, STR("<"))) {
        struct str value;
        uint64_t pid;
        if (!str_cut(text, STR(">"), &value))
            return false;
        value = str_skip(value, 1);
        if (!str_to_u64(value, &pid))
            *ret_session = value;
    }
    return true;
}

static void skip_level(struct str *text)
{
    static const char *const levels[] = {
        "Info: ", "Warning: ", "Warn: ", "Error: ", "Fatal: ", "Panic: ", "Debug: ", NULL};
    for (const char *const *level = levels; *level; level++)
        if (str_take(text, str_of(*level)))
            return;
}

static bool take_apart(struct str text, struct dovecot_line *ret)
{
    *ret = (struct dovecot_line){.service = {NULL, 0}};
    (void)str_take(&text, STR("dovecot: ")); /* as program and as text */
    skip_level(&text);
    size_t len = 0;
    while (len < text.len && is_service_char(text.ptr[len]))
        len++;
    ret->service = str_head(text, len);
    text = str_skip(text, len);
    if (!take_identity(&text, &ret->identity) || !take_brackets(&text, &ret->session) ||
        !str_take(&text, STR(": ")))
        return false;
    skip_level(&text);
    ret->message = text;
    return true;
}

static bool parse_group(enum group group, const struct dovecot_line *line, struct event *out)
{
    switch (group) {
    case GROUP_LOGIN:
        return dovecot_login(line, out);
    case GROUP_AUTH:
        return dovecot_auth(line, out);
    case GROUP_MAIL:
        return dovecot_mail(line, out);
    case GROUP_OTHER:
        break;
    }
    return false;
}

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    *ret_daemon = 0;
    return str_eq(program, STR("dovecot")) ? OWNS : OWNS_NOT;
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    (void)context;
    struct dovecot_line line;
    if (!take_apart(text, &line)) {
        /* "Dovecot v2.2 starting up" of old versions has no service. */
        line.message = text;
        return template_event(dovecot_kinds, text, false, out);
    }
    const struct service *service = service_of(line.service);
    if (!service)
        return template_event(dovecot_kinds, text, false, out);
    return parse_group(service->group, &line, out) ||
           template_event(dovecot_kinds, line.message, false, out);
}

extern const struct parser dovecot_parser;
const struct parser dovecot_parser = {.name = "dovecot", .owns = owns, .parse = parse};
