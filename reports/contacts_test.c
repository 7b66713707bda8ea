/* Files as an operator may have them -> the contact of an address. */
#define _GNU_SOURCE /* mkdtemp */
#include "contacts.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct {
    const char *name, *text;
} files[] = {
    {"table.csv", "network,email\n28.249.0.0/16,abuse@big.test\r\n28.249.22.0/24,abuse@small.test\n"
                  "2001:db8::/32,abuse@six.test\nnonsense,abuse@x.test\n10.0.0.0/8,not an address\n"
                  "11.0.0.0/8,a@b.test;rm -rf\n"},
    {"rdap.json",
     "{\"startAddress\": \"30.48.0.0\", \"endAddress\": \"30.48.255.255\", \"entities\": "
     "[{\"roles\": [\"registrant\"], \"entities\": [{\"roles\": [\"abuse\"], \"vcardArray\": "
     "[\"vcard\", [[\"fn\", {}, \"text\", \"x\"], [\"email\", {}, \"text\", "
     "\"abuse@rdap.test\"]]]}]}]}"},
    {"ripe.inetnum",
     "% a dump\n\ninetnum:        71.21.0.0 - 71.21.255.255\nnetname: X\n"
     "abuse-c:        AR1-TEST\nsource: TEST\n\ninetnum: 71.53.0.0 - 71.53.255.255\n"
     "abuse-c: GONE-TEST\n\ninet6num: 2001:db9::/32\nabuse-mailbox: six@ripe.test\n"},
    {"ripe.role", "role: Abuse\nnic-hdl: AR1-TEST\nabuse-mailbox: abuse@ripe.test\n"},
};

static const struct {
    const char *ip, *email;
} wanted[] = {
    {"28.249.1.1", "abuse@big.test"},
    {"28.249.22.114", "abuse@small.test"},
    {"2001:db8::1", "abuse@six.test"},
    {"10.1.1.1", ""},
    {"11.1.1.1", ""},
    {"30.48.154.250", "abuse@rdap.test"},
    {"71.21.74.54", "abuse@ripe.test"},
    {"71.53.20.202", ""},
    {"2001:db9:1::1", "six@ripe.test"},
    {"192.0.2.1", ""},
};

static bool write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    return file && fputs(text, file) >= 0 && fclose(file) == 0;
}

static int check(const struct contacts *contacts)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        struct ip ip;
        struct str email = {"", 0};
        if (ip_parse(str_of(wanted[i].ip), &ip))
            email = contacts_find(contacts, &ip).email;
        if (str_eq(email, str_of(wanted[i].email)))
            continue;
        printf("%s: %.*s, wanted %s\n", wanted[i].ip, (int)email.len, email.ptr, wanted[i].email);
        failed = 1;
    }
    return failed;
}

int main(void)
{
    char folder[] = "/tmp/contacts-XXXXXX";
    const char *names[sizeof files / sizeof files[0]];
    struct err err = {0};
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 1;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        names[i] = files[i].name;
        if (!write_file(files[i].name, files[i].text))
            return 1;
    }
    struct list list = {names, sizeof files / sizeof files[0]};
    struct contacts *contacts = contacts_new(&list, &err);
    int failed = contacts ? check(contacts) : 1;
    contacts_free(contacts);
    const char *broken[] = {"broken.json"};
    if (!write_file("broken.json", "{") || contacts_new(&(struct list){broken, 1}, &err) ||
        err.status != STATUS_USAGE)
        failed = 1;
    unlink("broken.json");
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        unlink(files[i].name);
    rmdir(folder);
    return failed;
}
