#include "paper_text.h"

#include <inttypes.h>

#include "incident.h"
#include "plain.h"
#include "settings.h"

static void version(const struct incident *incident, struct out *out)
{
    out_text(out, incident->report->tool_version);
}

static void model(const struct incident *incident, struct out *out)
{
    out_printf(out, "%d", incident->report->model);
}

static void log_first(const struct incident *incident, struct out *out)
{
    plain_when(out, incident->report->log_first);
}

static void log_end(const struct incident *incident, struct out *out)
{
    plain_when(out, incident->report->log_end);
}

static void common(const struct incident *incident, struct out *out)
{
    paper_write(paper_common, incident, out);
}

/* Accounts whose password is not their owners' alone, one a line: those with a name that means
 * itself to a shell. The others are said in a comment. */
static void accounts(const struct incident *incident, struct out *out)
{
    for (uint32_t i = 0; i < incident->report->account_count; i++) {
        const struct account_report *account = &incident->report->accounts[i];
        if (!account_is_accused(account) || !is_shell_safe(account->name))
            continue;
        out_str(out, account->name);
        out_char(out, '\n');
    }
}

/* In single quotes nothing but the quote itself is special to PowerShell, and it is not among what
 * is safe. */
static void powershell_accounts(const struct incident *incident, struct out *out)
{
    for (uint32_t i = 0; i < incident->report->account_count; i++) {
        const struct account_report *account = &incident->report->accounts[i];
        if (!account_is_accused(account) || !is_shell_safe(account->name))
            continue;
        out_text(out, "    '");
        out_str(out, account->name);
        out_text(out, "'\n");
    }
}

static void odd_accounts(const struct incident *incident, struct out *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < incident->report->account_count; i++)
        count += account_is_accused(&incident->report->accounts[i]) &&
                 !is_shell_safe(incident->report->accounts[i].name);
    if (count)
        out_printf(out,
                   "# %u account%s not in this script: the name is written with characters "
                   "that a shell could take for its own. See ../reset.txt\n",
                   count, count == 1 ? " is" : "s are");
}

static void relays(const struct incident *incident, struct out *out)
{
    for (uint32_t i = 0; i < incident->offender_count; i++) {
        const struct offender *offender = &incident->offenders[i];
        if (!(offender->offences & OFFENCE_RELAY) || !offender_is_blockable(offender))
            continue;
        out_str(out, offender->ip);
        out_char(out, '\n');
    }
}

static void held(const struct incident *incident, struct out *out)
{
    struct queue_share share = {0};
    report_queue(incident->report, &share);
    plain_count(out, share.theirs, "message");
}

static void assumptions(const struct incident *incident, struct out *out)
{
    for (uint32_t i = 0; i < incident->report->assumption_count; i++) {
        out_text(out, "  - ");
        plain_str(out, str_of(incident->report->assumptions[i]));
        out_char(out, '\n');
    }
}

static void unobservable(const struct incident *incident, struct out *out)
{
    for (uint32_t i = 0; i < incident->report->coverage.unobservable_count; i++) {
        out_text(out, "  - not in these logs: ");
        plain_str(out, str_of(incident->report->coverage.unobservable[i]));
        out_char(out, '\n');
    }
}

static void year_zone(const struct incident *incident, struct out *out)
{
    const char *text = incident->report->year_zone;
    plain_str(out, str_of(text ? text : "unknown"));
}

static void understood(const struct incident *incident, struct out *out)
{
    out_printf(out, "%" PRIu64 " lines, of which %" PRIu64 " were not understood",
               incident->report->coverage.lines, incident->report->coverage.unrecognised);
}

static void option(const struct incident *incident, struct out *out, const char *value,
                   const char *otherwise)
{
    (void)incident;
    plain_str(out, str_of(value ? value : otherwise));
}

static void case_id(const struct incident *incident, struct out *out)
{
    option(incident, out, incident->run->case_id, "not given (--case-id)");
}

static void operator_name(const struct incident *incident, struct out *out)
{
    option(incident, out, incident->run->operator_name, "not given (--operator)");
}

static void organisation(const struct incident *incident, struct out *out)
{
    const struct settings *settings = incident->run->settings;
    option(incident, out, settings ? settings->reporter_org : NULL, "[your organisation]");
}

static void email(const struct incident *incident, struct out *out)
{
    const struct settings *settings = incident->run->settings;
    option(incident, out, settings ? settings->reporter_email : NULL, "[your address]");
}

static void server(const struct incident *incident, struct out *out)
{
    const struct settings *settings = incident->run->settings;
    option(incident, out, settings ? settings->server_ip : NULL, "[its address, --server-ip]");
}

static void causes(const struct incident *incident, struct out *out)
{
    uint32_t count[CLASS_COUNT] = {0};
    static const struct {
        uint8_t class;
        const char *words;
    } kinds[] = {{CLASS_ACCOUNT, "mail account was used with a stolen password"},
                 {CLASS_OPEN_RELAY, "address could relay through the server without a login"},
                 {CLASS_LOCAL_INJECTION, "local program of the server sent spam"},
                 {CLASS_INFECTED_HOST, "computer of a user sent spam"}};
    for (uint32_t i = 0; i < incident->report->account_count; i++)
        if (account_is_accused(&incident->report->accounts[i]))
            count[incident->report->accounts[i].class]++;
    for (uint32_t i = 0; i < incident->report->finding_count; i++)
        if (finding_is_accused(&incident->report->findings[i]))
            count[incident->report->findings[i].class]++;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (count[kinds[i].class])
            out_printf(out, "  %u %s%s\n", count[kinds[i].class],
                       count[kinds[i].class] > 1 ? "times: " : "", kinds[i].words);
}

static void sent(const struct incident *incident, struct out *out)
{
    struct sent sent = incident_sent(incident);
    plain_count(out, sent.messages, "message");
    out_text(out, " to ");
    plain_count(out, sent.recipients, "recipient");
    if (sent.messages == 0)
        return;
    out_text(out, ", ");
    plain_when(out, sent.first);
    out_text(out, " to ");
    plain_when(out, sent.last);
}

static void waiting(const struct incident *incident, struct out *out)
{
    struct queue_share share = {0};
    report_queue(incident->report, &share);
    out_printf(out, "%" PRIu64 " of them still in the queue when the log ended%s", share.theirs,
               share.maybe_removed ? ", some perhaps deleted since" : "");
}

static void ongoing(const struct incident *incident, struct out *out)
{
    int state = incident->report->ongoing;
    out_text(out, state == UNKNOWN ? "unknown" : state ? "YES" : "no");
    out_text(out, ", last event of an intruder ");
    plain_when(out, incident->report->last_attacker_event);
}

static void blockers(const struct incident *incident, struct out *out)
{
    for (uint32_t i = 0; i < incident->report->reputation_count; i++) {
        const struct reputation *one = &incident->report->reputation[i];
        out_text(out, "  ");
        plain_str(out, one->provider);
        out_printf(out, " (%s, ", one->kind);
        out_printf(out, "%" PRIu64 " replies), since ", one->replies);
        plain_when(out, one->first);
        out_char(out, '\n');
    }
    if (incident->report->reputation_count == 0)
        out_text(out, "  nobody in this log\n");
}

static void actions(const struct incident *incident, struct out *out)
{
    struct str rest = incident->run->actions, line;
    if (!rest.len)
        out_text(out, "  [what you did: --actions FILE puts it here; the log does not show it]\n");
    while (rest.len) {
        if (!str_cut(&rest, STR("\n"), &line)) {
            line = rest;
            rest.len = 0;
        }
        out_text(out, "  ");
        plain_str(out, line);
        out_char(out, '\n');
    }
}

static const struct slot {
    const char *name;
    void (*fill)(const struct incident *incident, struct out *out);
} slots[] = {
    {"accounts", accounts},
    {"actions", actions},
    {"assumptions", assumptions},
    {"blockers", blockers},
    {"case_id", case_id},
    {"causes", causes},
    {"common", common},
    {"email", email},
    {"held", held},
    {"log_end", log_end},
    {"log_first", log_first},
    {"model", model},
    {"odd_accounts", odd_accounts},
    {"ongoing", ongoing},
    {"operator", operator_name},
    {"organisation", organisation},
    {"powershell_accounts", powershell_accounts},
    {"relays", relays},
    {"sent", sent},
    {"server", server},
    {"understood", understood},
    {"unobservable", unobservable},
    {"version", version},
    {"waiting", waiting},
    {"year_zone", year_zone},
};

static const struct slot *find_slot(struct str name)
{
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++)
        if (str_eq(str_of(slots[i].name), name))
            return &slots[i];
    return NULL;
}

/* A slot that stands alone in its line brings its own line ends. */
static void write_line(struct str line, const struct incident *incident, struct out *out)
{
    struct str before, name, rest = line;
    while (str_cut(&rest, STR("@"), &before)) {
        struct str behind = rest;
        const struct slot *slot = str_cut(&behind, STR("@"), &name) ? find_slot(name) : NULL;
        out_str(out, before);
        if (!slot) {
            out_char(out, '@');
            continue;
        }
        slot->fill(incident, out);
        bool alone = before.ptr == line.ptr && before.len == 0;
        rest = alone && str_eq(behind, STR("\n")) ? STR("") : behind;
    }
    out_str(out, rest);
}

void paper_write(struct str text, const struct incident *incident, struct out *out)
{
    struct str line;
    while (str_cut(&text, STR("\n"), &line))
        write_line((struct str){line.ptr, line.len + 1}, incident, out);
}
