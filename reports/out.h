/* A buffered writer that remembers its first error, so that a report is written without a check
 * after every piece. */
#ifndef POSTMORTEM_OUT_H
#define POSTMORTEM_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "str.h"

/* Not for several threads at once. SIGPIPE and SIGXFSZ must be ignored by the process: both are met
 * here as errors. */
struct out;

/* Writes to fd, which is borrowed and must outlive the writer; name stands in messages. */
struct out *out_new(int fd, const char *name);
/* Appends to the file path beneath the folder directory (borrowed), which must exist. The file is
 * open only while a buffer is written, so any number of these may live. With digest, SHA-256 is
 * taken on the way. */
struct out *out_beneath(int directory, const char *path, const char *name, bool digest);

/* Keeps everything in memory; out_kept is what came so far, valid until the next call. */
struct out *out_memory(void);
struct str out_kept(struct out *out);

void out_str(struct out *out, struct str text);
void out_text(struct out *out, const char *text);
void out_char(struct out *out, char c);
void out_printf(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Accepted so far, buffered ones included. */
uint64_t out_bytes(const struct out *out);
/* The reader closed its end (EPIPE): nothing more will arrive, and nobody is to blame. */
bool out_reader_closed(const struct out *out);

enum { OUT_DIGEST = 32 };
/* Writes what is buffered (and to the medium, if out_beneath made it), fills digest unless NULL.
 * False with the path and the reason if anything was lost since the beginning; a closed reader is
 * no error. The writer stays usable. */
bool out_finish(struct out *out, uint8_t *digest, struct err *err);
/* Drops what is still buffered. NULL is allowed. */
void out_free(struct out *out);

#endif
