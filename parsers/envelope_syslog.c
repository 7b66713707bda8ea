#include "envelope_syslog.h"

#include "envelope_filter.h"
#include "envelope_tag.h"
#include "envelope_time.h"
#include "envelope_webmail.h"
#include "envelope_zimbra.h"

static void set_format(struct envelope *ret, enum envelope_format format)
{
    if (ret->format == ENVELOPE_NONE)
        ret->format = (uint8_t)format;
}

bool envelope_bsd(struct str line, struct arena *scratch, struct envelope *ret)
{
    if (!envelope_time_bsd(&line, &ret->stamp))
        return false;
    line = envelope_skip_blanks(line);
    if (!envelope_sogo(line, ret))
        envelope_after_stamp(line, scratch, ret);
    set_format(ret, ret->host.len ? ENVELOPE_RFC3164 : ENVELOPE_RFC3164_NOHOST);
    return true;
}

bool envelope_is_wrapped(struct str text)
{
    struct stamp stamp;
    if (text.len == 0)
        return false;
    char first = text.ptr[0];
    if (char_is_upper(first))
        return envelope_time_bsd(&text, &stamp);
    if (char_is_digit(first))
        return envelope_time_iso(&text, &stamp);
    return first == '{' || str_starts(text, STR("stdout ")) || str_starts(text, STR("stderr "));
}

/* ChromeOS writes the severity where others have the host. */
static bool is_severity(struct str host)
{
    static const char *const severities[] = {"EMERG",   "ALERT",  "CRIT", "ERR",
                                             "WARNING", "NOTICE", "INFO", "DEBUG"};
    if (host.len == 0 || !char_is_upper(host.ptr[0]))
        return false;
    for (size_t i = 0; i < sizeof severities / sizeof *severities; i++)
        if (str_eq(host, str_of(severities[i])))
            return true;
    return false;
}

/* Exim, rspamd, Zimbra and others begin their own files with "2026-11-22 16:22:34", too: after a
   blank instead of T, only what is surely a host and a tag makes an envelope. */
static bool is_surely_syslog(const struct envelope *envelope, bool sure)
{
    if (envelope->format == ENVELOPE_DOVECOT)
        return true;
    if (!sure || envelope->host.len == 0)
        return false;
    return envelope->pid || envelope->stamp.digits == 6 || envelope->stamp.kind == STAMP_UTC ||
           str_eq(envelope->program, STR("dovecot"));
}

bool envelope_iso(struct str line, struct arena *scratch, struct envelope *ret)
{
    struct str rest = line;
    if (!envelope_time_iso(&rest, &ret->stamp) || rest.len == 0 || rest.ptr[0] != ' ')
        return false;
    bool strict = line.ptr[10] == ' ';
    rest = envelope_skip_blanks(rest);
    if (envelope_is_wrapped(rest))
        return false;
    if (strict ? envelope_zimbra_line(rest, ret) || envelope_filter_line(rest, ret)
               : envelope_horde(rest, ret))
        return true;
    bool sure = envelope_after_stamp(rest, scratch, ret);
    if (strict && !is_surely_syslog(ret, sure))
        return false;
    if (is_severity(ret->host))
        ret->host.len = 0;
    set_format(ret, ENVELOPE_ISO8601);
    return true;
}

/* A field of RFC 5424; "-" is an empty one. */
static struct str take_field(struct str *rest)
{
    size_t len = 0;
    while (len < rest->len && rest->ptr[len] != ' ')
        len++;
    struct str field = str_head(*rest, len);
    *rest = str_skip(*rest, len < rest->len ? len + 1 : len);
    if (field.len == 1 && field.ptr[0] == '-')
        field.len = 0;
    return field;
}

/* Takes "[id key="value"]..." off *rest; in a value, quotes and brackets come behind a backslash.
 */
static void skip_structured_data(struct str *rest)
{
    bool quoted = false;
    size_t at = 0;
    for (; at < rest->len; at++) {
        char c = rest->ptr[at];
        if (quoted && c == '\\')
            at++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == ']' && (at + 1 == rest->len || rest->ptr[at + 1] != '['))
            break;
    }
    *rest = at < rest->len ? str_skip(*rest, at + 1) : str_skip(*rest, rest->len);
}

bool envelope_rfc5424(struct str line, struct arena *scratch, struct envelope *ret)
{
    struct str rest = line;
    if (!str_take(&rest, STR("1 ")))
        return false;
    if (!str_take(&rest, STR("- ")) &&
        (!envelope_time_iso(&rest, &ret->stamp) || !str_take(&rest, STR(" "))))
        return false;
    ret->format = ENVELOPE_RFC5424;
    ret->host = take_field(&rest);
    ret->program = take_field(&rest);
    struct str process = take_field(&rest);
    uint64_t pid;
    if (str_to_u64(process, &pid) && pid <= UINT32_MAX)
        ret->pid = (uint32_t)pid;
    take_field(&rest); /* MSGID */
    if (rest.len && rest.ptr[0] == '[')
        skip_structured_data(&rest);
    else
        str_take(&rest, STR("-"));
    rest = envelope_skip_blanks(rest);
    str_take(&rest, STR("\xEF\xBB\xBF"));
    ret->text = envelope_skip_blanks(rest);
    envelope_clean_text(scratch, ret);
    return true;
}

static bool is_program_name(struct str name)
{
    bool letter = false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (char_is_upper(c) || char_is_lower(c))
            letter = true;
        else if (!char_is_digit(c) && c != '/' && c != '-' && c != '_' && (c != '.' || i == 0))
            return false;
    }
    return letter && name.ptr[0] != '-';
}

bool envelope_bare(struct str line, struct arena *scratch, struct envelope *ret)
{
    struct str rest = line;
    if (line.len == 0 || (!char_is_alnum(line.ptr[0]) && line.ptr[0] != '/'))
        return false;
    envelope_take_host(&rest, &ret->host);
    if (!envelope_tag(rest, ret) || ret->pid == 0 || !is_program_name(ret->program))
        return false;
    ret->format = ENVELOPE_BARE;
    envelope_clean_text(scratch, ret);
    return true;
}

bool envelope_priority(struct str line, struct arena *scratch, struct envelope *ret)
{
    struct str rest = str_skip(line, 1);
    uint64_t priority;
    if (!str_take_u64(&rest, &priority) || priority > 191 || !str_take(&rest, STR(">")))
        return false;
    rest = envelope_skip_blanks(rest);
    if (envelope_rfc5424(rest, scratch, ret) || envelope_bsd(rest, scratch, ret) ||
        envelope_iso(rest, scratch, ret) || envelope_bare(rest, scratch, ret))
        return true;
    /* a datagram of /dev/log as it is: the priority vouches for the tag */
    ret->host.len = 0;
    if (!envelope_tag(rest, ret) || !is_program_name(ret->program))
        return false;
    ret->format = ENVELOPE_BARE;
    envelope_clean_text(scratch, ret);
    return true;
}

/* "[   12.345678] ", "[   12.345678 <    0.000100 >] " */
static bool take_monotonic(struct str *rest)
{
    struct str number;
    uint64_t seconds;
    if (!str_take(rest, STR("[")) || !str_cut(rest, STR("] "), &number))
        return false;
    number = envelope_skip_blanks(number);
    return str_take_u64(&number, &seconds) && str_take(&number, STR(".")) &&
           str_take_u64(&number, &seconds) && (number.len == 0 || str_starts(number, STR(" <")));
}

bool envelope_journal_short(struct str line, struct arena *scratch, struct envelope *ret)
{
    struct str rest = line;
    if (line.len == 0)
        return false;
    if (line.ptr[0] == '[') {
        if (!take_monotonic(&rest))
            return false;
    } else if ((!envelope_time_full(&rest, &ret->stamp) &&
                !envelope_time_unix(&rest, &ret->stamp)) ||
               !str_take(&rest, STR(" "))) {
        return false;
    }
    rest = envelope_skip_blanks(rest);
    ret->format = ENVELOPE_JOURNAL_SHORT;
    envelope_take_host(&rest, &ret->host);
    bool sure = envelope_tag(rest, ret);
    envelope_clean_text(scratch, ret);
    return sure;
}

bool envelope_separator(struct str line, struct envelope *ret)
{
    static const char *const starts[] = {
        "-- Boot ",          "-- Reboot --",     "-- Journal begins at ",
        "-- Logs begin at ", "-- No entries --", "-- cursor: "};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (!str_starts(line, str_of(starts[i])))
            continue;
        ret->format = ENVELOPE_JOURNAL_SHORT;
        ret->separator = true;
        ret->text = line;
        return true;
    }
    return false;
}
