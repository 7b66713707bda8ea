#include "sender.h"

static struct str domain_of(struct str address)
{
    ptrdiff_t at = str_find_last_char(address, '@');
    return at < 0 ? STR("") : str_skip(address, (size_t)at + 1);
}

/* SRS0=HHHH=TT=domain=local@forwarder, SRS1=HHHH=forwarder==HHHH=TT=domain=local@forwarder2: the
 * domain that wrote it. */
static bool srs_domain(struct str sender, struct str *ret)
{
    struct str part, local = sender;
    bool second = str_starts_nocase(sender, STR("SRS1"));
    if (!second && !str_starts_nocase(sender, STR("SRS0")))
        return false;
    local = str_skip(local, 5 < local.len ? 5 : local.len);
    if (second && (!str_cut(&local, STR("=="), &part) && !str_cut(&local, STR("=+"), &part) &&
                   !str_cut(&local, STR("=-"), &part)))
        return false;
    if (!str_cut(&local, STR("="), &part) || !str_cut(&local, STR("="), &part) ||
        !str_cut(&local, STR("="), &part) || !part.len)
        return false;
    *ret = part;
    return true;
}

uint32_t sender_domain(struct intern *names, struct str sender)
{
    struct str domain;
    if (!srs_domain(sender, &domain))
        domain = domain_of(sender);
    return domain.len ? intern_lower_id(names, domain) : 0;
}
