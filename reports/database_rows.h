/* Rows of case.db, cell by cell from the left, as csv.h does it. The first error is remembered, and
 * everything after it does nothing. */
#ifndef POSTMORTEM_DATABASE_ROWS_H
#define POSTMORTEM_DATABASE_ROWS_H

#include <sqlite3.h>

#include "arena.h"
#include "finding.h"

struct rows_out {
    sqlite3 *db;
    sqlite3_stmt *insert; /* into the table at hand */
    int cell;
    int error;           /* SQLITE_OK, or the first failure */
    char why[200];       /* of the first failure, in SQLite's words */
    struct arena bytes;  /* of the text cells of the row at hand */
    sqlite3_int64 count; /* rows of the table at hand: the next one's id is count + 1 */
};

/* Rows go to this table from now on. */
void rows_table(struct rows_out *rows, const char *table);
void rows_end_table(struct rows_out *rows);

/* Bytes that are no UTF-8, and NUL, become U+FFFD. */
void cell_str(struct rows_out *rows, struct str value);   /* NULL if ptr is NULL */
void cell_text(struct rows_out *rows, const char *value); /* NULL if NULL */
void cell_number(struct rows_out *rows, uint64_t value);
void cell_known(struct rows_out *rows, int64_t value); /* NULL if UNKNOWN */
void cell_tenths(struct rows_out *rows, int value);
void cell_when(struct rows_out *rows, struct when value); /* NULL if TIME_NONE */
void cell_digest(struct rows_out *rows, const uint8_t *sha256);
void cell_null(struct rows_out *rows);
void row_end(struct rows_out *rows);

/* The tables: what the report says, its queue, campaigns and limits among it, and the records
 * behind it. */
void database_report(struct rows_out *rows, const struct report *report);
void database_figures(struct rows_out *rows, const struct report *report);
void database_facts(struct rows_out *rows, const struct report *report);

#endif
