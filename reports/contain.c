/* containment/: what to do on the server, as scripts that change nothing unless told to, and the
 * messages that they may touch. */
#include <inttypes.h>

#include "paper_text.h"
#include "papers.h"
#include "plain.h"

/* How far the time of arrival that the queue knows may lie from the one that the log shows. */
enum { ARRIVAL_SLACK_SECONDS = 60 };

/* The sender as the mail server itself shows it must be sure: plain ASCII without what log or queue
 * listing would write in another way. */
static bool is_plain_sender(struct str sender)
{
    for (size_t i = 0; i < sender.len; i++)
        if (sender.ptr[i] <= ' ' || sender.ptr[i] > '~' || memchr("\"\\'`<>", sender.ptr[i], 6))
            return false;
    return sender.len <= 320;
}

static bool is_sure(const struct facts *facts, const struct message *message)
{
    return message->sender && is_plain_sender(facts_str(facts, message->sender)) &&
           message->first_usec != TIME_NONE;
}

void contain_queue_ids(const struct incident *incident, struct out *out)
{
    const struct facts *facts = incident->report->facts;
    for (uint32_t i = 0; facts && i < facts->message_count; i++) {
        struct str id = message_queue_id(facts, &facts->messages[i]);
        if (!incident_holds(incident, i) || !is_queue_id(id))
            continue;
        out_str(out, id);
        out_char(out, '\n');
    }
}

/* Queue ID, earliest and latest arrival in seconds since 1970, envelope sender: what the scripts
 * compare with the live queue. A message that came out of a filter arrived there later. */
void contain_queue(const struct incident *incident, struct out *out)
{
    const struct facts *facts = incident->report->facts;
    for (uint32_t i = 0; facts && i < facts->message_count; i++) {
        const struct message *message = &facts->messages[i];
        struct str id = message_queue_id(facts, message);
        if (!incident_holds(incident, i) || !is_queue_id(id) || !is_sure(facts, message))
            continue;
        int64_t until = message->last_queue_id ? message->last_usec : message->first_usec;
        out_str(out, id);
        out_printf(out, "\t%" PRId64 "\t%" PRId64 "\t",
                   message->first_usec / USEC_PER_SEC - ARRIVAL_SLACK_SECONDS,
                   until / USEC_PER_SEC + ARRIVAL_SLACK_SECONDS);
        out_str(out, facts_str(facts, message->sender));
        out_char(out, '\n');
    }
}

void contain_by_hand(const struct incident *incident, struct out *out)
{
    const struct facts *facts = incident->report->facts;
    for (uint32_t i = 0; facts && i < facts->message_count; i++) {
        const struct message *message = &facts->messages[i];
        struct str id = message_queue_id(facts, message);
        if (!incident_holds(incident, i) || (is_queue_id(id) && is_sure(facts, message)))
            continue;
        plain_str(out, id);
        out_text(out, " from=<");
        plain_str(out, message->sender ? facts_str(facts, message->sender) : STR("?"));
        out_text(out, "> at ");
        plain_when(out, (struct when){message->first_usec, facts->digits});
        out_char(out, '\n');
    }
}

void contain_postfix(const struct incident *incident, struct out *out)
{
    paper_write(paper_postfix, incident, out);
}

void contain_dovecot(const struct incident *incident, struct out *out)
{
    paper_write(paper_dovecot, incident, out);
}

void contain_zimbra(const struct incident *incident, struct out *out)
{
    paper_write(paper_zimbra, incident, out);
}

void contain_exim(const struct incident *incident, struct out *out)
{
    paper_write(paper_exim, incident, out);
}

void contain_sendmail(const struct incident *incident, struct out *out)
{
    paper_write(paper_sendmail, incident, out);
}

void contain_opensmtpd(const struct incident *incident, struct out *out)
{
    paper_write(paper_opensmtpd, incident, out);
}

void contain_exchange(const struct incident *incident, struct out *out)
{
    paper_write(paper_exchange, incident, out);
}
