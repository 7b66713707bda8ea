#define _GNU_SOURCE /* getline */
#include "case_lines.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "case_sums.h"

struct case_lines {
    FILE *file;
    char *line;
    size_t room;
};

struct case_lines *case_lines_open(const char *dir, const char *name)
{
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    FILE *file = folder >= 0 ? case_open(folder, name) : NULL;
    if (folder >= 0)
        close(folder);
    if (!file)
        return NULL;
    struct case_lines *lines = xcalloc(1, sizeof *lines);
    lines->file = file;
    return lines;
}

bool case_lines_next(struct case_lines *lines, struct str *ret)
{
    ssize_t len = getline(&lines->line, &lines->room, lines->file);
    if (len <= 0)
        return false;
    *ret = (struct str){lines->line, (size_t)len - (lines->line[len - 1] == '\n')};
    return true;
}

void case_lines_close(struct case_lines *lines)
{
    if (!lines)
        return;
    fclose(lines->file);
    free(lines->line);
    free(lines);
}

/* Every ref of the report, in the order of their places. */
struct wanted {
    struct ref **items;
    size_t count, capacity;
};

static void want(struct wanted *wanted, const struct ref *refs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (wanted->count == wanted->capacity) {
            wanted->capacity = wanted->capacity * 2 + 64;
            wanted->items = xrealloc(wanted->items, wanted->capacity, sizeof(struct ref *));
        }
        wanted->items[wanted->count++] = (struct ref *)(uintptr_t)&refs[i];
    }
}

static void want_evidence(struct wanted *wanted, const struct evidence *items, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        want(wanted, items[i].refs, items[i].ref_count);
}

static int compare_places(const struct place *x, const struct place *y)
{
    if (x->input != y->input)
        return x->input < y->input ? -1 : 1;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

static int by_place(const void *a, const void *b)
{
    const struct ref *const *x = a, *const *y = b;
    return compare_places(&(*x)->place, &(*y)->place);
}

static void want_all(struct wanted *wanted, const struct report *report)
{
    for (uint32_t i = 0; i < report->account_count; i++)
        want_evidence(wanted, report->accounts[i].evidence, report->accounts[i].evidence_count);
    for (uint32_t i = 0; i < report->finding_count; i++)
        want_evidence(wanted, report->findings[i].evidence, report->findings[i].evidence_count);
    for (uint32_t i = 0; i < report->timeline_count; i++)
        want(wanted, report->timeline[i].refs, report->timeline[i].ref_count);
    if (wanted->count > 1)
        qsort(wanted->items, wanted->count, sizeof(struct ref *), by_place);
}

static size_t first_at(const struct wanted *wanted, const struct place *place)
{
    size_t low = 0, high = wanted->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_places(&wanted->items[middle]->place, place) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void take_line(const struct wanted *wanted, struct arena *arena, struct str line)
{
    json_t *object = json_loadb(line.ptr, line.len, JSON_ALLOW_NUL, NULL);
    const json_t *text = json_object_get(object, "text");
    struct place place = {
        .offset = (uint64_t)json_integer_value(json_object_get(object, "offset")),
        .input = (uint32_t)json_integer_value(json_object_get(object, "input"))};
    for (size_t i = first_at(wanted, &place);
         json_is_string(text) && i < wanted->count &&
         compare_places(&wanted->items[i]->place, &place) == 0;
         i++)
        if (!wanted->items[i]->text.ptr)
            wanted->items[i]->text = arena_str(
                arena, (struct str){json_string_value(text), json_string_length(text)});
    json_decref(object);
}

bool case_lines_refs(const char *dir, struct arena *arena, struct report *report, struct err *err)
{
    struct wanted wanted = {0};
    struct case_sums files = {0};
    struct str line;
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return err_sys(err, STATUS_USAGE, dir);
    case_files(folder, arena, &files);
    close(folder);
    want_all(&wanted, report);
    for (size_t i = 0; i < files.count && wanted.count; i++) {
        struct str name = str_of(files.items[i].name);
        if (!str_ends(name, STR("/lines.jsonl")))
            continue;
        struct case_lines *lines = case_lines_open(dir, files.items[i].name);
        while (lines && case_lines_next(lines, &line))
            take_line(&wanted, arena, line);
        case_lines_close(lines);
    }
    free(wanted.items);
    return true;
}
