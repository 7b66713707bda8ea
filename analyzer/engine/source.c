#define _GNU_SOURCE /* F_DUPFD_CLOEXEC */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source_archive.h"
#include "source_file.h"
#include "source_utf16.h"

enum { DEPTH_MAX = 8, UTF8_MARK_BYTES = 3 };

/* A container that is being read. */
struct level {
    struct container *container;
    char *name;     /* inside the path; NULL: the path itself, perhaps decompressed */
    unsigned depth; /* layers down to it, itself included */
    bool ended;
};

struct source {
    struct source_context context;
    struct stream *file; /* at the bottom of every chain */
    struct level levels[DEPTH_MAX];
    unsigned level_count;
    /* The next bytes to look into: the file itself, or a file in the innermost container. */
    struct feed next;
    char *next_name;
    bool has_next;
    /* The member being read. One that only carries damage has no upstream. */
    struct feed feed;
    char *name;
    uint8_t encoding, prefix;
    bool open, lost; /* lost: bytes, in front of its first ones */
};

bool source_open(struct source **ret, const struct source_path *path,
                 const struct source_options *options, struct err *err)
{
    const char *file = path->file ? path->file : path->path;
    int fd = strcmp(file, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                                    : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return err_sys(err, STATUS_DAMAGED, path->path);
    struct source *source = xcalloc(1, sizeof *source);
    source->context.options = *options;
    source->file = file_open(fd, &source->context);
    source->feed.ended = true;
    feed_open(&source->next, source->file);
    source->has_next = true;
    if (feed_want(&source->next, 1) == 0 && file_error(source->file)) {
        errno = file_error(source->file);
        source_close(source);
        return err_sys(err, STATUS_DAMAGED, path->path);
    }
    *ret = source;
    return true;
}

static void end_member(struct source *source)
{
    feed_close(&source->feed);
    free(source->name);
    source->name = NULL;
    source->encoding = source->prefix = 0;
    source->open = source->lost = false;
    source->context.damage[0] = '\0';
}

static char *joined(const char *container, const char *name)
{
    size_t outer = container ? strlen(container) + 1 : 0, inner = strlen(name) + 1;
    char *text = xmalloc(outer + inner);
    if (container) {
        memcpy(text, container, outer);
        text[outer - 1] = '!';
    }
    memcpy(text + outer, name, inner);
    return text;
}

/* Finds the file in the innermost container that comes next; at its end leaves it. */
static void advance(struct source *source)
{
    struct level *level = &source->levels[source->level_count - 1];
    const char *name = NULL;
    struct stream *stream = NULL;
    if (level->ended) {
        container_close(level->container);
        free(level->name);
        source->level_count--;
    } else if (container_next(level->container, &name, &stream)) {
        feed_open(&source->next, stream);
        source->next_name = joined(level->name, name);
        source->has_next = true;
    } else {
        level->ended = true;
    }
}

static void begin_text(struct source *source)
{
    size_t n = feed_want(&source->feed, UTF8_MARK_BYTES);
    const unsigned char *head = feed_head(&source->feed);
    if (source->encoding == SOURCE_BYTES && utf16_detect(head, n)) {
        struct stream *text = utf16_open(&source->feed);
        feed_open(&source->feed, text);
        source->encoding = SOURCE_UTF16;
        source->prefix = UTF16_MARK_BYTES;
    } else if (n >= UTF8_MARK_BYTES && memcmp(head, "\xef\xbb\xbf", UTF8_MARK_BYTES) == 0) {
        feed_take(&source->feed, UTF8_MARK_BYTES);
        source->prefix = UTF8_MARK_BYTES;
    }
}

/* Takes one layer off the member's bytes; false if none is left, or it is a container, which then
 * is the innermost level. */
static bool peel(struct source *source, unsigned *depth)
{
    struct feed *feed = &source->feed;
    size_t n = feed_want(feed, DETECT_BYTES);
    if (n == 0 && feed_at_gap(feed)) {
        feed_pass_gap(feed);
        source->lost = true;
        return true;
    }
    const struct source_format *format = format_detect(feed_head(feed), n);
    source->open = !format;
    if (!format)
        return false;
    if (*depth == DEPTH_MAX) {
        context_damage(&source->context, *depth, "%s: nested deeper than %d layers, not read",
                       format->name, DEPTH_MAX);
        feed_close(feed);
        source->open = true;
        return false;
    }
    ++*depth;
    if (!format->open) {
        struct level *level = &source->levels[source->level_count++];
        *level = (struct level){.name = source->name, .depth = *depth};
        source->name = NULL;
        level->container = container_open(format, &source->context, *depth, feed);
        *feed = (struct feed){.ended = true};
        return false;
    }
    struct stream *inner = format->open(&source->context, *depth, feed);
    feed_open(feed, inner);
    if (format == &journal_format)
        source->encoding = SOURCE_JOURNAL;
    return true;
}

static void look_into_next(struct source *source)
{
    unsigned depth = source->level_count ? source->levels[source->level_count - 1].depth : 0;
    source->feed = source->next;
    source->name = source->next_name;
    source->has_next = false;
    source->next_name = NULL;
    source->next = (struct feed){.ended = true};
    while (peel(source, &depth))
        continue;
    if (source->open)
        begin_text(source);
}

/* Damage of a container that belongs to none of its files is given as a member of its own, without
 * bytes. */
static void give_damage(struct source *source)
{
    const char *name = source->level_count ? source->levels[source->level_count - 1].name : NULL;
    source->name = name ? joined(NULL, name) : NULL;
    source->open = true;
}

bool source_next(struct source *source, struct source_member *ret)
{
    end_member(source);
    while (!source->open) {
        if (context_stopped(&source->context))
            return false;
        if (source->context.damage[0])
            give_damage(source);
        else if (source->has_next)
            look_into_next(source);
        else if (source->level_count > 0)
            advance(source);
        else
            return false;
    }
    *ret = (struct source_member){source->name, source->encoding, source->prefix};
    return true;
}

void source_read(struct source *source, char *buffer, size_t size, struct source_chunk *ret)
{
    struct source_context *context = &source->context;
    *ret = (struct source_chunk){0};
    if (!context_stopped(context) && size > 0) {
        bool gap = source->lost;
        ret->bytes = feed_read(&source->feed, (unsigned char *)buffer, size, &gap);
        ret->gap = gap && ret->bytes > 0;
        source->lost = false;
    }
    ret->end = ret->bytes == 0 && (size > 0 || context_stopped(context));
    ret->damage = context->damage[0] ? context->damage : NULL;
}

bool source_digest(struct source *source, uint8_t sha256[32])
{
    return file_digest(source->file, sha256);
}

uint64_t source_bytes(const struct source *source)
{
    return file_bytes(source->file);
}

void source_close(struct source *source)
{
    if (!source)
        return;
    feed_close(&source->feed);
    feed_close(&source->next);
    for (unsigned i = source->level_count; i-- > 0;) {
        container_close(source->levels[i].container);
        free(source->levels[i].name);
    }
    file_release(source->file);
    free(source->name);
    free(source->next_name);
    free(source);
}
