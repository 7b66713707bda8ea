#include "envelope_zimbra.h"

#include "envelope_tag.h"
#include "envelope_time.h"

bool envelope_zimbra_level(struct str *text)
{
    static const char *const levels[] = {"INFO ", "WARN ", "ERROR ", "DEBUG ", "TRACE ", "FATAL "};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (str_take(text, str_of(levels[i]))) {
            *text = envelope_skip_blanks(*text);
            return true;
        }
    return false;
}

void envelope_zimbra_second_clock(struct str *text)
{
    struct stamp stamp;
    struct str rest = *text;
    if (envelope_time_iso(&rest, &stamp) && str_take(&rest, STR(" ")))
        *text = rest;
}

static bool is_key_char(char c)
{
    return char_is_alnum(c) || c == '-' || c == '_' || c == '.';
}

bool envelope_zimbra_pair(struct str *text, struct str *ret_key, struct str *ret_value)
{
    size_t key = 0, at;
    while (key < text->len && is_key_char(text->ptr[key]))
        key++;
    if (key == 0 || key == text->len || text->ptr[key] != '=')
        return false;
    for (at = key + 1; at < text->len; at++) {
        if (text->ptr[at] != ';')
            continue;
        if (at + 1 == text->len || text->ptr[at + 1] != ';')
            break;
        at++; /* a doubled one belongs to the value */
    }
    if (at >= text->len)
        return false;
    *ret_key = str_head(*text, key);
    *ret_value = (struct str){text->ptr + key + 1, at - key - 1};
    *text = str_skip(*text, at + 1);
    return true;
}

bool envelope_zimbra_category(struct str *text, struct str *ret)
{
    size_t len = 0;
    while (len < text->len && is_key_char(text->ptr[len]))
        len++;
    struct str rest = str_skip(*text, len);
    if (len == 0 || !(str_take(&rest, STR(" - ")) || str_eq(rest, STR(" -"))))
        return false;
    *ret = str_head(*text, len);
    *text = rest;
    return true;
}

/* "[name=a@b;] ", "[] ", or nothing */
static bool skip_context(struct str *text)
{
    struct str key, value;
    if (!str_take(text, STR("[")))
        return true;
    (void)str_take(text, STR("..."));
    while (envelope_zimbra_pair(text, &key, &value))
        ;
    return str_take(text, STR("] "));
}

bool envelope_zimbra_line(struct str rest, struct envelope *ret)
{
    struct str text = rest, thread, category;
    if (!envelope_zimbra_level(&rest) || !str_take(&rest, STR("[")) ||
        !str_cut(&rest, STR("] "), &thread) || !skip_context(&rest) ||
        !envelope_zimbra_category(&rest, &category))
        return false;
    ret->format = ENVELOPE_ZIMBRA;
    ret->program = str_eq(category, STR("security")) ? STR("zimbra-audit") : STR("zimbra-mailbox");
    ret->text = text;
    return true;
}

/* "com.zimbra.common.service.ServiceException": at least two dots, the last part a class. */
static size_t class_length(struct str text)
{
    size_t len = 0, dots = 0, last = 0;
    for (; len < text.len; len++) {
        char c = text.ptr[len];
        if (c == '.') {
            dots++;
            last = len;
        } else if (!char_is_alnum(c) && c != '_' && c != '$')
            break;
    }
    return dots >= 2 && last + 1 < len && char_is_upper(text.ptr[last + 1]) ? len : 0;
}

static bool is_throwable(struct str text)
{
    size_t len = class_length(text);
    struct str name = str_head(text, len), rest = str_skip(text, len);
    return len &&
           (str_ends(name, STR("Exception")) || str_ends(name, STR("Error")) ||
            str_ends(name, STR("Failure"))) &&
           (rest.len == 0 || str_starts(rest, STR(": ")) || str_eq(rest, STR(":")));
}

/* "\tat com.zimbra.soap.SoapEngine.dispatch(SoapEngine.java:592)" */
static bool is_frame(struct str text)
{
    uint64_t more;
    if (str_take(&text, STR("... ")))
        return str_take_u64(&text, &more) && str_eq(text, STR(" more"));
    return str_take(&text, STR("at ")) && str_find_char(text, '(') > 0 &&
           (str_ends(text, STR(")")) || str_ends(text, STR("]")));
}

bool envelope_java_trace(struct str line, struct envelope *ret)
{
    struct str text = line;
    bool indented = str_take(&text, STR("\t"));
    bool trace = indented ? is_frame(text)
                          : ((void)str_take(&text, STR("Caused by: ")), is_throwable(text)) ||
                                str_starts(text, STR("ExceptionId:")) ||
                                str_starts(text, STR("Code:service.")) ||
                                str_starts(text, STR("Code:account.")) ||
                                str_starts(text, STR("Code:mail."));
    if (!trace)
        return false;
    ret->format = ENVELOPE_ZIMBRA;
    ret->separator = true;
    ret->text = line;
    return true;
}
