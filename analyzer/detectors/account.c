#include "account.h"

#include "advice.h"
#include "counts.h"
#include "evidence.h"
#include "source_report.h"
#include "span.h"
#include "window.h"

bool account_is_named(const struct subject *subject)
{
    const struct world *world = subject->world;
    for (size_t i = 0; i < world->settings->accounts.count; i++) {
        struct str wanted = str_of(world->settings->accounts.items[i]);
        if (str_eq_nocase(wanted, subject->principal->name))
            return true;
        for (uint32_t k = 0; k < subject->principal->login_name_count; k++)
            if (str_eq_nocase(wanted, facts_str(world->facts, subject->principal->login_names[k])))
                return true;
    }
    return false;
}

static const struct str *login_names(const struct subject *subject, struct arena *arena)
{
    uint32_t count = subject->principal->login_name_count;
    struct str *names = arena_alloc(arena, (count + 1) * sizeof *names);
    for (uint32_t i = 0; i < count; i++)
        names[i] = facts_str(subject->world->facts, subject->principal->login_names[i]);
    return names;
}

static bool is_read(const struct subject *subject, uint32_t login)
{
    uint32_t at = subject->login_tie[login];
    uint8_t service = subject->logins[login].service;
    return at != NO_TIE && subject->ties[at].role == ROLE_ATTACKER &&
           subject->logins[login].outcome == LOGIN_OK &&
           (service == SERVICE_IMAP || service == SERVICE_POP3 || service == SERVICE_WEBMAIL);
}

/* Whether a stranger was in the mailbox. */
static struct mailbox mailbox_of(const struct subject *subject, struct arena *arena)
{
    const struct world *world = subject->world;
    struct mailbox mailbox = {.opened = world->mailbox_logged ? 0 : UNKNOWN};
    int64_t first = TIME_NONE, last = TIME_NONE;
    bool *seen = arena_alloc(subject->arena, subject->tie_count + 1);
    struct str *sources = arena_alloc(arena, (subject->tie_count + 1) * sizeof *sources);
    for (uint32_t i = 0; i < subject->login_count; i++) {
        if (!is_read(subject, i))
            continue;
        const struct login *login = &subject->logins[i];
        if (mailbox.source_count == 0) {
            first = login->usec;
            mailbox.protocol = login->service == SERVICE_IMAP   ? "imap"
                               : login->service == SERVICE_POP3 ? "pop3"
                                                                : "webmail";
        }
        last = login->last_usec;
        mailbox.opened = 1;
        if (!seen[subject->login_tie[i]])
            sources[mailbox.source_count++] = facts_str(world->facts, login->ip);
        seen[subject->login_tie[i]] = true;
    }
    mailbox.first = window_when(world, first);
    mailbox.last = window_when(world, last);
    mailbox.sources = sources;
    return mailbox;
}

static const char *basis(const struct subject *subject)
{
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->messages[i].flags & MESSAGE_EXPANDED)
            return "expanded";
    return "original";
}

struct account_report account_report_of(const struct subject *subject, struct arena *arena)
{
    struct account_report report = {
        .name = subject->principal->name,
        .login_names = login_names(subject, arena),
        .login_name_count = subject->principal->login_name_count,
        .principal = subject->index,
        .verdict = subject->verdict,
        .class = subject->verdict >= VERDICT_WATCH ? subject->class : CLASS_NONE,
        .named = account_is_named(subject),
        .score_tenths = PRIOR_TENTHS + subject->evidence_tenths,
        .evidence_tenths = subject->evidence_tenths,
        .counts = counts_of(subject),
        .foreign = counts_foreign(subject),
        .recipients_basis = basis(subject),
        .mailbox = mailbox_of(subject, arena),
        .campaign = UNKNOWN,
        .evidence = evidence_copy(subject, arena),
        .evidence_count = subject->item_count};
    bool accused = subject->verdict >= VERDICT_WATCH;
    report.window = window_none();
    if (subject->verdict >= VERDICT_SUSPICIOUS)
        report.window = window_of(subject);
    struct source_reports sources = source_reports_of(subject, arena);
    report.source_count = sources.count;
    if (accused || report.named)
        report.sources = sources.items;
    struct forged_domains forged = counts_forged(subject, arena);
    report.forged_domains = forged.items;
    report.forged_domain_count = forged.count;
    int64_t last = window_last_event(&report.window), end = subject->world->facts->last_usec;
    report.ongoing = last != TIME_NONE && end - last <= HOUR_USEC;
    advise(subject, &report, arena);
    return report;
}
