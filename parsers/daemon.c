#include "daemon.h"

static bool is_name(struct str name, struct str program)
{
    bool open = str_take_end(&name, STR("*"));
    return open ? str_starts_nocase(program, name) : str_eq_nocase(program, name);
}

enum ownership daemon_owns(const struct daemon *daemons, struct str program, uint16_t *ret_daemon)
{
    ptrdiff_t slash = str_find_last_char(program, '/');
    struct str file = str_skip(program, (size_t)(slash + 1));
    for (uint16_t i = 0; daemons[i].name; i++) {
        struct str name = str_of(daemons[i].name);
        if (!is_name(name, program) && !is_name(name, file))
            continue;
        *ret_daemon = i;
        return OWNS;
    }
    return OWNS_NOT;
}

static bool is_login(uint8_t kind)
{
    return kind == EVENT_AUTH_FAILED || kind == EVENT_LOGIN || kind == EVENT_LOGOUT;
}

bool daemon_parse(const struct daemon *daemon, struct str text, struct event *out)
{
    bool known = daemon->parse && daemon->parse(text, out);
    for (unsigned i = 0; !known && i < DAEMON_TABLES_MAX && daemon->kinds[i]; i++)
        known = template_event(daemon->kinds[i], text, false, out);
    if (known && daemon->service && is_login(out->kind))
        event_add(out, FIELD_SERVICE, str_of(daemon->service));
    return known;
}
