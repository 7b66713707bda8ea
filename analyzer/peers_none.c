#include "peers.h"

const struct peers *peers_begin(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return NULL;
}

int peers_end(const struct peers *peers, int status)
{
    (void)peers;
    return status;
}
