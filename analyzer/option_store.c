#define _DEFAULT_SOURCE /* access */
#include "option_table.h"

#include <string.h>
#include <unistd.h>

#include "values.h"

struct target {
    const struct option *option;
    struct options *options;
    struct arena *arena;
};

static void *place_of(const struct target *target)
{
    return (char *)target->options + target->option->at;
}

/* Room for one item more behind count of them; it doubles, so that many items cost no more than
 * twice their size. */
static void *grown(struct arena *arena, void *items, size_t count, size_t size)
{
    if (count && (count & (count - 1)))
        return items;
    char *room = arena_alloc(arena, (count ? 2 * count : 1) * size);
    if (count)
        memcpy(room, items, count * size);
    return room;
}

static bool set_flag(const struct target *target, const char *value)
{
    (void)value;
    *(bool *)place_of(target) = true;
    return true;
}

static bool set_count(const struct target *target, const char *value)
{
    (void)value;
    ++*(int *)place_of(target);
    return true;
}

static bool set_text(const struct target *target, const char *value)
{
    *(const char **)place_of(target) = value;
    return value[0] != '\0';
}

static bool set_file(const struct target *target, const char *value)
{
    return set_text(target, value) && access(value, R_OK) == 0;
}

static bool set_folder(const struct target *target, const char *value)
{
    return set_text(target, value) && access(value, W_OK | X_OK) == 0;
}

static bool set_address(const struct target *target, const char *value)
{
    struct ip ip;
    return set_text(target, value) && ip_parse(str_of(value), &ip);
}

static bool find_choice(const struct option *option, const char *value, unsigned *ret)
{
    for (unsigned i = 0; option->choices[i]; i++) {
        if (strcmp(option->choices[i], value) != 0)
            continue;
        *ret = i;
        return true;
    }
    return false;
}

static bool set_choice(const struct target *target, const char *value)
{
    _Static_assert(sizeof(enum output_format) == sizeof(unsigned), "an enum is stored as unsigned");
    unsigned index;
    if (!find_choice(target->option, value, &index))
        return false;
    memcpy(place_of(target), &index, sizeof index);
    return true;
}

static bool set_limit(const struct target *target, const char *value)
{
    return value_time(value, place_of(target));
}

static bool set_number(const struct target *target, const char *value)
{
    uint64_t number;
    if (!value_number(value, target->option->least, target->option->most, &number))
        return false;
    *(int *)place_of(target) = (int)number;
    return true;
}

static bool set_bytes(const struct target *target, const char *value)
{
    uint64_t bytes;
    if (!value_size(value, &bytes) || bytes < target->option->least || bytes > target->option->most)
        return false;
    *(uint64_t *)place_of(target) = bytes;
    return true;
}

static bool add_text(const struct target *target, const char *value)
{
    struct list *list = place_of(target);
    list->items = grown(target->arena, list->items, list->count, sizeof *list->items);
    list->items[list->count++] = value;
    return value[0] != '\0';
}

static bool add_domain(const struct target *target, const char *value)
{
    return value_domain(value) && add_text(target, value);
}

static bool add_file(const struct target *target, const char *value)
{
    return add_text(target, value) && (strcmp(value, "-") == 0 || access(value, R_OK) == 0);
}

static bool add_cidr(const struct target *target, const char *value)
{
    struct cidr cidr;
    return cidr_parse(str_of(value), &cidr) && add_text(target, value);
}

static void append_pair(const struct target *target, const char *key, const char *value)
{
    struct pairs *pairs = place_of(target);
    pairs->items = grown(target->arena, pairs->items, pairs->count, sizeof *pairs->items);
    pairs->items[pairs->count++] = (struct pair){key, value};
}

static bool add_pair(const struct target *target, const char *value)
{
    struct str rest = str_of(value), key;
    if (!str_cut(&rest, STR("="), &key) || key.len == 0 || rest.len == 0)
        return false;
    append_pair(target, arena_cstr(target->arena, key), rest.ptr);
    return true;
}

/* The last '=' divides: a glob may hold one, a zone never does. */
static bool add_zone(const struct target *target, const char *value)
{
    const char *sign = strrchr(value, '='), *zone = sign ? sign + 1 : value, *key = NULL;
    if (sign == value || !value_zone(zone))
        return false;
    if (sign)
        key = arena_cstr(target->arena, str_between(value, sign));
    append_pair(target, key, zone);
    return true;
}

static bool add_expectation(const struct target *target, const char *value)
{
    struct settings *settings = &target->options->settings;
    const char *sign = strrchr(value, '=');
    unsigned kind;
    if (!sign || sign == value || !find_choice(target->option, sign + 1, &kind))
        return false;
    size_t n = settings->expect_count++;
    settings->expect = grown(target->arena, settings->expect, n, sizeof *settings->expect);
    settings->expect[n].account = arena_cstr(target->arena, str_between(value, sign));
    settings->expect[n].kind = (enum expectation)kind;
    return true;
}

static bool add_network(const struct target *target, const char *value)
{
    struct settings *settings = &target->options->settings;
    struct cidr cidr;
    if (!cidr_parse(str_of(value), &cidr))
        return false;
    size_t n = settings->trusted_net_count++;
    settings->trusted_nets =
        grown(target->arena, settings->trusted_nets, n, sizeof *settings->trusted_nets);
    settings->trusted_nets[n] = cidr;
    return true;
}

/* How each kind is stored, and what the user is told when the value will not do. */
static const struct {
    bool (*store)(const struct target *target, const char *value);
    const char *wants;
} kinds[OPTION_KIND_COUNT] = {
    [OPTION_FLAG] = {set_flag, ""},
    [OPTION_COUNT] = {set_count, ""},
    [OPTION_TEXT] = {set_text, "wanted is a text that is not empty"},
    [OPTION_FILE] = {set_file, "no such file, or not readable"},
    [OPTION_FOLDER] = {set_folder, "no such folder, or not writable"},
    [OPTION_ADDRESS] = {set_address, "wanted is an IP address"},
    [OPTION_CHOICE] = {set_choice, NULL},
    [OPTION_LIMIT] = {set_limit, "wanted is 2026-11-22, 2026-11-22T16:22:00Z, or 30m, 3h, 7d, 1w "
                                 "back from the end of the log"},
    [OPTION_NUMBER] = {set_number, NULL},
    [OPTION_BYTES] = {set_bytes, NULL},
    [OPTION_TEXT_LIST] = {add_text, "wanted is a text that is not empty"},
    [OPTION_DOMAIN_LIST] = {add_domain, "wanted is a domain: example.com"},
    [OPTION_FILE_LIST] = {add_file, "no such file, or not readable"},
    [OPTION_PAIR_LIST] = {add_pair, NULL},
    [OPTION_ZONE_LIST] = {add_zone, "wanted is a zone, or GLOB=ZONE: an installed name such as "
                                    "Asia/Dhaka (package tzdata), local, UTC or +05:30"},
    [OPTION_CIDR_LIST] = {add_cidr, "wanted is an address or a network: 192.0.2.7, 192.0.2.0/24"},
    [OPTION_EXPECT_LIST] = {add_expectation, NULL},
    [OPTION_NETWORK_LIST] = {add_network, "wanted is a network: 192.0.2.0/24, 2001:db8::/32"},
};

/* What is wanted, where it depends on the option. */
static const char *wanted_of(const struct option *option, struct arena *arena)
{
    if (kinds[option->kind].wants)
        return kinds[option->kind].wants;
    if (option->kind == OPTION_NUMBER)
        return arena_printf(arena, "wanted is a number from %llu to %llu",
                            (unsigned long long)option->least, (unsigned long long)option->most);
    if (option->kind == OPTION_BYTES)
        return arena_printf(arena, "wanted is a size such as 256M or 4G, at least %llu bytes",
                            (unsigned long long)option->least);
    return arena_printf(arena, "wanted is %s", option->value);
}

bool option_store(const struct option *option, const char *value, struct arena *arena,
                  struct options *ret, struct err *err)
{
    struct target target = {option, ret, arena};
    if (kinds[option->kind].store(&target, value))
        return true;
    return err_set(err, STATUS_USAGE, "--%s: '%s': %s", option->name, value,
                   wanted_of(option, arena));
}
