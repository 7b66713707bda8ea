/* Command lines, a word a line. Without slashes: no file of the machine is read. */
#define _GNU_SOURCE /* memfd_create */
#include "options.h"

#include "fuzzing.h"
#include "str.h"
#include "values.h"

static void values(const char *word)
{
    struct time_limit limit;
    uint64_t number;
    (void)value_time(word, &limit);
    (void)value_size(word, &number);
    if (value_number(word, 3, 70000, &number))
        fuzz_require(number >= 3 && number <= 70000, "within its limits");
    (void)value_zone(word);
    (void)value_domain(word);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { WORDS_MAX = 32 };
    if (memchr(data, '/', size) || memchr(data, '\0', size))
        return 0;
    struct arena arena = {0};
    struct options options;
    struct err err = {.status = STATUS_OK};
    char *words[WORDS_MAX + 2] = {arena_cstr(&arena, STR("postmortem"))};
    int count = 1;
    struct str text = {(const char *)data, size}, word;
    while (count <= WORDS_MAX && str_cut(&text, STR("\n"), &word)) {
        words[count++] = arena_cstr(&arena, word);
        values(words[count - 1]);
    }
    if (!options_parse(count, words, &arena, &options, &err))
        fuzz_require(err.text[0] && err.status != STATUS_OK, "a refusal says why");
    arena_free(&arena);
    return 0;
}
