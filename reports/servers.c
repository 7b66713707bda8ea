#include "servers.h"

#include "incident.h"

#define DRY "dry run without --run"

static const struct mail_server servers[] = {
    {"postfix", "sudo sh containment/postfix.sh --run hold", DRY, "containment/postfix.sh",
     "/var/log/mail.log", "mynetworks"},
    {"exim", "sudo sh containment/exim.sh --run hold", DRY, "containment/exim.sh",
     "/var/log/exim4/mainlog", "relay_from_hosts"},
    {"sendmail", "sudo sh containment/sendmail.sh --run hold", DRY, "containment/sendmail.sh",
     "/var/log/mail.log", "/etc/mail/access"},
    {"opensmtpd", "sudo sh containment/opensmtpd.sh --run hold", DRY, "containment/opensmtpd.sh",
     "/var/log/mail.log", "smtpd.conf"},
    {"exchange", "containment/exchange.ps1 in the Exchange Management Shell",
     "prints alone while -WhatIf stands there", "containment/exchange.ps1", "LOGS",
     "the receive connectors"},
};
static const struct mail_server unknown = {
    "",
    "see the scripts in containment/",
    DRY,
    "containment/by-hand.txt",
    "/var/log/mail.log",
    "the networks that may relay",
};

const struct mail_server *server_next(const struct report *report, const struct mail_server *before)
{
    if (before == &unknown)
        return NULL;
    const struct mail_server *end = servers + sizeof servers / sizeof *servers;
    for (const struct mail_server *at = before ? before + 1 : servers; at < end; at++)
        if (report_saw(report, at->parser))
            return at;
    return NULL;
}

const struct mail_server *server_first(const struct report *report)
{
    const struct mail_server *first = server_next(report, NULL);
    return first ? first : &unknown;
}
