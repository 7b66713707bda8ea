/* What a worker makes of a block: events with their places, stretches of clock, digests of minutes,
 * and what a repetition repeats. */
#include "batch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEST_SEED = 1 }; /* of the tables */

enum { TEXT = 8192 };

struct text {
    char bytes[TEXT];
    size_t len;
};

__attribute__((format(printf, 2, 3))) static void say(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text->bytes + text->len, sizeof text->bytes - text->len, format, args);
    va_end(args);
    text->len += n > 0 ? (size_t)n : 0;
    if (text->len >= sizeof text->bytes)
        abort();
}

/* "Jan  1 00:00:00" of the template year, for stamps without one. */
static const char *clock_text(int64_t usec, char *text)
{
    return when_text((struct when){usec, 0}, text);
}

static void say_events(struct text *text, const struct batch *batch)
{
    for (uint32_t i = 0; i < batch->event_count; i++) {
        const struct line_event *e = &batch->events[i];
        struct str host = batch->hosts[e->host].name;
        say(text, "line %u at %llu+%u %.*s %s", e->line, (unsigned long long)e->offset, e->length,
            (int)host.len, host.ptr, event_kind_name(e->kind));
        if (e->count != 1)
            say(text, " x%u", e->count);
        if (e->repeats == REPEATS_EDGE)
            say(text, " of the line before the block");
        else if (e->kind == EVENT_REPEAT)
            say(text, e->repeats ? " of event %u" : " of nothing", e->repeats - 1);
        say(text, "\n");
    }
}

static void say_clocks(struct text *text, const struct batch *batch)
{
    char a[WHEN_TEXT], b[WHEN_TEXT];
    for (uint32_t i = 0; i < batch->segment_count; i++) {
        const struct clock_segment *s = &batch->segments[i];
        struct str host = batch->hosts[s->host].name;
        say(text, "segment %u %.*s %s..%s", i, (int)host.len, host.ptr, clock_text(s->first, a),
            clock_text(s->last, b));
        if (s->min != s->first || s->max != s->last)
            say(text, " within %s..%s", clock_text(s->min, a), clock_text(s->max, b));
        say(text, "\n");
    }
}

static void say_digests(struct text *text, const struct batch *batch)
{
    char a[WHEN_TEXT];
    for (uint32_t i = 0; i < batch->digest_count; i++) {
        const struct digest *d = &batch->digests[i];
        say(text, "minute %.16s of segment %u: %u lines, seconds %u to %u\n",
            clock_text(d->minute * 60 * USEC_PER_SEC, a), d->segment, d->lines, d->first, d->last);
    }
}

static void say_counts(struct text *text, const struct batch *batch)
{
    say(text, "%llu lines: %llu recognised, %llu other, %llu unrecognised, %llu dropped\n",
        (unsigned long long)batch->lines, (unsigned long long)batch->recognised,
        (unsigned long long)batch->other_program, (unsigned long long)batch->unrecognised,
        (unsigned long long)batch->dropped);
}

static const struct batch *fill(struct batch_worker *worker, struct block *block, const char *lines,
                                batch_filter *filter, void *user)
{
    block->data = (char *)(uintptr_t)lines;
    block->bytes = strlen(lines);
    batch_fill(worker, block, filter, user);
    return block->result;
}

static const struct {
    const char *lines, *expected;
    bool events, clocks, digests;
} cases[] = {
    /* Events and their places; CRLF is no part of a line. */
    {"Nov 22 16:22:34 mx1 postfix/smtpd[12]: connect from unknown[192.0.2.1]\r\n"
     "Nov 22 16:22:34 mx1 kernel: noise\r\n"
     "no log line\r\n"
     "\r\n"
     "Nov 22 16:22:35 mx1 postfix/smtpd[12]: what is this\r\n"
     "Nov 22 16:22:35 mx1 postfix/qmgr[13]: A1B2C3D4E5: removed",
     "line 0 at 0+70 mx1 CONNECT\n"
     "line 5 at 175+57 mx1 REMOVED\n"
     "6 lines: 2 recognised, 1 other, 3 unrecognised, 0 dropped\n",
     true, false, false},
    /* Repetitions: of the last line of the same host, in the same block or before it. */
    {"Nov 22 16:22:34 mx1 last message repeated 2 times\n"
     "Nov 22 16:22:35 mx1 postfix/smtpd[12]: warning: unknown[192.0.2.1]: SASL LOGIN "
     "authentication failed: UGFzc3dvcmQ6\n"
     "Nov 22 16:22:36 mx2 last message repeated 5 times\n"
     "Nov 22 16:22:37 mx1 last message repeated 3 times\n"
     "Nov 22 16:22:38 mx1 kernel: noise\n"
     "Nov 22 16:22:39 mx1 last message repeated 4 times\n",
     "line 0 at 0+49 mx1 REPEAT x2 of the line before the block\n"
     "line 1 at 50+114 mx1 AUTH_FAILED\n"
     "line 2 at 165+49 mx2 REPEAT x5 of the line before the block\n"
     "line 3 at 215+49 mx1 REPEAT x3 of event 1\n"
     "line 5 at 299+49 mx1 REPEAT x4 of nothing\n"
     "6 lines: 5 recognised, 1 other, 0 unrecognised, 0 dropped\n",
     true, false, false},
    /* rsyslog's form holds its text. */
    {"Nov 22 16:22:37 mx1 postfix/smtpd[12]: message repeated 3 times: [ warning: "
     "unknown[192.0.2.1]: SASL LOGIN authentication failed: UGFzc3dvcmQ6]\n",
     "line 0 at 0+143 mx1 AUTH_FAILED x3\n"
     "1 lines: 1 recognised, 0 other, 0 unrecognised, 0 dropped\n",
     true, false, false},
    /* A step back of an hour, of less and of more; a late line; New Year; two hosts with a clock
       each. */
    {"Oct 29 02:59:58 mx1 a: x\n"
     "Oct 29 02:00:01 mx1 a: x\n"
     "Oct 29 01:50:00 mx1 a: x\n"
     "Oct 28 12:00:00 mx1 a: x\n"
     "Oct 29 02:30:00 mx2 a: x\n"
     "Oct 29 03:30:00 mx1 a: x\n",
     "segment 0 mx1 2000-10-29T02:59:58Z..2000-10-29T02:59:58Z\n"
     "segment 1 mx1 2000-10-29T02:00:01Z..2000-10-29T03:30:00Z within "
     "2000-10-28T12:00:00Z..2000-10-29T03:30:00Z\n"
     "segment 2 mx2 2000-10-29T02:30:00Z..2000-10-29T02:30:00Z\n"
     "6 lines: 0 recognised, 6 other, 0 unrecognised, 0 dropped\n",
     false, true, false},
    {"Dec 31 23:59:59 mx1 cron: x\n"
     "Jan  1 00:00:00 mx1 cron: x\n"
     "Dec 31 23:59:59 mx1 cron: x\n"
     "Jan  1 00:00:01 mx1 cron: x\n",
     "segment 0 mx1 2000-12-31T23:59:59Z..2000-12-31T23:59:59Z\n"
     "segment 1 mx1 2000-01-01T00:00:00Z..2000-01-01T00:00:00Z\n"
     "segment 2 mx1 2000-12-31T23:59:59Z..2000-12-31T23:59:59Z\n"
     "segment 3 mx1 2000-01-01T00:00:01Z..2000-01-01T00:00:01Z\n"
     "4 lines: 0 recognised, 4 other, 0 unrecognised, 0 dropped\n",
     false, true, false},
    /* UTC stamps step back an hour without a new stretch; another kind of stamp is one. */
    {"2024-10-27T02:59:58.5+02:00 mx1 cron: x\n"
     "2024-10-27T01:59:59.5+02:00 mx1 cron: x\n"
     "Oct 27 02:00:00 mx1 cron: x\n",
     "segment 0 mx1 2024-10-27T00:59:58Z..2024-10-26T23:59:59Z within "
     "2024-10-26T23:59:59Z..2024-10-27T00:59:58Z\n"
     "segment 1 mx1 2000-10-27T02:00:00Z..2000-10-27T02:00:00Z\n"
     "3 lines: 0 recognised, 3 other, 0 unrecognised, 0 dropped\n",
     false, true, false},
    /* Minutes, one host after the other. */
    {"Nov 22 16:22:07 mx1 cron: x\n"
     "Nov 22 16:22:34 mx1 cron: x\n"
     "Nov 22 16:22:11 mx1 cron: x\n"
     "Nov 22 16:22:34 mx2 cron: x\n"
     "Nov 22 16:23:00 mx1 cron: x\n",
     "minute 2000-11-22T16:22 of segment 0: 3 lines, seconds 7 to 34\n"
     "minute 2000-11-22T16:22 of segment 1: 1 lines, seconds 34 to 34\n"
     "minute 2000-11-22T16:23 of segment 0: 1 lines, seconds 0 to 0\n"
     "5 lines: 0 recognised, 5 other, 0 unrecognised, 0 dropped\n",
     false, false, true},
};

static int check_cases(struct batch_worker *worker)
{
    struct block block = {0};
    int failed = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text = {0};
        const struct batch *batch = fill(worker, &block, cases[i].lines, NULL, NULL);
        if (cases[i].events)
            say_events(&text, batch);
        if (cases[i].clocks)
            say_clocks(&text, batch);
        if (cases[i].digests)
            say_digests(&text, batch);
        say_counts(&text, batch);
        if (strcmp(text.bytes, cases[i].expected)) {
            printf("lines:\n%s\nexpected:\n%s\nfound:\n%s\n\n", cases[i].lines, cases[i].expected,
                   text.bytes);
            failed++;
        }
    }
    batch_free(block.result);
    return failed;
}

/* The sum of a minute does not depend on the order of its lines, nor on their wrapping. */
static int check_sums(struct batch_worker *worker)
{
    static const char *const same[] = {
        "Nov 22 16:22:34 mx1 cron: a\nNov 22 16:22:34 mx1 cron: b\n",
        "Nov 22 16:22:34 mx1 cron: b\r\nNov 22 16:22:34 mx1 cron: a\r\n",
        "mail-1  | Nov 22 16:22:34 mx1 cron: a\nmail-1  | Nov 22 16:22:34 mx1 cron: b",
    };
    struct block block = {0};
    uint64_t sum = fill(worker, &block, same[0], NULL, NULL)->digests[0].sum;
    int failed = 0;
    for (size_t i = 1; i < sizeof same / sizeof *same; i++) {
        const struct batch *batch = fill(worker, &block, same[i], NULL, NULL);
        if (batch->digest_count != 1 || batch->digests[0].sum != sum) {
            printf("another digest than before:\n%s\n\n", same[i]);
            failed++;
        }
    }
    if (fill(worker, &block, "Nov 22 16:22:34 mx1 cron: a\nNov 22 16:22:34 mx1 cron: c\n", NULL,
             NULL)
            ->digests[0]
            .sum == sum) {
        printf("other lines, the same digest\n");
        failed++;
    }
    batch_free(block.result);
    return failed;
}

static bool every_other(void *user, struct str host, const struct stamp *stamp, uint64_t hash)
{
    unsigned *asked = user;
    (void)host;
    (void)stamp;
    (void)hash;
    return (*asked)++ % 2 == 0;
}

/* A dropped line leaves no event, no time and no digest, but its number. */
static int check_filter(struct batch_worker *worker)
{
    struct block block = {0};
    struct text text = {0};
    unsigned asked = 0;
    const char *expected = "line 0 at 0+57 mx1 REMOVED\n"
                           "line 3 at 128+57 mx1 REMOVED\n"
                           "segment 0 mx1 2000-11-22T16:22:35Z..2000-11-22T16:22:37Z\n"
                           "minute 2000-11-22T16:22 of segment 0: 2 lines, seconds 35 to 37\n"
                           "4 lines: 2 recognised, 0 other, 1 unrecognised, 1 dropped\n";
    const struct batch *batch = fill(worker, &block,
                                     "Nov 22 16:22:35 mx1 postfix/qmgr[13]: A1B2C3D4E5: removed\n"
                                     "Nov 22 16:22:36 mx1 postfix/qmgr[13]: A1B2C3D4E6: removed\n"
                                     "no log line\n"
                                     "Nov 22 16:22:37 mx1 postfix/qmgr[13]: A1B2C3D4E7: removed\n",
                                     every_other, &asked);
    say_events(&text, batch);
    say_clocks(&text, batch);
    say_digests(&text, batch);
    say_counts(&text, batch);
    batch_free(block.result);
    if (strcmp(text.bytes, expected) == 0 && asked == 3)
        return 0;
    printf("filtered, asked %u times\nexpected:\n%s\nfound:\n%s\n\n", asked, expected, text.bytes);
    return 1;
}

int main(void)
{
    struct matcher *matcher = NULL;
    struct err err = {0};
    if (!matcher_new(&matcher, &err)) {
        printf("%s\n", err.text);
        return EXIT_FAILURE;
    }
    struct batch_worker *worker = batch_worker_new(matcher, TEST_SEED);
    int failed = check_cases(worker) + check_sums(worker) + check_filter(worker);
    batch_worker_free(worker);
    matcher_free(matcher);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
