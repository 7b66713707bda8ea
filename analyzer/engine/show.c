#include "show.h"

#include <openssl/evp.h>

#include "batch.h"
#include "reader.h"

struct search {
    const struct locator *locator;
    struct source_options options;
    source_complain *complain;
    struct arena *arena;
    struct block_pool *pool;
    struct shown *out;
};

/* What the line is not that the locator says; NULL: nothing. */
static const char *difference(const struct search *search, const struct line_cursor *cursor,
                              uint64_t number)
{
    const struct locator *locator = search->locator;
    if (locator->has_digest && memcmp(search->out->sha256, locator->sha256, 32) != 0)
        return "the SHA-256 of the line differs";
    if (number != locator->line)
        return arena_printf(search->arena, "it is line %llu", (unsigned long long)number);
    if (cursor->length != locator->length)
        return arena_printf(search->arena, "it has %lu bytes", (unsigned long)cursor->length);
    return NULL;
}

static void found(struct search *search, struct str line, const struct line_cursor *cursor,
                  uint64_t number)
{
    struct shown *out = search->out;
    out->line = arena_str(search->arena, line);
    EVP_Digest(line.ptr, line.len, out->sha256, NULL, EVP_sha256(), NULL);
    out->why = difference(search, cursor, number);
    out->result = out->why ? SHOW_DIFFERS : SHOW_LINE;
}

/* False once the place is behind. */
static bool search_block(struct search *search, const struct block *block, uint64_t *lines)
{
    struct line_cursor cursor;
    struct str line;
    line_cursor_begin(&cursor, block);
    while (line_cursor_next(&cursor, block, &line)) {
        if (cursor.offset < search->locator->offset)
            continue;
        if (cursor.offset == search->locator->offset)
            found(search, line, &cursor, *lines + cursor.number + 1);
        return false;
    }
    *lines += cursor.next_number;
    return true;
}

static void search_member(struct search *search, struct source *source,
                          const struct source_member *member)
{
    struct reader reader;
    uint64_t lines = 0;
    bool more = true;
    reader_begin(&reader, source, member, BLOCK_BYTES_DEFAULT);
    while (more && !reader.end && !*search->options.stop) {
        struct block *block = block_pool_get(search->pool);
        reader_fill(&reader, block);
        more = search_block(search, block, &lines);
        block_pool_put(search->pool, block);
    }
    if (reader.damage)
        search->complain(NULL, search->out->path, reader.damage);
    reader_finish(&reader);
}

static bool is_member(const struct source_member *member, struct str wanted)
{
    return member->name ? wanted.ptr && str_eq(str_of(member->name), wanted) : !wanted.ptr;
}

static void search_path(struct search *search, const struct source_path *path, struct str wanted)
{
    struct source *source = NULL;
    struct source_member member;
    struct err err;
    search->out->path = path->path;
    search->out->result = SHOW_NO_LINE;
    search->out->why = NULL;
    if (!source_open(&source, path, &search->options, &err)) {
        search->complain(NULL, path->path, err.text);
        return;
    }
    while (search->out->result == SHOW_NO_LINE && !*search->options.stop &&
           source_next(source, &member))
        if (is_member(&member, wanted))
            search_member(search, source, &member);
    source_close(source);
}

static struct str last_component(struct str path)
{
    ptrdiff_t slash = str_find_last_char(path, '/');
    return slash < 0 ? path : str_skip(path, (size_t)slash + 1);
}

/* What the locator names within, if its input has the same last component as the path. */
static bool is_namesake(const struct locator *locator, struct str path, struct str *ret_member)
{
    struct str rest = locator->input, name = rest;
    bool has_member = str_cut(&rest, STR("!"), &name);
    *ret_member = has_member ? rest : (struct str){NULL, 0};
    return str_eq(last_component(name), last_component(path));
}

void show(const struct settings *settings, const volatile int *stop, const struct locator *locator,
          source_complain *complain, struct arena *arena, struct shown *ret)
{
    struct search search = {.locator = locator, .complain = complain, .arena = arena, .out = ret};
    struct source_paths paths;
    struct str member;
    bool exact = false;
    *ret = (struct shown){.result = SHOW_NO_INPUT};
    search.options = (struct source_options){.temp_dir = settings->temp_dir, .stop = stop};
    source_expand(arena, settings->paths.items, settings->paths.count, NULL, 0, complain, NULL,
                  &paths);
    search.pool = block_pool_new(1, BLOCK_BYTES_DEFAULT);
    for (size_t i = 0; i < paths.count && ret->result != SHOW_LINE; i++) {
        if (!locator_names(locator, str_of(paths.items[i].path), &member))
            continue;
        exact = true;
        search_path(&search, &paths.items[i], member);
    }
    for (size_t i = 0; i < paths.count && !exact && ret->result != SHOW_LINE; i++)
        if (is_namesake(locator, str_of(paths.items[i].path), &member) || paths.count == 1)
            search_path(&search, &paths.items[i], member);
    block_pool_free(search.pool, NULL);
}
