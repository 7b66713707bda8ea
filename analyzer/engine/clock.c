#include "store_internal.h"

#define MINUTE ((int64_t)60 * USEC_PER_SEC)

/* New Years that one log may see: more are made up, and would overflow. */
enum { YEARS_MAX = 100 };
enum { PROOF_STEP_MINUTES = 15, PROOF_SLACK_SEC = 60, OFFSET_MAX_MINUTES = 15 * 60 };

static struct clock_run *find_run(struct store *store, const struct host_fact *host, uint8_t kind,
                                  uint8_t digits)
{
    for (uint32_t at = host->newest_run; at; at = store->runs[at - 1].older) {
        struct clock_run *run = &store->runs[at - 1];
        if (run->kind == kind && run->digits == digits)
            return run;
    }
    return NULL;
}

static struct clock_run *add_run(struct store *store, uint32_t host_name)
{
    struct clock_run *run = STORE_ADD(store, runs, run);
    struct host_fact *host = store_host(store, host_name);
    run->host = host_name;
    run->older = host->newest_run;
    host->newest_run = store->run_count;
    return run;
}

/* Microseconds to add to the stamps of the segment, so that the clock of the run goes on over New
 * Year. */
static int64_t shift_of(const struct clock_run *run, const struct clock_segment *segment)
{
    const int64_t most = YEARS_MAX * TEMPLATE_YEAR_USEC;
    if (!run || segment->kind != STAMP_YEARLESS)
        return 0;
    int64_t shift = run->last + usec_delta_yearless(run->last, segment->first) - segment->first;
    return shift > most || shift < -most ? 0 : shift;
}

static bool steps_back(const struct clock_run *run, int64_t usec)
{
    int64_t step = usec - run->last;
    return run->kind != STAMP_UTC && step <= -50 * MINUTE && step >= -70 * MINUTE;
}

static uint32_t fold_segment(struct store *store, uint32_t host,
                             const struct clock_segment *segment, int64_t *ret_shift)
{
    struct clock_run *run =
        find_run(store, store_host(store, host), segment->kind, segment->digits);
    int64_t shift = shift_of(run, segment), first = segment->first + shift;
    bool stepped = run && steps_back(run, first);
    if (!run || stepped) {
        run = add_run(store, host);
        *run = (struct clock_run){.host = host,
                                  .kind = segment->kind,
                                  .digits = segment->digits,
                                  .stepped_back = stepped,
                                  .older = run->older,
                                  .first = first,
                                  .min = INT64_MAX,
                                  .max = INT64_MIN};
    }
    run->last = segment->last + shift;
    run->min = segment->min + shift < run->min ? segment->min + shift : run->min;
    run->max = segment->max + shift > run->max ? segment->max + shift : run->max;
    *ret_shift = shift;
    return (uint32_t)(run - store->runs);
}

void clock_fold(struct fold *fold, uint32_t *runs, int64_t *shifts)
{
    for (uint32_t i = 0; i < fold->batch->segment_count; i++) {
        const struct clock_segment *segment = &fold->batch->segments[i];
        runs[i] = fold_segment(fold->store, fold->hosts[segment->host], segment, &shifts[i]);
    }
}

void clock_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t input_base)
{
    for (uint32_t i = 0; i < b->run_count; i++) {
        struct clock_run *run = add_run(a, ids[b->runs[i].host]);
        uint32_t older = run->older;
        *run = b->runs[i];
        run->host = ids[b->runs[i].host];
        run->input += input_base;
        run->older = older;
    }
}

int64_t moment_delta(const struct store *store, struct moment a, struct moment b)
{
    if (a.run == b.run)
        return b.usec - a.usec;
    if (a.run == NO_RUN || b.run == NO_RUN)
        return 0;
    if (store->runs[a.run].kind == STAMP_YEARLESS || store->runs[b.run].kind == STAMP_YEARLESS)
        return usec_delta_yearless(a.usec, b.usec);
    return b.usec - a.usec;
}

static void add_proof(struct clock_run *run, int16_t year, int16_t offset)
{
    for (unsigned i = 0; i < run->proof_count; i++) {
        if (run->proofs[i].year == year && run->proofs[i].offset_minutes == offset) {
            run->proofs[i].count++;
            return;
        }
    }
    if (run->proof_count < PROOFS_MAX)
        run->proofs[run->proof_count++] = (struct proof){year, offset, 1};
}

/* The wall clock of a year-less moment in the given year of its template; false for Feb 29 of a
 * common year. */
static bool wall_in_year(int64_t template_usec, int64_t year, int64_t *ret)
{
    int64_t template_year, sec = template_usec / USEC_PER_SEC, days = sec / SEC_PER_DAY;
    unsigned month, day, rest = (unsigned)(sec - days * SEC_PER_DAY);
    civil_from_days(days, &template_year, &month, &day);
    return stamp_from_fields(year, month, day, rest / 3600, rest / 60 % 60, rest % 60, ret);
}

static bool offset_of(int64_t wall, int64_t true_usec, int16_t *ret)
{
    const int64_t step = PROOF_STEP_MINUTES * MINUTE;
    int64_t diff = wall - true_usec;
    int64_t steps = (diff + (diff >= 0 ? step / 2 : -step / 2)) / step;
    int64_t rest = diff - steps * step, minutes = steps * PROOF_STEP_MINUTES;
    if (rest > PROOF_SLACK_SEC * USEC_PER_SEC || rest < -PROOF_SLACK_SEC * USEC_PER_SEC ||
        minutes > OFFSET_MAX_MINUTES || minutes < -OFFSET_MAX_MINUTES)
        return false;
    *ret = (int16_t)minutes;
    return true;
}

void clock_prove(struct store *store, struct moment when, int64_t true_usec)
{
    if (when.run == NO_RUN)
        return;
    struct clock_run *run = &store->runs[when.run];
    int16_t offset;
    if (run->kind == STAMP_ZONELESS && offset_of(when.usec, true_usec, &offset))
        add_proof(run, 0, offset);
    if (run->kind != STAMP_YEARLESS)
        return;
    int64_t base = (int64_t)946684800 * USEC_PER_SEC,
            years = (when.usec - base) / TEMPLATE_YEAR_USEC, wall, year;
    if (when.usec < base)
        years--;
    unsigned month, day;
    civil_from_days(true_usec / USEC_PER_SEC / SEC_PER_DAY, &year, &month, &day);
    for (int64_t y = year - 1; y <= year + 1; y++)
        if (wall_in_year(when.usec - years * TEMPLATE_YEAR_USEC, y, &wall) &&
            offset_of(wall, true_usec, &offset))
            add_proof(run, (int16_t)(y - years), offset);
}

/* Long queue IDs of Postfix begin with the time: base 52 without vowels, seconds, then four digits
   of microseconds, then 'z' (mail_queue.h of Postfix). */
static bool long_id_time(struct str id, int64_t *ret)
{
    static const char digits[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    ptrdiff_t separator = str_find_last_char(id, 'z');
    int64_t value = 0;
    if (separator < 10 || separator > 12)
        return false;
    for (ptrdiff_t i = 0; i < separator - 4; i++) {
        const char *digit = memchr(digits, id.ptr[i], sizeof digits - 1);
        if (!digit)
            return false;
        value = value * 52 + (digit - digits);
    }
    if (value < 1000000000 || value > 4000000000)
        return false;
    *ret = value * USEC_PER_SEC;
    return true;
}

static bool digits_value(struct str text, size_t at, size_t len, unsigned *ret)
{
    uint64_t value;
    if (!str_to_u64((struct str){text.ptr + at, len}, &value))
        return false;
    *ret = (unsigned)value;
    return true;
}

/* Message-IDs that Postfix makes: YYYYMMDDhhmmss.QUEUEID@host, in UTC (cleanup_message.c of
 * Postfix). */
static bool own_message_id_time(struct str id, int64_t *ret)
{
    unsigned year, month, day, hour, minute, second;
    str_take(&id, STR("<"));
    return id.len > 14 && id.ptr[14] == '.' && digits_value(id, 0, 4, &year) &&
           digits_value(id, 4, 2, &month) && digits_value(id, 6, 2, &day) &&
           digits_value(id, 8, 2, &hour) && digits_value(id, 10, 2, &minute) &&
           digits_value(id, 12, 2, &second) &&
           stamp_from_fields(year, month, day, hour, minute, second, ret);
}

/* Message ids of Exim begin with six digits of base 62: seconds (spec, "Message identification").
 */
static bool exim_id_time(struct str id, int64_t *ret)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    int64_t value = 0;
    if ((id.len != 16 && id.len != 23) || id.ptr[6] != '-')
        return false;
    for (size_t i = 0; i < 6; i++) {
        const char *digit = memchr(digits, id.ptr[i], sizeof digits - 1);
        if (!digit)
            return false;
        value = value * 62 + (digit - digits);
    }
    if (value < 800000000 || value > 4000000000)
        return false;
    *ret = value * USEC_PER_SEC;
    return true;
}

/* Queue IDs of Sendmail begin with year, month, day, hour, minute and second in UTC, a digit of base
 * 60 each (queue.c, assign_queueid). */
static bool sendmail_id_time(struct str id, int64_t *ret)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx";
    unsigned part[6];
    if (id.len < 12)
        return false;
    for (size_t i = 8; i < id.len; i++) /* the process */
        if (!char_is_digit(id.ptr[i]))
            return false;
    for (unsigned i = 0; i < 6; i++) {
        const char *digit = memchr(digits, id.ptr[i], sizeof digits - 1);
        if (!digit)
            return false;
        part[i] = (unsigned)(digit - digits);
    }
    unsigned year = part[0] < 30 ? 2020 + part[0] : 1960 + part[0]; /* since 1900, of 60 */
    return stamp_from_fields(year, part[1] + 1, part[2], part[3], part[4], part[5], ret);
}

void clock_read_ids(struct fold *fold, const struct folded *event)
{
    int64_t usec;
    if (event->line->kind == EVENT_ACCEPTED &&
        (exim_id_time(folded_get(event, FIELD_QUEUE_ID), &usec) ||
         sendmail_id_time(folded_get(event, FIELD_QUEUE_ID), &usec)))
        clock_prove(fold->store, event->when, usec);
    if (event->line->generation == GENERATION_START &&
        long_id_time(folded_get(event, FIELD_QUEUE_ID), &usec))
        clock_prove(fold->store, event->when, usec);
    if (event->line->generation == GENERATION_SELF_ID &&
        own_message_id_time(folded_get(event, FIELD_MESSAGE_ID), &usec))
        clock_prove(fold->store, event->when, usec);
}
