/* Templates: text in, "fits", "cut" or "differs" and the kept values out. */
#include "template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sample {
    const char *template;
    const char *text;
    bool open_end;
    const char *expected;
};

static const struct sample samples[] = {
    {"Module %w %w", "Module Amavis::Conf        2.412", false, "fits"},
    {"Module %w %w", "Modul Amavis::Conf 2.412", false, "differs"},
    {"from %W: %A", "from local: Logged out", false, "fits|local|Logged out"},
    {"%D of %D", "12 of 340", false, "fits|12|340"},
    {"%D of %D", "x of 340", false, "differs"},
    {"a %A b %A c", "a 1 b 2 b 3 c", false, "fits|1|2 b 3"},
    {"a %A.", "a 1.2.3.", false, "fits|1.2.3"},
    {"a %* c", "a b", false, "differs"},
    {"a %* c", "a b", true, "cut"},
    {"pid(%d) said %W now", "pid(7) said", false, "cut"},
    {"pid(%d) said %W now", "pid(7) sXid hello now", false, "differs"},
    {"up for %p", "up for imap, lmtp", false, "fits"},
    {"up for %p (x)", "up for imap, lmtp (x)", false, "fits"},
    {"up for %p", "up for imap, lmtp (x)", false, "differs"},
    {"%Q: not internal", "4Zq8Rk2LmNz1p: not internal", false, "fits|4Zq8Rk2LmNz1p"},
    {"%Q: not internal", "abc: not internal", false, "differs"},
    {"%Q.%w to %Q", "2AA0F3.A77D1 to 3BB0F3", false, "fits|2AA0F3|3BB0F3"},
    {"", "", false, "fits"},
    {"", "a", false, "differs"},
    {"%*", "", false, "fits"},
};

static void print(const struct sample *sample, char *text, size_t size)
{
    static const char *const names[] = {"differs", "fits", "cut"};
    struct template_values values = {.count = 0};
    enum template_match match =
        template_match(sample->template, str_of(sample->text), sample->open_end, &values);
    size_t at = (size_t)snprintf(text, size, "%s", names[match]);
    for (unsigned i = 0; match == TEMPLATE_FITS && i < values.count; i++)
        at += (size_t)snprintf(text + at, size - at, "|%.*s", (int)values.items[i].len,
                               values.items[i].ptr);
}

/* A text made to be tried over and over must not take long: the answer counts, the clock does not.
 */
static bool hostile(void)
{
    enum { LEN = 65536 };
    char *text = malloc(LEN);
    memset(text, '(', LEN);
    struct template_values values;
    bool differs = template_match("%* (%w x%* (%w y", (struct str){text, LEN}, false, &values) ==
                   TEMPLATE_DIFFERS;
    free(text);
    return differs;
}

int main(void)
{
    unsigned failed = !hostile();
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        char text[256];
        print(&samples[i], text, sizeof(text));
        if (strcmp(text, samples[i].expected) == 0)
            continue;
        printf("%s <- %s\n  expected: %s\n  got:      %s\n", samples[i].template, samples[i].text,
               samples[i].expected, text);
        failed++;
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
