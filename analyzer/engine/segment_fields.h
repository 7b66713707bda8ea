/* Every field of every array of a store, and how a segment writes it: one line a field. A field
 * that is added to a struct is added here; segment_test fails until it is. */
#ifndef POSTMORTEM_SEGMENT_FIELDS_H
#define POSTMORTEM_SEGMENT_FIELDS_H

#include <stddef.h>
#include <stdint.h>

/* How the values of a field stand in their column. */
enum segment_form {
    FORM_SMALL,   /* as they are */
    FORM_RAW,     /* the same, of fixed length: hashes */
    FORM_STEP,    /* as the difference to the last one that is not 0 */
    FORM_NEAR,    /* as the difference to another field of the same record */
    FORM_FRESH,   /* ids: what is larger than all before, as the difference to the largest */
    FORM_LINK,    /* 1-based indexes into the same array, further on */
    FORM_TEXT,    /* bytes as they are, of any number */
    FORM_DERIVED, /* not at all: made anew when the segment is read */
};

/* What a value may be: segments are input like any other. */
enum segment_check {
    CHECK_ANY,
    CHECK_MOST,   /* at most .most */
    CHECK_NAME,   /* id of a string */
    CHECK_TIME,   /* usec, far from where sums overflow, or TIME_NONE */
    CHECK_MINUTE, /* the same in minutes */
    CHECK_RUN,    /* index of a clock run, or NO_RUN */
    CHECK_RUN_ALWAYS,
    CHECK_RUN_1,     /* 1 + index of a clock run, or 0 */
    CHECK_OLDER,     /* 1 + index of a record before this one, or 0 */
    CHECK_FRAGMENT,  /* index, or NO_FRAGMENT */
    CHECK_FRAGMENT_ALWAYS,
    CHECK_RECIPIENT, /* 1 + index, or 0 */
    CHECK_NEXT,      /* 1 + index of a record behind this one, or 0 */
};

struct segment_field {
    const char *name;
    uint16_t at, size, near; /* offsets in the struct, and bytes */
    uint8_t form, check;
    uint32_t most;
};

/* An array of struct store. */
struct segment_array {
    const char *name;
    size_t items_at, count_at, capacity_at; /* in struct store */
    size_t size;                            /* of a record */
    const struct segment_field *fields;
    uint32_t field_count;
};

extern const struct segment_array segment_arrays[]; /* up to one without name */

/* Of everything that bytes of a segment mean: another one reads them otherwise. */
uint64_t segment_layout(void);

#endif
