/* containment/limits.txt: the limits that would have contained the incident, as lines of the policy
 * services that count by login. */
#include <inttypes.h>

#include "papers.h"

static void write_limit(const struct limit *limit, struct out *out)
{
    unsigned seconds = limit->window_hours * 3600;
    out_printf(out,
               "\n# %" PRIu64 " recipients in %u h for each login: stops %" PRIu64
               " of the attackers' recipients\n"
               "# and nobody's mail but that of accused accounts (%" PRIu64
               " recipients of their owners).\n",
               limit->recipients, limit->window_hours, limit->spam_stopped, limit->benign_stopped);
    out_printf(out,
               "\n# postfwd (postfwd.cf; counted at end of data)\n"
               "id=LOGIN%uH; protocol_state==END-OF-MESSAGE; sasl_username=~/./; "
               "action=rcpt(sasl_username/%" PRIu64 "/%u/450 4.7.1 too many recipients)\n",
               limit->window_hours, limit->recipients, seconds);
    out_printf(out,
               "\n# cbpolicyd (its database; 1 is the policy of your outbound mail)\n"
               "INSERT INTO quotas (PolicyID,Name,Track,Period,Verdict,Data,LastQuota,Disabled) "
               "VALUES (1,'login %u h','SASLUsername',%u,'DEFER','too many recipients',0,0);\n"
               "INSERT INTO quotas_limits (QuotasID,Type,CounterLimit,Disabled) "
               "SELECT ID,'MessageCount',%" PRIu64 ",0 FROM quotas WHERE Name='login %u h';\n",
               limit->window_hours, seconds, limit->recipients, limit->window_hours);
    out_printf(
        out,
        "\n# rspamd (local.d/ratelimit.conf; a leaky bucket: somewhat milder than the limit)\n"
        "rates { login_%uh { selector = \"user.lower\"; bucket { burst = %" PRIu64
        "; rate = \"%" PRIu64 " / %uh\"; } } }\n",
        limit->window_hours, limit->recipients, limit->recipients, limit->window_hours);
}

static void write_anvil(const struct limit *limit, struct out *out)
{
    out_printf(
        out,
        "\n# Postfix alone counts by client address, not by login: the same hour as a limit "
        "on addresses.\n"
        "# It binds everybody in anvil_rate_time_unit, offices and webmail hosts too: except "
        "them by\n# smtpd_client_event_limit_exceptions.\n"
        "postconf -e anvil_rate_time_unit=%us smtpd_client_recipient_rate_limit=%" PRIu64 "\n",
        limit->window_hours * 3600, limit->recipients);
}

void contain_limits(const struct incident *incident, struct out *out)
{
    const struct report *report = incident->report;
    out_text(out, "# Limits for each login, from this log: the most that any account that is not "
                  "accused had\n# in the window. Watch them for a week before they refuse.\n");
    if (report->limit_count == 0)
        out_text(out, "# None: no mail of accused accounts, or no mail of others to compare it "
                      "with.\n");
    for (uint32_t i = 0; i < report->limit_count; i++)
        write_limit(&report->limits[i], out);
    for (uint32_t i = 0; i < report->limit_count && report_saw(report, "postfix"); i++)
        if (report->limits[i].window_hours == 1)
            write_anvil(&report->limits[i], out);
}
