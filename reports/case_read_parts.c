#include "case_read_parts.h"

#include "report_words.h"

void read_counts(struct reader *reader, const json_t *object, struct counts *ret)
{
    ret->messages = read_number(reader, object, "messages");
    ret->recipients = read_number(reader, object, "recipients");
    for (unsigned i = 0; i < SETTLED_COUNT; i++)
        ret->settled[i] = read_number(reader, object, settled_names[i]);
    ret->maybe_removed = read_number(reader, object, "maybe_removed");
    ret->rejected = read_number(reader, object, "rejected");
    ret->messages_refused = read_number(reader, object, "messages_refused");
}

static void logins(struct reader *reader, const json_t *object, struct counts *ret)
{
    ret->logins = read_number(reader, object, "logins");
    ret->login_failures = read_number(reader, object, "login_failures");
}

void read_refs(struct reader *reader, const json_t *object, struct ref *ret, uint32_t *ret_count)
{
    ret[0].gone = json_is_null(json_object_get(object, "refs"));
    const json_t *array = ret[0].gone ? NULL : read_array(reader, object, "refs", ret_count);
    if (*ret_count > REFS_MAX)
        *ret_count = REFS_MAX;
    for (uint32_t i = 0; i < *ret_count; i++) {
        const json_t *ref = json_array_get(array, i);
        ret[i].place = (struct place){.line = read_number(reader, ref, "line"),
                                      .offset = read_number(reader, ref, "offset"),
                                      .input = read_small(reader, ref, "input"),
                                      .length = read_small(reader, ref, "length")};
        ret[i].has_digest = read_digest(reader, ref, "sha256", ret[i].sha256);
    }
}

static void window(struct reader *reader, const json_t *object, struct window *ret)
{
    const json_t *window = read_object(reader, object, "window");
    ret->guess = read_when(reader, window, "guess");
    ret->access = read_when(reader, window, "access");
    ret->test = read_when(reader, window, "test");
    ret->abuse = read_when(reader, window, "abuse");
    ret->peak = read_when(reader, window, "peak");
    ret->last_accept = read_when(reader, window, "last_accept");
    ret->containment = read_when(reader, window, "containment");
    ret->last_try = read_when(reader, window, "last_try");
    ret->left_censored = read_bool(reader, window, "left_censored");
}

static uint8_t read_role(struct reader *reader, const json_t *object)
{
    const char *name = read_word(reader, object, "role");
    for (unsigned i = 0; i < ROLE_COUNT; i++)
        if (strcmp(role_name((enum role)i), name) == 0)
            return (uint8_t)i;
    reader->bad = "role";
    return ROLE_UNCLEAR;
}

uint8_t read_verdict(struct reader *reader, const json_t *object)
{
    const char *name = read_word(reader, object, "verdict");
    for (unsigned i = 0; i < VERDICT_COUNT; i++)
        if (strcmp(verdict_name((enum verdict)i), name) == 0)
            return (uint8_t)i;
    reader->bad = "verdict";
    return VERDICT_NONE;
}

/* null: none. */
static uint8_t read_class(struct reader *reader, const json_t *object)
{
    const char *name = read_text(reader, object, "class");
    for (unsigned i = 0; name && i < CLASS_COUNT; i++)
        if (strcmp(class_name((enum finding_class)i), name) == 0)
            return (uint8_t)i;
    if (name)
        reader->bad = "class";
    return CLASS_NONE;
}

static uint8_t read_deeds(struct reader *reader, const json_t *object)
{
    unsigned did = 0;
    uint32_t count;
    const char *const *names = read_texts(reader, object, "roles", &count);
    for (uint32_t i = 0; i < count; i++)
        for (unsigned k = 0; k < DEED_NAMES; k++)
            did |= strcmp(names[i], deed_names[k]) == 0 ? 1u << k : 0;
    return (uint8_t)did;
}

static void read_source(struct reader *reader, const json_t *object, struct source_report *ret)
{
    ret->ip = read_name(reader, object, "ip");
    ret->role = read_role(reader, object);
    ret->did = read_deeds(reader, object);
    ret->ptr = read_str(reader, object, "ptr");
    ret->country = read_text(reader, object, "country");
    ret->asn = read_known(reader, object, "asn");
    if (read_optional(object, "lists"))
        ret->lists = read_texts(reader, object, "lists", &ret->list_count);
    ret->first = read_when(reader, object, "first");
    ret->last = read_when(reader, object, "last");
    ret->logins = read_number(reader, object, "logins");
    ret->login_failures = read_number(reader, object, "login_failures");
    ret->messages = read_number(reader, object, "messages");
    ret->recipients = read_number(reader, object, "recipients");
    ret->forged_domains = read_number(reader, object, "forged_domains");
    ret->other_accounts = read_strings(reader, object, "other_accounts", &ret->other_account_count);
    ret->other_accounts_total = read_small(reader, object, "other_accounts_total");
}

static const struct source_report *sources(struct reader *reader, const json_t *object,
                                           uint32_t *ret_count)
{
    const json_t *array = read_array(reader, object, "sources", ret_count);
    struct source_report *items = arena_alloc(reader->arena, (*ret_count + 1u) * sizeof *items);
    for (uint32_t i = 0; i < *ret_count; i++)
        read_source(reader, json_array_get(array, i), &items[i]);
    return items;
}

static const struct forged_domain *forged_domains(struct reader *reader, const json_t *object,
                                                  uint32_t *ret_count)
{
    const json_t *array = read_array(reader, object, "forged_domains", ret_count);
    struct forged_domain *items = arena_alloc(reader->arena, (*ret_count + 1u) * sizeof *items);
    for (uint32_t i = 0; i < *ret_count; i++) {
        const json_t *domain = json_array_get(array, i);
        items[i] = (struct forged_domain){.domain = read_name(reader, domain, "domain"),
                                          .addresses = read_number(reader, domain, "addresses"),
                                          .messages = read_number(reader, domain, "messages"),
                                          .recipients = read_number(reader, domain, "recipients"),
                                          .first = read_when(reader, domain, "first"),
                                          .last = read_when(reader, domain, "last")};
    }
    return items;
}

static const struct evidence *evidence(struct reader *reader, const json_t *object,
                                       uint32_t *ret_count)
{
    const json_t *array = read_array(reader, object, "evidence", ret_count);
    struct evidence *items = arena_alloc(reader->arena, (*ret_count + 1u) * sizeof *items);
    for (uint32_t i = 0; i < *ret_count; i++) {
        const json_t *item = json_array_get(array, i);
        items[i].id = read_word(reader, item, "id");
        items[i].family = *read_word(reader, item, "family");
        items[i].against = read_bool(reader, item, "against");
        items[i].weight_tenths = read_tenths(reader, item, "weight_db");
        items[i].text = read_word(reader, item, "text");
        read_refs(reader, item, items[i].refs, &items[i].ref_count);
    }
    return items;
}

static void mailbox(struct reader *reader, const json_t *object, struct mailbox *ret)
{
    const json_t *mailbox = read_object(reader, object, "mailbox");
    ret->opened = read_maybe(reader, mailbox, "opened");
    ret->protocol = read_text(reader, mailbox, "protocol");
    ret->first = read_when(reader, mailbox, "first");
    ret->last = read_when(reader, mailbox, "last");
    ret->sources = read_strings(reader, mailbox, "sources", &ret->source_count);
}

/* Of the accounts below `watch` that nobody asked for, the report says only how many there are. */
static void account_sources(struct reader *reader, const json_t *object, struct account_report *ret)
{
    bool accused = ret->verdict >= VERDICT_WATCH;
    ret->named = !accused && read_optional(object, "sources");
    if (accused || ret->named)
        ret->sources = sources(reader, object, &ret->source_count);
    else
        ret->source_count = read_small(reader, object, "source_count");
}

void read_account(struct reader *reader, const json_t *object, void *item)
{
    struct account_report *ret = item;
    const json_t *foreign = read_object(reader, object, "foreign");
    ret->name = read_name(reader, object, "account");
    ret->login_names = read_strings(reader, object, "login_names", &ret->login_name_count);
    ret->verdict = read_verdict(reader, object);
    ret->class = read_class(reader, object);
    ret->score_tenths = read_tenths(reader, object, "score_db");
    ret->evidence_tenths = read_tenths(reader, object, "evidence_db");
    ret->ongoing = read_maybe(reader, object, "ongoing");
    ret->todo = read_texts(reader, object, "todo", &ret->todo_count);
    ret->recipients_basis = read_word(reader, object, "recipients_basis");
    read_counts(reader, object, &ret->counts);
    logins(reader, object, &ret->counts);
    mailbox(reader, object, &ret->mailbox);
    read_counts(reader, foreign, &ret->foreign);
    logins(reader, foreign, &ret->foreign);
    window(reader, object, &ret->window);
    account_sources(reader, object, ret);
    ret->forged_domains = forged_domains(reader, object, &ret->forged_domain_count);
    ret->evidence = evidence(reader, object, &ret->evidence_count);
    ret->campaign = read_known(reader, object, "campaign");
    ret->would_change = read_text(reader, object, "would_change");
    ret->principal = PRINCIPAL_UNKNOWN;
}

static const struct finding_account *finding_accounts(struct reader *reader, const json_t *object,
                                                      uint32_t *ret_count)
{
    const json_t *array = read_array(reader, object, "accounts", ret_count);
    struct finding_account *items = arena_alloc(reader->arena, (*ret_count + 1u) * sizeof *items);
    for (uint32_t i = 0; i < *ret_count; i++) {
        const json_t *account = json_array_get(array, i);
        items[i] = (struct finding_account){
            .account = read_str(reader, account, "account"),
            .opened = strcmp(read_word(reader, account, "outcome"), "opened") == 0,
            .source = read_str(reader, account, "source"),
            .time = read_when(reader, account, "time")};
    }
    return items;
}

void read_finding(struct reader *reader, const json_t *object, void *item)
{
    struct finding *ret = item;
    ret->class = read_class(reader, object);
    ret->principal = read_str(reader, object, "principal");
    ret->principal_index = PRINCIPAL_UNKNOWN;
    ret->verdict = read_verdict(reader, object);
    window(reader, object, &ret->window);
    ret->sources = sources(reader, object, &ret->source_count);
    read_counts(reader, object, &ret->counts);
    logins(reader, object, &ret->counts);
    ret->accounts = finding_accounts(reader, object, &ret->account_count);
    ret->candidates = read_strings(reader, object, "candidates", &ret->candidate_count);
    ret->evidence = evidence(reader, object, &ret->evidence_count);
    ret->forged_domains = forged_domains(reader, object, &ret->forged_domain_count);
    ret->script = read_text(reader, object, "script");
    ret->unrefused_count = read_small(reader, object, "unrefused");
}
