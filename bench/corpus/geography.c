#include "geography.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"
#include "simulation.h"

enum { PROVIDERS = 65536, COUNTRIES = 40 };

static const char countries[COUNTRIES][3] = {
    "CH", "DE", "FR", "IT", "AT", "GB", "ES", "NL", "PL", "SE", "US", "CA", "MX", "BR",
    "AR", "CL", "CO", "CN", "JP", "KR", "IN", "ID", "VN", "TH", "PH", "MY", "RU", "UA",
    "TR", "IR", "IL", "EG", "ZA", "NG", "KE", "MA", "AU", "NZ", "RO", "BG",
};

/* People live in the first country; the rest of the world is dealt out by chance. */
static void deal(const struct simulation *simulation, const char **of)
{
    uint64_t seed = simulation->options.seed;
    for (uint32_t i = 0; i < PROVIDERS; i++)
        of[i] = countries[random_mix(seed + 5, i) % COUNTRIES];
    for (uint32_t network = 0; network < POPULATION_NETWORKS; network++) {
        struct client client = client_v4(seed, network, 0, 0, CLIENT_UNKNOWN);
        of[client.bytes[0] << 8 | client.bytes[1]] = countries[0];
    }
}

void geography_write(const struct simulation *simulation, const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/geoip", folder);
    FILE *file = fopen(path, "w");
    if (!file)
        fail("cannot write", path);
    const char **of = memory_new(PROVIDERS, sizeof *of);
    deal(simulation, of);
    for (uint32_t i = 0, first = 0; i < PROVIDERS; i++) {
        if (i + 1 < PROVIDERS && of[i + 1] == of[first])
            continue;
        fprintf(file, "%" PRIu32 ",%" PRIu32 ",%s\n", first << 16, i << 16 | 0xffff, of[first]);
        first = i + 1;
    }
    free(of);
    if (fclose(file))
        fail("cannot write", path);
}
