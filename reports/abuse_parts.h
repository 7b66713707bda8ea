/* What the writers of one abuse report share. */
#ifndef POSTMORTEM_ABUSE_PARTS_H
#define POSTMORTEM_ABUSE_PARTS_H

#include <openssl/evp.h>

#include "abuse.h"
#include "contacts.h"
#include "incident.h"
#include "plain.h"
#include "pseudonym.h"

enum { SAMPLE_KINDS = 16, SAMPLES_OF_KIND = 10, SERVICES_MAX = 8, SAMPLE_BYTES_MAX = 2000 };

/* One kind of line: its first ones, and its last. */
struct sample_kind {
    const char *what;
    uint32_t count;
    struct str first[SAMPLES_OF_KIND];
    uint64_t first_order[SAMPLES_OF_KIND], last_order;
    char *last;
    size_t last_len, last_capacity;
};

struct service {
    struct str program;
    uint64_t connections;
};

struct abuse_case {
    const struct offender *offender;
    const char *missing; /* why there is no report; NULL */
    struct contact contact;
    struct out *log; /* evidence.log; NULL before its first line */
    EVP_MD_CTX *digest;
    uint64_t lines, connections;
    uint32_t source_port; /* of the first connection whose port is logged; 0 */
    bool ports_differ;
    struct str server_ip; /* len 0: not logged */
    struct service services[SERVICES_MAX];
    uint32_t service_count;
    struct sample_kind kinds[SAMPLE_KINDS];
    uint32_t kind_count;
    char id[UUID_TEXT];
    struct str excerpt; /* lines with their ends, once all lines are there */
    uint32_t excerpt_lines;
    const char *sha256; /* of evidence.log */
};

struct abuse {
    struct case_folder *folder;
    const struct report *report;
    const struct run_info *run;
    struct arena arena, scratch;
    struct incident incident;
    struct pseudonyms *pseudonyms; /* NULL: no report will be written */
    struct contacts *contacts;
    struct abuse_case *cases; /* by offender */
    struct str *sources;      /* of the cases that may become reports, once somebody reports */
    uint32_t *case_of_source;
    size_t source_count;
    struct err failure; /* of abuse_add; status 0: none */
};

/* What kind of report it is about. */
const char *abuse_type(const struct offender *offender);
/* Minimum evidence: NULL, or what no reporter could add. */
const char *abuse_missing(const struct abuse *abuse, const struct offender *offender);
/* TCP port of a service by the name under which its program logs; 0 if that does not tell. */
uint32_t service_port(struct str program);

struct str abuse_text(struct abuse *abuse, const struct abuse_case *one);
struct str abuse_xarf(struct abuse *abuse, const struct abuse_case *one);
void abuse_mail(struct abuse *abuse, const struct abuse_case *one, struct str text, struct str xarf,
                struct out *out);
bool abuse_index(struct abuse *abuse, struct err *err);

#endif
