#include "papers.h"

/* For a system that was seen, by the name of its parser; NULL: always. */
static const struct paper {
    const char *name;
    void (*write)(const struct incident *incident, struct out *out);
    const char *system;
    bool offenders; /* only if there are addresses */
} papers[] = {
    {"iocs/blocklist.txt", ioc_blocklist, NULL, true},
    {"iocs/nftables.nft", ioc_nftables, NULL, true},
    {"iocs/ipset.restore", ioc_ipset, NULL, true},
    {"iocs/fail2ban.sh", ioc_fail2ban, NULL, true},
    {"iocs/crowdsec.csv", ioc_crowdsec, NULL, true},
    {"iocs/stix.json", ioc_stix, NULL, true},
    {"containment/queue-ids.txt", contain_queue_ids, NULL, false},
    {"containment/queue.tsv", contain_queue, NULL, false},
    {"containment/by-hand.txt", contain_by_hand, NULL, false},
    {"containment/postfix.sh", contain_postfix, "postfix", false},
    {"containment/dovecot.sh", contain_dovecot, "dovecot", false},
    {"containment/zimbra.sh", contain_zimbra, "zimbra", false},
    {"containment/exim.sh", contain_exim, "exim", false},
    {"containment/sendmail.sh", contain_sendmail, "sendmail", false},
    {"containment/exchange.ps1", contain_exchange, "exchange", false},
    {"containment/limits.txt", contain_limits, NULL, false},
    {"reset.txt", tell_reset, NULL, false},
    {"delist.txt", tell_delist, NULL, false},
    {"notify/owners.csv", tell_owners, NULL, false},
    {"notify/recipients.csv", tell_recipients, NULL, false},
    {"notify/forged-domains.csv", tell_forged, NULL, false},
    {"notify/letters.txt", tell_letters, NULL, false},
};

static const struct paper method = {"method.txt", tell_method, NULL, false};

static bool is_wanted(const struct paper *paper, const struct incident *incident)
{
    if (paper->offenders && incident->offender_count == 0)
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
