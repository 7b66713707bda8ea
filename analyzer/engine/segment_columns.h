/* Records as columns: all values of one field, then all of the next. Equal and nearly equal values
 * stand together, so that they compress. */
#ifndef POSTMORTEM_SEGMENT_COLUMNS_H
#define POSTMORTEM_SEGMENT_COLUMNS_H

#include "segment_fields.h"
#include "wire.h"

void columns_write(struct wire_out *out, const struct segment_array *array, const void *records,
                   uint32_t count);
/* Into zeroed records. False, or in->bad: the bytes are none of such columns. */
bool columns_read(struct wire_in *in, const struct segment_array *array, void *records,
                  uint32_t count);

/* The field of that record, as a number without sign. */
uint64_t column_value(const void *record, uint32_t at, uint32_t size);

#endif
