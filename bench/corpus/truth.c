#include "truth.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "random.h"

static size_t slot_of(const struct truth *truth, uint32_t account, const struct client *client)
{
    uint64_t halves[2];
    memcpy(halves, client->bytes, sizeof halves);
    return random_mix(random_mix(account, halves[0]), halves[1]) & (truth->origin_slots - 1);
}

static struct origin *find(const struct truth *truth, uint32_t account, const struct client *client)
{
    size_t slot = slot_of(truth, account, client);
    struct origin *origin = &truth->origins[slot];
    while (origin->used &&
           (origin->account != account || memcmp(origin->client.bytes, client->bytes, 16) != 0)) {
        slot = (slot + 1) & (truth->origin_slots - 1);
        origin = &truth->origins[slot];
    }
    return origin;
}

static void grow(struct truth *truth)
{
    struct origin *old = truth->origins;
    size_t old_slots = truth->origin_slots;
    truth->origin_slots = old_slots * 2;
    truth->origins = memory_new(truth->origin_slots, sizeof *truth->origins);
    for (size_t i = 0; i < old_slots; i++)
        if (old[i].used)
            *find(truth, old[i].account, &old[i].client) = old[i];
    free(old);
}

struct origin *truth_origin(struct truth *truth, uint32_t account, const struct client *client)
{
    if (truth->origin_count * 4 >= truth->origin_slots * 3)
        grow(truth);
    struct origin *ret = find(truth, account, client);
    if (!ret->used) {
        ret->used = true;
        ret->account = account;
        ret->client = *client;
        truth->origin_count++;
    }
    return ret;
}

const struct origin *truth_find(const struct truth *truth, uint32_t account,
                                const struct client *client)
{
    const struct origin *ret = find(truth, account, client);
    return ret->used ? ret : NULL;
}

void truth_make(struct truth *truth, uint32_t accounts)
{
    truth->tallies = memory_new(accounts, sizeof *truth->tallies);
    truth->origin_slots = 1 << 14;
    truth->origins = memory_new(truth->origin_slots, sizeof *truth->origins);
}

void truth_free(struct truth *truth)
{
    free(truth->tallies);
    free(truth->origins);
}
