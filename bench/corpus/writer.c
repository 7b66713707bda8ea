#include "writer.h"

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

void put_number(struct writer *out, uint64_t value)
{
    char digits[20];
    char *at = digits + sizeof digits;
    while (value >= 100) {
        at -= 2;
        memcpy(at, pairs + value % 100 * 2, 2);
        value /= 100;
    }
    if (value >= 10) {
        at -= 2;
        memcpy(at, pairs + value * 2, 2);
    } else {
        *--at = (char)('0' + value);
    }
    put_bytes(out, at, (size_t)(digits + sizeof digits - at));
}

void put_padded(struct writer *out, uint32_t value, unsigned digits)
{
    for (unsigned i = digits; i > 0; i--) {
        out->at[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    out->at += digits;
}

static void put_hex(struct writer *out, uint64_t value, unsigned digits, const char *alphabet)
{
    while (digits < 16 && value >> (4 * digits))
        digits++;
    for (unsigned i = digits; i > 0; i--) {
        out->at[i - 1] = alphabet[value & 15];
        value >>= 4;
    }
    out->at += digits;
}

void put_hex_lower(struct writer *out, uint64_t value, unsigned digits)
{
    put_hex(out, value, digits, "0123456789abcdef");
}

void put_hex_upper(struct writer *out, uint64_t value, unsigned digits)
{
    put_hex(out, value, digits, "0123456789ABCDEF");
}

void put_delay(struct writer *out, int64_t usec)
{
    uint64_t hundredths = usec < 0 ? 0 : (uint64_t)usec / 10000;
    put_number(out, hundredths / 100);
    if (hundredths >= 1000 || !hundredths)
        return;
    unsigned decimals = (unsigned)(hundredths % 100);
    if (hundredths >= 100)
        decimals = decimals / 10 * 10;
    if (!decimals)
        return;
    put_char(out, '.');
    put_char(out, (char)('0' + decimals / 10));
    if (decimals % 10)
        put_char(out, (char)('0' + decimals % 10));
}
