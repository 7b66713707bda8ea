/* F: forged senders, and those that only look so. */
#include "testing.h"

static int test_number_of_domains(void)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene,
               (struct mail){
                   .who = "one", .ip = "192.0.2.1", .from = "a@bank.test", .count = 4, .every = 9});
    scene_mail(scene,
               (struct mail){
                   .who = "two", .ip = "192.0.2.2", .from = "a@d%d.test", .count = 2, .every = 9});
    scene_mail(
        scene,
        (struct mail){
            .who = "three", .ip = "192.0.2.3", .from = "a@d%d.test", .count = 3, .every = 9});
    scene_mail(scene,
               (struct mail){
                   .who = "ten", .ip = "192.0.2.4", .from = "a@d%d.test", .count = 10, .every = 9});
    expect_account(scene, "one", ""); /* all it ever sends: its own domain */
    expect_account(scene, "two", "none 9.5: F-02 8.0, F-01 1.5");
    expect_account(scene, "three", "watch 15.5: F-02 14.0, F-01 1.5");
    expect_account(scene, "ten", "suspicious 24.0: F-02 20.0, F-01 4.0, F-03 0.0");
    return scene_end(scene);
}

/* Three names of one business: odd, but no crowd; and where they come from is no attacker's place
 * for that alone. */
static int test_three_names(void)
{
    static const char *one[] = {"shop"};
    struct scene *scene = scene_new(HOUR);
    scene_settings(scene)->accounts = (struct list){one, 1};
    static const char *const from[] = {"info@a.test", "sales@a.test", "info@b.test", "me@b.test",
                                       "me@c.test"};
    for (int i = 0; i < 5; i++)
        scene_mail(scene, (struct mail){.who = "shop",
                                        .ip = "192.0.2.3",
                                        .from = from[i],
                                        .at = i * 60,
                                        .count = 2,
                                        .every = 400});
    expect_account(scene, "shop", "watch 20.0: F-02 14.0, F-01 4.0, F-03 2.0");
    expect_roles(scene, "shop", "unclear 192.0.2.3");
    return scene_end(scene);
}

static int test_own_shop(void)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene, (struct mail){.who = "lukas", .ip = "192.0.2.1", .count = 4, .every = 60});
    scene_mail(scene, (struct mail){.who = "lukas",
                                    .ip = "192.0.2.1",
                                    .from = "me@lukas-shop.test",
                                    .count = 9,
                                    .every = 60,
                                    .at = 30});
    scene_mail(scene,
               (struct mail){
                   .who = "lukas", .ip = "198.51.100.7", .from = "me@lukas-shop.test", .at = 900});
    expect_account(scene, "lukas", "");
    return scene_end(scene);
}

/* The same domain from many networks that never send as the account itself. */
static int test_stolen_not_owned(void)
{
    struct scene *scene = scene_new(HOUR);
    const char *const ips[] = {"20.1.1.1", "30.1.1.1", "40.1.1.1",
                               "50.1.1.1", "60.1.1.1", "70.1.1.1"};
    scene_mail(scene, (struct mail){.who = "irene", .ip = "192.0.2.1", .count = 4, .every = 300});
    for (int i = 0; i < 6; i++)
        scene_mail(scene, (struct mail){.who = "irene",
                                        .ip = ips[i],
                                        .from = "s@bank.test",
                                        .at = 100 + i,
                                        .every = 500,
                                        .count = 2});
    expect_account(scene, "irene", "suspicious 29.0: S-04 9.0, F-01 8.0, C-04 8.0, S-02 4.0");
    expect_roles(scene, "irene",
                 "attacker 20.1.1.1, attacker 30.1.1.1, attacker 40.1.1.1, attacker 50.1.1.1, "
                 "attacker 60.1.1.1, attacker 70.1.1.1, "
                 "owner 192.0.2.1");
    return scene_end(scene);
}

static int test_identity_given(void)
{
    static struct pair given[] = {{"ten", "a@bank.test"}};
    struct scene *scene = scene_new(HOUR);
    scene_settings(scene)->identities = (struct pairs){given, 1};
    scene_mail(scene, (struct mail){.who = "ten", .ip = "192.0.2.4", .count = 2, .every = 60});
    for (int i = 0; i < 5; i++)
        scene_mail(scene, (struct mail){.who = "ten",
                                        .ip = i % 2 ? "20.1.1.1" : "40.1.1.1",
                                        .from = "a@bank.test",
                                        .at = i,
                                        .every = 60,
                                        .count = 3});
    expect_account(scene, "ten", "");
    return scene_end(scene);
}

static int test_lists_and_subdomains(void)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene, (struct mail){.who = "lists",
                                    .ip = "192.0.2.1",
                                    .from = "lists-bounces+u%d=gmx.test@lists.north.test",
                                    .header = "poster.test",
                                    .count = 60,
                                    .every = 5});
    scene_mail(scene, (struct mail){
                          .who = "reader", .ip = "192.0.2.2", .from = "", .count = 5, .every = 60});
    expect_account(scene, "lists", "none -8.0: V-01 4.0, E-01 -12.0");
    expect_account(scene, "reader", "");
    return scene_end(scene);
}

static int test_addresses(void)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene,
               (struct mail){
                   .who = "kit", .ip = "192.0.2.1", .from = "%d@d.test", .count = 30, .every = 5});
    scene_mail(scene,
               (struct mail){.who = "kit", .ip = "20.0.2.1", .from = "a@e.test", .every = 5});
    expect_account(scene, "kit", "watch 12.0: F-01 8.0, F-02 4.0");
    return scene_end(scene);
}

static int test_colleagues(void)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene, (struct mail){.who = "bob", .ip = "192.0.2.1"});
    scene_mail(scene, (struct mail){.who = "carl", .ip = "192.0.2.2"});
    scene_mail(scene, (struct mail){.who = "dora", .ip = "192.0.2.3"});
    /* From the owner's own address it is delegation, ... */
    scene_mail(scene, (struct mail){.who = "anna", .ip = "192.0.2.4"});
    scene_mail(scene,
               (struct mail){.who = "anna", .ip = "192.0.2.4", .from = "bob@north.test", .at = 9});
    /* ... from an address that sprays, fraud. */
    for (int i = 0; i < 6; i++)
        scene_login(scene,
                    (struct attempt){.who = (const char *[]){"u", "v", "w", "x", "y", "z"}[i],
                                     .ip = "20.1.1.1",
                                     .at = i});
    const char *const as[] = {"bob@north.test", "carl@north.test", "dora@north.test"};
    for (int i = 0; i < 3; i++)
        scene_mail(scene,
                   (struct mail){.who = "eve", .ip = "20.1.1.1", .from = as[i], .at = 60 + i});
    scene_login(scene, (struct attempt){.who = "eve", .ip = "20.1.1.1", .at = 59, .ok = true});
    expect_account(scene, "anna", "");
    expect_account(scene, "eve", "suspicious 28.0: C-02 16.0, F-04 10.0, C-05 2.0");
    return scene_end(scene);
}

static int test_refused_senders(void)
{
    struct scene *scene = scene_new(HOUR);
    for (int i = 0; i < 4; i++)
        scene_refuse(scene, "slip", "192.0.2.1", "other@north.test", i, REASON_NOT_OWNER);
    for (int i = 0; i < 4; i++)
        scene_refuse(scene, "kit", "20.0.2.1", i ? "x@a.test" : "y@b.test", i, REASON_NOT_OWNER);
    scene_mail(scene, (struct mail){.who = "slip", .ip = "192.0.2.1"});
    scene_mail(scene, (struct mail){.who = "kit", .ip = "20.0.2.1"});
    expect_account(scene, "slip", "");
    expect_account(scene, "kit", "none 8.0: F-05 8.0");
    return scene_end(scene);
}

/* Counted by registrable domain, named as written. */
static int test_names(void)
{
    struct scene *scene = scene_new(HOUR);
    for (int i = 0; i < 3; i++)
        scene_mail(scene, (struct mail){.who = "anna",
                                        .ip = "20.1.1.1",
                                        .from = i == 0   ? "x@shop.one.test"
                                                : i == 1 ? "x@mail.one.test"
                                                         : "x@two.test",
                                        .at = i});
    expect_evidence(scene, "anna", "F-02",
                    "sent as 2 foreign domains within a day (shop.one.test, two.test); of its own: "
                    "0");
    return scene_end(scene);
}

int main(void)
{
    int failures = test_names() + test_number_of_domains() + test_three_names() + test_own_shop() +
                   test_stolen_not_owned() + test_identity_given();
    failures +=
        test_lists_and_subdomains() + test_addresses() + test_colleagues() + test_refused_senders();
    return failures != 0;
}
