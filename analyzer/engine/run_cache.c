#define _GNU_SOURCE /* O_CLOEXEC, O_NOCTTY */
#include "run_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build_id.h"
#include "numbers.h"
#include "parallel.h"
#include "reader.h"
#include "run_segments.h"

enum { READ_BYTES = 1 << 20, DIGEST_BYTES = 32, NAME_BYTES = 160 };

static void name_entry(const struct run *run, uint64_t bytes, const uint8_t *sha256,
                       char name[NAME_BYTES])
{
    char digest[2 * DIGEST_BYTES + 1];
    for (unsigned i = 0; i < DIGEST_BYTES; i++)
        snprintf(digest + 2 * i, 3, "%02x", sha256[i]);
    snprintf(name, NAME_BYTES, "%llu-%s-%016llx.pms", (unsigned long long)bytes, digest,
             (unsigned long long)run->build);
}

/* The lengths of what is there: a file of another length need not be hashed to know that it is
 * not. */
struct lengths {
    uint64_t *items;
    size_t count, capacity;
};

static void list_lengths(const struct run *run, struct lengths *ret)
{
    DIR *folder = opendir(run->settings->cache_dir);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        struct str name = str_of(entry->d_name);
        uint64_t bytes;
        if (!str_take_u64(&name, &bytes) || !str_ends(name, STR(".pms")))
            continue;
        if (ret->count == ret->capacity) {
            ret->capacity = 2 * ret->capacity + 64;
            ret->items = xrealloc(ret->items, ret->capacity, sizeof *ret->items);
        }
        ret->items[ret->count++] = bytes;
    }
    if (folder)
        closedir(folder);
    if (ret->count)
        qsort(ret->items, ret->count, sizeof *ret->items, compare_u64);
}

/* What is known of a path before it is read. */
struct lookup {
    struct run *run;
    struct lengths lengths;
    struct found {
        struct segment segment;
        uint8_t sha256[DIGEST_BYTES];
        char *entry; /* NULL: not there */
        const char *why;
    } * found;
};

static bool hash_file(const struct run *run, const char *path, uint8_t *ret)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    EVP_MD_CTX *hash = fd >= 0 ? EVP_MD_CTX_new() : NULL;
    char *buffer = xmalloc(READ_BYTES);
    bool ok = hash && EVP_DigestInit_ex(hash, EVP_sha256(), NULL);
    ssize_t n = 1;
    while (ok && n > 0 && !*run->stop) {
        n = read(fd, buffer, READ_BYTES);
        ok = n >= 0 && EVP_DigestUpdate(hash, buffer, (size_t)n);
    }
    ok = ok && n == 0 && EVP_DigestFinal_ex(hash, ret, NULL);
    EVP_MD_CTX_free(hash);
    free(buffer);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool may_be_there(const struct lookup *lookup, const char *path, uint64_t *ret_bytes)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    *ret_bytes = (uint64_t)status.st_size;
    return lookup->lengths.count && bsearch(ret_bytes, lookup->lengths.items, lookup->lengths.count,
                                            sizeof *ret_bytes, compare_u64);
}

static void look_up(void *user, unsigned thread, uint32_t path)
{
    struct lookup *lookup = user;
    struct found *found = &lookup->found[path];
    const struct run *run = lookup->run;
    struct arena scratch = {0};
    const char *file = run->paths.items[path].path;
    char name[NAME_BYTES];
    uint64_t bytes;
    (void)thread;
    if (run->is_read[path] || (run->others && run->others[path]) || run->paths.items[path].file ||
        !may_be_there(lookup, file, &bytes) || !hash_file(run, file, found->sha256))
        return;
    name_entry(run, bytes, found->sha256, name);
    char *entry = arena_printf(&scratch, "%s/%s", run->settings->cache_dir, name);
    if (segment_is(entry)) {
        found->why = segment_read(entry, run->seed, 1, &found->segment);
        found->entry = strcpy(xmalloc(strlen(entry) + 1), entry);
    }
    arena_free(&scratch);
}

/* As if the path had been read now. */
static void take(struct run *run, size_t path, struct found *found)
{
    const struct source_path *source = &run->paths.items[path];
    struct path_fact *fact = &run->path_facts[path];
    for (uint32_t i = 0; i < found->segment.count; i++) {
        struct segment_entry *entry = &found->segment.entries[i];
        fact->bytes = entry->path_bytes;
        struct member *member = segments_take_entry(run, path, entry->index, entry);
        member->origin = NULL;
        member->path_name = source->path;
        member->modified_usec = source->modified_usec;
        member->named = source->named;
    }
    fact->has_digest = true;
    memcpy(fact->sha256, found->sha256, sizeof fact->sha256);
    run->is_read[path] = true;
    if (run->calls.received)
        atomic_fetch_add(run->calls.received, fact->bytes);
}

void cache_read(struct run *run)
{
    struct lookup lookup = {.run = run};
    if (!run->settings->cache_dir)
        return;
    run->build = build_id();
    list_lengths(run, &lookup.lengths);
    lookup.found = xcalloc(run->paths.count, sizeof *lookup.found);
    parallel(run->settings->threads, (uint32_t)run->paths.count, look_up, &lookup);
    for (size_t i = 0; i < run->paths.count; i++) {
        struct found *found = &lookup.found[i];
        if (found->why)
            run->calls.complain(run->calls.user, found->entry,
                                arena_printf(&run->arena, "%s; %s is read anew", found->why,
                                             run->paths.items[i].path));
        else if (found->segment.count)
            take(run, i, found);
        segment_free(&found->segment);
        free(found->entry);
    }
    free(lookup.found);
    free(lookup.lengths.items);
}

/* All members of a path, in the order of their numbers; the caller frees the list. */
static struct member **members_of_locked(const struct run *run, size_t path, uint32_t *ret_count)
{
    struct member **members = xcalloc(run->member_count, sizeof(struct member *));
    *ret_count = 0;
    for (size_t i = 0; i < run->member_count; i++)
        if (run->members[i]->path == path)
            members[(*ret_count)++] = run->members[i];
    return members;
}

static void save(struct run *run, size_t path, struct member **members, uint32_t count)
{
    const struct path_fact *fact = &run->path_facts[path];
    struct wire_out *packed = xcalloc(count, sizeof *packed);
    struct arena scratch = {0};
    struct err err = {0};
    char name[NAME_BYTES];
    name_entry(run, fact->bytes, fact->sha256, name);
    for (uint32_t i = 0; i < count; i++) {
        struct segment_entry entry = segments_entry_of(run, members[i]);
        segment_pack(&entry, SEGMENT_SMALL, &packed[i]);
    }
    if (!segment_write(arena_printf(&scratch, "%s/%s", run->settings->cache_dir, name), packed,
                       count, &err))
        run->calls.complain(run->calls.user, run->settings->cache_dir, err.text);
    for (uint32_t i = 0; i < count; i++)
        wire_free(&packed[i]);
    free(packed);
    arena_free(&scratch);
}

/* Saves the path if nothing of it is on its way any more. */
static void save_if_whole(struct run *run, size_t path)
{
    struct path_fact *fact = &run->path_facts[path];
    struct member **members = NULL;
    uint32_t count = 0;
    pthread_mutex_lock(&run->lock);
    if (fact->ended && fact->has_digest && !fact->open_members && !fact->saved && !*run->stop &&
        !run->paths.items[path].file && strcmp(run->paths.items[path].path, "-") != 0) {
        fact->saved = true;
        members = members_of_locked(run, path, &count);
    }
    pthread_mutex_unlock(&run->lock);
    if (count)
        save(run, path, members, count);
    free(members);
}

/* True if that was the last of it. */
static bool close_if_whole_locked(struct run *run, struct member *member)
{
    if (!member->ended || member->folded_bytes != member->bytes)
        return false;
    run->path_facts[member->path].open_members--;
    return true;
}

void cache_folded(struct run *run, struct member *member, const struct block *block)
{
    if (!run->settings->cache_dir)
        return;
    uint64_t end = block->offset + reader_raw_bytes(block->encoding, block->data, block->bytes) +
                   block->skipped + block->skipped_end;
    pthread_mutex_lock(&run->lock);
    member->folded_bytes = end;
    bool whole = close_if_whole_locked(run, member);
    pthread_mutex_unlock(&run->lock);
    if (whole)
        save_if_whole(run, member->path);
}

void cache_member_ended(struct run *run, struct member *member)
{
    if (!run->settings->cache_dir)
        return;
    pthread_mutex_lock(&run->lock);
    member->ended = true;
    close_if_whole_locked(run, member);
    pthread_mutex_unlock(&run->lock);
}

void cache_path_ended(struct run *run, size_t path)
{
    if (!run->settings->cache_dir)
        return;
    pthread_mutex_lock(&run->lock);
    run->path_facts[path].ended = true;
    pthread_mutex_unlock(&run->lock);
    save_if_whole(run, path);
}
