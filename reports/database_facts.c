/* The records behind the report, as tables: what is listed line by line, and every address of every
 * account. */
#include <stdlib.h>

#include "database_rows.h"
#include "json_parts.h"
#include "listed.h"

/* Beyond it a database in memory would take more than the machine has. */
enum { USES_MAX = 20000000 };

struct tables {
    struct rows_out *rows;
    const struct report *report;
    const struct facts *facts;
    struct listed listed;
    uint32_t *account_of; /* by principal: id of its account, 0 if it is none */
};

static void string(const struct tables *tables, uint32_t id)
{
    if (id)
        cell_str(tables->rows, facts_str(tables->facts, id));
    else
        cell_null(tables->rows);
}

static void moment(const struct tables *tables, int64_t usec)
{
    cell_when(tables->rows, (struct when){usec, tables->facts->digits});
}

static void place(const struct tables *tables, const struct place *place)
{
    cell_number(tables->rows, place->input);
    cell_number(tables->rows, place->line);
    cell_number(tables->rows, place->offset);
    cell_number(tables->rows, place->length);
}

static void account_id(const struct tables *tables, uint32_t principal)
{
    uint32_t id = tables->account_of[principal];
    cell_known(tables->rows, id ? (int64_t)id : UNKNOWN);
}

static void message_row(const struct tables *tables, uint32_t index)
{
    const struct message *message = &tables->facts->messages[index];
    struct rows_out *rows = tables->rows;
    int64_t begin =
        message->accepted_usec != TIME_NONE ? message->accepted_usec : message->first_usec;
    uint64_t settled[SETTLED_COUNT];
    message_settled(tables->facts, message, settled);
    cell_number(rows, index + UINT64_C(1));
    cell_str(rows, tables->facts->principals[message->principal].name);
    account_id(tables, message->principal);
    moment(tables, begin);
    moment(tables, message->last_usec);
    cell_number(rows, theirs_has(tables->listed.theirs, index));
    cell_number(rows, facts_covers(tables->facts, message->first_usec));
    const uint32_t strings[] = {message->queue_id, message->last_queue_id, message->host,
                                message->ip,       message->client_name,   message->helo,
                                message->sender,   message->sender_domain, message->header_domain};
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
        string(tables, strings[i]);
    cell_number(rows, message->recipients);
    cell_text(rows, message->flags & MESSAGE_EXPANDED ? "expanded" : "original");
    for (unsigned i = 0; i < SETTLED_COUNT; i++)
        cell_number(rows, settled[i]);
    cell_known(rows, message->size ? (int64_t)message->size : UNKNOWN);
    cell_number(rows, (message->flags & MESSAGE_OPEN) != 0);
    cell_number(rows, (message->flags & MESSAGE_MAYBE_REMOVED) != 0);
    place(tables, &message->place);
    row_end(rows);
}

static void recipient_row(const struct tables *tables, uint32_t message,
                          const struct recipient_fact *fact, uint64_t count)
{
    cell_number(tables->rows, message + UINT64_C(1));
    string(tables, fact->domain);
    cell_text(tables->rows, settled_names[fact->settled]);
    cell_text(tables->rows, reason_name(fact->reason));
    cell_number(tables->rows, fact->local);
    cell_number(tables->rows, count);
    row_end(tables->rows);
}

static bool same_fate(const struct recipient_fact *a, const struct recipient_fact *b)
{
    return a->domain == b->domain && a->settled == b->settled && a->reason == b->reason &&
           a->local == b->local;
}

/* Neighbours of one domain and fate are one row. */
static void recipient_rows(const struct tables *tables, uint32_t index)
{
    const struct message *message = &tables->facts->messages[index];
    const struct recipient_fact *facts = &tables->facts->recipients[message->recipient_first];
    for (uint32_t i = 0, begin = 0; i < message->recipient_count; i++) {
        if (i + 1 < message->recipient_count && same_fate(&facts[i], &facts[i + 1]))
            continue;
        recipient_row(tables, index, &facts[i], i + 1 - begin);
        begin = i + 1;
    }
    if (message->recipients > message->recipient_count) {
        struct recipient_fact unnamed = {.settled = message->unnamed_settled};
        recipient_row(tables, index, &unnamed, message->recipients - message->recipient_count);
    }
}

static void login_row(const struct tables *tables, const struct login *login)
{
    struct rows_out *rows = tables->rows;
    cell_number(rows, (uint64_t)rows->count + 1);
    string(tables, login->account);
    string(tables, login->name);
    moment(tables, login->usec);
    moment(tables, login->last_usec);
    string(tables, login->ip);
    string(tables, login->client_name);
    string(tables, login->host);
    cell_text(rows, service_name(login->service));
    cell_number(rows, login->outcome == LOGIN_OK);
    cell_number(rows, login->count);
    place(tables, &login->place);
    row_end(rows);
}

/* What one account did from one address; while they are gathered, from one message or login. */
struct use {
    uint32_t source; /* index into facts.sources, which are sorted by text */
    int64_t first, last;
    uint64_t messages, recipients, logins, failures;
};

static int by_source(const void *a, const void *b)
{
    const struct use *x = a, *y = b;
    return x->source < y->source ? -1 : x->source > y->source;
}

static uint32_t *source_ranks(const struct facts *facts)
{
    uint32_t *ranks = xcalloc((size_t)facts->string_count + 1, sizeof *ranks);
    for (uint32_t i = 0; i < facts->source_count; i++)
        ranks[facts->sources[i].ip] = i + 1;
    return ranks;
}

static uint32_t add_use(struct use *uses, uint32_t count, uint32_t rank, struct use use)
{
    if (rank == 0)
        return count;
    use.source = rank - 1;
    uses[count] = use;
    return count + 1;
}

static uint32_t gather_uses(const struct tables *tables, const struct principal *principal,
                            const uint32_t *ranks, struct use *uses)
{
    const struct facts *facts = tables->facts;
    uint32_t count = 0;
    for (uint32_t i = 0; i < principal->message_count; i++) {
        const struct message *message = &facts->messages[principal->message_first + i];
        if (facts_covers(facts, message->first_usec))
            count = add_use(uses, count, ranks[message->ip],
                            (struct use){.first = message->first_usec,
                                         .last = message->first_usec,
                                         .messages = 1,
                                         .recipients = message->recipients});
    }
    for (uint32_t i = 0; i < principal->login_count; i++) {
        const struct login *login = &facts->logins[principal->login_first + i];
        bool ok = login->outcome == LOGIN_OK;
        if (facts_covers(facts, login->usec))
            count = add_use(uses, count, ranks[login->ip],
                            (struct use){.first = login->usec,
                                         .last = login->last_usec,
                                         .logins = ok ? login->count : 0,
                                         .failures = ok ? 0 : login->count});
    }
    if (count > 1)
        qsort(uses, count, sizeof *uses, by_source);
    return count;
}

static void use_row(const struct tables *tables, uint32_t account, const struct use *use)
{
    cell_number(tables->rows, account);
    string(tables, tables->facts->sources[use->source].ip);
    moment(tables, use->first);
    moment(tables, use->last);
    cell_number(tables->rows, use->messages);
    cell_number(tables->rows, use->recipients);
    cell_number(tables->rows, use->logins);
    cell_number(tables->rows, use->failures);
    row_end(tables->rows);
}

static void account_uses(const struct tables *tables, uint32_t account, struct use *uses,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct use sum = uses[i];
        while (i + 1 < count && uses[i + 1].source == sum.source) {
            const struct use *next = &uses[++i];
            sum.first = next->first < sum.first ? next->first : sum.first;
            sum.last = next->last > sum.last ? next->last : sum.last;
            sum.messages += next->messages;
            sum.recipients += next->recipients;
            sum.logins += next->logins;
            sum.failures += next->failures;
        }
        use_row(tables, account, &sum);
    }
}

/* Gives how many accounts are left out since there are too many. */
static uint32_t write_uses(const struct tables *tables)
{
    const struct facts *facts = tables->facts;
    uint32_t *ranks = source_ranks(facts), left_out = 0;
    rows_table(tables->rows, "account_source");
    for (uint32_t i = 0; i < tables->report->account_count; i++) {
        uint32_t index = tables->report->accounts[i].principal;
        if (index >= facts->principal_count)
            continue;
        if (tables->rows->count >= USES_MAX) {
            left_out++;
            continue;
        }
        const struct principal *principal = &facts->principals[index];
        struct use *uses =
            xcalloc((size_t)principal->message_count + principal->login_count + 1, sizeof *uses);
        uint32_t count = gather_uses(tables, principal, ranks, uses);
        account_uses(tables, i + 1, uses, count);
        free(uses);
    }
    rows_end_table(tables->rows);
    free(ranks);
    return left_out;
}

static void write_messages(const struct tables *tables)
{
    const struct facts *facts = tables->facts;
    rows_table(tables->rows, "message");
    for (uint32_t i = 0; i < facts->message_count; i++)
        if (listed_message(&tables->listed, i))
            message_row(tables, i);
    rows_end_table(tables->rows);
    rows_table(tables->rows, "recipient");
    for (uint32_t i = 0; i < facts->message_count; i++)
        if (listed_message(&tables->listed, i))
            recipient_rows(tables, i);
    rows_end_table(tables->rows);
}

static void write_logins(const struct tables *tables)
{
    rows_table(tables->rows, "login");
    for (uint32_t i = 0; i < tables->facts->login_count; i++)
        if (listed_login(&tables->listed, &tables->facts->logins[i]))
            login_row(tables, &tables->facts->logins[i]);
    rows_end_table(tables->rows);
}

static void write_left_out(struct rows_out *rows, uint32_t accounts)
{
    rows_table(rows, "meta");
    cell_text(rows, "accounts_without_account_source");
    cell_number(rows, accounts);
    row_end(rows);
    rows_end_table(rows);
}

void database_facts(struct rows_out *rows, const struct report *report)
{
    struct tables tables = {.rows = rows, .report = report, .facts = report->facts};
    if (!tables.facts)
        return;
    tables.listed = listed_of(report);
    tables.account_of = xcalloc((size_t)tables.facts->principal_count + 1, sizeof(uint32_t));
    for (uint32_t i = 0; i < report->account_count; i++)
        if (report->accounts[i].principal < tables.facts->principal_count)
            tables.account_of[report->accounts[i].principal] = i + 1;
    write_messages(&tables);
    write_logins(&tables);
    write_left_out(rows, write_uses(&tables));
    free(tables.account_of);
    listed_free(&tables.listed);
}
