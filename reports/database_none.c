/* Built without SQLite. */
#include "database.h"

bool database_is_built(void)
{
    return false;
}

bool database_write(const struct report *report, struct out *out, struct err *err)
{
    (void)report;
    (void)out;
    return err_set(err, STATUS_OUTPUT, "case.db: built without SQLite");
}
