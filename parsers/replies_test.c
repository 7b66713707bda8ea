/* Compiles all patterns as the engine does, and classifies replies of many providers. */
#include "replies.h"

#include <hs/hs.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATTERNS_MAX = 1024, PATTERNS_MIN = 150, SAMPLES_MIN = 200 };

struct sample {
    enum reason reason;
    const char *text;
};

static const struct sample samples[] = {
    /* Postfix, ours and others. */
    {REASON_NOT_OWNER,
     "553 5.7.1 <ceo@bank.test>: Sender address rejected: not owned by user anna"},
    {REASON_NOT_OWNER, "553 5.7.1 <ceo@bank.test>: Sender address rejected: not logged in"},
    {REASON_RELAY_DENIED, "554 5.7.1 <bob@far.test>: Relay access denied"},
    {REASON_RELAY_DENIED, "454 4.7.1 <bob@far.test>: Relay access denied"},
    {REASON_USER_UNKNOWN,
     "550 5.1.1 <x@a.test>: Recipient address rejected: User unknown in local recipient table"},
    {REASON_USER_UNKNOWN,
     "550 5.1.1 <x@a.test>: Recipient address rejected: User unknown in virtual mailbox table"},
    {REASON_USER_UNKNOWN,
     "550 5.1.1 <x@a.test>: Recipient address rejected: User unknown in relay recipient table"},
    {REASON_USER_UNKNOWN, "550 5.1.1 <x@a.test>: Recipient address rejected: undeliverable "
                          "address: host mx[192.0.2.1] said: 550 no such user"},
    {REASON_GREYLIST, "450 4.2.0 <x@a.test>: Recipient address rejected: Greylisted, see "
                      "http://postgrey.schweikert.ch/help/a.test.html"},
    {REASON_GREYLIST, "451 4.7.1 <x@a.test>: Recipient address rejected: Greylisting in effect, "
                      "please come back later"},
    {REASON_BLOCKED, "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using "
                     "zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.9"},
    {REASON_BLOCKED,
     "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using bl.spam-list.example"},
    {REASON_BLOCKED,
     "554 5.7.1 Service unavailable; Sender address [a@b.test] blocked using dbl.example; listed"},
    {REASON_POLICY, "554 5.7.1 <unknown[192.0.2.9]>: Client host rejected: Access denied"},
    {REASON_POLICY, "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname"},
    {REASON_POLICY, "450 4.1.8 <a@nowhere.test>: Sender address rejected: Domain not found"},
    {REASON_POLICY, "550 5.7.1 <a@b.test>: Sender address rejected: policy; see "
                    "https://dest.example/b?ip=192.0.2.9"},
    {REASON_RATE, "450 4.7.1 Error: too much mail from 192.0.2.9, too many messages"},
    {REASON_RATE, "421 4.7.0 mx.test Error: too many connections from 192.0.2.9"},
    {REASON_RATE, "450 4.7.1 <a@b.test>: Recipient address rejected: Message rate limit exceeded"},
    {REASON_UNREACHABLE, "connect to mail.dead.test[192.0.2.1]:25: Connection refused"},
    {REASON_UNREACHABLE, "connect to mail.dead.test[192.0.2.1]:25: Connection timed out"},
    {REASON_UNREACHABLE, "connect to mail.dead.test[2001:db8::1]:25: Network is unreachable"},
    {REASON_UNREACHABLE, "connect to mail.dead.test[192.0.2.1]:25: No route to host"},
    {REASON_UNREACHABLE,
     "delivery temporarily suspended: connect to mail.dead.test[192.0.2.1]:25: Connection refused"},
    {REASON_UNREACHABLE, "lost connection with mx.a.test[192.0.2.1] while sending RCPT TO"},
    {REASON_UNREACHABLE,
     "conversation with mx.a.test[192.0.2.1] timed out while sending message body"},
    {REASON_UNREACHABLE, "conversation with mx.spam-filter.test[192.0.2.1] timed out while "
                         "receiving the initial server greeting"},
    {REASON_UNREACHABLE, "Host or domain name not found. Name service error for name=nope.test "
                         "type=MX: Host not found, try again"},
    {REASON_UNREACHABLE, "Host or domain name not found. Name service error for name=nope.test "
                         "type=AAAA: Host not found"},
    {REASON_UNREACHABLE, "Domain nope.test does not accept mail (nullMX)"},
    {REASON_UNREACHABLE, "TLS is required, but was not offered by host mx.a.test[192.0.2.1]"},
    {REASON_UNREACHABLE, "Server certificate not trusted"},
    {REASON_POLICY, "mail for a.test loops back to myself"},
    {REASON_MAILBOX_FULL, "host mx[192.0.2.1] said: 452 4.2.2 <x@a.test>: Mailbox full; user=<x> "
                          "quota=102% (in reply to RCPT TO command)"},
    {REASON_MAILBOX_FULL, "552 5.2.2 <x@a.test>: Quota exceeded (mailbox for user is full)"},
    {REASON_MAILBOX_FULL, "maildir delivery failed: Sorry, the user's maildir has overdrawn his "
                          "diskspace quota; disk quota exceeded"},
    {REASON_POLICY, "552 5.3.4 Message size exceeds fixed limit"},
    {REASON_SPAM, "550 5.7.1 Message content rejected, id=12345-01 - spam"},
    {REASON_SPAM, "554 5.7.0 Reject, id=30412-08 - SPAM"},
    {REASON_SPAM, "550 5.7.1 id=1-2 - INFECTED: detected virus Eicar"},
    {REASON_SPAM, "554 5.7.1 Message rejected as spam; [192.0.2.9] listed at bl.spam-list.example "
                  "(status=sent, delay=0, from=<fake@example.org>)"},
    /* Gmail. */
    {REASON_USER_UNKNOWN,
     "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 "
     "double-checking the recipient's email address for typos or 550-5.1.1 unnecessary spaces. 550 "
     "5.1.1  https://support.google.com/mail/?p=NoSuchUser a1-20020 - gsmtp"},
    {REASON_USER_UNKNOWN, "550-5.2.1 The email account that you tried to reach is disabled. Learn "
                          "more at 550 5.2.1  https://support.google.com/mail/?p=DisabledUser"},
    {REASON_USER_UNKNOWN, "550-5.2.1 The email account that you tried to reach is inactive. 550 "
                          "5.2.1 https://support.google.com/mail/?p=DisabledUser"},
    {REASON_MAILBOX_FULL,
     "552-5.2.2 The email account that you tried to reach is over quota. Please direct 552-5.2.2 "
     "the recipient to 552 5.2.2  https://support.google.com/mail/?p=OverQuotaPerm"},
    {REASON_MAILBOX_FULL,
     "452-4.2.2 The recipient's inbox is out of storage space. Please direct the 452-4.2.2 "
     "recipient to 452 4.2.2  https://support.google.com/mail/?p=OverQuotaTemp"},
    {REASON_RATE, "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating "
                  "421-4.7.28 from your IP address. To protect our users from spam, mail sent from "
                  "421-4.7.28 your IP address has been temporarily rate limited."},
    {REASON_RATE, "450-4.2.1 The user you are trying to contact is receiving mail at a rate that "
                  "450-4.2.1 prevents additional messages from being delivered."},
    {REASON_RATE, "550-5.4.5 Daily user sending limit exceeded. For more information on Gmail "
                  "550-5.4.5 sending limits"},
    {REASON_BLOCKED, "550-5.7.1 Our system has detected an unusual rate of unsolicited mail "
                     "550-5.7.1 originating from your IP address. To protect our users from spam, "
                     "mail 550-5.7.1 sent from your IP address has been blocked."},
    {REASON_BLOCKED, "550-5.7.1 [192.0.2.9] Gmail has detected that this message is likely "
                     "suspicious due to the very low reputation of the sending IP address."},
    {REASON_BLOCKED, "550-5.7.1 Our system has detected that this message is likely suspicious due "
                     "to the very low reputation of the 550-5.7.1 sending domain. To best protect "
                     "our users from spam, the message has been blocked."},
    {REASON_SPAM, "550-5.7.1 [192.0.2.9      12] Our system has detected that this message is "
                  "550-5.7.1 likely unsolicited mail. To reduce the amount of spam sent to Gmail, "
                  "550-5.7.1 this message has been blocked."},
    {REASON_SPAM, "552-5.7.0 This message was blocked because its content presents a potential "
                  "552-5.7.0 security issue."},
    {REASON_AUTH_POLICY, "550-5.7.26 Unauthenticated email from bank.test is not accepted due to "
                         "domain's 550-5.7.26 DMARC policy."},
    {REASON_AUTH_POLICY, "550-5.7.26 This message does not have authentication information or "
                         "fails to 550-5.7.26 pass authentication checks."},
    {REASON_AUTH_POLICY,
     "550-5.7.26 Your email has been blocked because the sender is unauthenticated. 550-5.7.26 "
     "Gmail requires all senders to authenticate with either SPF or DKIM."},
    {REASON_POLICY,
     "550-5.7.25 [192.0.2.9] The IP address sending this message does not have a PTR record setup"},
    {REASON_POLICY, "550-5.7.1 [192.0.2.9] Messages missing a valid Message-ID header are not "
                    "550-5.7.1 accepted."},
    /* Outlook, Exchange Online, Exchange. */
    {REASON_BLOCKED,
     "550 5.7.1 Unfortunately, messages from [192.0.2.9] weren't sent. Please contact your "
     "Internet service provider since part of their network is on our block list (S3140)."},
    {REASON_BLOCKED,
     "550 5.7.1 Unfortunately, messages from [192.0.2.9] weren't sent. Please contact your "
     "Internet service provider since part of their network is on our block list (S3150). You can "
     "also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors."},
    {REASON_BLOCKED,
     "550 SC-001 (BAY004-MC1F6) Unfortunately, messages from 192.0.2.9 weren't sent."},
    {REASON_RATE,
     "451 4.7.650 The mail server [192.0.2.9] has been temporarily rate limited due to IP "
     "reputation. For e-mail delivery information, see https://postmaster.live.com (S775)"},
    {REASON_RATE, "451 4.7.500 Server busy. Please try again later from [192.0.2.9]. (S77714)"},
    {REASON_RATE,
     "421 RP-001 (SNT004) Unfortunately, some messages from 192.0.2.9 weren't sent. Please try "
     "again. We have limits for how many messages can be sent per hour and per day."},
    {REASON_RATE,
     "452 4.5.3 Too many recipients (AS780090) [AM0.eurprd.prod.protection.outlook.com]"},
    {REASON_USER_UNKNOWN, "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) "
                          "[DB5.eop-EUR.prod.protection.outlook.com]"},
    {REASON_USER_UNKNOWN, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient x@a.test not found "
                          "by SMTP address lookup"},
    {REASON_USER_UNKNOWN,
     "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."},
    {REASON_USER_UNKNOWN, "550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found"},
    {REASON_MAILBOX_FULL, "554 5.2.2 mailbox full; "
                          "STOREDRV.Deliver.Exception:QuotaExceededException."
                          "MapiExceptionShutoffQuotaExceeded; Failed to process message"},
    {REASON_BLOCKED, "550 5.7.606 Access denied, banned sending IP [192.0.2.9]. To request removal "
                     "from this list please visit https://sender.office.com/"},
    {REASON_BLOCKED, "550 5.7.501 Access denied, spam abuse detected. The sending account has been "
                     "banned due to detected spam activity."},
    {REASON_BLOCKED, "550 5.7.511 Access denied, banned sender[192.0.2.9]. To request removal from "
                     "this list, forward this message to delist@microsoft.com."},
    {REASON_BLOCKED, "550 5.1.8 Access denied, bad outbound sender AS(42003)"},
    {REASON_BLOCKED,
     "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP."},
    {REASON_RATE, "550 5.7.705 Access denied, tenant has exceeded threshold"},
    {REASON_POLICY,
     "550 5.7.750 Service unavailable. Client blocked from sending from unregistered domain."},
    {REASON_AUTH_POLICY, "550 5.7.23 The message was rejected because of Sender Policy Framework "
                         "violation -> 550 5.7.1"},
    {REASON_AUTH_POLICY, "550 5.7.509 Access denied, sending domain bank.test does not pass DMARC "
                         "verification and has a DMARC policy of reject."},
    {REASON_AUTH_POLICY, "550 5.7.515 Access denied, sending domain bank.test doesn't meet the "
                         "required authentication level."},
    {REASON_NOT_OWNER, "550 5.7.60 SMTP; Client does not have permissions to send as this sender"},
    {REASON_RELAY_DENIED,
     "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM"},
    {REASON_RELAY_DENIED, "550 5.7.64 TenantAttribution; Relay Access Denied"},
    {REASON_RELAY_DENIED, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"},
    {REASON_POLICY,
     "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy"},
    {REASON_POLICY, "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication "
                    "required; Delivery restriction check failed"},
    {REASON_SPAM, "550 5.7.1 Message rejected as spam by Content Filtering."},
    {REASON_OTHER, "452 4.3.1 Insufficient system resources"},
    /* Yahoo, AOL, Apple. */
    {REASON_RATE,
     "421 4.7.0 [TSS04] Messages from 192.0.2.9 temporarily deferred due to unexpected volume or "
     "user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes"},
    {REASON_RATE, "421 4.7.0 [TS03] All messages from 192.0.2.9 will be permanently deferred; "
                  "Retrying will NOT succeed. See https://postmaster.yahooinc.com/error-codes"},
    {REASON_RATE, "421 4.7.0 [192.0.2.9] Messages from 192.0.2.9 temporarily deferred due to user "
                  "complaints - 4.16.55.1; see https://postmaster.dest-a.example/error-codes"},
    {REASON_BLOCKED,
     "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.9, because the ip is in "
     "Spamhaus's list; see https://postmaster.yahooinc.com/error-codes"},
    {REASON_USER_UNKNOWN,
     "554 delivery error: dd This user doesn't have a yahoo.com account (x@yahoo.test) [0] - mta1"},
    {REASON_USER_UNKNOWN, "552 1 Requested mail action aborted, mailbox not found"},
    {REASON_SPAM, "554 Message not allowed - [PH01] Email not accepted for policy reasons. message "
                  "not accepted for policy reasons"},
    {REASON_AUTH_POLICY, "554 5.7.9 Message not accepted because it fails DMARC policy"},
    {REASON_BLOCKED, "554 5.7.1 [HM08] Message rejected due to local policy. 550 5.7.1 Mail from "
                     "IP 192.0.2.9 was rejected due to listing in Spamhaus SBL."},
    {REASON_SPAM, "554 5.7.1 [CS01] Message rejected due to local policy. Please visit "
                  "https://support.apple.com/en-us/HT204137"},
    {REASON_MAILBOX_FULL,
     "552 5.2.2 <x@icloud.test>: user is over quota (in reply to RCPT TO command)"},
    /* German, French, Italian providers. */
    {REASON_POLICY,
     "554-Transaction failed 554-Reject due to policy restrictions. 554 For explanation visit "
     "https://postmaster.gmx.net/en/error-messages?ip=192.0.2.9&c=hi"},
    {REASON_BLOCKED, "554-gmx.net (mxgmx117) Nemesis ESMTP Service not available 554-No SMTP "
                     "service 554-IP address is black listed. 554 For explanation visit "
                     "https://postmaster.gmx.net/en/error-messages"},
    {REASON_USER_UNKNOWN, "550 Requested action not taken: mailbox unavailable (in reply to RCPT "
                          "TO command) for more information visit https://postmaster.web.de"},
    {REASON_BLOCKED, "554 IP=192.0.2.9 - A problem occurred. (Ask your postmaster for help or to "
                     "contact tosa@rx.t-online.de to clarify.) (BL)"},
    {REASON_USER_UNKNOWN, "550-5.1.1 unknown local user x (in reply to RCPT TO)"},
    {REASON_BLOCKED, "550 5.7.1 Service refused, please try later. OFR_999 [999]"},
    {REASON_RATE, "421 4.7.0 Service refused, please try later. OFR_506 [506]"},
    {REASON_USER_UNKNOWN,
     "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]"},
    {REASON_BLOCKED, "550 5.7.1 Service refuse. Veuillez essayer plus tard. service refused, "
                     "please try later. LPN007_109"},
    {REASON_BLOCKED, "550 spam detected: too many spams from your IP (192.0.2.9), please visit "
                     "http://postmaster.free.fr/"},
    {REASON_SPAM, "550 5.7.1 Libero said Spam: message refused IB-604a"},
    {REASON_USER_UNKNOWN, "550 5.1.1 <x@tiscali.test> Utente sconosciuto"},
    /* Russian, Chinese providers. */
    {REASON_SPAM,
     "550 spam message rejected. Please visit http://help.mail.ru/notspam-support/id?c=abc or "
     "report details to abuse@corp.mail.ru."},
    {REASON_USER_UNKNOWN, "550 Message was not accepted -- invalid mailbox.  Local mailbox "
                          "x@mail.test is unavailable: user not found"},
    {REASON_SPAM,
     "554 5.7.1 [1] Message rejected under suspicion of SPAM; https://ya.cc/1IrBc 1-abc"},
    {REASON_SPAM, "554 DT:SPM 126 smtp4,abc 123,please see "
                  "http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.9"},
    {REASON_BLOCKED, "550 HL:REP 163 smtp1,abc 123"},
    {REASON_RATE, "451 RP:CEL 163 smtp2"},
    {REASON_RATE, "550 HL:IQL 163 smtp3"},
    {REASON_AUTH_POLICY,
     "550 MI:SPF 163 mx12,abc http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.9"},
    {REASON_SPAM, "550 Mail content denied. "
                  "http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000726"},
    {REASON_RATE, "550 Ip frequency limited [MO]. http://service.mail.qq.com/cgi-bin/help"},
    {REASON_USER_UNKNOWN,
     "550 Mailbox not found. "
     "http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000728"},
    /* American access providers. */
    {REASON_BLOCKED, "554 resimta-po-21v.sys.comcast.net comcast 192.0.2.9 Comcast block for spam. "
                     " Please see http://postmaster.comcast.net/smtp-error-codes.php#BL000000"},
    {REASON_RATE, "421 4.2.0 Throttled - try again later.  Please see "
                  "https://postmaster.comcast.net/smtp-error-codes.php#RL000001"},
    {REASON_BLOCKED, "550 5.7.1 charter.net cmsmtp 192.0.2.9 blocked. Please see "
                     "https://www.spectrum.net/support/internet/understanding-email-error-codes "
                     "for more information. AUP#In-1310 AUP#CDRBL"},
    {REASON_BLOCKED, "553 5.3.0 flph829 DNSBL:ATTRBL 521< 192.0.2.9 "
                     ">_is_blocked.__For_assistance_forward_this_error_to_abuse_rbl@abuse-att.net"},
    {REASON_RATE, "421 cox.net too many sessions open from 192.0.2.9"},
    /* Filters for hire. */
    {REASON_BLOCKED, "554 Email rejected due to security policies - administrative prohibition - "
                     "envelope blocked - https://community.mimecast.com/docs/DOC-1369#550"},
    {REASON_AUTH_POLICY, "550 Rejected by header based Anti-Spoofing policy: ceo@bank.test - "
                         "https://community.mimecast.com/docs/DOC-1369#550"},
    {REASON_USER_UNKNOWN,
     "550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550"},
    {REASON_BLOCKED, "554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.9"},
    {REASON_BLOCKED, "550 5.7.1 Service unavailable; client [192.0.2.9] blocked using barracuda "
                     "Reputation; https://www.barracudacentral.org/reputation/?r=1&ip=192.0.2.9"},
    {REASON_SPAM, "550 permanent failure for one or more recipients (x@a.test:blocked)"},
    {REASON_BLOCKED, "554-esa.cisco.test 554 Your access to this mail system has been rejected due "
                     "to the sending MTA's poor reputation. If you believe that this failure is in "
                     "error, please contact the intended recipient."},
    {REASON_BLOCKED,
     "501 Connection rejected by policy [7.7] 38203, please visit www.messagelabs.com/support for "
     "more details about this error message. host blocked"},
    {REASON_BLOCKED, "550 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using Trend "
                     "Micro Email Reputation Service. Please see "
                     "http://www.mail-abuse.com/cgi-bin/lookup?ip_address=192.0.2.9"},
    {REASON_BLOCKED, "550 Your IP 192.0.2.9 is listed by UCEPROTECT-Level 2"},
    {REASON_BLOCKED, "550 5.7.1 Mail from 192.0.2.9 refused, see bl.spamcop.net"},
    {REASON_BLOCKED, "554 5.7.1 Rejected: 192.0.2.9 listed at ix.dnsbl.manitu.net"},
    {REASON_BLOCKED, "550 5.7.1 rejected because 192.0.2.9 is in a black list at dnsbl.sorbs.net"},
    {REASON_BLOCKED, "550 JunkMail rejected - h.test [192.0.2.9] is in an RBL, see "
                     "http://www.spamhaus.org/query/bl?ip=192.0.2.9"},
    {REASON_BLOCKED, "554 Your ip 192.0.2.9 has been blacklisted"},
    {REASON_BLOCKED, "571 Email from 192.0.2.9 is currently blocked by the provider. Please "
                     "contact your email admin."},
    {REASON_BLOCKED, "550 Blocked by a local blacklist; request removal at postmaster@a.test"},
    /* Unknown users in other words. */
    {REASON_USER_UNKNOWN, "550 5.1.1 x@a.test... User unknown"},
    {REASON_USER_UNKNOWN, "550 Unknown user"},
    {REASON_USER_UNKNOWN, "550 No Such User Here"},
    {REASON_USER_UNKNOWN, "511 sorry, no mailbox here by that name (#5.1.1 - chkuser)"},
    {REASON_USER_UNKNOWN, "550 <x@a.test>: Recipient unknown"},
    {REASON_USER_UNKNOWN, "550 Unrouteable address"},
    {REASON_USER_UNKNOWN, "550 Account x@a.test does not exist"},
    {REASON_USER_UNKNOWN, "550 5.7.1 This mailbox has been disabled"},
    {REASON_USER_UNKNOWN, "554 5.7.1 <x@a.test>: this user is not a valid recipient"},
    {REASON_USER_UNKNOWN, "550 5.1.1 Mailbox <x@a.test> does not exist"},
    {REASON_USER_UNKNOWN, "550 Invalid recipient x@a.test (#5.1.1)"},
    {REASON_USER_UNKNOWN, "550 sorry, user not listed in directory"},
    {REASON_USER_UNKNOWN,
     "553 5.3.0 <x@a.test>... No such user here; see https://a.test/policy?block=spam"},
    {REASON_USER_UNKNOWN,
     "550 5.1.1 user unknown; for our policy see http://www.a.test/blacklist-policy"},
    {REASON_USER_UNKNOWN, "550 We do not accept mail for this address"},
    {REASON_USER_UNKNOWN, "550 cuda_nsu No such user (x@a.test)"},
    {REASON_USER_UNKNOWN,
     "554 The mail could not be delivered to x@a.test because the account no longer works here"},
    {REASON_USER_UNKNOWN, "550 #5.1.0 Address rejected x@a.test"},
    {REASON_USER_UNKNOWN, "550 Benutzer unbekannt"},
    {REASON_USER_UNKNOWN,
     "553 sorry, this recipient is not in my validrcptto list; recipient invalid (#5.7.1)"},
    /* Full mailboxes. */
    {REASON_MAILBOX_FULL, "452 4.2.2 Mailbox full"},
    {REASON_MAILBOX_FULL, "550 5.2.2 Over quota"},
    {REASON_MAILBOX_FULL, "552 <x@a.test>... Mailbox is full"},
    {REASON_MAILBOX_FULL, "452 4.1.1 <x@a.test> mailbox is over quota"},
    {REASON_MAILBOX_FULL, "452 Insufficient disk space; try again later"},
    {REASON_MAILBOX_FULL, "552 5.7.0 mailbox size limit exceeded"},
    {REASON_MAILBOX_FULL, "451 4.3.0 No space left on device"},
    {REASON_MAILBOX_FULL, "550 User mailbox exceeds allowed size: exceeded storage"},
    {REASON_MAILBOX_FULL, "554 mailbox quota exceeded for this recipient"},
    /* Greylisting. */
    {REASON_GREYLIST, "451 Greylisting in action, please try later"},
    {REASON_GREYLIST, "450 4.7.1 Greylisted for 300 seconds"},
    {REASON_GREYLIST, "451 4.7.1 Please try again later (TEMPFAIL) greylist delay"},
    {REASON_GREYLIST, "451-192.0.2.9 is not yet authorized to deliver mail from <a@b.test>; "
                      "temporarily rejected, first contact"},
    {REASON_GREYLIST, "450 4.2.0 x@a.test: Grey-listed, retry in 5 minutes"},
    /* SPF, DKIM, DMARC. */
    {REASON_AUTH_POLICY,
     "550 5.7.1 SPF check failed: 192.0.2.9 is not allowed to send mail from bank.test"},
    {REASON_AUTH_POLICY, "550 5.7.23 <x@a.test>: Recipient address rejected: Message rejected due "
                         "to: SPF fail - not authorized. Please see http://www.openspf.net/Why"},
    {REASON_AUTH_POLICY, "550 5.7.1 rejected by DMARC policy for bank.test"},
    {REASON_AUTH_POLICY, "550 DKIM signature invalid or missing"},
    {REASON_AUTH_POLICY, "550 SPF MAILFROM domain bank.test does not designate 192.0.2.9"},
    {REASON_AUTH_POLICY, "550-Verification failed: DMARC evaluation failed"},
    {REASON_AUTH_POLICY, "550 5.7.0 Message violates DMARC policy of bank.test"},
    /* Content called spam. */
    {REASON_SPAM, "550 5.7.1 This message has been identified as spam"},
    {REASON_SPAM, "554 5.7.1 Spam message rejected"},
    {REASON_SPAM, "550 This message was classified as SPAM and may not be delivered"},
    {REASON_SPAM, "554 5.7.1 Your message looks like spam"},
    {REASON_SPAM, "550 5.7.1 Message blocked as suspected spam"},
    {REASON_SPAM, "550 High probability of spam"},
    {REASON_SPAM, "554 rejected due to spam content"},
    {REASON_SPAM, "550 5.7.1 Unsolicited bulk email refused"},
    {REASON_SPAM, "554 5.7.1 rejected by spam filter"},
    {REASON_SPAM, "554 Message refused by antispam system"},
    {REASON_SPAM,
     "550 Administrative prohibition: this message scored 15.2 spam points; spam score too high"},
    {REASON_SPAM, "554 5.7.1 Your mail was considered as spam. "},
    {REASON_SPAM, "550 5.7.1 Message contains a virus (Eicar)"},
    {REASON_SPAM, "554 5.7.1 The message was rejected: it is spam."},
    {REASON_SPAM, "550 5.7.1 Message rejected: URL listed in SURBL"},
    /* Throttling. */
    {REASON_RATE, "450 4.7.1 Rate limit exceeded"},
    {REASON_RATE, "421 Too many concurrent SMTP connections from this IP address"},
    {REASON_RATE, "452 4.5.3 Error: too many recipients"},
    {REASON_RATE, "421 4.7.0 Too many errors on this connection"},
    {REASON_RATE, "550 5.7.1 You have exceeded your hourly sending limit"},
    {REASON_RATE, "451 4.3.2 System is too busy, load average 42"},
    {REASON_RATE, "421 Service temporarily throttled"},
    {REASON_RATE,
     "450 4.7.1 <a@b.test>: Sender address rejected: policy; daily message quota exceeded"},
    {REASON_RATE, "550 Maximum number of messages per connection reached"},
    /* Relaying and login. */
    {REASON_RELAY_DENIED, "550 relay not permitted"},
    {REASON_RELAY_DENIED, "550 5.7.1 Unable to relay for x@far.test"},
    {REASON_RELAY_DENIED, "550 5.7.1 <x@far.test>... Relaying denied"},
    {REASON_RELAY_DENIED, "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"},
    {REASON_RELAY_DENIED, "530 5.7.0 Authentication required"},
    {REASON_RELAY_DENIED, "550 You must authenticate before sending"},
    {REASON_NOT_OWNER, "550 5.7.1 Sender a@b.test does not match authenticated user"},
    /* Other rules. */
    {REASON_POLICY, "550 5.7.1 Rejected for policy reasons"},
    {REASON_POLICY, "554 5.7.1 Message rejected due to security policy"},
    {REASON_POLICY, "550 Administrative prohibition"},
    {REASON_POLICY, "550 5.7.1 Client does not have a valid reverse DNS: reverse DNS required"},
    {REASON_POLICY, "550 Message does not comply with RFC 5322"},
    {REASON_POLICY, "550 Executable attachment not allowed"},
    /* Unreachable, in other words. */
    {REASON_UNREACHABLE, "retry timeout exceeded"},
    {REASON_UNREACHABLE,
     "all hosts for 'dead.test' have been failing for a long time (and retry time not reached)"},
    {REASON_UNREACHABLE,
     "SMTP error from remote mail server after initial connection: read timeout"},
    {REASON_UNREACHABLE, "CNAME lookup failed: DNS error"},
    {REASON_UNREACHABLE, "TLS handshake failed with mx.a.test"},
    /* A refusal, no more. */
    {REASON_OTHER, "451 4.3.0 Temporary lookup failure"},
    {REASON_OTHER, "451 4.3.5 Server configuration problem"},
    {REASON_OTHER, "421 4.3.2 Service currently unavailable"},
    {REASON_OTHER, "451 Requested action aborted: local error in processing"},
    {REASON_OTHER, "503 5.5.1 Bad sequence of commands"},
    {REASON_OTHER, "550 5.0.0 Nope"},
    /* Hostile or misleading. */
    {REASON_USER_UNKNOWN, "host spamfilter.example.com[192.0.2.1] said: 550 5.1.1 user unknown (in "
                          "reply to RCPT TO command)"},
    {REASON_USER_UNKNOWN,
     "host mx.anti-spam-blocklist.test[192.0.2.1] said: 550 <spam.is.spam@a.test>: no such user"},
    {REASON_MAILBOX_FULL,
     "host spam.example.com[192.0.2.1] said: 452 4.2.2 <x@a.test>: Mailbox full"},
    {REASON_OTHER, "host spam.example.com[192.0.2.1] said: 451 4.3.0 <x@a.test>: try again later"},
    {REASON_OTHER, "host as.spam.example.com[192.0.2.1] said: 451 4.3.0 see "
                   "http://a.test/is/spam/policy try again later"},
    {REASON_OTHER, "host mx.relay-denied.test[192.0.2.1] said: 451 4.3.0 temporary failure"},
    {REASON_RELAY_DENIED, "454 4.7.1 <spam-is-spam@far.test>: Relay access denied"},
    {REASON_GREYLIST, "host mx.greylist.test[192.0.2.1] said: 450 4.2.0 Greylisted"},
    {REASON_BLOCKED,
     "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using bl.user-unknown.test"},
    {REASON_BLOCKED, "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using "
                     "dnsbl.example; no further explanation"},
    /* Deliveries. */
    {REASON_NONE, "250 2.0.0 Ok: queued as 4A1B0239AC"},
    {REASON_NONE, "250 2.0.0 OK  1795365080 a1-20020 - gsmtp"},
    {REASON_NONE, "delivered to maildir"},
};

struct database {
    hs_database_t *patterns;
    hs_scratch_t *scratch;
};

static unsigned pattern_count(void)
{
    unsigned count = 0;
    while (reply_patterns[count].regex)
        count++;
    return count;
}

static bool compile(struct database *ret)
{
    static const char *regexes[PATTERNS_MAX];
    static unsigned flags[PATTERNS_MAX], ids[PATTERNS_MAX];
    unsigned count = pattern_count();
    if (count > PATTERNS_MAX)
        return false;
    for (unsigned i = 0; i < count; i++) {
        regexes[i] = reply_patterns[i].regex;
        flags[i] = HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH;
        ids[i] = i;
    }
    hs_compile_error_t *error = NULL;
    if (hs_compile_multi(regexes, flags, ids, count, HS_MODE_BLOCK, NULL, &ret->patterns, &error) !=
        HS_SUCCESS) {
        printf("pattern %d: %s\n", error->expression, error->message);
        hs_free_compile_error(error);
        return false;
    }
    return hs_alloc_scratch(ret->patterns, &ret->scratch) == HS_SUCCESS;
}

static int note_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                      void *context)
{
    (void)from, (void)to, (void)flags;
    unsigned *lowest = context;
    if (id < *lowest)
        *lowest = id;
    return 0;
}

static unsigned check(const struct database *database, const struct sample *sample)
{
    unsigned lowest = PATTERNS_MAX;
    hs_scan(database->patterns, sample->text, (unsigned)strlen(sample->text), 0, database->scratch,
            note_match, &lowest);
    enum reason got =
        lowest < PATTERNS_MAX ? (enum reason)reply_patterns[lowest].reason : REASON_NONE;
    if (got == sample->reason)
        return 0;
    printf("expected %s, got %s\n  text: %s\n  pattern: %.100s\n", reason_name(sample->reason),
           reason_name(got), sample->text,
           lowest < PATTERNS_MAX ? reply_patterns[lowest].regex : "none");
    return 1;
}

int main(void)
{
    struct database database = {NULL, NULL};
    unsigned failed = 0, count = sizeof(samples) / sizeof(samples[0]);
    if (!compile(&database))
        return EXIT_FAILURE;
    for (unsigned i = 0; i < count; i++)
        failed += check(&database, &samples[i]);
    if (pattern_count() < PATTERNS_MIN || count < SAMPLES_MIN) {
        printf("only %u patterns and %u samples\n", pattern_count(), count);
        failed++;
    }
    hs_free_scratch(database.scratch);
    hs_free_database(database.patterns);
    printf("%u of %u replies as expected\n", count - failed, count);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
