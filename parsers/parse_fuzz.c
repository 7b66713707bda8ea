/* Every parser: the first line of the input names the program, the second is what it wrote. */
#define _GNU_SOURCE /* memfd_create */
#include "fuzzing.h"
#include "parser.h"

static const struct parser *owner(struct context *context)
{
    for (const struct parser *const *parser = parsers; *parser; parser++)
        if ((*parser)->owns(context->program, &context->daemon) == OWNS)
            return *parser;
    return NULL;
}

static void touch_event(const struct event *event)
{
    fuzz_require(event->what != NULL && event->kind < EVENT_KIND_COUNT, "an event has a name");
    fuzz_require(event->outcome < OUTCOME_COUNT && event->reason < REASON_COUNT, "outcome, reason");
    fuzz_require(event->field_count <= EVENT_FIELDS_MAX, "fields fit");
    for (unsigned i = 0; i < event->field_count; i++) {
        fuzz_require(event->fields[i].id < FIELD_COUNT, "a field has a name");
        fuzz_touch(event->fields[i].ptr, event->fields[i].len);
    }
    fuzz_touch(event->free_text.ptr, event->free_text.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct columns no_columns = {.table = TABLE_NONE};
    struct str input = {(const char *)data, size}, program;
    struct context context = {.host = STR("mx1"), .pid = 7, .columns = &no_columns};
    struct event event;
    if (!str_cut(&input, STR("\n"), &program))
        return 0;
    context.program = program;
    const struct parser *parser = owner(&context);
    if (parser && parser->parse(input, &context, &event))
        touch_event(&event);
    else
        (void)program_is_other(program);
    return 0;
}
