/* report.txt: what a person at an abuse desk reads first. Ten lines "Key: value", always in this
 * order, so that a ticket system reads them too. */
#include <inttypes.h>

#include "abuse_parts.h"
#include "settings.h"

static void destination(const struct abuse *abuse, const struct abuse_case *one, struct out *out)
{
    const char *server = abuse->run->settings->server_ip;
    const char *between = ", TCP ";
    if (server) {
        out_text(out, server);
        out_char(out, ' ');
    } else if (one->server_ip.len) {
        out_str(out, one->server_ip);
        out_char(out, ' ');
    }
    plain_str(out, one->offender->host.len ? one->offender->host : STR("host not named"));
    for (uint32_t i = 0; i < one->service_count; i++) {
        uint32_t port = service_port(one->services[i].program);
        out_text(out, between);
        if (port)
            out_printf(out, "%u", port);
        else
            plain_str(out, one->services[i].program);
        out_printf(out, " (%" PRIu64 ")", one->services[i].connections);
        between = " and ";
    }
    out_char(out, '\n');
}

static void port(const struct abuse_case *one, struct out *out)
{
    if (!one->source_port)
        out_text(out, "not logged by this server");
    else
        out_printf(out, "%u%s", one->source_port,
                   one->ports_differ ? " (first connection; the others are in the lines)" : "");
    out_char(out, '\n');
}

static void counts(const struct abuse_case *one, struct out *out)
{
    const struct offender *offender = one->offender;
    if (one->connections) {
        plain_count(out, one->connections, "connection");
        out_text(out, ", ");
    }
    if (offender->messages) {
        plain_count(out, offender->messages, "message");
        out_text(out, ", ");
        plain_count(out, offender->recipients, "recipient");
    } else {
        plain_count(out, offender->failures, "failed login");
        out_text(out, " for ");
        plain_count(out, offender->tried, "account");
    }
    out_char(out, '\n');
}

static void clock_line(const struct abuse *abuse, struct out *out)
{
    int offset = abuse->report->zone_offset_minutes;
    unsigned size = (unsigned)(offset < 0 ? -offset : offset);
    out_printf(out, "lines at %s%02u:%02u; ", offset < 0 ? "-" : "+", size / 60, size % 60);
    plain_str(out, str_of(abuse->report->year_zone ? abuse->report->year_zone : ""));
    out_text(out, " NTP not stated\n");
}

static void head(const struct abuse *abuse, const struct abuse_case *one, struct out *out)
{
    const struct settings *settings = abuse->run->settings;
    out_text(out, "Source-IP:        ");
    out_str(out, one->offender->ip);
    out_text(out, "\nSource-Port:      ");
    port(one, out);
    out_text(out, "Destination:      ");
    destination(abuse, one, out);
    out_text(out, "First-Seen:       ");
    plain_when(out, one->offender->first);
    out_text(out, "\nLast-Seen:        ");
    plain_when(out, one->offender->last);
    out_text(out, "\nType:             ");
    out_text(out, abuse_type(one->offender));
    out_text(out, "\nCount:            ");
    counts(one, out);
    out_text(out, "Clock:            ");
    clock_line(abuse, out);
    out_text(out, "Report-ID:        ");
    out_text(out, one->id);
    out_text(out, "\nReporter:         ");
    plain_str(out, str_of(settings->reporter_org));
    out_text(out, ", ");
    plain_str(out, str_of(settings->reporter_email));
    if (abuse->run->case_id) {
        out_text(out, ", case ");
        plain_str(out, str_of(abuse->run->case_id));
    }
    out_char(out, '\n');
}

static void outcome(const struct offender *offender, struct out *out)
{
    out_printf(out, "%" PRIu64 " of ", offender->delivered);
    plain_count(out, offender->recipients, "recipient");
    out_text(out, " reached");
    if (offender->refused)
        out_printf(out, ", %" PRIu64 " refused", offender->refused);
    if (offender->spam_refused)
        out_printf(out, " (%" PRIu64 " as spam)", offender->spam_refused);
    out_text(out, ".\n");
}

static void sent(const struct offender *offender, struct out *out)
{
    plain_count(out, offender->messages, "message");
    if (offender->domains) {
        out_text(out, " under ");
        plain_count(out, offender->domains, "sender domain");
        out_text(out, offender->domains == 1 ? " that is not ours" : " that are not ours");
    }
    out_text(out, ".\n");
    outcome(offender, out);
}

static void guessed(const struct offender *offender, struct out *out)
{
    out_text(out, " made\n");
    plain_count(out, offender->failures, "failed login");
    out_text(out, " for ");
    plain_count(out, offender->tried, "account");
    out_text(out, " at our mail server");
    if (offender->offences & OFFENCE_ENTRY)
        out_text(out, ",\nand then one with a password that was right");
    else if (offender->helped)
        out_text(out, ";\nanother address then used the password of one");
    out_text(out, ".\n");
}

static void story(const struct offender *offender, struct out *out)
{
    out_text(out, "A device using your address ");
    out_str(out, offender->ip);
    if (offender->offences & OFFENCE_SPAM) {
        out_text(out, " logged in to our mail\nserver with the password of one of our users, which "
                      "was stolen or guessed,\nand sent ");
        sent(offender, out);
    } else if (offender->offences & OFFENCE_RELAY) {
        out_text(out, " sent mail through our\nmail server without a login: our configuration was "
                      "open to it. It sent\n");
        sent(offender, out);
    } else {
        guessed(offender, out);
    }
    out_text(out, "We did not invite this traffic.\n");
}

static void note_shared(const struct offender *offender, struct out *out)
{
    if (offender->other_messages || offender->other_accounts)
        out_text(out,
                 "\nOther mail from this address that we do not complain about: several people "
                 "may share it.\n");
}

static void actions(const struct abuse *abuse, struct out *out)
{
    struct str rest = str_trim(abuse->run->actions), line;
    if (!rest.len)
        return;
    out_text(out, "\nWhat we did: ");
    while (str_cut(&rest, STR("\n"), &line)) {
        plain_str(out, line);
        out_char(out, '\n');
    }
    plain_str(out, rest);
    out_char(out, '\n');
}

static void lines(const struct abuse *abuse, const struct abuse_case *one, struct out *out)
{
    struct str rest = one->excerpt, line;
    out_text(out, "\nWhat we changed in the lines: ");
    out_text(out, pseudonymise_note(abuse->run->settings->pseudonymise));
    out_printf(out, "\n\nExcerpt, %u of ", one->excerpt_lines);
    plain_count(out, one->lines, "line");
    out_text(out, " of this address (all of them: evidence.log,\nSHA-256 ");
    out_text(out, one->sha256);
    out_text(out, "):\n");
    while (str_cut(&rest, STR("\n"), &line)) {
        plain_str(out, line);
        out_char(out, '\n');
    }
}

struct str abuse_text(struct abuse *abuse, const struct abuse_case *one)
{
    struct out *out = out_memory();
    head(abuse, one, out);
    out_char(out, '\n');
    story(one->offender, out);
    note_shared(one->offender, out);
    out_text(out,
             "\nPlease find the customer who had this address at these times and stop the\nabuse: "
             "most likely an infected device, an open proxy or a rented server.\nYou may pass this "
             "report on to the customer; it holds no data of ours that\nmust be kept from him. No "
             "answer is needed. A note of what you found would help.\n");
    actions(abuse, out);
    lines(abuse, one, out);
    struct str text = arena_str(&abuse->arena, out_kept(out));
    out_free(out);
    return text;
}
