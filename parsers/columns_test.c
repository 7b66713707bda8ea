#include "columns.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned failures;

static void check(bool ok, const char *what)
{
    if (!ok) {
        printf("failed: %s\n", what);
        failures++;
    }
}

#define HEADER "#Fields: date-time,connector-id,session-id,remote-endpoint,event,data,context\r\n"
#define SWAPPED "#Fields: session-id,date-time,connector-id,remote-endpoint,event,data,context\r\n"

static const char *const file[] = {
    "\xEF\xBB\xBF#Software: Microsoft Exchange Server\r\n", HEADER,
    "2024-01-25T15:14:39.031Z,S\\C,08DC,10.0.0.1:5,<,\"a,\"\"b\",\r\n", SWAPPED,
    "08DC,2024-01-25T15:14:39.031Z,S\\C,10.0.0.1:5,<,c,\r\n"};

enum { LINES = sizeof file / sizeof *file };

/* The map at the start of a line does not depend on where blocks were cut. */
static void any_cut_gives_one_map(void)
{
    for (unsigned cuts = 0; cuts < 1U << (LINES - 1); cuts++) {
        struct columns now = {0}, stamp = {0};
        char block[1024];
        size_t bytes = 0;
        for (unsigned i = 0; i < LINES; i++) {
            size_t len = strlen(file[i]);
            memcpy(block + bytes, file[i], len);
            bytes += len;
            if (i + 1 < LINES && !(cuts & 1U << i))
                continue;
            columns_follow(&now, block, bytes, &stamp);
            bytes = 0;
        }
        check(now.table == TABLE_SMTP && now.names[0] == COLUMN_SESSION, "the last header holds");
    }
}

static void rows_by_header(void)
{
    struct columns now = {0};
    struct row row;
    check(columns_header(str_head(str_of(HEADER), sizeof HEADER - 3), &now) &&
              now.table == TABLE_SMTP,
          "a header");
    check(!columns_row(STR("t,S\\C,08DC,10.0.0.1:5,<,\"a,\"\"b\",c"), &now, &row) &&
              str_eq(row.values[COLUMN_DATA], STR("a,\"\"b")) &&
              str_eq(row.values[COLUMN_CONTEXT], STR("c")) && !row.values[COLUMN_USER].ptr,
          "quoted values");
    check(columns_row(STR("t,S\\C,08DC,10.0.0.1:5,<,\"a,b,c"), &now, &row), "quotes left open");
    check(columns_row(STR("t,S\\C,08DC,10.0.0.1:5,<,\"a\"b,c"), &now, &row), "text behind quotes");
    check(columns_row(STR("t,S\\C,08DC,10.0.0.1:5,<,a"), &now, &row), "too few columns");
    check(columns_header(STR("#Fields: a,b"), &now) && now.table == TABLE_STRANGE &&
              columns_row(STR("a,b"), &now, &row),
          "a log nobody knows");
}

static void rows_without_header(void)
{
    struct columns now = {0}, stamp;
    struct row row;
    static const char line[] = "2022-07-20T21:12:06.270Z,E\\D,08DA,9,1.2.3.4:25,1.2.3.5:2,>,535 x,";
    columns_follow(&now, line, sizeof line - 1, &stamp);
    check(now.table == TABLE_UNSTATED && stamp.table == TABLE_UNSTATED, "a table without a header");
    check(!columns_row(str_of(line), &now, &row) && row.table == TABLE_SMTP &&
              str_eq(row.values[COLUMN_DATA], STR("535 x")),
          "the usual layout");
    check(columns_row(STR("a,b,c,d"), &now, &row), "no usual layout");
}

static void other_files_are_no_tables(void)
{
    static const char *const lines[] = {
        "Nov 22 16:22:34 mx1 postfix/smtpd[1]: connect from unknown[28.249.22.114]\n",
        "2026-11-22T16:22:34.123456+00:00 mx1 postfix/smtpd[1]: a, b\n",
        "2026-11-22 16:22:34,753 INFO  [qtp-1:x] [name=a;] x - y\n", "# a comment\n", "\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct columns now = {0}, stamp;
        columns_follow(&now, lines[i], strlen(lines[i]), &stamp);
        check(now.table == TABLE_NONE && stamp.table == TABLE_NONE, lines[i]);
    }
}

int main(void)
{
    any_cut_gives_one_map();
    rows_by_header();
    rows_without_header();
    other_files_are_no_tables();
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
