/* The inventory: for people, as one object of JSON, or an object a line. */
#ifndef POSTMORTEM_INPUTS_PRINT_H
#define POSTMORTEM_INPUTS_PRINT_H

#include "inventory.h"
#include "out.h"

void inputs_print_text(const struct inventory *inventory, struct out *out);
void inputs_print_json(const struct inventory *inventory, struct out *out);
void inputs_print_jsonl(const struct inventory *inventory, struct out *out);

#endif
