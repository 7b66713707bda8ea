#include "envelope_exchange.h"

#include "envelope_time.h"
#include "listing.h"
#include "unwrap.h"

enum { SESSION_DIGITS = 16 };

/* A number of exactly so many digits, or of one to two, off the front. */
static bool take_number(struct str *text, size_t digits, unsigned *ret)
{
    struct str rest = *text;
    uint64_t number;
    if (!str_take_u64(&rest, &number) || number > 9999)
        return false;
    size_t len = text->len - rest.len;
    if (digits ? len != digits : len > 2)
        return false;
    *text = rest;
    *ret = (unsigned)number;
    return true;
}

/* "3/14/2016", "14/03/2016", "14.03.2016" off the front. American order only where AM or PM says
   so, or the second number can be no month. */
static bool take_date(struct str *text, bool american, unsigned *ret_month, unsigned *ret_day,
                      unsigned *ret_year)
{
    unsigned first, second;
    if (!take_number(text, 0, &first) || text->len == 0)
        return false;
    char separator = text->ptr[0];
    *text = str_skip(*text, 1);
    if ((separator != '/' && separator != '.' && separator != '-') ||
        !take_number(text, 0, &second) || text->len == 0 || text->ptr[0] != separator)
        return false;
    *text = str_skip(*text, 1);
    american = separator == '/' && first <= 12 && (american || second > 12);
    *ret_month = american ? first : second;
    *ret_day = american ? second : first;
    return take_number(text, 4, ret_year);
}

/* Export-Csv writes the time as the user's language does: "3/14/2016 2:17:55 PM". */
static bool time_of_export(struct str text, struct stamp *ret)
{
    bool pm = str_take_end(&text, STR(" PM")), am = !pm && str_take_end(&text, STR(" AM"));
    unsigned month, day, year, hour, minute, second;
    if (!take_date(&text, pm || am, &month, &day, &year) || !str_take(&text, STR(" ")) ||
        !take_number(&text, 0, &hour) || !str_take(&text, STR(":")) ||
        !take_number(&text, 2, &minute) || !str_take(&text, STR(":")) ||
        !take_number(&text, 2, &second) || text.len || ((am || pm) && (hour == 0 || hour > 12)))
        return false;
    if (am || pm)
        hour = hour % 12 + (pm ? 12 : 0);
    ret->kind = STAMP_ZONELESS;
    ret->digits = 0;
    return stamp_from_fields(year, month, day, hour, minute, second, &ret->usec);
}

static bool time_of(struct str text, struct stamp *ret)
{
    struct str rest = text;
    return (envelope_time_iso(&rest, ret) && rest.len == 0) || time_of_export(text, ret);
}

static struct str first_label(struct str name)
{
    ptrdiff_t dot = str_find_char(name, '.');
    return dot > 0 && !char_is_digit(name.ptr[0]) ? str_head(name, (size_t)dot) : name;
}

static unsigned hex_digit(char c)
{
    if (char_is_digit(c))
        return (unsigned)(c - '0');
    c = char_lower(c);
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

uint32_t exchange_session(struct str id, struct str endpoint)
{
    uint32_t low = 0;
    uint64_t port;
    if (id.len != SESSION_DIGITS)
        return 0;
    for (size_t i = 0; i < id.len; i++) {
        unsigned digit = hex_digit(id.ptr[i]);
        if (digit > 15)
            return 0;
        low = low << 4 | digit;
    }
    /* Some servers of 2007 and 2010 number every session 0: the client's port tells them apart. */
    ptrdiff_t colon = str_find_last_char(endpoint, ':');
    if (low == 0 && colon >= 0 && str_to_u64(str_skip(endpoint, (size_t)colon + 1), &port))
        low = (uint32_t)port;
    return low;
}

/* Sends and deliveries name the server they go to in the server's column. */
static struct str server_of(const struct row *row)
{
    struct str event = row->values[COLUMN_EVENT_ID], client = row->values[COLUMN_CLIENT_HOSTNAME],
               server = row->values[COLUMN_SERVER_HOSTNAME];
    bool sends = str_starts_nocase(event, STR("SEND")) || str_eq_nocase(event, STR("DEFER")) ||
                 str_eq_nocase(event, STR("DELIVER"));
    return first_label((sends && client.len) || !server.len ? client : server);
}

static void tracking(const struct row *row, struct envelope *ret)
{
    struct str context = row->values[COLUMN_SOURCE_CONTEXT], session = STR("");
    ret->program = STR("exchange");
    ret->host = server_of(row);
    if (str_eq_nocase(row->values[COLUMN_EVENT_ID], STR("RECEIVE")) &&
        str_cut(&context, STR(";"), &session))
        ret->pid = exchange_session(session, STR(""));
}

static void smtp(const struct row *row, struct envelope *ret)
{
    struct str name = row->values[COLUMN_CONNECTOR_ID], server;
    ret->program = STR("exchange-send");
    if (str_cut(&name, STR("\\"), &server)) { /* only receive connectors belong to a server */
        ret->program = STR("exchange");
        ret->host = first_label(server);
    }
    ret->pid = exchange_session(row->values[COLUMN_SESSION], row->values[COLUMN_REMOTE_ENDPOINT]);
}

static void mailbox(const struct row *row, struct envelope *ret)
{
    static const char *const pop_commands[] = {"user", "pass", "auth", "stat", "retr",
                                               "dele", "top",  "uidl", "stls"};
    struct str endpoint = row->values[COLUMN_LOCAL_ENDPOINT], command = row->values[COLUMN_COMMAND];
    bool pop = str_ends(endpoint, STR(":110")) || str_ends(endpoint, STR(":995"));
    for (size_t i = 0; i < sizeof pop_commands / sizeof *pop_commands; i++)
        pop |= str_eq_nocase(command, str_of(pop_commands[i])) &&
               !str_ends(endpoint, STR(":143")) && !str_ends(endpoint, STR(":993"));
    ret->program = pop ? STR("exchange-pop3") : STR("exchange-imap4");
}

const char *envelope_table(struct str line, struct columns *now, struct envelope *ret)
{
    if (!columns_is_listing(now))
        return envelope_exchange(line, now, ret);
    envelope_listing(line, now->table, ret);
    return NULL;
}

const char *envelope_exchange(struct str line, struct columns *now, struct envelope *ret)
{
    struct row row;
    line = unwrap_trim_end(line);
    *ret = (struct envelope){.text = line, .body = line, .host = STR(""), .program = STR("")};
    if (columns_header(line, now)) {
        ret->format = ENVELOPE_EXCHANGE;
        ret->separator = true;
        return NULL;
    }
    const char *why = columns_row(line, now, &row);
    if (why)
        return why;
    if (!time_of(row.values[COLUMN_TIME], &ret->stamp))
        return "no time in the column of times";
    ret->format = ENVELOPE_EXCHANGE;
    if (row.table == TABLE_TRACKING)
        tracking(&row, ret);
    else if (row.table == TABLE_SMTP)
        smtp(&row, ret);
    else
        mailbox(&row, ret);
    return NULL;
}
