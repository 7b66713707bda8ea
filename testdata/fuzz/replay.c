/* Gives a fuzz target the inputs of files and folders, without a fuzzer: what was once found stays
 * found.
 *
 * usage: x_fuzz PATH... */
#define _GNU_SOURCE /* nftw, memfd_create */
#include <ftw.h>

#include "fuzzing.h"

static int replay(const char *path, const struct stat *stat, int type, struct FTW *at)
{
    (void)at;
    if (type != FTW_F)
        return 0;
    size_t size = (size_t)stat->st_size;
    uint8_t *data = malloc(size ? size : 1);
    FILE *in = fopen(path, "rb");
    if (!data || !in || fread(data, 1, size, in) != size) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    fclose(in);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

int main(int argc, char **argv)
{
    enum { FOLDERS_OPEN = 16 };
    for (int i = 1; i < argc; i++)
        if (nftw(argv[i], replay, FOLDERS_OPEN, FTW_PHYS) != 0) {
            perror(argv[i]);
            return EXIT_FAILURE;
        }
    return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
