/* report.xarf.json: XARF v4.2 (github.com/xarf/xarf-spec, v4.2.0), and v3 where the log has no
 * source port, which v4 demands: a port is never invented. */
#include "abuse_parts.h"
#include "encode.h"
#include "json_writer.h"
#include "settings.h"

/* What the closed list of v4 calls these. */
static bool is_messaging(const struct offender *offender)
{
    return offender->offences & (OFFENCE_SPAM | OFFENCE_RELAY);
}

static bool is_mail_address(struct str text)
{
    ptrdiff_t at = str_find_char(text, '@');
    return is_shell_safe(text) && at > 0 && (size_t)at + 1 < text.len &&
           str_find_last_char(text, '@') == at;
}

static struct str domain_of(const char *email)
{
    return str_of(strchr(email, '@') + 1);
}

/* The sender of a first message, as far as it may be shown and is an address. */
static struct str sender_of(struct abuse *abuse, const struct abuse_case *one)
{
    struct str sender =
        pseudonymise_sender(abuse->pseudonyms, one->offender->sender, &abuse->arena);
    return is_mail_address(sender) ? sender : STR("");
}

static struct str server_of(const struct abuse *abuse, const struct abuse_case *one)
{
    const char *server = abuse->run->settings->server_ip;
    return server ? str_of(server) : one->server_ip;
}

static uint32_t port_of(const struct abuse_case *one)
{
    uint32_t port = 0;
    for (uint32_t i = 0; i < one->service_count && !port; i++)
        port = service_port(one->services[i].program);
    return port;
}

static void party(struct json *json, const char *key, const struct settings *settings)
{
    json_begin(json, key, '{');
    json_text(json, "org", settings->reporter_org);
    json_text(json, "contact", settings->reporter_email);
    json_str(json, "domain", domain_of(settings->reporter_email));
    json_end(json, '}');
}

static const char *describe(const struct abuse_case *one, struct arena *arena)
{
    const struct offender *offender = one->offender;
    if (is_messaging(offender))
        return arena_printf(arena, "%s: %llu messages to %llu recipients. All times UTC.",
                            abuse_type(offender), (unsigned long long)offender->messages,
                            (unsigned long long)offender->recipients);
    return arena_printf(arena, "%s: %llu failed logins for %llu accounts. All times UTC.",
                        abuse_type(offender), (unsigned long long)offender->failures,
                        (unsigned long long)offender->tried);
}

static void v4_kind(struct json *json, const struct abuse_case *one, struct str sender)
{
    const struct offender *offender = one->offender;
    if (is_messaging(offender)) {
        json_text(json, "category", "messaging");
        json_text(json, "type", "spam");
        json_text(json, "protocol", "smtp");
        json_str(json, "smtp_from", sender);
        if (offender->recipients)
            json_number(json, "recipient_count", offender->recipients);
        return;
    }
    json_text(json, "category", "connection");
    json_text(json, "type", "login_attack");
    json_text(json, "protocol", "tcp");
    json_text(json, "service", "smtp");
    json_number(json, "attempt_count", offender->failures);
    json_number(json, "successful_logins", offender->logins);
}

static void v4_evidence(struct json *json, struct abuse *abuse, const struct abuse_case *one)
{
    struct str payload = encode_base64(one->excerpt, &abuse->arena);
    json_begin(json, "evidence", '[');
    json_begin(json, NULL, '{');
    json_text(json, "content_type", "text/plain");
    json_text(json, "description", "Lines of the mail log; names of victims are pseudonyms");
    json_str(json, "payload", payload);
    json_text(json, "hash",
              arena_printf(&abuse->arena, "sha256:%s", encode_sha256(one->excerpt, &abuse->arena)));
    json_number(json, "size", one->excerpt.len);
    json_end(json, '}');
    json_end(json, ']');
}

static void v4(struct json *json, struct abuse *abuse, const struct abuse_case *one,
               struct str sender)
{
    struct str server = server_of(abuse, one);
    json_text(json, "xarf_version", "4.2.0");
    json_text(json, "report_id", one->id);
    json_when(json, "timestamp", one->offender->first);
    party(json, "reporter", abuse->run->settings);
    party(json, "sender", abuse->run->settings);
    json_str(json, "source_identifier", one->offender->ip);
    json_number(json, "source_port", one->source_port);
    v4_kind(json, one, sender);
    json_when(json, "first_seen", one->offender->first);
    json_when(json, "last_seen", one->offender->last);
    if (server.len)
        json_str(json, "destination_ip", server);
    if (port_of(one))
        json_number(json, "destination_port", port_of(one));
    json_text(json, "description", describe(one, &abuse->arena));
    v4_evidence(json, abuse, one);
}

static void v3_report(struct json *json, struct abuse *abuse, const struct abuse_case *one,
                      struct str sender)
{
    struct str server = server_of(abuse, one);
    bool messaging = is_messaging(one->offender);
    json_begin(json, "Report", '{');
    json_text(json, "ReportClass", "Activity");
    json_text(json, "ReportType", messaging ? "Spam" : "LoginAttack");
    json_when(json, "Date", one->offender->last);
    json_when(json, "FirstSeen", one->offender->first);
    json_str(json, "SourceIp", one->offender->ip);
    if (server.len)
        json_str(json, "DestinationIp", server);
    if (port_of(one))
        json_number(json, "DestinationPort", port_of(one));
    if (messaging && sender.len)
        json_str(json, "SmtpMailFromAddress", sender);
    json_begin(json, "Samples", '[');
    json_begin(json, NULL, '{');
    json_text(json, "ContentType", "text/plain");
    json_bool(json, "Base64Encoded", true);
    json_text(json, "Description", describe(one, &abuse->arena));
    json_str(json, "Payload", encode_base64(one->excerpt, &abuse->arena));
    json_end(json, '}');
    json_end(json, ']');
    json_end(json, '}');
}

static void v3(struct json *json, struct abuse *abuse, const struct abuse_case *one,
               struct str sender)
{
    const struct settings *settings = abuse->run->settings;
    json_text(json, "Version", "3");
    json_bool(json, "Disclosure", true);
    json_begin(json, "ReporterInfo", '{');
    json_text(json, "ReporterOrg", settings->reporter_org);
    json_str(json, "ReporterOrgDomain", domain_of(settings->reporter_email));
    json_text(json, "ReporterOrgEmail", settings->reporter_email);
    json_text(json, "ReporterContactEmail", settings->reporter_email);
    json_end(json, '}');
    v3_report(json, abuse, one, sender);
}

struct str abuse_xarf(struct abuse *abuse, const struct abuse_case *one)
{
    struct out *out = out_memory();
    struct json json = {.out = out};
    struct str sender = sender_of(abuse, one);
    json_begin(&json, NULL, '{');
    if (one->source_port && (sender.len || !is_messaging(one->offender)))
        v4(&json, abuse, one, sender);
    else
        v3(&json, abuse, one, sender);
    json_end(&json, '}');
    struct str text = arena_str(&abuse->arena, out_kept(out));
    out_free(out);
    return text;
}
