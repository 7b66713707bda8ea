/* Build tool: prints the compiled patterns as C, so that no run has to spend a second on compiling
 * them. */
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "patterns.h"

static void print_words(const char *bytes, size_t count)
{
    size_t words = (count + sizeof(uint64_t) - 1) / sizeof(uint64_t);
    uint64_t *padded = xcalloc(words, sizeof *padded);
    memcpy(padded, bytes, count);
    printf("#include \"patterns_database.h\"\n\nconst size_t patterns_database_bytes = %zu;\nconst "
           "uint64_t patterns_database[] = {\n",
           count);
    for (size_t i = 0; i < words; i++)
        printf("0x%llx,%s", (unsigned long long)padded[i], i % 6 == 5 ? "\n" : "");
    printf("};\n");
    free(padded);
}

int main(void)
{
    unsigned count = 0;
    struct err err = {0};
    const struct pattern **patterns = patterns_collect(&count);
    hs_database_t *database = patterns_compile(patterns, count, &err);
    char *bytes = NULL;
    size_t size = 0;
    bool ok = database && hs_serialize_database(database, &bytes, &size) == HS_SUCCESS;
    if (ok)
        print_words(bytes, size);
    else
        fprintf(stderr, "patterns_embed: %s\n", err.text);
    free(bytes);
    hs_free_database(database);
    free(patterns);
    return ok && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
