#define _GNU_SOURCE /* fileno */
/* Whole outputs of the reports of fixture.h against testdata/reports/NAME.FORMAT.
 *
 * usage: formats_test GOLDEN_FOLDER            compare, and check what holds for any output
 *        formats_test GOLDEN_FOLDER --accept   write what is printed now
 *        formats_test --print NAME FORMAT      one of them to standard output */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include "arena.h"
#include "csv.h"
#include "database.h"
#include "escape.h"
#include "fixture.h"
#include "html.h"
#include "timesketch.h"

static const struct style style = {.columns = 200, .top = STYLE_TOP};
static const struct style colored = {.color = true, .columns = 200, .top = STYLE_TOP};

/* Nothing at all in a build without SQLite. */
static void print_database(const struct report *report, struct out *out)
{
    struct err err;
    if (!database_is_built() || database_write(report, out, &err))
        return;
    fprintf(stderr, "%s\n", err.text);
    exit(1);
}

static void print(const char *name, const char *format, const struct style *look, FILE *file)
{
    struct report report = fixture_make(name);
    struct err err;
    struct out *out = out_new(fileno(file), "output");
    if (strcmp(format, "messages.csv") == 0)
        csv_messages(&report, out);
    else if (strcmp(format, "sources.csv") == 0)
        csv_sources(&report, out);
    else if (strcmp(format, "timeline.jsonl") == 0)
        timesketch_write(&report, out);
    else if (strcmp(format, "html") == 0)
        html_write(&report, NULL, "2026-17 \"}<b>", out);
    else if (strcmp(format, "case.db") == 0)
        print_database(&report, out);
    else
        report_format_find(format)->write(&report, look, out);
    if (!out_finish(out, NULL, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    out_free(out);
}

static struct str read_back(struct arena *arena, FILE *file)
{
    fseek(file, 0, SEEK_END);
    size_t len = (size_t)ftell(file);
    rewind(file);
    char *text = arena_chars(arena, len + 1);
    len = fread(text, 1, len, file);
    text[len] = '\0';
    return (struct str){text, len};
}

static int differs(struct str got, struct str want, const char *path)
{
    if (str_eq(got, want))
        return 0;
    struct str line, expected;
    size_t number = 1;
    while (str_cut(&got, STR("\n"), &line) && str_cut(&want, STR("\n"), &expected) &&
           str_eq(line, expected))
        number++;
    fprintf(stderr,
            "%s:%zu differs (formats_test FOLDER --accept takes it over)\n  got:      %.*s\n  "
            "expected: %.*s\n",
            path, number, (int)line.len, line.ptr, (int)expected.len, expected.ptr);
    return 1;
}

static int check_golden(const char *folder, const char *name, const char *format, struct str got,
                        bool accept)
{
    struct arena arena = {0};
    char *path = arena_printf(&arena, "%s/%s.%s", folder, name, format);
    FILE *file = fopen(path, accept ? "w" : "r");
    int failed = 1;
    if (!file) {
        perror(path);
    } else if (accept) {
        failed = fwrite(got.ptr, 1, got.len, file) != got.len;
        fclose(file);
    } else {
        failed = differs(got, read_back(&arena, file), path);
        fclose(file);
    }
    arena_free(&arena);
    return failed;
}

static int failure(const char *name, const char *format, const char *what, struct str line)
{
    fprintf(stderr, "%s as %s: %s: %.*s\n", name, format, what, (int)line.len, line.ptr);
    return 1;
}

/* No control byte but the line end, nothing that is no UTF-8; for the terminal, nothing it may not
 * get and 80 columns. */
static int check_bytes(const char *name, const char *format, struct str text)
{
    bool screen = strcmp(format, "text") == 0;
    struct str line;
    while (str_cut(&text, STR("\n"), &line)) {
        struct str rest = line, glyphs = line;
        unsigned columns = 0;
        while (rest.len > 0) {
            bool valid;
            uint32_t code = utf8_take(&rest, &valid);
            if (!valid || code < 0x20 || (code >= 0x7F && code < 0xA0))
                return failure(name, format, "a raw byte", line);
        }
        while (screen && glyphs.len > 0) {
            char c = glyphs.ptr[0];
            struct glyph glyph = escape_terminal(&glyphs);
            columns += glyph.columns;
            if (glyph.bytes[0] == '?' && c != '?')
                return failure(name, format, "not for a terminal", line);
        }
        if (columns > STYLE_COLUMNS)
            return failure(name, format, "too wide", line);
    }
    return text.len ? failure(name, format, "no line end", text) : 0;
}

static int check_json(const char *name, const char *format, struct str text)
{
    json_error_t error;
    struct str line = text;
    bool lines = strcmp(format, "jsonl") == 0;
    while (lines ? str_cut(&text, STR("\n"), &line) : line.ptr != NULL) {
        json_t *value =
            json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
        /* UINT64_MAX, which the hostile report holds, is more than jansson's integers. */
        bool too_big = !value && strstr(error.text, "too big");
        if (!value && !too_big)
            return failure(name, format, error.text, str_head(line, 200));
        json_decref(value);
        if (!lines)
            break;
    }
    return 0;
}

/* Colour adds its own few sequences and nothing else, and no log can add one. */
static int check_color(const char *name, struct str plain)
{
    struct arena arena = {0};
    FILE *file = tmpfile();
    if (!file)
        return 1;
    print(name, "text", &colored, file);
    struct str got = read_back(&arena, file);
    char *bare = arena_chars(&arena, got.len);
    size_t len = 0, sequences = 0;
    for (size_t i = 0; i < got.len; i++) {
        if (got.ptr[i] == '\033') {
            while (got.ptr[i] != 'm')
                i++;
            sequences++;
        } else {
            bare[len++] = got.ptr[i];
        }
    }
    fclose(file);
    int failed = sequences == 0 || !str_eq((struct str){bare, len}, plain);
    arena_free(&arena);
    return failed ? failure(name, "text", "differs in colour", STR("")) : 0;
}

static int run(const char *folder, bool accept)
{
    static const char *const formats[] = {"text", "json",         "jsonl",
                                          "csv",  "messages.csv", "sources.csv"};
    int failed = 0;
    for (const struct fixture *fixture = fixtures; fixture->name; fixture++) {
        for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
            struct arena arena = {0};
            FILE *file = tmpfile();
            if (!file)
                return 1;
            print(fixture->name, formats[i], &style, file);
            struct str got = read_back(&arena, file);
            fclose(file);
            if (strcmp(fixture->name, "hostile") != 0 || strcmp(formats[i], "text") == 0)
                failed |= check_golden(folder, fixture->name, formats[i], got, accept);
            failed |= check_bytes(fixture->name, formats[i], got);
            if (strcmp(formats[i], "text") == 0)
                failed |= check_color(fixture->name, got);
            if (str_starts(str_of(formats[i]), STR("json")))
                failed |= check_json(fixture->name, formats[i], got);
            arena_free(&arena);
        }
    }
    return failed;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "--print") == 0) {
        print(argv[2], argv[3], &style, stdout);
        return 0;
    }
    if (argc < 2)
        return 2;
    return run(argv[1], argc > 2 && strcmp(argv[2], "--accept") == 0);
}
