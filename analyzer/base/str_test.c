/* Slices: what is found, what is cut off, and that a refusal leaves everything as it was. */
#include "str.h"

#include <stdio.h>
#include <stdlib.h>

static int differs(const char *what, struct str expected, struct str found)
{
    if (str_eq(expected, found))
        return 0;
    printf("%s\nexpected: '%.*s'\nfound:    '%.*s'\n\n", what, (int)expected.len, expected.ptr,
           (int)found.len, found.ptr);
    return 1;
}

static int differs_at(const char *what, ptrdiff_t expected, ptrdiff_t found)
{
    if (expected == found)
        return 0;
    printf("%s\nexpected: %td\nfound:    %td\n\n", what, expected, found);
    return 1;
}

static int check_find(void)
{
    static const struct {
        const char *text, *needle;
        ptrdiff_t first, last;
    } rows[] = {
        {"a: b: c", ": ", 1, 4},
        {"aaaa", "aa", 0, 2},
        {"abc", "abc", 0, 0},
        {"abc", "abcd", STR_NOT_FOUND, STR_NOT_FOUND},
        {"", "a", STR_NOT_FOUND, STR_NOT_FOUND},
        {"xay", "y", 2, 2},
        {"ab ab a", "ab", 0, 3},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str text = str_of(rows[i].text), needle = str_of(rows[i].needle);
        failed += differs_at(rows[i].text, rows[i].first, str_find(text, needle));
        failed += differs_at(rows[i].text, rows[i].last, str_find_last(text, needle));
    }
    failed += differs_at("first @", 1, str_find_char(STR("a@b@c"), '@'));
    failed += differs_at("last @", 3, str_find_last_char(STR("a@b@c"), '@'));
    failed += differs_at("no @", STR_NOT_FOUND, str_find_char(STR("abc"), '@'));
    failed += differs_at("nothing", STR_NOT_FOUND, str_find_last_char((struct str){NULL, 0}, '@'));
    failed += differs_at("NUL is a byte", 1, str_find_char((struct str){"a\0b", 3}, '\0'));
    return failed;
}

/* Against a search that tries every place. */
static ptrdiff_t naive_find(struct str text, struct str needle, bool last)
{
    ptrdiff_t found = STR_NOT_FOUND;
    for (size_t i = 0; i + needle.len <= text.len; i++)
        if (memcmp(text.ptr + i, needle.ptr, needle.len) == 0 && (last || found < 0))
            found = (ptrdiff_t)i;
    return found;
}

static int check_find_all(void)
{
    int failed = 0;
    uint32_t bits = 1;
    for (unsigned n = 0; n < 20000; n++) {
        char text[12], needle[3];
        for (size_t i = 0; i < sizeof text; i++, bits = bits * 1664525 + 1013904223)
            text[i] = (char)('a' + (bits >> 30) % 2);
        for (size_t i = 0; i < sizeof needle; i++, bits = bits * 1664525 + 1013904223)
            needle[i] = (char)('a' + (bits >> 30) % 2);
        struct str t = {text, n % (sizeof text + 1)}, s = {needle, 1 + n % sizeof needle};
        failed += differs_at("first of random", naive_find(t, s, false), str_find(t, s));
        failed += differs_at("last of random", naive_find(t, s, true), str_find_last(t, s));
    }
    return failed;
}

static int check_take(void)
{
    struct str text = STR("client=unknown[192.0.2.1]"), head = STR("untouched");
    int failed = 0;
    failed += differs_at("prefix that is not there", 0, str_take(&text, STR("from=")));
    failed += differs_at("prefix", 1, str_take(&text, STR("client=")));
    failed += differs("behind the prefix", STR("unknown[192.0.2.1]"), text);
    failed += differs_at("suffix that is not there", 0, str_take_end(&text, STR(")")));
    failed += differs_at("suffix", 1, str_take_end(&text, STR("]")));
    failed += differs_at("separator that is not there", 0, str_cut(&text, STR(", "), &head));
    failed += differs("untouched", STR("untouched"), head);
    failed += differs_at("separator", 1, str_cut(&text, STR("["), &head));
    failed += differs("in front", STR("unknown"), head);
    failed += differs("behind", STR("192.0.2.1"), text);
    text = STR("=x");
    failed += differs_at("at the front", 1, str_cut(&text, STR("="), &head));
    failed += differs("empty front", STR(""), head);
    return failed;
}

static int check_order(void)
{
    struct str none = {NULL, 0}, texts[] = {STR("b"), STR("a"), STR("ab")};
    int failed = 0;
    failed += differs_at("before", 1, str_compare(STR("a"), STR("b")) < 0);
    failed += differs_at("a beginning first", 1, str_compare(STR("ab"), STR("a")) > 0);
    failed += differs_at("bytes, not letters", 1, str_compare(STR("z"), STR("\xc3")) < 0);
    failed += differs_at("same", 0, str_compare(STR("mx1"), STR("mx1")));
    failed += differs_at("nothing", 0, str_compare(none, STR("")));
    failed += differs_at("nothing first", 1, str_compare(none, STR("a")) < 0);
    qsort(texts, 3, sizeof *texts, str_compare_elements);
    failed += differs("first", STR("a"), texts[0]) + differs("last", STR("b"), texts[2]);
    return failed;
}

static int check_trim_and_case(void)
{
    int failed = 0;
    failed += differs("trimmed", STR("a b"), str_trim(STR(" \ta b\t ")));
    failed += differs("only blanks", STR(""), str_trim(STR(" \t ")));
    failed += differs("line ends stay", STR("a\r"), str_trim(STR("a\r")));
    failed += differs_at("same", 1, str_eq_nocase(STR("MX1.Example"), STR("mx1.exAMPLE")));
    failed += differs_at("longer", 0, str_eq_nocase(STR("mx1"), STR("mx1.")));
    failed += differs_at("ASCII letters alone", 0, str_eq_nocase(STR("["), STR("{")));
    failed += differs_at("not beyond ASCII", 0, str_eq_nocase(STR("\xc3\x84"), STR("\xc3\xa4")));
    failed += differs_at("prefix", 1, str_starts_nocase(STR("IPv6:::1"), STR("ipV6:")));
    return failed;
}

static int check_numbers(void)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"0", "0"},
        {"007", "7"},
        {"18446744073709551615", "18446744073709551615"},
        {"18446744073709551616", "no"},
        {"99999999999999999999", "no"},
        {"", "no"},
        {"-1", "no"},
        {"+1", "no"},
        {" 1", "no"},
        {"1a", "no"},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[32] = "no";
        uint64_t value;
        if (str_to_u64(str_of(rows[i].text), &value))
            snprintf(text, sizeof text, "%llu", (unsigned long long)value);
        failed += differs(rows[i].text, str_of(rows[i].expected), str_of(text));
    }
    struct str text = STR("12/34");
    uint64_t value = 0;
    failed += differs_at("digits", 1, str_take_u64(&text, &value) && value == 12);
    failed += differs("behind the digits", STR("/34"), text);
    failed += differs_at("no digits", 0, str_take_u64(&text, &value));
    failed += differs("unchanged", STR("/34"), text);
    return failed;
}

int main(void)
{
    int failed =
        check_find() + check_find_all() + check_take() + check_order() + check_trim_and_case();
    return failed + check_numbers() ? EXIT_FAILURE : EXIT_SUCCESS;
}
