#include "store_internal.h"
#include <stdlib.h>

enum { SAMPLE_MAX = 300, BLOCKED_MAX = 512 };

static uint8_t service_of(struct str service)
{
    static const struct {
        const char *name;
        uint8_t service;
    } services[] = {{"imap", SERVICE_IMAP},
                    {"pop3", SERVICE_POP3},
                    {"submission", SERVICE_SMTP},
                    {"smtp", SERVICE_SMTP},
                    {"webmail", SERVICE_WEBMAIL},
                    {"managesieve", SERVICE_SIEVE},
                    {"auth", SERVICE_OTHER}};
    for (size_t i = 0; i < sizeof services / sizeof *services; i++)
        if (str_eq(service, str_of(services[i].name)))
            return services[i].service;
    return service.len ? SERVICE_OTHER : SERVICE_SMTP;
}

/* An address as the logs spell it may be v4-mapped; one spelling for all. */
static uint32_t ip_id(struct fold *fold, const struct folded *event, enum field_id id)
{
    struct ip ip;
    char canonical[IP_TEXT];
    struct str text = folded_get(event, id);
    if (!ip_parse(text, &ip))
        return 0;
    struct str spelled = ip_text(&ip, canonical);
    return str_eq(spelled, text) ? folded_id(fold, event, id)
                                 : intern_id(&fold->store->intern, spelled);
}

static void failed(struct fold *fold, const struct folded *event)
{
    struct store *store = fold->store;
    struct str service = folded_get(event, FIELD_SERVICE),
               name = folded_get(event, FIELD_SASL_USERNAME);
    uint64_t attempts;
    struct failure failure = {.when = event->when,
                              .place = event->place,
                              .name = name.len ? folded_id(fold, event, FIELD_SASL_USERNAME) : 0,
                              .ip = ip_id(fold, event, FIELD_CLIENT_IP),
                              .client_name = folded_id(fold, event, FIELD_CLIENT_NAME),
                              .host = event->host,
                              .session = folded_id(fold, event, FIELD_SESSION),
                              .program = event->program,
                              .pid = event->line->pid,
                              .count = event->line->count,
                              .service = service_of(service)};
    failure.origin = !service.ptr                   ? FAILED_MTA
                     : str_eq(service, STR("auth")) ? FAILED_AUTH
                                                    : FAILED_SESSION;
    if (str_to_u64(folded_get(event, FIELD_ATTEMPTS), &attempts) && attempts > 0 && attempts < 1000)
        failure.count *= (uint32_t)attempts;
    *STORE_ADD(store, failures, failure) = failure;
}

static void accessed(struct fold *fold, const struct folded *event)
{
    struct access access = {.when = event->when,
                            .place = event->place,
                            .name = folded_id(fold, event, FIELD_SASL_USERNAME),
                            .ip = ip_id(fold, event, FIELD_CLIENT_IP),
                            .server_ip = ip_id(fold, event, FIELD_SERVER_IP),
                            .host = event->host,
                            .session = folded_id(fold, event, FIELD_SESSION),
                            .program = event->program,
                            .service = service_of(folded_get(event, FIELD_SERVICE))};
    *STORE_ADD(fold->store, accesses, access) = access;
}

static void left(struct fold *fold, const struct folded *event)
{
    struct logout logout = {
        .when = event->when, .session = folded_id(fold, event, FIELD_SESSION), .host = event->host};
    str_to_u64(folded_get(event, FIELD_BYTES_OUT), &logout.bytes_out);
    if (logout.session)
        *STORE_ADD(fold->store, logouts, logout) = logout;
}

static void operated(struct fold *fold, const struct folded *event)
{
    static const struct {
        const char *name;
        uint8_t act;
    } acts[] = {{"deleted", OPERATOR_DELETED},   {"held", OPERATOR_HELD},
                {"released", OPERATOR_RELEASED}, {"requeued", OPERATOR_REQUEUED},
                {"stopped", OPERATOR_STOPPED},   {"started", OPERATOR_STARTED}};
    struct str action = folded_get(event, FIELD_ACTION);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (!str_eq(action, str_of(acts[i].name)))
            continue;
        struct operated act = {
            .when = event->when, .place = event->place, .host = event->host, .act = acts[i].act};
        str_to_u64(folded_get(event, FIELD_COUNT_OF), &act.count);
        *STORE_ADD(fold->store, operations, operated) = act;
    }
}

void login_fold(struct fold *fold, const struct folded *event)
{
    switch (event->line->kind) {
    case EVENT_AUTH_FAILED:
        failed(fold, event);
        break;
    case EVENT_LOGIN:
        accessed(fold, event);
        break;
    case EVENT_LOGOUT:
        left(fold, event);
        break;
    default:
        operated(fold, event);
    }
    store_fit_ids(fold->store);
}

/* Postfix looks a recipient up only if the domain is its own, or one it relays for. What it says
   stands behind the address, which the client chose. */
static uint32_t own_domain(struct fold *fold, const struct folded *event)
{
    static const struct str ends[] = {{"User unknown in local recipient table", 37},
                                      {"User unknown in virtual alias table", 35},
                                      {"User unknown in virtual mailbox table", 37},
                                      {"User unknown in relay recipient table", 37}};
    struct str text = folded_get(event, FIELD_TEXT);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_ends(text, ends[i]) && folded_get(event, BATCH_TO_DOMAIN).len)
            return folded_id(fold, event, BATCH_TO_DOMAIN);
    return 0;
}

void refusal_fold(struct fold *fold, const struct folded *event)
{
    struct store *store = fold->store;
    struct str name = folded_get(event, FIELD_SASL_USERNAME),
               stage = folded_get(event, FIELD_STAGE);
    struct refused refused = {.when = event->when,
                              .place = event->place,
                              .ip = ip_id(fold, event, FIELD_CLIENT_IP),
                              .client_name = folded_id(fold, event, FIELD_CLIENT_NAME),
                              .name = name.len ? folded_id(fold, event, FIELD_SASL_USERNAME) : 0,
                              .sender = folded_id(fold, event, FIELD_SENDER),
                              .sender_domain = folded_id(fold, event, BATCH_SENDER_DOMAIN),
                              .host = event->host,
                              .program = event->program,
                              .pid = event->line->pid,
                              .count = event->line->count,
                              .reason = event->line->reason,
                              .no_queue = !folded_get(event, FIELD_QUEUE_ID).len,
                              .recipient = str_eq(stage, STR("RCPT")),
                              .message = str_eq(stage, STR("MAIL")) || str_eq(stage, STR("DATA")) ||
                                         str_eq(stage, STR("BDAT")) ||
                                         str_starts(stage, STR("END-OF-MESSAGE"))};
    refused.own_domain = own_domain(fold, event);
    refused.queue_id = folded_id(fold, event, FIELD_QUEUE_ID);
    *STORE_ADD(store, refusals, refused) = refused;
    store_fit_ids(store);
}

/* The list or organisation that a reply names: behind "using", "listed at|by|in", else the relay's
 * name. */
static struct str provider_of(struct str text, struct str relay_name)
{
    static const char *const before[] = {"blocked using ", "listed at ", "listed by ",
                                         "listed in ",     "listed on ", "blacklisted at ",
                                         "blacklisted by "};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        ptrdiff_t at = str_find(text, str_of(before[i]));
        if (at < 0)
            continue;
        struct str rest = str_skip(text, (size_t)at + strlen(before[i]));
        size_t len = 0;
        while (len < rest.len &&
               (char_is_alnum(rest.ptr[len]) || rest.ptr[len] == '.' || rest.ptr[len] == '-'))
            len++;
        struct str name = str_head(rest, len);
        while (str_take_end(&name, STR(".")))
            ;
        if (str_find_char(name, '.') > 0)
            return name;
    }
    return relay_name;
}

static struct blocked *find_block(struct store *store, uint32_t host, uint32_t provider,
                                  uint8_t reason)
{
    for (uint32_t i = 0; i < store->blocked_count; i++)
        if (store->blocks[i].host == host && store->blocks[i].provider == provider &&
            store->blocks[i].reason == reason)
            return &store->blocks[i];
    return NULL;
}

void blocked_fold(struct fold *fold, const struct folded *event)
{
    struct store *store = fold->store;
    uint8_t reason = event->line->reason;
    if (event->line->outcome == OUTCOME_SENT || (reason != REASON_BLOCKED && reason != REASON_RATE))
        return;
    struct str text = folded_get(event, FIELD_TEXT);
    uint32_t provider =
        intern_lower_id(&store->intern, provider_of(text, folded_get(event, FIELD_RELAY_NAME)));
    struct blocked *blocked = find_block(store, event->host, provider, reason);
    if (!blocked && store->blocked_count < BLOCKED_MAX) {
        blocked = STORE_ADD(store, blocks, blocked);
        *blocked =
            (struct blocked){.first = event->when,
                             .host = event->host,
                             .provider = provider,
                             .reason = reason,
                             .sample = intern_id(&store->intern, str_head(text, SAMPLE_MAX))};
    }
    if (blocked) {
        blocked->last = event->when;
        blocked->replies += event->line->count;
    }
    store_fit_ids(store);
}

static void repeat(struct store *store, uint8_t kind, uint32_t became, uint32_t count)
{
    if (kind == EVENT_AUTH_FAILED && became)
        store->failures[became - 1].count += count;
    if (kind == EVENT_REJECT && became)
        store->refusals[became - 1].count += count;
}

void repeat_event(struct fold *fold, const struct folded *event, uint8_t kind, uint32_t became)
{
    repeat(fold->store, kind, became, event->line->count);
}

void repeat_edge(struct fold *fold, const struct folded *event)
{
    struct host_fact *host = store_host(fold->store, event->host);
    if (host->seen)
        repeat(fold->store, host->kind, host->index, event->line->count);
    else
        host->left_repeat += event->line->count;
}

void repeat_remember(struct fold *fold, uint32_t index, const uint32_t *became)
{
    const struct batch_host *from = &fold->batch->hosts[index];
    if (from->last_event == REPEATS_EDGE)
        return;
    struct host_fact *host = store_host(fold->store, fold->hosts[index]);
    host->seen = true;
    host->kind =
        from->last_event ? fold->batch->events[from->last_event - 1].kind : (uint8_t)EVENT_NOTE;
    host->index = from->last_event ? became[from->last_event - 1] : 0;
}

static void shift(struct moment *when, uint32_t run_base)
{
    when->run += when->run == NO_RUN ? 0 : run_base;
}

static void join_hosts(struct store *a, const struct store *b, const uint32_t *ids,
                       uint32_t failure_base, uint32_t refused_base)
{
    for (uint32_t i = 0; i < b->host_count; i++) {
        const struct host_fact *from = &b->hosts[i];
        struct host_fact *host = store_host(a, ids[from->name]);
        if (from->left_repeat && host->seen)
            repeat(a, host->kind, host->index, from->left_repeat);
        else
            host->left_repeat += from->left_repeat;
        if (!from->seen)
            continue;
        host->seen = true;
        host->kind = from->kind;
        host->index = from->index ? from->index + (from->kind == EVENT_AUTH_FAILED ? failure_base
                                                                                   : refused_base)
                                  : 0;
    }
}

static void join_blocks(struct store *a, const struct store *b, const uint32_t *ids,
                        uint32_t run_base)
{
    for (uint32_t i = 0; i < b->blocked_count; i++) {
        struct blocked from = b->blocks[i];
        shift(&from.first, run_base);
        shift(&from.last, run_base);
        from.host = ids[from.host];
        from.provider = ids[from.provider];
        from.sample = ids[from.sample];
        struct blocked *to = find_block(a, from.host, from.provider, from.reason);
        if (to) {
            to->last = from.last;
            to->replies += from.replies;
        } else {
            *STORE_ADD(a, blocks, blocked) = from;
        }
    }
}

void login_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t run_base,
                uint32_t input_base)
{
    join_hosts(a, b, ids, a->failure_count, a->refused_count);
    join_blocks(a, b, ids, run_base);
    for (uint32_t i = 0; i < b->failure_count; i++) {
        struct failure *f = STORE_ADD(a, failures, failure);
        *f = b->failures[i];
        f->name = ids[f->name], f->ip = ids[f->ip], f->client_name = ids[f->client_name];
        f->host = ids[f->host], f->session = ids[f->session], f->program = ids[f->program];
        f->place.input += input_base;
        shift(&f->when, run_base);
    }
    for (uint32_t i = 0; i < b->access_count; i++) {
        struct access *l = STORE_ADD(a, accesses, access);
        *l = b->accesses[i];
        l->name = ids[l->name], l->ip = ids[l->ip], l->server_ip = ids[l->server_ip];
        l->host = ids[l->host], l->session = ids[l->session], l->program = ids[l->program];
        l->place.input += input_base;
        shift(&l->when, run_base);
    }
    for (uint32_t i = 0; i < b->logout_count; i++) {
        struct logout *l = STORE_ADD(a, logouts, logout);
        *l = b->logouts[i];
        l->session = ids[l->session], l->host = ids[l->host];
        shift(&l->when, run_base);
    }
    for (uint32_t i = 0; i < b->refused_count; i++) {
        struct refused *r = STORE_ADD(a, refusals, refused);
        *r = b->refusals[i];
        r->ip = ids[r->ip], r->client_name = ids[r->client_name], r->name = ids[r->name],
        r->sender = ids[r->sender];
        r->own_domain = ids[r->own_domain];
        r->queue_id = ids[r->queue_id];
        r->sender_domain = ids[r->sender_domain], r->host = ids[r->host],
        r->program = ids[r->program];
        r->place.input += input_base;
        shift(&r->when, run_base);
    }
    for (uint32_t i = 0; i < b->operated_count; i++) {
        struct operated *o = STORE_ADD(a, operations, operated);
        *o = b->operations[i];
        o->host = ids[o->host];
        o->place.input += input_base;
        shift(&o->when, run_base);
    }
}
