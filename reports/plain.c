#include "plain.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "escape.h"

void plain_str(struct out *out, struct str text)
{
    while (text.len > 0) {
        struct glyph glyph = escape_terminal(&text);
        out_str(out, (struct str){glyph.bytes, glyph.len});
    }
}

void plain_when(struct out *out, struct when when)
{
    char text[WHEN_TEXT];
    out_text(out, when.usec == TIME_NONE ? "unknown" : when_text(when, text));
}

void plain_count(struct out *out, uint64_t number, const char *singular)
{
    out_printf(out, "%" PRIu64 " %s%s", number, singular, number == 1 ? "" : "s");
}

bool is_shell_safe(struct str text)
{
    static const char others[] = "._+%=@-";
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_alnum(text.ptr[i]) && !memchr(others, text.ptr[i], sizeof others - 1))
            return false;
    return text.len > 0 && text.len <= 254 && text.ptr[0] != '-';
}

bool is_queue_id(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_alnum(text.ptr[i]) && (text.ptr[i] != '-' || i == 0))
            return false;
    return text.len > 0 && text.len <= 32;
}

static const char *uuid_of(const uint8_t *digest, unsigned version, char *uuid)
{
    size_t len = 0;
    for (unsigned i = 0; i < 16; i++) {
        unsigned byte = digest[i];
        if (i == 6)
            byte = (byte & 0x0f) | version << 4;
        if (i == 8)
            byte = (byte & 0x3f) | 0x80;
        len += (size_t)snprintf(uuid + len, UUID_TEXT - len, "%s%02x",
                                i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", byte);
    }
    return uuid;
}

const char *uuid_derived(struct str text, char *uuid)
{
    uint8_t digest[EVP_MAX_MD_SIZE] = {0};
    EVP_Digest(text.ptr, text.len, digest, NULL, EVP_sha256(), NULL);
    return uuid_of(digest, 4, uuid);
}

const char *uuid_stix(struct str name, char *uuid)
{
    static const uint8_t namespace[16] = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
                                          0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};
    uint8_t bytes[16 + 128], digest[EVP_MAX_MD_SIZE] = {0};
    size_t len = name.len < sizeof bytes - 16 ? name.len : sizeof bytes - 16;
    memcpy(bytes, namespace, 16);
    memcpy(bytes + 16, name.ptr, len);
    EVP_Digest(bytes, 16 + len, digest, NULL, EVP_sha1(), NULL);
    return uuid_of(digest, 5, uuid);
}
