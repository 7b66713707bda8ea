#include "parser.h"

extern const struct parser amavis_parser, dovecot_parser, postfix_parser;
extern const struct parser zimbra_parser;

const struct parser *const parsers[] = {
    &postfix_parser,
    &dovecot_parser,
    &amavis_parser,
    &zimbra_parser,
    NULL,
};

/* Mail software whose lines nobody here parses yet: a line of it that is not understood is a gap in
 * what we know. Names end in '*' where anything may follow; all in lower case. A parser that is
 * added takes its names out. */
static const char *const mail_programs[] = {
    /* Servers. */
    "sendmail*", "sm-mta*", "sm-msp-queue", "sm-acceptingconnections", "msp", "mta", "msa", "exim*",
    "smtpd", "smtpctl", "opensmtpd", "qmail*", "tcpserver", "vpopmail*", "vchkpw*", "courier*",
    "esmtpd*", "authdaemond*", "imapd*", "pop3d*", "imap-login", "pop3-login", "ipop3d", "qpopper",
    "popa3d", "pop3", "imap", "imaps", "pop3s", "lmtp", "lmtpd", "lmtpunix", "lmtpproxyd",
    "timsieved", "sieve", "cyrus*", "ctl_cyrusdb", "cyr_expire", "perdition*", "stalwart*",
    "maddy*", "haraka*", "chasquid*", "james*", "mailenable*", "kerio*", "communigate*",
    "nullmailer*", "msmtp*", "ssmtp", "dma", "masqmail*", "postfix*", "dovecot*", "dovecot-lda",
    "deliver", "procmail*", "maildrop*", "fetchmail*", "getmail*",
    /* Suites. */
    "zimbra*", "carbonio*", "zextras*",
    "zmauth*", "mailcow*", "mailu*", "modoboa*", "iredmail*", "iredapd", "mailscanner*",
    "msmilter*", "mailman*", "sympa*", "ecartis", "majordomo*", "mlmmj*", "sogod", "sogo*",
    "roundcube*", "squirrelmail*", "rainloop*", "snappymail*", "horde*", "activesync*", "z-push*",
    "groupware*", "kopano*", "zarafa*", "grommunio*", "gromox*",
    /* Filters and policies. */
    "amavis*", "rspamd*", "spamd", "spampd", "spamass-milter", "spamassassin*", "mimedefang*",
    "milter-*", "*-milter", "greylist*", "postgrey*", "sqlgrey*", "gld", "greyfix", "policyd*",
    "policy-spf*", "postfix-policyd*", "cbpolicyd*", "postfwd*", "polw", "policyd-weight*",
    "postsrsd*", "spf*", "pyspf*", "opendkim*", "opendmarc*", "openarc*", "dkim*", "sid-filter*",
    "dk-filter*", "openspf*", "clamsmtpd*", "clamav-milter*", "dspam*", "crm114*", "bogofilter*",
    "dccproc", "dccifd", "dccm", "razor*", "pyzor*", "p0f-analyzer*", "mailfromd*", "mtpolicyd*",
    "altermime", "smtp-gated*", "assp", "proxsmtp*", "smtpprox*", "pmg*", "pmgpolicy",
    "pmg-smtp-filter", "e2guardian-mail", "barracuda*",
    /* Logins and directories of mail. */
    "saslauthd*", "saslpasswd2", "auth", NULL};

/* A "*" may open or close the pattern. */
static bool glob(const char *pattern, struct str text)
{
    struct str words = str_of(pattern);
    bool open_front = str_take(&words, STR("*")), open_back = str_take_end(&words, STR("*"));
    if (open_front)
        return text.len >= words.len && str_eq_nocase(str_skip(text, text.len - words.len), words);
    return open_back ? str_starts_nocase(text, words) : str_eq_nocase(text, words);
}

static bool is_mail(struct str program)
{
    for (const char *const *name = mail_programs; *name; name++)
        if (glob(*name, program))
            return true;
    return false;
}

bool program_is_other(struct str program)
{
    if (program.len == 0)
        return false;
    ptrdiff_t slash =
        str_find_last_char(program, '/'); /* "/usr/sbin/sendmail", but also "cyrus/imaps" */
    return !is_mail(program) && !is_mail(str_skip(program, (size_t)(slash + 1)));
}
