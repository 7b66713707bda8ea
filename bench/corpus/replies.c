/* What the next hop said. */
#include "replies.h"

#include "simulation.h"

static void put_said(struct writer *out, const struct domain *domain)
{
    put(out, "(host ");
    put(out, domain->relay);
    put(out, " said: ");
}

static void put_sent(struct writer *out, const struct simulation *simulation,
                     const struct domain *domain, const struct message *message)
{
    uint64_t h = random_mix(message->message_id, message->next);
    switch (domain->reply) {
    case REPLY_GOOGLE:
        put(out, "(250 2.0.0 OK  ");
        put_number(out, (uint64_t)(simulation->now / SECOND));
        put_char(out, ' ');
        put_hex_lower(out, h, 16);
        put(out, "si7702184wrp.");
        put_number(out, h % 900 + 100);
        put(out, " - gsmtp)");
        break;
    case REPLY_MICROSOFT:
        put(out, "(250 2.6.0 <");
        put_message_id(out, simulation, message);
        put(out, "> [InternalId=");
        put_number(out, h >> 20);
        put(out, ", Hostname=AM0PR0");
        put_number(out, h % 90 + 10);
        put(out, ".eurprd02.example] ");
        put_number(out, message->size + 6000);
        put(out, " bytes in 0.2");
        put_number(out, h % 100);
        put(out, ", 63.741 KB/sec Queued mail for delivery -> 250 2.1.5)");
        break;
    case REPLY_EXIM:
        put(out, "(250 OK id=1s");
        put_hex_upper(out, h >> 44, 5);
        put_char(out, '-');
        put_hex_upper(out, h & 0xffffff, 6);
        put(out, "-1a)");
        break;
    default:
        put(out, "(250 2.0.0 Ok: queued as ");
        put_hex_upper(out, h >> 24, 10);
        put_char(out, ')');
    }
}

static void put_unknown(struct writer *out, const struct simulation *simulation,
                        const struct domain *domain, const struct recipient *recipient)
{
    put_said(out, domain);
    if (domain->reply == REPLY_GOOGLE) {
        put(out,
            "550-5.1.1 The email account that you tried to reach does not exist. Please try "
            "550-5.1.1 double-checking the "
            "recipient's email address for typos or 550-5.1.1 unnecessary spaces. Learn more at "
            "550 5.1.1 "
            "https://support.google.com/mail/?p=NoSuchUser - gsmtp (in reply to RCPT TO command))");
        return;
    }
    put(out, domain->reply == REPLY_MICROSOFT
                 ? "550 5.4.1 Recipient address rejected: Access denied. <"
                 : "550 5.1.1 <");
    put_address(out, simulation, &recipient->to);
    put(out, domain->reply == REPLY_MICROSOFT
                 ? "> [AM0EUR02FT012.eop-eur02.prod.protection.outlook.com]"
             : domain->reply == REPLY_EXIM
                 ? ">: Unrouteable address"
                 : ">: Recipient address rejected: User unknown in virtual mailbox table");
    put(out, " (in reply to RCPT TO command))");
}

static void put_full(struct writer *out, const struct simulation *simulation,
                     const struct domain *domain, const struct recipient *recipient)
{
    put_said(out, domain);
    put(out, "452 4.2.2 <");
    put_address(out, simulation, &recipient->to);
    put(out, ">: Mailbox full (in reply to RCPT TO command))");
}

static void put_greylisted(struct writer *out, const struct simulation *simulation,
                           const struct domain *domain, const struct recipient *recipient)
{
    put_said(out, domain);
    put(out, "451 4.7.1 <");
    put_address(out, simulation, &recipient->to);
    put(out, ">: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/");
    put(out, domain->name);
    put(out, ".html (in reply to RCPT TO command))");
}

static void put_local(struct writer *out, const struct simulation *simulation,
                      const struct message *message, const struct recipient *recipient)
{
    const char *local = simulation->domains.items[DOMAIN_LOCAL].name;
    if (message->origin == ORIGIN_LOCAL && message->campaign == NO_CAMPAIGN) {
        put(out, "dsn=2.0.0, status=sent (delivered to mailbox)");
        return;
    }
    if (recipient->fate == FATE_UNKNOWN) {
        put(out, "dsn=5.1.1, status=bounced (host mail.");
        put(out, local);
        put(out, "[private/dovecot-lmtp] said: 550 5.1.1 <");
        put_address(out, simulation, &recipient->to);
        put(out, "> User doesn't exist: ");
        put_address(out, simulation, &recipient->to);
        put(out, " (in reply to RCPT TO command))");
        return;
    }
    put(out, "dsn=2.0.0, status=sent (250 2.0.0 <");
    put_address(out, simulation, &recipient->to);
    put(out, "> ");
    put_hex_lower(out, random_mix(message->message_id, message->next), 16);
    put(out, "AQBr Saved)");
}

static void put_deferred(struct writer *out, const struct simulation *simulation,
                         const struct domain *domain, const struct recipient *recipient)
{
    switch (recipient->fate) {
    case FATE_FULL:
        put(out, "dsn=4.2.2, status=deferred ");
        put_full(out, simulation, domain, recipient);
        break;
    case FATE_DEAD:
        put(out, "dsn=4.4.1, status=deferred (connect to ");
        put(out, domain->relay);
        put(out, ":25: Connection timed out)");
        break;
    case FATE_THROTTLED:
        put(out, "dsn=4.7.0, status=deferred ");
        put_said(out, domain);
        put(out, "421 4.7.0 [TSS04] Messages from 192.0.2.10 temporarily deferred due to "
                 "unexpected volume or user "
                 "complaints - 4.16.55.1; see https://postmaster.example/error-codes (in reply to "
                 "MAIL FROM command))");
        break;
    default:
        put(out, "dsn=4.7.1, status=deferred ");
        put_greylisted(out, simulation, domain, recipient);
    }
}

void put_reply(struct writer *out, const struct simulation *simulation,
               const struct message *message, const struct recipient *recipient, bool deferred)
{
    const struct domain *domain = &simulation->domains.items[recipient->to.domain];
    if (recipient->to.domain == DOMAIN_LOCAL) {
        put_local(out, simulation, message, recipient);
    } else if (deferred) {
        put_deferred(out, simulation, domain, recipient);
    } else if (recipient->fate == FATE_UNKNOWN) {
        put(out, domain->reply == REPLY_MICROSOFT ? "dsn=5.4.1, status=bounced "
                                                  : "dsn=5.1.1, status=bounced ");
        put_unknown(out, simulation, domain, recipient);
    } else if (recipient->fate == FATE_BLOCKED) {
        put(out, "dsn=5.7.1, status=bounced ");
        put_said(out, domain);
        put(out,
            "550 5.7.1 Service unavailable, Client host [192.0.2.10] blocked using Spamhaus. "
            "To request removal from this list see https://www.spamhaus.org/query/ip/192.0.2.10 "
            "AS(1430) (in reply to MAIL FROM command))");
    } else if (recipient->fate == FATE_SPAM) {
        put(out, "dsn=5.7.1, status=bounced ");
        put_said(out, domain);
        put(out, domain->reply == REPLY_GOOGLE
                     ? "550-5.7.1 Our system has detected that this message is likely unsolicited "
                       "mail. To reduce the amount of "
                       "spam sent, this message has been blocked. - gsmtp (in reply to end of DATA "
                       "command))"
                     : "554 5.7.1 Spam message rejected (in reply to end of DATA command))");
    } else {
        put(out, "dsn=2.0.0, status=sent ");
        put_sent(out, simulation, domain, message);
    }
}
