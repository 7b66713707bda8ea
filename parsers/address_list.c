#include "address_list.h"

#include "ip.h"

struct str address_list_client(struct str list)
{
    struct ip ip;
    struct str last = {NULL, 0};
    while (list.len) {
        ptrdiff_t comma = str_find_last_char(list, ',');
        struct str one = str_trim(str_skip(list, (size_t)(comma + 1)));
        list = str_head(list, comma < 0 ? 0 : (size_t)comma);
        if (!ip_parse(one, &ip))
            return last;
        last = one;
        if (!ip_is_loopback(&ip) && !ip_is_private(&ip))
            break;
    }
    return last;
}

struct str address_without_port(struct str text, struct str *ret_port)
{
    struct ip ip;
    *ret_port = (struct str){NULL, 0};
    ptrdiff_t colon = str_find_last_char(text, ':');
    if (ip_parse(text, &ip) || colon < 0)
        return text;
    *ret_port = str_skip(text, (size_t)colon + 1);
    text = str_head(text, (size_t)colon);
    if (str_take(&text, STR("[")))
        (void)str_take_end(&text, STR("]"));
    return text;
}
