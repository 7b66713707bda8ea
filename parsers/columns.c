#include "columns.h"

#include "listing.h"
#include "unwrap.h"

/* The layouts of Exchange 2007 to 2019; older ones are the same list without its end. */
static const uint8_t tracking_2013[] = {COLUMN_TIME,
                                        COLUMN_CLIENT_IP,
                                        COLUMN_CLIENT_HOSTNAME,
                                        COLUMN_SERVER_IP,
                                        COLUMN_SERVER_HOSTNAME,
                                        COLUMN_SOURCE_CONTEXT,
                                        COLUMN_CONNECTOR_ID,
                                        COLUMN_SOURCE,
                                        COLUMN_EVENT_ID,
                                        COLUMN_INTERNAL_MESSAGE_ID,
                                        COLUMN_MESSAGE_ID,
                                        COLUMN_NETWORK_MESSAGE_ID,
                                        COLUMN_RECIPIENTS,
                                        COLUMN_RECIPIENT_STATUS,
                                        COLUMN_TOTAL_BYTES,
                                        COLUMN_RECIPIENT_COUNT,
                                        COLUMN_RELATED_RECIPIENT,
                                        COLUMN_REFERENCE,
                                        COLUMN_SUBJECT,
                                        COLUMN_SENDER,
                                        COLUMN_RETURN_PATH,
                                        COLUMN_MESSAGE_INFO,
                                        COLUMN_DIRECTIONALITY,
                                        COLUMN_TENANT_ID,
                                        COLUMN_ORIGINAL_CLIENT_IP,
                                        COLUMN_ORIGINAL_SERVER_IP,
                                        COLUMN_CUSTOM_DATA,
                                        COLUMN_TRAFFIC_TYPE,
                                        COLUMN_LOG_ID,
                                        COLUMN_SCHEMA_VERSION};
static const uint8_t smtp[] = {COLUMN_TIME,     COLUMN_CONNECTOR_ID,   COLUMN_SESSION,
                               COLUMN_SEQUENCE, COLUMN_LOCAL_ENDPOINT, COLUMN_REMOTE_ENDPOINT,
                               COLUMN_EVENT,    COLUMN_DATA,           COLUMN_CONTEXT};
static const uint8_t mailbox[] = {COLUMN_TIME,
                                  COLUMN_SESSION,
                                  COLUMN_SEQUENCE,
                                  COLUMN_LOCAL_ENDPOINT,
                                  COLUMN_REMOTE_ENDPOINT,
                                  COLUMN_USER,
                                  COLUMN_DURATION,
                                  COLUMN_REQUEST_BYTES,
                                  COLUMN_RESPONSE_BYTES,
                                  COLUMN_COMMAND,
                                  COLUMN_PARAMETERS,
                                  COLUMN_CONTEXT,
                                  COLUMN_PUID};

enum {
    TRACKING_2007 = 21,
    TRACKING_2010 = 26,
    TRACKING_2013 = 27,
    TRACKING_MAX = 30,
    MAILBOX_MIN = 12
};

static bool is_quoted(struct str text)
{
    return text.len && text.ptr[0] == '"';
}

/* Takes a value and the comma behind it off *rest; *ret_more says whether there was one. False:
   quotes left open, or text behind them. */
static bool take_value(struct str *rest, struct str *ret, bool *ret_more)
{
    size_t end = 0;
    struct str value;
    if (is_quoted(*rest)) {
        for (end = 1; end < rest->len; end += 2) {
            ptrdiff_t quote = str_find_char(str_skip(*rest, end), '"');
            if (quote < 0)
                return false;
            end += (size_t)quote;
            if (end + 1 == rest->len || rest->ptr[end + 1] != '"')
                break;
        }
        if (end >= rest->len)
            return false;
        value = (struct str){rest->ptr + 1, end - 1};
        end++;
    } else {
        ptrdiff_t comma = str_find_char(*rest, ',');
        end = comma < 0 ? rest->len : (size_t)comma;
        value = str_head(*rest, end);
    }
    *rest = str_skip(*rest, end);
    *ret_more = rest->len > 0;
    *ret = value;
    return !*ret_more || str_take(rest, STR(","));
}

static uint8_t column_called(struct str name)
{
    static const struct {
        const char *in_log, *in_export;
    } spellings[] = {
#define X(name, text, export) {text, export},
        COLUMNS(X)
#undef X
    };
    for (uint8_t i = 1; i < COLUMN_COUNT; i++)
        if (str_eq_nocase(name, str_of(spellings[i].in_log)) ||
            str_eq_nocase(name, str_of(spellings[i].in_export)))
            return i;
    /* The first column of IMAP4 and POP3 logs. */
    return str_eq_nocase(name, STR("dateTime")) ? COLUMN_TIME : COLUMN_OTHER;
}

static bool has(const struct columns *columns, enum column column)
{
    return memchr(columns->names, (int)column, columns->count) != NULL;
}

static uint8_t table_of(const struct columns *columns)
{
    if (!has(columns, COLUMN_TIME))
        return TABLE_STRANGE;
    if (has(columns, COLUMN_EVENT_ID) && has(columns, COLUMN_SOURCE) &&
        has(columns, COLUMN_RECIPIENTS))
        return TABLE_TRACKING;
    if (!has(columns, COLUMN_SESSION) || !has(columns, COLUMN_REMOTE_ENDPOINT) ||
        !has(columns, COLUMN_CONTEXT))
        return TABLE_STRANGE;
    if (has(columns, COLUMN_EVENT) && has(columns, COLUMN_DATA))
        return TABLE_SMTP;
    return has(columns, COLUMN_COMMAND) && has(columns, COLUMN_USER) ? TABLE_MAILBOX
                                                                     : TABLE_STRANGE;
}

static bool read_names(struct str names, struct columns *ret)
{
    struct str name;
    bool more = true;
    struct columns columns = {.count = 0};
    while (more) {
        if (columns.count == COLUMNS_MAX || !take_value(&names, &name, &more))
            return false;
        columns.names[columns.count++] = column_called(str_trim(name));
    }
    columns.table = table_of(&columns);
    *ret = columns;
    return true;
}

/* Export-Csv writes the names of properties as the first row. */
static bool is_export_header(struct str line)
{
    return str_find(line, STR("MessageSubject")) >= 0 && str_find(line, STR("EventId")) >= 0 &&
           str_find(line, STR("Timestamp")) >= 0;
}

bool columns_header(struct str line, struct columns *now)
{
    (void)str_take(&line, STR("\xEF\xBB\xBF"));
    line = unwrap_trim_end(line);
    if (str_take(&line, STR("#Fields:"))) {
        if (!read_names(str_trim(line), now))
            *now = (struct columns){.table = TABLE_STRANGE};
        return true;
    }
    if (str_starts(line, STR("#")))
        return true;
    struct columns columns;
    if (line.len == 0 || (char_is_digit(line.ptr[0])) || !is_export_header(line) ||
        !read_names(line, &columns) || columns.table != TABLE_TRACKING)
        return false;
    *now = columns;
    return true;
}

/* "2022-07-20T21:28:50.530Z," as rows begin; an envelope of syslog has a blank there. */
static bool is_row(struct str line)
{
    enum { STAMP_MIN = 20, STAMP_MAX = 35 };
    ptrdiff_t comma = str_find_char(str_head(line, STAMP_MAX), ',');
    return comma >= STAMP_MIN && char_is_digit(line.ptr[0]) && line.ptr[4] == '-' &&
           line.ptr[10] == 'T' && str_find_char(str_head(line, (size_t)comma), ' ') < 0;
}

/* A file is a table if its first line is of one. */
static uint8_t table_begun_by(struct str line)
{
    struct columns ignored;
    (void)str_take(&line, STR("\xEF\xBB\xBF"));
    static const char *const starts[] = {
        "#Software: ", "#Fields: ", "#Log-type: ", "#Version: ", "#Date: ", "#TYPE "};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts(line, str_of(starts[i])))
            return TABLE_UNSTATED;
    if (is_row(line) || (!str_starts(line, STR("#")) && columns_header(line, &ignored)))
        return TABLE_UNSTATED;
    return listing_begins(line);
}

static struct str take_line(struct str *text)
{
    ptrdiff_t end = str_find_char(*text, '\n');
    struct str line = end < 0 ? *text : str_head(*text, (size_t)end);
    *text = str_skip(*text, end < 0 ? text->len : (size_t)end + 1);
    return line;
}

void columns_follow(struct columns *now, const char *data, size_t bytes, struct columns *ret_stamp)
{
    struct str text = {data, bytes};
    if (now->table == TABLE_UNASKED && bytes)
        now->table = table_begun_by(take_line(&(struct str){data, bytes}));
    *ret_stamp = *now;
    while (now->table > TABLE_NONE && !columns_is_listing(now) && text.len)
        (void)columns_header(take_line(&text), now);
}

static void lay_out(struct columns *ret, uint8_t table, const uint8_t *names, size_t count)
{
    ret->table = table;
    ret->count = (uint8_t)count;
    memcpy(ret->names, names, count);
}

/* The layout of rows that have no header above them. */
static bool usual_layout(size_t count, struct columns *ret)
{
    enum { BEFORE_NETWORK_ID = 11 };
    if (count == sizeof smtp) {
        lay_out(ret, TABLE_SMTP, smtp, count);
    } else if (count >= MAILBOX_MIN && count <= sizeof mailbox) {
        lay_out(ret, TABLE_MAILBOX, mailbox, count);
    } else if (count == TRACKING_2007 || count == TRACKING_2010) {
        lay_out(ret, TABLE_TRACKING, tracking_2013, count);
        memcpy(ret->names + BEFORE_NETWORK_ID, tracking_2013 + BEFORE_NETWORK_ID + 1,
               count - BEFORE_NETWORK_ID);
    } else if (count >= TRACKING_2013 && count <= TRACKING_MAX) {
        lay_out(ret, TABLE_TRACKING, tracking_2013, count);
    } else {
        return false;
    }
    return true;
}

const char *columns_row(struct str line, const struct columns *now, struct row *ret)
{
    struct str values[COLUMNS_MAX];
    struct columns usual;
    size_t count = 0;
    for (bool more = true; more; count++) {
        if (count == COLUMNS_MAX)
            return "more columns than any log has";
        if (!take_value(&line, &values[count], &more))
            return "quotes left open in a row of a table";
    }
    if (now->table == TABLE_STRANGE)
        return "its #Fields line is of no log known here";
    if (now->table == TABLE_UNSTATED) {
        if (!usual_layout(count, &usual))
            return "no #Fields line above it, and no usual log has so many columns";
        now = &usual;
    }
    if (count != now->count)
        return "not as many columns as its #Fields line names";
    *ret = (struct row){.table = now->table};
    for (size_t i = 0; i < count; i++)
        if (now->names[i] != COLUMN_OTHER)
            ret->values[now->names[i]] = values[i];
    return NULL;
}
