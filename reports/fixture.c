#include "fixture_parts.h"

#include <assert.h>

static const struct source_report suman_sources[] = {
    {.ip = S("66.162.24.200"),
     .role = ROLE_ATTACKER,
     .did = DID_GUESS,
     .asn = UNKNOWN,
     .login_failures = 7,
     .first = CLOCK(16, 23, 9),
     .last = CLOCK(16, 23, 20)},
    {.ip = S("71.53.20.202"),
     .ptr = S("host-202.test"),
     .role = ROLE_ATTACKER,
     .did = DID_GUESS | DID_CHECK | DID_READ,
     .asn = 64500,
     .country = "NL",
     .logins = 2,
     .login_failures = 8,
     .first = CLOCK(16, 23, 10),
     .last = CLOCK(16, 23, 32)},
    {.ip = S("28.249.22.114"),
     .role = ROLE_ATTACKER,
     .did = DID_SEND,
     .asn = UNKNOWN,
     .logins = 21,
     .messages = 109,
     .recipients = 366,
     .forged_domains = 39,
     .first = CLOCK(16, 23, 37),
     .last = CLOCK(16, 24, 44),
     .other_accounts = (const struct str[]){S("irene")},
     .other_account_count = 1,
     .other_accounts_total = 1},
    {.ip = S("30.48.154.250"),
     .role = ROLE_ATTACKER,
     .did = DID_SEND,
     .asn = UNKNOWN,
     .messages = 80,
     .first = NEVER,
     .last = NEVER},
    {.ip = S("115.145.63.113"),
     .role = ROLE_OWNER,
     .did = DID_SEND,
     .asn = UNKNOWN,
     .messages = 3,
     .first = CLOCK(16, 22, 50),
     .last = CLOCK(16, 23, 0)},
};
static const struct source_report irene_sources[] = {
    {.ip = S("28.249.22.114"),
     .role = ROLE_ATTACKER,
     .did = DID_SEND,
     .asn = UNKNOWN,
     .messages = 3,
     .first = NEVER,
     .last = NEVER},
    {.ip = S("28.249.22.115"),
     .role = ROLE_ATTACKER,
     .did = DID_SEND,
     .asn = UNKNOWN,
     .messages = 3,
     .first = NEVER,
     .last = NEVER},
    {.ip = S("28.249.22.116"),
     .role = ROLE_ATTACKER,
     .did = DID_SEND,
     .asn = UNKNOWN,
     .messages = 2,
     .first = NEVER,
     .last = NEVER},
    {.ip = S("2001:db8::1"),
     .role = ROLE_ATTACKER,
     .did = DID_SEND,
     .asn = UNKNOWN,
     .messages = 1,
     .first = NEVER,
     .last = NEVER},
    {.ip = S("115.145.63.113"),
     .role = ROLE_OWNER,
     .did = DID_SEND,
     .asn = UNKNOWN,
     .messages = 8,
     .first = CLOCK(16, 22, 36),
     .last = CLOCK(16, 25, 1)},
};
static const struct forged_domain suman_domains[] = {
    {S("greentravel.test"), 20, 20, 71, CLOCK(16, 23, 30), CLOCK(16, 24, 40)},
    {S("northpay.example"), 19, 19, 60, CLOCK(16, 23, 31), CLOCK(16, 24, 41)},
    {S("it's.bad"), 1, 1, 2, NEVER, NEVER},
};
static const struct forged_domain irene_domains[] = {
    {S("secure-firstbank.example"), 1, 30, 35, CLOCK(16, 22, 40), CLOCK(16, 25, 5)}};
static const struct evidence suman_evidence[] = {
    {.id = "F-02",
     .family = 'F',
     .weight_tenths = 140,
     .ref_count = 2,
     .text = "40 foreign sender domains in 76 s; never one before",
     .refs = {{.place = {.line = 120, .offset = 9876, .length = 143},
               .has_digest = true,
               .sha256 = {0xAB, 0xCD}},
              {.place = {.line = 4711, .offset = 1234567, .input = 1, .length = 90}}}},
    {.id = "C-01",
     .family = 'C',
     .weight_tenths = 125,
     .text = "15 failed logins, then a success from the same address"},
    {.id = "X-05",
     .family = 'X',
     .weight_tenths = -35,
     .against = true,
     .text = "sends from a habitual client too"},
};
static const char *const suman_todo[] = {"change-password", "end-sessions"};
static const struct str suman_names[] = {S("Suman@Northbay.example"), S("suman")};
static const struct str mailbox_sources[] = {S("71.53.20.202")};

#define NO_MAILBOX                                                                                 \
    {                                                                                              \
        .opened = UNKNOWN, .first = NEVER, .last = NEVER                                           \
    }
#define NO_WINDOW                                                                                  \
    {                                                                                              \
        NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, false                              \
    }

static const struct account_report incident_accounts[] = {
    {.name = S("suman@northbay.example"),
     .login_names = suman_names,
     .login_name_count = COUNT(suman_names),
     .principal = 2,
     .verdict = VERDICT_CONFIRMED,
     .class = CLASS_ACCOUNT,
     .ongoing = 1,
     .score_tenths = 384,
     .evidence_tenths = 584,
     .todo = suman_todo,
     .todo_count = COUNT(suman_todo),
     .counts = {.messages = 432,
                .recipients = 1646,
                .settled = {723, 520, 33, 0, 0, 120, 250},
                .rejected = 4,
                .logins = 40,
                .login_failures = 15},
     .recipients_basis = "original",
     .mailbox = {.opened = 1,
                 .protocol = "imap",
                 .first = CLOCK(16, 23, 32),
                 .last = CLOCK(16, 23, 32),
                 .sources = mailbox_sources,
                 .source_count = 1},
     .foreign = {.messages = 429,
                 .recipients = 1643,
                 .settled = {720, 520, 33, 0, 0, 120, 250},
                 .logins = 23,
                 .login_failures = 15},
     .window = {.guess = CLOCK(16, 23, 9),
                .access = CLOCK(16, 23, 23),
                .test = NEVER,
                .abuse = CLOCK(16, 23, 28),
                .peak = CLOCK(16, 23, 50),
                .last_accept = CLOCK(16, 24, 44),
                .containment = NEVER,
                .last_try = CLOCK(16, 24, 44)},
     .sources = suman_sources,
     .source_count = COUNT(suman_sources),
     .forged_domains = suman_domains,
     .forged_domain_count = COUNT(suman_domains),
     .evidence = suman_evidence,
     .evidence_count = COUNT(suman_evidence),
     .campaign = UNKNOWN,
     .would_change = "the owner confirms the new client"},
    {.name = S("irene"),
     .principal = 0,
     .verdict = VERDICT_LIKELY,
     .class = CLASS_ACCOUNT,
     .ongoing = 1,
     .score_tenths = 181,
     .evidence_tenths = 381,
     .counts = {.messages = 38, .recipients = 43, .settled = {35, 4, 0, 0, 0, 2, 2}},
     .recipients_basis = "expanded",
     .mailbox = NO_MAILBOX,
     .foreign = {.messages = 30, .recipients = 35, .settled = {27, 4, 0, 0, 0, 2, 2}},
     .window = {.guess = NEVER,
                .access = CLOCK(16, 22, 40),
                .test = NEVER,
                .abuse = CLOCK(16, 22, 40),
                .peak = NEVER,
                .last_accept = CLOCK(16, 25, 5),
                .containment = NEVER,
                .last_try = NEVER,
                .left_censored = true},
     .sources = irene_sources,
     .source_count = COUNT(irene_sources),
     .forged_domains = irene_domains,
     .forged_domain_count = 1,
     .campaign = UNKNOWN},
    {.name = S("marta"),
     .principal = UINT32_MAX,
     .verdict = VERDICT_WATCH,
     .class = CLASS_ACCOUNT,
     .ongoing = 0,
     .score_tenths = -55,
     .evidence_tenths = 145,
     .counts = {.messages = 4, .recipients = 4, .settled = {4}},
     .mailbox = NO_MAILBOX,
     .window = NO_WINDOW,
     .campaign = UNKNOWN},
    {.name = S("newsletter"),
     .principal = 1,
     .verdict = VERDICT_NONE,
     .class = CLASS_NONE,
     .ongoing = UNKNOWN,
     .score_tenths = -200,
     .counts = {.messages = 300, .recipients = 900, .settled = {884, 0, 0, 0, 0, 0, 16}},
     .mailbox = NO_MAILBOX,
     .window = NO_WINDOW,
     .sources = irene_sources,
     .source_count = 1,
     .campaign = UNKNOWN},
};

static const struct source_report spray_sources[] = {
    {.ip = S("175.245.8.194"),
     .role = ROLE_ATTACKER,
     .did = DID_GUESS,
     .asn = UNKNOWN,
     .login_failures = 17,
     .first = CLOCK(16, 24, 0),
     .last = CLOCK(16, 24, 11)},
    {.ip = S("171.60.245.236"),
     .role = ROLE_ATTACKER,
     .did = DID_GUESS,
     .asn = UNKNOWN,
     .login_failures = 16,
     .first = CLOCK(16, 24, 0),
     .last = CLOCK(16, 24, 10)},
};
static const struct finding_account spray_accounts[] = {
    {.account = {NULL, 0}, .opened = true, .source = S("175.245.8.194"), .time = CLOCK(16, 24, 11)},
    {.account = S("anna"), .source = S("171.60.245.236"), .time = CLOCK(16, 24, 1)},
    {.account = S("boris"), .source = S("175.245.8.194"), .time = CLOCK(16, 24, 2)},
};
static const struct str candidates[] = {S("dora"), S("emil")};
static const struct source_report relay_source = {.ip = S("173.88.84.91"),
                                                  .role = ROLE_ATTACKER,
                                                  .did = DID_SEND,
                                                  .asn = UNKNOWN,
                                                  .messages = 60,
                                                  .first = CLOCK(16, 24, 6),
                                                  .last = CLOCK(16, 24, 42)};
static const struct finding incident_findings[] = {
    {.class = CLASS_CREDENTIAL_ATTACK,
     .verdict = VERDICT_LIKELY,
     .principal_index = PRINCIPAL_UNKNOWN,
     .window = NO_WINDOW,
     .sources = spray_sources,
     .source_count = 2,
     .counts = {.logins = 1, .login_failures = 33},
     .accounts = spray_accounts,
     .account_count = COUNT(spray_accounts),
     .candidates = candidates,
     .candidate_count = COUNT(candidates)},
    {.class = CLASS_OPEN_RELAY,
     .verdict = VERDICT_CONFIRMED,
     .principal = S("net:173.88.84.91"),
     .principal_index = 3,
     .window = {NEVER, NEVER, NEVER, CLOCK(16, 24, 6), NEVER, CLOCK(16, 24, 42), NEVER, NEVER,
                false},
     .sources = &relay_source,
     .source_count = 1,
     .counts = {.messages = 60, .recipients = 240, .settled = {110, 50, 0, 0, 0, 0, 80}},
     .evidence = suman_evidence,
     .evidence_count = 1},
    {.class = CLASS_LOCAL_INJECTION,
     .verdict = VERDICT_LIKELY,
     .principal = S("uid:33@mx1"),
     .principal_index = 4,
     .window = {NEVER, NEVER, NEVER, CLOCK(16, 22, 56), NEVER, CLOCK(16, 23, 12), NEVER, NEVER,
                false},
     .counts = {.messages = 100, .recipients = 236, .settled = {137, 56, 0, 0, 0, 20, 23}},
     .forged_domains = suman_domains,
     .forged_domain_count = 2},
    {.class = CLASS_CREDENTIAL_ATTACK,
     .verdict = VERDICT_WATCH,
     .principal_index = PRINCIPAL_UNKNOWN,
     .window = NO_WINDOW,
     .sources = spray_sources,
     .source_count = 1,
     .counts = {.login_failures = 5}},
};

static const char *const formats[] = {"gzip", "rfc3164", "postfix"};
static const struct input_report inputs[] = {
    {.path = "/var/log/mail.log",
     .bytes = 2412345,
     .lines = 12000,
     .recognised = 11990,
     .top_level = true,
     .has_digest = true,
     .sha256 = {0x01, 0xFE},
     .first = CLOCK(16, 22, 34),
     .last = CLOCK(16, 25, 43),
     .formats = formats + 1,
     .format_count = 2,
     .holds_log = true,
     .named = true,
     .year_rule = "404 Message-IDs",
     .zone_rule = "404 Message-IDs"},
    {.path = "old.tar.gz",
     .member = "var/log/mail.log.1",
     .bytes = 99,
     .lines = 687,
     .first = CLOCK(16, 22, 34),
     .last = CLOCK(16, 25, 43),
     .formats = formats,
     .format_count = 2,
     .holds_log = true,
     .damage = "truncated after 99 bytes",
     .duplicates = 3},
    {.path = "photo.jpg", .first = NEVER, .last = NEVER},
};
static const struct program_lines programs[] = {
    {S("cron"), 12}, {S("postfix/smtpd"), 12000}, {S("\xff\xfe"), 2}, {S("\xff"), 3}};
static const struct gap_report gaps[] = {{S("mx1"), CLOCK(3, 0, 0), CLOCK(5, 10, 0)}};
static const char *const unobservable[] = {"source ports", "who else read mail",
                                           "logins that sent nothing"};
static const struct cleared cleared[] = {{S("newsletter"), "bulk, own address"},
                                         {S("lists"), "bulk, own address"},
                                         {S("marta"), "4 networks"}};
static const struct reputation blocks[] = {{.host = S("mx1"),
                                            .provider = S("bl.spam-list.example"),
                                            .sample = S("554 5.7.1 listed at bl.spam-list.example"),
                                            .kind = "blocked",
                                            .first = CLOCK(16, 23, 30),
                                            .last = CLOCK(16, 25, 40),
                                            .replies = 151,
                                            .burst = S("suman@northbay.example"),
                                            .burst_recipients = 38}};
static const char *const options[] = {"since", "2026-11-22", "account",
                                      "suman", "account",    "irene"};
static const char *const assumptions[] = {"northbay.example is local: it ends in local delivery"};
static const struct timeline_entry timeline[] = {
    {.time = CLOCK(16, 23, 9),
     .actor = S("66.162.24.200"),
     .what = "first failed login",
     .ref_count = 1,
     .refs = {{.place = {.line = 120, .length = 143}}}}};

struct report fixture_incident(void)
{
    struct report report = {
        .tool_version = "1.0",
        .model = 1,
        .options = options,
        .option_count = COUNT(options) / 2,
        .assumptions = assumptions,
        .assumption_count = COUNT(assumptions),
        .inputs = inputs,
        .input_count = COUNT(inputs),
        .coverage = {.lines = 12687,
                     .recognised = 12670,
                     .other_program = 12,
                     .unrecognised = 5,
                     .duplicates = 3,
                     .programs = programs,
                     .program_count = COUNT(programs),
                     .unobservable = unobservable,
                     .unobservable_count = COUNT(unobservable)},
        .systems = "mx1 (Postfix, Dovecot)",
        .ongoing = 1,
        .last_attacker_event = CLOCK(16, 25, 5),
        .log_first = CLOCK(16, 22, 34),
        .log_end = CLOCK(16, 25, 43),
        .too_short = true,
        .year_zone = "Year, zone from 404 Postfix Message-IDs.",
        .cleared = cleared,
        .cleared_count = COUNT(cleared),
        .totals = {.inbound_messages = 120,
                   .inbound_recipients = 130,
                   .unattributed_messages = 2,
                   .unattributed_recipients = 3,
                   .submitted = {.messages = 930,
                                 .recipients = 3065,
                                 .settled = {1889, 630, 33, 0, 0, 142, 371}},
                   .accounts = 31,
                   .sources = 77},
        .accounts = incident_accounts,
        .account_count = COUNT(incident_accounts),
        .findings = incident_findings,
        .finding_count = COUNT(incident_findings),
        .reputation = blocks,
        .reputation_count = 1,
        .timeline = timeline,
        .timeline_count = 1,
        .facts = fixture_facts(),
        .case_dir = "case",
        .elapsed_usec = 1234567,
        .bytes_read = 300000,
        .bytes_log = 2412345,
    };
    fixture_figures(&report);
    return report;
}

static struct report clean(void)
{
    struct report report = fixture_incident();
    report.accounts = incident_accounts + 2;
    report.account_count = 2;
    report.finding_count = 0;
    report.facts = NULL;
    report.campaign_count = report.limit_count = 0;
    report.ongoing = 0;
    report.last_attacker_event = (struct when)NEVER;
    report.log_first = (struct when)AT(-29 * SEC_PER_DAY);
    report.zone_offset_minutes = 360;
    report.too_short = false;
    report.year_zone = NULL;
    report.coverage.gaps = gaps;
    report.coverage.gap_count = 1;
    report.coverage.lines = 21400000;
    report.bytes_log = UINT64_C(3100000000);
    report.systems = "mail.example.org (Carbonio CE)";
    return report;
}

static const struct source_report gateway = {.ip = S("172.22.1.1"),
                                             .role = ROLE_INFRASTRUCTURE,
                                             .did = DID_SEND,
                                             .asn = UNKNOWN,
                                             .messages = 60,
                                             .first = CLOCK(2, 0, 0),
                                             .last = CLOCK(3, 0, 0)};

static struct report hidden(void)
{
    static struct account_report account;
    static struct finding findings[2];
    struct report report = fixture_incident();
    account = incident_accounts[0];
    account.sources = &gateway;
    account.source_count = 1;
    findings[0] = (struct finding){.class = CLASS_HIDDEN_SOURCE,
                                   .verdict = VERDICT_NONE,
                                   .principal_index = PRINCIPAL_UNKNOWN,
                                   .window = NO_WINDOW,
                                   .sources = &gateway,
                                   .source_count = 1};
    findings[1] = incident_findings[1];
    findings[1].principal = STR("net:172.22.1.1");
    findings[1].sources = &gateway;
    report.accounts = &account;
    report.account_count = 1;
    report.findings = findings;
    report.finding_count = 2;
    report.facts = NULL;
    report.case_dir = NULL;
    report.ongoing = 0;
    report.zone_assumed = true;
    return report;
}

const struct fixture fixtures[] = {{"incident", fixture_incident},
                                   {"clean", clean},
                                   {"hidden", hidden},
                                   {"hostile", fixture_hostile},
                                   {NULL, NULL}};

struct report fixture_make(const char *name)
{
    const struct fixture *fixture = fixtures;
    while (fixture->name && strcmp(fixture->name, name) != 0)
        fixture++;
    assert(fixture->name);
    return fixture->make();
}
