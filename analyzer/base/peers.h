/* The other processes of a run that is shared out (Open MPI); alone there are none. */
#ifndef POSTMORTEM_PEERS_H
#define POSTMORTEM_PEERS_H

#include <stddef.h>
#include <stdint.h>

struct peers {
    unsigned rank, count; /* rank 0 settles and reports */
    /* Both return when it is done; a peer that is gone ends the whole run. */
    void (*send)(unsigned to, const void *bytes, size_t len);
    uint8_t *(*receive)(unsigned from, size_t *ret_len); /* the caller frees it */
};

/* Before the first line of main and behind the last; NULL: there are no others. */
const struct peers *peers_begin(int *argc, char ***argv);
/* The exit status of the process, given that of what it did. */
int peers_end(const struct peers *peers, int status);

#endif
