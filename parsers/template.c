#include "template.h"

enum {
    /* What must have matched of fixed words, since the last %*, before a line is believed to be a
       cut one. */
    CUT_WORDS_MIN = 8,
    /* Steps per byte of text, so that no text takes quadratic time. */
    STEPS_PER_BYTE = 16,
    QUEUE_ID_MIN = 5,
};

struct cursor {
    const char *template;
    size_t at;
    size_t words; /* bytes of fixed words matched since the last %* */
    unsigned kept;
};

struct matcher {
    struct str text;
    struct template_values *values;
    struct cursor now;
    struct cursor back; /* where to go on if what follows the last %* fits nowhere */
    size_t back_start;  /* of the value of that %* */
    bool has_back;
    size_t steps; /* left */
};

static void keep(struct matcher *m, char code, size_t start)
{
    if (code != 'D' && code != 'W' && code != 'A' && code != 'Q')
        return;
    if (m->now.kept < TEMPLATE_FIELDS_MAX)
        m->values->items[m->now.kept] = (struct str){m->text.ptr + start, m->now.at - start};
    m->now.kept++;
}

static bool step(struct matcher *m)
{
    if (m->now.at == m->text.len || m->steps == 0)
        return false;
    m->steps--;
    m->now.at++;
    return true;
}

static char next(const struct matcher *m)
{
    return m->now.at < m->text.len ? m->text.ptr[m->now.at] : '\0';
}

static bool take_digits(struct matcher *m)
{
    size_t start = m->now.at;
    while (char_is_digit(next(m)) && step(m)) {
    }
    return m->now.at > start;
}

static bool take_word(struct matcher *m, char end)
{
    size_t start = m->now.at;
    while (next(m) != ' ' && (next(m) != end || m->now.at == start) && step(m)) {
    }
    return m->now.at > start;
}

static bool take_queue_id(struct matcher *m)
{
    size_t start = m->now.at;
    while ((char_is_alnum(next(m)) || next(m) == '-' || next(m) == '_') && step(m)) {
    }
    return m->now.at >= start + QUEUE_ID_MIN;
}

static bool take_plain(struct matcher *m)
{
    size_t start = m->now.at;
    while (next(m) != '(' && next(m) != ')' && step(m)) {
    }
    while (m->now.at > start && m->text.ptr[m->now.at - 1] == ' ')
        m->now.at--;
    return m->now.at > start;
}

static bool take_value(struct matcher *m, const char *code)
{
    switch (code[0]) {
    case 'd':
    case 'D':
        return take_digits(m);
    case 'p':
        return take_plain(m);
    case 'Q':
        return take_queue_id(m);
    default:
        return take_word(m, code[1]);
    }
}

/* One element of the template at the cursor; false if the text does not go on like that. */
static bool take_element(struct matcher *m)
{
    const char *template = m->now.template;
    size_t start = m->now.at;
    if (*template == '%') {
        m->now.template += 2;
        if (!take_value(m, template + 1))
            return false;
        keep(m, template[1], start);
        return true;
    }
    if (next(m) != *template || !step(m))
        return false;
    while (*template == ' ' && next(m) == ' ' && step(m)) {
    }
    m->now.template ++;
    m->now.words++;
    return true;
}

static bool at_any(const char *template)
{
    return template[0] == '%' && (template[1] == '*' || template[1] == 'A');
}

static void open_any(struct matcher *m)
{
    m->back_start = m->now.at;
    m->back = m->now;
    m->back.template += 2;
    m->has_back = true;
}

/* Goes on behind the %* with its value grown to where the cursor `back` stands. */
static void enter_back(struct matcher *m)
{
    char code = m->back.template[-1];
    m->now = m->back;
    m->now.words = 0;
    keep(m, code, m->back_start);
}

static bool grow_back(struct matcher *m)
{
    if (!m->has_back || m->back.at == m->text.len || m->steps == 0)
        return false;
    m->steps--;
    m->back.at++;
    enter_back(m);
    return true;
}

static enum template_match ended(struct matcher *m)
{
    m->values->count = m->now.kept < TEMPLATE_FIELDS_MAX ? m->now.kept : TEMPLATE_FIELDS_MAX;
    return *m->now.template ? TEMPLATE_CUT : TEMPLATE_FITS;
}

enum template_match template_match(const char *template, struct str text, bool open_end,
                                   struct template_values *ret)
{
    struct matcher m = {.text = text, .values = ret, .now = {.template = template}};
    m.steps = text.len * STEPS_PER_BYTE + 1024;
    for (;;) {
        if (at_any(m.now.template)) {
            open_any(&m);
            if (!m.now.template[2]) { /* the rest */
                m.back.at = text.len;
                enter_back(&m);
                return ended(&m);
            }
            enter_back(&m);
            continue;
        }
        if (!*m.now.template && m.now.at == text.len)
            return ended(&m);
        if (*m.now.template && take_element(&m))
            continue;
        /* Inside %* the end of the text proves nothing: anything would have fitted. */
        if (m.now.at == text.len && *m.now.template &&
            (m.now.words >= CUT_WORDS_MIN || (open_end && m.has_back)))
            return ended(&m);
        if (!grow_back(&m))
            return TEMPLATE_DIFFERS;
    }
}

static void fill(const struct line_kind *kind, const struct template_values *values, bool cut,
                 struct event *out)
{
    event_begin(out, (enum event_kind)(kind->kind % (1 << KIND_REASON)), kind->what);
    out->reason = (uint8_t)(kind->kind >> KIND_REASON);
    out->cut = cut;
    /* The last value of a cut line may be half of one. */
    unsigned count = cut && values->count ? values->count - 1 : values->count;
    for (unsigned i = 0; i < count; i++)
        event_add(out, (enum field_id)kind->fields[i], values->items[i]);
}

bool template_event(const struct line_kind *kinds, struct str text, bool open_end,
                    struct event *out)
{
    bool found = false;
    for (; kinds->what; kinds++) {
        struct template_values values = {.count = 0};
        enum template_match match = template_match(kinds->template, text, open_end, &values);
        if (match == TEMPLATE_DIFFERS || (match == TEMPLATE_CUT && found))
            continue;
        fill(kinds, &values, match == TEMPLATE_CUT, out);
        found = true;
        if (match == TEMPLATE_FITS)
            return true;
    }
    return found;
}

bool template_any(const char *const *templates, struct str text)
{
    for (; *templates; templates++) {
        struct template_values values;
        if (template_match(*templates, text, false, &values) == TEMPLATE_FITS)
            return true;
    }
    return false;
}
