#include "locator.h"

enum { DIGEST_BYTES = 32 };

static int hex_digit(char c)
{
    if (char_is_digit(c))
        return c - '0';
    c = char_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_digest(struct str text, uint8_t *ret)
{
    if (text.len != 2 * DIGEST_BYTES)
        return false;
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        int high = hex_digit(text.ptr[2 * i]), low = hex_digit(text.ptr[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        ret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* "12@345+67#..." */
static bool parse_place(struct str text, struct locator *ret)
{
    if (!str_take_u64(&text, &ret->line) || !ret->line || !str_take(&text, STR("@")) ||
        !str_take_u64(&text, &ret->offset) || !str_take(&text, STR("+")) ||
        !str_take_u64(&text, &ret->length))
        return false;
    ret->has_digest = str_take(&text, STR("#"));
    return ret->has_digest ? parse_digest(text, ret->sha256) : text.len == 0;
}

/* The last "!L" divides: a name may hold one, the place never does. */
bool locator_parse(struct str text, struct locator *ret)
{
    struct locator locator = {.input = text};
    for (size_t i = text.len; i-- > 1;) {
        if (text.ptr[i - 1] != '!' || text.ptr[i] != 'L')
            continue;
        locator.input = str_head(text, i - 1);
        if (!locator.input.len || !parse_place(str_skip(text, i + 1), &locator))
            return false;
        *ret = locator;
        return true;
    }
    return false;
}

const char *locator_text(struct arena *arena, struct str path, struct str member, uint64_t line,
                         uint64_t offset, uint64_t length, const uint8_t *sha256)
{
    char digest[2 * DIGEST_BYTES + 2] = "";
    if (sha256)
        digest[0] = '#';
    for (size_t i = 0; sha256 && i < DIGEST_BYTES; i++) {
        digest[1 + 2 * i] = "0123456789abcdef"[sha256[i] >> 4];
        digest[2 + 2 * i] = "0123456789abcdef"[sha256[i] & 15];
    }
    return arena_printf(arena, "%.*s%s%.*s!L%llu@%llu+%llu%s", (int)path.len, path.ptr,
                        member.ptr ? "!" : "", (int)member.len, member.ptr ? member.ptr : "",
                        (unsigned long long)line, (unsigned long long)offset,
                        (unsigned long long)length, digest);
}

bool locator_names(const struct locator *locator, struct str path, struct str *ret_member)
{
    struct str rest = locator->input;
    if (!str_take(&rest, path) || (rest.len && !str_take(&rest, STR("!"))))
        return false;
    *ret_member = rest.len ? rest : (struct str){NULL, 0};
    return true;
}
