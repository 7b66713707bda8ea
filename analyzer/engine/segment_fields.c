#include "segment_fields.h"

#include "envelope.h"
#include "hash.h"
#include "parser.h"
#include "store.h"

/* clang-format off */
#define FIELD_OF(type, member, form, check, near, most) \
    {#member, offsetof(struct type, member), sizeof ((struct type *)0)->member, near, form, \
     check, most}
#define FIELD(member, form, check) FIELD_OF(RECORD, member, form, check, 0, 0)
#define NEAR(member, other, check) \
    FIELD_OF(RECORD, member, FORM_NEAR, check, offsetof(struct RECORD, other), 0)
#define MOST(member, most) FIELD_OF(RECORD, member, FORM_SMALL, CHECK_MOST, 0, most)
#define FLAG(member) MOST(member, 1)
#define NUMBER(member) FIELD(member, FORM_SMALL, CHECK_ANY)
#define NAME(member) FIELD(member, FORM_FRESH, CHECK_NAME)
#define MADE(member) FIELD(member, FORM_DERIVED, CHECK_ANY)
#define MOMENT(member) \
    FIELD(member.usec, FORM_STEP, CHECK_TIME), FIELD(member.run, FORM_STEP, CHECK_RUN)
#define MOMENT_NEAR(member, other) \
    NEAR(member.usec, other.usec, CHECK_TIME), NEAR(member.run, other.run, CHECK_RUN)
#define PLACE(member) \
    FIELD(member.line, FORM_STEP, CHECK_ANY), FIELD(member.offset, FORM_STEP, CHECK_ANY), \
    MOST(member.input, 0), NUMBER(member.length)
#define PLACE_NEAR(member, other) \
    NEAR(member.line, other.line, CHECK_ANY), NEAR(member.offset, other.offset, CHECK_ANY), \
    MOST(member.input, 0), NUMBER(member.length)
#define PROOF(n) NUMBER(proofs[n].year), NUMBER(proofs[n].offset_minutes), NUMBER(proofs[n].count)

#define RECORD clock_run
static const struct segment_field clock_run_fields[] = {
    NAME(host), MOST(input, 0), MOST(kind, STAMP_UTC), MOST(digits, 9), FLAG(stepped_back),
    MOST(proof_count, PROOFS_MAX),
    FIELD(first, FORM_STEP, CHECK_TIME), NEAR(last, first, CHECK_TIME),
    NEAR(min, first, CHECK_TIME), NEAR(max, first, CHECK_TIME),
    FIELD(older, FORM_SMALL, CHECK_OLDER), PROOF(0), PROOF(1), PROOF(2), PROOF(3), PROOF(4),
    PROOF(5),
};
#undef RECORD
#define RECORD fragment
static const struct segment_field fragment_fields[] = {
    NAME(host), NAME(instance), NAME(queue_id), MADE(older),
    MOMENT(first), MOMENT_NEAR(last, first), MOMENT_NEAR(queued, first),
    MOMENT_NEAR(submitted, first),
    PLACE(place), PLACE_NEAR(last_place, place),
    NEAR(first_offset, place.offset, CHECK_ANY), MOST(first_input, 0), MOST(absorbed_by, 0),
    FIELD(epoch, FORM_STEP, CHECK_ANY),
    NUMBER(flags), MOST(first_class, GENERATION_END), MOST(last_class, GENERATION_END),
    MOST(hold, HOLD_RELEASED), FLAG(tried), FLAG(waited),
    NAME(program), NUMBER(pid), NAME(ip), NAME(client_name), NAME(user), NAME(sender),
    NAME(header_domain), NAME(uid), NAME(identified),
    NAME(orig_queue_id), NAME(orig_ip), NAME(orig_client_name), NAME(orig_id),
    NUMBER(nrcpt), NUMBER(size), FIELD(message_id, FORM_RAW, CHECK_ANY),
    FIELD(message_shape, FORM_RAW, CHECK_ANY),
    FIELD(recipients, FORM_STEP, CHECK_RECIPIENT), MADE(recipients_last), MADE(recipient_cursor),
    MADE(recipient_count),
};
#undef RECORD
#define RECORD recipient
static const struct segment_field recipient_fields[] = {
    FIELD(to, FORM_RAW, CHECK_ANY), NEAR(original, to, CHECK_ANY), NAME(domain),
    NEAR(to_domain, domain, CHECK_NAME),
    /* child: see segment_check */
    FIELD(next, FORM_LINK, CHECK_NEXT), FIELD(child, FORM_RAW, CHECK_ANY), NAME(relay_text),
    MOST(outcome, OUTCOME_COUNT - 1), MOST(reason, REASON_COUNT - 1), MOST(relay, RELAY_REMOTE),
    FLAG(renamed), FLAG(mailbox),
};
#undef RECORD
#define RECORD edge
static const struct segment_field edge_fields[] = {
    FIELD(parent_fragment, FORM_STEP, CHECK_FRAGMENT), NAME(parent_id), NAME(child_id), NAME(host),
    NAME(relay_ip), NAME(relay_name),
    MOST(kind, EDGE_FILTER), MOST(relay, RELAY_REMOTE), MOST(reason, REASON_COUNT - 1),
    MOMENT(when),
};
#undef RECORD
#define RECORD turn
static const struct segment_field turn_fields[] = {
    MOMENT(when), FIELD(fragment, FORM_STEP, CHECK_FRAGMENT_ALWAYS), NUMBER(kind_and_seconds),
};
#undef RECORD
#define RECORD connection
static const struct segment_field connection_fields[] = {
    MADE(key), NAME(host), NAME(program), NUMBER(pid), NAME(ip), NAME(client_name), NAME(user),
    MOMENT(first), MOMENT_NEAR(last, first), PLACE(place), PLACE_NEAR(last_place, place),
    NUMBER(auth_ok), NUMBER(auth_total), NUMBER(mails), NUMBER(submits),
    FIELD(epoch, FORM_STEP, CHECK_ANY), MADE(next_of_key),
    NUMBER(front), MADE(continues), MOST(first_kind, EVENT_KIND_COUNT - 1),
    MOST(last_kind, EVENT_KIND_COUNT - 1),
    FLAG(has_stats), FLAG(first_of_key), FLAG(by_refusal), FLAG(apart), FLAG(told_ip),
};
#undef RECORD
#define RECORD failure
static const struct segment_field failure_fields[] = {
    MOMENT(when), PLACE(place), NAME(name), NAME(ip), NAME(client_name), NAME(host), NAME(session),
    NAME(program), NUMBER(pid),
    NUMBER(count), MOST(origin, FAILED_SESSION), MOST(service, SERVICE_OTHER),
};
#undef RECORD
#define RECORD access
static const struct segment_field access_fields[] = {
    MOMENT(when), PLACE(place), NAME(name), NAME(ip), NAME(server_ip), NAME(host), NAME(session),
    NAME(program),
    MOST(service, SERVICE_OTHER), FLAG(told), MADE(connection),
};
#undef RECORD
#define RECORD logout
static const struct segment_field logout_fields[] = {
    MOMENT(when), NAME(session), NAME(host), NUMBER(bytes_out),
};
#undef RECORD
#define RECORD refused
static const struct segment_field refused_fields[] = {
    MOMENT(when), PLACE(place), NAME(ip), NAME(client_name), NAME(name), NAME(sender),
    NAME(sender_domain), NAME(host), NAME(program),
    NUMBER(pid), NUMBER(count), NAME(queue_id), NAME(own_domain), MOST(reason, REASON_COUNT - 1),
    FLAG(no_queue), FLAG(recipient), FLAG(message),
};
#undef RECORD
#define RECORD blocked
static const struct segment_field blocked_fields[] = {
    MOMENT(first), MOMENT_NEAR(last, first), NUMBER(replies), NAME(host), NAME(provider),
    NAME(sample), MOST(reason, REASON_COUNT - 1),
};
#undef RECORD
#define RECORD operated
static const struct segment_field operated_fields[] = {
    MOMENT(when), PLACE(place), NUMBER(count), NAME(host), MOST(act, OPERATOR_STARTED),
};
#undef RECORD
#define RECORD host_fact
static const struct segment_field host_fact_fields[] = { /* index: see segment_check */
    NAME(name), FIELD(newest_run, FORM_SMALL, CHECK_RUN_1), MOST(kind, EVENT_KIND_COUNT - 1),
    NUMBER(index), NUMBER(left_repeat), FLAG(seen),
};
#undef RECORD
#define RECORD proxied
static const struct segment_field proxied_fields[] = {
    MOMENT(when), PLACE(place), NAME(host), NAME(program), NUMBER(pid), NAME(child_id),
};
#undef RECORD
#define RECORD handed
static const struct segment_field handed_fields[] = {
    MOMENT(when), PLACE(place), FIELD(message_id, FORM_RAW, CHECK_ANY), NAME(host), NAME(name),
    NAME(ip), NAME(relay), NAME(queue_id),
    NAME(session), NAME(server_ip), MADE(fragment),
};
#undef RECORD
#define RECORD piece
static const struct segment_field piece_fields[] = {
    MOMENT(when), PLACE(place), NAME(host), NAME(program), NUMBER(pid),
    FIELD(epoch, FORM_STEP, CHECK_ANY), NUMBER(part), NUMBER(parts),
    MOST(bytes, sizeof ((struct piece *)0)->text), FLAG(opens), FLAG(closes), FLAG(line_end),
    FIELD(text, FORM_TEXT, CHECK_ANY),
};
#undef RECORD
#define RECORD invocation
static const struct segment_field invocation_fields[] = {
    MOMENT(when), PLACE(place), NAME(host), NUMBER(pid), NAME(folder),
};
#undef RECORD
#define RECORD program_count
static const struct segment_field program_count_fields[] = {NAME(name), NUMBER(lines)};
#undef RECORD
#define RECORD digest
static const struct segment_field digest_fields[] = {
    FIELD(segment, FORM_SMALL, CHECK_RUN_ALWAYS), NUMBER(lines),
    FIELD(minute, FORM_STEP, CHECK_MINUTE), FIELD(sum, FORM_RAW, CHECK_ANY),
    NUMBER(first), NUMBER(last),
};
#undef RECORD
#define RECORD input_fact
static const struct segment_field input_fact_fields[] = {
    NUMBER(lines), NUMBER(recognised), NUMBER(other_program), NUMBER(unrecognised),
    NUMBER(duplicates), NUMBER(formats), NUMBER(parsers),
};
#undef RECORD
#define RECORD listed_queue
static const struct segment_field listed_queue_fields[] = {
    NUMBER(messages), NUMBER(active), NUMBER(deferred), NUMBER(held), NUMBER(incoming),
    NUMBER(corrupt), MOST(input, 0), NAME(reason_above),
    MOST(reason, REASON_COUNT - 1), FLAG(sizes_only),
};
#undef RECORD
#define RECORD listed_message
static const struct segment_field listed_message_fields[] = {
    NAME(queue_id), NAME(sender), MOST(input, 0), NUMBER(recipients),
};
#undef RECORD
#define RECORD listed_reason
static const struct segment_field listed_reason_fields[] = {
    NUMBER(recipients), NAME(sample), MOST(input, 0), MOST(reason, REASON_COUNT - 1),
};
#undef RECORD

#define X(type, array, item) \
    {#array, offsetof(struct store, array), offsetof(struct store, item##_count), \
     offsetof(struct store, item##_capacity), \
     sizeof(struct type), type##_fields, sizeof type##_fields / sizeof *type##_fields},
const struct segment_array segment_arrays[] = {STORE_ARRAYS(X){0}};
#undef X

/* Names whose numbers stand in a segment. */
static const char *const numbered[] = {
#define X(name) #name,
    EVENT_KINDS(X)
#undef X
#define X(name, text) #name,
    OUTCOMES(X) REASONS(X)
#undef X
};
/* clang-format on */

static void add(XXH3_state_t *state, const char *text)
{
    XXH3_64bits_update(state, text, strlen(text) + 1);
}

uint64_t segment_layout(void)
{
    XXH3_state_t *state = XXH3_createState();
    XXH3_64bits_reset(state);
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++)
        add(state, numbered[i]);
    for (unsigned i = 0; i < ENVELOPE_COUNT; i++)
        add(state, envelope_name((enum envelope_format)i));
    for (size_t i = 0; parsers[i]; i++)
        add(state, parsers[i]->name);
    for (const struct segment_array *array = segment_arrays; array->name; array++) {
        add(state, array->name);
        for (uint32_t i = 0; i < array->field_count; i++) {
            const struct segment_field *field = &array->fields[i];
            const uint8_t form[2] = {field->form, (uint8_t)field->size};
            add(state, field->name);
            XXH3_64bits_update(state, form, sizeof form);
        }
    }
    uint64_t layout = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return layout;
}
