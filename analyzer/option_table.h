/* The one table of options: command line, configuration file and --help read it. */
#ifndef POSTMORTEM_OPTION_TABLE_H
#define POSTMORTEM_OPTION_TABLE_H

#include "arena.h"
#include "options.h"

enum {
    OPTION_RESULT = 1, /* can change the result */
    OPTION_LATER = 2,  /* has its name and meaning, but this version cannot do it */
    OPTION_HIDDEN = 4, /* for tests and benches */
};

/* What a value looks like and where it goes. Of the LIST kinds every occurrence counts, of the
 * others the last. */
enum option_kind {
    OPTION_FLAG,         /* bool; takes no value, as do the next two */
    OPTION_COUNT,        /* int: how often */
    OPTION_TEXT,         /* const char * */
    OPTION_FILE,         /* const char *: a file that can be read */
    OPTION_FOLDER,       /* const char *: a folder that can be written */
    OPTION_ADDRESS,      /* const char *: an IP address */
    OPTION_CHOICE,       /* an enum: index in choices */
    OPTION_LIMIT,        /* struct time_limit */
    OPTION_NUMBER,       /* int, least to most */
    OPTION_BYTES,        /* uint64_t, least to most */
    OPTION_TEXT_LIST,    /* struct list */
    OPTION_DOMAIN_LIST,  /* struct list */
    OPTION_FILE_LIST,    /* struct list; "-" is standard input */
    OPTION_PAIR_LIST,    /* struct pairs: KEY=VALUE */
    OPTION_ZONE_LIST,    /* struct pairs: [GLOB=]ZONE */
    OPTION_CIDR_LIST,    /* struct list: addresses and networks */
    OPTION_EXPECT_LIST,  /* settings.expect: ACCOUNT=one of choices */
    OPTION_NETWORK_LIST, /* settings.trusted_nets */
    OPTION_KIND_COUNT,
};

struct option {
    const char *heading; /* of the group that begins here; else NULL */
    const char *name;
    char letter;  /* 0: none */
    uint8_t kind; /* enum option_kind */
    uint8_t flags;
    uint8_t commands;  /* 1 << enum command, of those that take it */
    const char *value; /* what stands for the value in --help; NULL: takes none */
    const char *help;
    size_t at;                  /* offset in struct options */
    const char *const *choices; /* up to NULL */
    uint64_t least, most;
};

extern const struct option option_table[]; /* up to one without name */

/* Checks value (NULL for a flag) and puts it where it belongs. False with a message that names the
 * option. */
bool option_store(const struct option *option, const char *value, struct arena *arena,
                  struct options *ret, struct err *err);

#endif
