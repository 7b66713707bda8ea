#include "envelope_qmail.h"

#include <string.h>

#include "envelope_tag.h"
#include "envelope_time.h"

enum { TAI64N_LEN = 25, NANO_DIGITS = 9 };
/* TAI64 counts from 2^62; Unix time differs by the ten leap seconds before 1972 alone. */
#define TAI_EPOCH (((uint64_t)1 << 62) + 10)

static bool take_hex(struct str text, uint64_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = char_lower(text.ptr[i]);
        if (!char_is_digit(c) && (c < 'a' || c > 'f'))
            return false;
        *ret = *ret << 4 | (uint64_t)(char_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return true;
}

/* "@4000000065a1b2c3075bcd15 " */
static bool take_tai64n(struct str *text, struct stamp *ret)
{
    const uint64_t year_3000 = 32503680000U;
    uint64_t seconds, nanos;
    if (text->len <= TAI64N_LEN || text->ptr[0] != '@' || text->ptr[TAI64N_LEN] != ' ' ||
        !take_hex(str_head(str_skip(*text, 1), 16), &seconds) ||
        !take_hex(str_head(str_skip(*text, 17), 8), &nanos) || seconds < TAI_EPOCH ||
        seconds - TAI_EPOCH > year_3000 || nanos >= 1000000000)
        return false;
    *ret = (struct stamp){(int64_t)(seconds - TAI_EPOCH) * USEC_PER_SEC + (int64_t)(nanos / 1000),
                          STAMP_UTC, NANO_DIGITS};
    *text = str_skip(*text, TAI64N_LEN + 1);
    return true;
}

/* "2026-11-22 16:22:34.123456500 ": nobody else writes nine digits behind a blank. */
static bool take_local(struct str *text, struct stamp *ret)
{
    enum { LOCAL_LEN = 29 };
    if (text->len <= LOCAL_LEN || text->ptr[10] != ' ' || text->ptr[LOCAL_LEN] != ' ')
        return false;
    struct str rest = *text;
    if (!envelope_time_iso(&rest, ret) || ret->digits != NANO_DIGITS || !str_take(&rest, STR(" ")))
        return false;
    *text = rest;
    return true;
}

static bool is_send(struct str text)
{
    static const char *const starts[] = {"new msg ",   "info msg ",       "starting delivery ",
                                         "delivery ",  "status: local ",  "end msg ",
                                         "bounce msg", "triple bounce: ", "double bounce: ",
                                         "warning: ",  "alert: ",         "exiting",
                                         "running",    "number of ",      "cannot start: ",
                                         NULL};
    for (unsigned i = 0; starts[i]; i++)
        if (str_starts(text, str_of(starts[i])))
            return true;
    return false;
}

/* "tcpserver: ", "spamdyke[12]: ", "simscan:[12]:" */
static bool take_program(struct envelope *ret)
{
    static const char *const tags[] = {"tcpserver", "qmail-smtpd", "spamdyke",
                                       "simscan",   "vpopmail",    "qmail-pop3d",
                                       "CHKUSER",   "vchkpw",      NULL};
    if (is_send(ret->text)) {
        ret->program = STR("qmail");
        return true;
    }
    unsigned i = 0;
    while (tags[i] && !str_starts(ret->text, str_of(tags[i])))
        i++;
    if (!tags[i])
        return false;
    struct str rest = ret->text;
    ret->program = str_of(tags[i]);
    if (str_starts(rest, STR("CHKUSER")) || str_starts(rest, STR("vchkpw")))
        return true;
    if (str_starts(rest, STR("simscan:["))) {
        ret->text = str_skip(rest, 8);
        return true;
    }
    return envelope_tag(rest, ret);
}

bool envelope_qmail(struct str line, struct arena *scratch, struct envelope *ret)
{
    ret->text = line;
    if (!take_tai64n(&ret->text, &ret->stamp) && !take_local(&ret->text, &ret->stamp))
        return false;
    if (!take_program(ret))
        return false;
    ret->format = ENVELOPE_QMAIL;
    if (str_eq(ret->program, STR("qmail")))
        envelope_qmail_text(scratch, ret);
    return true;
}

/* "1195741354.123456 " */
static void take_splogger(struct str *text)
{
    struct str rest = *text;
    uint64_t number;
    if (str_take_u64(&rest, &number) && str_take(&rest, STR(".")) && str_take_u64(&rest, &number) &&
        str_take(&rest, STR(" ")))
        *text = rest;
}

/* Behind the line end stands a report without blanks, as qmail-send writes it. */
static struct str readable(struct arena *scratch, struct str text)
{
    char *copy = arena_chars(scratch, text.len);
    bool report = false;
    for (size_t i = 0; i < text.len; i++) {
        copy[i] = (char)(report && text.ptr[i] == '_' ? ' ' : text.ptr[i]);
        report |= text.ptr[i] == '\n';
    }
    return (struct str){copy, text.len};
}

void envelope_qmail_text(struct arena *scratch, struct envelope *ret)
{
    uint64_t number;
    take_splogger(&ret->text);
    struct str rest = ret->text;
    bool result = str_take(&rest, STR("delivery "));
    if (!result && !str_take(&rest, STR("starting delivery ")))
        return;
    if (!str_take_u64(&rest, &number) || number > UINT32_MAX || !str_take(&rest, STR(": ")))
        return;
    ret->pid = (uint32_t)number;
    if (!result && str_find_char(ret->text, '\n') >= 0)
        ret->text = readable(scratch, ret->text);
}
