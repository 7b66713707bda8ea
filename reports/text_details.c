/* Under each row: from where, as whom, and what one would tell the boss. */
#include "servers.h"
#include "text_parts.h"
#include "theirs.h"

/* In the folder itself case_dir is empty: what lies there must not tell where it was made. */
void text_file(struct page *page, const struct report *report, const char *name)
{
    page_text(page, report->case_dir);
    page_text(page, *report->case_dir ? "/" : "");
    page_text(page, name);
}

bool series_next(struct series *series, struct page *page)
{
    if (series->shown == series->limit)
        return false;
    if (series->shown++ > 0)
        page_text(page, ", ");
    return true;
}

void series_end(const struct series *series, struct page *page)
{
    if (series->total <= series->shown)
        return;
    page_text(page, series->shown ? ", " : "");
    page_number(page, series->total - series->shown);
    page_text(page, series->shown ? " more" : " in all");
}

static bool guessed(const struct source_report *source)
{
    return source->role == ROLE_ATTACKER && source->did & DID_GUESS && source->login_failures > 0;
}

static bool sent(const struct source_report *source)
{
    return source->role == ROLE_ATTACKER && source->messages > 0;
}

static bool owner_sent(const struct source_report *source)
{
    return source->role == ROLE_OWNER && source->messages > 0;
}

static uint64_t count_sources(const struct account_report *account,
                              bool (*chosen)(const struct source_report *))
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < account->source_count; i++)
        count += chosen(&account->sources[i]);
    return count;
}

static void let_in(struct page *page, const struct window *window)
{
    if (window->access.usec == TIME_NONE)
        return;
    page_text(page, "; let in ");
    page_time(page, window->access);
}

static void detail_guess(struct page *page, const struct account_report *account)
{
    struct series series = {.total = count_sources(account, guessed), .limit = 2};
    if (series.total == 0)
        return;
    uint64_t failures = 0;
    for (uint32_t i = 0; i < account->source_count; i++)
        failures += guessed(&account->sources[i]) ? account->sources[i].login_failures : 0;
    page_text(page, "  password guessed: ");
    page_count(page, failures, "failure");
    page_text(page, " from ");
    for (uint32_t i = 0; i < account->source_count; i++)
        if (guessed(&account->sources[i]) && series_next(&series, page))
            text_source(page, &account->sources[i]);
    series_end(&series, page);
    if (account->window.guess.usec != TIME_NONE) {
        page_text(page, " since ");
        page_time(page, account->window.guess);
    }
    let_in(page, &account->window);
    page_end(page, 2);
}

static void detail_sent(struct page *page, const struct account_report *account)
{
    struct series series = {.total = count_sources(account, sent), .limit = 2};
    uint64_t most = 0;
    for (uint32_t i = 0; i < account->source_count; i++)
        if (sent(&account->sources[i]) && account->sources[i].messages > most)
            most = account->sources[i].messages;
    if (series.total == 0)
        return;
    page_text(page, "  sent from ");
    page_number(page, series.total);
    page_text(page, series.total == 1 ? " address" : " addresses");
    if (series.total >= 4 &&
        most <= 5) { /* low and slow: which address sent how many says nothing */
        page_text(page, ", at most ");
        page_count(page, most, "message");
        page_text(page, " each");
        page_end(page, 2);
        return;
    }
    page_text(page, ": ");
    for (uint32_t i = 0; i < account->source_count; i++) {
        if (!sent(&account->sources[i]) || !series_next(&series, page))
            continue;
        text_source(page, &account->sources[i]);
        page_text(page, " (");
        page_number(page, account->sources[i].messages);
        page_text(page, ")");
    }
    series_end(&series, page);
    page_end(page, 2);
}

static void detail_domains(struct page *page, const struct account_report *account)
{
    struct series series = {.total = account->forged_domain_count, .limit = 2};
    if (series.total == 0)
        return;
    page_text(page, "  as ");
    page_count(page, series.total, "foreign domain");
    page_text(page, ": ");
    for (uint32_t i = 0; i < account->forged_domain_count && series_next(&series, page); i++) {
        page_str(page, account->forged_domains[i].domain);
        page_text(page, " (");
        page_number(page, account->forged_domains[i].messages);
        page_text(page, ")");
    }
    series_end(&series, page);
    page_end(page, 2);
}

/* Only if the owner's mail overlaps with the intruder's. */
static bool owner_meanwhile(const struct account_report *account,
                            const struct source_report *source)
{
    const struct window *window = &account->window;
    return owner_sent(source) && window->abuse.usec != TIME_NONE &&
           source->last.usec > window->abuse.usec &&
           (window->last_accept.usec == TIME_NONE || source->first.usec < window->last_accept.usec);
}

static void detail_owner(struct page *page, const struct account_report *account)
{
    struct series series = {.limit = 2};
    for (uint32_t i = 0; i < account->source_count; i++)
        series.total += owner_meanwhile(account, &account->sources[i]);
    if (series.total == 0)
        return;
    page_text(page, "  while the owner went on working from ");
    for (uint32_t i = 0; i < account->source_count; i++)
        if (owner_meanwhile(account, &account->sources[i]) && series_next(&series, page))
            text_source(page, &account->sources[i]);
    series_end(&series, page);
    page_end(page, 2);
}

static const char *protocol_name(const char *protocol)
{
    if (!protocol)
        return "";
    if (strcmp(protocol, "imap") == 0)
        return "IMAP ";
    return strcmp(protocol, "pop3") == 0 ? "POP3 " : "";
}

static void detail_mailbox(struct page *page, const struct mailbox *mailbox)
{
    if (mailbox->opened != 1)
        return;
    page_printf(page, "  mailbox opened: %slogin", protocol_name(mailbox->protocol));
    if (mailbox->first.usec != TIME_NONE) {
        page_text(page, " ");
        page_time(page, mailbox->first);
    }
    struct series series = {.total = mailbox->source_count, .limit = 2};
    page_text(page, mailbox->source_count ? " from " : "");
    for (uint32_t i = 0; i < mailbox->source_count && series_next(&series, page); i++)
        page_str(page, mailbox->sources[i]);
    if (mailbox->source_count)
        series_end(&series, page);
    page_end(page, 2);
}

static bool is_hidden(const struct account_report *account, struct str gateway)
{
    bool seen = account->source_count == 0;
    for (uint32_t i = 0; i < account->source_count; i++) {
        if (sent(&account->sources[i]))
            return false;
        seen = seen || str_eq(account->sources[i].ip, gateway);
    }
    return gateway.ptr && seen;
}

static void account_details(struct page *page, const struct report *report,
                            const struct account_report *account)
{
    struct str gateway = hidden_gateway(report);
    detail_guess(page, account);
    if (is_hidden(account, gateway)) {
        page_text(page, "  source NOT VISIBLE: all clients appear as ");
        page_str(page, gateway);
        page_text(page, " (Docker or NAT gateway); look it up in the router or reverse proxy");
        page_end(page, 2);
    }
    detail_sent(page, account);
    detail_domains(page, account);
    detail_owner(page, account);
    detail_mailbox(page, &account->mailbox);
}

static void unnamed_details(struct page *page, const struct report *report,
                            const struct finding *finding)
{
    uint32_t tried = 0;
    for (uint32_t i = 0; i < finding->account_count; i++)
        tried += finding->accounts[i].account.ptr != NULL;
    struct series series = {.total = finding->source_count, .limit = 2};
    page_text(page, "  ");
    for (uint32_t i = 0; i < finding->source_count && series_next(&series, page); i++)
        text_source(page, &finding->sources[i]);
    series_end(&series, page);
    if (tried) {
        page_text(page, " tried ");
        page_count(page, tried, "name");
        page_text(page, " (");
        page_count(page, finding->counts.login_failures, "failure");
        page_text(page, ")");
    } else {
        page_text(page, " failed ");
        page_count(page, finding->counts.login_failures, "time");
    }
    uint32_t opened = finding_unnamed(finding);
    page_text(page, opened == 1 ? ", then one password was right." : ", but ");
    if (opened != 1)
        page_printf(page, "%u logins succeeded.", opened);
    page_text(page, " The log gives no name when nothing is sent");
    if (finding->candidate_count && report->case_dir) {
        page_text(page, ": candidates in ");
        text_file(page, report, "reset.txt");
    } else if (finding->candidate_count) {
        page_text(page, ": candidates with --format json");
    }
    page_end(page, 2);
}

static void relay_details(struct page *page, const struct report *report, struct row row)
{
    struct str gateway = hidden_gateway(report);
    const char *relays = server_first(report)->relays;
    if (gateway.ptr && str_eq(row_who(row), gateway))
        page_printf(page,
                    "  = your NAT gateway: outsiders appear as an address of %s. Publish port 25 "
                    "without source NAT, or take the gateway out of %s",
                    relays, relays);
    else if (row.finding->principal.ptr && str_starts(row.finding->principal, STR("net:")))
        page_text(page,
                  "  no login, foreign sender to foreign recipients, accepted since the address "
                  "counts as one of your networks");
    else
        page_text(page, "  no login, foreign sender to foreign recipients, accepted");
    page_end(page, 2);
}

static void script_details(struct page *page, const struct finding *finding)
{
    page_text(page, "  handed to the local sendmail command");
    if (finding->forged_domain_count) {
        page_text(page, ", ");
        page_count(page, finding->forged_domain_count, "foreign domain");
    }
    if (finding->script) {
        page_text(page, ", called in ");
        page_text(page, finding->script);
    } else {
        page_text(page, ": a web application?");
    }
    page_end(page, 2);
}

void text_details(struct page *page, const struct report *report, struct row row)
{
    if (row.account) {
        account_details(page, report, row.account);
    } else if (finding_unnamed(row.finding)) {
        unnamed_details(page, report, row.finding);
    } else if (row.finding->class == CLASS_OPEN_RELAY) {
        relay_details(page, report, row);
    } else if (row.finding->class == CLASS_LOCAL_INJECTION) {
        script_details(page, row.finding);
    } else if (row.finding->evidence_count) {
        page_text(page, "  ");
        page_text(page, row.finding->evidence[0].text);
        page_end(page, 2);
    }
}
