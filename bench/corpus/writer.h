/* Text into a buffer whose owner has made room: nothing here checks a length. */
#ifndef CORPUS_WRITER_H
#define CORPUS_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct writer {
    char *at;
};

static inline void put_bytes(struct writer *out, const char *bytes, size_t count)
{
    memcpy(out->at, bytes, count);
    out->at += count;
}

static inline void put(struct writer *out, const char *text)
{
    put_bytes(out, text, strlen(text));
}

static inline void put_char(struct writer *out, char c)
{
    *out->at++ = c;
}

void put_number(struct writer *out, uint64_t value);
void put_padded(struct writer *out, uint32_t value, unsigned digits);
/* At least digits wide. */
void put_hex_lower(struct writer *out, uint64_t value, unsigned digits);
void put_hex_upper(struct writer *out, uint64_t value, unsigned digits);
/* As Postfix writes a delay: two significant digits, at most two decimals. */
void put_delay(struct writer *out, int64_t usec);

#endif
