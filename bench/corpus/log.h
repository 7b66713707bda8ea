/* Lines of one syslog file: stamp, host, program and process in front, a newline behind. */
#ifndef CORPUS_LOG_H
#define CORPUS_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "random.h"
#include "sink.h"
#include "writer.h"

struct log_options {
    const char *host;
    double lost;              /* share of lines that are not written */
    bool iso;                 /* rsyslog's ISO stamps, else RFC 3164 */
    uint64_t part_bytes;      /* a part ends after so many; 0: not by size */
    int64_t start, part_usec; /* a part ends after so long; 0: not by time */
};

struct log {
    struct log_options options;
    struct sink sink;
    struct writer out;
    char *buffer, *line;  /* the line at hand */
    struct random random; /* which lines get lost */
    int64_t second;       /* of the stamp below */
    char stamp[96];
    size_t stamp_len;
    uint64_t flushed, part_begin; /* bytes */
    int64_t part_end;             /* microseconds */
    uint64_t lines;
};

void log_open(struct log *log, const struct log_options *options, const struct sink *sink);
/* Begins a line and returns where to write the rest of it, at most 32 KiB. pid 0: none is shown. */
struct writer *log_line(struct log *log, int64_t time, const char *program, uint32_t pid);
void log_end(struct log *log);
uint64_t log_bytes(const struct log *log);
void log_close(struct log *log);

struct date {
    int year;
    unsigned month, day; /* from 1 */
};
struct date log_date(int64_t day); /* days since 1970 */
int64_t log_day(const struct date *date);
/* `Mar  2 14:03:00`; second: since 1970 */
void put_syslog_stamp(struct writer *out, int64_t second);

#endif
