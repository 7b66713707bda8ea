#include "envelope_webmail.h"

#include <stdio.h>

#include "envelope_time.h"

bool envelope_nginx(struct str line, struct envelope *ret)
{
    char stamp[] = "2026-11-22 16:22:34";
    struct str rest = line;
    if (line.len <= sizeof stamp || line.ptr[4] != '/' || line.ptr[7] != '/' ||
        line.ptr[10] != ' ' || line.ptr[19] != ' ')
        return false;
    memcpy(stamp, line.ptr, sizeof stamp - 1);
    stamp[4] = stamp[7] = '-';
    struct str time = str_of(stamp);
    if (!envelope_time_iso(&time, &ret->stamp) || time.len)
        return false;
    rest = str_skip(line, sizeof stamp);
    ret->text = rest;
    struct str level;
    uint64_t pid;
    if (!str_take(&rest, STR("[")) || !str_cut(&rest, STR("] "), &level) ||
        !str_take_u64(&rest, &pid) || !str_starts(rest, STR("#")))
        return false;
    ret->format = ENVELOPE_NGINX;
    ret->pid = pid <= UINT32_MAX ? (uint32_t)pid : 0;
    ret->program =
        str_find(rest, STR(", request: \"")) >= 0 ? STR("nginx/http") : STR("nginx-mail");
    return true;
}

/* "22-Nov-2026 16:22:34 +0000"; a fraction may follow the seconds. */
static bool take_stamp(struct str text, struct stamp *ret)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char iso[64];
    struct str clock, month, zone = {NULL, 0};
    if (text.len < 20 || text.len > 40 || text.ptr[2] != '-' || text.ptr[6] != '-' ||
        text.ptr[11] != ' ')
        return false;
    month = (struct str){text.ptr + 3, 3};
    ptrdiff_t at = str_find(str_of(months), month);
    zone = str_skip(text, 12);
    if (!str_cut(&zone, STR(" "), &clock)) {
        clock = zone;
        zone.len = 0;
    }
    if (at < 0 || at % 3)
        return false;
    snprintf(iso, sizeof iso, "%.4s-%02d-%.2sT%.*s%.*s", text.ptr + 7, (int)at / 3 + 1, text.ptr,
             (int)clock.len, clock.ptr, (int)zone.len, zone.ptr);
    struct str whole = str_of(iso);
    return envelope_time_iso(&whole, ret) && whole.len == 0;
}

bool envelope_roundcube(struct str line, struct envelope *ret)
{
    struct str stamp;
    if (!str_take(&line, STR("[")) || !str_cut(&line, STR("]: "), &stamp) ||
        !take_stamp(stamp, &ret->stamp))
        return false;
    ret->format = ENVELOPE_ROUNDCUBE;
    ret->text = line;
    struct str session, text = line;
    if (str_take(&text, STR("<")) && str_cut(&text, STR("> "), &session))
        line = text;
    ptrdiff_t colon = str_find(str_head(line, 32), STR(" Error: "));
    ret->program = colon > 0 ? STR("roundcube-errors") : STR("roundcube");
    return true;
}

bool envelope_sogo(struct str rest, struct envelope *ret)
{
    uint64_t pid;
    if (!str_take(&rest, STR("sogod [")) || !str_take_u64(&rest, &pid) ||
        !str_take(&rest, STR("]: ")))
        return false;
    ret->program = STR("sogod");
    ret->pid = pid <= UINT32_MAX ? (uint32_t)pid : 0;
    ret->text = rest;
    return true;
}

bool envelope_horde(struct str rest, struct envelope *ret)
{
    static const char *const levels[] = {
        "EMERG: ", "ALERT: ", "CRIT: ", "ERR: ", "WARN: ", "NOTICE: ", "INFO: ", "DEBUG: "};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (!str_take(&rest, str_of(levels[i])))
            continue;
        if (!str_take(&rest, STR("HORDE ")) || !str_starts(rest, STR("[")))
            return false;
        ret->format = ENVELOPE_HORDE;
        ret->program = STR("HORDE");
        ret->text = rest;
        return true;
    }
    return false;
}
