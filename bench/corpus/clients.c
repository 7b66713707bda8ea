#include "clients.h"

#include "random.h"

enum { ATTACKER_NETWORKS = 10000 };

static const char providers[16][16] = {
    "fibernet", "citycable", "teleline", "homelink", "skybroad", "netcom",  "unicable", "dslworld",
    "mobinet",  "airdata",   "gigahome", "regiotel", "swiftnet", "bluecom", "wirelink", "metrolan",
};

/* First bytes that are nobody's private, shared, test or multicast range. */
static uint8_t first_byte(uint64_t h)
{
    static const uint8_t taken[] = {10, 100, 127, 169, 172, 192, 198, 203};
    uint8_t ret = (uint8_t)(h % 220 + 2);
    for (unsigned i = 0; i < sizeof taken; i++)
        if (ret == taken[i])
            ret = (uint8_t)(ret + 1);
    return ret;
}

struct client client_v4(uint64_t seed, uint32_t network, uint8_t subnet, uint8_t host, uint8_t kind)
{
    uint64_t h = random_mix(seed, network);
    struct client ret = {.kind = kind, .network = (uint16_t)network};
    ret.bytes[0] = first_byte(h);
    ret.bytes[1] = (uint8_t)(h >> 16);
    ret.bytes[2] = subnet;
    ret.bytes[3] = (uint8_t)(host % 254 + 1);
    return ret;
}

struct client client_v6(uint64_t seed, uint32_t network, uint32_t site, uint64_t host)
{
    struct client ret = {.v6 = true, .kind = CLIENT_UNKNOWN, .network = (uint16_t)network};
    uint64_t h = random_mix(seed, network + ATTACKER_NETWORKS);
    const uint8_t prefix[8] = {0x2a,
                               (uint8_t)(h | 1),
                               (uint8_t)(h >> 8 | 16),
                               (uint8_t)(h >> 16),
                               (uint8_t)(site >> 24 | 16),
                               (uint8_t)(site >> 16),
                               (uint8_t)(site >> 8 | 16),
                               (uint8_t)site};
    memcpy(ret.bytes, prefix, sizeof prefix);
    for (unsigned i = 0; i < 8; i++)
        ret.bytes[8 + i] = (uint8_t)(host >> (56 - 8 * i));
    for (unsigned i = 8; i < 16; i += 2)
        ret.bytes[i] |= 16; /* no group is zero, so the text has no "::" to place */
    return ret;
}

static void put_v4(struct writer *out, const uint8_t *bytes, char separator)
{
    for (unsigned i = 0; i < 4; i++) {
        if (i)
            put_char(out, separator);
        put_number(out, bytes[i]);
    }
}

void put_ip(struct writer *out, const struct client *client)
{
    if (!client->v6) {
        put_v4(out, client->bytes, '.');
        return;
    }
    for (unsigned i = 0; i < 16; i += 2) {
        if (i)
            put_char(out, ':');
        put_hex_lower(out, (uint64_t)client->bytes[i] << 8 | client->bytes[i + 1], 1);
    }
}

static void put_name(struct writer *out, const struct client *client, const char *domain)
{
    switch (client->kind) {
    case CLIENT_DYNAMIC:
        put(out, "dyn-");
        put_v4(out, client->bytes, '-');
        put_char(out, '.');
        put(out, providers[client->network & 15]);
        put(out, ".example");
        break;
    case CLIENT_OFFICE:
        put(out, "gw");
        put_number(out, client->network);
        put(out, ".office.");
        put(out, domain);
        break;
    case CLIENT_NAMED:
        put(out, "mx-out");
        put_number(out, client->bytes[3] & 7);
        put_char(out, '.');
        put(out, domain);
        break;
    case CLIENT_SERVER:
        put(out, "vps-");
        put_v4(out, client->bytes, '-');
        put(out, ".cloudhost");
        put_number(out, client->network % 7);
        put(out, ".example");
        break;
    case CLIENT_FETCHER:
        put(out, "fetch-");
        put_v4(out, client->bytes, '-');
        put(out, ".mailapp.example");
        break;
    case CLIENT_LOCALHOST:
        put(out, "localhost");
        break;
    default:
        put(out, "unknown");
    }
}

void put_peer(struct writer *out, const struct client *client, const char *domain)
{
    put_name(out, client, domain);
    put_char(out, '[');
    put_ip(out, client);
    put_char(out, ']');
}

void put_helo(struct writer *out, const struct client *client, const char *domain)
{
    if (client->kind == CLIENT_NAMED) {
        put_name(out, client, domain);
        return;
    }
    put_char(out, '[');
    put_ip(out, client);
    put_char(out, ']');
}
