/* Texts of locators -> what they say. */
#include "locator.h"

#include <stdio.h>

static const struct {
    const char *text, *expected;
} cases[] = {
    {"mail.log!L12@345+67", "mail.log 12 345 67"},
    {"/a/b.tar!var/log/mail!L1@0+0", "/a/b.tar!var/log/mail 1 0 0"},
    {"odd!L5@6+7!L1@2+3", "odd!L5@6+7 1 2 3"},
    {"mail.log!L1@0+5#00000000000000000000000000000000000000000000000000000000000000ff",
     "mail.log 1 0 5 ..ff"},
    {"mail.log!L1@0+5#00", "-"},
    {"mail.log!L1@0+5#", "-"},
    {"mail.log!L1@0+5x", "-"},
    {"mail.log!L0@0+5", "-"},
    {"mail.log!L1@0", "-"},
    {"mail.log!L99999999999999999999@0+1", "-"},
    {"!L1@0+5", "-"},
    {"mail.log", "-"},
    {"", "-"},
};

static bool check(const char *text, const char *expected)
{
    struct locator locator;
    char got[200] = "-";
    if (locator_parse(str_of(text), &locator)) {
        int len = snprintf(got, sizeof got, "%.*s %llu %llu %llu", (int)locator.input.len,
                           locator.input.ptr, (unsigned long long)locator.line,
                           (unsigned long long)locator.offset, (unsigned long long)locator.length);
        if (locator.has_digest)
            snprintf(got + len, sizeof got - (size_t)len, " ..%02x", locator.sha256[31]);
    }
    if (strcmp(got, expected) == 0)
        return true;
    printf("%s\n  expected: %s\n  got:      %s\n", text, expected, got);
    return false;
}

static bool check_names(void)
{
    struct locator locator;
    struct str member;
    struct arena arena = {0};
    const char *text = locator_text(&arena, STR("a!b.zip"), STR("c"), 7, 8, 9, NULL);
    bool ok = locator_parse(str_of(text), &locator) &&
              locator_names(&locator, STR("a!b.zip"), &member) && str_eq(member, STR("c")) &&
              locator_names(&locator, STR("a"), &member) && str_eq(member, STR("b.zip!c")) &&
              !locator_names(&locator, STR("a!b"), &member) &&
              locator_names(&locator, STR("a!b.zip!c"), &member) && !member.ptr;
    if (!ok)
        printf("names of %s\n", text);
    arena_free(&arena);
    return ok;
}

int main(void)
{
    bool ok = check_names();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ok &= check(cases[i].text, cases[i].expected);
    return !ok;
}
