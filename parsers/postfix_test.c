/* Lines of Postfix as program and text: event, generation, what is left to the patterns, and
 * fields. */
#include <stdio.h>
#include <stdlib.h>

#include "parser.h"

extern const struct parser postfix_parser;

struct expectation {
    const char *program;
    const char *text;
    const char *event; /* "what KIND generation [outcome] [cut]|free text|field=value|..."; NULL: no
                          line of Postfix */
};

static const struct expectation expectations[] = {
    {"postfix/smtpd",
     "5296EF99D: client=a[192.0.2.1], sasl_method=LOGIN, sasl_username=x, y, sasl_sender=z",
     "client EVENT_SUBMIT 1||queue_id=5296EF99D|client_name=a|client_ip=192.0.2.1|sasl_method=LOGIN"
     "|sasl_username=x, y|sasl_sender=z"},
    {"postfix/smtpd", "NOQUEUE: client=a[192.0.2.1]",
     "client EVENT_SUBMIT 1||client_name=a|client_ip=192.0.2.1"},
    {"postfix/pickup", "5296EF99D: uid=33 from=<www-data>",
     "pickup EVENT_PICKUP 1||queue_id=5296EF99D|uid=33|sender=www-data"},
    {"postfix/cleanup", "5296EF99D: message-id=<a@b>",
     "message-id EVENT_MESSAGE_ID 2||queue_id=5296EF99D|message_id=a@b"},
    {"postfix/cleanup", "5296EF99D: message-id=<1.5296EF99D@b>",
     "message-id EVENT_MESSAGE_ID 3||queue_id=5296EF99D|message_id=1.5296EF99D@b"},
    {"postfix/cleanup", "4jXZ3C3dhszMj2: message-id=<4jXZ3C3dhszMj2@b>",
     "message-id EVENT_MESSAGE_ID 3||queue_id=4jXZ3C3dhszMj2|message_id=4jXZ3C3dhszMj2@b"},
    {"postfix/cleanup", "5296EF99D: message-id=<x5296EF99D@b>",
     "message-id EVENT_MESSAGE_ID 2||queue_id=5296EF99D|message_id=x5296EF99D@b"},
    {"postfix/cleanup",
     "5296EF99D: milter-reject: END-OF-MESSAGE from a[192.0.2.1]: 5.7.1 spam; from=<c> to=<d> "
     "proto=SMTP helo=<e>",
     "milter-reject EVENT_REJECT "
     "4|spam|queue_id=5296EF99D|action=milter-reject|stage=END-OF-MESSAGE|client_name=a"
     "|client_ip=192.0.2.1|dsn=5.7.1|text=spam|sender=c|recipient=d|proto=SMTP|helo=e"},
    {"postfix/smtpd",
     "5296EF99D: reject: RCPT from a[192.0.2.1]: 550 no; from=<c> to=<d> proto=SMTP helo=<e>",
     "reject EVENT_REJECT "
     "0|no|queue_id=5296EF99D|action=reject|stage=RCPT|client_name=a|client_ip=192.0.2.1|code=550"
     "|text=no|sender=c|recipient=d|proto=SMTP|helo=e"},
    {"postfix/cleanup", "5296EF99D: reject: header X: y from local; from=<c> to=<d>: no",
     "header-reject EVENT_REJECT "
     "4|no|queue_id=5296EF99D|action=reject|client_name=local|header_name=X|header_value=y"
     "|sender=c|recipient=d|detail=no"},
    {"postfix/cleanup", "5296EF99D: discard: header X: y from local; from=<c> to=<d>",
     "header-discard EVENT_DISCARDED "
     "4||queue_id=5296EF99D|action=discard|client_name=local|header_name=X|header_value=y"
     "|sender=c|recipient=d"},
    {"postfix/cleanup", "5296EF99D: warning: header X: y from local; from=<c> to=<d>",
     "header EVENT_HEADER "
     "2||queue_id=5296EF99D|action=warning|client_name=local|header_name=X|header_value=y|sender=c"
     "|recipient=d"},
    {"postfix/qmgr", "5296EF99D: from=<a>, size=1, nrcpt=2 (queue active)",
     "queue-active EVENT_QUEUED 0||queue_id=5296EF99D|sender=a|size=1|nrcpt=2"},
    {"postfix/qmgr", "5296EF99D: removed", "removed EVENT_REMOVED 4||queue_id=5296EF99D"},
    {"postfix/postsuper", "5296EF99D: removed",
     "operator-removed EVENT_DELETED 4||queue_id=5296EF99D|action=removed"},
    {"postfix", "5296EF99D: removed", "removed EVENT_REMOVED 4||queue_id=5296EF99D"},
    {"postfix", " 5296EF99D: removed", "removed EVENT_REMOVED 4||queue_id=5296EF99D"},
    {"postfix/smtp", "5296EF99D: to=<a>, relay=none, delay=1, status=deferred (connect (x))",
     "delivery EVENT_DELIVERY 0 deferred|connect "
     "(x)|queue_id=5296EF99D|recipient=a|relay=none|delay=1|status=deferred"
     "|text=connect (x)"},
    {"postfix/smtp",
     "5296EF99D: to=<a>, relay=h[192.0.2.1]:25, delay=1, status=sent (250 queued as 91DF722861)",
     "delivery EVENT_DELIVERY 0 "
     "sent||queue_id=5296EF99D|recipient=a|relay=h[192.0.2.1]:25|relay_name=h"
     "|relay_ip=192.0.2.1|relay_port=25|delay=1|status=sent|text=250 queued as "
     "91DF722861|queued_as=91DF722861"},
    {"postfix/qmgr", "5296EF99D: from=<spammer@ex",
     "queue-active EVENT_QUEUED 0 cut||queue_id=5296EF99D|sender=spammer@ex"},
    {"postfix/smtpd",
     "warning: a[192.0.2.1]: SASL LOGIN authentication failed: no, sasl_username=x",
     "sasl-failed EVENT_AUTH_FAILED "
     "0||client_name=a|client_ip=192.0.2.1|mechanism=LOGIN|text=no|sasl_username=x"},
    {"postfix/postsuper", "fatal: invalid directory name: 5296EF99D",
     "fatal EVENT_NOTE 0||detail=5296EF99D"},
    /* too short for a queue ID, lower case, a vowel in a long one */
    {"postfix/qmgr", "5296E: removed", NULL},
    {"postfix/qmgr", "5296ef99d: removed", NULL},
    {"postfix/qmgr", "4jXZ3C3dhszMja: removed", NULL},
    {"postfix/qmgr", "5296EF99D:removed", NULL},
    {"postfix/qmgr", "", NULL},
    {"postfix/qmgr", " ", NULL},
    {"postfix/qmgr", "5296EF99D: ", NULL},
    {"postfix/smtp",
     "5296EF99D: to=", "delivery EVENT_DELIVERY 0 cut||queue_id=5296EF99D|recipient="},
    {"postfix/smtpd",
     "5296EF99D: client=", "client EVENT_SUBMIT 1 cut||queue_id=5296EF99D|client_name="},
};

static size_t print_event(const struct event *event, char *text, size_t size)
{
    static const char *const names[] = {
#define X(name) #name,
        EVENT_KINDS(X)
#undef X
    };
    int len = snprintf(text, size, "%s %s %u%s%s%s|%.*s", event->what, names[event->kind],
                       event->generation, event->outcome ? " " : "",
                       event->outcome ? outcome_name((enum outcome)event->outcome) : "",
                       event->cut ? " cut" : "", (int)event->free_text.len,
                       event->free_text.len ? event->free_text.ptr : "");
    size_t used = (size_t)len;
    for (unsigned i = 0; i < event->field_count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "|%s=%.*s",
                                 field_name((enum field_id)event->fields[i].id),
                                 (int)event->fields[i].len, event->fields[i].ptr);
    return used;
}

/* The text stands in a block of exactly its size, so that reading past it is found. */
static bool check_line(const struct expectation *expectation)
{
    char got[2048] = "nothing";
    struct event event;
    struct context context = {.program = str_of(expectation->program)};
    size_t len = strlen(expectation->text);
    char *text = malloc(len ? len : 1);
    memcpy(text, expectation->text, len);
    bool owned = postfix_parser.owns(context.program, &context.daemon) == OWNS;
    if (owned && postfix_parser.parse((struct str){text, len}, &context, &event))
        print_event(&event, got, sizeof got);
    free(text);
    const char *expected = expectation->event ? expectation->event : "nothing";
    if (strcmp(got, expected) == 0)
        return true;
    printf("%s: %s\n  expected %s\n  got      %s\n", expectation->program, expectation->text,
           expected, got);
    return false;
}

struct owner {
    const char *program;
    bool postfix;
};

static const struct owner owners[] = {
    {"postfix/smtpd", true},
    {"postfix/submission/smtpd", true},
    {"postfix-smo/smtps/smtpd", true},
    {"mail/qmgr", true},
    {"/postfix-script", true},
    {"postfix", true},
    {"postfix-script", true},
    {"postfix/unheard-of", true},
    {"postfix2", true},
    {"smtpd", false},
    {"qmgr", false},
    {"postfixadmin", false},
    {"cyrus/master", false},
    {"dovecot/lmtp", false},
    {"mail/unheard-of", false},
    {"", false},
    {"/", false},
    {"postgrey", false},
};

static bool check_owner(const struct owner *owner)
{
    uint16_t daemon;
    bool postfix = postfix_parser.owns(str_of(owner->program), &daemon) == OWNS;
    if (postfix != owner->postfix)
        printf("%s: expected %s\n", owner->program, owner->postfix ? "Postfix" : "not Postfix");
    return postfix == owner->postfix;
}

int main(void)
{
    unsigned failed = 0;
    for (unsigned i = 0; i < sizeof expectations / sizeof *expectations; i++)
        failed += !check_line(&expectations[i]);
    for (unsigned i = 0; i < sizeof owners / sizeof *owners; i++)
        failed += !check_owner(&owners[i]);
    return failed > 0;
}
