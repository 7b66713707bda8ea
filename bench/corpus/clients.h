/* Addresses of machines that connect, and the names they have. */
#ifndef CORPUS_CLIENTS_H
#define CORPUS_CLIENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "writer.h"

enum client_kind {
    CLIENT_UNKNOWN,
    CLIENT_DYNAMIC,
    CLIENT_OFFICE,
    CLIENT_NAMED,
    CLIENT_LOCALHOST,
    CLIENT_SERVER,
    CLIENT_FETCHER
};

struct client {
    uint8_t bytes[16]; /* of IPv4 only the first 4 */
    bool v6;
    uint8_t kind;
    uint16_t network; /* numbers the provider */
};

/* A host of a provider; the same arguments give the same one. Each provider has a /16 (IPv6: a
 * /32), subnet is its third byte. */
struct client client_v4(uint64_t seed, uint32_t network, uint8_t subnet, uint8_t host,
                        uint8_t kind);
struct client client_v6(uint64_t seed, uint32_t network, uint32_t site, uint64_t host);

void put_ip(struct writer *out, const struct client *client);
/* name[address]; domain: of a CLIENT_NAMED or CLIENT_OFFICE one; at most 120 bytes */
void put_peer(struct writer *out, const struct client *client, const char *domain);
void put_helo(struct writer *out, const struct client *client, const char *domain);

#endif
