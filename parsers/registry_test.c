/* Which programs are known to write no mail log, and who owns which program. */
#include "parser.h"

#include <stdio.h>
#include <stdlib.h>

struct sample {
    const char *program;
    const char *parser; /* "other": no mail software; "none": mail software nobody parses */
};

static const struct sample samples[] = {
    {"amavis", "amavis"},
    {"amavisd", "amavis"},
    {"amavisd-new", "amavis"},
    {"amavis[1234]", "amavis"},
    {"/usr/sbin/amavisd-new", "amavis"},
    {"dovecot", "dovecot"},
    {"kernel", "other"},
    {"sshd", "other"},
    {"sudo", "other"},
    {"CRON", "other"},
    {"cron", "other"},
    {"systemd", "other"},
    {"systemd-logind", "other"},
    {"rsyslogd", "other"},
    {"dhclient", "other"},
    {"named", "other"},
    {"nginx", "other"},
    {"slapd", "other"},
    {"freshclam", "other"},
    {"/usr/bin/anacron", "other"},
    {"sendmail", "sendmail"},
    {"sm-mta", "sendmail"},
    {"sm-msp-queue", "sendmail"},
    {"exim", "exim"},
    {"exim4", "exim"},
    {"rspamd_proxy", "rspamd"},
    {"opendkim", "dkim"},
    {"opendmarc", "dkim"},
    {"policyd-spf", "policy"},
    {"postgrey", "policy"},
    {"postfwd2", "policy"},
    {"cbpolicyd", "policy"},
    {"spamd", "scanner"},
    {"saslauthd", "sasl"},
    {"cyrus/imaps", "cyrus"},
    {"/usr/sbin/sendmail", "sendmail"},
    {"spamass-milter", "scanner"},
    {"milter-greylist", "policy"},
    {"MailScanner", "mailscanner"},
    {"postfix/policy-spf", "policy"},
    {"postfwd2/master", "policy"},
    {"postfix/smtpd", "postfix"},
    {"lmtpunix", "cyrus"},
    {"imapd-ssl", "courier"},
    {"/usr/lib/plesk-9.0/psa-pc-remote", "panel"},
    {"zmmailboxd", "zimbra"},
    {"mailman3", "none"},
    {"smtpd", "opensmtpd"},
    {"", "none"},
    {"spamdyke", "qmail"},
    {"vchkpw-smtp", "qmail"},
};

static const char *owner(struct str program)
{
    uint16_t daemon;
    for (const struct parser *const *parser = parsers; *parser; parser++)
        if ((*parser)->owns(program, &daemon) == OWNS)
            return (*parser)->name;
    return program_is_other(program) ? "other" : "none";
}

int main(void)
{
    unsigned failed = 0;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        const char *got = owner(str_of(samples[i].program));
        if (str_eq(str_of(got), str_of(samples[i].parser)))
            continue;
        printf("\"%s\": expected %s, got %s\n", samples[i].program, samples[i].parser, got);
        failed++;
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
