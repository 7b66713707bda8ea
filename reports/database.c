#include "database.h"

#include <assert.h>
#include <stdio.h>

#include "database_rows.h"
#include "escape.h"

/* "pmrt"; the version of the schema is user_version. */
enum { APPLICATION_ID = 0x706D7274, SCHEMA_VERSION = 1, STATEMENT_TEXT = 512 };

extern const struct str case_schema;

bool database_is_built(void)
{
    return true;
}

static int columns_of(struct rows_out *rows, const char *table)
{
    sqlite3_stmt *query = NULL;
    int count = 0;
    rows->error =
        sqlite3_prepare_v2(rows->db, "SELECT count(*) FROM pragma_table_info(?)", -1, &query, NULL);
    if (rows->error == SQLITE_OK)
        rows->error = sqlite3_bind_text(query, 1, table, -1, SQLITE_STATIC);
    if (rows->error == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW)
        count = sqlite3_column_int(query, 0);
    sqlite3_finalize(query);
    return count;
}

void rows_table(struct rows_out *rows, const char *table)
{
    char text[STATEMENT_TEXT];
    int len = snprintf(text, sizeof text, "INSERT INTO %s VALUES(?", table);
    int columns = rows->error == SQLITE_OK ? columns_of(rows, table) : 0;
    for (int i = 1; i < columns && len + 4 < STATEMENT_TEXT; i++)
        len += snprintf(text + len, STATEMENT_TEXT - (size_t)len, ",?");
    snprintf(text + len, STATEMENT_TEXT - (size_t)len, ")");
    rows->count = 0;
    if (rows->error == SQLITE_OK)
        rows->error = sqlite3_prepare_v2(rows->db, text, -1, &rows->insert, NULL);
}

void rows_end_table(struct rows_out *rows)
{
    sqlite3_finalize(rows->insert);
    rows->insert = NULL;
}

static void check(struct rows_out *rows, int error)
{
    if (rows->error != SQLITE_OK || error == SQLITE_OK)
        return;
    rows->error = error;
    snprintf(rows->why, sizeof rows->why, "%s", sqlite3_errmsg(rows->db));
}

static bool is_fit(struct str text)
{
    bool valid = true;
    while (text.len > 0 && valid) {
        if (*text.ptr == '\0')
            return false;
        utf8_take(&text, &valid);
    }
    return valid;
}

/* The text itself, or a copy that lives until row_end. */
static struct str repaired(struct rows_out *rows, struct str text)
{
    bool valid;
    if (is_fit(text))
        return text;
    char *copy = arena_chars(&rows->bytes, 3 * text.len + 1);
    size_t len = 0;
    while (text.len > 0) {
        const char *begin = text.ptr;
        bool nul = *begin == '\0';
        utf8_take(&text, &valid);
        struct str piece = valid && !nul ? str_between(begin, text.ptr) : STR("\xEF\xBF\xBD");
        memcpy(copy + len, piece.ptr, piece.len);
        len += piece.len;
    }
    return (struct str){copy, len};
}

void cell_str(struct rows_out *rows, struct str value)
{
    rows->cell++;
    if (rows->error != SQLITE_OK || !value.ptr)
        return;
    value = repaired(rows, value);
    check(rows, sqlite3_bind_text64(rows->insert, rows->cell, value.ptr, value.len,
                                    SQLITE_TRANSIENT, SQLITE_UTF8));
}

void cell_text(struct rows_out *rows, const char *value)
{
    cell_str(rows, value ? str_of(value) : (struct str){NULL, 0});
}

void cell_number(struct rows_out *rows, uint64_t value)
{
    rows->cell++;
    if (rows->error == SQLITE_OK)
        check(rows, sqlite3_bind_int64(rows->insert, rows->cell,
                                       value > INT64_MAX ? INT64_MAX : (sqlite3_int64)value));
}

void cell_known(struct rows_out *rows, int64_t value)
{
    if (value == UNKNOWN)
        cell_null(rows);
    else
        cell_number(rows, (uint64_t)value);
}

void cell_tenths(struct rows_out *rows, int value)
{
    rows->cell++;
    if (rows->error == SQLITE_OK)
        check(rows, sqlite3_bind_double(rows->insert, rows->cell, value / 10.0));
}

void cell_when(struct rows_out *rows, struct when value)
{
    char text[WHEN_TEXT];
    cell_text(rows, value.usec == TIME_NONE ? NULL : when_text(value, text));
}

void cell_digest(struct rows_out *rows, const uint8_t *sha256)
{
    char text[DIGEST_TEXT];
    cell_text(rows, sha256 ? digest_text(sha256, text) : NULL);
}

void cell_null(struct rows_out *rows)
{
    rows->cell++;
}

void row_end(struct rows_out *rows)
{
    assert(rows->error != SQLITE_OK || rows->cell == sqlite3_bind_parameter_count(rows->insert));
    rows->cell = 0;
    rows->count++;
    if (rows->error != SQLITE_OK)
        return;
    int step = sqlite3_step(rows->insert);
    check(rows, step == SQLITE_DONE ? SQLITE_OK : step);
    sqlite3_reset(rows->insert);
    sqlite3_clear_bindings(rows->insert);
    arena_reset(&rows->bytes);
}

static void run(struct rows_out *rows, const char *statements)
{
    if (rows->error == SQLITE_OK)
        check(rows, sqlite3_exec(rows->db, statements, NULL, NULL, NULL));
}

/* One transaction, fixed page size, rows in the order of the report: the same bytes every time. */
static void fill(struct rows_out *rows, const struct report *report)
{
    char pragmas[STATEMENT_TEXT];
    sqlite3_int64 limit = INT64_MAX / 2; /* of the file in memory; SQLite's own is 1 GiB */
    snprintf(pragmas, sizeof pragmas,
             "PRAGMA page_size=4096; PRAGMA encoding='UTF-8'; PRAGMA journal_mode=OFF;"
             "PRAGMA application_id=%d; PRAGMA user_version=%d; BEGIN",
             APPLICATION_ID, SCHEMA_VERSION);
    sqlite3_file_control(rows->db, "main", SQLITE_FCNTL_SIZE_LIMIT, &limit);
    run(rows, pragmas);
    run(rows, case_schema.ptr);
    database_report(rows, report);
    database_facts(rows, report);
    run(rows, "CREATE INDEX source_ip ON source(ip);"
              "CREATE INDEX account_source_ip ON account_source(ip);"
              "CREATE INDEX account_source_account ON account_source(account);"
              "CREATE INDEX message_account ON message(account);"
              "CREATE INDEX message_source ON message(source);"
              "CREATE INDEX recipient_message ON recipient(message);"
              "CREATE INDEX login_ip ON login(ip); COMMIT");
}

static bool copy_out(struct rows_out *rows, struct out *out)
{
    sqlite3_int64 size = 0;
    unsigned char *bytes = sqlite3_serialize(rows->db, "main", &size, SQLITE_SERIALIZE_NOCOPY);
    if (!bytes || size <= 0)
        return false;
    out_str(out, (struct str){(const char *)bytes, (size_t)size});
    return true;
}

bool database_write(const struct report *report, struct out *out, struct err *err)
{
    struct rows_out rows = {0};
    check(&rows,
          sqlite3_open_v2("case", &rows.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "memdb"));
    if (rows.error == SQLITE_OK)
        fill(&rows, report);
    bool ok = rows.error == SQLITE_OK && copy_out(&rows, out);
    if (!ok)
        err_set(err, STATUS_OUTPUT, "case.db: %s",
                *rows.why    ? rows.why
                : rows.error ? sqlite3_errstr(rows.error)
                             : "SQLite does not give its bytes back");
    rows_end_table(&rows);
    sqlite3_close(rows.db);
    arena_free(&rows.bytes);
    return ok;
}
