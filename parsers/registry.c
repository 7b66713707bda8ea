#include "parser.h"

extern const struct parser amavis_parser, dovecot_parser, postfix_parser;
extern const struct parser zimbra_parser;
extern const struct parser courier_parser, cyrus_parser, dkim_parser, mailscanner_parser,
    panel_parser, policy_parser, rspamd_parser, sasl_parser, scanner_parser;
extern const struct parser exchange_parser, listing_parser;
extern const struct parser exim_parser;
extern const struct parser sendmail_parser;
extern const struct parser opensmtpd_parser;
extern const struct parser qmail_parser;
extern const struct parser horde_parser, nginx_mail_parser, roundcube_parser, sogo_parser;

/* clang-format off: one a line */
const struct parser *const parsers[] = {
    &policy_parser, /* "postfix/policy-spf", "postfwd2/master" are no Postfix */
    &qmail_parser, /* "spamdyke" is no spamd */
    &postfix_parser,     &dovecot_parser, &amavis_parser, &zimbra_parser, &sasl_parser,
    &cyrus_parser,       &courier_parser, &dkim_parser,   &rspamd_parser, &scanner_parser,
    &mailscanner_parser, &panel_parser,   &exchange_parser, &listing_parser,
    &exim_parser,
    &nginx_mail_parser,
    &roundcube_parser,
    &sogo_parser,
    &horde_parser,
    &sendmail_parser,
    &opensmtpd_parser,
    NULL,
};
/* clang-format on */

/* Mail software whose lines nobody here parses yet: a line of it that is not understood is a gap in
 * what we know. Names end in '*' where anything may follow; all in lower case. A parser that is
 * added takes its names out. */
static const char *const mail_programs[] = {
    /* Servers. */
    "msp", "mta", "msa",
    "smtpctl", "qmail*", "imap-login",
    "pop3-login", "ipop3d", "qpopper", "popa3d", "cyrus*", "perdition*", "stalwart*", "courier*",
    "maddy*", "haraka*", "chasquid*", "james*", "mailenable*", "kerio*", "communigate*",
    "nullmailer*", "msmtp*", "ssmtp", "dma", "masqmail*", "postfix*", "dovecot*", "dovecot-lda",
    "deliver", "procmail*", "maildrop*", "fetchmail*", "getmail*",
    /* Suites. */
    "zimbra*", "carbonio*", "zextras*", "zmauth*", "mailcow*", "mailu*", "iredmail*", "msmilter*",
    "mailman*", "sympa*", "ecartis", "majordomo*", "mlmmj*", "sogo*", "roundcube*",
    "squirrelmail*", "rainloop*", "snappymail*", "horde*", "activesync*", "z-push*", "groupware*",
    "kopano*", "zarafa*", "grommunio*", "gromox*",
    /* Filters and policies. */
    "amavis*", "spamassassin*", "mimedefang*", "milter-*", "*-milter", "greylist*", "gld",
    "greyfix", "policyd*", "polw", "policyd-weight*", "spf*", "dkim*", "sid-filter*", "dk-filter*",
    "openspf*", "dspam*", "crm114*", "bogofilter*", "dccproc", "dccifd", "dccm", "razor*", "pyzor*",
    "p0f-analyzer*", "mailfromd*", "altermime", "smtp-gated*", "assp", "proxsmtp*", "smtpprox*",
    "pmg*", "e2guardian-mail", "barracuda*",
    /* Logins and directories of mail. */
    "saslpasswd2", "auth", NULL};

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
