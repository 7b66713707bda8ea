#include <mpi.h>

#include "arena.h"
#include "err.h"
#include "peers.h"

/* MPI counts in int. */
enum { PIECE_BYTES = 1 << 30, TAG_LENGTH = 1, TAG_BYTES };

static void send_bytes(unsigned to, const void *bytes, size_t len)
{
    uint64_t length = len;
    MPI_Send(&length, 1, MPI_UINT64_T, (int)to, TAG_LENGTH, MPI_COMM_WORLD);
    for (size_t at = 0; at < len; at += PIECE_BYTES)
        MPI_Send((const char *)bytes + at, (int)(len - at < PIECE_BYTES ? len - at : PIECE_BYTES),
                 MPI_BYTE, (int)to, TAG_BYTES, MPI_COMM_WORLD);
}

static uint8_t *receive_bytes(unsigned from, size_t *ret_len)
{
    uint64_t length = 0;
    MPI_Recv(&length, 1, MPI_UINT64_T, (int)from, TAG_LENGTH, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    uint8_t *bytes = xmalloc((size_t)length + 1);
    for (size_t at = 0; at < length; at += PIECE_BYTES)
        MPI_Recv(bytes + at, (int)(length - at < PIECE_BYTES ? length - at : PIECE_BYTES), MPI_BYTE,
                 (int)from, TAG_BYTES, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    *ret_len = (size_t)length;
    return bytes;
}

const struct peers *peers_begin(int *argc, char ***argv)
{
    int rank = 0, count = 1, provided;
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &count);
    struct peers *peers = xcalloc(1, sizeof *peers);
    peers->rank = (unsigned)rank;
    peers->count = (unsigned)count;
    peers->send = send_bytes;
    peers->receive = receive_bytes;
    return peers;
}

/* Nobody leaves before rank 0 has reported; its status is that of the run. Whoever fails in another
 * way than those of a finished run ends all: somebody may wait for it. */
int peers_end(const struct peers *peers, int status)
{
    int told = status;
    if (status != STATUS_OK && status != STATUS_DAMAGED && status != STATUS_NO_LOG &&
        status != STATUS_FAIL_ON)
        MPI_Abort(MPI_COMM_WORLD, status);
    MPI_Bcast(&told, 1, MPI_INT, 0, MPI_COMM_WORLD);
    MPI_Finalize();
    return peers->rank == 0 ? status : 0;
}
