/* Postfix lines of little consequence: tables of fixed words with something variable between them.
 */
#ifndef POSTMORTEM_POSTFIX_PHRASE_H
#define POSTMORTEM_POSTFIX_PHRASE_H

#include "event.h"
#include "str.h"

/* A line kind whose fixed words are all in one place. form is matched from end to end; in it
 *   %s %d  any text, a number (FIELD_DETAIL)    %t text (FIELD_TEXT)       %n number
 * (FIELD_COUNT_OF) %c     name[ip]:port of a client            %e [ip]:port of a client   %p name
 * of a server (FIELD_PEER) %q     queue ID (FIELD_QUEUE_ID)            %m SASL mechanism %g
 * protocol stage (FIELD_STAGE) %k     command (FIELD_COMMAND)              %v version %w one word
 * (FIELD_DETAIL) %a     service:ip, as anvil has them        %r rate "5/60s"            %% a
 * percent sign */
struct phrase {
    const char *what;
    const char *form;
    const char *action; /* FIELD_ACTION; NULL: none */
    uint8_t kind;       /* enum event_kind */
};

/* Tables end with what NULL. */
extern const struct phrase postfix_smtpd_phrases[], postfix_client_phrases[],
    postfix_client_checks[]; /* postfix_session.c */
extern const struct phrase postfix_queue_phrases[], postfix_screen_phrases[]; /* postfix_noise.c */
extern const struct phrase postfix_common_phrases[];                          /* postfix_noise.c */

/* Complaints that Postfix words alike: a list of forms up to NULL. Those with something variable in
 * front stand last. */
struct complaint {
    const char *what;
    const char *const *forms;
};

extern const struct complaint postfix_daemon_warnings[];  /* postfix_warnings.c */
extern const struct complaint postfix_mail_warnings[];    /* postfix_warnings_mail.c */
extern const struct complaint postfix_table_warnings[];   /* postfix_warnings_tables.c */
extern const struct complaint postfix_library_warnings[]; /* postfix_warnings_library.c */
extern const struct complaint postfix_failures[];         /* postfix_failures.c */

/* The first phrase of the table that fits fills *out; a queue ID that *out already has stays. */
bool postfix_phrase(const struct phrase *table, struct str text, struct event *out);
/* A line that begins with "warning: ", "error: ", "fatal: " or "panic: ". */
bool postfix_complaint(struct str text, struct event *out);

#endif
