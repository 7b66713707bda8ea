/* The parts of report.json that json_parts.h writes, read back. */
#ifndef POSTMORTEM_CASE_READ_PARTS_H
#define POSTMORTEM_CASE_READ_PARTS_H

#include "json_reader.h"

void read_account(struct reader *reader, const json_t *object, void *item); /* account_report */
void read_finding(struct reader *reader, const json_t *object, void *item); /* finding */
uint8_t read_verdict(struct reader *reader, const json_t *object);
void read_counts(struct reader *reader, const json_t *object, struct counts *ret);
void read_refs(struct reader *reader, const json_t *object, struct ref *ret, uint32_t *ret_count);

/* NULL if there is none; owned by the arena of reader. */
const struct kept *read_kept(struct reader *reader, const json_t *root);

#endif
