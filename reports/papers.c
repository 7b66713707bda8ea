#include "papers.h"

/* For a system that was seen, by the name of its parser; NULL: always. */
static const struct paper {
    const char *name;
    void (*write)(const struct incident *incident, struct out *out);
    const char *system;
    bool offenders; /* only if there are addresses */
    bool facts;     /* cannot be made without them: what is in the case folder stays */
} papers[] = {
    {"iocs/blocklist.txt", ioc_blocklist, NULL, true, false},
    {"iocs/nftables.nft", ioc_nftables, NULL, true, false},
    {"iocs/ipset.restore", ioc_ipset, NULL, true, false},
    {"iocs/fail2ban.sh", ioc_fail2ban, NULL, true, false},
    {"iocs/crowdsec.csv", ioc_crowdsec, NULL, true, false},
    {"iocs/stix.json", ioc_stix, NULL, true, false},
    {"containment/queue-ids.txt", contain_queue_ids, NULL, false, true},
    {"containment/queue.tsv", contain_queue, NULL, false, true},
    {"containment/by-hand.txt", contain_by_hand, NULL, false, true},
    {"containment/postfix.sh", contain_postfix, "postfix", false, false},
    {"containment/dovecot.sh", contain_dovecot, "dovecot", false, false},
    {"containment/zimbra.sh", contain_zimbra, "zimbra", false, false},
    {"containment/exim.sh", contain_exim, "exim", false, false},
    {"containment/sendmail.sh", contain_sendmail, "sendmail", false, false},
    {"containment/opensmtpd.sh", contain_opensmtpd, "opensmtpd", false, false},
    {"containment/exchange.ps1", contain_exchange, "exchange", false, false},
    {"containment/limits.txt", contain_limits, NULL, false, false},
    {"reset.txt", tell_reset, NULL, false, false},
    {"delist.txt", tell_delist, NULL, false, false},
    {"notify/owners.csv", tell_owners, NULL, false, false},
    {"notify/recipients.csv", tell_recipients, NULL, false, true},
    {"notify/forged-domains.csv", tell_forged, NULL, false, true},
    {"notify/letters.txt", tell_letters, NULL, false, false},
};

static const struct paper method = {"method.txt", tell_method, NULL, false, false};

static bool is_wanted(const struct paper *paper, const struct incident *incident)
{
    if (paper->offenders && incident->offender_count == 0)
        return false;
    if (paper->facts && !incident->report->facts)
        return false;
    return !paper->system || report_saw(incident->report, paper->system);
}

static bool write_paper(struct case_folder *folder, const struct paper *paper,
                        const struct incident *incident, struct err *err)
{
    struct out *out = case_file(folder, paper->name, err);
    if (!out)
        return false;
    paper->write(incident, out);
    return case_file_end(folder, out, err);
}

bool papers_need_no_facts(const char *name)
{
    for (size_t i = 0; i < sizeof papers / sizeof papers[0]; i++)
        if (strcmp(papers[i].name, name) == 0)
            return !papers[i].facts;
    return strcmp(method.name, name) == 0;
}

bool papers_write(struct case_folder *folder, const struct report *report,
                  const struct run_info *run, struct err *err)
{
    struct arena arena = {0};
    struct incident incident;
    incident_make(&incident, report, run, &arena);
    bool ok = write_paper(folder, &method, &incident, err);
    for (size_t i = 0; i < sizeof papers / sizeof papers[0] && ok && incident_is_one(&incident);
         i++)
        if (is_wanted(&papers[i], &incident))
            ok = write_paper(folder, &papers[i], &incident, err);
    incident_free(&incident);
    arena_free(&arena);
    return ok;
}
