/* A line, or a part of one -> what may leave the house. */
#include "secrets.h"

#include <stdio.h>

static int expect(const char *input, struct str got, const char *want)
{
    if (str_eq(got, str_of(want)))
        return 0;
    fprintf(stderr, "'%s':\n  got      '%.*s'\n  expected '%s'\n", input, (int)got.len, got.ptr,
            want);
    return 1;
}

struct pair_of_texts {
    const char *input, *want;
};

static int check(const struct pair_of_texts *pairs, size_t count)
{
    struct arena arena = {0};
    int failed = 0;
    for (size_t i = 0; i < count; i++) {
        struct str once = mask_secrets(str_of(pairs[i].input), &arena);
        failed |= expect(pairs[i].input, once, pairs[i].want);
        failed |= expect(pairs[i].want, mask_secrets(once, &arena), pairs[i].want);
    }
    arena_free(&arena);
    return failed;
}

/* clang-format off */
static const struct pair_of_texts dovecot[] = {
    {"dovecot: auth: x(u,ip): Password mismatch (given password: Password123$)",
     "dovecot: auth: x(u,ip): Password mismatch (given password: [secret, 12 bytes])"},
    {"(given password: a)b(c)", "(given password: [secret, 5 bytes])"},
    {"(given password: cut off", "(given password: [secret, 7 bytes]"},
    {"mismatch (SHA1 of given password: 21bd12)",
     "mismatch (SHA1 of given password: [secret, 6 bytes])"},
    {"AUTH 1 PLAIN service=smtp resp=AGFs", "AUTH 1 PLAIN service=smtp resp=[secret, 4 bytes]"},
    {"client in: AUTH#0111#011PLAIN#011resp=AGFs#011x",
     "client in: AUTH#0111#011PLAIN#011resp=[secret, 4 bytes]#011x"},
    {"AUTH 1 PLAIN service=smtp resp=<hidden>", "AUTH 1 PLAIN service=smtp resp=<hidden>"},
    {"client in: CONT\t7\tcHc= (previous base64 data may contain sensitive data)",
     "client in: CONT\t7\t[secret, 4 bytes] (previous base64 data may contain sensitive data)"},
    {"client in: CONT#0117#011cHc=", "client in: CONT#0117#011[secret, 4 bytes]"},
    {"auth: Debug: sql(u,192.0.2.1): SHA1(se'c)ret) != '2bb8'",
     "auth: Debug: sql(u,192.0.2.1): SHA1([secret, 18 bytes]'"},
    {"auth: Debug: Generating CRAM-MD5 from user 'u', password 'se'cret'",
     "auth: Debug: Generating CRAM-MD5 from user 'u', password '[secret, 7 bytes]'"},
    {"auth: Debug: password(u,192.0.2.1): Credentials: 7365637265",
     "auth: Debug: password(u,192.0.2.1): Credentials: [secret, 10 bytes]"},
    {"client passdb out: OK\t1\tuser=u\tpass=secret\tx=y",
     "client passdb out: OK\t1\tuser=u\tpass=[secret, 6 bytes]\tx=y"},
};

static const struct pair_of_texts zimbra[] = {
    {"<soap><authToken>0_abc</authToken><x/>",
     "<soap><authToken>[secret, 5 bytes]</authToken><x/>"},
    {"<ns2:authToken xmlns=\"urn:x\">0_abc</ns2:authToken>",
     "<ns2:authToken xmlns=\"urn:x\">[secret, 5 bytes]</ns2:authToken>"},
    {"<password>a&amp;b</password><oldPassword>c</oldPassword>",
     "<password>[secret, 7 bytes]</password><oldPassword>[secret, 1 bytes]</oldPassword>"},
    {"url?authtoken=0_abc&x=1 AUTHTOKEN=zz",
     "url?authtoken=[secret, 5 bytes]&x=1 AUTHTOKEN=[secret, 2 bytes]"},
    {"Cookie: ZM_AUTH_TOKEN=0_abc; b", "Cookie: ZM_AUTH_TOKEN=[secret, 5 bytes]; b"},
    {"\"authToken\":[{\"_content\":\"0_abc\"}],",
     "\"authToken\":[{\"_content\":\"[secret, 5 bytes]\"}],"},
    {"{\\\"password\\\":\\\"pw\\\"}", "{\\\"password\\\":\\\"[secret, 2 bytes]\\\"}"},
    {"name=a; zimbraAuthLdapSearchBindPassword=pw, b=2",
     "name=a; zimbraAuthLdapSearchBindPassword=[secret, 2 bytes], b=2"},
    {"zimbraAuthLdapSearchBindPassword=p,w;x&y;",
     "zimbraAuthLdapSearchBindPassword=[secret, 7 bytes];"},
    {"zimbra_ldap_password=pw", "zimbra_ldap_password=[secret, 2 bytes]"},
};

static const struct pair_of_texts smtp[] = {
    {"< unknown[192.0.2.1]: AUTH PLAIN AGFsaWNlAHB3",
     "< unknown[192.0.2.1]: AUTH PLAIN [secret, 12 bytes]"},
    {"< unknown[192.0.2.1]: c2VjcmV0", "< unknown[192.0.2.1]: [secret, 8 bytes]"},
    {"> mx.example[2001:db8::1]:587: c2VjcmV0", "> mx.example[2001:db8::1]:587: [secret, 8 bytes]"},
    {"smtpd_sasl_authenticate: sasl_method PLAIN, init_response AGFsaWNl",
     "smtpd_sasl_authenticate: sasl_method PLAIN, init_response [secret, 8 bytes]"},
    {"xsasl_cyrus_server_next: decoded response: se cret",
     "xsasl_cyrus_server_next: decoded response: [secret, 7 bytes]"},
    {"smtp_sasl_passwd_lookup: host `mx' user `u' pass `pw'",
     "smtp_sasl_passwd_lookup: host `mx' user `u' pass `[secret, 2 bytes]'"},
    {"SMTP protocol error in \"AUTH LOGIN dXNlcg==\" H=x",
     "SMTP protocol error in \"AUTH LOGIN [secret, 8 bytes]\" H=x"},
    {"authdaemond: supplied password 'pw' does not match encrypted password '$1$x'",
     "authdaemond: supplied password '[secret, 2 bytes]' does not match encrypted password"
     " '[secret, 4 bytes]'"},
    {"clearpasswd=pw, passwd=$1$x", "clearpasswd=[secret, 2 bytes], passwd=[secret, 4 bytes]"},
    {"password = 'a b' and", "password = '[secret, 3 bytes]' and"},
    {"(given password: [secret, 12 bytes])", "(given password: [secret, 12 bytes])"},
    {"AUTH PLAIN [secret, 12 bytes]", "AUTH PLAIN [secret, 12 bytes]"},
    {"user=<u> pass=<a b>", "user=<u> pass=<[secret, 3 bytes]>"},
};

/* What is no secret. */
static const char *const harmless[] = {
    "nothing here", "", "pass", "password", "password=", "password: ", "<password",
    "given password: ",
    "client=x[192.0.2.1], sasl_method=PLAIN, sasl_username=bob", "dmarc=pass header.from=x.test",
    "< unknown[192.0.2.1]: QUIT", "< unknown[192.0.2.1]: DATA",
    "> unknown[192.0.2.1]: 235 2.7.0 ok",
    "SASL LOGIN authentication failed: UGFzc3dvcmQ6", "bypass=1", "status=sent (password accepted)",
    "PASS NEW [192.0.2.1]:25", "AUTH=PLAIN", "LDAP(bob)", "CONT 1 ", "password=****",
    "Password mismatch", "no password <bob@x.test>", "</password>text", "resp", "auth plain ",
    "command=\"AUTH LOGIN (password)\"", "command=\"AUTH PLAIN (...)\"",
    "AUTH LOGIN <authentication information>",
};
/* clang-format on */

static int check_harmless(void)
{
    struct arena arena = {0};
    int failed = 0;
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        failed |= expect(harmless[i], mask_secrets(str_of(harmless[i]), &arena), harmless[i]);
    arena_free(&arena);
    return failed;
}

/* What tells the secret stands in front of the part, or the part ends within it. */
static int check_parts(void)
{
    struct arena arena = {0};
    struct str line = STR("user=u pass=secret; rest pass=x");
    int failed = 0;
    struct str whole = str_head(str_skip(line, 12), 6), half = str_head(str_skip(line, 9), 6);
    failed |= expect("whole", mask_secrets_of_part(line, whole, &arena), "[secret, 6 bytes]");
    failed |= expect("half", mask_secrets_of_part(line, half, &arena), "ss=[secret, 3 bytes]");
    failed |= expect("front", mask_secrets_of_part(line, str_head(line, 6), &arena), "user=u");
    failed |= expect("other", mask_secrets_of_part(line, STR("pass=a"), &arena),
                     "pass=[secret, 1 bytes]");
    failed |= expect("behind", mask_secrets_of_part(line, str_skip(line, 20), &arena),
                     "rest pass=[secret, 1 bytes]");
    arena_free(&arena);
    return failed;
}

int main(void)
{
    int failed = check(dovecot, sizeof dovecot / sizeof *dovecot);
    failed |= check(zimbra, sizeof zimbra / sizeof *zimbra);
    failed |= check(smtp, sizeof smtp / sizeof *smtp);
    return failed | check_harmless() | check_parts();
}
