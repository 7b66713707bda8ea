/* Addresses as logs spell them, and what they are called in every report. */
#include "ip.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *text, *expected; /* "no": no address */
} addresses[] = {
    {"192.0.2.1", "192.0.2.1"},
    {"255.255.255.255", "255.255.255.255"},
    {"::ffff:192.0.2.1", "192.0.2.1"},
    {"::FFFF:192.0.2.1", "192.0.2.1"},
    {"::ffff:c000:201", "192.0.2.1"},
    {"IPv6:::ffff:192.0.2.1", "192.0.2.1"},
    {"IPv6:2001:db8::1", "2001:db8::1"},
    {"ipv6:2001:DB8::1", "2001:db8::1"},
    {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
    {"fe80::1%eth0", "fe80::1"},
    {"fe80::1%25eth0", "fe80::1"},
    {"::1", "::1"},
    {"::", "::"},
    {"192.0.2", "no"},
    {"192.0.2.256", "no"},
    {"192.0.2.1.", "no"},
    {"192.0.2.1 ", "no"},
    {" 192.0.2.1", "no"},
    {"192.0.2.0001", "no"},
    {"192.0.2.-1", "no"},
    {"192..2.1", "no"},
    {"1:2", "no"},
    {"2001:db8::1::2", "no"},
    {"unknown", "no"},
    {"", "no"},
    {":", "no"},
    {"%eth0", "no"},
    {"IPv6:", "no"},
    {"2001:db8::12345", "no"},
    {"2001:db8:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa::1", "no"},
};

static int check_addresses(void)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct ip ip;
        char text[IP_TEXT];
        struct str found =
            ip_parse(str_of(addresses[i].text), &ip) ? ip_text(&ip, text) : STR("no");
        if (str_eq(found, str_of(addresses[i].expected)))
            continue;
        printf("address:  %s\nexpected: %s\nfound:    %.*s\n\n", addresses[i].text,
               addresses[i].expected, (int)found.len, found.ptr);
        failed++;
    }
    return failed;
}

static const struct {
    const char *text;
    bool loopback, private_net, v4;
} kinds[] = {
    {"127.0.0.1", true, false, true},     {"127.255.255.255", true, false, true},
    {"128.0.0.1", false, false, true},    {"::1", true, false, false},
    {"::2", false, false, false},         {"::ffff:127.0.0.1", true, false, true},
    {"10.0.0.1", false, true, true},      {"11.0.0.1", false, false, true},
    {"172.15.0.1", false, false, true},   {"172.16.0.1", false, true, true},
    {"172.31.255.1", false, true, true},  {"172.32.0.1", false, false, true},
    {"192.168.0.1", false, true, true},   {"192.169.0.1", false, false, true},
    {"100.63.0.1", false, false, true},   {"100.64.0.1", false, true, true},
    {"100.127.0.1", false, true, true},   {"100.128.0.1", false, false, true},
    {"169.254.1.1", false, true, true},   {"169.255.1.1", false, false, true},
    {"192.0.2.1", false, false, true},    {"198.18.0.1", false, false, true},
    {"2001:db8::1", false, false, false}, {"fc00::1", false, true, false},
    {"fdff::1", false, true, false},      {"fe00::1", false, false, false},
    {"fe80::1", false, true, false},      {"febf::1", false, true, false},
    {"fec0::1", false, false, false},
};

static int check_kinds(void)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct ip ip;
        if (ip_parse(str_of(kinds[i].text), &ip) && ip_is_loopback(&ip) == kinds[i].loopback &&
            ip_is_private(&ip) == kinds[i].private_net && ip_is_v4(&ip) == kinds[i].v4)
            continue;
        printf("%s: loopback, private or version is wrong\n", kinds[i].text);
        failed++;
    }
    return failed;
}

static const struct {
    const char *net, *ip;
    bool has; /* net "no net": does not parse */
} nets[] = {
    {"192.0.2.0/24", "192.0.2.255", true},
    {"192.0.2.0/24", "192.0.3.0", false},
    {"192.0.2.128/25", "192.0.2.127", false},
    {"192.0.2.128/25", "192.0.2.128", true},
    {"192.0.2.1", "192.0.2.1", true},
    {"192.0.2.1", "192.0.2.2", false},
    {"192.0.2.1/32", "192.0.2.1", true},
    {"0.0.0.0/0", "203.0.113.9", true},
    {"0.0.0.0/0", "2001:db8::1", false},
    {"2001:db8::/32", "2001:db8:ffff::1", true},
    {"2001:db8::/33", "2001:db8:8000::1", false},
    {"::/0", "2001:db8::1", true},
    {"192.0.2.7/24", "192.0.2.200", true},
};

static int check_nets(void)
{
    static const char *const none[] = {
        "192.0.2.0/33", "2001:db8::/129", "192.0.2.0/", "192.0.2.0/x", "/24", "", "192.0.2.0/-1"};
    int failed = 0;
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        struct cidr cidr;
        struct ip ip;
        if (cidr_parse(str_of(nets[i].net), &cidr) && ip_parse(str_of(nets[i].ip), &ip) &&
            cidr_has(&cidr, &ip) == nets[i].has)
            continue;
        printf("%s %s %s: wrong\n", nets[i].net, nets[i].has ? "has" : "has not", nets[i].ip);
        failed++;
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct cidr cidr;
        if (cidr_parse(str_of(none[i]), &cidr)) {
            printf("'%s' is taken for a network\n", none[i]);
            failed++;
        }
    }
    return failed;
}

static int check_network(const char *a, const char *b, bool same)
{
    struct ip x, y;
    if (ip_parse(str_of(a), &x) && ip_parse(str_of(b), &y) &&
        (ip_network(&x, 16, 48) == ip_network(&y, 16, 48)) == same)
        return 0;
    printf("%s and %s share %s network\n", a, b, same ? "no" : "a");
    return 1;
}

int main(void)
{
    int failed = check_addresses() + check_kinds() + check_nets();
    failed += check_network("192.0.2.1", "192.0.77.1", true);
    failed += check_network("192.0.2.1", "192.1.2.1", false);
    failed += check_network("2001:db8:1:2::1", "2001:db8:1:3::1", true);
    failed += check_network("2001:db8:1:2::1", "2001:db8:2:2::1", false);
    failed += check_network("0.0.0.1", "::5", false);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
