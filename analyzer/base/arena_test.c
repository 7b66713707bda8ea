/* Memory given back at once: aligned, zeroed, never handed out twice. */
#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIECES = 5000, LARGE = 1000 * 1000 };

static int wrong(const char *what, size_t number)
{
    printf("%s: %zu\n", what, number);
    return 1;
}

/* Every piece is filled with its number; if two lay over each other, one would be spoiled. */
static int check_apart(struct arena *arena)
{
    unsigned char *pieces[PIECES];
    size_t sizes[PIECES];
    int failed = 0;
    for (size_t i = 0; i < PIECES && failed < 5; i++) {
        sizes[i] = i % 100 == 99 ? LARGE : i * 7 % 301;
        bool text = i % 3 == 0;
        pieces[i] =
            text ? (unsigned char *)arena_chars(arena, sizes[i]) : arena_alloc(arena, sizes[i]);
        if (!text && (uintptr_t)pieces[i] % _Alignof(max_align_t) != 0)
            failed += wrong("not aligned", i);
        for (size_t k = 0; !text && k < sizes[i]; k++)
            if (pieces[i][k])
                return failed + wrong("not zeroed", i);
        memset(pieces[i], (int)(i % 255) + 1, sizes[i]);
    }
    for (size_t i = 0; i < PIECES && failed < 5; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            if (pieces[i][k] != i % 255 + 1)
                return failed + wrong("spoiled", i);
    return failed;
}

static int check_text(struct arena *arena)
{
    char local[] = "text";
    struct str copy = arena_str(arena, str_of(local));
    const char *closed = arena_cstr(arena, STR("a\0b"));
    const char *printed = arena_printf(arena, "%s %d", "printed", 7);
    const char *empty = arena_cstr(arena, (struct str){NULL, 0});
    char *wide = arena_printf(arena, "%*d", LARGE, 1);
    int failed = 0;
    local[0] = 'x';
    failed += str_eq(copy, STR("text")) ? 0 : wrong("str was not copied", 0);
    failed += memcmp(closed, "a\0b", 4) == 0 ? 0 : wrong("cstr", 0);
    failed += strcmp(printed, "printed 7") == 0 ? 0 : wrong("printf", 0);
    failed += empty[0] == '\0' ? 0 : wrong("empty cstr", 0);
    failed += strlen(wide) == LARGE ? 0 : wrong("wide printf", strlen(wide));
    return failed + (arena_str(arena, STR("")).ptr ? 0 : wrong("an empty str has no place", 0));
}

static int check_reset(struct arena *arena)
{
    size_t before = arena->bytes;
    arena_reset(arena);
    int failed = arena->bytes < before ? 0 : wrong("nothing was given back", arena->bytes);
    before = arena->bytes;
    for (size_t i = 0; i < PIECES; i++) {
        arena_chars(arena, 40);
        arena_reset(arena);
    }
    return failed + (arena->bytes == before ? 0 : wrong("grows though emptied", arena->bytes));
}

int main(void)
{
    struct arena arena = {0};
    int failed = 0;
    arena_reset(&arena);
    failed += check_apart(&arena) + check_text(&arena) + check_reset(&arena) + check_apart(&arena);
    arena_free(&arena);
    failed += arena.bytes == 0 && !arena.chunk ? 0 : wrong("not empty after free", arena.bytes);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
