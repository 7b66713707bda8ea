#include "log.h"

#include <stdlib.h>

#include "memory.h"

enum { BUFFER_BYTES = 1 << 20, ROOM = 48 << 10, USEC = 1000000 };

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct date log_date(int64_t day)
{
    int64_t shifted = day + 719468; /* since 0000-03-01 */
    int64_t era = shifted / 146097;
    int64_t of_era = shifted % 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    struct date ret = {(int)(year + era * 400), 0, (unsigned)(of_year - (153 * month + 2) / 5 + 1)};
    ret.month = (unsigned)(month < 10 ? month + 3 : month - 9);
    ret.year += ret.month <= 2;
    return ret;
}

int64_t log_day(const struct date *date)
{
    int64_t year = date->year - (date->month <= 2);
    int64_t of_era = year % 400;
    int64_t month = date->month > 2 ? date->month - 3 : date->month + 9;
    int64_t of_year = (153 * month + 2) / 5 + date->day - 1;
    return year / 400 * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void log_open(struct log *log, const struct log_options *options, const struct sink *sink)
{
    *log = (struct log){.options = *options, .sink = *sink, .second = -1};
    log->buffer = memory_new(BUFFER_BYTES, 1);
    log->out.at = log->buffer;
    log->part_end = options->part_usec ? options->start + options->part_usec : INT64_MAX;
    sink_open(&log->sink);
}

static void put_clock(struct writer *out, int64_t second)
{
    uint32_t of_day = (uint32_t)(second % 86400);
    put_padded(out, of_day / 3600, 2);
    put_char(out, ':');
    put_padded(out, of_day / 60 % 60, 2);
    put_char(out, ':');
    put_padded(out, of_day % 60, 2);
}

void put_syslog_stamp(struct writer *out, int64_t second)
{
    struct date date = log_date(second / 86400);
    put(out, months[date.month - 1]);
    put_char(out, ' ');
    put_char(out, date.day < 10 ? ' ' : (char)('0' + date.day / 10));
    put_char(out, (char)('0' + date.day % 10));
    put_char(out, ' ');
    put_clock(out, second);
}

static void stamp_second(struct log *log, int64_t second)
{
    struct writer out = {log->stamp};
    struct date date = log_date(second / 86400);
    if (log->options.iso) {
        put_padded(&out, (uint32_t)date.year, 4);
        put_char(&out, '-');
        put_padded(&out, date.month, 2);
        put_char(&out, '-');
        put_padded(&out, date.day, 2);
        put_char(&out, 'T');
        put_clock(&out, second);
        put_char(&out, '.');
    } else {
        put_syslog_stamp(&out, second);
        put_char(&out, ' ');
        put(&out, log->options.host);
        put_char(&out, ' ');
    }
    log->stamp_len = (size_t)(out.at - log->stamp);
    log->second = second;
}

static void flush(struct log *log)
{
    size_t count = (size_t)(log->out.at - log->buffer);
    sink_write(&log->sink, log->buffer, count);
    log->flushed += count;
    log->out.at = log->buffer;
}

static void next_part(struct log *log)
{
    flush(log);
    sink_close(&log->sink);
    sink_open(&log->sink);
    log->part_begin = log->flushed;
    log->part_end += log->options.part_usec;
}

static bool last_part(const struct log *log)
{
    return log->sink.part + 1 >= log->sink.parts;
}

struct writer *log_line(struct log *log, int64_t time, const char *program, uint32_t pid)
{
    if (time >= log->part_end && !last_part(log))
        next_part(log);
    if (time / USEC != log->second)
        stamp_second(log, time / USEC);
    struct writer *out = &log->out;
    log->line = out->at;
    put_bytes(out, log->stamp, log->stamp_len);
    if (log->options.iso) {
        put_padded(out, (uint32_t)(time % USEC), 6);
        put(out, "+00:00 ");
        put(out, log->options.host);
        put_char(out, ' ');
    }
    put(out, program);
    if (pid) {
        put_char(out, '[');
        put_number(out, pid);
        put_char(out, ']');
    }
    put(out, ": ");
    return out;
}

uint64_t log_bytes(const struct log *log)
{
    return log->flushed + (uint64_t)(log->out.at - log->buffer);
}

void log_end(struct log *log)
{
    put_char(&log->out, '\n');
    if (log->options.lost > 0 && random_chance(&log->random, log->options.lost)) {
        log->out.at = log->line;
        return;
    }
    log->lines++;
    if (log->options.part_bytes && log_bytes(log) - log->part_begin >= log->options.part_bytes &&
        !last_part(log))
        next_part(log);
    if (log->out.at - log->buffer > BUFFER_BYTES - ROOM)
        flush(log);
}

void log_close(struct log *log)
{
    flush(log);
    sink_close(&log->sink);
    free(log->buffer);
}
