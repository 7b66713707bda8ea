/* Small readers of text: locators, addresses, secrets in lines. */
#define _GNU_SOURCE /* memfd_create */
#include "fuzzing.h"
#include "ip.h"
#include "locator.h"
#include "secrets.h"

static void locator(struct str text, struct arena *arena)
{
    struct locator read, again;
    if (!locator_parse(text, &read))
        return;
    const char *written =
        locator_text(arena, read.input, (struct str){NULL, 0}, read.line, read.offset, read.length,
                     read.has_digest ? read.sha256 : NULL);
    fuzz_require(locator_parse(str_of(written), &again), "a locator is read again");
    fuzz_require(again.line == read.line && again.offset == read.offset &&
                     again.length == read.length,
                 "a locator stays what it was");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena arena = {0};
    struct ip ip;
    if (!memchr(data, '\0', size))
        locator(text, &arena);
    if (ip_parse(text, &ip))
        fuzz_require(size <= 64, "an address is short");
    struct str masked = mask_secrets(text, &arena);
    fuzz_touch(masked.ptr, masked.len);
    if (size > 2) {
        struct str part =
            mask_secrets_of_part(text, str_head(str_skip(text, size / 3), size / 3), &arena);
        fuzz_touch(part.ptr, part.len);
    }
    arena_free(&arena);
    return 0;
}
