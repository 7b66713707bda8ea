/* A line -> what its envelope says, as "format|time|host|program|pid|text". */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "envelope.h"

#include <stdio.h>
#include <stdlib.h>

struct example {
    struct str line;
    const char *expected;
};

#define LINE(literal)                                                                              \
    {                                                                                              \
        literal, sizeof literal - 1                                                                \
    }

static const struct example stamps[] = {
    {LINE("Jan 27 07:00:04 mail postfix/submission/smtpd[27800]: connect from unknown[192.0.2.26]"),
     "rfc3164|01-27 07:00:04|mail|postfix/submission/smtpd|27800|connect from unknown[192.0.2.26]"},
    {LINE("Sep 8 07:46:30 mx1 postfix/qmgr[1]: x"), "rfc3164|09-08 07:46:30|mx1|postfix/qmgr|1|x"},
    {LINE("Sep  8 07:46:30 mx1 postfix/qmgr[1]: x"), "rfc3164|09-08 07:46:30|mx1|postfix/qmgr|1|x"},
    {LINE("Jul 02 07:46:30 mx1 postfix/qmgr[1]: x"), "rfc3164|07-02 07:46:30|mx1|postfix/qmgr|1|x"},
    {LINE("Feb 29 23:59:60 mx1 a: x"), "rfc3164|02-29 23:59:59|mx1|a|0|x"},
    {LINE("Mar 23 23:01:18.123 mx1.example.com a[19]: x"),
     "rfc3164|03-23 23:01:18.123|mx1.example.com|a|19|x"},
    {LINE("Mar 23 23:01:18.123456 mx1 a[19]: x"), "rfc3164|03-23 23:01:18.123456|mx1|a|19|x"},
    {LINE("2024 Nov 22 16:22:34 mx1 a[19]: x"), "rfc3164|2024-11-22 16:22:34|mx1|a|19|x"},
    {LINE("Nov 22 2024 16:22:34 mx1 a[19]: x"), "rfc3164|2024-11-22 16:22:34|mx1|a|19|x"},
    {LINE("Nov 22 16:22:34 2024 mx1 a[19]: x"), "rfc3164|2024-11-22 16:22:34|mx1|a|19|x"},
    {LINE("Nov 22 16:22:34 192.0.2.10 a[19]: x"), "rfc3164|11-22 16:22:34|192.0.2.10|a|19|x"},
    {LINE("Nov 22 16:22:34 2001:db8::10 a[19]: x"), "rfc3164|11-22 16:22:34|2001:db8::10|a|19|x"},
    {LINE("2024-08-26T01:33:38.572449+00:00 mx1 postfix/smtpd[60203]: x"),
     "iso8601|2024-08-26 01:33:38.572449Z|mx1|postfix/smtpd|60203|x"},
    {LINE("2024-08-26T01:33:38.572+02:00 mx1 a[1]: x"),
     "iso8601|2024-08-25 23:33:38.572Z|mx1|a|1|x"},
    {LINE("2024-08-26T01:33:38-0530 mx1 a[1]: x"), "iso8601|2024-08-26 07:03:38Z|mx1|a|1|x"},
    {LINE("2024-08-26T01:33:38Z mx1 a[1]: x"), "iso8601|2024-08-26 01:33:38Z|mx1|a|1|x"},
    {LINE("2024-08-26T01:33:38 mx1 a[1]: x"), "iso8601|2024-08-26 01:33:38|mx1|a|1|x"},
    {LINE("2024-08-26 01:33:38 mx1 a[1]: x"), "iso8601|2024-08-26 01:33:38|mx1|a|1|x"},
    {LINE("2024-08-26 01:33:38.572449+02:00 mx1 dovecot: x"),
     "iso8601|2024-08-25 23:33:38.572449Z|mx1|dovecot|0|x"},
    {LINE("2024-08-26T01:33:38Z mx1 rsyslogd:  x"),
     "iso8601|2024-08-26 01:33:38Z|mx1|rsyslogd|0|x"},
    {LINE("2016-10-25T12:37:23-07:00 INFO scheduler[137]: x"),
     "iso8601|2016-10-25 19:37:23Z||scheduler|137|x"},
    {LINE("Sat 2024-01-06 10:00:00 CET mx1 postfix/qmgr[7]: x"),
     "journal-short|2024-01-06 10:00:00|mx1|postfix/qmgr|7|x"},
    {LINE("Sat 2024-01-06 10:00:00 UTC mx1 postfix/qmgr[7]: x"),
     "journal-short|2024-01-06 10:00:00Z|mx1|postfix/qmgr|7|x"},
    {LINE("Sat 2024-01-06 10:00:00 +03 mx1 postfix/qmgr[7]: x"),
     "journal-short|2024-01-06 07:00:00Z|mx1|postfix/qmgr|7|x"},
    {LINE("1700000000.123456 mx1 postfix/qmgr[7]: x"),
     "journal-short|2023-11-14 22:13:20.123456Z|mx1|postfix/qmgr|7|x"},
    {LINE("[   12.345678] mx1 postfix/qmgr[7]: x"), "journal-short|-|mx1|postfix/qmgr|7|x"},
    {LINE("-- Boot 8d0c4f6e --"), "journal-short|-|||0|-- Boot 8d0c4f6e -- (separator)"},
    {LINE("-- No entries --"), "journal-short|-|||0|-- No entries -- (separator)"},
    {LINE("Nov 22 16:22:34 mx1 -- MARK --"),
     "rfc3164|11-22 16:22:34|mx1||0|-- MARK -- (separator)"},
};

static const struct example tags[] = {
    {LINE("Apr  2 17:51:27 <4.3> mx1 sm-mta[556]: x"), "rfc3164|04-02 17:51:27|mx1|sm-mta|556|x"},
    {LINE("Jun 17 14:37:39 <mail.notice> mx1 sm-mta[556]: x"),
     "rfc3164|06-17 14:37:39|mx1|sm-mta|556|x"},
    {LINE("Nov 22 16:34:55 mx1 mail.info postfix/master[16405]: daemon started"),
     "rfc3164|11-22 16:34:55|mx1|postfix/master|16405|daemon started"},
    {LINE("Nov 22 16:34:54 mx1 syslog.info syslogd started: BusyBox v1.35.0"),
     "rfc3164|11-22 16:34:54|mx1|syslogd|0|started: BusyBox v1.35.0"},
    {LINE("Nov 22 16:34:54 (none) mail.info postfix/qmgr[1]: x"),
     "rfc3164-nohost|11-22 16:34:54||postfix/qmgr|1|x"},
    {LINE("Aug 17 15:16:12 mx1 postfix/cleanup[1419]: [ID 197553 mail.info] EC2B339E5: x"),
     "rfc3164|08-17 15:16:12|mx1|postfix/cleanup|1419|EC2B339E5: x"},
    {LINE("Feb 20 17:23:32 cyrus/pop3[4297]: badlogin: x"),
     "rfc3164-nohost|02-20 17:23:32||cyrus/pop3|4297|badlogin: x"},
    {LINE("Nov 18 08:30:20 kernel: [997.390602] x"),
     "rfc3164-nohost|11-18 08:30:20||kernel|0|[997.390602] x"},
    {LINE("Nov 18 08:30:20 mx1 kernel:[997.390602] x"),
     "rfc3164|11-18 08:30:20|mx1|kernel|0|[997.390602] x"},
    {LINE("Nov 22 16:22:34 mx1 /postfix-script[18521]: x"),
     "rfc3164|11-22 16:22:34|mx1|/postfix-script|18521|x"},
    {LINE("Nov 22 16:22:34 mx1 postfix/127.0.0.1:10025/smtpd[18]: x"),
     "rfc3164|11-22 16:22:34|mx1|postfix/127.0.0.1:10025/smtpd|18|x"},
    {LINE("Nov 22 16:22:34 mx1 su(pam_unix)[18]: x"),
     "rfc3164|11-22 16:22:34|mx1|su(pam_unix)|18|x"},
    {LINE("Nov 22 16:22:34 mx1 a[99999999999999999999]: x"), "rfc3164|11-22 16:22:34|mx1|a|0|x"},
    {LINE("Nov 22 16:22:34 mx1 a[b]: x"), "rfc3164|11-22 16:22:34|mx1|a|0|x"},
    {LINE("Mar 11 19:26:45 mac smtpd[1985] <Info>: x"), "rfc3164|03-11 19:26:45|mac|smtpd|1985|x"},
    {LINE("Sep 18 00:21:18 store1 mailboxlog 2018-09-18 00:21:18,787 INFO [Imap-1] [] x"),
     "rfc3164|09-18 00:21:18|store1|mailboxlog|0|2018-09-18 00:21:18,787 INFO [Imap-1] [] x"},
    {LINE("Nov 18 01:15:43: text without a tag"),
     "rfc3164-nohost|11-18 01:15:43|||0|text without a tag"},
    {LINE("Nov 22 16:22:34 mx1 postfix/smtpd[9]: ehlo=]: #012Nov 22 16:22:35 mx2 a[1]: y"),
     "rfc3164|11-22 16:22:34|mx1|postfix/smtpd|9|ehlo=]: #012Nov 22 16:22:35 mx2 a[1]: y"},
    {LINE("<22>Nov 22 16:22:34 mx1 a[1]: x"), "rfc3164|11-22 16:22:34|mx1|a|1|x"},
    {LINE("<22>2024-08-26T01:33:38Z mx1 log_tag text<14>2024-08-26T01:33:39Z mx1 log_tag more"),
     "iso8601|2024-08-26 01:33:38Z|mx1|log_tag|0|text<14>2024-08-26T01:33:39Z mx1 log_tag more"},
    {LINE("<22>postfix/smtpd[19]: x"), "bare|-||postfix/smtpd|19|x"},
    {LINE("mx1 postfix/smtpd[13709]: x"), "bare|-|mx1|postfix/smtpd|13709|x"},
    {LINE("postfix/smtpd[13709]: x"), "bare|-||postfix/smtpd|13709|x"},
    {LINE("Nov 22 16:22:34 mx1 postfix/smt"), "rfc3164|11-22 16:22:34|mx1|postfix/smt|0|"},
    {LINE("Nov 22 16:22:34 mx"), "rfc3164|11-22 16:22:34|mx||0|"},
};

static const struct example rfc5424[] = {
    {LINE("<22>1 2021-03-06T04:07:38.251122+00:00 mx1 postfix/smtpd 123 - - \xEF\xBB\xBFtext"),
     "rfc5424|2021-03-06 04:07:38.251122Z|mx1|postfix/smtpd|123|text"},
    {LINE("<22>1 - - - - - -"), "rfc5424|-|||0|"},
    {LINE("<22>1 - - - - - - text"), "rfc5424|-|||0|text"},
    {LINE("<22>1 2021-03-06T04:07:38Z mx1 a - ID7 [x@1 k=\"v\\\"] [\"][y@2 l=\"\"]  text [z]"),
     "rfc5424|2021-03-06 04:07:38Z|mx1|a|0|text [z]"},
    {LINE("1 2021-03-06T04:07:38Z mx1 a 5 - - text"), "rfc5424|2021-03-06 04:07:38Z|mx1|a|5|text"},
    {LINE("<22>1 2021-03-06T04:07:38Z mx1 a 5 - [x k=\"cut"),
     "rfc5424|2021-03-06 04:07:38Z|mx1|a|5|"},
};

static const struct example repeats[] = {
    {LINE("Nov 22 16:22:34 mx1 postfix/smtpd[3898]: message repeated 2 times: [ warning: x "
          "[192.0.2.1]: y]"),
     "rfc3164|11-22 16:22:34|mx1|postfix/smtpd|3898|warning: x [192.0.2.1]: y (1 more)"},
    {LINE("Nov 22 16:22:34 mx1 postfix/smtpd[3898]: message repeated 3 times: [ warning: x cut"),
     "rfc3164|11-22 16:22:34|mx1|postfix/smtpd|3898|warning: x cut (2 more)"},
    {LINE("Nov 22 16:22:34 mx1 a[3]: message repeated 99999999999999999999 times: [ x]"),
     "rfc3164|11-22 16:22:34|mx1|a|3|message repeated 99999999999999999999 times: [ x]"},
    {LINE("Nov 22 16:22:34 mx1 last message repeated 5 times"),
     "rfc3164|11-22 16:22:34|mx1||0|last message repeated 5 times (5 of the last)"},
    {LINE("Nov 22 16:22:34 last message repeated 5 times"),
     "rfc3164-nohost|11-22 16:22:34|||0|last message repeated 5 times (5 of the last)"},
    {LINE("Nov 22 16:22:34 mx1 syslogd: last message repeated 1 time"),
     "rfc3164|11-22 16:22:34|mx1||0|last message repeated 1 time (1 of the last)"},
    {LINE("Nov 18 01:15:43: --- last message repeated 5 times ---"),
     "rfc3164-nohost|11-18 01:15:43|||0|--- last message repeated 5 times --- (5 of the last)"},
    {LINE("Nov 22 16:22:34 mx1 postfix/smtpd[3898]: last message repeated 5 times"),
     "rfc3164|11-22 16:22:34|mx1|postfix/smtpd|3898|last message repeated 5 times"},
};

static const struct example dovecot[] = {
    {LINE("Nov 22 16:22:34 mx1 dovecot: imap-login: Login: user=<a>"),
     "rfc3164|11-22 16:22:34|mx1|dovecot|0|imap-login: Login: user=<a>"},
    {LINE("Nov 22 16:22:34 imap-login: Info: Login: user=<a>"),
     "dovecot|11-22 16:22:34||dovecot|0|imap-login: Login: user=<a>"},
    {LINE("Nov 22 16:22:34 dovecot: imap-login: Info: Login: user=<a>"),
     "dovecot|11-22 16:22:34||dovecot|0|imap-login: Login: user=<a>"},
    {LINE("Nov 22 16:22:34 lmtp(a b@example.com)<12><s/+==>: Info: sieve: Info: x"),
     "dovecot|11-22 16:22:34||dovecot|0|lmtp(a b@example.com)<12><s/+==>: sieve: Info: x"},
    {LINE("Nov 22 16:22:34 auth: Error: x"), "dovecot|11-22 16:22:34||dovecot|0|auth: Error: x"},
    {LINE("2024-08-26 01:33:38 master: Warning: x"),
     "dovecot|2024-08-26 01:33:38||dovecot|0|master: Warning: x"},
    {LINE("Nov 22 16:22:34 mx1 dovecot: auth-worker(63712): Info: sql(a,192.0.2.1): unknown user"),
     "rfc3164|11-22 16:22:34|mx1|dovecot|0|auth-worker(63712): sql(a,192.0.2.1): unknown user"},
    {LINE("Nov 22 16:22:34 mx1 dovecot[442]: dovecot: auth(default): x"),
     "rfc3164|11-22 16:22:34|mx1|dovecot|442|auth(default): x"},
};

static const struct example journal[] = {
    {LINE("{\"SYSLOG_PID\":\"31\",\"MESSAGE\":\"A1: "
          "from=<\\u00e9\\ud83d\\ude00@example.com>\\t\\\"q\\\" \\ud800\","
          "\"_PID\":\"9\",\"_HOSTNAME\":\"mx1\",\"__REALTIME_TIMESTAMP\":\"1789228152650438\","
          "\"_SOURCE_REALTIME_TIMESTAMP\":\"1789228152650416\",\"SYSLOG_IDENTIFIER\":\"postfix/"
          "qmgr\"}"),
     "journal-json|2026-09-12 15:49:12.650416Z|mx1|postfix/qmgr|31|"
     "A1: from=<\xC3\xA9\xF0\x9F\x98\x80@example.com>\t\"q\" \xEF\xBF\xBD"},
    {LINE("\x1e{\"MESSAGE\":[101,105, "
          "103,255],\"_COMM\":\"smtpd\",\"_PID\":\"9\",\"X\":{\"MESSAGE\":\"no\"},"
          "\"__REALTIME_TIMESTAMP\":\"1789228152650438\"}"),
     "journal-json|2026-09-12 15:49:12.650438Z||smtpd|9|eig\xFF"},
    {LINE("{\"SYSLOG_IDENTIFIER\":[\"a\",\"b\"],\"MESSAGE\":[[104,105],[106]]}"),
     "journal-json|-||a|0|hi"},
    {LINE("{\"SYSLOG_IDENTIFIER\":\"a\",\"MESSAGE\":null}"), "journal-json|-||a|0|"},
    {LINE("{\"SYSLOG_IDENTIFIER\":\"a\",\"MESSAGE\":\"C:\\\\\"}"), "journal-json|-||a|0|C:\\"},
    {LINE("{\"SYSLOG_IDENTIFIER\":\"a\",\"MESSAGE\":\"cut \\\""), "journal-json|-||a|0|cut \""},
};

#define MX1_LINE "Nov 22 16:22:34 mx1 postfix/qmgr[7]: x"
#define MX1 "rfc3164|11-22 16:22:34|mx1|postfix/qmgr|7|x"

static const struct example wrapped[] = {
    {LINE(MX1_LINE "\r"), MX1},
    {LINE(MX1_LINE "\0\0"), MX1},
    {LINE("\0\0\0" MX1_LINE), MX1},
    {LINE("\xEF\xBB\xBF" MX1_LINE), MX1},
    {LINE("postfix-mailcow-1  | " MX1_LINE), MX1},
    {LINE("\033[36mpostfix-mailcow-1  |\033[0m " MX1_LINE), MX1},
    {LINE("postfix_1 | 2026-11-22T16:22:34.123456789Z " MX1_LINE), MX1},
    {LINE("2026-11-22T16:22:34.123456789Z " MX1_LINE), MX1},
    {LINE("2026-11-22T16:22:34.123456789Z stdout F " MX1_LINE), MX1},
    {LINE("{\"log\":\"" MX1_LINE
          "\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-22T16:22:34.1Z\"}"),
     MX1},
    {LINE("/var/log/maillog:" MX1_LINE), MX1},
    {LINE("mail.log.1:123:" MX1_LINE), MX1},
    {LINE("C:\\logs\\mail.log:" MX1_LINE), MX1},
};

static const struct example stamped_outside[] = {
    {LINE("postfix-1 | 2026-11-22T16:22:34.123456789Z postfix/qmgr[7]: x"),
     "iso8601|2026-11-22 16:22:34.123456Z||postfix/qmgr|7|x"},
    {LINE("{\"log\":\"postfix/qmgr[7]: x\\r\\n\",\"time\":\"2026-11-22T16:22:34.1Z\"}"),
     "bare|2026-11-22 16:22:34.1Z||postfix/qmgr|7|x"},
    {LINE("2026-11-22T16:22:34Z stderr P postfix/qmgr[7]: x"),
     "bare|2026-11-22 16:22:34Z||postfix/qmgr|7|x"},
    {LINE("2026-11-22T16:22:34Z imap-login: Info: Login: x"),
     "dovecot|2026-11-22 16:22:34Z||dovecot|0|imap-login: Login: x"},
};

/* Lines of other kinds, some of which begin with a stamp of their own. */
static const struct example no_envelope[] = {
    {LINE(""), "none"},
    {LINE("MMM 22 07:54:32 mx1 a[29782]: x"), "none"},
    {LINE("Feb 30 07:54:32 mx1 a[29782]: x"), "none"},
    {LINE("Nov 22 24:00:00 mx1 a[29782]: x"), "none"},
    {LINE("Nov 22 16:22"), "none"},
    {LINE("2024-13-01T01:33:38Z mx1 a[1]: x"), "none"},
    {LINE("\tcontinued line"), "none"},
    {LINE("2022-06-29 16:04:05 1o6XwT-0003gR-2k DKIM: d=example.com s=s [verification succeeded]"),
     "exim|2022-06-29 16:04:05||exim|0|1o6XwT-0003gR-2k DKIM: d=example.com s=s "
     "[verification succeeded]"},
    {LINE("2022-06-29 16:04:05 login authenticator failed for (x) [192.0.2.4]: 535 x"),
     "exim|2022-06-29 16:04:05||exim|0|login authenticator failed for (x) [192.0.2.4]: 535 x"},
    {LINE("2022-06-29 16:04:05 [18772] Start queue run: pid=18772"),
     "exim|2022-06-29 16:04:05||exim|18772|Start queue run: pid=18772"},
    {LINE("2021-03-03 19:51:53,762 INFO  [qtp:smtp://a/] [oip=192.0.2.15;] security - cmd=Auth;"),
     "zimbra|2021-03-03 19:51:53.762||zimbra-audit|0|INFO  [qtp:smtp://a/] [oip=192.0.2.15;] "
     "security - cmd=Auth;"},
    {LINE("2026-09-15 01:00:06 #3001(rspamd_proxy) <abc123>; proxy; x"),
     "filter|2026-09-15 01:00:06||rspamd|3001|<abc123>; proxy; x"},
    {LINE("2022-07-20T21:12:06.270Z,EX1\\Default,08DA,9,192.0.2.1:25,192.0.2.2:53722,>,535 x,"),
     "none"},
    {LINE("2022/04/02 15:45:23 [info] 8#8: *15950 client 192.0.2.4:53044 connected to 0.0.0.0:25"),
     "nginx|2022-04-02 15:45:23||nginx-mail|8|[info] 8#8: *15950 client 192.0.2.4:53044 connected "
     "to 0.0.0.0:25"},
    {LINE("maillog:not a log line"), "none"},
    {LINE("{\"key\":\"value\"}"), "none"},
};

static void print_time(FILE *out, struct stamp stamp)
{
    char text[WHEN_TEXT];
    if (stamp.kind == STAMP_NONE) {
        fputs("-", out);
        return;
    }
    struct str when = str_of(when_text((struct when){stamp.usec, stamp.digits}, text));
    text[10] = ' ';
    if (stamp.kind != STAMP_UTC)
        when.len--;
    if (stamp.kind == STAMP_YEARLESS)
        when = str_skip(when, 5);
    fprintf(out, "%.*s", (int)when.len, when.ptr);
}

static char *envelope_text(struct str line)
{
    char *text;
    size_t len;
    struct arena scratch = {0};
    struct envelope envelope;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        abort();
    bool found = envelope_parse(line, &scratch, &envelope);
    fputs(envelope_name(envelope.format), out);
    if (found) {
        fputs("|", out);
        print_time(out, envelope.stamp);
        fprintf(out, "|%.*s|%.*s|%u|%.*s", (int)envelope.host.len, envelope.host.ptr,
                (int)envelope.program.len, envelope.program.ptr, envelope.pid,
                (int)envelope.text.len, envelope.text.ptr);
        if (envelope.repeated)
            fprintf(out, envelope.repeats_last ? " (%llu of the last)" : " (%llu more)",
                    (unsigned long long)envelope.repeated);
        if (envelope.separator)
            fputs(" (separator)", out);
    }
    fclose(out);
    arena_free(&scratch);
    return text;
}

static int check_examples(const struct example *examples, size_t count)
{
    int failed = 0;
    for (size_t i = 0; i < count; i++) {
        char *text = envelope_text(examples[i].line);
        if (strcmp(text, examples[i].expected) != 0) {
            printf("line:     %s\nexpected: %s\ngot:      %s\n\n", examples[i].line.ptr,
                   examples[i].expected, text);
            failed++;
        }
        free(text);
    }
    return failed;
}

/* The body is the line inside all wrappings, whether or not that has an envelope. */
static int check_body(struct str line, struct str expected)
{
    struct arena scratch = {0};
    struct envelope envelope;
    envelope_parse(line, &scratch, &envelope);
    bool equal = str_eq(envelope.body, expected);
    if (!equal)
        printf("line:     %s\nexpected: %s\nbody:     %.*s\n\n", line.ptr, expected.ptr,
               (int)envelope.body.len, envelope.body.ptr);
    arena_free(&scratch);
    return equal ? 0 : 1;
}

static int check_bodies(void)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof wrapped / sizeof *wrapped; i++)
        failed += check_body(wrapped[i].line, STR(MX1_LINE));
    failed += check_body(STR("exim-1 | 2022-06-29 16:04:05 1o6XwT-0003gR-2k Completed"),
                         STR("2022-06-29 16:04:05 1o6XwT-0003gR-2k Completed"));
    failed += check_body(STR("maillog:not a log line"), STR("maillog:not a log line"));
    failed += check_body(STR("<22>1 - mx1 a - - - text\r"), STR("<22>1 - mx1 a - - - text"));
    return failed;
}

/* Every beginning of every line, in memory that ends with it: a read beyond the end is the
   sanitizer's to find. The same again with one byte at a time replaced by one that means something
   somewhere. */
static void damage_examples(const struct example *examples, size_t count)
{
    static const char bytes[] = " :[]\"\\{<-|9\033";
    for (size_t i = 0; i < count; i++)
        for (size_t len = 0; len <= examples[i].line.len; len++) {
            char *copy = malloc(len + (len == 0));
            if (!copy)
                abort();
            memcpy(copy, examples[i].line.ptr, len);
            free(envelope_text((struct str){copy, len}));
            if (len > 0)
                copy[len - 1] = bytes[(i + len) % sizeof bytes];
            free(envelope_text((struct str){copy, len}));
            free(copy);
            copy = malloc(examples[i].line.len + 1);
            if (!copy)
                abort();
            memcpy(copy, examples[i].line.ptr, examples[i].line.len);
            copy[len] = bytes[len % sizeof bytes];
            free(envelope_text((struct str){copy, examples[i].line.len}));
            free(copy);
        }
}

int main(void)
{
#define GROUP(examples)                                                                            \
    {                                                                                              \
        examples, sizeof(examples) / sizeof *(examples)                                            \
    }
    static const struct {
        const struct example *examples;
        size_t count;
    } groups[] = {GROUP(stamps),  GROUP(tags),        GROUP(rfc5424),
                  GROUP(repeats), GROUP(dovecot),     GROUP(journal),
                  GROUP(wrapped), GROUP(no_envelope), GROUP(stamped_outside)};
    int failed = check_bodies();
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        failed += check_examples(groups[i].examples, groups[i].count);
        damage_examples(groups[i].examples, groups[i].count);
    }
    return failed > 0;
}
