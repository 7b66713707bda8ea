#include "finding.h"

#define X(name, text) [name] = text,
static const char *const verdict_names[] = {VERDICTS(X)};
static const char *const role_names[] = {ROLES(X)};
static const char *const class_names[] = {CLASSES(X)};
#undef X

const char *verdict_name(enum verdict verdict)
{
    return verdict_names[verdict];
}

const char *role_name(enum role role)
{
    return role_names[role];
}

const char *class_name(enum finding_class class)
{
    return class_names[class];
}
