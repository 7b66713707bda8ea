#define _GNU_SOURCE /* getline */
#include "contacts.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "plain.h"

struct network {
    struct ip first, last;
    struct str text, email;
    struct str handle; /* RPSL: abuse-c, until its role is known; len 0 */
};

struct rpsl_role {
    struct str handle, email;
};

struct contacts {
    struct arena arena;
    struct network *networks; /* smallest first */
    struct rpsl_role *roles;
    size_t network_count, network_capacity, role_count, role_capacity;
};

static bool is_email(struct str text)
{
    ptrdiff_t at = str_find_char(text, '@');
    return is_shell_safe(text) && at > 0 && str_find_last_char(text, '@') == at &&
           (size_t)at + 1 < text.len;
}

static struct str kept(struct contacts *contacts, struct str text)
{
    return arena_str(&contacts->arena, text);
}

static void add_network(struct contacts *contacts, struct network network)
{
    if (contacts->network_count == contacts->network_capacity) {
        contacts->network_capacity = contacts->network_capacity * 2 + 64;
        contacts->networks =
            xrealloc(contacts->networks, contacts->network_capacity, sizeof *contacts->networks);
    }
    contacts->networks[contacts->network_count++] = network;
}

static void add_role(struct contacts *contacts, struct rpsl_role role)
{
    if (contacts->role_count == contacts->role_capacity) {
        contacts->role_capacity = contacts->role_capacity * 2 + 64;
        contacts->roles =
            xrealloc(contacts->roles, contacts->role_capacity, sizeof *contacts->roles);
    }
    contacts->roles[contacts->role_count++] = role;
}

static void span_of(const struct cidr *cidr, struct network *ret)
{
    ret->first = ret->last = cidr->base;
    for (unsigned bit = 0; bit < 128; bit++) {
        uint8_t mask = (uint8_t)(0x80 >> bit % 8);
        if (bit < cidr->bits)
            continue;
        ret->first.bytes[bit / 8] &= (uint8_t)~mask;
        ret->last.bytes[bit / 8] |= mask;
    }
}

/* "192.0.2.0/24", or "192.0.2.0 - 192.0.2.255" */
static bool parse_range(struct str text, struct network *ret)
{
    struct str rest = text, first;
    struct cidr cidr;
    if (str_cut(&rest, STR("-"), &first))
        return ip_parse(str_trim(first), &ret->first) && ip_parse(str_trim(rest), &ret->last);
    if (!cidr_parse(str_trim(text), &cidr))
        return false;
    span_of(&cidr, ret);
    return true;
}

static void add_row(struct contacts *contacts, struct str line)
{
    struct str email = str_trim(line), network;
    struct network one = {0};
    if (!str_cut(&email, STR(","), &network) || !parse_range(network, &one))
        return; /* the header, or a comment */
    email = str_trim(email);
    if (!is_email(email))
        return;
    one.text = kept(contacts, str_trim(network));
    one.email = kept(contacts, email);
    add_network(contacts, one);
}

/* One object of a registry, as far as it was read. */
struct rpsl {
    struct network network;
    struct rpsl_role role;
    bool is_network;
};

static void rpsl_end(struct contacts *contacts, struct rpsl *object)
{
    if (object->is_network && (object->role.email.len || object->network.handle.len)) {
        object->network.email = object->role.email;
        add_network(contacts, object->network);
    } else if (!object->is_network && object->role.handle.len && object->role.email.len) {
        add_role(contacts, object->role);
    }
    *object = (struct rpsl){0};
}

static void rpsl_line(struct contacts *contacts, struct rpsl *object, struct str line)
{
    struct str value = line, key;
    if (!str_cut(&value, STR(":"), &key))
        return;
    value = str_trim(value);
    if (str_eq(key, STR("inetnum")) || str_eq(key, STR("inet6num"))) {
        object->is_network = parse_range(value, &object->network);
        object->network.text = kept(contacts, value);
    } else if (str_eq(key, STR("abuse-c"))) {
        object->network.handle = kept(contacts, value);
    } else if (str_eq(key, STR("nic-hdl"))) {
        object->role.handle = kept(contacts, value);
    } else if (str_eq(key, STR("abuse-mailbox")) && is_email(value)) {
        object->role.email = kept(contacts, value);
    }
}

static void read_lines(struct contacts *contacts, FILE *file)
{
    struct rpsl object = {0};
    char *line = NULL;
    size_t capacity = 0;
    ssize_t len;
    while ((len = getline(&line, &capacity, file)) >= 0) {
        struct str text = {line, (size_t)len};
        while (text.len && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
            text.len--;
        ptrdiff_t colon = str_find_char(text, ':'), comma = str_find_char(text, ',');
        bool table = comma >= 0 && (char_is_digit(line[0]) || colon < comma) &&
                     is_email(str_trim(str_skip(text, (size_t)comma + 1)));
        if (text.len == 0)
            rpsl_end(contacts, &object);
        else if (table)
            add_row(contacts, text);
        else
            rpsl_line(contacts, &object, text);
    }
    rpsl_end(contacts, &object);
    free(line);
}

static struct str json_text_of(const json_t *value)
{
    return json_is_string(value) ? (struct str){json_string_value(value), json_string_length(value)}
                                 : (struct str){"", 0};
}

static bool has_role(const json_t *entity, const char *role)
{
    const json_t *roles = json_object_get(entity, "roles");
    for (size_t i = 0; i < json_array_size(roles); i++)
        if (str_eq(json_text_of(json_array_get(roles, i)), str_of(role)))
            return true;
    return false;
}

/* vcardArray: ["vcard", [["email", {}, "text", ADDRESS], ...]] (RFC 7095) */
static struct str vcard_email(const json_t *entity)
{
    const json_t *items = json_array_get(json_object_get(entity, "vcardArray"), 1);
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        struct str email = json_text_of(json_array_get(item, 3));
        if (str_eq(json_text_of(json_array_get(item, 0)), STR("email")) && is_email(email))
            return email;
    }
    return STR("");
}

static struct str abuse_email(const json_t *entities, unsigned depth)
{
    enum { DEPTH_MAX = 8 };
    for (size_t i = 0; i < json_array_size(entities) && depth < DEPTH_MAX; i++) {
        const json_t *entity = json_array_get(entities, i);
        struct str email = has_role(entity, "abuse") ? vcard_email(entity) : STR("");
        if (!email.len)
            email = abuse_email(json_object_get(entity, "entities"), depth + 1);
        if (email.len)
            return email;
    }
    return STR("");
}

static bool read_rdap(struct contacts *contacts, FILE *file, const char *path, struct err *err)
{
    json_error_t error;
    json_t *root = json_loadf(file, 0, &error);
    struct network one = {0};
    if (!root)
        return err_set(err, STATUS_USAGE, "%s: no RDAP answer: %s", path, error.text);
    struct str first = json_text_of(json_object_get(root, "startAddress")),
               last = json_text_of(json_object_get(root, "endAddress")),
               email = abuse_email(json_object_get(root, "entities"), 0);
    if (ip_parse(first, &one.first) && ip_parse(last, &one.last) && email.len) {
        char from[IP_TEXT], to[IP_TEXT];
        one.text = str_of(arena_printf(&contacts->arena, "%s - %s", ip_text(&one.first, from).ptr,
                                       ip_text(&one.last, to).ptr));
        one.email = kept(contacts, email);
        add_network(contacts, one);
    }
    json_decref(root);
    return true;
}

static bool read_file(struct contacts *contacts, const char *path, struct err *err)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return err_sys(err, STATUS_USAGE, path);
    int first = getc(file);
    ungetc(first, file);
    bool ok = true;
    if (first == '{')
        ok = read_rdap(contacts, file, path, err);
    else
        read_lines(contacts, file);
    fclose(file);
    return ok;
}

static int compare_roles(const void *a, const void *b)
{
    const struct rpsl_role *x = a, *y = b;
    return str_compare(x->handle, y->handle);
}

/* Addresses in a network less one. */
static void size_of(const struct network *network, uint8_t *ret)
{
    int borrow = 0;
    for (unsigned i = 16; i-- > 0;) {
        int value = network->last.bytes[i] - network->first.bytes[i] - borrow;
        borrow = value < 0;
        ret[i] = (uint8_t)value;
    }
}

static int compare_networks(const void *a, const void *b)
{
    uint8_t x[16], y[16];
    size_of(a, x);
    size_of(b, y);
    int order = memcmp(x, y, sizeof x);
    return order ? order
                 : memcmp(((const struct network *)a)->first.bytes,
                          ((const struct network *)b)->first.bytes, 16);
}

static void join_roles(struct contacts *contacts)
{
    size_t count = 0;
    if (contacts->role_count)
        qsort(contacts->roles, contacts->role_count, sizeof *contacts->roles, compare_roles);
    for (size_t i = 0; i < contacts->network_count; i++) {
        struct network *network = &contacts->networks[i];
        struct rpsl_role key = {network->handle, {NULL, 0}};
        const struct rpsl_role *role =
            network->email.len || !contacts->role_count
                ? NULL
                : bsearch(&key, contacts->roles, contacts->role_count, sizeof key, compare_roles);
        if (role)
            network->email = role->email;
        if (network->email.len)
            contacts->networks[count++] = *network;
    }
    contacts->network_count = count;
    if (count)
        qsort(contacts->networks, count, sizeof *contacts->networks, compare_networks);
}

struct contacts *contacts_new(const struct list *files, struct err *err)
{
    struct contacts *contacts = xcalloc(1, sizeof *contacts);
    for (size_t i = 0; i < files->count; i++)
        if (!read_file(contacts, files->items[i], err)) {
            contacts_free(contacts);
            return NULL;
        }
    join_roles(contacts);
    return contacts;
}

struct contact contacts_find(const struct contacts *contacts, const struct ip *ip)
{
    for (size_t i = 0; i < contacts->network_count; i++) {
        const struct network *network = &contacts->networks[i];
        if (memcmp(network->first.bytes, ip->bytes, 16) <= 0 &&
            memcmp(ip->bytes, network->last.bytes, 16) <= 0)
            return (struct contact){network->text, network->email};
    }
    return (struct contact){{"", 0}, {"", 0}};
}

void contacts_free(struct contacts *contacts)
{
    if (!contacts)
        return;
    arena_free(&contacts->arena);
    free(contacts->networks);
    free(contacts->roles);
    free(contacts);
}
