/* Verdicts in all their forms, hostile Message-IDs and Subjects, continuation lines, notes. */
#include "expect.h"

static const struct expectation cases[] = {
    {"(10983-01) Passed CLEAN {RelayedInbound,RelayedOpenRelay}, [106.240.151.41]:39701 "
     "[106.240.151.41] <xenia@northbay.example> -> "
     "<sue@dest-a.example>,<noah@google-like.example>, Queue-ID: 3D490222BD, Message-ID: "
     "<1795365080.A.2@northbay.example>, mail_id: 6N7_TwWSavLb, Hits: -, size: 753, queued_as: "
     "531ED222C1, 98 ms",
     "passed action=Passed session=10983-01 status=CLEAN flags=RelayedInbound,RelayedOpenRelay "
     "client_ip=106.240.151.41 client_port=39701 sender=xenia@northbay.example queue_id=3D490222BD "
     "message_id=<1795365080.A.2@northbay.example> mail_id=6N7_TwWSavLb score=- size=753 "
     "queued_as=531ED222C1 recipient=sue@dest-a.example recipient=noah@google-like.example",
     true},
    {"(30412-07) Blocked INFECTED (Eicar-Test-Signature) {DiscardedInbound,Quarantined}, "
     "[192.0.2.1]:1434 [192.0.2.1] <a@x.test> -> <b@y.test>, quarantine: 2/virus-Qk3vT0aXw9Lm, "
     "Queue-ID: 5C0E1A2F44, Message-ID: <2@x.test>, mail_id: Qk3vT0aXw9Lm, Hits: -, size: 31337, "
     "88 ms",
     "blocked action=Blocked session=30412-07 status=INFECTED detail=Eicar-Test-Signature "
     "flags=DiscardedInbound,Quarantined client_ip=192.0.2.1 client_port=1434 sender=a@x.test "
     "queue_id=5C0E1A2F44 message_id=<2@x.test> mail_id=Qk3vT0aXw9Lm score=- size=31337 "
     "recipient=b@y.test",
     false},
    {"(77-01-2) Blocked SPAM {DiscardedOutbound,Quarantined}, ORIGINATING LOCAL [192.0.2.1]:1434 "
     "[203.0.113.9] <a@x.test> -> <b@y.test>, quarantine: s/spam-a.gz, Queue-ID: 4B1F, Message-ID: "
     "<2@x.test>, mail_id: a, Hits: 21.5, size: 99, Tests: [BAYES_99=3.5,URIBL_BLACK=1.7], 350 ms",
     "blocked action=Blocked session=77-01-2 status=SPAM flags=DiscardedOutbound,Quarantined "
     "client_ip=192.0.2.1 client_port=1434 sender=a@x.test queue_id=4B1F message_id=<2@x.test> "
     "mail_id=a score=21.5 size=99 tests=BAYES_99=3.5,URIBL_BLACK=1.7 recipient=b@y.test",
     false},
    {"(77-02) Blocked SPAM {DiscardedInbound}, [192.0.2.1]:1434 [203.0.113.9] <a@x.test> -> "
     "<b@y.test>, Queue-ID: 4B1F, mail_id: a, Hits: 21.5, size: 99, 350 ms",
     "blocked action=Blocked session=77-02 status=SPAM flags=DiscardedInbound client_ip=192.0.2.1 "
     "client_port=1434 sender=a@x.test queue_id=4B1F mail_id=a score=21.5 size=99 "
     "recipient=b@y.test",
     true},
    {"(77-03) Passed SPAMMY {RelayedTaggedInbound}, [IPv6:2001:db8::9]:1434 [2001:db8::9] <> -> "
     "<b@y.test>, Queue-ID: 4B1F, Message-ID: <2@x.test>, Resent-Message-ID: <3@x.test>, mail_id: "
     "a, Hits: 5.2, size: 99, queued_as: AAAA1/BBBB2, 350 ms",
     "passed action=Passed session=77-03 status=SPAMMY flags=RelayedTaggedInbound "
     "client_ip=2001:db8::9 client_port=1434 sender= queue_id=4B1F message_id=<2@x.test> "
     "resent_message_id=<3@x.test> mail_id=a score=5.2 size=99 queued_as=AAAA1 queued_as=BBBB2 "
     "recipient=b@y.test",
     false},
    {"(77-04) Passed CLEAN {RelayedOutbound}, MYNETS/ORIGINATING LOCAL [192.0.2.1]:1434 "
     "[192.0.2.1] ESMTPSA/ESMTP <a@x.test> -> <b@y.test>, (192.0.2.1 < 203.0.113.5), Queue-ID: "
     "4B1F, Message-ID: <2@x.test>, mail_id: a, b: QmFzZTY0, Hits: -1.1, size: 99, queued_as: "
     "AAAA1, Subject: \"Offer, Hits: 9, \\\"now\\\"\", From: Anna_B._<a@x.test> (dkim:AUTHOR), "
     "helo=pc.x.test, Tests: [ALL_TRUSTED=-1], shortcircuit=no, autolearn=ham, "
     "dkim_new=mail:x.test, 350 ms",
     "passed action=Passed session=77-04 status=CLEAN flags=RelayedOutbound client_ip=192.0.2.1 "
     "client_port=1434 sender=a@x.test queue_id=4B1F message_id=<2@x.test> mail_id=a score=-1.1 "
     "size=99 queued_as=AAAA1 subject=Offer, Hits: 9, \\\"now\\\" from_header=Anna_B._<a@x.test> "
     "helo=pc.x.test tests=ALL_TRUSTED=-1 dkim=mail:x.test recipient=b@y.test",
     false},
    {"(77-05) Blocked BANNED (.exe,.exe-ms,invoice.exe) {BouncedOutbound}, [192.0.2.1]:1 "
     "[192.0.2.1] <a@x.test> -> <b@y.test>, Queue-ID: 4B1F, Message-ID: <2@x.test>, mail_id: a, "
     "Hits: -, size: 99, 350 ms",
     "blocked action=Blocked session=77-05 status=BANNED detail=.exe,.exe-ms,invoice.exe "
     "flags=BouncedOutbound client_ip=192.0.2.1 client_port=1 sender=a@x.test queue_id=4B1F "
     "message_id=<2@x.test> mail_id=a score=- size=99 recipient=b@y.test",
     true},
    {"(77-06) Passed BAD-HEADER-7 {RelayedInbound}, [192.0.2.1]:1 <a@x.test> -> <b@y.test>, "
     "Queue-ID: 4B1F, Message-ID: <2@x.test>, mail_id: a, Hits: -, size: 99, queued_as: AAAA1, 350 "
     "ms",
     "passed action=Passed session=77-06 status=BAD-HEADER-7 flags=RelayedInbound "
     "client_ip=192.0.2.1 client_port=1 sender=a@x.test queue_id=4B1F message_id=<2@x.test> "
     "mail_id=a score=- size=99 queued_as=AAAA1 recipient=b@y.test",
     true},
    {"(77-07) Blocked MTA-BLOCKED {TempFailedOutbound}, [192.0.2.1]:1 <a@x.test> -> <b@y.test>, "
     "Queue-ID: 4B1F, Message-ID: <2@x.test>, mail_id: a, Hits: -, size: 99, 350 ms",
     "blocked action=Blocked session=77-07 status=MTA-BLOCKED flags=TempFailedOutbound "
     "client_ip=192.0.2.1 client_port=1 sender=a@x.test queue_id=4B1F message_id=<2@x.test> "
     "mail_id=a score=- size=99 recipient=b@y.test",
     true},
    {"(77-08) Passed CLEAN, [192.0.2.1] [203.0.113.9] <a@x.test> -> <b@y.test>, Message-ID: "
     "<2@x.test>, mail_id: a, Hits: 0.1, queued_as: AAAA1, 350 ms",
     "passed action=Passed session=77-08 status=CLEAN client_ip=192.0.2.1 sender=a@x.test "
     "message_id=<2@x.test> mail_id=a score=0.1 queued_as=AAAA1 recipient=b@y.test",
     true},
    {"(77-09) Passed UNCHECKED-ENCRYPTED {RelayedInbound}, [192.0.2.1]:1 <\"mr > x\"@x.test> -> "
     "<\"john, doe\"@y.test>,<b@y.test>, Queue-ID: 4B1F, Message-ID: <2@x.test>, mail_id: a, Hits: "
     "-, size: 99, queued_as: AAAA1, 350 ms",
     "passed action=Passed session=77-09 status=UNCHECKED-ENCRYPTED flags=RelayedInbound "
     "client_ip=192.0.2.1 client_port=1 sender=\"mr > x\"@x.test queue_id=4B1F "
     "message_id=<2@x.test> mail_id=a score=- size=99 queued_as=AAAA1 recipient=\"john, "
     "doe\"@y.test recipient=b@y.test",
     true},
    {"(77-10) Passed CLEAN {RelayedInbound}, [192.0.2.1]:1 <a@x.test> -> <b@y.test>, Queue-ID: "
     "4B1F, Message-ID: <2>, mail_id: f, Hits: -, size: 1, queued_as: FAKE1, 1 ms>, mail_id: a, "
     "Hits: -, size: 99, queued_as: AAAA1, 350 ms",
     "passed action=Passed session=77-10 status=CLEAN flags=RelayedInbound client_ip=192.0.2.1 "
     "client_port=1 sender=a@x.test queue_id=4B1F message_id=<2>, mail_id: f, Hits: -, size: 1, "
     "queued_as: FAKE1, 1 ms> mail_id=a score=- size=99 queued_as=AAAA1 recipient=b@y.test",
     true},
    {"(77-11) Passed CLEAN {RelayedOpenRelay}, [192.0.2.1]:40133 [192.0.2.1] <a@x.test> -> "
     "<b@y.test>,<c@y.test>,<d@y....",
     "passed cut action=Passed session=77-11 status=CLEAN flags=RelayedOpenRelay "
     "client_ip=192.0.2.1 client_port=40133 sender=a@x.test recipient=b@y.test recipient=c@y.test",
     false},
    {"(77-11) ...test>, Queue-ID: 4B1F, Message-ID: <2@x.test>, mail_id: a, Hits: -, size: 99, "
     "queued_as: AAAA1, 350 ms",
     "continued session=77-11", false},
    {"(77-12) Passed CLEAN {RelayedInbound}, [192.0.2.1]:1 <a@x.test> -> <b@y.test>, Queue-ID: "
     "4B1F, Message-ID: <2@x.test>, mail_id: a, Hi",
     "passed cut action=Passed session=77-12 status=CLEAN flags=RelayedInbound client_ip=192.0.2.1 "
     "client_port=1 sender=a@x.test queue_id=4B1F message_id=<2@x.test> mail_id=a "
     "recipient=b@y.test",
     false},
    {"(30412-08) Passed,", "passed cut action=Passed session=30412-08", false},
    {"(77-12) ESMTP [127.0.0.1]:10024 /var/lib/amavis/tmp/amavis-20261122T163119-10982-OQ_X5xrO: "
     "<a@x.test> -> <b@y.test> SIZE=4841 Received: from mx1.x.test ([127.0.0.1]) by localhost "
     "(mx1.x.test [127.0.0.1]) (amavis, port 10024) with ESMTP for <b@y.test>; Sun, 22 Nov 2026 "
     "16:31:19 +0000 (UTC)",
     "received sender=a@x.test size=4841 session=77-12", false},
    {"(77-12) Checking: zHKeMBBLIGGX [192.0.2.1] <a@x.test> -> <b@y.test>",
     "checking mail_id=zHKeMBBLIGGX client_ip=192.0.2.1 sender=a@x.test session=77-12", false},
    {"(77-12) Checking: zHKeMBBLIGGX MYNETS [192.0.2.1] <a@x.test> -> <b@y.test>",
     "checking mail_id=zHKeMBBLIGGX client_ip=192.0.2.1 sender=a@x.test session=77-12", false},
    {"(77-12) zHKeMBBLIGGX FWD from <a@x.test> -> <b@y.test>, BODY=7BIT 250 2.0.0 from "
     "MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 51FAF22255",
     "forwarded mail_id=zHKeMBBLIGGX sender=a@x.test queued_as=51FAF22255 session=77-12", false},
    {"(77-12) Open relay? Nonlocal recips but not originating: b@y.test, c@y.test",
     "open-relay-question detail=b@y.test, c@y.test session=77-12", true},
    {"(77-12) extra modules loaded: Amavis/IO/RW.pm, IO/Socket/SSL.pm",
     "extra-modules session=77-12", false},
    {"(77-12) size: 4077, TIMING [total 98 ms, cpu 40 ms] - SMTP greeting: 1.4 (1%)1, SMTP EHLO: "
     "0.5 (1%)2",
     "timing size=4077 session=77-12", false},
    {"(77-12) (!)run_av (ClamAV-clamd) FAILED - unexpected , output=\"\"", "error session=77-12",
     false},
    {"(77-12) (!!)TROUBLE in check_mail: parts_decode_ext FAILED: file(1) utility",
     "error session=77-12", false},
    {"(!)Net::Server: 2026/11/22-16:31:12 Can't connect to TCP port 10024 on 127.0.0.1",
     "net-server", false},
    {"(!!)WARN: all primary virus scanners failed, considering backups", "error", false},
    {"starting. /usr/sbin/amavisd at mx1.northbay.example amavis-2.13.0 (20230106), Unicode aware, "
     "LC_ALL=\"C\", LANG=\"C.UTF-8\"",
     "starting version=2.13.0", false},
    {"logging initialized, log level 1, syslog: amavis.mail", "starting", false},
    {"Module Amavis::Conf        2.412", "module", false},
    {"SQL base code        NOT loaded", "starting", true},
    {"Found decoder for    .gz   at /usr/bin/gzip -d", "starting", false},
    {"No ext program for   .lzo, tried: lzop -d", "starting", false},
    {"No decoder for       .arj", "starting", false},
    {"Internal decoder for .mail", "starting", false},
    {"Net::Server: Binding to TCP port 10024 on host ::1 with IPv6", "net-server", true},
    {"Net::Server: Group Not Defined.  Defaulting to EGID '995 995'", "net-server", true},
    {"something else entirely", "none", false},
    {"(77-13) Passed quickly, [192.0.2.1]:1 <a@x.test> -> <b@y.test>, Queue-ID: 4B1F, 1 ms", "none",
     false},
    {"(77-14) Passed CLEAN {RelayedInbound}, [192.0.2.1]:1 <a@x.test> -> <b@y.test>, Queue-IX: "
     "4B1F, Message-ID: <2@x.test>, 1 ms",
     "none", false},
};

int main(void)
{
    extern const struct parser amavis_parser;
    return expect_all(&amavis_parser, cases, sizeof(cases) / sizeof(cases[0]));
}
