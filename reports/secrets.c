#include "secrets.h"

#include <stdio.h>

/* Where a secret ends. */
enum extent {
    TO_LAST_PARENTHESIS, /* Dovecot: the password may hold parentheses itself, so rather too much
                            than too little */
    TO_DELIMITER, /* a word of a log: up to a blank, comma, semicolon, quote, ampersand or angle
                     bracket */
    TO_TAG,       /* the text of an XML element */
    TO_BLANK,     /* base64 and what follows it */
};

/* Case is not looked at. */
static const struct secret {
    struct str before;
    enum extent extent;
} secrets[] = {
    {{"given password: ", 16}, TO_LAST_PARENTHESIS}, /* "SHA1 of given password: " too */
    {{"<authtoken>", 11}, TO_TAG},
    {{"authtoken=", 10}, TO_DELIMITER},
    {{"authtoken\":\"", 12}, TO_DELIMITER},
    {{"zm_auth_token=", 14}, TO_DELIMITER},
    {{"zimbraauthldapsearchbindpassword=", 33}, TO_DELIMITER},
    {{"zimbra_ldap_password=", 21}, TO_DELIMITER},
    {{"auth plain ", 11}, TO_BLANK},
    {{"auth login ", 11}, TO_BLANK},
    {{"auth=plain ", 11}, TO_BLANK},
    {{"\tresp=", 6}, TO_BLANK},
    {{" resp=", 6}, TO_BLANK},
};

static size_t until(struct str text, const char *ends)
{
    size_t n = 0;
    while (n < text.len && !memchr(ends, text.ptr[n], strlen(ends)))
        n++;
    return n;
}

static size_t secret_len(struct str rest, enum extent extent)
{
    ptrdiff_t end;
    switch (extent) {
    case TO_LAST_PARENTHESIS:
        end = str_find_last_char(rest, ')');
        return end == STR_NOT_FOUND ? rest.len : (size_t)end;
    case TO_DELIMITER:
        return until(rest, " \t,;\"'&<>");
    case TO_TAG:
        return until(rest, "<");
    default:
        return until(rest, " \t");
    }
}

/* What servers write in place of a secret, and what is masked already. */
static bool is_masked(struct str rest)
{
    uint64_t bytes;
    if (str_starts(rest, STR("<hidden>")))
        return true;
    return str_take(&rest, STR("[secret, ")) && str_take_u64(&rest, &bytes) &&
           str_starts(rest, STR(" bytes]"));
}

static const struct secret *secret_at(struct str rest)
{
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        if (str_starts_nocase(rest, secrets[i].before))
            return &secrets[i];
    return NULL;
}

/* Next secret at or after *at; *at and *ret_len are where it stands. */
static bool next_secret(struct str line, size_t *at, size_t *ret_len)
{
    for (size_t i = *at; i < line.len; i++) {
        if (!memchr("gazGAZ<\t ", line.ptr[i], 9))
            continue;
        const struct secret *secret = secret_at(str_skip(line, i));
        if (!secret)
            continue;
        *at = i + secret->before.len;
        *ret_len = secret_len(str_skip(line, *at), secret->extent);
        if (*ret_len > 0 && !is_masked(str_skip(line, *at)))
            return true;
        i = *at - 1;
    }
    return false;
}

struct str mask_secrets(struct str line, struct arena *arena)
{
    enum { MASK_MAX = 40 };
    size_t at = 0, len = 0, done = 0, used = 0, count = 0;
    while (next_secret(line, &at, &len)) {
        at += len;
        count++;
    }
    if (count == 0)
        return line;
    char *text = arena_chars(arena, line.len + count * MASK_MAX);
    for (at = 0; next_secret(line, &at, &len); at = done = at + len) {
        memcpy(text + used, line.ptr + done, at - done);
        used += at - done;
        used += (size_t)snprintf(text + used, MASK_MAX, "[secret, %zu bytes]", len);
    }
    memcpy(text + used, line.ptr + done, line.len - done);
    return (struct str){text, used + line.len - done};
}
