/* reset.txt, delist.txt, method.txt and notify/: what to tell whom. */
#include <inttypes.h>
#include <stdlib.h>

#include "csv.h"
#include "paper_text.h"
#include "papers.h"
#include "plain.h"

void tell_delist(const struct incident *incident, struct out *out)
{
    paper_write(paper_delist, incident, out);
}

void tell_method(const struct incident *incident, struct out *out)
{
    paper_write(paper_method, incident, out);
}

void tell_letters(const struct incident *incident, struct out *out)
{
    paper_write(paper_letters, incident, out);
}

static bool needs_password(const struct account_report *account)
{
    return account_is_accused(account) && account->class == CLASS_ACCOUNT;
}

static bool is_taken(const struct incident *incident, struct str name)
{
    for (uint32_t i = 0; i < incident->report->account_count; i++)
        if (needs_password(&incident->report->accounts[i]) &&
            str_eq(incident->report->accounts[i].name, name))
            return true;
    return false;
}

static void reset_taken(const struct incident *incident, struct out *out)
{
    out_text(out, "1. Somebody else used these. New password, end sessions, delete application "
                  "passwords and tokens;\n   look for forwards, filters and identities that the "
                  "owner did not make.\n");
    uint32_t count = 0;
    for (uint32_t i = 0; i < incident->report->account_count; i++) {
        const struct account_report *account = &incident->report->accounts[i];
        if (!needs_password(account))
            continue;
        count++;
        out_text(out, "     ");
        plain_str(out, account->name);
        out_printf(out, "  (%s%s)\n", verdict_name(account->verdict),
                   account->mailbox.opened == 1 ? ", mailbox opened by a stranger" : "");
    }
    if (count == 0)
        out_text(out, "     none that the log names\n");
}

static void reset_candidates(const struct incident *incident, const struct finding *finding,
                             struct out *out)
{
    for (uint32_t i = 0; i < finding->candidate_count; i++) {
        if (i == finding->unrefused_count && i > 0)
            out_text(out, "   and, less likely, refused from there at least once:\n");
        if (is_taken(incident, finding->candidates[i]))
            continue;
        out_text(out, "     ");
        plain_str(out, finding->candidates[i]);
        out_char(out, '\n');
    }
}

void tell_reset(const struct incident *incident, struct out *out)
{
    out_text(out, "PASSWORDS TO CHANGE\n\n");
    reset_taken(incident, out);
    for (uint32_t i = 0; i < incident->report->finding_count; i++) {
        const struct finding *finding = &incident->report->findings[i];
        uint32_t unnamed = finding_unnamed(finding);
        if (unnamed == 0 || finding->candidate_count == 0)
            continue;
        out_printf(out,
                   "\n2. %u password%s more known to a guesser, but the log does not say whose. "
                   "Nobody below is accused:\n   these accounts exist, and one of them it is.\n",
                   unnamed, unnamed == 1 ? " is" : "s are");
        reset_candidates(incident, finding, out);
    }
}

void tell_owners(const struct incident *incident, struct out *out)
{
    static const char *const columns[] = {"account", "verdict",        "first",
                                          "last",    "mailbox_opened", "messages_sent_by_others"};
    struct csv csv = {.out = out};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        csv_text(&csv, columns[i]);
    csv_end(&csv);
    for (uint32_t i = 0; i < incident->report->account_count; i++) {
        const struct account_report *account = &incident->report->accounts[i];
        if (!needs_password(account))
            continue;
        csv_str(&csv, account->name);
        csv_text(&csv, verdict_name(account->verdict));
        csv_when(&csv, account->window.access.usec == TIME_NONE ? account->window.abuse
                                                                : account->window.access);
        csv_when(&csv, account->window.last_accept);
        csv_text(&csv, account->mailbox.opened == UNKNOWN ? NULL
                       : account->mailbox.opened          ? "yes"
                                                          : "no");
        csv_number(&csv, account->foreign.messages);
        csv_end(&csv);
    }
}

/* What one domain got, or was used as. */
struct share {
    uint32_t domain;
    uint64_t messages, recipients, delivered;
    int64_t first_usec, last_usec;
};

static void widen(struct share *share, int64_t usec)
{
    if (share->messages == 0 || usec < share->first_usec)
        share->first_usec = usec;
    if (share->messages == 0 || usec > share->last_usec)
        share->last_usec = usec;
}

static struct str domain_text(const struct facts *facts, const struct share *share)
{
    return facts_str(facts, share->domain);
}

static int compare_shares(const void *a, const void *b)
{
    const struct share *x = a, *y = b;
    if (x->recipients != y->recipients)
        return x->recipients > y->recipients ? -1 : 1;
    if (x->messages != y->messages)
        return x->messages > y->messages ? -1 : 1;
    if (x->first_usec != y->first_usec)
        return x->first_usec < y->first_usec ? -1 : 1;
    return x->domain < y->domain ? -1 : x->domain > y->domain;
}

/* Local domains are told otherwise. */
static void write_shares(const struct facts *facts, struct share *shares, struct out *out,
                         bool recipients)
{
    struct csv csv = {.out = out};
    size_t count = 0;
    for (uint32_t id = 1; id < facts->string_count; id++)
        if (shares[id].messages && !facts_is_local(facts, id))
            shares[count++] = shares[id];
    if (count > 1)
        qsort(shares, count, sizeof *shares, compare_shares);
    csv_text(&csv, "domain");
    csv_text(&csv, "messages");
    csv_text(&csv, "recipients");
    if (recipients)
        csv_text(&csv, "delivered");
    csv_text(&csv, "first");
    csv_text(&csv, "last");
    csv_end(&csv);
    for (size_t i = 0; i < count; i++) {
        csv_str(&csv, domain_text(facts, &shares[i]));
        csv_number(&csv, shares[i].messages);
        csv_number(&csv, shares[i].recipients);
        if (recipients)
            csv_number(&csv, shares[i].delivered);
        csv_when(&csv, (struct when){shares[i].first_usec, facts->digits});
        csv_when(&csv, (struct when){shares[i].last_usec, facts->digits});
        csv_end(&csv);
    }
}

static void add_recipients(struct share *shares, const struct facts *facts,
                           const struct message *message)
{
    uint32_t last = 0;
    for (uint32_t i = 0; i < message->recipient_count; i++) {
        const struct recipient_fact *to = &facts->recipients[message->recipient_first + i];
        struct share *share = &shares[to->domain];
        if (!to->domain || to->local)
            continue;
        share->domain = to->domain;
        share->recipients++;
        share->delivered += to->settled == SETTLED_DELIVERED;
        widen(share, message->first_usec);
        share->messages += to->domain != last; /* recipients of a domain mostly stand together */
        last = to->domain;
    }
}

static void add_sender(struct share *shares, const struct message *message)
{
    struct share *share = &shares[message->sender_domain];
    if (!message->sender_domain)
        return;
    share->domain = message->sender_domain;
    widen(share, message->first_usec);
    share->messages++;
    share->recipients += message->recipients;
}

static void tell_domains(const struct incident *incident, struct out *out, bool recipients)
{
    const struct facts *facts = incident->report->facts;
    if (!facts)
        return;
    struct share *shares = xcalloc((size_t)facts->string_count + 1, sizeof *shares);
    for (uint32_t i = 0; i < facts->message_count; i++) {
        if (!theirs_has(incident->theirs, i))
            continue;
        if (recipients)
            add_recipients(shares, facts, &facts->messages[i]);
        else
            add_sender(shares, &facts->messages[i]);
    }
    write_shares(facts, shares, out, recipients);
    free(shares);
}

void tell_recipients(const struct incident *incident, struct out *out)
{
    tell_domains(incident, out, true);
}

void tell_forged(const struct incident *incident, struct out *out)
{
    tell_domains(incident, out, false);
}
