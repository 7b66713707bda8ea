/* Encodings of mail (RFC 2045, 2047) and digests as text. */
#ifndef POSTMORTEM_ENCODE_H
#define POSTMORTEM_ENCODE_H

#include "arena.h"
#include "out.h"

/* Base64 without line breaks, into the arena. */
struct str encode_base64(struct str bytes, struct arena *arena);
/* Base64 in lines of 76, as a body of mail. */
void encode_base64_lines(struct out *out, struct str bytes);
/* Quoted-printable text; its lines end with "\n" and stay what they are for the reader. */
void encode_quoted_printable(struct out *out, struct str text);
/* Part of a header, UTF-8, as encoded words. */
void encode_words(struct out *out, struct str text);
/* 64 hex digits, into the arena. */
const char *encode_sha256(struct str bytes, struct arena *arena);

#endif
