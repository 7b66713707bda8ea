/* Equal text, equal id, however many there are; and two tables made one. */
#include "intern.h"

#include <stdio.h>
#include <stdlib.h>

enum { STRINGS = 100000, NUMBER_TEXT = 16 };

static int wrong(const char *what, unsigned number)
{
    printf("%s: string %u\n", what, number);
    return 1;
}

static struct str number_text(unsigned number, char *text)
{
    snprintf(text, NUMBER_TEXT, "user-%u", number);
    return str_of(text);
}

static int check_many(void)
{
    struct intern intern;
    uint32_t *ids = xcalloc(STRINGS, sizeof *ids);
    char text[NUMBER_TEXT];
    int failed = 0;
    intern_init(&intern);
    for (unsigned i = 0; i < STRINGS; i++)
        ids[i] = intern_id(&intern, number_text(i, text));
    for (unsigned i = 0; i < STRINGS && failed < 5; i++) {
        struct str expected = number_text(i, text);
        if (ids[i] == 0 || intern_id(&intern, expected) != ids[i] ||
            intern_find(&intern, expected) != ids[i])
            failed += wrong("another id the second time", i);
        if (!str_eq(intern_get(&intern, ids[i]), expected))
            failed += wrong("other text", i);
    }
    if (intern.count != STRINGS + 1)
        failed += wrong("not one id each", intern.count);
    intern_free(&intern);
    free(ids);
    return failed;
}

static int check_small(void)
{
    struct intern intern;
    char local[] = "moves", upper[] = "MiXed@Example.COM";
    int failed = 0;
    intern_init(&intern);
    uint32_t empty = intern_id(&intern, STR("")), moves = intern_id(&intern, str_of(local));
    local[0] = 'x';
    failed += intern_id(&intern, (struct str){NULL, 0}) == 0 ? 0 : wrong("nothing has an id", 0);
    failed += empty != 0 && intern_find(&intern, STR("")) == empty
                  ? 0
                  : wrong("the empty string has none", empty);
    failed += intern_find(&intern, (struct str){NULL, 0}) == 0 ? 0 : wrong("nothing is found", 0);
    failed +=
        str_eq(intern_get(&intern, moves), STR("moves")) ? 0 : wrong("text was not copied", moves);
    failed +=
        intern_find(&intern, STR("never seen")) == 0 ? 0 : wrong("found without being there", 0);
    failed +=
        intern_lower_id(&intern, str_of(upper)) == intern_id(&intern, STR("mixed@example.com"))
            ? 0
            : wrong("lower case", 0);
    failed += intern_id(&intern, STR("a\0b")) != intern_id(&intern, STR("a\0c"))
                  ? 0
                  : wrong("NUL ends a string", 0);
    intern_free(&intern);
    return failed;
}

/* Every second string is in both. */
static int check_merge(void)
{
    struct intern into, from;
    char text[NUMBER_TEXT];
    int failed = 0;
    intern_init(&into);
    intern_init(&from);
    for (unsigned i = 0; i < STRINGS; i += 2)
        intern_id(&into, number_text(i, text));
    for (unsigned i = STRINGS; i-- > 0;)
        intern_id(&from, number_text(i, text));
    uint32_t *map = intern_merge(&into, &from);
    if (map[0] != 0 || into.count != STRINGS + 1)
        failed += wrong("not the union", into.count);
    for (uint32_t id = 1; id < from.count && failed < 5; id++)
        if (!str_eq(intern_get(&into, map[id]), intern_get(&from, id)))
            failed += wrong("mapped to other text", id);
    free(map);
    intern_free(&into);
    intern_free(&from);
    return failed;
}

int main(void)
{
    int failed = check_small() + check_many() + check_merge();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
