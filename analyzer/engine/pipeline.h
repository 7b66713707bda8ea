/* Every block of every wanted input, worked on in parallel, folded in order. Both passes over the
 * logs run through here. */
#ifndef POSTMORTEM_PIPELINE_H
#define POSTMORTEM_PIPELINE_H

#include "block.h"
#include "err.h"
#include "source.h"

/* How a member, or a path as a whole, ended. */
struct member_end {
    uint64_t bytes;     /* of the decompressed member, before decoding */
    const char *damage; /* valid during the call; NULL: none */
};

struct path_end {
    uint64_t bytes; /* as received */
    bool has_digest;
    uint8_t sha256[32];
    const char *failure; /* could not be opened at all; NULL */
};

/* What is done with the blocks. user is shared by all calls; functions say which thread they may be
 * on. */
struct consumer {
    void *user;
    void *(*worker_new)(void *user);
    void (*worker_free)(void *worker);
    void (*result_free)(void *result);
    /* Reader thread: a member begins; NULL leaves it out. */
    void *(*member_begin)(void *user, size_t path, unsigned index,
                          const struct source_member *member);
    /* Any thread: fills block->result. */
    void (*work)(void *worker, struct block *block);
    /* Any thread, in order within the member, or of all members with in_order. */
    void (*fold)(void *member, struct block *block);
    /* Reader thread, perhaps before the last fold. */
    void (*member_end)(void *member, const struct member_end *end);
    void (*path_end)(void *user, size_t path, const struct path_end *end);
    /* Reader thread: is this path wanted at all? NULL: all are. */
    bool (*wants)(void *user, size_t path);
};

struct pipeline_options {
    unsigned threads; /* workers, at least 1 */
    bool in_order; /* one input after the other, and folds in the order of all blocks of all members
                    */
    size_t block_bytes;
    struct source_options source;
};

/* Returns when everything is folded, or soon after *stop. */
void pipeline_run(const struct source_path *paths, size_t count,
                  const struct pipeline_options *options, const struct consumer *consumer);

#endif
