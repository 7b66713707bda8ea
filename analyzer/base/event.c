#include "event.h"

#define X(name) [name] = &#name[sizeof "EVENT_" - 1],
static const char *const kind_names[] = {EVENT_KINDS(X)};
#undef X
#define X(name, text) [name] = text,
static const char *const outcome_names[] = {OUTCOMES(X)};
static const char *const reason_names[] = {REASONS(X)};
static const char *const field_names[] = {FIELDS(X)};
#undef X

const char *event_kind_name(enum event_kind kind)
{
    return kind_names[kind];
}

const char *outcome_name(enum outcome outcome)
{
    return outcome_names[outcome];
}

const char *reason_name(enum reason reason)
{
    return reason_names[reason];
}

const char *field_name(enum field_id id)
{
    return field_names[id];
}
