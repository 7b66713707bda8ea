/* A slice of bytes somebody else owns. Log bytes travel as `struct str`: never NUL-terminated,
 * never copied. */
#ifndef POSTMORTEM_STR_H
#define POSTMORTEM_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *ptr;
    size_t len;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})

static inline struct str str_of(const char *text)
{
    return (struct str){text, strlen(text)};
}

static inline struct str str_between(const char *begin, const char *end)
{
    return (struct str){begin, (size_t)(end - begin)};
}

/* memcmp is a call, and most texts that are compared are short. */
static inline bool bytes_eq(const char *a, const char *b, size_t len)
{
    uint64_t a_head = 0, b_head = 0, a_tail = 0, b_tail = 0;
    if (len > 2 * sizeof a_head)
        return memcmp(a, b, len) == 0;
    if (len >= sizeof a_head) {
        memcpy(&a_head, a, 8), memcpy(&b_head, b, 8);
        memcpy(&a_tail, a + len - 8, 8), memcpy(&b_tail, b + len - 8, 8);
        return ((a_head ^ b_head) | (a_tail ^ b_tail)) == 0;
    }
    if (len >= 4) {
        memcpy(&a_head, a, 4), memcpy(&b_head, b, 4);
        memcpy(&a_tail, a + len - 4, 4), memcpy(&b_tail, b + len - 4, 4);
        return ((a_head ^ b_head) | (a_tail ^ b_tail)) == 0;
    }
    for (size_t i = 0; i < len; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && bytes_eq(a.ptr, b.ptr, a.len);
}

static inline bool str_starts(struct str text, struct str prefix)
{
    return text.len >= prefix.len && bytes_eq(text.ptr, prefix.ptr, prefix.len);
}

static inline bool str_ends(struct str text, struct str suffix)
{
    return text.len >= suffix.len &&
           memcmp(text.ptr + text.len - suffix.len, suffix.ptr, suffix.len) == 0;
}

/* The rest of text after its first n bytes; n is at most text.len. */
static inline struct str str_skip(struct str text, size_t n)
{
    return (struct str){text.ptr + n, text.len - n};
}

static inline struct str str_head(struct str text, size_t n)
{
    return (struct str){text.ptr, n < text.len ? n : text.len};
}

enum { STR_NOT_FOUND = -1 };

/* Index of the first (last) occurrence, or STR_NOT_FOUND. */
ptrdiff_t str_find(struct str text, struct str needle);
ptrdiff_t str_find_last(struct str text, struct str needle);
ptrdiff_t str_find_last_char(struct str text, char c);

static inline ptrdiff_t str_find_char(struct str text, char c)
{
    const char *hit = text.len ? (const char *)memchr(text.ptr, c, text.len) : NULL;
    return hit ? hit - text.ptr : STR_NOT_FOUND;
}

/* Takes prefix off *text; false and unchanged if it is not there. */
static inline bool str_take(struct str *text, struct str prefix)
{
    if (!str_starts(*text, prefix))
        return false;
    *text = str_skip(*text, prefix.len);
    return true;
}

/* Takes suffix off the end of *text; false and unchanged if it is not there. */
bool str_take_end(struct str *text, struct str suffix);
/* Cuts *text at the first separator: *ret_head gets what stands before, *text what stands behind;
   false and both unchanged without a separator. */
bool str_cut(struct str *text, struct str separator, struct str *ret_head);

struct str str_trim(struct str text);
/* Below, at or above 0, as memcmp; a text stands before a longer one that begins with it. */
int str_compare(struct str a, struct str b);
/* The same for elements of an array of texts, as qsort and bsearch call it. */
int str_compare_elements(const void *a, const void *b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
bool str_starts_nocase(struct str text, struct str prefix);

/* The whole of text as a decimal number; false if empty, not all digits, or too large. */
bool str_to_u64(struct str text, uint64_t *ret);
/* Takes the decimal digits at the front of *text; false if there are none or the number is too
 * large. */
bool str_take_u64(struct str *text, uint64_t *ret);

static inline bool char_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool char_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool char_is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool char_is_alnum(char c)
{
    return char_is_digit(c) || char_is_upper(c) || char_is_lower(c);
}

static inline char char_lower(char c)
{
    return char_is_upper(c) ? (char)(c + ('a' - 'A')) : c;
}

#endif
