/* For the tests of parsers: a line in, its event as text out, as the .case files write it. */
#ifndef POSTMORTEM_EXPECT_H
#define POSTMORTEM_EXPECT_H

#include "parser.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct expectation {
    const char *line;  /* what the program wrote */
    const char *event; /* "what[ cut] key=value ...", or "none" */
    bool fixed;        /* every word of the line outside its fields is a fixed one */
};

enum { EXPECT_TEXT = 65536 };

static inline void expect_print(const struct event *event, char *text)
{
    int at = sprintf(text, "%s%s", event->what, event->cut ? " cut" : "");
    for (unsigned i = 0; i < event->field_count; i++) {
        const struct field *field = &event->fields[i];
        at += sprintf(text + at, " %s=%.*s", field_name((enum field_id)field->id), (int)field->len,
                      field->ptr);
    }
}

/* Parses a copy of exactly the size of the text, so that reading past it is found. */
static inline bool expect_parse(const struct parser *parser, const char *line, size_t len,
                                char *text)
{
    struct context context = {.program = str_of(parser->name)};
    char *copy = malloc(len + 1);
    memcpy(copy, line, len);
    struct event *event = malloc(sizeof(*event));
    copy = realloc(copy, len ? len : 1);
    bool known = parser->parse((struct str){copy, len}, &context, event);
    if (known)
        expect_print(event, text);
    else
        strcpy(text, "none");
    free(event);
    free(copy);
    return known;
}

/* Is this byte part of a value, by the fields of the event? */
static inline bool expect_in_field(const char *line, size_t at, const struct event *event)
{
    for (unsigned i = 0; i < event->field_count; i++)
        if (line + at >= event->fields[i].ptr &&
            line + at < event->fields[i].ptr + event->fields[i].len)
            return true;
    return false;
}

/* Changes a letter of one fixed word after the other: no line may stay what it was. */
static inline unsigned expect_damage(const struct parser *parser, const char *line)
{
    static char damaged[EXPECT_TEXT], text[EXPECT_TEXT];
    struct context context = {.program = str_of(parser->name)};
    struct event event;
    unsigned failed = 0;
    if (!parser->parse(str_of(line), &context, &event))
        return 1;
    for (size_t i = 1; line[i]; i++) {
        if (!isalpha((unsigned char)line[i]) || !isalpha((unsigned char)line[i - 1]) ||
            (i > 1 && isalnum((unsigned char)line[i - 2])) || expect_in_field(line, i, &event))
            continue;
        strcpy(damaged, line);
        damaged[i] = '#';
        if (expect_parse(parser, damaged, strlen(damaged), text)) {
            printf("damaged, but still known: %s\n  as: %s\n", damaged, text);
            failed++;
        }
    }
    return failed;
}

static inline int expect_all(const struct parser *parser, const struct expectation *cases,
                             size_t count)
{
    static char text[EXPECT_TEXT];
    unsigned failed = 0;
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(cases[i].line);
        expect_parse(parser, cases[i].line, len, text);
        if (strcmp(text, cases[i].event) != 0) {
            printf("%s\n  expected: %s\n  got:      %s\n", cases[i].line, cases[i].event, text);
            failed++;
        }
        for (size_t cut = 0; cut < len; cut++) /* must not read past any end */
            expect_parse(parser, cases[i].line, cut, text);
        if (cases[i].fixed)
            failed += expect_damage(parser, cases[i].line);
    }
    printf("%s: %zu lines, %u failures\n", parser->name, count, failed);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
