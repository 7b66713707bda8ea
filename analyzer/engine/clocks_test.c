/* Years and zones of stamps that carry none: where they are taken from, in which order, and what
 * summer time does. */
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

/* A line whose queue ID is short and tells no time. */
#define LINE(stamp) stamp " mx1 postfix/qmgr[1]: A1B2C3D4E5: removed\n"
/* A submission; a long queue ID tells its second. */
#define SUBMITTED(stamp, id)                                                                       \
    stamp " mx1 postfix/smtpd[1]: " id                                                             \
          ": client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=anna@b.example\n"
#define QUEUED(stamp, id)                                                                          \
    stamp " mx1 postfix/qmgr[2]: " id ": from=<anna@b.example>, size=9, nrcpt=1 (queue active)\n"
#define MESSAGE(stamp, id) SUBMITTED(stamp, id) QUEUED(stamp, id)
/* Long queue IDs of these moments of UTC. */
#define ID_2023_03_03_10_00 "4PSk3h0sf8z71FL"
#define ID_2023_12_31_23_00 "4T3F1r0sf8z71FL"
#define ID_2024_01_01_01_00 "4T3HhJ0sf8z71FL"
#define ID_2024_02_29_10_00 "4Tlmt80sf8z71FL"
#define ID_2024_07_01_08_00 "4WCJNw0sf8z71FL"
#define JAN_2024 INT64_C(1704880800) /* the 10th, 10:00 */
#define MAR_2023 INT64_C(1677837600) /* the 3rd, 10:00 */

static const struct test_case years[] = {
    {"a long queue ID tells the year and that the clock is UTC's",
     FILES({"mail.log", SUBMITTED("Mar  3 10:00:00", ID_2023_03_03_10_00), 0}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 1 lines, 2023-03-03T10:00:00Z to 2023-03-03T10:00:00Z, year: ids in "
                 "the log, zone: ids in the log\n"},
    {"a Message-ID that Postfix made does too",
     FILES({"mail.log",
            "Mar  3 12:00:01 mx1 postfix/cleanup[1]: A1B2C3D4E5: "
            "message-id=<20230303100000.A1B2C3D4E5@mx1.b.example>\n",
            0}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 1 lines, 2023-03-03T10:00:01Z to 2023-03-03T10:00:01Z, year: ids in "
                 "the log, zone: ids in the log\n"},
    {"a Message-ID that a client chose does not",
     FILES({"mail.log",
            "Mar  3 12:00:01 mx1 postfix/cleanup[1]: A1B2C3D4E5: "
            "message-id=<20190303100000.A1B2C3D4E6@mx1.b.example>\n",
            0}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 1 lines, 2025-03-03T12:00:01Z to 2025-03-03T12:00:01Z, year: its "
                 "modification time, zone: nothing: UTC assumed\n"},
    {"New Year between two IDs",
     FILES({"mail.log",
            SUBMITTED("Dec 31 23:00:00", ID_2023_12_31_23_00)
                SUBMITTED("Jan  1 01:00:00", ID_2024_01_01_01_00),
            0}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 2 lines, 2023-12-31T23:00:00Z to 2024-01-01T01:00:00Z, year: ids in "
                 "the log, zone: ids in the log\n"},
    {"an ID of the new year, a clock still in the old one",
     FILES({"mail.log", SUBMITTED("Dec 31 20:00:00", ID_2024_01_01_01_00) LINE("Jan  1 00:00:00"),
            0}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 2 lines, 2024-01-01T01:00:00Z to 2024-01-01T05:00:00Z, year: ids in "
                 "the log, zone: ids in the log\n"},
    {"--year beats an ID; it is the year in which the log ends",
     FILES({"mail.log", LINE("Dec 31 23:00:00") LINE("Jan  1 01:00:00"), 0}), .settings.year = 2021,
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 2 lines, 2021-12-31T23:00:00Z to 2022-01-01T01:00:00Z, year: --year, "
                 "zone: nothing: UTC assumed\n"},
    {"the date in a name is the day of rotation",
     FILES({"maillog-20240107", LINE("Dec 31 03:10:00") LINE("Jan  7 03:09:00"), 0}),
     .shown = SHOW_INPUTS,
     .expected = "maillog-20240107: 2 lines, 2023-12-31T03:10:00Z to 2024-01-07T03:09:00Z, year: "
                 "the date in its name, zone: nothing: UTC assumed\n"},
    {"with dashes too; numbers that are no date tell nothing",
     FILES({"mail-2024-01-07.log", LINE("Dec 31 03:10:00"), 0},
           {"mail-20249999.log", LINE("Dec 30 03:10:00"), 0}),
     .shown = SHOW_INPUTS,
     .expected = "mail-20249999.log: 1 lines, 2023-12-30T03:10:00Z to 2023-12-30T03:10:00Z, year: "
                 "the other inputs, zone: nothing: UTC assumed\n"
                 "mail-2024-01-07.log: 1 lines, 2023-12-31T03:10:00Z to 2023-12-31T03:10:00Z, "
                 "year: the date in its name, zone: nothing: UTC assumed\n"},
    {"a dated sibling, whatever the order of the inputs",
     FILES({"mail.log", LINE("Jan  5 10:00:00"), 0},
           {"mail.log.1", SUBMITTED("Dec 31 23:00:00", ID_2023_12_31_23_00), 0},
           {"mail.log.2", LINE("Dec 20 10:00:00"), 0}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log.2: 1 lines, 2023-12-20T10:00:00Z to 2023-12-20T10:00:00Z, year: the "
                 "other inputs, zone: ids in other inputs\n"
                 "mail.log.1: 1 lines, 2023-12-31T23:00:00Z to 2023-12-31T23:00:00Z, year: ids in "
                 "the log, zone: ids in the log\n"
                 "mail.log: 1 lines, 2024-01-05T10:00:00Z to 2024-01-05T10:00:00Z, year: the other "
                 "inputs, zone: ids in other inputs\n"},
    {"stamps with a year date those without",
     FILES({"mail.log", LINE("Dec 20 10:00:00"), 0},
           {"other.log", LINE("2019-01-05T10:00:00Z"), 0}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 1 lines, 2018-12-20T10:00:00Z to 2018-12-20T10:00:00Z, year: the other "
                 "inputs, zone: nothing: UTC assumed\n"
                 "other.log: 1 lines, 2019-01-05T10:00:00Z to 2019-01-05T10:00:00Z, year: its "
                 "stamps, zone: its stamps\n"},
    {"the modification time is the latest there can be",
     FILES({"mail.log", LINE("Dec 31 23:00:00") LINE("Jan 10 09:00:00"), JAN_2024},
           {"mail.log.1", LINE("Mar  1 09:00:00"), JAN_2024}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log.1: 1 lines, 2023-03-01T09:00:00Z to 2023-03-01T09:00:00Z, year: its "
                 "modification time, zone: nothing: UTC assumed\n"
                 "mail.log: 2 lines, 2023-12-31T23:00:00Z to 2024-01-10T09:00:00Z, year: its "
                 "modification time, zone: nothing: UTC assumed\n"},
    {"a late line of the old year is no year",
     FILES({"mail.log",
            LINE("Dec 31 23:59:59") LINE("Jan  1 00:00:00") LINE("Dec 31 23:59:59")
                LINE("Jan  1 00:00:01"),
            JAN_2024}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 4 lines, 2023-12-31T23:59:59Z to 2024-01-01T00:00:01Z, year: its "
                 "modification time, zone: nothing: UTC assumed\n"},
    {"two New Years",
     FILES({"mail.log",
            LINE("Nov 30 10:00:00") LINE("Feb  1 10:00:00") LINE("Jul  1 10:00:00")
                LINE("Nov  1 10:00:00") LINE("Jan  5 10:00:00"),
            JAN_2024}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 5 lines, 2022-11-30T10:00:00Z to 2024-01-05T10:00:00Z, year: its "
                 "modification time, zone: nothing: UTC assumed\n"},
    {"February 29th",
     FILES({"mail.log", SUBMITTED("Feb 29 10:00:00", ID_2024_02_29_10_00) LINE("Mar  1 10:00:00"),
            0}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 2 lines, 2024-02-29T10:00:00Z to 2024-03-01T10:00:00Z, year: ids in "
                 "the log, zone: ids in the log\n"},
    {"March 1st of a common year is a day after February 28th",
     FILES({"mail.log", LINE("Feb 28 10:00:00") LINE("Mar  1 10:00:00"), MAR_2023}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 2 lines, 2023-02-28T10:00:00Z to 2023-03-01T10:00:00Z, year: its "
                 "modification time, zone: nothing: UTC assumed\n"},
};

static const struct test_case zones[] = {
    {"a long queue ID tells the offset: half an hour off",
     FILES({"mail.log", SUBMITTED("Mar  3 15:30:00", ID_2023_03_03_10_00), 0}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 1 lines, 2023-03-03T10:00:00Z to 2023-03-03T10:00:00Z, year: ids in "
                 "the log, zone: ids in the log\n"},
    {"west of Greenwich, and over the year's end",
     FILES({"mail.log", SUBMITTED("Dec 31 17:00:00", ID_2024_01_01_01_00), 0}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 1 lines, 2024-01-01T01:00:00Z to 2024-01-01T01:00:00Z, year: ids in "
                 "the log, zone: ids in the log\n"},
    {"stamps with a year but no zone",
     FILES({"mail.log", SUBMITTED("2024-07-01 10:00:00", ID_2024_07_01_08_00), 0}),
     .shown = SHOW_INPUTS,
     .expected = "mail.log: 1 lines, 2024-07-01T08:00:00Z to 2024-07-01T08:00:00Z, year: its "
                 "stamps, zone: ids in the log\n"},
    {"--timezone beats what the log proves",
     FILES({"mail.log", SUBMITTED("Mar  3 15:30:00", ID_2023_03_03_10_00), 0}),
     .settings.timezones = PAIRS({NULL, "+02:00"}), .shown = SHOW_INPUTS,
     .expected = "mail.log: 1 lines, 2023-03-03T13:30:00Z to 2023-03-03T13:30:00Z, year: ids in "
                 "the log, zone: --timezone\n"},
    {"--timezone for some inputs and for the rest; not for stamps with a zone",
     FILES({"a.log", LINE("Mar  3 15:30:00"), MAR_2023},
           {"b.log", LINE("Mar  3 15:30:01"), MAR_2023},
           {"c.log", LINE("2023-03-03T15:30:02-01:00"), 0}),
     .settings.timezones = PAIRS({"b*", "Asia/Kolkata"}, {NULL, "-0300"}), .shown = SHOW_INPUTS,
     .expected = "b.log: 1 lines, 2023-03-03T10:00:01Z to 2023-03-03T10:00:01Z, year: the other "
                 "inputs, zone: --timezone\n"
                 "c.log: 1 lines, 2023-03-03T16:30:02Z to 2023-03-03T16:30:02Z, year: its stamps, "
                 "zone: its stamps\n"
                 "a.log: 1 lines, 2023-03-03T18:30:00Z to 2023-03-03T18:30:00Z, year: the other "
                 "inputs, zone: --timezone\n"},
    {"one zone for a year with summer time",
     FILES(
         {"mail.log", LINE("Jan 10 12:00:00") MESSAGE("Jul  1 12:00:00", "A1B2C3D4E6"), MAR_2023}),
     .settings.timezones = PAIRS({NULL, "Europe/Berlin"}), .shown = SHOW_INPUTS | SHOW_MESSAGES,
     .expected =
         "2022-07-01T10:00:00Z mx1 A1B2C3D4E6 anna@b.example from 192.0.2.1: 1 unnamed queued\n"
         "mail.log: 3 lines, 2022-01-10T11:00:00Z to 2022-07-01T10:00:00Z, year: its modification "
         "time, zone: --timezone\n"},
    {"the hour that comes twice",
     FILES({"mail.log",
            MESSAGE("2024-10-27 02:30:00", "A1B2C3D4E1") MESSAGE(
                "2024-10-27 02:59:59", "A1B2C3D4E2") MESSAGE("2024-10-27 02:00:00", "A1B2C3D4E3")
                MESSAGE("2024-10-27 02:30:00", "A1B2C3D4E4")
                    MESSAGE("2024-10-27 03:00:00", "A1B2C3D4E5"),
            0}),
     .settings.timezones = PAIRS({NULL, "Europe/Berlin"}), .shown = SHOW_MESSAGES,
     .expected =
         "2024-10-27T00:30:00Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: 1 unnamed queued\n"
         "2024-10-27T00:59:59Z mx1 A1B2C3D4E2 anna@b.example from 192.0.2.1: 1 unnamed queued\n"
         "2024-10-27T01:00:00Z mx1 A1B2C3D4E3 anna@b.example from 192.0.2.1: 1 unnamed queued\n"
         "2024-10-27T01:30:00Z mx1 A1B2C3D4E4 anna@b.example from 192.0.2.1: 1 unnamed queued\n"
         "2024-10-27T02:00:00Z mx1 A1B2C3D4E5 anna@b.example from 192.0.2.1: 1 unnamed queued\n"},
    {"the hour that never comes, and the summer after a step back",
     FILES({"mail.log",
            MESSAGE("2024-10-27 02:59:59", "A1B2C3D4E1") MESSAGE(
                "2024-10-27 02:00:00", "A1B2C3D4E2") MESSAGE("2025-03-30 01:59:59", "A1B2C3D4E3")
                MESSAGE("2025-03-30 03:00:00", "A1B2C3D4E4"),
            0}),
     .settings.timezones = PAIRS({NULL, "Europe/Berlin"}), .shown = SHOW_MESSAGES,
     .expected =
         "2024-10-27T00:59:59Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: 1 unnamed queued\n"
         "2024-10-27T01:00:00Z mx1 A1B2C3D4E2 anna@b.example from 192.0.2.1: 1 unnamed queued\n"
         "2025-03-30T00:59:59Z mx1 A1B2C3D4E3 anna@b.example from 192.0.2.1: 1 unnamed queued\n"
         "2025-03-30T01:00:00Z mx1 A1B2C3D4E4 anna@b.example from 192.0.2.1: 1 unnamed queued\n"},
    {"half an hour of summer time, in April, in the south",
     FILES({"mail.log",
            MESSAGE("2024-01-10 12:00:00", "A1B2C3D4E1") MESSAGE(
                "2024-04-07 01:59:00", "A1B2C3D4E2") MESSAGE("2024-07-01 12:00:00", "A1B2C3D4E4"),
            0}),
     .settings.timezones = PAIRS({NULL, "Australia/Lord_Howe"}), .shown = SHOW_MESSAGES,
     .expected =
         "2024-01-10T01:00:00Z mx1 A1B2C3D4E1 anna@b.example from 192.0.2.1: 1 unnamed queued\n"
         "2024-04-06T14:59:00Z mx1 A1B2C3D4E2 anna@b.example from 192.0.2.1: 1 unnamed queued\n"
         "2024-07-01T01:30:00Z mx1 A1B2C3D4E4 anna@b.example from 192.0.2.1: 1 unnamed queued\n"},
};

/* mx1, two hours east without saying so, hands a message to out, which writes UTC. */
#define LEFT(n)                                                                                    \
    "Mar  3 12:0" n ":05 mx1 postfix/smtp[3]: A1B2C3D4E" n                                         \
    ": to=<x@c.example>, relay=out.b.example[198.51.100.2]:25, delay=1, delays=0/0/0/1, "          \
    "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as F1F2F3F4F" n ")\n"
#define CAME(n)                                                                                    \
    "2024-03-03T10:0" n ":05Z out postfix/smtpd[1]: F1F2F3F4F" n                                   \
    ": client=mx1.b.example[198.51.100.1]\n"

static const struct test_case hops[] = {
    {"messages that another host takes over tell year and zone",
     FILES({"a.log", LEFT("1") LEFT("2") LEFT("3") LEFT("4") LEFT("5"), 0},
           {"b.log", CAME("1") CAME("2") CAME("3") CAME("4") CAME("5"), 0}),
     .shown = SHOW_INPUTS,
     .expected = "a.log: 5 lines, 2024-03-03T10:01:05Z to 2024-03-03T10:05:05Z, year: events that "
                 "another host logs too, zone: events that another host logs too\n"
                 "b.log: 5 lines, 2024-03-03T10:01:05Z to 2024-03-03T10:05:05Z, year: its stamps, "
                 "zone: its stamps\n"},
    {"too few of them tell nothing",
     FILES({"a.log", LEFT("1") LEFT("2") LEFT("3") LEFT("4"), 0},
           {"b.log", CAME("1") CAME("2") CAME("3") CAME("4"), 0}),
     .shown = SHOW_INPUTS,
     .expected = "b.log: 4 lines, 2024-03-03T10:01:05Z to 2024-03-03T10:04:05Z, year: its stamps, "
                 "zone: its stamps\n"
                 "a.log: 4 lines, 2024-03-03T12:01:05Z to 2024-03-03T12:04:05Z, year: the other "
                 "inputs, zone: nothing: UTC assumed\n"},
    {"a time that is given counts",
     FILES({"a.log", LEFT("1") LEFT("2") LEFT("3") LEFT("4") LEFT("5"), 0},
           {"b.log", CAME("1") CAME("2") CAME("3") CAME("4") CAME("5"), 0}),
     .settings.timezones = PAIRS({"a.log", "+01:00"}), .settings.year = 2024, .shown = SHOW_INPUTS,
     .expected = "b.log: 5 lines, 2024-03-03T10:01:05Z to 2024-03-03T10:05:05Z, year: its stamps, "
                 "zone: its stamps\n"
                 "a.log: 5 lines, 2024-03-03T11:01:05Z to 2024-03-03T11:05:05Z, year: --year, "
                 "zone: --timezone\n"},
};

int main(void)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof hops / sizeof *hops; i++)
        failed += check_case(&hops[i]);
    for (size_t i = 0; i < sizeof years / sizeof *years; i++)
        failed += check_case(&years[i]);
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        failed += check_case(&zones[i]);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
