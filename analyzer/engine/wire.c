#include "wire.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"

enum { VARINT_BYTES = 10, FIRST_BYTES = 256 };

void wire_free(struct wire_out *out)
{
    free(out->data);
    *out = (struct wire_out){0};
}

void wire_reserve(struct wire_out *out, size_t bytes)
{
    if (out->capacity - out->len >= bytes)
        return;
    out->capacity = 2 * out->capacity + bytes + FIRST_BYTES;
    out->data = xrealloc(out->data, out->capacity, 1);
}

void wire_put(struct wire_out *out, uint64_t value)
{
    wire_reserve(out, VARINT_BYTES);
    for (; value >= 0x80; value >>= 7)
        out->data[out->len++] = (uint8_t)(value | 0x80);
    out->data[out->len++] = (uint8_t)value;
}

void wire_put_fixed(struct wire_out *out, uint64_t value, unsigned bytes)
{
    wire_reserve(out, bytes);
    for (unsigned i = 0; i < bytes; i++)
        out->data[out->len++] = (uint8_t)(value >> 8 * i);
}

void wire_put_bytes(struct wire_out *out, const void *bytes, size_t len)
{
    if (!len)
        return;
    wire_reserve(out, len);
    memcpy(out->data + out->len, bytes, len);
    out->len += len;
}

void wire_put_text(struct wire_out *out, struct str text)
{
    wire_put(out, text.len);
    wire_put_bytes(out, text.ptr, text.len);
}

uint64_t wire_take_long(struct wire_in *in)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && in->at < in->end; shift += 7) {
        uint8_t byte = *in->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    in->bad = true;
    return 0;
}

uint64_t wire_take_fixed(struct wire_in *in, unsigned bytes)
{
    uint64_t value = 0;
    struct str taken = wire_take_bytes(in, bytes);
    for (size_t i = 0; i < taken.len; i++)
        value |= (uint64_t)(unsigned char)taken.ptr[i] << 8 * i;
    return value;
}

struct str wire_take_bytes(struct wire_in *in, uint64_t len)
{
    if (len > (uint64_t)(in->end - in->at)) {
        in->bad = true;
        return STR("");
    }
    struct str taken = {(const char *)in->at, (size_t)len};
    in->at += len;
    return taken;
}

struct str wire_take_text(struct wire_in *in)
{
    return wire_take_bytes(in, wire_take(in));
}
