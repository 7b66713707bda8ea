#define _DEFAULT_SOURCE
#include "ip.h"

#include <arpa/inet.h>
#include <stdio.h>

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool parse_v4(struct str text, uint8_t *ret)
{
    uint8_t bytes[4];
    const char *at = text.ptr, *end = text.ptr + text.len;
    for (int i = 0; i < 4; i++) {
        unsigned value = 0, digits = 0;
        if (i > 0 && (at == end || *at++ != '.'))
            return false;
        for (; at < end && char_is_digit(*at) && digits < 4; at++, digits++)
            value = value * 10 + (unsigned)(*at - '0');
        if (digits == 0 || digits > 3 || value > 255)
            return false;
        bytes[i] = (uint8_t)value;
    }
    if (at != end)
        return false;
    memcpy(ret, bytes, 4);
    return true;
}

bool ip_parse(struct str text, struct ip *ret)
{
    char copy[64];
    struct ip out;
    memcpy(out.bytes, mapped_prefix, 12);
    if (text.len && char_is_digit(text.ptr[0]) && parse_v4(text, out.bytes + 12)) {
        *ret = out;
        return true;
    }
    if (text.len > 5 && str_starts_nocase(text, STR("IPv6:"))) /* the length: for the compiler */
        text = str_skip(text, 5);
    ptrdiff_t zone = str_find_char(text, '%');
    if (zone >= 0)
        text.len = (size_t)zone;
    if (text.len < 2 || text.len >= sizeof copy || str_find_char(text, ':') < 0)
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET6, copy, out.bytes) != 1)
        return false;
    *ret = out;
    return true;
}

bool ip_is_v4(const struct ip *ip)
{
    return memcmp(ip->bytes, mapped_prefix, 12) == 0;
}

bool ip_is_loopback(const struct ip *ip)
{
    static const uint8_t one[16] = {[15] = 1};
    return ip_is_v4(ip) ? ip->bytes[12] == 127 : memcmp(ip->bytes, one, 16) == 0;
}

bool ip_is_private(const struct ip *ip)
{
    const uint8_t *v4 = ip->bytes + 12;
    if (ip_is_v4(ip))
        return v4[0] == 10 || (v4[0] == 172 && (v4[1] & 0xf0) == 16) ||
               (v4[0] == 192 && v4[1] == 168) || (v4[0] == 100 && (v4[1] & 0xc0) == 64) ||
               (v4[0] == 169 && v4[1] == 254);
    return (ip->bytes[0] & 0xfe) == 0xfc || (ip->bytes[0] == 0xfe && (ip->bytes[1] & 0xc0) == 0x80);
}

static size_t write_octet(char *text, unsigned value)
{
    size_t len = 0;
    if (value >= 100)
        text[len++] = (char)('0' + value / 100);
    if (value >= 10)
        text[len++] = (char)('0' + value / 10 % 10);
    text[len++] = (char)('0' + value % 10);
    return len;
}

struct str ip_text(const struct ip *ip, char *text)
{
    if (!ip_is_v4(ip)) {
        inet_ntop(AF_INET6, ip->bytes, text, IP_TEXT);
        return str_of(text);
    }
    size_t len = 0;
    for (int i = 12; i < 16; i++) {
        len += write_octet(text + len, ip->bytes[i]);
        text[len++] = i < 15 ? '.' : '\0';
    }
    return (struct str){text, len - 1};
}

bool cidr_parse(struct str text, struct cidr *ret)
{
    struct cidr out;
    struct str base;
    uint64_t bits = 128;
    bool has_bits = str_cut(&text, STR("/"), &base);
    if (!ip_parse(has_bits ? base : text, &out.base))
        return false;
    if (has_bits) {
        if (!str_to_u64(text, &bits) || bits > (ip_is_v4(&out.base) ? 32u : 128u))
            return false;
        bits += ip_is_v4(&out.base) ? 96 : 0;
    }
    out.bits = (uint8_t)bits;
    *ret = out;
    return true;
}

bool cidr_has(const struct cidr *cidr, const struct ip *ip)
{
    unsigned whole = cidr->bits / 8, rest = cidr->bits % 8;
    if (memcmp(cidr->base.bytes, ip->bytes, whole) != 0)
        return false;
    return rest == 0 || ((cidr->base.bytes[whole] ^ ip->bytes[whole]) >> (8 - rest)) == 0;
}

uint64_t ip_network(const struct ip *ip, unsigned v4_bits, unsigned v6_bits)
{
    uint64_t top = 0;
    if (ip_is_v4(ip)) {
        for (int i = 12; i < 16; i++)
            top = top << 8 | ip->bytes[i];
        return top >> (32 - v4_bits) | UINT64_C(1) << 63;
    }
    for (int i = 0; i < 8; i++)
        top = top << 8 | ip->bytes[i];
    return top >> (64 - v6_bits) & ~(UINT64_C(1) << 63);
}
