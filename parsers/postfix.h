/* Inside of the Postfix parser: what its files share. Every function here that returns bool says
 * "this is no line of mine" by false; it may have touched *out by then, which nobody reads in that
 * case. */
#ifndef POSTMORTEM_POSTFIX_H
#define POSTMORTEM_POSTFIX_H

#include "event.h"
#include "str.h"

/* str_starts for words out of a table: nearly all of them differ in their first byte. */
static inline bool postfix_starts(struct str text, struct str word)
{
    return text.len >= word.len && word.len > 0 && text.ptr[0] == word.ptr[0] &&
           memcmp(text.ptr, word.ptr, word.len) == 0;
}

/* str_take, in place: these are asked several times a line. */
static inline bool postfix_take(struct str *text, struct str word)
{
    if (!str_starts(*text, word))
        return false;
    *text = str_skip(*text, word.len);
    return true;
}

/* postfix_address.c */
bool postfix_queue_id_is(struct str id);
/* Takes "QUEUEID: " off the front. */
bool postfix_queue_id_take(struct str *text, struct str *ret_id);
/* The slow half of postfix_word: the line is shorter than the word. */
bool postfix_word_cut(struct str *text, struct str word, struct event *out);

/* Takes a fixed word. A line that ends within it is a cut line: all is taken and out->cut set, and
 * so on to its end. */
static inline bool postfix_word(struct str *text, struct str word, struct event *out)
{
    return text->len >= word.len ? postfix_take(text, word) : postfix_word_cut(text, word, out);
}

/* Does rest, behind a value, begin with ", word=" or " word="? Then that value has ended, whatever
 * the word. */
bool postfix_key_follows(struct str rest);
/* Takes an address that began behind "<" up to the ">" before `after`, quoted local parts as a
 * whole. Cut as above. */
bool postfix_address(struct str *text, struct str after, struct str *ret, struct event *out);
/* name[ip] or name[ip]:port, "local" or "unknown": adds them under three ids in a row, name_id
 * first. */
bool postfix_client(struct str text, enum field_id name_id, struct event *out);
/* The same of a line that ends within it. */
bool postfix_cut_client(struct str text, enum field_id name_id, struct event *out);
/* [ip]:port */
bool postfix_endpoint(struct str text, struct event *out);
/* Adds the parts of host[ip]:port; anything else (a socket, a transport's name, "none") has none.
 */
void postfix_server(struct str relay, struct event *out);
/* The queue ID at the end of a reply behind word ("queued as "); ptr NULL if there is none. */
struct str postfix_id_behind(struct str text, struct str word);

/* Takes "550 ", "550 5.1.1 ", "5.7.1 " or nothing off a reply. */
void postfix_codes(struct str *text, struct event *out);
/* "RCPT", "END-OF-MESSAGE" ...: where in a session something happened. */
bool postfix_stage_is(struct str text);

/* Lines of one daemon behind a queue ID (*out then has it already, as a note) and without one. */
bool postfix_smtpd_queue(struct str text, struct event *out);
bool postfix_smtpd_plain(struct str text, struct event *out);
/* "ACTION: STAGE from CLIENT: [code dsn ]text; from=<> to=<> ..." */
bool postfix_refusal(struct str text, struct event *out);
/* "removed", or "removed (canceled)" by cleanup */
bool postfix_removed(struct str text, struct event *out);
bool postfix_cleanup_queue(struct str id, struct str text, struct event *out);
bool postfix_qmgr_queue(struct str text, struct event *out);
bool postfix_pickup_queue(struct str text, struct event *out);
bool postfix_bounce_queue(struct str text, struct event *out);
bool postfix_postsuper_queue(struct str text, struct event *out);
bool postfix_delivery_queue(struct str text, struct event *out);
/* "Anonymous TLS connection established from CLIENT: ..." */
bool postfix_tls(struct str text, struct event *out);

#endif
