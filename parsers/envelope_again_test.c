/* Lines in many orders: what came before must not change what a line says. */
#include "envelope_again.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const fronts[] = {
    "Nov 22 16:22:34 mx1 ",
    "Nov 22 16:22:59 mx1 ",
    "Nov 22 16:22:60 mx1 ",
    "Nov 22 16:22:7x mx1 ",
    "Nov 22 16:23:00 mx1 ",
    "Nov 22 16:22:34 mx2 ",
    "Nov 22 16:22:34  mx1 ",
    "Nov 22 16:22:34 mx1  ",
    "Nov  2 16:22:34 mx1 ",
    "Nov 2 16:22:34 mx1 ",
    "Nov 22 16:22:34.123 mx1 ",
    "Nov 22 16:22:34.12 mx1 ",
    "Nov 22 16:22:34.1234567 mx1 ",
    "Nov 22 16:22:34 2024 mx1 ",
    "Nov 22 2024 16:22:34 mx1 ",
    "2024 Nov 22 16:22:34 mx1 ",
    "Nov 22 16:22:34 Nov ",
    "Nov 22 16:22:34 last ",
    "Nov 22 16:22:34 2001:db8::1 ",
    "Nov 22 16:22:34 <mail.info> mx1 ",
    "Nov 22 16:22:34: ",
    "2026-11-22T16:22:34.123456+02:00 mx1 ",
    "2026-11-22T16:22:35.003456+02:00 mx1 ",
    "2026-11-22T16:22:35.003456+01:00 mx1 ",
    "2026-11-22T16:22:35,003456+02:00 mx1 ",
    "2026-11-22T16:22:34Z mx1 ",
    "2026-11-22T16:22:34 mx1 ",
    "2026-11-22 16:22:34 mx1 ",
    "2026-11-22 16:22:34.123456 mx1 ",
    "2026-11-22T16:22:34Z INFO ",
    "2026-11-22T16:22:34Z stdout ",
    "2026-11-22T16:22:34Z 2026-11-22 ",
    "<22>Nov 22 16:22:34 mx1 ",
    "app_1  | Nov 22 16:22:34 mx1 ",
    "",
};

static const char *const tails[] = {
    "postfix/smtpd[123]: connect from a[192.0.2.1]",
    "postfix/127.0.0.1:10025/smtpd[1]:  x",
    "dovecot: imap-login: Info: x",
    "kernel:[12.3] x",
    "kernel: [12.3] x",
    "a[0]: x",
    "a[1234567890]: x",
    "a[99999999999]: x",
    "a[x]: x",
    "[12]: x",
    "a[]: x",
    "a[1] x",
    "a: x",
    ": x",
    "a",
    "",
    "last message repeated 5 times",
    "message repeated 2 times: [ x]",
    "a[1]: message repeated 2 times: [ x]",
    "syslogd[9]: last message repeated 2 times",
    "-- MARK --",
    "a[1]: [ID 197553 mail.info] x",
    "a[1]: <Info>: x",
    "16:22:34 b[2]: x",
    "10:00:00 b[2]: x",
    "22 16:22:34 mx1 b[2]: x",
    "F a[1]: x",
    "mail.info a[1]: x",
    "a[1]: x\r",
    "a[1]:",
    "a[1]: ",
};

enum { FRONTS = sizeof fronts / sizeof *fronts, TAILS = sizeof tails / sizeof *tails };
enum { ROUNDS = 50000 };

static bool same_text(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static bool same(const struct envelope *a, const struct envelope *b)
{
    return a->format == b->format && a->stamp.usec == b->stamp.usec &&
           a->stamp.kind == b->stamp.kind && a->stamp.digits == b->stamp.digits &&
           same_text(a->host, b->host) && same_text(a->program, b->program) && a->pid == b->pid &&
           same_text(a->text, b->text) && same_text(a->body, b->body) &&
           a->repeated == b->repeated && a->repeats_last == b->repeats_last &&
           a->separator == b->separator;
}

int main(void)
{
    struct envelope_again again = {0};
    struct arena scratch = {0};
    uint64_t random = 1;
    int failed = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        char line[256];
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        int len = snprintf(line, sizeof line, "%s%s", fronts[(random >> 20) % FRONTS],
                           tails[(random >> 42) % TAILS]);
        struct str text = {line, (size_t)len};
        struct envelope plain, quick;
        bool expected = envelope_parse(text, &scratch, &plain),
             got = envelope_parse_again(&again, text, &scratch, &quick);
        if (got != expected || (got && !same(&plain, &quick))) {
            printf("differs: %s\n", line);
            failed++;
        }
    }
    arena_free(&scratch);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
