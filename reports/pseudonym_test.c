/* A line of a log and its fields -> the line as others may see it. */
#define _GNU_SOURCE /* mkdtemp */
#include "pseudonym.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct account_report accounts[] = {{.name = {"suman@northbay.example", 22}},
                                                 {.name = {"irene", 5}}};
static const struct str strings[] = {{"", 0}, {"northbay.example", 16}};
static const uint32_t local_domains[] = {1};
static const struct facts facts = {
    .strings = strings, .string_count = 2, .local_domains = local_domains, .local_domain_count = 1};
static const struct report report = {.accounts = accounts, .account_count = 2, .facts = &facts};

struct value {
    uint16_t id;
    const char *text;
};

/* In what is wanted @1 to @9 stand for a pseudonym, the same one wherever the digit is the same. */
static const struct test {
    const char *line;
    struct value values[3];
    const char *wanted;
} tests[] = {
    {"mx1 postfix/smtpd[1]: A1: client=unknown[28.249.22.114], "
     "sasl_username=suman@northbay.example",
     {{FIELD_SASL_USERNAME, "suman@northbay.example"}},
     "mx1 postfix/smtpd[1]: A1: client=unknown[28.249.22.114], sasl_username=#1@northbay.example"},
    {"mx1 postfix/smtp[1]: A1: to=<bob@dest.test>, status=bounced (said: 550 <BOB@dest.test>: bob "
     "is "
     "unknown)",
     {{FIELD_RECIPIENT, "bob@dest.test"}},
     "mx1 postfix/smtp[1]: A1: to=<#1@dest.test>, status=bounced (said: 550 <#1@dest.test>: #2 is "
     "unknown)"},
    {"mx1 postfix/qmgr[1]: A1: from=<ceo@bank.test>, size=954",
     {{FIELD_SENDER, "ceo@bank.test"}},
     "mx1 postfix/qmgr[1]: A1: from=<ceo@bank.test>, size=954"},
    {"mx1 postfix/qmgr[1]: A1: from=<mona@northbay.example>, size=954",
     {{FIELD_SENDER, "mona@northbay.example"}},
     "mx1 postfix/qmgr[1]: A1: from=<#1@northbay.example>, size=954"},
    {"mx1 postfix/cleanup[1]: A1: message-id=<17.A@bank.test>",
     {{FIELD_MESSAGE_ID, "17.A@bank.test"}},
     "mx1 postfix/cleanup[1]: A1: message-id=<17.A@bank.test>"},
    {"mx1 postfix/cleanup[1]: A1: warning: header Subject: to bob@dest.test from x[1.2.3.4]",
     {{FIELD_HEADER_VALUE, "to bob@dest.test"}},
     "mx1 postfix/cleanup[1]: A1: warning: header Subject: [subject, 16 bytes] from x[1.2.3.4]"},
    /* without fields: addresses and logins all the same, names of fields and programs never */
    {"irene irene[1]: user=jdoe@dest.test irene=1 Irene, \"john, doe\"@dest.test",
     {{0, NULL}},
     "irene irene[1]: user=#1@dest.test irene=1 #2, #3@dest.test"},
    {"mx1 x[1]: @ a@ @b a@b =@= <\"@\"@c>", {{0, NULL}}, "mx1 x[1]: @ a@ @b #1@b =@= <#2@c>"},
    {"mx1 x[1]: bounce+user=dest.com@list.test", {{0, NULL}}, "mx1 x[1]: #1@list.test"},
    {"", {{0, NULL}}, ""},
};

static int fail(const char *what, struct str got)
{
    printf("%s\n  got: %.*s\n", what, (int)got.len, got.ptr);
    return 1;
}

static bool same(struct str got, const char *wanted)
{
    struct str seen[10] = {{NULL, 0}};
    for (; *wanted; wanted++) {
        if (*wanted == '#') {
            struct str *one = &seen[*++wanted - '0'], here = str_head(got, 22);
            if (!str_starts(here, STR("p-")) || here.len < 22 || (one->ptr && !str_eq(*one, here)))
                return false;
            *one = here;
            got = str_skip(got, 22);
            continue;
        }
        if (got.len == 0 || *got.ptr != *wanted)
            return false;
        got = str_skip(got, 1);
    }
    return got.len == 0;
}

static int check(const struct pseudonyms *pseudonyms, const struct test *test, struct arena *arena)
{
    struct field fields[3];
    uint32_t count = 0;
    for (; count < 3 && test->values[count].text; count++) {
        const char *at = strstr(test->line, test->values[count].text);
        fields[count] =
            (struct field){at, (uint32_t)strlen(test->values[count].text), test->values[count].id};
    }
    struct str got = pseudonymise_line(pseudonyms, str_of(test->line), fields, count, arena);
    return same(got, test->wanted) ? 0 : fail(test->wanted, got);
}

/* One key, one pseudonym; another key, another; and the file of a key is its owner's alone. */
static int check_keys(struct arena *arena)
{
    static const struct field none = {NULL, 0, 0};
    struct str got[3], line = STR("mx1 x[1]: bob@dest.test");
    const char *const paths[] = {"a.key", "a.key", "b.key"};
    struct err err = {0};
    struct stat stat_key;
    for (unsigned i = 0; i < 3; i++) {
        struct pseudonyms *one = pseudonyms_new(&report, PSEUDONYMISE_VICTIMS, paths[i], &err);
        if (!one)
            return fail(err.text, STR(""));
        got[i] = pseudonymise_line(one, line, &none, 0, arena);
        pseudonyms_free(one);
    }
    if (!str_eq(got[0], got[1]) || str_eq(got[0], got[2]))
        return fail("keys", got[2]);
    if (stat("a.key", &stat_key) != 0 || (stat_key.st_mode & 0777) != 0600)
        return fail("mode of a key", STR(""));
    FILE *file = fopen("short.key", "w");
    if (file)
        fclose(file);
    if (pseudonyms_new(&report, PSEUDONYMISE_VICTIMS, "short.key", &err) ||
        err.status != STATUS_USAGE)
        return fail("an empty key", STR(""));
    return 0;
}

int main(void)
{
    char folder[] = "/tmp/pseudonym-XXXXXX";
    struct arena arena = {0};
    struct err err = {0};
    int failed = 0;
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return fail("mkdtemp", STR(""));
    struct pseudonyms *pseudonyms = pseudonyms_new(&report, PSEUDONYMISE_VICTIMS, "a.key", &err);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0] && pseudonyms; i++)
        failed |= check(pseudonyms, &tests[i], &arena);
    failed |= check_keys(&arena);
    pseudonyms_free(pseudonyms);
    arena_free(&arena);
    unlink("a.key");
    unlink("b.key");
    unlink("short.key");
    rmdir(folder);
    return failed || !pseudonyms;
}
