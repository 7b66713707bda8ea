#include "sandbox_parts.h"

const char *sandbox_calls(bool instrumented)
{
    (void)instrumented;
    return "built without libseccomp";
}
