#define _GNU_SOURCE /* dl_iterate_phdr, realpath */
#include "versions.h"

#include <hs.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include <archive.h>
#include <openssl/crypto.h>

#include "detect.h"

/* The name behind the links has the version, as libz.so.1.2.13. */
static int print_file(struct dl_phdr_info *library, size_t size, void *user)
{
    (void)size;
    char *path = strchr(library->dlpi_name, '/') ? realpath(library->dlpi_name, NULL) : NULL;
    if (path)
        fprintf(user, " %s", strrchr(path, '/') + 1);
    free(path);
    return 0;
}

void versions_print(FILE *out)
{
    fprintf(out, "postmortem %s, model %d\n", POSTMORTEM_VERSION, MODEL_VERSION);
    fprintf(out, "hyperscan %s\nzstd %s\n%s\n%s\n", hs_version(), ZSTD_versionString(),
            archive_version_details(), OpenSSL_version(OPENSSL_VERSION));
    fputs("loaded:", out);
    dl_iterate_phdr(print_file, out);
    fputc('\n', out);
}
