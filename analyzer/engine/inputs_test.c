/* Which inputs are parts of one log, in which order, of which hosts, and which lines two of them
 * hold. */
#include <stdio.h>
#include <stdlib.h>

#include "run_testing.h"

#define FILES(...)                                                                                 \
    (const struct test_file[]){__VA_ARGS__},                                                       \
        sizeof((const struct test_file[]){__VA_ARGS__}) / sizeof(struct test_file)
#define PAIRS(...)                                                                                 \
    {                                                                                              \
        (struct pair[]){__VA_ARGS__}, sizeof((struct pair[]){__VA_ARGS__}) / sizeof(struct pair)   \
    }

/* The life of one message in three lines, and one with a reason of its own. */
#define CLIENT(second, host, id)                                                                   \
    "2024-03-03T10:00:" second "Z " host " postfix/smtpd[1]: " id                                  \
    ": client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=anna@b.example\n"
#define ACTIVE(second, host, id)                                                                   \
    "2024-03-03T10:00:" second "Z " host " postfix/qmgr[2]: " id                                   \
    ": from=<anna@b.example>, size=9, nrcpt=1 (queue active)\n"
#define SENT(second, host, id)                                                                     \
    "2024-03-03T10:00:" second "Z " host " postfix/smtp[3]: " id                                   \
    ": to=<x@c.example>, relay=c.example[198.51.100.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "   \
    "status=sent (250 Ok)\n"
#define FAILED(second, host)                                                                       \
    "2024-03-03T10:00:" second "Z " host " postfix/smtpd[4]: warning: unknown[192.0.2.66]: SASL "  \
    "LOGIN authentication failed: UGFzc3dvcmQ6\n"
#define ANNA(second, id)                                                                           \
    "2024-03-03T10:00:" second "Z mx1 " id " anna@b.example from 192.0.2.1: delivered\n"
#define STAMPS ", year: its stamps, zone: its stamps\n"
/* Without a host, as Postfix's own maillog_file has no such lines, but Dovecot's does. */
#define DOVECOT(second, name)                                                                      \
    "2024-03-03 10:00:" second " imap-login: Info: Login: user=<" name                             \
    ">, method=PLAIN, rip=192.0.2.5, lip=198.51.100.1, mpid=7, TLS, session=<" name ">\n"

static const struct test_case cases[] = {
    {"parts given in any order; messages go on from one to the next",
     FILES({"mail.log", SENT("30", "mx1", "A1B2C3D4E1") SENT("31", "mx1", "A1B2C3D4E2"), 0},
           {"mail.log.2", CLIENT("01", "mx1", "A1B2C3D4E1"), 0},
           {"mail.log.1",
            ACTIVE("10", "mx1", "A1B2C3D4E1") CLIENT("11", "mx1", "A1B2C3D4E2")
                ACTIVE("12", "mx1", "A1B2C3D4E2"),
            0}),
     .shown = SHOW_INPUTS | SHOW_MESSAGES | SHOW_SUMS,
     .expected = ANNA("01", "A1B2C3D4E1") ANNA(
         "11",
         "A1B2C3D4E2") "inbound 0 to 0, unattributed 0 to 0\n"
                       "mail.log.2: 1 lines, 2024-03-03T10:00:01Z to 2024-03-03T10:00:01Z" STAMPS
                       "mail.log.1: 3 lines, 2024-03-03T10:00:10Z to 2024-03-03T10:00:12Z" STAMPS
                       "mail.log: 2 lines, 2024-03-03T10:00:30Z to 2024-03-03T10:00:31Z" STAMPS},
    {"the same file twice counts once",
     FILES({"a.log",
            CLIENT("01", "mx1", "A1B2C3D4E1") ACTIVE("01", "mx1", "A1B2C3D4E1")
                SENT("05", "mx1", "A1B2C3D4E1") FAILED("07", "mx1"),
            0},
           {"b.log",
            CLIENT("01", "mx1", "A1B2C3D4E1") ACTIVE("01", "mx1", "A1B2C3D4E1")
                SENT("05", "mx1", "A1B2C3D4E1") FAILED("07", "mx1"),
            0}),
     .shown = SHOW_INPUTS | SHOW_MESSAGES | SHOW_LOGINS,
     .expected = ANNA(
         "01", "A1B2C3D4E1") "2024-03-03T10:00:01Z login anna@b.example as anna@b.example from "
                             "192.0.2.1\n"
                             "2024-03-03T10:00:07Z failed  as  from 192.0.2.66 (nobody)\n"
                             "a.log: 4 lines, 2024-03-03T10:00:01Z to 2024-03-03T10:00:07Z" STAMPS
                             "b.log: 0 lines and 4 again, 2024-03-03T10:00:01Z to "
                             "2024-03-03T10:00:07Z" STAMPS},
    {"the same file twice, all in one second",
     FILES({"a.log",
            FAILED("07", "mx1") CLIENT("07", "mx1", "A1B2C3D4E1") ACTIVE("07", "mx1", "A1B2C3D4E1")
                SENT("07", "mx1", "A1B2C3D4E1"),
            0},
           {"b.log",
            FAILED("07", "mx1") CLIENT("07", "mx1", "A1B2C3D4E1") ACTIVE("07", "mx1", "A1B2C3D4E1")
                SENT("07", "mx1", "A1B2C3D4E1"),
            0}),
     .shown = SHOW_MESSAGES | SHOW_LOGINS,
     .expected =
         ANNA("07", "A1B2C3D4E1") "2024-03-03T10:00:07Z login anna@b.example as anna@b.example "
                                  "from 192.0.2.1\n"
                                  "2024-03-03T10:00:07Z failed  as  from 192.0.2.66 (nobody)\n"},
    {"the same lines without time differences in order",
     FILES({"a.log", FAILED("07", "mx1") FAILED("07", "mx1") FAILED("09", "mx1"), 0},
           {"b.log", FAILED("07", "mx1") FAILED("09", "mx1"), 0}),
     .shown = SHOW_INPUTS | SHOW_LOGINS,
     .expected = "2024-03-03T10:00:07Z failed  as  from 192.0.2.66 (nobody)\n"
                 "2024-03-03T10:00:07Z failed  as  from 192.0.2.66 (nobody)\n"
                 "2024-03-03T10:00:09Z failed  as  from 192.0.2.66 (nobody)\n"
                 "a.log: 3 lines, 2024-03-03T10:00:07Z to 2024-03-03T10:00:09Z" STAMPS
                 "b.log: 0 lines and 2 again, 2024-03-03T10:00:07Z to 2024-03-03T10:00:09Z" STAMPS},
    {"mail.warn holds some of the lines of mail.log",
     FILES({"mail.log",
            CLIENT("01", "mx1", "A1B2C3D4E1") FAILED("02", "mx1") ACTIVE("03", "mx1", "A1B2C3D4E1")
                SENT("05", "mx1", "A1B2C3D4E1") FAILED("07", "mx1"),
            0},
           {"mail.warn", FAILED("02", "mx1") FAILED("07", "mx1"), 0}),
     .shown = SHOW_INPUTS | SHOW_LOGINS,
     .expected =
         "2024-03-03T10:00:01Z login anna@b.example as anna@b.example from 192.0.2.1\n"
         "2024-03-03T10:00:02Z failed  as  from 192.0.2.66 (nobody)\n"
         "2024-03-03T10:00:07Z failed  as  from 192.0.2.66 (nobody)\n"
         "mail.log: 5 lines, 2024-03-03T10:00:01Z to 2024-03-03T10:00:07Z" STAMPS
         "mail.warn: 0 lines and 2 again, 2024-03-03T10:00:02Z to 2024-03-03T10:00:07Z" STAMPS},
    {"mail.warn, rotated more rarely, holds older lines too",
     FILES({"mail.log",
            CLIENT("11", "mx1", "A1B2C3D4E1") FAILED("12", "mx1") ACTIVE("13", "mx1", "A1B2C3D4E1"),
            0},
           {"mail.warn", FAILED("02", "mx1") FAILED("12", "mx1"), 0}),
     .shown = SHOW_INPUTS | SHOW_LOGINS,
     .expected =
         "2024-03-03T10:00:11Z login anna@b.example as anna@b.example from 192.0.2.1\n"
         "2024-03-03T10:00:02Z failed  as  from 192.0.2.66 (nobody)\n"
         "2024-03-03T10:00:12Z failed  as  from 192.0.2.66 (nobody)\n"
         "mail.warn: 1 lines and 1 again, 2024-03-03T10:00:02Z to 2024-03-03T10:00:12Z" STAMPS
         "mail.log: 3 lines, 2024-03-03T10:00:11Z to 2024-03-03T10:00:13Z" STAMPS},
    {"parts that meet in one second: equal lines on both sides are all real",
     FILES({"mail.log", FAILED("07", "mx1") FAILED("09", "mx1"), 0},
           {"mail.log.1", FAILED("02", "mx1") FAILED("07", "mx1"), 0}),
     .shown = SHOW_INPUTS | SHOW_LOGINS,
     .expected = "2024-03-03T10:00:02Z failed  as  from 192.0.2.66 (nobody)\n"
                 "2024-03-03T10:00:07Z failed  as  from 192.0.2.66 (nobody)\n"
                 "2024-03-03T10:00:07Z failed  as  from 192.0.2.66 (nobody)\n"
                 "2024-03-03T10:00:09Z failed  as  from 192.0.2.66 (nobody)\n"
                 "mail.log.1: 2 lines, 2024-03-03T10:00:02Z to 2024-03-03T10:00:07Z" STAMPS
                 "mail.log: 2 lines, 2024-03-03T10:00:07Z to 2024-03-03T10:00:09Z" STAMPS},
    {"the same second on two hosts is no overlap, nor are their queue IDs the same",
     FILES({"mx1.log",
            CLIENT("01", "mx1", "A1B2C3D4E1") ACTIVE("01", "mx1", "A1B2C3D4E1")
                SENT("05", "mx1", "A1B2C3D4E1"),
            0},
           {"mx2.log", CLIENT("01", "mx2", "A1B2C3D4E1") ACTIVE("01", "mx2", "A1B2C3D4E1"), 0}),
     .shown = SHOW_INPUTS | SHOW_MESSAGES,
     .expected =
         "2024-03-03T10:00:01Z mx2 A1B2C3D4E1 anna@b.example from 192.0.2.1: 1 unnamed "
         "queued\n" ANNA(
             "01",
             "A1B2C3D4E1") "mx2.log: 2 lines, 2024-03-03T10:00:01Z to 2024-03-03T10:00:01Z" STAMPS
                           "mx1.log: 3 lines, 2024-03-03T10:00:01Z to 2024-03-03T10:00:05Z" STAMPS},
    {"three inputs, each holding a stretch of the others",
     FILES({"a.log",
            FAILED("01", "mx1") FAILED("02", "mx1") FAILED("03", "mx1") FAILED("04", "mx1"), 0},
           {"b.log", FAILED("03", "mx1") FAILED("04", "mx1") FAILED("05", "mx1"), 0},
           {"c.log", FAILED("02", "mx1") FAILED("03", "mx1") FAILED("06", "mx1"), 0}),
     .shown = SHOW_LOGINS,
     .expected = "2024-03-03T10:00:01Z failed  as  from 192.0.2.66 (nobody)\n"
                 "2024-03-03T10:00:02Z failed  as  from 192.0.2.66 (nobody)\n"
                 "2024-03-03T10:00:03Z failed  as  from 192.0.2.66 (nobody)\n"
                 "2024-03-03T10:00:04Z failed  as  from 192.0.2.66 (nobody)\n"
                 "2024-03-03T10:00:05Z failed  as  from 192.0.2.66 (nobody)\n"
                 "2024-03-03T10:00:06Z failed  as  from 192.0.2.66 (nobody)\n"},
    {"lines without a host are of the only host of their folder",
     FILES({"a/mail.log",
            CLIENT("01", "mx1.b.example", "A1B2C3D4E1") ACTIVE("01", "mx1.b.example", "A1B2C3D4E1"),
            0},
           {"a/dovecot.log", DOVECOT("02", "ben"), 0},
           {"b/mail.log",
            CLIENT("01", "mx2.b.example", "A1B2C3D4E2") ACTIVE("01", "mx2.b.example", "A1B2C3D4E2"),
            0},
           {"b/dovecot.log", DOVECOT("03", "ben"), 0}),
     .as_folder = true, .settings.timezones = PAIRS({NULL, "+00:00"}),
     .shown = SHOW_LOGINS | SHOW_NOTES,
     .expected = "2024-03-03T10:00:01Z login anna@b.example as anna@b.example from 192.0.2.1\n"
                 "2024-03-03T10:00:01Z login anna@b.example as anna@b.example from 192.0.2.1\n"
                 "2024-03-03T10:00:02Z login ben@mx1.b.example as ben from 192.0.2.5\n"
                 "2024-03-03T10:00:03Z login ben@mx2.b.example as ben from 192.0.2.5\n"
                 "lines without a host in a/dovecot.log are of mx1.b.example (the only host of its "
                 "folder)\n"
                 "lines without a host in b/dovecot.log are of mx2.b.example (the only host of its "
                 "folder)\n"},
    {"of two hosts in a folder, it is neither",
     FILES({"mail.log", CLIENT("01", "mx1", "A1B2C3D4E1") CLIENT("01", "mx2", "A1B2C3D4E2"), 0},
           {"dovecot.log", DOVECOT("02", "ben"), 0}),
     .shown = SHOW_NOTES,
     .expected = "lines without a host in dovecot.log are of dovecot (named after the file)\n"},
    {"--host says whose they are",
     FILES({"mail.log", CLIENT("01", "mx1", "A1B2C3D4E1") CLIENT("01", "mx2", "A1B2C3D4E2"), 0},
           {"dovecot.log", DOVECOT("02", "ben"), 0}),
     .settings.hosts = PAIRS({"mx2", "dove*"}), .shown = SHOW_NOTES,
     .expected = "lines without a host in dovecot.log are of mx2 (--host)\n"},
    {"a short name is the one whole name that begins with it",
     FILES({"a.log", CLIENT("01", "mx1", "A1B2C3D4E1"), 0},
           {"b.log",
            ACTIVE("02", "mx1.b.example", "A1B2C3D4E1") SENT("03", "mx1.b.example", "A1B2C3D4E1"),
            0}),
     .shown = SHOW_MESSAGES | SHOW_NOTES,
     .expected =
         "2024-03-03T10:00:01Z mx1.b.example A1B2C3D4E1 anna@b.example from 192.0.2.1: delivered\n"
         "mx1 is mx1.b.example\n"},
    {"of two whole names, it is neither",
     FILES({"a.log", CLIENT("01", "mx1", "A1B2C3D4E1") ACTIVE("01", "mx1", "A1B2C3D4E1"), 0},
           {"b.log",
            SENT("03", "mx1.b.example", "A1B2C3D4E1") SENT("04", "mx1.c.example", "A1B2C3D4E1"),
            0}),
     .shown = SHOW_MESSAGES | SHOW_NOTES,
     .expected =
         "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: 1 unnamed queued\n"},
    {"the same file twice, the host short in one",
     FILES({"a.log", FAILED("01", "mx1") FAILED("05", "mx1"), 0},
           {"b.log",
            FAILED("01", "mx1.b.example") FAILED("05", "mx1.b.example")
                FAILED("06", "mx1.b.example"),
            0}),
     .shown = SHOW_INPUTS,
     .expected = "a.log: 2 lines, 2024-03-03T10:00:01Z to 2024-03-03T10:00:05Z" STAMPS
                 "b.log: 3 lines, 2024-03-03T10:00:01Z to 2024-03-03T10:00:06Z" STAMPS},
};

int main(void)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        failed += check_case(&cases[i]);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
