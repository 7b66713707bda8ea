/* Clocks that stand apart: what two hosts log of one message, and how often it must be so. */
#include <stdio.h>

#include "run_testing.h"

enum { LOG_SIZE = 16384 };

/* count messages that mx1 hands to out, whose clock is ahead by so many seconds, more with each
 * message by drift. */
static void write_logs(char *a, char *b, int count, int ahead, int drift)
{
    size_t len_a = 0, len_b = 0;
    for (int i = 0; i < count; i++) {
        int second = 5 + ahead + i * drift;
        len_a += (size_t)snprintf(
            a + len_a, LOG_SIZE - len_a,
            "2024-03-03T10:%02d:04Z mx1 postfix/smtpd[1]: A1B2C3D4E%d: client=unknown[192.0.2.1], "
            "sasl_method=PLAIN, sasl_username=anna@b.example\n"
            "2024-03-03T10:%02d:04Z mx1 postfix/qmgr[2]: A1B2C3D4E%d: from=<anna@b.example>, "
            "size=9, nrcpt=1 (queue active)\n"
            "2024-03-03T10:%02d:05Z mx1 postfix/smtp[3]: A1B2C3D4E%d: to=<x@c.example>, "
            "relay=out.b.example[198.51.100.2]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent "
            "(250 2.0.0 Ok: queued as F1F2F3F4F%d)\n",
            i, i, i, i, i, i, i);
        len_b += (size_t)snprintf(
            b + len_b, LOG_SIZE - len_b,
            "2024-03-03T10:%02d:%02dZ out postfix/smtpd[1]: F1F2F3F4F%d: client=mx1.b.example"
            "[198.51.100.1]\n"
            "2024-03-03T10:%02d:%02dZ out postfix/qmgr[2]: F1F2F3F4F%d: from=<anna@b.example>, "
            "size=9, nrcpt=1 (queue active)\n",
            i, second, i, i, second, i);
    }
}

static int check(const char *why, int count, int ahead, int drift, const char *expected)
{
    char a[LOG_SIZE], b[LOG_SIZE];
    write_logs(a, b, count, ahead, drift);
    const struct test_file files[] = {{"a.log", a, 0}, {"b.log", b, 0}};
    struct test_case test = {
        .why = why, .files = files, .file_count = 2, .shown = SHOW_NOTES, .expected = expected};
    return check_case(&test);
}

int main(void)
{
    int failed = 0;
    failed += check("a clock that is ahead", 9, 41, 0,
                    "mx1 runs 41 s behind out (9 pairs of events); their times stand as logged\n");
    failed += check("a clock that is behind", 9, -5, 0,
                    "out runs 5 s behind mx1 (9 pairs of events); their times stand as logged\n");
    failed += check("too few pairs", 4, 41, 0, "");
    failed += check("pairs that disagree", 9, 0, 6, "");
    failed += check("within what whole seconds hide", 9, 2, 0, "");
    return failed != 0;
}
