#define _GNU_SOURCE /* fileno */
/* Each sink: what a log holds -> what comes out. */
#include "escape.h"

#include <stdio.h>
#include <unistd.h>

static int expect(const char *sink, struct str input, struct str got, struct str want)
{
    if (str_eq(got, want))
        return 0;
    fprintf(stderr, "%s of '%.*s':\n  got      '%.*s'\n  expected '%.*s'\n", sink, (int)input.len,
            input.ptr, (int)got.len, got.ptr, (int)want.len, want.ptr);
    return 1;
}

static int through_file(const char *sink, void (*escape)(struct out *, struct str),
                        struct str input, struct str want)
{
    char text[512];
    struct err err;
    FILE *file = tmpfile();
    if (!file)
        return 1;
    struct out *out = out_new(fileno(file), sink);
    escape(out, input);
    if (!out_finish(out, NULL, &err))
        return 1;
    out_free(out);
    rewind(file);
    struct str got = {text, fread(text, 1, sizeof text, file)};
    fclose(file);
    return expect(sink, input, got, want);
}

struct pair_of_texts {
    struct str input, want;
};
#define P(input, want)                                                                             \
    {                                                                                              \
        {input, sizeof(input) - 1},                                                                \
        {                                                                                          \
            want, sizeof(want) - 1                                                                 \
        }                                                                                          \
    }

static int json(void)
{
    static const struct pair_of_texts pairs[] = {
        P("plain", "\"plain\""),
        P("a\"b\\c", "\"a\\\"b\\\\c\""),
        P("\b\t\n\f\r\v", "\"\\b\\t\\n\\f\\r\\u000b\""),
        P("\033[2J\0end\x7f", "\"\\u001b[2J\\u0000end\\u007f\""),
        P("\xC2\x9B", "\"\\u009b\""),
        P("caf\xC3\xA9 \xF0\x9F\x92\xA9", "\"caf\xC3\xA9 \xF0\x9F\x92\xA9\""),
        P("a\xE2\x80\xA8"
          "b\xE2\x80\xAE",
          "\"a\\u2028b\\u202e\""),                   /* line end, direction */
        P("\xF3\xA0\x81\x81", "\"\\udb40\\udc41\""), /* tag */
        P("\xff", "\"\xEF\xBF\xBD\""),
        P("\xE4\xB8", "\"\xEF\xBF\xBD\""), /* cut: one for the broken part */
        P("\xE4\xB8z", "\"\xEF\xBF\xBDz\""),
        P("\xC0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""),                 /* overlong NUL */
        P("\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""), /* surrogate */
        P("\xF4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""),
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        failed |= through_file("JSON", escape_json, pairs[i].input, pairs[i].want);
    return failed;
}

static int csv(void)
{
    static const struct pair_of_texts pairs[] = {
        P("", ""),
        P("user@example.org", "user@example.org"),
        P("a,b", "\"a,b\""),
        P("say \"no\"", "\"say \"\"no\"\"\""),
        P("=cmd|'/C calc'!A0", "\"'=cmd|'/C calc'!A0\""),
        P("+1", "\"'+1\""),
        P("-rf", "\"'-rf\""),
        P("@SUM(1)", "\"'@SUM(1)\""),
        P("\tx", "\"'\xEF\xBF\xBDx\""),
        P("\r=1", "\"'\xEF\xBF\xBD=1\""),
        P("two\nlines\0", "two\xEF\xBF\xBDlines\xEF\xBF\xBD"),
        P("two\xE2\x80\xA8lines", "two\xEF\xBF\xBDlines"),
        P("\xff", "\xEF\xBF\xBD"),
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        failed |= through_file("CSV", escape_csv, pairs[i].input, pairs[i].want);
    return failed;
}

static int terminal(void)
{
    static const struct pair_of_texts pairs[] = {
        P("plain ?", "plain ?"),
        P("\033[31mred\a\r\n\0", "?[31mred????"),
        P("\xE2\x80\xAE"
          "gpj.exe",
          "?gpj.exe"), /* right-to-left override */
        P("a\xE2\x80\x8B"
          "b\xEF\xBB\xBF",
          "a?b?"), /* zero width space, BOM */
        P("\xC2\x9B"
          "31m",
          "?31m"), /* CSI as one code point */
        P("\xff\xfe"
          "x",
          "??x"),
        P("\xF3\xA0\x81\xA1", "?"), /* tag */
        P("caf\xC3\xA9 \xE4\xB8\xAD", "caf\xC3\xA9 \xE4\xB8\xAD"),
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char text[256];
        size_t len = 0;
        struct str rest = pairs[i].input;
        while (rest.len > 0) {
            struct glyph glyph = escape_terminal(&rest);
            memcpy(text + len, glyph.bytes, glyph.len);
            len += glyph.len;
        }
        failed |= expect("terminal", pairs[i].input, (struct str){text, len}, pairs[i].want);
    }
    return failed;
}

#define TEN(text) text text text text text text text text text text
#define HUNDRED_A TEN("aaaaaaaaaa")

static int folders(void)
{
    static const struct pair_of_texts pairs[] = {
        P("suman@northbay.example", "suman@northbay.example"),
        P("a-b_c+d.e", "a-b_c+d.e"),
        P("", "~e3b0c442"),
        P("..", "%2E.~5ec1f7e7"),
        P("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd~3754d6cb"),
        P("-rf", "%2Drf~686c39ac"),
        P(".hidden", "%2Ehidden~16924190"),
        P("Irene", "%49rene~d4bbc504"),
        P("irene", "irene"),
        P("a\0b\n", "a%00b%0A~3a100994"),
        P("a~e3b0c442", "a%7Ee3b0c442~4e881795"),
        P(HUNDRED_A, HUNDRED_A),
        P(HUNDRED_A "a", HUNDRED_A "~9d079339"),
        P(HUNDRED_A HUNDRED_A HUNDRED_A, HUNDRED_A "~9835fa6b"),
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char text[FOLDER_NAME];
        failed |= expect("folder", pairs[i].input, str_of(folder_name(pairs[i].input, text)),
                         pairs[i].want);
    }
    return failed;
}

int main(void)
{
    return json() | csv() | terminal() | folders();
}
