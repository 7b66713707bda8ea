#include "envelope_again.h"

#include "envelope_tag.h"
#include "unwrap.h"

enum {
    BSD_SECONDS_AT = 13,
    ISO_SECONDS_AT = 17,
    FRACTION_MAX = 6,
    PID_DIGITS_MAX = 9,
    TAG_MAX = 128
};

/* "34" and a fraction of as many digits as before, at the front of p. */
static bool read_seconds(const struct again_front *front, const char *p, struct stamp *ret)
{
    static const int32_t units[FRACTION_MAX] = {100000, 10000, 1000, 100, 10, 1};
    unsigned tens = (unsigned)(unsigned char)p[0] - '0', ones = (unsigned)(unsigned char)p[1] - '0';
    if (tens > 5 || ones > 9)
        return false; /* a leap second, too, is read in full */
    int64_t usec = (int64_t)(tens * 10 + ones) * USEC_PER_SEC;
    if (front->fraction && p[2] != '.' && p[2] != ',')
        return false;
    for (unsigned i = 1; i < front->fraction; i++) {
        if (!char_is_digit(p[2 + i]))
            return false;
        usec += (p[2 + i] - '0') * units[i - 1];
    }
    *ret = front->stamp;
    ret->usec += usec;
    return true;
}

/* "[123]" at the end of name goes to *ret_pid. */
static bool take_pid(struct str *name, uint32_t *ret_pid)
{
    const char *close = name->ptr + name->len - 1, *digit = close;
    while (digit > name->ptr && char_is_digit(digit[-1]))
        digit--;
    if (digit - name->ptr < 2 || digit[-1] != '[' || digit == close ||
        close - digit > PID_DIGITS_MAX)
        return false;
    uint32_t pid = 0;
    for (const char *at = digit; at < close; at++)
        pid = pid * 10 + (uint32_t)(*at - '0');
    *ret_pid = pid;
    name->len = (size_t)(digit - 1 - name->ptr);
    return pid > 0;
}

/* "postfix/smtpd[123]: text" or "dovecot: text", and nothing less sure. */
static bool read_tag(const struct again_front *front, struct str rest, struct envelope *ret)
{
    ptrdiff_t blank = str_find_char(str_head(rest, TAG_MAX), ' ');
    if (blank < 2 || rest.ptr[blank - 1] != ':')
        return false;
    struct str name = str_head(rest, (size_t)blank - 1);
    ret->pid = 0;
    if (name.ptr[name.len - 1] == ']' ? !take_pid(&name, &ret->pid) : front->needs_pid)
        return false;
    ret->program = name;
    ret->text = envelope_skip_blanks(str_skip(rest, (size_t)blank));
    return true;
}

static bool begins_with(const struct again_front *front, struct str line)
{
    size_t host = (size_t)front->minute_len + 2 + front->fraction;
    return front->minute_len && line.len > host + front->host_len &&
           bytes_eq(line.ptr, front->minute, front->minute_len) &&
           bytes_eq(line.ptr + host, front->host, front->host_len);
}

static bool read_line(const struct again_front *front, struct str line, struct arena *scratch,
                      struct envelope *ret)
{
    size_t host = (size_t)front->minute_len + 2 + front->fraction;
    if (!read_seconds(front, line.ptr + front->minute_len, &ret->stamp) ||
        !read_tag(front, str_skip(line, host + front->host_len), ret))
        return false;
    ret->format = front->format;
    ret->host = (struct str){line.ptr + host + front->name_at, front->name_len};
    ret->body = line;
    ret->repeated = 0;
    ret->repeats_last = false;
    ret->separator = false;
    envelope_clean_text(scratch, ret);
    return !(front->needs_pid && ret->repeats_last); /* which takes the pid away */
}

/* A host that might itself begin a stamp or a wrapping is read with what follows it. */
static bool is_plain_host(struct str host)
{
    if (host.len == 0 || str_eq(host, STR("last")) || str_eq(host, STR("stdout")) ||
        str_eq(host, STR("stderr")))
        return false;
    if (char_is_digit(host.ptr[0]))
        return host.len < 5 || host.ptr[4] != '-';
    return char_is_lower(host.ptr[0]) || (char_is_upper(host.ptr[0]) && host.len != 3);
}

static bool is_kept(struct str line, const struct envelope *envelope)
{
    return (envelope->format == ENVELOPE_RFC3164 || envelope->format == ENVELOPE_ISO8601) &&
           envelope->body.ptr == line.ptr && !envelope->separator && !envelope->repeats_last &&
           is_plain_host(envelope->host);
}

/* Where the seconds of the usual forms stand; 0 if this is another. */
static size_t seconds_at(struct str line, uint8_t format)
{
    size_t at = format == ENVELOPE_RFC3164 ? BSD_SECONDS_AT : ISO_SECONDS_AT;
    bool usual = line.len > at + 2 && line.ptr[at - 1] == ':' && line.ptr[at - 4] == ':';
    return usual ? at : 0;
}

static size_t fraction_len(struct str text)
{
    size_t len = 1;
    if (text.len == 0 || (text.ptr[0] != '.' && text.ptr[0] != ','))
        return 0;
    while (len < text.len && char_is_digit(text.ptr[len]))
        len++;
    return len;
}

/* The front of a line that was read in full; false if it is of no use for another. */
static bool front_of(struct str line, const struct envelope *envelope, struct again_front *ret)
{
    size_t at = seconds_at(line, envelope->format);
    if (!at)
        return false;
    size_t fraction = fraction_len(str_skip(line, at + 2)), host = at + 2 + fraction,
           name = (size_t)(envelope->host.ptr - line.ptr), end = name + envelope->host.len + 1;
    struct stamp part;
    if (fraction > FRACTION_MAX + 1 || name < host || end - host > AGAIN_HOST_MAX ||
        line.len <= end || line.ptr[end - 1] != ' ' || line.ptr[end] == ' ')
        return false;
    *ret = (struct again_front){.minute_len = (uint8_t)at,
                                .host_len = (uint8_t)(end - host),
                                .format = envelope->format,
                                .name_at = (uint8_t)(name - host),
                                .name_len = (uint8_t)envelope->host.len,
                                .fraction = (uint8_t)fraction,
                                .needs_pid = line.ptr[10] == ' ' && at == ISO_SECONDS_AT};
    memcpy(ret->minute, line.ptr, at);
    memcpy(ret->host, line.ptr + host, end - host);
    if (!read_seconds(ret, line.ptr + at, &part))
        return false;
    ret->stamp = envelope->stamp;
    ret->stamp.usec -= part.usec;
    return true;
}

bool envelope_parse_again(struct envelope_again *again, struct str line, struct arena *scratch,
                          struct envelope *ret)
{
    struct str trimmed = unwrap_trim_end(line);
    bool known = false;
    for (unsigned i = 0; i < AGAIN_FRONTS && !known; i++) {
        const struct again_front *front =
            &again->fronts[(again->newest + AGAIN_FRONTS - i) % AGAIN_FRONTS];
        known = begins_with(front, trimmed);
        if (known && read_line(front, trimmed, scratch, ret))
            return true;
    }
    if (!envelope_parse(line, scratch, ret))
        return false;
    struct again_front front;
    if (!known && is_kept(trimmed, ret) && front_of(trimmed, ret, &front)) {
        again->newest = (again->newest + 1) % AGAIN_FRONTS;
        again->fronts[again->newest] = front;
    }
    return true;
}
