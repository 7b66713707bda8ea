#include "encode.h"

#include <openssl/evp.h>

struct str encode_base64(struct str bytes, struct arena *arena)
{
    char *text = arena_chars(arena, bytes.len / 3 * 4 + 8);
    int len =
        EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)bytes.ptr, (int)bytes.len);
    return (struct str){text, (size_t)len};
}

void encode_base64_lines(struct out *out, struct str bytes)
{
    enum { LINE_BYTES = 57 }; /* 76 characters */
    char line[LINE_BYTES / 3 * 4 + 4];
    while (bytes.len > 0) {
        struct str part = str_head(bytes, LINE_BYTES);
        int len =
            EVP_EncodeBlock((unsigned char *)line, (const unsigned char *)part.ptr, (int)part.len);
        out_str(out, (struct str){line, (size_t)len});
        out_char(out, '\n');
        bytes = str_skip(bytes, part.len);
    }
}

static bool is_plain(char c)
{
    return c >= ' ' && c <= '~' && c != '=';
}

void encode_quoted_printable(struct out *out, struct str text)
{
    enum { COLUMNS = 72 };
    unsigned column = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool last = i + 1 == text.len || text.ptr[i + 1] == '\n';
        if (c == '\n') {
            out_char(out, '\n');
            column = 0;
            continue;
        }
        if (column >= COLUMNS) {
            out_text(out, "=\n");
            column = 0;
        }
        /* A dot or "From " at the beginning of a line would be changed on the way. */
        bool risky = (c == ' ' && last) || (column == 0 && (c == '.' || c == 'F'));
        if (is_plain(c) && !risky)
            out_char(out, c);
        else
            out_printf(out, "=%02X", (unsigned char)c);
        column += is_plain(c) && !risky ? 1 : 3;
    }
}

void encode_words(struct out *out, struct str text)
{
    enum { WORD_BYTES = 42 }; /* an encoded word has at most 75 characters */
    for (bool first = true; text.len > 0; first = false) {
        size_t n = text.len < WORD_BYTES ? text.len : WORD_BYTES;
        while (n > 1 && n < text.len && (text.ptr[n] & 0xC0) == 0x80)
            n--; /* never inside a character */
        struct arena arena = {0};
        out_text(out, first ? "=?UTF-8?B?" : "\n =?UTF-8?B?");
        out_str(out, encode_base64(str_head(text, n), &arena));
        out_text(out, "?=");
        arena_free(&arena);
        text = str_skip(text, n);
    }
}

const char *encode_sha256(struct str bytes, struct arena *arena)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    char *text = arena_chars(arena, 65);
    EVP_Digest(bytes.ptr, bytes.len, digest, NULL, EVP_sha256(), NULL);
    for (unsigned i = 0; i < 32; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[64] = '\0';
    return text;
}
