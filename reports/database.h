/* case.db: SQLite, schema in case_schema.sql (which the file itself holds too). The bytes depend on
 * the report and on the version of SQLite alone. */
#ifndef POSTMORTEM_DATABASE_H
#define POSTMORTEM_DATABASE_H

#include "err.h"
#include "finding.h"
#include "out.h"

/* False in a build without SQLite: then no case folder has a case.db. */
bool database_is_built(void);
/* Built in memory, then written as a whole. False with STATUS_OUTPUT. */
bool database_write(const struct report *report, struct out *out, struct err *err);

#endif
