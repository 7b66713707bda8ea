/* What a worker makes of a block: its events and counts, ready to be folded in order. Slices point
 * into the block and into the batch's own scratch; both live until the fold is done. */
#ifndef POSTMORTEM_BATCH_H
#define POSTMORTEM_BATCH_H

#include "line_cursor.h"
#include "matcher.h"
#include "scan.h"

/* The events of one line, small and flat. */
struct line_event {
    int64_t usec;           /* as stamped */
    uint32_t segment;       /* index into batch.segments; NO_SEGMENT without a time */
    uint32_t host, program; /* indexes into batch.hosts, batch.programs */
    uint32_t pid;
    uint32_t line;   /* 0-based in the block */
    uint32_t length; /* as it stands in the member, without line end */
    uint64_t offset; /* in the member */
    uint32_t first_field, field_count;
    uint32_t count;   /* occurrences the line stands for */
    uint32_t repeats; /* EVENT_REPEAT: 1 + index of the event it repeats, 0: nothing, REPEATS_EDGE:
                         before this block */
    uint64_t has;     /* batch_field_bit of each of its fields */
    uint8_t kind, generation, outcome, reason;
};

/* What a batch adds to the fields of an event: domains in lower case. */
enum {
    BATCH_TO_DOMAIN = FIELD_COUNT,
    BATCH_ORIGINAL_DOMAIN,
    BATCH_SENDER_DOMAIN, /* of what was refused */
    BATCH_FIELD_COUNT
};

/* What the store makes of a field, so that the worker can hash it. */
enum batch_role {
    ROLE_NONE,    /* nothing: a batch does not keep it */
    ROLE_TEXT,    /* reads it */
    ROLE_NAME,    /* interns it */
    ROLE_ADDRESS, /* tells it from others by address_hash */
    ROLE_DIGEST,  /* tells it from others by a hash of the text */
};
enum batch_role batch_role(unsigned id);

struct batch_field {
    const char *ptr;
    uint64_t hash; /* as its role wants it; 0: of a name that is hardly ever sought */
    uint32_t len;
    uint16_t id;
    bool sought; /* a name that the fold will look up by its hash */
};

/* Most fields that are asked for are not there: one bit, shared by few, tells. */
static inline uint64_t batch_field_bit(unsigned id)
{
    return UINT64_C(1) << (id & 63);
}

#define NO_SEGMENT UINT32_MAX
#define REPEATS_EDGE UINT32_MAX

/* A stretch of one host's lines whose clock runs on: no new year, no step back of an hour. */
struct clock_segment {
    uint32_t host;
    uint8_t kind, digits;          /* as struct stamp */
    int64_t first, last, min, max; /* usec as stamped */
};

/* Lines of one host in one minute: what tells whether two inputs hold the same lines. */
struct digest {
    uint32_t segment;
    uint32_t lines;
    int64_t minute;      /* as stamped, since 1970 */
    uint64_t sum;        /* of the 64-bit hashes of the lines */
    uint8_t first, last; /* second within the minute */
};

struct batch_host {
    struct str name;
    uint32_t segment;    /* newest of this host, NO_SEGMENT */
    uint32_t last_event; /* 1 + index of the event of its last line; 0: that line was none */
};

struct batch_program {
    struct str name;
    uint64_t lines;
};

struct batch {
    struct line_event *events;
    struct batch_field *fields;
    struct clock_segment *segments;
    struct digest *digests;
    struct batch_host *hosts;
    struct batch_program *programs;
    uint32_t event_count, field_count, segment_count, digest_count, host_count, program_count;
    uint32_t event_capacity, field_capacity, segment_capacity, digest_capacity, host_capacity,
        program_capacity;
    uint64_t lines, recognised, other_program, unrecognised, dropped;
    uint32_t program_of_slot[SCAN_SLOTS]; /* index into programs, if the name there is the same */
    uint32_t formats, parsers;            /* bit sets: enum envelope_format, index into parsers[] */
    struct arena scratch;                 /* decoded text that outlives the scan */
};

struct batch_worker;

/* seed: of the stores that will fold the batches. */
struct batch_worker *batch_worker_new(const struct matcher *matcher, uint64_t seed);
void batch_worker_free(struct batch_worker *worker);
/* Which lines count: given the hash of a line's body, false drops it (it stands in another input
 * too). NULL: all do. */
typedef bool batch_filter(void *user, struct str host, const struct stamp *stamp, uint64_t hash);
void batch_fill(struct batch_worker *worker, struct block *block, batch_filter *filter, void *user);
/* The same of a block that is one line, whatever line ends are in it. */
void batch_fill_line(struct batch_worker *worker, struct block *block);
void batch_free(void *batch);

/* Hash of a mail address without regard to ASCII case; the same in every run. */
uint64_t address_hash(struct str address);
/* What stands behind the last @; empty if there is none. */
struct str address_domain(struct str address);

/* Hash of a line's body that does not change from run to run. */
uint64_t line_hash(struct str body);

#endif
