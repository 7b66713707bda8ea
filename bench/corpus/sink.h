/* Where the bytes go: files of a rotated set, oldest first, through a compressor if one is wanted.
 */
#ifndef CORPUS_SINK_H
#define CORPUS_SINK_H

#include <stddef.h>
#include <sys/types.h>

struct sink {
    const char *folder;
    const char *suffix; /* "gz", "zst", "xz" or NULL */
    unsigned parts;     /* how many there will be */
    unsigned part;      /* the current one, from 0 */
    int fd;
    pid_t compressor; /* 0: none */
};

/* Files are called mail.log, mail.log.1 and so on, the highest number being the oldest. */
void sink_open(struct sink *sink);
void sink_write(struct sink *sink, const char *bytes, size_t count);
/* The next part, or the end. */
void sink_close(struct sink *sink);

#endif
