/* report.eml: the container of XARF over SMTP, a report of RFC 5965 whose third part is the JSON;
 * and the tables of the folder abuse/. */
#include <stdlib.h>

#include "abuse_parts.h"
#include "csv.h"
#include "encode.h"
#include "settings.h"

/* "Sun, 22 Nov 2026 16:25:43 +0000" (RFC 5322) */
static void mail_date(struct out *out, struct when when)
{
    static const char days[] = "ThuFriSatSunMonTueWed";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t seconds = when.usec == TIME_NONE ? 0 : when.usec / USEC_PER_SEC, year;
    int64_t day = seconds / SEC_PER_DAY, rest = seconds % SEC_PER_DAY;
    unsigned month, day_of_month;
    civil_from_days(day, &year, &month, &day_of_month);
    out_printf(out, "%.3s, %02u %.3s %d %02d:%02d:%02d +0000", days + day % 7 * 3, day_of_month,
               months + (month - 1) * 3, (int)year, (int)(rest / 3600), (int)(rest / 60 % 60),
               (int)(rest % 60));
}

static const char *subject_type(const struct offender *offender)
{
    if (offender->offences & OFFENCE_SPAM)
        return "spam through a stolen mailbox";
    if (offender->offences & OFFENCE_RELAY)
        return "spam relayed without login";
    if (offender->offences & OFFENCE_ENTRY)
        return "login with a stolen password";
    return "password guessing";
}

static void subject(const struct abuse_case *one, struct out *out)
{
    const struct offender *offender = one->offender;
    char first[WHEN_TEXT], last[WHEN_TEXT];
    out_text(out, "Subject: [abuse] ");
    out_str(out, offender->ip);
    out_printf(out, " %s\n %s-%s", subject_type(offender), when_text(offender->first, first),
               when_text(offender->last, last));
    if (offender->messages)
        out_printf(out, " (%llu messages)", (unsigned long long)offender->messages);
    else
        out_printf(out, " (%llu failed logins)", (unsigned long long)offender->failures);
    out_printf(out, "\n [report %s]\n", one->id);
}

/* A name of ASCII in quotes, what would end them left out; all else as encoded words. */
static void display_name(struct out *out, const char *name)
{
    struct out *kept = out_memory();
    bool ascii = true;
    plain_str(kept, str_of(name));
    struct str text = out_kept(kept);
    for (size_t i = 0; i < text.len; i++)
        ascii = ascii && text.ptr[i] >= ' ' && text.ptr[i] <= '~';
    if (ascii) {
        out_char(out, '"');
        for (size_t i = 0; i < text.len; i++)
            out_char(out, text.ptr[i] == '"' || text.ptr[i] == '\\' ? '\'' : text.ptr[i]);
        out_char(out, '"');
    } else {
        encode_words(out, text);
    }
    out_free(kept);
}

static void header(const struct abuse *abuse, const struct abuse_case *one, struct out *out)
{
    const struct settings *settings = abuse->run->settings;
    struct str domain = str_of(strchr(settings->reporter_email, '@') + 1);
    out_text(out, "From: ");
    display_name(out, settings->reporter_org);
    out_printf(out, " <%s>\n", settings->reporter_email);
    if (one->contact.email.len) {
        out_text(out, "To: ");
        out_str(out, one->contact.email);
        out_char(out, '\n');
    }
    subject(one, out);
    out_text(out, "Date: ");
    mail_date(out, abuse->incident.made);
    out_printf(out, "\nMessage-ID: <%s@", one->id);
    out_str(out, domain);
    out_printf(out,
               ">\nMIME-Version: 1.0\nContent-Type: multipart/report; "
               "report-type=feedback-report;\n boundary=\"=_%s\"\n\n",
               one->id);
}

void abuse_mail(struct abuse *abuse, const struct abuse_case *one, struct str text, struct str xarf,
                struct out *out)
{
    header(abuse, one, out);
    out_printf(out,
               "--=_%s\nContent-Type: text/plain; charset=utf-8\n"
               "Content-Transfer-Encoding: quoted-printable\n\n",
               one->id);
    encode_quoted_printable(out, text);
    out_printf(out,
               "\n--=_%s\nContent-Type: message/feedback-report\n\nFeedback-Type: xarf\n"
               "User-Agent: postmortem/%s\nVersion: 1\nSource-IP: ",
               one->id, abuse->report->tool_version);
    out_str(out, one->offender->ip);
    out_printf(out, "\nIncidents: %llu\nArrival-Date: ",
               (unsigned long long)(one->offender->messages ? one->offender->messages
                                                            : one->offender->failures));
    mail_date(out, one->offender->first);
    out_printf(out,
               "\n\n--=_%s\nContent-Type: application/json; name=\"xarf.json\"\n"
               "Content-Transfer-Encoding: base64\n"
               "Content-Disposition: attachment; filename=\"xarf.json\"\n\n",
               one->id);
    encode_base64_lines(out, xarf);
    out_printf(out, "--=_%s--\n", one->id);
}

static const char *const columns[] = {"ip",    "network", "contact", "type", "first",    "last",
                                      "count", "state",   "missing", "note", "report_id"};

static const char *note_of(struct abuse *abuse, const struct abuse_case *one)
{
    const struct offender *offender = one->offender;
    const char *shared =
        offender->other_messages || offender->other_accounts ? "others use this address too. " : "";
    const char *port = one->missing || one->source_port
                           ? ""
                       : report_saw(abuse->report, "postfix")
                           ? "No source port in this log; XARF v4 needs one. To have it next time: "
                             "postconf -e smtpd_client_port_logging=yes. "
                           : "No source port in this log; XARF v4 needs one. ";
    const char *contact =
        one->missing || one->contact.email.len
            ? ""
            : arena_printf(&abuse->arena, "contact: whois %.*s, or https://rdap.org/ip/%.*s",
                           (int)offender->ip.len, offender->ip.ptr, (int)offender->ip.len,
                           offender->ip.ptr);
    return arena_printf(&abuse->arena, "%s%s%s", shared, port, contact);
}

static void index_row(struct csv *csv, struct abuse *abuse, const struct abuse_case *one)
{
    const struct offender *offender = one->offender;
    csv_str(csv, offender->ip);
    csv_str(csv, one->contact.network);
    csv_str(csv, one->contact.email);
    csv_text(csv, abuse_type(offender));
    csv_when(csv, offender->first);
    csv_when(csv, offender->last);
    csv_number(csv, offender->messages ? offender->messages : offender->failures);
    csv_text(csv, one->missing ? "not ready" : "ready");
    csv_text(csv, one->missing);
    csv_text(csv, note_of(abuse, one));
    csv_text(csv, one->missing ? NULL : one->id);
    csv_end(csv);
}

/* What is ready first, and what goes to one contact together. */
static int by_contact(const void *a, const void *b)
{
    const struct abuse_case *x = *(const struct abuse_case *const *)a,
                            *y = *(const struct abuse_case *const *)b;
    if (!x->missing != !y->missing)
        return x->missing ? 1 : -1;
    int order = str_compare(x->contact.email, y->contact.email);
    return order ? order : (x > y) - (x < y);
}

static bool write_index(struct abuse *abuse, struct err *err)
{
    struct out *out = case_file(abuse->folder, "abuse/index.csv", err);
    struct csv csv = {.out = out};
    if (!out)
        return false;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        csv_text(&csv, columns[i]);
    csv_end(&csv);
    const struct abuse_case **sorted =
        xcalloc(abuse->incident.offender_count + (size_t)1, sizeof *sorted);
    for (uint32_t i = 0; i < abuse->incident.offender_count; i++)
        sorted[i] = &abuse->cases[i];
    qsort(sorted, abuse->incident.offender_count, sizeof *sorted, by_contact);
    for (uint32_t i = 0; i < abuse->incident.offender_count; i++)
        index_row(&csv, abuse, sorted[i]);
    free(sorted);
    return case_file_end(abuse->folder, out, err);
}

/* https://www.abuseipdb.com/bulk-report: 11 is e-mail spam, 18 guessing, 15 breaking in; no names
 * of persons in the comment, and at most 1024 bytes. */
static void abuseipdb_row(struct csv *csv, const struct abuse_case *one, struct arena *arena)
{
    const struct offender *offender = one->offender;
    bool spam = offender->offences & (OFFENCE_SPAM | OFFENCE_RELAY);
    csv_str(csv, offender->ip);
    csv_text(csv, spam ? "11" : offender->offences & OFFENCE_ENTRY ? "15,18" : "18");
    csv_when(csv, offender->last);
    csv_text(csv, arena_printf(arena, "Mail server: %s, %llu %s", abuse_type(offender),
                               (unsigned long long)(spam ? offender->messages : offender->failures),
                               spam ? "messages" : "failed logins"));
    csv_end(csv);
}

static bool write_abuseipdb(struct abuse *abuse, struct err *err)
{
    struct out *out = case_file(abuse->folder, "abuse/abuseipdb.csv", err);
    struct csv csv = {.out = out};
    if (!out)
        return false;
    out_text(out, "IP,Categories,ReportDate,Comment\n");
    for (uint32_t i = 0; i < abuse->incident.offender_count; i++)
        if (!abuse->cases[i].missing)
            abuseipdb_row(&csv, &abuse->cases[i], &abuse->arena);
    return case_file_end(abuse->folder, out, err);
}

bool abuse_index(struct abuse *abuse, struct err *err)
{
    return write_index(abuse, err) && (!abuse->pseudonyms || write_abuseipdb(abuse, err));
}
