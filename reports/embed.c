/* Files as constants of C, for the build: embed NAME=FILE... prints, for each, `const struct str
 * NAME`. Unlike assembler's .incbin it asks nothing of the platform. */
#include <stdio.h>
#include <string.h>

static int embed(const char *name, int name_len, const char *path)
{
    FILE *file = fopen(path, "rb");
    unsigned long len = 0;
    if (!file) {
        perror(path);
        return 1;
    }
    printf("static const char %.*s_bytes[] = {", name_len, name);
    for (int c = getc(file); c != EOF; c = getc(file))
        printf("%s%d,", len++ % 24 ? "" : "\n", c < 128 ? c : c - 256);
    printf("0};\nextern const struct str %.*s;\nconst struct str %.*s = {%.*s_bytes, %luU};\n",
           name_len, name, name_len, name, name_len, name, len);
    int failed = ferror(file);
    fclose(file);
    return failed;
}

int main(int argc, char **argv)
{
    printf("#include \"str.h\"\n");
    for (int i = 1; i < argc; i++) {
        const char *equals = strchr(argv[i], '=');
        if (!equals || embed(argv[i], (int)(equals - argv[i]), equals + 1) != 0)
            return 1;
    }
    return fflush(stdout) != 0;
}
