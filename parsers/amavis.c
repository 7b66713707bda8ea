#include "parser.h"

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    (void)program;
    (void)ret_daemon;
    return OWNS_NOT;
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    (void)text;
    (void)context;
    (void)out;
    return false;
}

extern const struct parser amavis_parser;
const struct parser amavis_parser = {.name = "amavis", .owns = owns, .parse = parse};
