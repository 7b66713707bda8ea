/* Addresses to block, in the form that each tool loads. Only addresses of the tool's own writing
 * and its own words go in: no text of a log. */
#include <inttypes.h>

#include "csv.h"
#include "papers.h"
#include "plain.h"

enum { BLOCK_DAYS = 7, BLOCK_SECONDS = BLOCK_DAYS * SEC_PER_DAY };

static const char *what_it_did(const struct offender *offender)
{
    if (offender->offences & OFFENCE_SPAM)
        return "spam with a stolen password";
    if (offender->offences & OFFENCE_RELAY)
        return "spam relayed without login";
    if (offender->offences & OFFENCE_ENTRY)
        return "login with a stolen password";
    return "password guessing";
}

/* "spam with a stolen password, 109 messages, 0 failed logins, FIRST to LAST" */
static void summary(struct out *out, const struct offender *offender)
{
    out_text(out, what_it_did(offender));
    out_text(out, ", ");
    plain_count(out, offender->messages, "message");
    out_text(out, ", ");
    plain_count(out, offender->failures, "failed login");
    out_text(out, ", ");
    plain_when(out, offender->first);
    out_text(out, " to ");
    plain_when(out, offender->last);
}

static void why_not(struct out *out, const struct offender *offender)
{
    if (offender->unfit) {
        out_text(out, offender->unfit);
        return;
    }
    if (offender->verdict < VERDICT_LIKELY) {
        out_text(out, "no more than suspicious");
        return;
    }
    out_text(out, "others use it too: ");
    plain_count(out, offender->other_messages, "message");
    out_text(out, " that we do not blame on the intruder, ");
    plain_count(out, offender->other_accounts, "other account");
}

static void head(const struct incident *incident, struct out *out, const char *how)
{
    out_text(out, "# Addresses that attacked this mail server, from a log that ends ");
    plain_when(out, incident->report->log_end);
    out_printf(out, "\n# %s\n", how);
    out_printf(out, "# Addresses change hands: every entry is meant for %u days.\n", BLOCK_DAYS);
    for (uint32_t i = 0; i < incident->offender_count; i++) {
        const struct offender *offender = &incident->offenders[i];
        if (offender_is_blockable(offender) || !offender->is_address)
            continue;
        out_text(out, "# not listed: ");
        out_str(out, offender->ip);
        out_text(out, ": ");
        why_not(out, offender);
        out_char(out, '\n');
    }
}

/* The next address to block of that family (4, 6, or 0 for both) at or after *at. */
static const struct offender *next(const struct incident *incident, uint32_t *at, int family)
{
    while (*at < incident->offender_count) {
        const struct offender *offender = &incident->offenders[(*at)++];
        bool fits = family == 0 || ip_is_v4(&offender->address) == (family == 4);
        if (offender_is_blockable(offender) && fits)
            return offender;
    }
    return NULL;
}

void ioc_blocklist(const struct incident *incident, struct out *out)
{
    const struct offender *offender;
    head(incident, out, "One address a line.");
    for (uint32_t at = 0; (offender = next(incident, &at, 0));) {
        out_text(out, "# ");
        summary(out, offender);
        out_char(out, '\n');
        out_str(out, offender->ip);
        out_char(out, '\n');
    }
}

static void nft_set(const struct incident *incident, struct out *out, int family)
{
    const struct offender *offender;
    bool any = false;
    out_printf(out,
               "    set bad%d {\n        type ipv%d_addr\n        flags timeout\n"
               "        timeout %ud\n",
               family, family, BLOCK_DAYS);
    for (uint32_t at = 0; (offender = next(incident, &at, family)); any = true) {
        out_text(out, any ? ",\n            " : "        elements = {\n            ");
        out_str(out, offender->ip);
        out_printf(out, " timeout %ud", BLOCK_DAYS);
    }
    out_text(out, any ? "\n        }\n    }\n" : "    }\n");
}

void ioc_nftables(const struct incident *incident, struct out *out)
{
    static const char ports[] = "tcp dport { 25, 110, 143, 465, 587, 993, 995 } drop\n";
    head(incident, out,
         "Check: nft -c -f FILE. Load: nft -f FILE. Undo: nft delete table inet postmortem");
    out_text(out, "table inet postmortem\ndelete table inet postmortem\ntable inet postmortem {\n");
    nft_set(incident, out, 4);
    nft_set(incident, out, 6);
    out_text(out, "    chain input {\n"
                  "        type filter hook input priority -10; policy accept;\n");
    out_printf(out, "        ip saddr @bad4 %s        ip6 saddr @bad6 %s    }\n}\n", ports, ports);
}

void ioc_ipset(const struct incident *incident, struct out *out)
{
    const struct offender *offender;
    head(incident, out,
         "Load: ipset -exist restore < FILE. Undo: ipset destroy postmortem4 (postmortem6)");
    for (int family = 4; family <= 6; family += 2) {
        out_printf(out, "create postmortem%d hash:ip family inet%s timeout %u\n", family,
                   family == 6 ? "6" : "", BLOCK_SECONDS);
        for (uint32_t at = 0; (offender = next(incident, &at, family));) {
            out_printf(out, "add postmortem%d ", family);
            out_str(out, offender->ip);
            out_printf(out, " timeout %u\n", BLOCK_SECONDS);
        }
    }
}

void ioc_fail2ban(const struct incident *incident, struct out *out)
{
    const struct offender *offender;
    bool any = false;
    out_text(out, "#!/bin/sh\n");
    head(incident, out,
         "sh fail2ban.sh JAIL bans them (JAIL keeps its own bantime); sh fail2ban.sh JAIL unbanip "
         "is the undo.");
    out_text(out, "set -eu\njail=${1:?name of a jail, see: fail2ban-client status}\n"
                  "act=${2:-banip}\ncase $act in banip | unbanip) ;; *) exit 2 ;; esac\n");
    for (uint32_t at = 0; (offender = next(incident, &at, 0)); any = true) {
        out_text(out, "fail2ban-client set \"$jail\" \"$act\" ");
        out_str(out, offender->ip);
        out_char(out, '\n');
    }
    if (!any)
        out_text(out, "echo \"$jail $act: no address to ban\"\n");
}

void ioc_crowdsec(const struct incident *incident, struct out *out)
{
    static const char *const columns[] = {"duration", "reason", "scope", "type", "value"};
    const struct offender *offender;
    struct csv csv = {.out = out};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        csv_text(&csv, columns[i]);
    csv_end(&csv);
    for (uint32_t at = 0; (offender = next(incident, &at, 0));) {
        out_printf(out, "%uh,", BLOCK_DAYS * 24);
        csv_text(&csv, what_it_did(offender));
        csv_text(&csv, "Ip");
        csv_text(&csv, "ban");
        csv_str(&csv, offender->ip);
        csv_end(&csv);
    }
}
