/* E: what speaks for the account. A sender of newsletters: much mail, from its own address, under
 * its own name, to people who exist. */
#include "detectors.h"
#include "evidence.h"

enum { UNWANTED_PERCENT = 10 };

static void look_at_bulk(struct subject *subject)
{
    uint64_t answered = 0, unwanted = 0, messages = 0, recipients = 0;
    bool owner = true;
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        answered += tie->answered;
        unwanted += tie->unwanted;
        messages += tie->messages;
        recipients += tie->recipients;
        owner = owner && (tie->messages == 0 || tie->role == ROLE_OWNER);
    }
    for (uint32_t i = 0; i < subject->message_count; i++)
        owner = owner && !subject->abuse[i];
    if (!owner || messages == 0 || subject->foreign_messages ||
        unwanted * 100 > answered * UNWANTED_PERCENT)
        return;
    evidence_add(subject, E01_BULK, NULL,
                 "all %llu messages to %llu recipients from the account's own addresses under its "
                 "own domain; %llu of %llu answers unwelcome",
                 (unsigned long long)messages, (unsigned long long)recipients,
                 (unsigned long long)unwanted, (unsigned long long)answered);
}

static void look_at_expected(struct subject *subject)
{
    static const char *const kinds[] = {"bulk sender", "device", "forwarder"};
    const struct settings *settings = subject->world->settings;
    for (size_t i = 0; i < settings->expect_count; i++) {
        struct str name = str_of(settings->expect[i].account);
        bool named = str_eq_nocase(name, subject->principal->name);
        for (uint32_t k = 0; k < subject->principal->login_name_count && !named; k++)
            named = str_eq_nocase(
                name, facts_str(subject->world->facts, subject->principal->login_names[k]));
        if (!named)
            continue;
        evidence_add(subject, E02_EXPECTED, NULL, "the operator expects a %s here",
                     kinds[settings->expect[i].kind]);
        return;
    }
}

static void look(struct subject *subject)
{
    if (subject->principal->kind != PRINCIPAL_ACCOUNT)
        return;
    if (evidence_has(subject, "V-01"))
        look_at_bulk(subject);
    look_at_expected(subject);
}

const struct detector bulk_detector = {"bulk", look};
