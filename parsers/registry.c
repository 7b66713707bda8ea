#include "parser.h"

extern const struct parser amavis_parser, dovecot_parser, postfix_parser;

const struct parser *const parsers[] = {
    &postfix_parser,
    &dovecot_parser,
    &amavis_parser,
    NULL,
};

bool program_is_other(struct str program)
{
    return program.len > 0;
}
