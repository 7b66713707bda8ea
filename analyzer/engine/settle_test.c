/* What becomes of logs as a whole: who an account is, which messages are one, and what was open
 * when an operator deleted everything. */
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

#define AT(second, host) "2024-03-03T10:00:" second "Z " host " postfix/"
#define CLIENT(second, host, id, client) AT(second, host) "smtpd[1]: " id ": client=" client "\n"
#define AS(user) ", sasl_method=PLAIN, sasl_username=" user
#define ACTIVE(second, host, id)                                                                   \
    AT(second, host) "qmgr[2]: " id ": from=<anna@b.example>, size=9, nrcpt=1 (queue active)\n"
#define TRIED(second, host, id, relay, reply)                                                      \
    AT(second, host)                                                                               \
    "smtp[3]: " id ": to=<x@c.example>, relay=" relay ", delay=1, delays=0/0/0/1, " reply "\n"
#define SENT(second, host, id)                                                                     \
    TRIED(second, host, id, "c.example[198.51.100.9]:25", "dsn=2.0.0, status=sent (250 Ok)")
#define DEFERRED(second, host, id)                                                                 \
    TRIED(second, host, id, "c.example[198.51.100.9]:25",                                          \
          "dsn=4.7.1, status=deferred (host c.example[198.51.100.9] said: 451 4.7.1 Greylisted)")
#define PASSED(second, host, id, relay, child)                                                     \
    TRIED(second, host, id, relay, "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as " child ")")
#define REMOVED(second, host, id) AT(second, host) "qmgr[2]: " id ": removed\n"
/* Accepted and delivered. */
#define MESSAGE(second, host, id, client)                                                          \
    CLIENT(second, host, id, client) ACTIVE(second, host, id) SENT(second, host, id)
#define SUMS(inbound, unattributed) "inbound " inbound ", unattributed " unattributed "\n"
#define NONE SUMS("0 to 0", "0 to 0")

static const struct test_case hops[] = {
    {"a second host takes the message over: one message, with the end it has there",
     FILES({"a.log",
            CLIENT("01", "mx1", "A1B2C3D4E1",
                   "unknown[192.0.2.1]" AS("anna@b.example")) ACTIVE("01", "mx1", "A1B2C3D4E1")
                PASSED("02", "mx1", "A1B2C3D4E1", "out.b.example[198.51.100.2]:25", "F1F2F3F4F5")
                    REMOVED("02", "mx1", "A1B2C3D4E1"),
            0},
           {"b.log",
            CLIENT("01", "out", "F1F2F3F4F5", "mx1.b.example[198.51.100.1]")
                ACTIVE("02", "out", "F1F2F3F4F5") DEFERRED("03", "out", "F1F2F3F4F5"),
            0}),
     .shown = SHOW_MESSAGES | SHOW_SUMS,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1..F1F2F3F4F5 anna@b.example from 192.0.2.1: "
                 "deferred\n" NONE},
    {"another host of that queue ID is not the one the relay is called: two messages",
     FILES({"a.log",
            CLIENT("01", "mx1", "A1B2C3D4E1",
                   "unknown[192.0.2.1]" AS("anna@b.example")) ACTIVE("01", "mx1", "A1B2C3D4E1")
                PASSED("02", "mx1", "A1B2C3D4E1", "out.b.example[198.51.100.2]:25", "F1F2F3F4F5"),
            0},
           {"b.log", MESSAGE("02", "other", "F1F2F3F4F5", "unknown[192.0.2.7]" AS("ben@b.example")),
            0}),
     .shown = SHOW_MESSAGES | SHOW_SUMS,
     .expected =
         "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: delivered\n"
         "2024-03-03T10:00:02Z other F1F2F3F4F5 ben@b.example from 192.0.2.7: delivered\n" NONE},
    {"the second host names the login of its own client: two messages",
     FILES({"a.log",
            CLIENT("01", "mx1", "A1B2C3D4E1",
                   "unknown[192.0.2.1]" AS("anna@b.example")) ACTIVE("01", "mx1", "A1B2C3D4E1")
                PASSED("02", "mx1", "A1B2C3D4E1", "out.b.example[198.51.100.2]:25", "F1F2F3F4F5"),
            0},
           {"b.log",
            MESSAGE("02", "out.b.example", "F1F2F3F4F5", "unknown[192.0.2.7]" AS("ben@b.example")),
            0}),
     .shown = SHOW_MESSAGES | SHOW_SUMS,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: delivered\n"
                 "2024-03-03T10:00:02Z out.b.example F1F2F3F4F5 ben@b.example from 192.0.2.7: "
                 "delivered\n" NONE},
    {"three hosts in a row",
     FILES({"a.log",
            CLIENT("01", "mx1", "A1B2C3D4E1",
                   "unknown[192.0.2.1]" AS("anna@b.example")) ACTIVE("01", "mx1", "A1B2C3D4E1")
                PASSED("02", "mx1", "A1B2C3D4E1", "mid.b.example[198.51.100.2]:25", "B1B2B3B4B5"),
            0},
           {"b.log",
            CLIENT("02", "mid", "B1B2B3B4B5", "mx1.b.example[198.51.100.1]") ACTIVE("02", "mid",
                                                                                    "B1B2B3B4B5")
                PASSED("03", "mid", "B1B2B3B4B5", "out.b.example[198.51.100.3]:25", "C1C2C3C4C5"),
            0},
           {"c.log",
            CLIENT("03", "out", "C1C2C3C4C5", "mid.b.example[198.51.100.2]")
                ACTIVE("03", "out", "C1C2C3C4C5") SENT("04", "out", "C1C2C3C4C5"),
            0}),
     .shown = SHOW_MESSAGES | SHOW_SUMS,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1..C1C2C3C4C5 anna@b.example from 192.0.2.1: "
                 "delivered\n" NONE},
    {"XFORWARD from another host names the message there",
     FILES({"a.log",
            CLIENT("01", "mx1", "A1B2C3D4E1", "unknown[192.0.2.1]" AS("anna@b.example"))
                ACTIVE("01", "mx1", "A1B2C3D4E1"),
            0},
           {"b.log",
            CLIENT("02", "scan", "F1F2F3F4F5",
                   "mx1.b.example[198.51.100.1], orig_queue_id=A1B2C3D4E1, "
                   "orig_client=unknown[192.0.2.1]") ACTIVE("02", "scan", "F1F2F3F4F5")
                SENT("03", "scan", "F1F2F3F4F5"),
            0}),
     .shown = SHOW_MESSAGES | SHOW_SUMS,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1..F1F2F3F4F5 anna@b.example from 192.0.2.1: "
                 "delivered\n" NONE},
    {"XFORWARD of a message that no log holds: who submitted it is not known",
     FILES({"b.log",
            CLIENT("02", "scan", "F1F2F3F4F5",
                   "mx1.b.example[198.51.100.1], orig_queue_id=A1B2C3D4E1, "
                   "orig_client=unknown[192.0.2.1]") ACTIVE("02", "scan", "F1F2F3F4F5")
                SENT("03", "scan", "F1F2F3F4F5"),
            0}),
     .shown = SHOW_MESSAGES | SHOW_SUMS, .expected = SUMS("0 to 0", "1 to 1")},
};

/* A user of each host called the same. */
#define TWO_HOSTS(user_1, user_2)                                                                  \
    FILES({"a.log", MESSAGE("01", "mx1", "A1B2C3D4E1", "unknown[192.0.2.1]" AS(user_1)), 0},       \
          {"b.log", MESSAGE("02", "mx2", "A1B2C3D4E2", "unknown[192.0.2.2]" AS(user_2)), 0})

static const struct test_case accounts[] = {
    {"bare logins of two hosts are two accounts", TWO_HOSTS("anna", "anna"), .shown = SHOW_MESSAGES,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@mx1 from 192.0.2.1: delivered\n"
                 "2024-03-03T10:00:02Z mx2 A1B2C3D4E2 anna@mx2 from 192.0.2.2: delivered\n"},
    {"--realm makes them one", TWO_HOSTS("anna", "Anna"),
     .settings.realms = PAIRS({"b", "mx1,mx2"}), .shown = SHOW_MESSAGES,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna from 192.0.2.1: delivered\n"
                 "2024-03-03T10:00:02Z mx2 A1B2C3D4E2 anna from 192.0.2.2: delivered\n"},
    {"--realm of other hosts does not", TWO_HOSTS("anna", "anna"),
     .settings.realms = PAIRS({"b", "mx1,mx3"}), .shown = SHOW_MESSAGES,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@b from 192.0.2.1: delivered\n"
                 "2024-03-03T10:00:02Z mx2 A1B2C3D4E2 anna@mx2 from 192.0.2.2: delivered\n"},
    {"whole logins are one account on every host, in any case",
     TWO_HOSTS("anna@b.example", "Anna@B.Example"), .shown = SHOW_MESSAGES,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: delivered\n"
                 "2024-03-03T10:00:02Z mx2 A1B2C3D4E2 anna@b.example from 192.0.2.2: delivered\n"},
    {"a bare login is the one whole login of a local domain", TWO_HOSTS("anna@b.example", "ANNA"),
     .shown = SHOW_MESSAGES,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: delivered\n"
                 "2024-03-03T10:00:02Z mx2 A1B2C3D4E2 anna@b.example from 192.0.2.2: delivered\n"},
    {"of two whole logins, it is neither",
     FILES({"a.log",
            MESSAGE("01", "mx1", "A1B2C3D4E1", "unknown[192.0.2.1]" AS("anna@b.example"))
                MESSAGE("02", "mx1", "A1B2C3D4E2", "unknown[192.0.2.2]" AS("anna@d.example"))
                    MESSAGE("03", "mx1", "A1B2C3D4E3", "unknown[192.0.2.3]" AS("anna")),
            0}),
     .shown = SHOW_MESSAGES,
     .expected = "2024-03-03T10:00:03Z mx1 A1B2C3D4E3 anna from 192.0.2.3: delivered\n"
                 "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: delivered\n"
                 "2024-03-03T10:00:02Z mx1 A1B2C3D4E2 anna@d.example from 192.0.2.2: delivered\n"},
    {"a Windows domain is part of the name",
     FILES({"a.log",
            MESSAGE("01", "mx1", "A1B2C3D4E1", "unknown[192.0.2.1]" AS("CORP\\Anna"))
                MESSAGE("02", "mx1", "A1B2C3D4E2", "unknown[192.0.2.2]" AS("corp\\anna")),
            0}),
     .shown = SHOW_MESSAGES,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 corp\\anna from 192.0.2.1: delivered\n"
                 "2024-03-03T10:00:02Z mx1 A1B2C3D4E2 corp\\anna from 192.0.2.2: delivered\n"},
    {"bytes beyond ASCII keep their case",
     FILES(
         {"a.log",
          MESSAGE("01", "mx1", "A1B2C3D4E1", "unknown[192.0.2.1]" AS("\xc3\x84nna@b.example"))
              MESSAGE("02", "mx1", "A1B2C3D4E2", "unknown[192.0.2.2]" AS("\xc3\xa4nna@b.example")),
          0}),
     .shown = SHOW_MESSAGES,
     .expected =
         "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 \xc3\x84nna@b.example from 192.0.2.1: delivered\n"
         "2024-03-03T10:00:02Z mx1 A1B2C3D4E2 \xc3\xa4nna@b.example from 192.0.2.2: delivered\n"},
    {"who submits on the machine itself is a number there",
     FILES({"a.log",
            AT("01", "mx1") "pickup[4]: A1B2C3D4E1: uid=33 from=<www-data>\n" ACTIVE(
                "01", "mx1", "A1B2C3D4E1") SENT("02", "mx1", "A1B2C3D4E1")
                AT("03", "mx2") "pickup[4]: A1B2C3D4E2: uid=33 from=<www-data>\n" ACTIVE(
                    "03", "mx2", "A1B2C3D4E2") SENT("04", "mx2", "A1B2C3D4E2"),
            0}),
     .shown = SHOW_MESSAGES,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 uid:33@mx1 from -: delivered\n"
                 "2024-03-03T10:00:03Z mx2 A1B2C3D4E2 uid:33@mx2 from -: delivered\n"},
    {"lines without a host are of the one there is: the login's bare name too",
     FILES({"mail.log", MESSAGE("01", "mx1", "A1B2C3D4E1", "unknown[192.0.2.1]" AS("anna")), 0},
           {"dovecot.log",
            "2024-03-03 10:00:05 imap-login: Info: Login: user=<anna>, method=PLAIN, "
            "rip=192.0.2.5, lip=198.51.100.1, mpid=7, TLS, session=<s>\n",
            0}),
     .settings.timezones = PAIRS({NULL, "+00:00"}), .shown = SHOW_MESSAGES | SHOW_LOGINS,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna from 192.0.2.1: delivered\n"
                 "2024-03-03T10:00:01Z login anna as anna from 192.0.2.1\n"
                 "2024-03-03T10:00:05Z login anna as anna from 192.0.2.5\n"},
};

static const struct test_case addresses[] = {
    {"one address, however it is spelled",
     FILES(
         {"a.log",
          MESSAGE("01", "mx1", "A1B2C3D4E1", "unknown[::ffff:192.0.2.1]" AS("anna@b.example"))
              MESSAGE("02", "mx1", "A1B2C3D4E2", "unknown[192.0.2.1]" AS("anna@b.example")) MESSAGE(
                  "03", "mx1", "A1B2C3D4E3", "unknown[2001:0DB8:0::1]" AS("anna@b.example"))
                  MESSAGE("04", "mx1", "A1B2C3D4E4", "unknown[fe80::1%eth0]" AS("anna@b.example")),
          0}),
     .shown = SHOW_MESSAGES,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: delivered\n"
                 "2024-03-03T10:00:02Z mx1 A1B2C3D4E2 anna@b.example from 192.0.2.1: delivered\n"
                 "2024-03-03T10:00:03Z mx1 A1B2C3D4E3 anna@b.example from 2001:db8::1: delivered\n"
                 "2024-03-03T10:00:04Z mx1 A1B2C3D4E4 anna@b.example from fe80::1: delivered\n"},
    {"a login over loopback hides its source",
     FILES({"a.log",
            MESSAGE("01", "mx1", "A1B2C3D4E1", "localhost[127.0.0.1]" AS("anna@b.example"))
                MESSAGE("02", "mx1", "A1B2C3D4E2", "localhost[::1]" AS("anna@b.example")),
            0}),
     .shown = SHOW_MESSAGES,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@b.example from - hidden: delivered\n"
                 "2024-03-03T10:00:02Z mx1 A1B2C3D4E2 anna@b.example from - hidden: delivered\n"},
    {"relayed without a login: from inside, from outside, and as --trusted-net says",
     FILES({"a.log",
            MESSAGE("01", "mx1", "A1B2C3D4E1", "pc[10.0.0.7]")
                MESSAGE("02", "mx1", "A1B2C3D4E2", "unknown[192.0.2.66]")
                    MESSAGE("03", "mx1", "A1B2C3D4E3", "pc[198.51.100.77]"),
            0}),
     .settings = {.trusted_nets = &(struct cidr){.base.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff,
                                                                0xff, 198, 51, 100, 0},
                                                 .bits = 120},
                  .trusted_net_count = 1},
     .shown = SHOW_MESSAGES,
     .expected =
         "2024-03-03T10:00:02Z mx1 A1B2C3D4E2 anon:192.0.2.66 from 192.0.2.66: delivered\n"
         "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 net:10.0.0.7 from 10.0.0.7: delivered\n"
         "2024-03-03T10:00:03Z mx1 A1B2C3D4E3 net:198.51.100.77 from 198.51.100.77: delivered\n"},
    {"a message repeated beyond all measure is counted up to a limit",
     FILES({"a.log",
            MESSAGE("01", "mx1", "A1B2C3D4E1", "unknown[192.0.2.1]" AS("anna@b.example"))
                AT("02",
                   "mx1") "smtpd[9]: message repeated 300000 times: [ NOQUEUE: reject: RCPT "
                          "from unknown[192.0.2.66]: 554 5.7.1 <x@c.example>: Relay access denied; "
                          "from=<a@b.example> to=<x@c.example> proto=ESMTP helo=<x>]\n" AT(
                              "03", "mx1") "smtpd[9]: message repeated 99999999999999999999 times: "
                                           "[ warning: unknown[192.0.2.66]: SASL LOGIN "
                                           "authentication failed: UGFzc3dvcmQ6]\n",
            0}),
     .shown = SHOW_MESSAGES,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: delivered\n"},
};

static const struct test_case times[] = {
    {"a log without any times: what happened is known, not when",
     FILES({"a.log",
            "postfix/smtpd[1]: A1B2C3D4E1: client=unknown[192.0.2.1], sasl_method=PLAIN, "
            "sasl_username=anna@b.example\n"
            "postfix/qmgr[2]: A1B2C3D4E1: from=<anna@b.example>, size=9, nrcpt=1 (queue active)\n"
            "postfix/smtp[3]: A1B2C3D4E1: to=<x@c.example>, relay=127.0.0.1[127.0.0.1]:10024, "
            "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as A1B2C3D4E2)\n"
            "postfix/smtpd[5]: A1B2C3D4E2: client=localhost[127.0.0.1], orig_queue_id=A1B2C3D4E1, "
            "orig_client=unknown[192.0.2.1]\n"
            "postfix/qmgr[2]: A1B2C3D4E2: from=<anna@b.example>, size=9, nrcpt=1 (queue active)\n"
            "postfix/smtpd[4]: warning: unknown[192.0.2.66]: SASL LOGIN authentication failed: "
            "UGFzc3dvcmQ6\n"
            "postfix/postsuper[6]: Deleted: 5 messages\n",
            0}),
     .shown = SHOW_MESSAGES | SHOW_LOGINS,
     .expected = "-  A1B2C3D4E1..A1B2C3D4E2 anna@b.example from 192.0.2.1 maybe-removed: queued\n"
                 "- login anna@b.example as anna@b.example from 192.0.2.1\n"
                 "- failed  as  from 192.0.2.66 (nobody)\n"},
    {"a line without a time among others is as early as can be",
     FILES({"a.log",
            "Mar  3 10:00:00 postfix/smtpd[1]: A1B2C3D4E1: client=unknown[192.0.2.1], "
            "sasl_method=PLAIN, sasl_username=anna@b.example\n"
            "Mar  3 10:00:01 postfix/qmgr[2]: A1B2C3D4E1: from=<anna@b.example>, size=9, nrcpt=1 "
            "(queue active)\n"
            "postfix/smtpd[1]: A1B2C3D4E2: client=unknown[192.0.2.1], sasl_method=PLAIN, "
            "sasl_username=anna@b.example\n"
            "Mar  3 10:00:03 postfix/qmgr[2]: A1B2C3D4E2: from=<anna@b.example>, size=9, nrcpt=1 "
            "(queue active)\n",
            0}),
     .shown = SHOW_MESSAGES,
     .expected =
         "2025-03-03T10:00:00Z  A1B2C3D4E1 anna@b.example from 192.0.2.1: 1 unnamed queued\n"
         "2025-03-03T10:00:00Z  A1B2C3D4E2 anna@b.example from 192.0.2.1: 1 unnamed queued\n"},
    {"times before 1970, by their zone",
     FILES({"a.log",
            "1970-01-01T00:30:00+05:00 mx1 postfix/smtpd[1]: A1B2C3D4E1: "
            "client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=anna@b.example\n"
            "1970-01-01T00:31:00+05:00 mx1 postfix/qmgr[2]: A1B2C3D4E1: from=<anna@b.example>, "
            "size=9, nrcpt=1 (queue active)\n"
            "2024-01-01T00:31:00+05:00 mx1 postfix/qmgr[2]: A1B2C3D4E2: removed\n",
            0}),
     .shown = SHOW_MESSAGES,
     .expected =
         "1969-12-31T19:30:00Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: 1 unnamed queued\n"},
};

static const struct test_case deletions[] = {
    {"postsuper -d ALL names nobody: what is open then may be gone; held mail, finished mail, "
     "later mail and another host's are not",
     FILES({"a.log",
            CLIENT("01", "mx1", "A1B2C3D4E1", "unknown[192.0.2.1]" AS("anna@b.example"))
                ACTIVE("01", "mx1", "A1B2C3D4E1") DEFERRED("02", "mx1", "A1B2C3D4E1") MESSAGE(
                    "03", "mx1", "A1B2C3D4E2", "unknown[192.0.2.1]" AS("anna@b.example"))
                    REMOVED("03", "mx1", "A1B2C3D4E2") CLIENT(
                        "04", "mx1", "A1B2C3D4E3",
                        "unknown[192.0.2.1]" AS("anna@b.example")) ACTIVE("04", "mx1", "A1B2C3D4E3")
                        AT("05", "mx1") "postsuper[8]: A1B2C3D4E3: placed on hold\n" CLIENT(
                            "06", "mx2", "A1B2C3D4E4", "unknown[192.0.2.1]" AS("anna@b.example"))
                            ACTIVE("06", "mx2", "A1B2C3D4E4") DEFERRED("07", "mx2", "A1B2C3D4E4")
                                AT("10", "mx1") "postsuper[8]: Deleted: 7 messages\n" CLIENT(
                                    "11", "mx1", "A1B2C3D4E5",
                                    "unknown[192.0.2.1]" AS("anna@b.example"))
                                    ACTIVE("11", "mx1", "A1B2C3D4E5")
                                        DEFERRED("12", "mx1", "A1B2C3D4E5"),
            0}),
     .shown = SHOW_MESSAGES,
     .expected =
         "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1 maybe-removed: queued\n"
         "2024-03-03T10:00:03Z mx1 A1B2C3D4E2 anna@b.example from 192.0.2.1: delivered\n"
         "2024-03-03T10:00:04Z mx1 A1B2C3D4E3 anna@b.example from 192.0.2.1: 1 unnamed held\n"
         "2024-03-03T10:00:06Z mx2 A1B2C3D4E4 anna@b.example from 192.0.2.1: deferred\n"
         "2024-03-03T10:00:11Z mx1 A1B2C3D4E5 anna@b.example from 192.0.2.1: deferred\n"},
    {"a total that the named ones explain says nothing more",
     FILES({"a.log",
            CLIENT("01", "mx1", "A1B2C3D4E1", "unknown[192.0.2.1]" AS("anna@b.example"))
                ACTIVE("01", "mx1", "A1B2C3D4E1") DEFERRED("02", "mx1", "A1B2C3D4E1")
                    CLIENT("03", "mx1", "A1B2C3D4E2", "unknown[192.0.2.1]" AS("anna@b.example"))
                        ACTIVE("03", "mx1", "A1B2C3D4E2") DEFERRED("04", "mx1", "A1B2C3D4E2")
                            AT("10", "mx1") "postsuper[8]: A1B2C3D4E2: removed\n" AT(
                                "10", "mx1") "postsuper[8]: Deleted: 1 message\n",
            0}),
     .shown = SHOW_MESSAGES,
     .expected = "2024-03-03T10:00:01Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: deferred\n"
                 "2024-03-03T10:00:03Z mx1 A1B2C3D4E2 anna@b.example from 192.0.2.1: removed\n"},
};

static int check_all(const struct test_case *cases, size_t count)
{
    int failed = 0;
    for (size_t i = 0; i < count; i++)
        failed += check_case(&cases[i]);
    return failed;
}

int main(void)
{
    int failed = check_all(hops, sizeof hops / sizeof *hops) +
                 check_all(accounts, sizeof accounts / sizeof *accounts) +
                 check_all(addresses, sizeof addresses / sizeof *addresses) +
                 check_all(times, sizeof times / sizeof *times) +
                 check_all(deletions, sizeof deletions / sizeof *deletions);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
