#define _GNU_SOURCE /* MADV_HUGEPAGE */
#include "arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

struct arena_chunk {
    struct arena_chunk *next;
    size_t size, used;
    _Alignas(max_align_t) char data[];
};

/* The first chunk is small: there are arenas of every input, and inputs by the hundred thousand. */
enum { CHUNK_BYTES = 256 * 1024, FIRST_CHUNK_BYTES = 4 * 1024, ALIGN = _Alignof(max_align_t) };

static void *out_of_memory(size_t size)
{
    fprintf(stderr, "postmortem: out of memory (%zu bytes more wanted)\n", size);
    exit(4);
}

void *xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    return p ? p : out_of_memory(size);
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    return p ? p : out_of_memory(count);
}

void *xrealloc(void *old, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes))
        return out_of_memory(SIZE_MAX);
    void *p = realloc(old, bytes ? bytes : 1);
    return p ? p : out_of_memory(bytes);
}

/* A wish: nothing depends on it. */
static void want_huge_pages(char *p, size_t bytes)
{
    const uintptr_t huge = (uintptr_t)2 << 20;
    uintptr_t from = ((uintptr_t)p + huge - 1) & ~(huge - 1),
              to = ((uintptr_t)p + bytes) & ~(huge - 1);
    if (to > from)
        madvise((void *)from, to - from, MADV_HUGEPAGE);
}

void *xrealloc_large(void *old, size_t count, size_t size)
{
    void *p = xrealloc(old, count, size);
    want_huge_pages(p, count * size);
    return p;
}

void *xcalloc_large(size_t count, size_t size)
{
    void *p = xcalloc(count, size);
    want_huge_pages(p, count * size);
    return p;
}

static char *take(struct arena *arena, size_t size, size_t align)
{
    struct arena_chunk *c = arena->chunk;
    if (c) {
        size_t at = (c->used + align - 1) & ~(align - 1);
        if (at <= c->size && size <= c->size - at) {
            c->used = at + size;
            return c->data + at;
        }
    }
    size_t usual = c ? CHUNK_BYTES : FIRST_CHUNK_BYTES, room = size > usual ? size : usual;
    struct arena_chunk *fresh = xmalloc(sizeof *fresh + room);
    *fresh = (struct arena_chunk){.next = c, .size = room, .used = size};
    arena->chunk = fresh;
    arena->bytes += room;
    return fresh->data;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(take(arena, size, ALIGN), 0, size);
}

char *arena_chars(struct arena *arena, size_t size)
{
    return take(arena, size, 1);
}

struct str arena_str(struct arena *arena, struct str text)
{
    char *copy = take(arena, text.len, 1);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    return (struct str){copy, text.len};
}

char *arena_cstr(struct arena *arena, struct str text)
{
    char *copy = take(arena, text.len + 1, 1);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = take(arena, len < 0 ? 1 : (size_t)len + 1, 1);
    text[0] = '\0';
    if (len > 0)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

void arena_absorb(struct arena *into, struct arena *from)
{
    struct arena_chunk *last = from->chunk;
    if (!last)
        return;
    while (last->next)
        last = last->next;
    struct arena_chunk **behind = into->chunk ? &into->chunk->next : &into->chunk;
    last->next = *behind;
    *behind = from->chunk;
    into->bytes += from->bytes;
    *from = (struct arena){0};
}

void arena_reset(struct arena *arena)
{
    struct arena_chunk *c = arena->chunk;
    if (!c)
        return;
    while (c->next) {
        struct arena_chunk *old = c->next;
        c->next = old->next;
        arena->bytes -= old->size;
        free(old);
    }
    c->used = 0;
}

void arena_free(struct arena *arena)
{
    while (arena->chunk) {
        struct arena_chunk *old = arena->chunk;
        arena->chunk = old->next;
        free(old);
    }
    arena->bytes = 0;
}
