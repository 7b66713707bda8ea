/* Names of victims in what is given to others: the same name gets the same pseudonym under one key,
 * and without the key nobody can tell which (RFC 6590). */
#ifndef POSTMORTEM_PSEUDONYM_H
#define POSTMORTEM_PSEUDONYM_H

#include "arena.h"
#include "err.h"
#include "event.h"
#include "finding.h"
#include "settings.h"

struct pseudonyms;

/* Key from path; one that does not exist is made, mode 0600. report names logins and local domains
 * and must outlive it. NULL with err (STATUS_USAGE) if the key cannot be had. Mode none asks for no
 * key. */
struct pseudonyms *pseudonyms_new(const struct report *report, enum pseudonymise mode,
                                  const char *path, struct err *err);
void pseudonyms_free(struct pseudonyms *pseudonyms);

/* The line with the names replaced, in the arena: recipients and, but for mode recipients, logins,
 * wherever they stand behind the program; subjects; with all-but-attacker senders too. fields point
 * into the line. */
struct str pseudonymise_line(const struct pseudonyms *pseudonyms, struct str line,
                             const struct field *fields, uint32_t field_count, struct arena *arena);
/* A sender as it may be shown: an address of this server or of a victim is none of the attacker's.
 */
struct str pseudonymise_sender(const struct pseudonyms *pseudonyms, struct str sender,
                               struct arena *arena);
/* What was changed, in words. */
const char *pseudonymise_note(enum pseudonymise mode);

#endif
