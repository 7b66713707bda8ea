/* Inside of the Exim parser: what its files share. Line forms: the Exim specification, chapter
 * "Log files", and log.c, receive.c, deliver.c, smtp_in.c of Exim 4.80 to 4.98. Functions that
 * return bool say "no line of mine" by false; *out is not read then. */
#ifndef POSTMORTEM_EXIM_H
#define POSTMORTEM_EXIM_H

#include "address.h"
#include "event.h"
#include "str.h"
#include "template.h"

/* Takes "1xVAOg-00048K-0f " (or the longer ids since 4.97) off the front. */
bool exim_id_take(struct str *text, struct str *ret_id);

/* One line as Exim wrote it, behind stamp and pid: also how a line of its own files is known. */
bool exim_line(struct str text, struct event *out);

/* How the value behind a word of a line is written. */
enum exim_form {
    EXIM_FLAG,    /* the word is all; a field if it is worth one */
    EXIM_WORD,    /* up to a blank, or a colon in front of one */
    EXIM_QUOTED,  /* up to a quote that no backslash stands before */
    EXIM_ADDRESS, /* up to a blank outside of quotes */
    EXIM_ANGLE,   /* up to a ">" outside of quotes */
    EXIM_RELAY,   /* name [ip][:port], '*' behind it for a connection used again */
    EXIM_SERVER,  /* [ip]:port, our side of the connection */
    EXIM_AUTH,    /* method[:user[:sender]], up to the next word of the table */
};

struct exim_key {
    const char *word; /* with the blank in front of it */
    uint8_t form;     /* enum exim_form */
    uint16_t field;   /* enum field_id of a value that is one field */
};

/* Takes the keys that stand next, each in its order in the table (up to one with word NULL), and
   adds their fields. What follows stays in *text. False only where a value has no end; a line that
   ends within one is cut. */
bool exim_keys(const struct exim_key *keys, struct str *text, struct event *out);

/* What stands behind a client in a kind of line. */
struct exim_rest {
    const struct exim_key *keys;
    const char *const *ends; /* one of them follows the keys; NULL-terminated, "" is the end */
    uint16_t must;           /* enum field_id that the keys must give, FIELD_COUNT: none */
};

/* Takes "[name ][(helo) ][ip][:port]" off the front. Of several places that look like the end of
   the HELO the first one that the rest fits to is it: Exim refuses a HELO with blanks (but from
   helo_accept_junk_hosts), and what stands behind may imitate a client. */
bool exim_client(const struct exim_rest *behind, struct str *text, struct event *out);

/* "<= ...", behind the flag */
bool exim_arrival(struct str text, struct event *out);
/* "=> ", "-> ", "** " ...: true and taken if it is one. */
bool exim_delivery_flag(struct str *text, struct event *out);
bool exim_delivery(struct str text, struct event *out);
/* Lines that name a client: refusals, failed logins, ends of sessions. */
bool exim_session(struct str text, struct event *out);

/* The message that a refusal is about, in the lines below it. */
bool exim_header_line(struct str line, struct event *out);
/* The fields of these lines (divided by line ends) that the event does not have. */
void exim_headers(struct str text, struct event *out);

extern const struct line_kind exim_message_kinds[]; /* behind a message id */
extern const struct line_kind exim_kinds[];         /* without one */

#endif
