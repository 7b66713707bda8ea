/* What the rounds over all principals leave behind for the report. */
#ifndef POSTMORTEM_DETECTORS_GATHER_H
#define POSTMORTEM_DETECTORS_GATHER_H

#include "finding.h"
#include "subject.h"

/* An attacker's address that used or tried an account at watch or above. */
struct touch {
    uint32_t source, principal;
    bool opened;
    int64_t usec;
};

struct gather {
    const struct world *world;
    struct arena *arena; /* of the report */
    struct account_report *accounts;
    struct finding *findings;
    struct cleared *cleared;
    struct timeline_entry *timeline;
    struct touch *touches;
    bool *spam; /* by message: an attacker's, of an accused account; parts share it */
    uint32_t account_count, account_room, finding_count, finding_room, cleared_count, cleared_room,
        timeline_count, timeline_room, touch_count, touch_room;
};

struct account_report *gather_account(struct gather *gather);
struct finding *gather_finding(struct gather *gather); /* with empty window */
void gather_cleared(struct gather *gather, struct str account, const char *why);
struct timeline_entry *gather_event(struct gather *gather);
struct touch *gather_touch(struct gather *gather);
/* Puts all of part behind what is in gather already. */
void gather_append(struct gather *gather, const struct gather *part);
void gather_free(struct gather *gather);

/* The questions that are not about a mailbox; each adds its findings. */
void find_relays(struct gather *gather); /* */
void find_local(struct gather *gather,
                const struct subject *subject); /* X-02, infected hosts; examined */
void find_gateways(struct gather *gather);
void find_guessing(struct gather *gather); /* after all accounts */
void clear_account(struct gather *gather, const struct subject *subject);
void clear_offices(struct gather *gather);
void tell_account(struct gather *gather, const struct subject *subject,
                  const struct account_report *report);
void tell_findings(struct gather *gather);
void tell_queue(struct gather *gather); /* if there is anything to tell beside it */
/* After all accounts, in the order of the report. */
void find_campaigns(struct report *report, struct gather *gather);
void note_spam(struct gather *gather, const struct subject *subject);
void find_limits(struct report *report, const struct gather *gather);
void find_reputation(struct report *report, const struct gather *gather);

#endif
