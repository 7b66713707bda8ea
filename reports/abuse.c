#include "abuse_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "encode.h"
#include "secrets.h"
#include "settings.h"

enum { ABUSE_MAX = 1000, EVENTS_MIN = 5, GUESSES_MIN = 20, NAMES_MIN = 3, LINES_MIN = 5 };

const char *abuse_type(const struct offender *offender)
{
    if (offender->offences & OFFENCE_SPAM)
        return "spam, sent with a stolen password (SMTP AUTH)";
    if (offender->offences & OFFENCE_RELAY)
        return "spam, relayed without login";
    if (offender->offences & OFFENCE_ENTRY)
        return "login with a stolen password";
    return "password guessing";
}

static bool is_email(const char *text)
{
    const char *at = text ? strchr(text, '@') : NULL;
    return at && at > text && at[1] && !strchr(at + 1, '@') && is_shell_safe(str_of(text));
}

static const char *reporter_missing(const struct settings *settings)
{
    enum { ORG_BYTES_MIN = 3, ORG_BYTES_MAX = 200 };
    if (!settings || !settings->reporter_org || !settings->reporter_email)
        return "who reports: --reporter-org and --reporter-email";
    size_t len = strlen(settings->reporter_org);
    if (len < ORG_BYTES_MIN || len > ORG_BYTES_MAX)
        return "a name of the organisation of 3 to 200 characters: --reporter-org";
    return is_email(settings->reporter_email) ? NULL : "an address that works: --reporter-email";
}

/* One slip of a user is no attack: it has to be many tries, or many names, or to have worked. */
static const char *events_missing(const struct offender *offender)
{
    if (offender->offences & (OFFENCE_SPAM | OFFENCE_RELAY))
        return offender->messages < EVENTS_MIN ? "enough events: fewer than 5 messages" : NULL;
    if (offender->offences & OFFENCE_ENTRY)
        return NULL;
    if (offender->failures < EVENTS_MIN)
        return "enough events: fewer than 5 failed logins";
    bool many = offender->failures >= GUESSES_MIN || offender->tried >= NAMES_MIN;
    return many || offender->helped ? NULL
                                    : "enough events: fewer than 20 failed logins for fewer than 3 "
                                      "accounts, and none of them was taken";
}

const char *abuse_missing(const struct abuse *abuse, const struct offender *offender)
{
    const char *events = events_missing(offender);
    if (offender->unfit)
        return offender->unfit;
    if (events)
        return events;
    if (offender->verdict < VERDICT_LIKELY)
        return "a verdict of likely or above";
    if (abuse->report->zone_assumed || abuse->report->year_assumed)
        return "a known zone: --timezone (an assumed one is nobody's evidence)";
    if (offender->first.usec == TIME_NONE || offender->last.usec == TIME_NONE)
        return "times";
    return NULL;
}

uint32_t service_port(struct str program)
{
    static const struct {
        struct str end;
        uint32_t port;
    } ports[] = {{{"submission/smtpd", 16}, 587}, {{"submissions/smtpd", 17}, 465},
                 {{"smtps/smtpd", 11}, 465},      {{"submission-tls/smtpd", 20}, 465},
                 {{"postfix/smtpd", 13}, 25},     {{"sendmail", 8}, 25}};
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
        if (str_ends(program, ports[i].end))
            return ports[i].port;
    return 0;
}

/* The same case, address and kind give the same id, however often the run is repeated. */
static void make_id(const struct abuse *abuse, struct abuse_case *one)
{
    char first[WHEN_TEXT], text[512];
    const char *case_id = abuse->run->case_id ? abuse->run->case_id : "";
    snprintf(text, sizeof text, "postmortem abuse|%.200s|%.*s|%s|%s", case_id,
             (int)one->offender->ip.len, one->offender->ip.ptr,
             one->offender->first.usec == TIME_NONE ? "" : when_text(one->offender->first, first),
             abuse_type(one->offender));
    uuid_derived(str_of(text), one->id);
}

static void make_cases(struct abuse *abuse)
{
    uint32_t count = abuse->incident.offender_count;
    abuse->cases = arena_alloc(&abuse->arena, (count + (size_t)1) * sizeof *abuse->cases);
    abuse->sources = arena_alloc(&abuse->arena, (count + (size_t)1) * sizeof *abuse->sources);
    abuse->case_of_source = arena_alloc(&abuse->arena, (count + (size_t)1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < count; i++) {
        struct abuse_case *one = &abuse->cases[i];
        one->offender = &abuse->incident.offenders[i];
        one->missing = abuse_missing(abuse, one->offender);
        one->contact = contacts_find(abuse->contacts, &one->offender->address);
        make_id(abuse, one);
        if (!one->missing && abuse->source_count == ABUSE_MAX)
            one->missing = "a place among the first 1,000";
        if (one->missing)
            continue;
        one->missing = reporter_missing(abuse->run->settings);
        abuse->case_of_source[abuse->source_count] = i;
        abuse->sources[abuse->source_count++] = one->offender->ip;
    }
}

const char *abuse_key_path(const struct settings *settings, const char *case_dir,
                           struct arena *arena)
{
    if (settings->pseudonym_key)
        return settings->pseudonym_key;
    struct str dir = str_of(case_dir);
    while (dir.len > 1 && dir.ptr[dir.len - 1] == '/')
        dir.len--;
    ptrdiff_t slash = str_find_last_char(dir, '/');
    return arena_printf(arena, "%.*spostmortem-pseudonym.key", (int)(slash + 1), dir.ptr);
}

struct abuse *abuse_begin(struct case_folder *folder, const struct report *report,
                          const struct run_info *run, struct err *err)
{
    static const struct list no_files;
    struct abuse *abuse = xcalloc(1, sizeof *abuse);
    *abuse = (struct abuse){.folder = folder, .report = report, .run = run};
    incident_make(&abuse->incident, report, run, &abuse->arena);
    abuse->contacts = contacts_new(run->settings ? &run->settings->abuse_contacts : &no_files, err);
    if (!abuse->contacts) {
        abuse_free(abuse);
        return NULL;
    }
    make_cases(abuse);
    if (abuse->source_count == 0 || reporter_missing(run->settings))
        return abuse;
    abuse->pseudonyms = pseudonyms_new(
        report, run->settings->pseudonymise,
        abuse_key_path(run->settings, run->settings->output_dir, &abuse->arena), err);
    if (abuse->pseudonyms)
        return abuse;
    abuse_free(abuse);
    return NULL;
}

const struct str *abuse_sources(const struct abuse *abuse, size_t *ret_count)
{
    *ret_count = abuse->source_count;
    return abuse->sources;
}

static const char *path_of(struct abuse *abuse, const struct abuse_case *one, const char *name)
{
    char folder[IP_TEXT];
    struct str ip = one->offender->ip;
    size_t len = ip.len < sizeof folder - 1 ? ip.len : sizeof folder - 1;
    for (size_t i = 0; i < len; i++)
        folder[i] = ip.ptr[i] == ':' ? '-' : ip.ptr[i];
    folder[len] = '\0';
    return arena_printf(&abuse->arena, "abuse/%s/%s", folder, name);
}

static bool open_log(struct abuse *abuse, struct abuse_case *one)
{
    if (one->log)
        return true;
    one->log = case_file(abuse->folder, path_of(abuse, one, "evidence.log"), &abuse->failure);
    one->digest = EVP_MD_CTX_new();
    return one->log && one->digest && EVP_DigestInit_ex(one->digest, EVP_sha256(), NULL) == 1;
}

static void add_service(struct abuse *abuse, struct abuse_case *one, struct str program)
{
    uint32_t i = 0;
    one->connections++;
    while (i < one->service_count && !str_eq(one->services[i].program, program))
        i++;
    if (i == SERVICES_MAX)
        return;
    if (i == one->service_count)
        one->services[one->service_count++].program = arena_str(&abuse->arena, program);
    one->services[i].connections++;
}

static void add_facts(struct abuse *abuse, struct abuse_case *one, const struct abuse_line *line)
{
    uint64_t port;
    struct ip ip;
    char text[IP_TEXT];
    struct str port_text = fields_get(line->fields, line->field_count, FIELD_CLIENT_PORT),
               server = fields_get(line->fields, line->field_count, FIELD_SERVER_IP);
    if (line->kind == EVENT_CONNECT)
        add_service(abuse, one, line->program);
    if (port_text.ptr && str_to_u64(port_text, &port) && port > 0 && port <= UINT16_MAX) {
        one->ports_differ |= one->source_port && one->source_port != port;
        if (!one->source_port)
            one->source_port = (uint32_t)port;
    }
    if (!one->server_ip.len && server.ptr && ip_parse(server, &ip))
        one->server_ip = arena_str(&abuse->arena, ip_text(&ip, text));
}

static struct sample_kind *kind_of(struct abuse_case *one, const char *what)
{
    for (uint32_t i = 0; i < one->kind_count; i++)
        if (strcmp(one->kinds[i].what, what) == 0)
            return &one->kinds[i];
    if (one->kind_count == SAMPLE_KINDS)
        return NULL;
    one->kinds[one->kind_count].what = what;
    return &one->kinds[one->kind_count++];
}

/* What shows the abuse; the rest of a message's life stands in evidence.log. */
static bool is_telling(uint8_t kind)
{
    static const uint8_t telling[] = {EVENT_CONNECT, EVENT_SUBMIT,      EVENT_HEADER,
                                      EVENT_QUEUED,  EVENT_DELIVERY,    EVENT_REJECT,
                                      EVENT_LOGIN,   EVENT_AUTH_FAILED, EVENT_DISCONNECT};
    return memchr(telling, kind, sizeof telling) != NULL;
}

/* The first lines of each kind and the last: a connection, a login, a message, its delivery,
 * first and last time. */
static void add_sample(struct abuse *abuse, struct abuse_case *one, const char *what,
                       struct str text)
{
    struct sample_kind *kind = kind_of(one, what ? what : "");
    if (!kind || text.len > SAMPLE_BYTES_MAX)
        return;
    uint32_t n = kind->count++;
    if (n < SAMPLES_OF_KIND) {
        kind->first[n] = arena_str(&abuse->arena, text);
        kind->first_order[n] = one->lines;
        return;
    }
    if (text.len > kind->last_capacity) {
        kind->last_capacity = text.len + 256;
        kind->last = xrealloc(kind->last, kind->last_capacity, 1);
    }
    memcpy(kind->last, text.ptr, text.len);
    kind->last_len = text.len;
    kind->last_order = one->lines;
}

void abuse_add(struct abuse *abuse, size_t source, const struct abuse_line *line)
{
    struct abuse_case *one = &abuse->cases[abuse->case_of_source[source]];
    if (one->missing || abuse->failure.status || !open_log(abuse, one))
        return;
    struct str text = mask_secrets(pseudonymise_line(abuse->pseudonyms, line->line, line->fields,
                                                     line->field_count, &abuse->scratch),
                                   &abuse->scratch);
    one->lines++;
    out_str(one->log, text);
    out_char(one->log, '\n');
    EVP_DigestUpdate(one->digest, text.ptr, text.len);
    EVP_DigestUpdate(one->digest, "\n", 1);
    add_facts(abuse, one, line);
    if (is_telling(line->kind))
        add_sample(abuse, one, line->what, text);
    arena_reset(&abuse->scratch);
}

struct picked {
    struct str text;
    uint64_t order;
};

static int compare_picked(const void *a, const void *b)
{
    const struct picked *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

static size_t pick_lines(const struct abuse_case *one, uint32_t of_each, struct picked *lines)
{
    size_t count = 0;
    for (uint32_t i = 0; i < one->kind_count; i++) {
        const struct sample_kind *kind = &one->kinds[i];
        for (uint32_t k = 0; k < kind->count && k < of_each; k++)
            lines[count++] = (struct picked){kind->first[k], kind->first_order[k]};
        if (kind->count > SAMPLES_OF_KIND)
            lines[count++] = (struct picked){{kind->last, kind->last_len}, kind->last_order};
    }
    return count;
}

/* As many of each kind as one page holds. */
static void make_excerpt(struct abuse *abuse, struct abuse_case *one)
{
    enum { EXCERPT_LINES = 20 };
    struct picked lines[SAMPLE_KINDS * (SAMPLES_OF_KIND + 1)];
    uint32_t of_each = SAMPLES_OF_KIND;
    size_t count = pick_lines(one, of_each, lines), bytes = 0;
    while (count > EXCERPT_LINES && of_each > 2)
        count = pick_lines(one, --of_each, lines);
    qsort(lines, count, sizeof *lines, compare_picked);
    for (size_t i = 0; i < count; i++)
        bytes += lines[i].text.len + 1;
    char *text = arena_chars(&abuse->arena, bytes + 1), *end = text;
    for (size_t i = 0; i < count; i++) {
        memcpy(end, lines[i].text.ptr, lines[i].text.len);
        end += lines[i].text.len;
        *end++ = '\n';
    }
    one->excerpt = str_between(text, end);
    one->excerpt_lines = (uint32_t)count;
}

static bool write_text(struct abuse *abuse, const struct abuse_case *one, const char *name,
                       struct str text, struct err *err)
{
    struct out *out = case_file(abuse->folder, path_of(abuse, one, name), err);
    if (!out)
        return false;
    out_str(out, text);
    return case_file_end(abuse->folder, out, err);
}

static bool write_mail(struct abuse *abuse, const struct abuse_case *one, struct str text,
                       struct str xarf, struct err *err)
{
    struct out *out = case_file(abuse->folder, path_of(abuse, one, "report.eml"), err);
    if (!out)
        return false;
    abuse_mail(abuse, one, text, xarf, out);
    return case_file_end(abuse->folder, out, err);
}

static void end_digest(struct abuse *abuse, struct abuse_case *one)
{
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    char *text = arena_chars(&abuse->arena, 65);
    EVP_DigestFinal_ex(one->digest, digest, NULL);
    for (unsigned i = 0; i < 32; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    one->sha256 = text;
}

static bool write_case(struct abuse *abuse, struct abuse_case *one, struct err *err)
{
    struct out *log = one->log;
    one->log = NULL;
    if (log && !case_file_end(abuse->folder, log, err))
        return false;
    if (!one->missing && one->lines < LINES_MIN)
        one->missing = "enough lines: fewer than 5";
    if (one->missing)
        return true;
    end_digest(abuse, one);
    make_excerpt(abuse, one);
    struct str text = abuse_text(abuse, one), xarf = abuse_xarf(abuse, one);
    return write_text(abuse, one, "report.txt", text, err) &&
           write_text(abuse, one, "report.xarf.json", xarf, err) &&
           write_mail(abuse, one, text, xarf, err);
}

bool abuse_end(struct abuse *abuse, struct abuse_counts *ret, struct err *err)
{
    bool ok = abuse->failure.status == 0;
    *ret = (struct abuse_counts){0, 0};
    if (!ok)
        *err = abuse->failure;
    for (uint32_t i = 0; i < abuse->incident.offender_count && ok; i++) {
        ok = write_case(abuse, &abuse->cases[i], err);
        if (abuse->cases[i].missing)
            ret->refused++;
        else
            ret->ready++;
    }
    return ok && (abuse->incident.offender_count == 0 || abuse_index(abuse, err));
}

void abuse_free(struct abuse *abuse)
{
    if (!abuse)
        return;
    for (uint32_t i = 0; abuse->cases && i < abuse->incident.offender_count; i++) {
        EVP_MD_CTX_free(abuse->cases[i].digest);
        for (uint32_t k = 0; k < abuse->cases[i].kind_count; k++)
            free(abuse->cases[i].kinds[k].last);
    }
    incident_free(&abuse->incident);
    pseudonyms_free(abuse->pseudonyms);
    contacts_free(abuse->contacts);
    arena_free(&abuse->arena);
    arena_free(&abuse->scratch);
    free(abuse);
}
