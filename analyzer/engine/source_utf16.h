/* Text that PowerShell wrote: UTF-16 behind a byte order mark. */
#ifndef POSTMORTEM_SOURCE_UTF16_H
#define POSTMORTEM_SOURCE_UTF16_H

#include "source_stream.h"

enum { UTF16_MARK_BYTES = 2 };

bool utf16_detect(const unsigned char *head, size_t len);
/* Takes the feed over. Gives UTF-8 without the mark. */
struct stream *utf16_open(struct feed *feed);

#endif
