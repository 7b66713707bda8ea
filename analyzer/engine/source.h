/* Bytes of every log member beneath a path: opened, recognised by content, decompressed, taken out
 * of containers, decoded. */
#ifndef POSTMORTEM_SOURCE_H
#define POSTMORTEM_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

/* One input file to read. */
struct source_path {
    const char *path;      /* "-" is standard input */
    const char *file;      /* what to open in its place; NULL: path itself */
    bool named;            /* given on the command line, not met in a folder */
    uint64_t bytes;        /* as received; 0 if unknown */
    int64_t modified_usec; /* modification time, TIME_NONE for a pipe */
};

/* Expands what the user gave: folders recursively (sorted by name at each level, symbolic links to
   folders not followed, the same file reached twice listed twice), files and "-" as they are. Each
   path that cannot be read is passed to complain and left out. List and strings live in arena. */
struct source_paths {
    struct source_path *items;
    size_t count;
};
typedef void source_complain(void *user, const char *path, const char *why);
void source_expand(struct arena *arena, const char *const *paths, size_t count,
                   const char *const *exclude, size_t exclude_count, source_complain *complain,
                   void *user, struct source_paths *ret);

struct source_options {
    const char *temp_dir; /* for a nested or piped 7z or zip, which must seek */
    atomic_uint_fast64_t
        *progress; /* bytes as received are added here while they are read; may be NULL */
    const volatile int *stop; /* reading ends soon after *stop is not 0; may be NULL */
};

/* How the bytes that source_read gives relate to the bytes of the decompressed member. */
enum source_encoding { SOURCE_BYTES, SOURCE_UTF16, SOURCE_JOURNAL };

/* One log inside a path: the decompressed file itself (name NULL), or a member of a container
   ("a.tar!b/mail.log" has name "b/mail.log"; nested containers are joined with '!'). Valid until
   the next source_next or source_close. */
struct source_member {
    const char *name;
    uint8_t encoding; /* enum source_encoding */
    uint8_t prefix;   /* bytes in front of the first one given (byte order mark): 0, 2 or 3 */
};

struct source;

/* False: the path cannot be opened or read at all (ret untouched). */
bool source_open(struct source **ret, const struct source_path *path,
                 const struct source_options *options, struct err *err);

/* The next member, in the order of the bytes; false at the end of the path. Empty members and
   folders are given too or skipped: the caller does not rely on either. */
bool source_next(struct source *source, struct source_member *ret);

struct source_chunk {
    size_t bytes;
    bool end; /* of this member; bytes may still be > 0 */
    bool gap; /* damage was skipped in front of these bytes: nothing may be joined across */
    const char *damage; /* what is damaged, from the first chunk that knows it on; NULL: nothing.
                           Owned by source */
};

/* Up to size bytes of the member. Never fails: damage ends the member early or leaves a gap, and is
   named. UTF-16 arrives as UTF-8 (what is invalid as U+FFFD), a journal as lines of `journalctl -o
   short-iso-precise` made from its entries. */
void source_read(struct source *source, char *buffer, size_t size, struct source_chunk *ret);

/* After the last member: SHA-256 of the path's bytes as received; false if not all of them were
 * read. */
bool source_digest(struct source *source, uint8_t sha256[32]);
uint64_t source_bytes(const struct source *source); /* received so far */
void source_close(struct source *source);           /* takes NULL */

#endif
