/* Bytes of an open file or pipe, hashed and counted while they are received; and of the temporary
 * copies some formats need. */
#ifndef POSTMORTEM_SOURCE_FILE_H
#define POSTMORTEM_SOURCE_FILE_H

#include "source_stream.h"

/* Both take ownership of fd. The temporary one is neither hashed nor counted. Closing the stream
 * leaves the file open. */
struct stream *file_open(int fd, struct source_context *context);
struct stream *file_temporary(int fd, struct source_context *context);
void file_release(struct stream *file); /* takes NULL */
/* Reads what is left, however little of the file was wanted; false if that fails. */
bool file_digest(struct stream *file, uint8_t sha256[32]);
uint64_t file_bytes(const struct stream *file);
/* Why the last read failed; 0: it did not. */
int file_error(const struct stream *file);

/* The feed's bytes as something that can seek: the file beneath it if it is one, else a temporary
 *copy. NULL with the damage named. ret_owned: it is a copy, for the caller to release. */
struct stream *file_seekable(struct source_context *context, unsigned depth, struct feed *feed,
                             const char *format, bool *ret_owned);
enum { FILE_PATH_BYTES = 4096 };
/* Always a copy. With a path (of FILE_PATH_BYTES) it has that name until the caller unlinks it;
 * without, none. */
struct stream *file_copy(struct source_context *context, unsigned depth, struct feed *feed,
                         const char *format, char *path);
/* The bytes of what can seek from offset on, in sequence. seekable must live longer. */
struct stream *file_range(struct stream *seekable, uint64_t offset);
int file_descriptor(const struct stream *file);
uint64_t file_size(const struct stream *file);

/* A new file in the folder that has no name, so that nothing of it stays behind; -1 with errno. */
int file_unnamed(const char *dir);
/* All of it, or false with errno. */
bool file_write(int fd, const void *data, size_t bytes);

#endif
