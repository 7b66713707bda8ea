#include "envelope_tag.h"

#include "envelope_dovecot.h"
#include "envelope_exim.h"
#include "envelope_qmail.h"
#include "envelope_session.h"

struct str envelope_skip_blanks(struct str text)
{
    while (text.len && text.ptr[0] == ' ')
        text = str_skip(text, 1);
    return text;
}

bool envelope_take_host(struct str *rest, struct str *ret_host)
{
    enum { HOST_MAX = 256 };
    static const bool stops[256] = {[' '] = true, ['['] = true, ['('] = true, ['<'] = true};
    size_t len = 0, most = rest->len < HOST_MAX ? rest->len : HOST_MAX;
    while (len < most && !stops[(unsigned char)rest->ptr[len]])
        len++;
    if (len == 0 && str_starts(*rest, STR("(none) "))) {
        /* busybox on a machine without a name */
        *ret_host = str_head(*rest, 0);
        *rest = envelope_skip_blanks(str_skip(*rest, 7));
        return true;
    }
    if (len == 0 || rest->ptr[len - 1] == ':' || (len < rest->len && rest->ptr[len] != ' '))
        return false;
    *ret_host = str_head(*rest, len);
    *rest = envelope_skip_blanks(str_skip(*rest, len));
    return true;
}

/* Length of the program in name, which ends in a ']': what stands before "[123]". Only a number is
 * a pid; "kernel[x]" has none. */
static size_t split_pid(struct str name, uint32_t *ret_pid)
{
    size_t close = name.len - 1, open = close;
    while (open > 0 && char_is_digit(name.ptr[open - 1]))
        open--;
    if (open < 2 || name.ptr[open - 1] != '[') {
        ptrdiff_t bracket = str_find_last_char(name, '[');
        return bracket > 0 ? (size_t)bracket : name.len;
    }
    uint64_t pid = 0;
    for (size_t at = open; at < close && pid <= UINT32_MAX; at++)
        pid = pid * 10 + (uint64_t)(name.ptr[at] - '0');
    *ret_pid = pid <= UINT32_MAX ? (uint32_t)pid : 0;
    return open - 1;
}

/* The tag is the first word. Its last colon ends it, so that "postfix/127.0.0.1:10025/smtpd[1]:" is
   whole; in a word that does not end in a colon ("kernel:[12.3]") the first one does. */
bool envelope_tag(struct str rest, struct envelope *ret)
{
    enum { TAG_MAX = 256 };
    struct str limited = str_head(rest, TAG_MAX);
    ptrdiff_t blank = str_find_char(limited, ' ');
    size_t len = blank < 0 ? limited.len : (size_t)blank; /* of the tag with its colon */
    bool colon = len > 0 && rest.ptr[len - 1] == ':';
    if (!colon) {
        ptrdiff_t at = str_find_char(str_head(rest, len), ':');
        colon = at >= 0;
        len = colon ? (size_t)at + 1 : len;
    }
    size_t name = colon ? len - 1 : len, program = name;
    if (name > 0 && rest.ptr[name - 1] == ']')
        program = split_pid(str_head(rest, name), &ret->pid);
    ret->program = str_head(rest, program);
    ret->text = program ? envelope_skip_blanks(str_skip(rest, len)) : rest;
    return program > 0 && (colon || program < name);
}

static bool in_table(struct str word, const char *const *table)
{
    for (; *table; table++)
        if (str_eq(word, str_of(*table)))
            return true;
    return false;
}

/* "mail.info": busybox writes it between host and tag. */
static bool is_facility(struct str word)
{
    static const char *const facilities[] = {
        "kern",   "user",   "mail",     "daemon", "auth",     "syslog", "lpr",    "news",
        "uucp",   "cron",   "authpriv", "ftp",    "security", "local0", "local1", "local2",
        "local3", "local4", "local5",   "local6", "local7",   NULL};
    static const char *const severities[] = {"emerg", "alert",  "crit", "err",   "error", "warning",
                                             "warn",  "notice", "info", "debug", "panic", NULL};
    struct str facility;
    return str_cut(&word, STR("."), &facility) && in_table(facility, facilities) &&
           in_table(word, severities);
}

/* "last message repeated 5 times", in macOS' form between dashes. */
static bool is_last_repeated(struct str rest, uint64_t *ret_count)
{
    if (!rest.len || (rest.ptr[0] != 'l' && rest.ptr[0] != '-'))
        return false;
    str_take(&rest, STR("--- "));
    return str_take(&rest, STR("last message repeated ")) && str_take_u64(&rest, ret_count) &&
           str_starts(rest, STR(" time"));
}

static bool take_last_repeated(struct str rest, struct envelope *ret)
{
    uint64_t count;
    if (!is_last_repeated(rest, &count))
        return false;
    ret->repeats_last = true;
    ret->repeated = count;
    ret->program = str_head(rest, 0);
    ret->pid = 0;
    ret->text = rest;
    return true;
}

/* "<4.3> ", "<mail.notice> ": BSD's syslogd -v writes it between time and host. */
static struct str skip_bsd_facility(struct str rest)
{
    enum { FACILITY_MAX = 24 };
    if (rest.len == 0 || rest.ptr[0] != '<')
        return rest;
    ptrdiff_t end = str_find_char(str_head(rest, FACILITY_MAX), '>');
    return end < 0 ? rest : envelope_skip_blanks(str_skip(rest, (size_t)end + 1));
}

bool envelope_after_stamp(struct str rest, struct arena *scratch, struct envelope *ret)
{
    /* macOS and Cisco: "Nov 18 01:15:43: text" has neither host nor tag */
    bool untagged = str_take(&rest, STR(":"));
    rest = untagged ? envelope_skip_blanks(rest) : skip_bsd_facility(rest);
    if (take_last_repeated(rest, ret))
        return true;
    if (untagged) {
        ret->text = rest;
        return false;
    }
    if (!envelope_take_host(&rest, &ret->host)) {
        if (envelope_dovecot_line(rest, scratch, ret))
            return true;
    } else if (take_last_repeated(rest, ret)) {
        return true;
    } else if (str_starts(rest, STR("-- MARK --"))) {
        ret->separator = true;
        ret->text = rest;
        return true;
    }
    bool sure = envelope_tag(rest, ret);
    if (!sure && is_facility(ret->program))
        sure = envelope_tag(ret->text, ret);
    envelope_clean_text(scratch, ret);
    return sure;
}

/* "[ID 197553 mail.info] " */
static void skip_solaris_id(struct str *text)
{
    struct str rest = *text, id;
    if (str_take(&rest, STR("[ID ")) && str_cut(&rest, STR("] "), &id))
        *text = rest;
}

/* "<Info>: " */
static void skip_macos_level(struct str *text)
{
    static const char *const levels[] = {"Emergency", "Alert", "Critical", "Error", "Warning",
                                         "Notice",    "Info",  "Debug",    NULL};
    struct str rest = str_skip(*text, 1), level;
    if (str_cut(&rest, STR(">: "), &level) && in_table(level, levels))
        *text = rest;
}

/* "message repeated 2 times: [ text]", its last bracket lost where the line was cut. */
static void unwrap_repeated(struct envelope *ret)
{
    enum { COUNT_MOST = 1000000000 };
    struct str rest = ret->text;
    uint64_t count;
    if (!str_take(&rest, STR("message repeated ")) || !str_take_u64(&rest, &count) ||
        !str_take(&rest, STR(" times: [")) || count > COUNT_MOST)
        return;
    str_take_end(&rest, STR("]"));
    ret->repeated = count > 0 ? count - 1 : 0;
    ret->text = envelope_skip_blanks(rest);
}

/* The first byte tells almost always that there is nothing to do. */
void envelope_clean_text(struct arena *scratch, struct envelope *ret)
{
    if (ret->text.len && ret->text.ptr[0] == '[')
        skip_solaris_id(&ret->text);
    else if (ret->text.len && ret->text.ptr[0] == '<')
        skip_macos_level(&ret->text);
    if (ret->text.len && ret->text.ptr[0] == 'm')
        unwrap_repeated(ret);
    else if (ret->text.len && ret->text.ptr[0] == 'l' && str_starts(ret->program, STR("syslog")))
        take_last_repeated(ret->text, ret);
    if (str_starts(ret->program, STR("exim")))
        exim_text_clean(&ret->text, &ret->stamp, &ret->pid);
    if (str_eq(ret->program, STR("smtpd")) || str_eq(ret->program, STR("opensmtpd")))
        envelope_session(ret);
    if (str_eq(ret->program, STR("qmail")) || str_eq(ret->program, STR("qmail-send")))
        envelope_qmail_text(scratch, ret);
    if (str_eq(ret->program, STR("dovecot")))
        envelope_dovecot_text(scratch, ret);
}
