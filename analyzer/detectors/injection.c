/* mail handed over on the server itself under a crowd of foreign names: a web application,
 * not a mailbox. */
#include "detectors.h"
#include "evidence.h"

enum { FOREIGN_DOMAINS = 3, FOREIGN_MESSAGES = 10 };

static void look(struct subject *subject)
{
    struct refs refs = {0};
    if (subject->principal->kind != PRINCIPAL_UID || subject->foreign_domains < FOREIGN_DOMAINS ||
        subject->foreign_messages < FOREIGN_MESSAGES)
        return;
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->foreign[i])
            refs_add(&refs, subject->messages[i].place);
    evidence_add(subject, X02_INJECTION, &refs,
                 "a local user handed over %u messages to %u recipients elsewhere under %u foreign "
                 "domains; programs of a server send as it",
                 subject->foreign_messages, subject->foreign_recipients, subject->foreign_domains);
}

const struct detector injection_detector = {"injection", look};
