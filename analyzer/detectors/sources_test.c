/* S and roles: many places, two places at once; roamers, telephones, hidden places. */
#include "testing.h"

#include <stdio.h>

static void mail_from(struct scene *scene, const char *who, int number, int at, const char *from)
{
    char ip[40];
    snprintf(ip, sizeof ip, "%d.1.1.1", 20 + number);
    scene_mail(scene, (struct mail){.who = who, .ip = ip, .at = at, .from = from});
}

static int test_many_networks(void)
{
    struct scene *scene = scene_new(HOUR);
    for (int i = 0; i < 24; i++) {
        if (i < 3)
            mail_from(scene, "three", i, i * 60, NULL);
        if (i < 4)
            mail_from(scene, "roamer", i, i * 60, NULL);
        if (i < 12)
            mail_from(scene, "hopper", i, i * 60, NULL);
        mail_from(scene, "tor", i, i * 60, NULL);
    }
    expect_account(scene, "three", "");
    expect_account(scene, "roamer", "none 8.0: S-02 8.0");
    /* places alone never make more than watch */
    expect_account(scene, "hopper", "watch 13.0: S-02 10.0, S-01 3.0");
    expect_account(scene, "tor", "watch 15.0: S-02 12.0, S-01 3.0");
    expect_findings(scene, "");
    return scene_end(scene);
}

/* A telephone: many addresses, one provider. */
static int test_one_provider(void)
{
    struct scene *scene = scene_new(HOUR);
    for (int i = 0; i < 15; i++) {
        char ip[40], name[60];
        snprintf(ip, sizeof ip, "100.%d.1.1", 10 + i % 3);
        snprintf(name, sizeof name, "cell%d.mobile.test", i % 3);
        scene_mail(scene, (struct mail){.who = "ruth", .ip = ip, .at = i * 60});
        scene_name(scene, ip, name);
    }
    expect_account(scene, "ruth", "");
    return scene_end(scene);
}

static int test_hidden(void)
{
    static const char *const users[] = {"adam", "bela", "cleo", "dora", "egon", "fred"};
    struct scene *scene = scene_new(HOUR);
    for (int i = 0; i < 6; i++) {
        scene_login(scene,
                    (struct attempt){.who = users[i], .ip = "172.22.1.1", .at = i, .ok = true});
        scene_mail(
            scene,
            (struct mail){.who = users[i], .ip = "172.22.1.1", .at = i, .count = 2, .every = 60});
        scene_login(scene,
                    (struct attempt){.who = (const char *[]){"u", "v", "w", "x", "y", "z"}[i],
                                     .ip = "172.22.1.1",
                                     .at = 99 + i});
    }
    scene_mail(scene, (struct mail){.who = "adam",
                                    .ip = "172.22.1.1",
                                    .from = "x@d%d.test",
                                    .at = 100,
                                    .every = 1,
                                    .count = 60,
                                    .to = 5,
                                    .fresh = true,
                                    .unknown = 2});
    /* Misused, but by whom cannot be seen: nobody is called an attacker. */
    expect_account(scene, "adam",
                   "likely 41.0: F-02 20.0, R-01 10.0, V-01 7.0, F-03 4.0, F-01 0.0");
    expect_roles(scene, "adam", "infrastructure 172.22.1.1");
    expect_findings(scene, "hidden-source none - 0 0");
    return scene_end(scene);
}

static int test_only_guessed(void)
{
    struct scene *scene = scene_new(HOUR);
    static const char *one[] = {"owner"};
    scene_settings(scene)->accounts = (struct list){one, 1};
    scene_mail(scene, (struct mail){.who = "owner", .ip = "192.0.2.1", .count = 3, .every = 60});
    scene_name(scene, "192.0.2.1", "a.mobile.test");
    scene_login(scene, (struct attempt){
                           .who = "owner", .ip = "20.1.1.1", .at = 60, .count = 6, .every = 5});
    scene_login(scene, (struct attempt){.who = "owner", .ip = "30.1.1.1", .at = 60});
    scene_login(scene, (struct attempt){
                           .who = "owner", .ip = "40.1.1.1", .at = 60, .count = 9, .every = 300});
    scene_name(scene, "40.1.1.1", "b.mobile.test"); /* his telephone, with the old password */
    expect_account(scene, "owner", "");
    expect_roles(scene, "owner",
                 "attacker 20.1.1.1, unclear 30.1.1.1, unclear 40.1.1.1, owner 192.0.2.1");
    return scene_end(scene);
}

static int test_contained(void)
{
    struct scene *scene = scene_new(6 * HOUR);
    scene_mail(scene, (struct mail){.who = "anna", .ip = "192.0.2.1", .count = 3, .every = 60});
    for (int i = 0; i < 4; i++) {
        char ip[40];
        snprintf(ip, sizeof ip, "%d.1.1.1", 20 + i);
        scene_login(scene,
                    (struct attempt){.who = "anna", .ip = ip, .at = 2 * HOUR + i, .ok = true});
        scene_mail(scene, (struct mail){.who = "anna",
                                        .ip = ip,
                                        .from = "x@d%d.test",
                                        .at = 2 * HOUR + 1200 + i,
                                        .every = 9,
                                        .count = 40,
                                        .to = 3});
        scene_login(scene, (struct attempt){.who = "anna", .ip = ip, .at = 4 * HOUR + i});
    }
    scene_mail(
        scene,
        (struct mail){.who = "anna", .ip = "20.1.1.1", .from = "x@d1.test", .at = 2 * HOUR + 5});
    expect_account(scene, "anna",
                   "likely 47.0: F-02 20.0, C-04 8.0, S-02 8.0, V-01 7.0, F-03 4.0, F-01 0.0");
    expect_window(scene, "anna",
                  "access 7200 test 7205 abuse 8400 last_accept 8754 containment 14400");
    return scene_end(scene);
}

int main(void)
{
    return (test_many_networks() + test_one_provider() + test_hidden() + test_only_guessed() +
            test_contained()) != 0;
}
