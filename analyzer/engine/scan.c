#include "scan.h"

#include "hash.h"
#include <stdlib.h>

#include "envelope_again.h"
#include "envelope_exchange.h"

/* A tag and what became of it; direct-mapped, so a lookup is one comparison. */
struct program_slot {
    char name[56];
    uint8_t len;
    uint8_t known; /* enum known */
    uint16_t daemon;
    const struct parser *parser;
};

enum known { PROGRAM_NEW, PROGRAM_OWNED, PROGRAM_OTHER, PROGRAM_NOT_PARSED };
struct scan {
    struct arena scratch;
    struct envelope_again again;
    struct columns columns; /* TABLE_NONE for all but tables */
    struct program_slot programs[SCAN_SLOTS];
    struct program_slot long_name; /* for tags that fit no slot */
};

struct scan *scan_new(void)
{
    return xcalloc(1, sizeof(struct scan));
}

void scan_free(struct scan *scan)
{
    if (!scan)
        return;
    arena_free(&scan->scratch);
    free(scan);
}

void scan_forget(struct scan *scan)
{
    arena_reset(&scan->scratch);
}

void scan_begin(struct scan *scan, const struct columns *columns)
{
    scan->columns = *columns;
}

const struct columns *scan_columns(const struct scan *scan)
{
    return &scan->columns;
}

static void ask_parsers(struct program_slot *slot, struct str program)
{
    slot->parser = NULL;
    slot->known = PROGRAM_OTHER;
    for (size_t i = 0; parsers[i]; i++) {
        if (parsers[i]->owns(program, &slot->daemon) == OWNS) {
            slot->parser = parsers[i];
            slot->known = PROGRAM_OWNED;
            return;
        }
    }
    if (!program_is_other(program))
        slot->known = PROGRAM_NOT_PARSED;
}

static const struct program_slot *find_program(struct scan *scan, struct str program)
{
    struct program_slot *slot = &scan->long_name;
    if (program.len > sizeof slot->name) {
        ask_parsers(slot, program);
        return slot;
    }
    slot = &scan->programs[XXH3_64bits(program.ptr, program.len) % SCAN_SLOTS];
    if (slot->known != PROGRAM_NEW && slot->len == program.len &&
        bytes_eq(slot->name, program.ptr, program.len))
        return slot;
    if (program.len)
        memcpy(slot->name, program.ptr, program.len);
    slot->len = (uint8_t)program.len;
    ask_parsers(slot, program);
    return slot;
}

static void refuse(struct scanned *ret, enum line_class class, const char *why)
{
    ret->class = (uint8_t) class;
    ret->why = why;
}

void scan_line(struct scan *scan, struct str line, struct scanned *ret)
{
    ret->parser = NULL;
    ret->why = NULL;
    const char *why = NULL;
    bool table = scan->columns.table > TABLE_NONE;
    if (table)
        why = envelope_table(line, &scan->columns, &ret->envelope);
    if ((why || !table) &&
        !envelope_parse_again(&scan->again, line, &scan->scratch, &ret->envelope))
        why = why ? why : "no time, host or program in front";
    else
        why = NULL;
    if (why) {
        refuse(ret, LINE_UNRECOGNISED, why);
        return;
    }
    const struct envelope *envelope = &ret->envelope;
    if (envelope->separator || envelope->repeats_last) {
        ret->class = LINE_SEPARATOR;
        return;
    }
    const struct program_slot *slot = find_program(scan, envelope->program);
    bool cached = slot != &scan->long_name;
    ret->slot = (uint16_t)(cached ? slot - scan->programs : SCAN_SLOTS - 1);
    if (slot->known != PROGRAM_OWNED) {
        bool other = slot->known == PROGRAM_OTHER && envelope->program.len;
        refuse(ret, other ? LINE_OTHER_PROGRAM : LINE_UNRECOGNISED,
               other                   ? "no mail software"
               : envelope->program.len ? "mail software without a parser yet"
                                       : "no program named");
        return;
    }
    struct context context = {.host = envelope->host,
                              .program = envelope->program,
                              .daemon = slot->daemon,
                              .pid = envelope->pid,
                              .columns = &scan->columns};
    ret->parser = slot->parser;
    if (slot->parser->parse(envelope->text, &context, &ret->event))
        ret->class = LINE_EVENT;
    else
        refuse(ret, LINE_UNRECOGNISED, "no line kind of this program is like it");
}
