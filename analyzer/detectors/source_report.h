/* The addresses of an account or a finding, as reports show them. */
#ifndef POSTMORTEM_SOURCE_REPORT_H
#define POSTMORTEM_SOURCE_REPORT_H

#include "subject.h"

struct source_reports {
    struct source_report *items;
    uint32_t count;
};

/* Attackers first, then by messages, then by address. */
struct source_reports source_reports_of(const struct subject *subject, struct arena *arena);
/* Name, PTR and times of an address as the whole server saw it. */
struct source_report source_report_of(const struct world *world, uint32_t source);
void source_reports_sort(struct source_report *items, uint32_t count);

#endif
