#include "fixture_parts.h"

#define ENEMY                                                                                      \
    "<script>alert(1)</script>\033[2J\033]0;x\007 \xE2\x80\xAE"                                    \
    "gpj.exe\xC2\x9B"                                                                              \
    "31m \xff\xfe\xed\xa0\x80 \r\nHTTP/1.1 $(id)`id`' \" \t\x7f \xF0\x9F\x92\xA9 "                 \
    "\xE4\xB8\xAD\xE6\x96\x87 javascript:alert(2)"
static const struct str enemy = S("=cmd|' /C calc'!A0,\0" ENEMY);

/* 10,000 characters without a blank. */
static const char *long_text(void)
{
    static char text[10001];
    for (size_t i = 0; i < sizeof text - 1; i++)
        text[i] = (char)('0' + i % 10);
    return text;
}

static struct source_report enemy_source(void)
{
    return (struct source_report){.ip = enemy,
                                  .ptr = str_of(long_text()),
                                  .role = ROLE_ATTACKER,
                                  .did = DID_SEND | DID_GUESS,
                                  .asn = UNKNOWN,
                                  .country = ENEMY,
                                  .messages = UINT64_MAX,
                                  .recipients = UINT64_MAX,
                                  .login_failures = UINT64_MAX,
                                  .first = NEVER,
                                  .last = NEVER,
                                  .other_accounts = &enemy,
                                  .other_account_count = 1,
                                  .other_accounts_total = 1};
}

/* Three of them: a name of everything bad, a very long one, an empty one. */
static const struct account_report *enemies(const struct account_report *model,
                                            const struct str *huge)
{
    static struct source_report source;
    static struct forged_domain domains[2];
    static struct evidence evidence = {
        .id = "F-01", .family = 'F', .weight_tenths = INT32_MIN, .text = ENEMY, .ref_count = 1};
    static struct account_report accounts[3];
    source = enemy_source();
    domains[0] = (struct forged_domain){
        .domain = enemy, .messages = UINT64_MAX, .first = NEVER, .last = NEVER};
    domains[1] = (struct forged_domain){.domain = *huge, .first = NEVER, .last = NEVER};
    for (size_t i = 0; i < COUNT(accounts); i++) {
        struct account_report *account = &accounts[i];
        *account = *model;
        account->name = i == 0 ? enemy : i == 1 ? *huge : STR("");
        account->foreign.messages = account->foreign.recipients = UINT64_MAX;
        account->login_names = huge;
        account->login_name_count = 1;
        account->sources = &source;
        account->source_count = 1;
        account->forged_domains = domains;
        account->forged_domain_count = COUNT(domains);
        account->evidence = &evidence;
        account->evidence_count = 1;
        account->would_change = huge->ptr;
        account->mailbox.protocol = ENEMY;
    }
    return accounts;
}

struct report fixture_hostile(void)
{
    static struct finding finding;
    static struct input_report input;
    static struct program_lines program = {.lines = 1};
    static struct reputation reputation;
    static struct campaign campaign;
    static struct cleared clear;
    static const char *words[2];
    static struct str huge;
    struct report report = fixture_incident();
    huge = str_of(long_text());
    words[0] = ENEMY;
    words[1] = huge.ptr;
    finding = report.findings[2];
    finding.principal = enemy;
    finding.script = huge.ptr;
    input = (struct input_report){.path = ENEMY,
                                  .member = huge.ptr,
                                  .damage = ENEMY,
                                  .holds_log = true,
                                  .first = NEVER,
                                  .last = NEVER,
                                  .year_rule = ENEMY};
    program.name = enemy;
    reputation = (struct reputation){.host = enemy,
                                     .provider = enemy,
                                     .sample = huge,
                                     .kind = "blocked",
                                     .first = NEVER,
                                     .last = NEVER,
                                     .replies = 1,
                                     .burst = huge,
                                     .burst_recipients = 1};
    campaign = (struct campaign){.id = 1,
                                 .accounts = &huge,
                                 .sources = &enemy,
                                 .forged_domains = &huge,
                                 .account_count = 1,
                                 .source_count = 1,
                                 .forged_domain_count = 1,
                                 .first = NEVER,
                                 .last = NEVER,
                                 .order = &enemy};
    report.campaigns = &campaign;
    report.campaign_count = 1;
    clear = (struct cleared){enemy, huge.ptr};
    report.accounts = enemies(&report.accounts[0], &huge);
    report.account_count = 3;
    report.findings = &finding;
    report.finding_count = 1;
    report.inputs = &input;
    report.input_count = 1;
    report.coverage.programs = &program;
    report.coverage.program_count = 1;
    report.coverage.unobservable = words;
    report.coverage.unobservable_count = COUNT(words);
    report.reputation = &reputation;
    report.cleared = &clear;
    report.cleared_count = 1;
    report.systems = ENEMY;
    report.year_zone = huge.ptr;
    report.coverage.lines = report.coverage.recognised = report.bytes_log = UINT64_MAX;
    report.coverage.unrecognised = 0;
    return report;
}
