#include "exchange.h"

#include "parser.h"

enum daemon { SERVER, SEND, IMAP, POP };

void exchange_endpoint(struct event *out, enum field_id ip, enum field_id port, struct str endpoint)
{
    ptrdiff_t colon = str_find_last_char(endpoint, ':');
    struct str address = colon < 0 ? endpoint : str_head(endpoint, (size_t)colon);
    if (str_take(&address, STR("[")))
        (void)str_take_end(&address, STR("]"));
    exchange_add(out, ip, address);
    if (colon >= 0)
        exchange_add(out, port, str_skip(endpoint, (size_t)colon + 1));
}

/* "5.7.1" */
static bool take_status(struct str *text, struct str *ret)
{
    struct str rest = *text;
    uint64_t number;
    if (!str_take_u64(&rest, &number) || !str_take(&rest, STR(".")) ||
        !str_take_u64(&rest, &number) || !str_take(&rest, STR(".")) ||
        !str_take_u64(&rest, &number) || (rest.len && rest.ptr[0] != ' '))
        return false;
    *ret = str_head(*text, text->len - rest.len);
    *text = rest;
    return true;
}

bool exchange_reply(struct str text, struct event *out)
{
    enum { CODE_DIGITS = 3 };
    struct str code = str_head(text, CODE_DIGITS), status;
    uint64_t number;
    if (code.len < CODE_DIGITS || !str_to_u64(code, &number) || number < 200 || number > 599)
        return false;
    text = str_skip(text, CODE_DIGITS);
    if (text.len && text.ptr[0] != ' ' && text.ptr[0] != '-')
        return false;
    text = text.len ? str_skip(text, 1) : text;
    event_add(out, FIELD_CODE, code);
    if (take_status(&text, &status))
        event_add(out, FIELD_DSN, status);
    exchange_add(out, FIELD_TEXT, str_trim(text));
    return true;
}

struct str exchange_accepted_as(struct str answer)
{
    struct str head, id;
    return str_cut(&answer, STR("[InternalId="), &head) &&
                   (str_cut(&answer, STR(","), &id) || str_cut(&answer, STR("]"), &id))
               ? id
               : STR("");
}

void exchange_user(struct event *out, struct str login)
{
    ptrdiff_t slash = str_find_char(login, '\\');
    struct str user = slash < 0 ? login : str_skip(login, (size_t)slash + 1);
    exchange_add(out, FIELD_SASL_USERNAME, user);
    if (user.len < login.len)
        event_add(out, FIELD_DETAIL, login);
}

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    static const char *const names[] = {"exchange", "exchange-send", "exchange-imap4",
                                        "exchange-pop3"};
    for (uint16_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_eq(program, str_of(names[i]))) {
            *ret_daemon = i;
            return OWNS;
        }
    }
    return OWNS_NOT;
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    struct row row;
    if (!context->columns || columns_row(text, context->columns, &row))
        return false;
    switch (row.table) {
    case TABLE_TRACKING:
        return exchange_tracking(&row, out);
    case TABLE_SMTP:
        return context->daemon == SEND ? exchange_send(&row, out) : exchange_receive(&row, out);
    case TABLE_MAILBOX:
        return exchange_mailbox(&row, context->daemon == POP, out);
    }
    return false;
}

extern const struct parser exchange_parser;
const struct parser exchange_parser = {.name = "exchange", .owns = owns, .parse = parse};
