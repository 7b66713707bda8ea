#include "postfix.h"

#include "postfix_phrase.h"

/* The keys behind the recipient, in the order of global/log_adhoc; all but relay, delay and status
 * may be missing. */
struct delivery_key {
    struct str word;
    uint16_t id; /* enum field_id */
};

enum { KEY_RELAY, KEY_STATUS = 6, KEYS };

static const struct delivery_key keys[KEYS] = {
    {{"relay=", 6}, FIELD_RELAY},   {{"conn_use=", 9}, FIELD_CONN_USE},
    {{"delay=", 6}, FIELD_DELAY},   {{"delays=", 7}, FIELD_DELAYS},
    {{"tls=", 4}, FIELD_TLS_LEVEL}, {{"dsn=", 4}, FIELD_DSN},
    {{"status=", 7}, FIELD_STATUS},
};

struct status {
    struct str word;
    uint8_t outcome;
};

static const struct status statuses[] = {
    {{"sent", 4}, OUTCOME_SENT},
    {{"deferred", 8}, OUTCOME_DEFERRED},
    {{"bounced", 7}, OUTCOME_BOUNCED},
    {{"expired", 7}, OUTCOME_EXPIRED},
    {{"undeliverable", 13}, OUTCOME_UNDELIVERABLE},
    {{"undeliverable-but-not-cached", 28}, OUTCOME_UNDELIVERABLE},
    {{"deliverable", 11}, OUTCOME_DELIVERABLE},
    {{"SOFTBOUNCE", 10}, OUTCOME_DEFERRED},
};

/* "250 2.5.0 OK (2C225C6817C7EEE1481)": Proxmox' filter logs the next ID under that session. */
static struct str session_of_filter(struct str reply)
{
    if (str_take(&reply, STR("250 2.5.0 OK (")) && str_take_end(&reply, STR(")")) &&
        postfix_queue_id_is(reply))
        return reply;
    return (struct str){NULL, 0};
}

static void add_successor(struct str reply, struct event *out)
{
    struct str id = postfix_id_behind(reply, STR("queued as "));
    if (!id.ptr)
        id = session_of_filter(reply);
    if (id.ptr && reply.ptr[0] == '2')
        event_add(out, FIELD_QUEUED_AS, id);
    id = postfix_id_behind(reply, STR("forwarded as "));
    if (id.ptr)
        event_add(out, FIELD_CHILD, id);
}

/* "sent (reply)" */
static bool add_status(struct str text, struct event *out)
{
    ptrdiff_t space = str_find_char(text, ' ');
    struct str word = space < 0 ? text : str_head(text, (size_t)space);
    text = str_skip(text, word.len);
    for (unsigned i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        bool cut_here = text.len == 0 && word.len < statuses[i].word.len &&
                        memcmp(word.ptr, statuses[i].word.ptr, word.len) == 0;
        if (!cut_here && !str_eq(word, statuses[i].word))
            continue;
        event_add(out, FIELD_STATUS, word);
        if (!cut_here)
            out->outcome = statuses[i].outcome;
        if (!postfix_word(&text, STR(" ("), out))
            return false;
        if (!str_take_end(&text, STR(")")))
            out->cut = true;
        if (cut_here)
            return true;
        event_add(out, FIELD_TEXT, text);
        if (out->outcome == OUTCOME_SENT)
            add_successor(text, out);
        else if (out->outcome != OUTCOME_DELIVERABLE)
            out->free_text = text;
        return true;
    }
    return false;
}

/* No value but the last holds a blank or a comma. */
static size_t value_len(struct str text)
{
    size_t len = 0;
    while (len < text.len && text.ptr[len] != ',' && text.ptr[len] != ' ')
        len++;
    return len;
}

static bool add_keys(struct str text, struct event *out)
{
    for (unsigned key = KEY_RELAY; key < KEYS; key++) {
        if (!postfix_starts(text, keys[key].word)) {
            if (text.len < keys[key].word.len &&
                memcmp(text.ptr, keys[key].word.ptr, text.len) == 0) {
                out->cut = true;
                return true;
            }
            continue;
        }
        text = str_skip(text, keys[key].word.len);
        if (key == KEY_STATUS)
            return add_status(text, out);
        struct str value = str_head(text, value_len(text));
        event_add(out, keys[key].id, value);
        if (key == KEY_RELAY)
            postfix_server(value, out);
        text = str_skip(text, value.len);
        if (!postfix_word(&text, STR(", "), out))
            return false;
        if (out->cut)
            return true;
    }
    return false;
}

/* Takes an address of the form <a@b> or, as until Postfix 2.x, a@b. */
static bool take_recipient(struct str *text, enum field_id id, struct event *out)
{
    struct str address;
    if (postfix_take(text, STR("<"))) {
        if (!postfix_address(text, STR(", "), &address, out))
            return false;
    } else {
        ptrdiff_t comma = str_find(*text, STR(", "));
        address = comma < 0 ? *text : str_head(*text, (size_t)comma);
        *text = str_skip(*text, address.len);
    }
    event_add(out, id, address);
    return postfix_word(text, STR(", "), out);
}

bool postfix_delivery_queue(struct str text, struct event *out)
{
    if (!postfix_take(&text, STR("to=")))
        return postfix_phrase(postfix_client_phrases, text, out);
    out->what = "delivery";
    out->kind = EVENT_DELIVERY;
    if (!take_recipient(&text, FIELD_RECIPIENT, out))
        return false;
    if (postfix_take(&text, STR("orig_to=")) && !take_recipient(&text, FIELD_ORIG_RECIPIENT, out))
        return false;
    return out->cut || add_keys(text, out);
}
