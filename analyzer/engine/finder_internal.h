/* Shared by the files that make up the finder. */
#ifndef POSTMORTEM_FINDER_INTERNAL_H
#define POSTMORTEM_FINDER_INTERNAL_H

#include "finder.h"
#include "intern.h"
#include "literals.h"
#include "scan.h"

/* Why a text is looked for. */
enum text_kind {
    TEXT_OPERATOR, /* what the operator did to the queue: all of them */
    TEXT_OWN_ID,   /* Message-IDs that hold a time: all of them */
    TEXT_OWN_IP,   /* addresses of the server: each once */
    TEXT_NEVER,    /* where it stands, single lines do not tell who sent what */
    TEXT_ANCHOR,   /* what the filters ask for: any line with a queue ID */
    TEXT_WORD,     /* the same, as a whole word */
    TEXT_ID,       /* a queue ID: lines that name it as one */
    TEXT_LOGIN,    /* other spellings of a login */
};

struct text {
    struct str text;
    uint8_t kind; /* enum text_kind */
};

struct finder {
    struct run *run;
    struct text *texts; /* of this reading */
    size_t text_count, text_capacity;
    struct literals *literals; /* of these */
    struct intern ids, logins; /* queue IDs, and logins without a domain */
    uint32_t ids_asked, logins_asked;
    struct intern hosts, own; /* of the logs, and addresses of the server */
    struct found_log **logs;
    size_t log_count, log_capacity;
    unsigned readings;
    bool by_id;                /* messages are asked for by queue ID, not by what is in them */
    _Atomic(const char *) why; /* what makes this way impossible, NULL */
};

void finder_ask(struct finder *finder, struct str text, enum text_kind kind);
void finder_give_up(struct finder *finder, const char *why);

/* A filter kind whose texts stand in the lines; false: there is none (*ret_why). */
bool finder_ask_filters(struct finder *finder, const char **ret_why);
/* The texts of every first reading. */
void finder_ask_witnesses(struct finder *finder);
/* Does the line name one of the queue IDs as such? */
bool finder_names_id(const struct finder *finder, const struct event *event);
/* Does that server tell of a message in lines without its ID? */
bool finder_is_apart(const struct parser *parser);
/* Takes from lines found since the last time what is to be asked for next. */
void finder_follow(struct finder *finder);

/* The work on blocks (struct consumer). */
void *finder_worker_new(void *finder);
void finder_worker_free(void *worker);
void finder_work(void *worker, struct block *block);
void finder_fold(void *log, struct block *block);
void finder_result_free(void *result);

#endif
