#include "listing.h"

#include "envelope_json.h"
#include "parser.h"
#include "unwrap.h"

static struct str skip_blanks(struct str text)
{
    while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
        text = str_skip(text, 1);
    return text;
}

/* A word and the blanks behind it. */
static struct str take_word(struct str *text)
{
    size_t len = 0;
    while (len < text->len && text->ptr[len] != ' ' && text->ptr[len] != '\t')
        len++;
    struct str word = str_head(*text, len);
    *text = skip_blanks(str_skip(*text, len));
    return word;
}

static bool is_indented(struct str line)
{
    return line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
}

static bool is_id(struct str word, size_t min, const char *more)
{
    if (word.len < min)
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (!char_is_alnum(word.ptr[i]) && !(more && strchr(more, word.ptr[i])))
            return false;
    return true;
}

/* "deferred=9058" */
static bool count_line(struct str line, struct str *ret_name, struct str *ret_count)
{
    static const char *const names[] = {
        "hold=", "corrupt=", "deferred=", "active=", "incoming=", "maildrop="};
    uint64_t number;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str rest = line;
        if (!str_take(&rest, str_of(names[i])) || !str_to_u64(rest, &number))
            continue;
        *ret_name = str_head(line, strlen(names[i]) - 1);
        *ret_count = rest;
        return true;
    }
    return false;
}

/* "25m  2.9K 0t5C6f-0000c8-00 <alice@wonderland.example> *** frozen ***" */
static bool exim_entry(struct str line, struct event *out)
{
    struct str rest = skip_blanks(line), age = take_word(&rest), size = take_word(&rest),
               id = take_word(&rest), sender = rest;
    uint64_t number;
    bool frozen = str_take_end(&sender, STR(" *** frozen ***"));
    struct str unit = age;
    if (!str_take_u64(&unit, &number) || unit.len != 1 || !strchr("mhd", unit.ptr[0]) ||
        !size.len || !char_is_digit(size.ptr[0]) || (id.len != 16 && id.len != 23) ||
        !is_id(id, 16, "-") || id.ptr[6] != '-')
        return false;
    sender = str_trim(sender);
    ptrdiff_t open = str_find_last_char(sender, '<'); /* "(caller) <address>" */
    if (open < 0 || !str_take_end(&sender, STR(">")))
        return false;
    event_begin(out, EVENT_LISTED, "queued-message");
    event_add(out, FIELD_QUEUE_ID, id);
    event_add(out, FIELD_SENDER, str_skip(sender, (size_t)open + 1));
    event_add(out, FIELD_ACTION, frozen ? STR("held") : STR("deferred"));
    event_add(out, FIELD_DELAY, age);
    event_add(out, FIELD_FLAGS, size);
    return true;
}

static bool recipient(struct str address, struct event *out)
{
    address = str_trim(address);
    if (str_take(&address, STR("<")))
        (void)str_take_end(&address, STR(">"));
    if (!address.len || str_find_char(address, ' ') >= 0)
        return false;
    event_begin(out, EVENT_LISTED, "queued-recipient");
    event_add(out, FIELD_RECIPIENT, address);
    return true;
}

static bool exim(struct str line, struct event *out)
{
    if (exim_entry(line, out))
        return true;
    struct str rest = skip_blanks(line);
    if (!is_indented(line))
        return false;
    if (!str_take(&rest, STR("D ")))
        return recipient(rest, out);
    event_begin(out, EVENT_NOTE, "delivered-recipient");
    event_add(out, FIELD_RECIPIENT, str_trim(rest));
    return true;
}

static bool is_clock(struct str word)
{
    return word.len >= 5 && word.ptr[2] == ':' && char_is_digit(word.ptr[0]);
}

/* "(connect to mx.example[192.0.2.1]:25: Connection timed out)", of the recipients below it, or in
   sendmail's listing of the message above. */
static bool reason(struct str line, struct event *out)
{
    struct str text = str_trim(line);
    if (!str_take(&text, STR("(")))
        return false;
    out->cut = false;
    event_begin(out, EVENT_LISTED, "queue-reason");
    out->cut = !str_take_end(&text, STR(")"));
    event_add(out, FIELD_TEXT, text);
    out->free_text = text;
    return true;
}

/* "A1B2C3D4E5*  1234 Sun Nov 22 16:24:44  sender@example.com"; the mark is of the queue. */
static bool entry(struct str line, const char *marks, const char *held, struct event *out)
{
    struct str rest = line, id = take_word(&rest), size, mark = STR("");
    uint64_t number;
    while (id.len && strchr(marks, id.ptr[id.len - 1])) {
        mark = str_skip(id, id.len - 1);
        id.len--;
    }
    size = take_word(&rest);
    if (!is_id(id, 6, NULL) || !str_to_u64(size, &number))
        return false;
    struct str arrival = rest, weekday = take_word(&rest), month = take_word(&rest),
               day = take_word(&rest), clock = take_word(&rest);
    if (weekday.len != 3 || month.len != 3 || !str_to_u64(day, &number) || !is_clock(clock))
        return false;
    arrival.len = (size_t)(clock.ptr + clock.len - arrival.ptr);
    struct str sender = str_trim(rest);
    if (str_take(&sender, STR("<")))
        (void)str_take_end(&sender, STR(">"));
    event_begin(out, EVENT_LISTED, "queued-message");
    event_add(out, FIELD_QUEUE_ID, id);
    event_add(out, FIELD_SENDER, str_eq(sender, STR("MAILER-DAEMON")) ? STR("") : sender);
    event_add(out, FIELD_SIZE, size);
    event_add(out, FIELD_ACTION,
              mark.len && strchr(held, mark.ptr[0]) ? STR("held")
              : str_eq(mark, STR("*"))              ? STR("active")
                                                    : STR("deferred"));
    event_add(out, FIELD_DELAYS, arrival);
    return true;
}

static bool postfix(struct str line, struct event *out)
{
    return entry(line, "*!#", "!", out) || reason(line, out) ||
           (is_indented(line) && recipient(line, out));
}

static bool sendmail(struct str line, struct event *out)
{
    return (!is_indented(line) && entry(line, "*X-?+Q", "Q", out)) || reason(line, out) ||
           (is_indented(line) && recipient(line, out));
}

static struct str unquoted(struct str value)
{
    if (str_take(&value, STR("\"")))
        (void)str_take_end(&value, STR("\""));
    return value;
}

/* An object of postqueue -j: all recipients, each with its reason, are in the text. */
static bool json(struct str line, struct event *out)
{
    struct json_member member;
    struct str rest = line, queue = STR(""), id = STR(""), sender = {NULL, 0}, list = STR(""),
               size = STR(""), arrival = STR("");
    if (!str_take(&rest, STR("{")))
        return false;
    while (json_next(&rest, &member)) {
        if (str_eq(member.key, STR("queue_name")))
            queue = unquoted(member.value);
        else if (str_eq(member.key, STR("queue_id")))
            id = unquoted(member.value);
        else if (str_eq(member.key, STR("sender")))
            sender = unquoted(member.value);
        else if (str_eq(member.key, STR("message_size")))
            size = member.value;
        else if (str_eq(member.key, STR("arrival_time")))
            arrival = member.value;
        else if (str_eq(member.key, STR("recipients")))
            list = member.value;
    }
    if (!is_id(id, 6, NULL) || !sender.ptr || !queue.len || !str_take(&rest, STR("}")))
        return false;
    event_begin(out, EVENT_LISTED, "queued-message");
    event_add(out, FIELD_QUEUE_ID, id);
    event_add(out, FIELD_SENDER, str_eq(sender, STR("MAILER-DAEMON")) ? STR("") : sender);
    event_add(out, FIELD_SIZE, size);
    event_add(out, FIELD_ACTION, str_eq(queue, STR("hold")) ? STR("held") : queue);
    event_add(out, FIELD_DELAYS, arrival);
    event_add(out, FIELD_TEXT, list);
    out->free_text = list;
    return true;
}

static bool counts(struct str line, struct event *out)
{
    struct str name, count;
    if (!count_line(line, &name, &count))
        return false;
    event_begin(out, EVENT_LISTED, "queue-size");
    event_add(out, FIELD_ACTION, str_eq(name, STR("hold")) ? STR("held") : name);
    event_add(out, FIELD_COUNT_OF, count);
    return true;
}

/* Head, foot and gaps of a listing. */
static bool is_frame(struct str line)
{
    static const char *const starts[] = {"-Queue ID-", "-----Q-ID-----", "Mail queue is empty",
                                         "Total requests: "};
    struct str text = str_trim(line);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts(text, str_of(starts[i])))
            return true;
    return text.len == 0 || (str_starts(text, STR("-- ")) && str_ends(text, STR("."))) ||
           (str_starts(text, STR("/")) &&
            (str_ends(text, STR(" is empty")) || str_ends(text, STR(" requests)")) ||
             str_ends(text, STR(" request)"))));
}

uint8_t listing_begins(struct str line)
{
    struct event event;
    struct str name, count, text = str_trim(unwrap_trim_end(line));
    if (str_starts(text, STR("-Queue ID-")) || str_eq(text, STR("Mail queue is empty")))
        return TABLE_MAILQ;
    if (str_starts(text, STR("{\"queue_name\":")))
        return TABLE_POSTQUEUE;
    if (count_line(text, &name, &count))
        return TABLE_QUEUE_SIZES;
    if (str_starts(text, STR("-----Q-ID-----")) ||
        (str_starts(text, STR("/")) && text.len != line.len && is_frame(text)) ||
        (str_starts(text, STR("/var/spool/")) && is_frame(text)))
        return TABLE_SENDMAIL_QUEUE;
    return exim_entry(unwrap_trim_end(line), &event) ? TABLE_EXIM_QUEUE : TABLE_NONE;
}

void envelope_listing(struct str line, uint8_t table, struct envelope *ret)
{
    (void)table;
    line = unwrap_trim_end(line);
    *ret = (struct envelope){.format = ENVELOPE_LISTING,
                             .text = line,
                             .body = line,
                             .host = STR(""),
                             .program = STR("queue-listing"),
                             .separator = is_frame(line)};
}

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    *ret_daemon = 0;
    return str_eq(program, STR("queue-listing")) ? OWNS : OWNS_NOT;
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    switch (context->columns ? context->columns->table : TABLE_NONE) {
    case TABLE_MAILQ:
        return postfix(text, out);
    case TABLE_POSTQUEUE:
        return json(text, out);
    case TABLE_SENDMAIL_QUEUE:
        return sendmail(text, out);
    case TABLE_EXIM_QUEUE:
        return exim(text, out);
    case TABLE_QUEUE_SIZES:
        return counts(text, out);
    }
    return false;
}

extern const struct parser listing_parser;
const struct parser listing_parser = {.name = "queue-listing", .owns = owns, .parse = parse};
