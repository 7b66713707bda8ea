/* What is to be known of a zip before libarchive reads it. */
#ifndef POSTMORTEM_SOURCE_ZIP_H
#define POSTMORTEM_SOURCE_ZIP_H

#include "source_stream.h"

/* libarchive holds the whole directory in memory; beyond this a zip is read in sequence. */
enum { ZIP_DIRECTORY_BYTES_MAX = 16 * 1024 * 1024 };

/* Size of the central directory; 0 if there is none. */
uint64_t zip_directory_bytes(struct stream *seekable);

#endif
