#include "segment_columns.h"

#include <string.h>

/* FORM_STEP and FORM_NEAR: 0 is the value 0, 1 stands in front of the value itself, the rest are
 * differences. */
enum { CODE_ZERO, CODE_WHOLE, CODE_FIRST };
enum { COLUMN_EMPTY, COLUMN_FILLED };

static uint64_t load(const void *at, uint32_t size)
{
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (size) {
    case 1:
        memcpy(&one, at, 1);
        return one;
    case 2:
        memcpy(&two, at, 2);
        return two;
    case 4:
        memcpy(&four, at, 4);
        return four;
    default:
        memcpy(&eight, at, 8);
        return eight;
    }
}

static void store(void *at, uint32_t size, uint64_t value)
{
    uint8_t one = (uint8_t)value;
    uint16_t two = (uint16_t)value;
    uint32_t four = (uint32_t)value;
    switch (size) {
    case 1:
        memcpy(at, &one, 1);
        break;
    case 2:
        memcpy(at, &two, 2);
        break;
    case 4:
        memcpy(at, &four, 4);
        break;
    default:
        memcpy(at, &value, 8);
    }
}

uint64_t column_value(const void *record, uint32_t at, uint32_t size)
{
    return load((const char *)record + at, size);
}

/* Of numbers of that many bytes, which wrap. */
static uint64_t difference(uint64_t value, uint64_t base, uint32_t size)
{
    unsigned unused = 64 - 8 * size;
    return wire_zigzag((int64_t)((value - base) << unused) >> unused);
}

static uint64_t undo_difference(uint64_t code, uint64_t base, uint32_t size)
{
    uint64_t value = base + (uint64_t)wire_unzigzag(code);
    return size == 8 ? value : value & ((UINT64_C(1) << 8 * size) - 1);
}

/* What the next value is told by. */
struct memory {
    uint64_t last, largest;
};

static void put_difference(struct wire_out *out, uint64_t value, uint64_t base, uint32_t size)
{
    uint64_t code = difference(value, base, size);
    if (value && code <= UINT64_MAX - CODE_FIRST) {
        wire_put(out, code + CODE_FIRST);
    } else {
        wire_put(out, value ? CODE_WHOLE : CODE_ZERO);
        if (value)
            wire_put(out, value);
    }
}

static uint64_t take_difference(struct wire_in *in, uint64_t base, uint32_t size)
{
    uint64_t code = wire_take(in);
    if (code >= CODE_FIRST)
        return undo_difference(code - CODE_FIRST, base, size);
    return code == CODE_WHOLE ? wire_take(in) : 0;
}

static void put_value(struct wire_out *out, const struct segment_field *field, const char *record,
                      uint32_t index, struct memory *memory)
{
    uint64_t value = load(record + field->at, field->size);
    switch (field->form) {
    case FORM_SMALL:
        wire_put(out, value);
        break;
    case FORM_RAW:
        wire_put_fixed(out, value, field->size);
        break;
    case FORM_STEP:
        put_difference(out, value, memory->last, field->size);
        break;
    case FORM_NEAR:
        put_difference(out, value, load(record + field->near, field->size), field->size);
        break;
    case FORM_FRESH:
        wire_put(out, value > memory->largest ? (value - memory->largest) << 1 | 1 : value << 1);
        break;
    default: /* FORM_LINK */
        put_difference(out, value, index + 1, field->size);
    }
    memory->last = value ? value : memory->last;
    memory->largest = value > memory->largest ? value : memory->largest;
}

static uint64_t take_value(struct wire_in *in, const struct segment_field *field,
                           const char *record, uint32_t index, const struct memory *memory)
{
    uint64_t code;
    switch (field->form) {
    case FORM_SMALL:
        return wire_take(in);
    case FORM_RAW:
        return wire_take_fixed(in, field->size);
    case FORM_STEP:
        return take_difference(in, memory->last, field->size);
    case FORM_NEAR:
        return take_difference(in, load(record + field->near, field->size), field->size);
    case FORM_FRESH:
        code = wire_take(in);
        return code & 1 ? memory->largest + (code >> 1) : code >> 1;
    default:
        return take_difference(in, index + 1, field->size);
    }
}

static void write_texts(struct wire_out *out, const struct segment_array *array,
                        const struct segment_field *field, const char *records, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        wire_put_bytes(out, records + i * array->size + field->at, field->size);
}

static bool read_texts(struct wire_in *in, const struct segment_array *array,
                       const struct segment_field *field, char *records, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct str text = wire_take_bytes(in, field->size);
        memcpy(records + i * array->size + field->at, text.ptr, text.len);
    }
    return !in->bad;
}

static void write_column(struct wire_out *out, const struct segment_array *array,
                         const struct segment_field *field, const char *records, uint32_t count)
{
    struct memory memory = {0, 0};
    uint64_t any = 0;
    for (uint32_t i = 0; i < count; i++)
        any |= load(records + i * array->size + field->at, field->size);
    wire_put(out, any ? COLUMN_FILLED : COLUMN_EMPTY);
    for (uint32_t i = 0; any && i < count; i++)
        put_value(out, field, records + i * array->size, i, &memory);
}

static bool read_column(struct wire_in *in, const struct segment_array *array,
                        const struct segment_field *field, char *records, uint32_t count)
{
    struct memory memory = {0, 0};
    uint64_t filled = wire_take(in), most = UINT64_MAX >> (64 - 8 * field->size);
    if (filled != COLUMN_FILLED)
        return !in->bad && filled == COLUMN_EMPTY;
    for (uint32_t i = 0; i < count; i++) {
        char *record = records + i * array->size;
        uint64_t value = take_value(in, field, record, i, &memory);
        if (in->bad || value > most)
            return false;
        store(record + field->at, field->size, value);
        memory.last = value ? value : memory.last;
        memory.largest = value > memory.largest ? value : memory.largest;
    }
    return true;
}

void columns_write(struct wire_out *out, const struct segment_array *array, const void *records,
                   uint32_t count)
{
    for (uint32_t i = 0; i < array->field_count; i++)
        if (array->fields[i].form == FORM_TEXT)
            write_texts(out, array, &array->fields[i], records, count);
        else if (array->fields[i].form != FORM_DERIVED)
            write_column(out, array, &array->fields[i], records, count);
}

bool columns_read(struct wire_in *in, const struct segment_array *array, void *records,
                  uint32_t count)
{
    bool ok = true;
    for (uint32_t i = 0; i < array->field_count && ok; i++) {
        const struct segment_field *field = &array->fields[i];
        if (field->form == FORM_TEXT)
            ok = read_texts(in, array, field, records, count);
        else if (field->form != FORM_DERIVED)
            ok = read_column(in, array, field, records, count);
    }
    return ok;
}
