#include "testing.h"

#include <stdio.h>
#include <stdlib.h>

/* 2026-03-02 00:00 UTC, a Monday. */
#define START ((int64_t)1772409600 * USEC_PER_SEC)
enum { TEXT_ROOM = 4000 };

struct scene {
    struct arena arena;
    struct intern strings;
    struct facts facts;
    struct settings settings;
    struct report report;
    struct principal *principals;
    struct message *messages;
    struct recipient_fact *recipients;
    struct login *logins;
    struct refusal *refusals;
    struct source_fact *sources;
    uint32_t *by_ip;
    struct reputation_fact blocked;
    uint32_t principal_count, message_count, recipient_count, login_count, refusal_count,
        source_count, fresh;
    uint64_t line;
    uint32_t local[1];
    int failures;
};

enum { MOST = 200000 };

struct scene *scene_new(int seconds)
{
    struct scene *scene = xcalloc(1, sizeof *scene);
    intern_init(&scene->strings);
    scene->principals = xcalloc(1000, sizeof *scene->principals);
    scene->messages = xcalloc(MOST, sizeof *scene->messages);
    scene->recipients = xcalloc(MOST, sizeof *scene->recipients);
    scene->logins = xcalloc(MOST, sizeof *scene->logins);
    scene->refusals = xcalloc(1000, sizeof *scene->refusals);
    scene->sources = xcalloc(2000, sizeof *scene->sources);
    scene->by_ip = xcalloc(MOST, sizeof *scene->by_ip);
    scene->fresh = 1000000;
    scene->local[0] = intern_id(&scene->strings, STR("north.test"));
    scene->facts.first_usec = START;
    scene->facts.last_usec = START + (int64_t)seconds * USEC_PER_SEC;
    scene->facts.since_usec = INT64_MIN;
    scene->facts.until_usec = INT64_MAX;
    scene->facts.names_failures = true;
    return scene;
}

int scene_end(struct scene *scene)
{
    int failures = scene->failures;
    intern_free(&scene->strings);
    arena_free(&scene->arena);
    free(scene->principals);
    free(scene->messages);
    free(scene->recipients);
    free(scene->logins);
    free(scene->refusals);
    free(scene->sources);
    free(scene->by_ip);
    free(scene);
    return failures;
}

static uint32_t text_id(struct scene *scene, const char *text)
{
    return text ? intern_id(&scene->strings, str_of(text)) : 0;
}

static uint32_t principal_of(struct scene *scene, const char *who)
{
    for (uint32_t i = 0; i < scene->principal_count; i++)
        if (str_eq(scene->principals[i].name, str_of(who)))
            return i;
    struct principal *principal = &scene->principals[scene->principal_count];
    uint32_t *names = arena_alloc(&scene->arena, sizeof *names);
    *names = text_id(scene, who);
    *principal = (struct principal){
        .name = intern_get(&scene->strings, *names), .login_names = names, .login_name_count = 1};
    if (strncmp(who, "uid:", 4) == 0)
        principal->kind = PRINCIPAL_UID;
    if (strncmp(who, "net:", 4) == 0)
        principal->kind = PRINCIPAL_NET;
    if (strncmp(who, "anon:", 5) == 0)
        principal->kind = PRINCIPAL_ANON;
    return scene->principal_count++;
}

static struct source_fact *source_of(struct scene *scene, const char *ip)
{
    uint32_t id = text_id(scene, ip);
    struct ip parsed;
    for (uint32_t i = 0; i < scene->source_count; i++)
        if (scene->sources[i].ip == id)
            return &scene->sources[i];
    struct source_fact *source = &scene->sources[scene->source_count++];
    *source = (struct source_fact){.ip = id, .first_usec = INT64_MAX, .last_usec = INT64_MIN};
    source->private_net = ip_parse(str_of(ip), &parsed) && ip_is_private(&parsed);
    return source;
}

static void see(struct scene *scene, const char *ip, int64_t usec)
{
    struct source_fact *source = source_of(scene, ip);
    source->first_usec = usec < source->first_usec ? usec : source->first_usec;
    source->last_usec = usec > source->last_usec ? usec : source->last_usec;
}

static int64_t usec_of(int at, int every, int i)
{
    return START + ((int64_t)at + (int64_t)every * i) * USEC_PER_SEC;
}

static struct place next_place(struct scene *scene)
{
    scene->line++;
    return (struct place){.line = scene->line, .offset = scene->line * 100, .length = 99};
}

static void add_recipients(struct scene *scene, const struct mail *mail, struct message *message)
{
    int to = mail->to ? mail->to : 1;
    message->recipient_first = scene->recipient_count;
    message->recipient_count = message->recipients = (uint32_t)to;
    for (int i = 0; i < to; i++) {
        uint32_t number = mail->fresh ? scene->fresh++ : (uint32_t)(mail->contact + i);
        const char *domain = arena_printf(&scene->arena, "dest%u.test", number % 5);
        struct recipient_fact *recipient = &scene->recipients[scene->recipient_count++];
        *recipient =
            (struct recipient_fact){.address = number + 1,
                                    .domain = text_id(scene, mail->local ? "north.test" : domain),
                                    .local = mail->local,
                                    .settled = SETTLED_DELIVERED};
        if (i < mail->unknown + mail->spam)
            recipient->settled = SETTLED_BOUNCED;
        if (i < mail->unknown + mail->spam)
            recipient->reason = i < mail->unknown ? REASON_USER_UNKNOWN : REASON_SPAM;
    }
}

static const char *sender_of(struct scene *scene, const struct mail *mail, int i)
{
    const char *number = mail->from ? strstr(mail->from, "%d") : NULL;
    if (!mail->from)
        return arena_printf(&scene->arena, "%s@north.test", mail->who);
    if (!number)
        return mail->from;
    return arena_printf(&scene->arena, "%.*s%d%s", (int)(number - mail->from), mail->from, i,
                        number + 2);
}

void scene_mail(struct scene *scene, struct mail mail)
{
    for (int i = 0; i < (mail.count ? mail.count : 1); i++) {
        const char *sender = sender_of(scene, &mail, i), *at = strrchr(sender, '@');
        struct message *message = &scene->messages[scene->message_count++];
        *message = (struct message){.principal = principal_of(scene, mail.who),
                                    .ip = text_id(scene, mail.ip),
                                    .sender = text_id(scene, sender),
                                    .sender_domain = text_id(scene, at ? at + 1 : NULL),
                                    .header_domain = text_id(scene, mail.header),
                                    .message_shape = (uint32_t)mail.shape,
                                    .size = (uint64_t)mail.size,
                                    .first_usec = usec_of(mail.at, mail.every, i),
                                    .place = next_place(scene)};
        message->accepted_usec = message->last_usec = message->first_usec;
        if (mail.ip)
            see(scene, mail.ip, message->first_usec);
        add_recipients(scene, &mail, message);
    }
}

void scene_login(struct scene *scene, struct attempt attempt)
{
    for (int i = 0; i < (attempt.count ? attempt.count : 1); i++) {
        struct login *login = &scene->logins[scene->login_count++];
        uint32_t name = text_id(scene, attempt.who);
        *login = (struct login){.principal = PRINCIPAL_UNKNOWN,
                                .name = name,
                                .account = name,
                                .ip = text_id(scene, attempt.ip),
                                .outcome = attempt.ok ? LOGIN_OK : LOGIN_FAILED,
                                .service = (uint8_t)attempt.service,
                                .bytes_out = (uint64_t)attempt.bytes,
                                .count = 1,
                                .usec = usec_of(attempt.at, attempt.every, i),
                                .place = next_place(scene)};
        login->last_usec = login->usec;
        see(scene, attempt.ip, login->usec);
        if (attempt.who && attempt.ok)
            principal_of(scene, attempt.who);
        struct source_fact *source = source_of(scene, attempt.ip);
        source->failed += !attempt.ok;
        source->failed_named += !attempt.ok && attempt.who;
        source->unnamed_ok += attempt.ok && !attempt.who;
    }
}

void scene_refuse(struct scene *scene, const char *who, const char *ip, const char *from, int at,
                  enum reason reason)
{
    see(scene, ip, usec_of(at, 0, 0));
    scene->refusals[scene->refusal_count++] =
        (struct refusal){.principal = principal_of(scene, who),
                         .ip = text_id(scene, ip),
                         .sender = text_id(scene, from),
                         .reason = (uint8_t)reason,
                         .recipient = true,
                         .usec = usec_of(at, 0, 0),
                         .place = next_place(scene)};
}

void scene_blocked(struct scene *scene, const char *provider, int at)
{
    scene->blocked = (struct reputation_fact){.provider = text_id(scene, provider),
                                              .reason = REASON_BLOCKED,
                                              .replies = 1,
                                              .first_usec = usec_of(at, 0, 0),
                                              .last_usec = usec_of(at, 0, 0)};
    scene->facts.reputation = &scene->blocked;
    scene->facts.reputation_count = 1;
}

void scene_name(struct scene *scene, const char *ip, const char *client_name)
{
    source_of(scene, ip)->client_name = text_id(scene, client_name);
}

void scene_trust(struct scene *scene, const char *ip)
{
    source_of(scene, ip)->trusted = true;
}

void scene_limit(struct scene *scene, int since, int until)
{
    scene->facts.since_usec = usec_of(since, 0, 0);
    scene->facts.until_usec = usec_of(until, 0, 0);
}

struct settings *scene_settings(struct scene *scene)
{
    return &scene->settings;
}

static int compare_messages(const void *a, const void *b)
{
    const struct message *x = a, *y = b;
    if (x->principal != y->principal)
        return x->principal < y->principal ? -1 : 1;
    return x->first_usec < y->first_usec ? -1 : x->first_usec > y->first_usec;
}

static int compare_logins(const void *a, const void *b)
{
    const struct login *x = a, *y = b;
    if (x->principal != y->principal)
        return x->principal < y->principal ? -1 : 1;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    return x->place.line < y->place.line ? -1 : x->place.line > y->place.line;
}

/* Accounts by name, then the others by name. */
static bool stands_before(const struct principal *a, const struct principal *b)
{
    bool other_a = a->kind != PRINCIPAL_ACCOUNT, other_b = b->kind != PRINCIPAL_ACCOUNT;
    if (other_a != other_b)
        return other_b;
    int order =
        memcmp(a->name.ptr, b->name.ptr, a->name.len < b->name.len ? a->name.len : b->name.len);
    return order ? order < 0 : a->name.len < b->name.len;
}

static void sort_principals(struct scene *scene)
{
    uint32_t *place = arena_alloc(&scene->arena, (scene->principal_count + 1) * sizeof *place);
    struct principal *sorted = xcalloc(1000, sizeof *sorted);
    for (uint32_t i = 0; i < scene->principal_count; i++) {
        for (uint32_t k = 0; k < scene->principal_count; k++)
            place[i] += stands_before(&scene->principals[k], &scene->principals[i]);
        sorted[place[i]] = scene->principals[i];
    }
    for (uint32_t i = 0; i < scene->message_count; i++)
        scene->messages[i].principal = place[scene->messages[i].principal];
    for (uint32_t i = 0; i < scene->refusal_count; i++)
        scene->refusals[i].principal = place[scene->refusals[i].principal];
    free(scene->principals);
    scene->principals = sorted;
}

static void resolve_logins(struct scene *scene)
{
    for (uint32_t i = 0; i < scene->login_count; i++)
        for (uint32_t k = 0; k < scene->principal_count; k++)
            if (scene->logins[i].name && scene->principals[k].kind == PRINCIPAL_ACCOUNT &&
                str_eq(scene->principals[k].name,
                       intern_get(&scene->strings, scene->logins[i].name)))
                scene->logins[i].principal = k;
    qsort(scene->logins, scene->login_count, sizeof *scene->logins, compare_logins);
    qsort(scene->messages, scene->message_count, sizeof *scene->messages, compare_messages);
}

static int compare_sources(const void *a, const void *b, const struct scene *scene)
{
    struct str x = intern_get(&scene->strings, ((const struct source_fact *)a)->ip);
    struct str y = intern_get(&scene->strings, ((const struct source_fact *)b)->ip);
    return str_compare(x, y);
}

static void sort_sources(struct scene *scene)
{
    for (uint32_t i = 1; i < scene->source_count; i++) {
        struct source_fact source = scene->sources[i];
        uint32_t k = i;
        for (; k > 0 && compare_sources(&scene->sources[k - 1], &source, scene) > 0; k--)
            scene->sources[k] = scene->sources[k - 1];
        scene->sources[k] = source;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < scene->source_count; i++) {
        scene->sources[i].login_first = count;
        for (uint32_t k = 0; k < scene->login_count; k++)
            if (scene->logins[k].ip == scene->sources[i].ip)
                scene->by_ip[count++] = k;
        scene->sources[i].login_count = count - scene->sources[i].login_first;
    }
}

static void slice_principals(struct scene *scene)
{
    uint32_t m = 0, l = 0;
    for (uint32_t i = 0; i < scene->principal_count; i++) {
        struct principal *p = &scene->principals[i];
        p->message_first = m;
        while (m < scene->message_count && scene->messages[m].principal == i)
            m++;
        p->message_count = m - p->message_first;
        p->login_first = l;
        while (l < scene->login_count && scene->logins[l].principal == i)
            l++;
        p->login_count = l - p->login_first;
        p->refusal_first = 0;
        while (p->refusal_first < scene->refusal_count &&
               scene->refusals[p->refusal_first].principal != i)
            p->refusal_first++;
        for (uint32_t k = p->refusal_first;
             k < scene->refusal_count && scene->refusals[k].principal == i; k++)
            p->refusal_count++;
    }
}

const struct report *scene_report(struct scene *scene)
{
    struct facts *facts = &scene->facts;
    if (facts->messages)
        return &scene->report;
    sort_principals(scene);
    resolve_logins(scene);
    sort_sources(scene);
    slice_principals(scene);
    facts->strings = scene->strings.items;
    facts->string_count = scene->strings.count;
    facts->principals = scene->principals;
    facts->principal_count = scene->principal_count;
    facts->messages = scene->messages;
    facts->message_count = scene->message_count;
    facts->recipients = scene->recipients;
    facts->recipient_count = scene->recipient_count;
    facts->logins = scene->logins;
    facts->login_count = scene->login_count;
    facts->logins_by_ip = scene->by_ip;
    facts->refusals = scene->refusals;
    facts->refusal_count = scene->refusal_count;
    facts->sources = scene->sources;
    facts->source_count = scene->source_count;
    facts->local_domains = scene->local;
    facts->local_domain_count = 1;
    detect(facts, &scene->settings, &scene->arena, &scene->report);
    return &scene->report;
}

void expect_text(struct scene *scene, const char *what, const char *got, const char *wanted)
{
    if (strcmp(got, wanted) == 0)
        return;
    scene->failures++;
    printf("%s\n  wanted: %s\n  got:    %s\n", what, wanted, got);
}

static const struct account_report *account_named(struct scene *scene, const char *who)
{
    const struct report *report = scene_report(scene);
    for (uint32_t i = 0; i < report->account_count; i++)
        if (str_eq(report->accounts[i].name, str_of(who)))
            return &report->accounts[i];
    return NULL;
}

void expect_account(struct scene *scene, const char *who, const char *wanted)
{
    char text[TEXT_ROOM] = "no such account";
    const struct account_report *account = account_named(scene, who);
    size_t len = 0;
    if (account)
        len = (size_t)snprintf(text, sizeof text, "%s %d.%d:", verdict_name(account->verdict),
                               account->evidence_tenths / 10, abs(account->evidence_tenths % 10));
    for (uint32_t i = 0; account && i < account->evidence_count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s %s %d.%d", i ? "," : "",
                                account->evidence[i].id, account->evidence[i].weight_tenths / 10,
                                abs(account->evidence[i].weight_tenths % 10));
    expect_text(scene, who, text, *wanted ? wanted : "none 0.0:");
}

void expect_evidence(struct scene *scene, const char *who, const char *id, const char *wanted)
{
    const struct account_report *account = account_named(scene, who);
    const char *text = "";
    for (uint32_t i = 0; account && i < account->evidence_count; i++)
        if (strcmp(account->evidence[i].id, id) == 0)
            text = account->evidence[i].text;
    expect_text(scene, who, text, wanted);
}

void expect_counts(struct scene *scene, const char *who, const char *wanted)
{
    char text[TEXT_ROOM] = "no such account";
    const struct account_report *account = account_named(scene, who);
    if (account)
        snprintf(text, sizeof text,
                 "%llu messages %llu recipients %llu logins %llu failures %u sources",
                 (unsigned long long)account->counts.messages,
                 (unsigned long long)account->counts.recipients,
                 (unsigned long long)account->counts.logins,
                 (unsigned long long)account->counts.login_failures, account->source_count);
    expect_text(scene, who, text, wanted);
}

void expect_cut(struct scene *scene, const char *who, bool wanted)
{
    const struct account_report *account = account_named(scene, who);
    const char *text = "no misuse";
    if (account && account->window.abuse.usec != TIME_NONE)
        text = account->window.left_censored ? "perhaps earlier" : "began in the log";
    expect_text(scene, who, text, wanted ? "perhaps earlier" : "began in the log");
}

void expect_roles(struct scene *scene, const char *who, const char *wanted)
{
    char text[TEXT_ROOM] = "";
    const struct account_report *account = account_named(scene, who);
    size_t len = 0;
    for (uint32_t i = 0; account && account->sources && i < account->source_count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s %.*s", i ? ", " : "",
                                role_name(account->sources[i].role),
                                (int)account->sources[i].ip.len, account->sources[i].ip.ptr);
    expect_text(scene, who, text, wanted);
}

void expect_findings(struct scene *scene, const char *wanted)
{
    char text[TEXT_ROOM] = "";
    const struct report *report = scene_report(scene);
    size_t len = 0;
    for (uint32_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];
        len +=
            (size_t)snprintf(text + len, sizeof text - len, "%s%s %s %.*s %llu %llu", i ? "; " : "",
                             class_name(finding->class), verdict_name(finding->verdict),
                             finding->principal.ptr ? (int)finding->principal.len : 1,
                             finding->principal.ptr ? finding->principal.ptr : "-",
                             (unsigned long long)finding->counts.messages,
                             (unsigned long long)finding->counts.recipients);
    }
    expect_text(scene, "findings", text, wanted);
}

static size_t add_time(char *text, size_t len, const char *name, struct when when)
{
    if (when.usec == TIME_NONE)
        return len;
    return len + (size_t)snprintf(text + len, TEXT_ROOM - len, "%s%s %lld", len ? " " : "", name,
                                  (long long)((when.usec - START) / USEC_PER_SEC));
}

void expect_window(struct scene *scene, const char *who, const char *wanted)
{
    char text[TEXT_ROOM] = "";
    const struct account_report *account = account_named(scene, who);
    const struct window *window = &account->window;
    size_t len = add_time(text, 0, "guess", window->guess);
    len = add_time(text, len, "access", window->access);
    len = add_time(text, len, "test", window->test);
    len = add_time(text, len, "abuse", window->abuse);
    len = add_time(text, len, "last_accept", window->last_accept);
    add_time(text, len, "containment", window->containment);
    expect_text(scene, who, text, wanted);
}
