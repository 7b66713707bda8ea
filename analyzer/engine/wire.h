/* Numbers and texts as bytes that mean the same on every machine: what segments are made of.
 * Varints are those of LEB128; fixed numbers are little-endian. */
#ifndef POSTMORTEM_WIRE_H
#define POSTMORTEM_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

/* Growing; zero-initialised is empty. */
struct wire_out {
    uint8_t *data;
    size_t len, capacity;
};

void wire_free(struct wire_out *out);
/* Room for that many bytes more. */
void wire_reserve(struct wire_out *out, size_t bytes);
void wire_put(struct wire_out *out, uint64_t value);
void wire_put_fixed(struct wire_out *out, uint64_t value, unsigned bytes);
void wire_put_bytes(struct wire_out *out, const void *bytes, size_t len);
/* Length and bytes. */
void wire_put_text(struct wire_out *out, struct str text);

/* Borrowed bytes. Whatever is not there is 0, and bad from then on. */
struct wire_in {
    const uint8_t *at, *end;
    bool bad;
};

static inline struct wire_in wire_in(const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    return (struct wire_in){at, at + len, false};
}

uint64_t wire_take_long(struct wire_in *in);
uint64_t wire_take_fixed(struct wire_in *in, unsigned bytes);
/* A slice of the borrowed bytes. */
struct str wire_take_bytes(struct wire_in *in, uint64_t len);
struct str wire_take_text(struct wire_in *in);

static inline uint64_t wire_take(struct wire_in *in)
{
    if (in->at < in->end && *in->at < 0x80)
        return *in->at++;
    return wire_take_long(in);
}

/* Small whatever the sign. */
static inline uint64_t wire_zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}

static inline int64_t wire_unzigzag(uint64_t code)
{
    return (int64_t)(code >> 1) ^ -(int64_t)(code & 1);
}

#endif
