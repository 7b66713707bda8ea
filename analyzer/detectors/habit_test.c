/* What only a long log shows: strange networks, new recipients, unusual hours. */
#include "testing.h"

#include <stdio.h>

enum { DAYS = 30 };

/* A person: two mails a day to a circle of acquaintances, from home and office. */
static struct scene *month_but(const char *who, int away, int back)
{
    struct scene *scene = scene_new(DAYS * DAY);
    for (int day = 0; day < DAYS; day++) {
        if (day >= away && day < back)
            continue;
        scene_mail(scene, (struct mail){.who = who,
                                        .ip = "192.0.2.1",
                                        .at = day * DAY + 9 * HOUR,
                                        .to = 3,
                                        .contact = day % 7});
        scene_mail(scene, (struct mail){.who = who,
                                        .ip = "198.51.100.1",
                                        .at = day * DAY + 19 * HOUR,
                                        .to = 2,
                                        .contact = day % 5});
    }
    return scene;
}

static struct scene *month(const char *who)
{
    return month_but(who, DAYS, DAYS);
}

static int test_quiet_month(void)
{
    struct scene *scene = month("anna");
    expect_account(scene, "anna", "");
    return scene_end(scene);
}

/* Three mails an hour to strangers, from networks of its own, under the account's own name. */
static int test_low_and_slow(void)
{
    struct scene *scene = month("anna");
    static const char *const ips[] = {"20.1.1.1", "30.1.1.1", "40.1.1.1", "50.1.1.1", "60.1.1.1"};
    for (int i = 0; i < 40; i++)
        scene_mail(scene, (struct mail){.who = "anna",
                                        .ip = ips[i % 5],
                                        .at = 20 * DAY + i * 1200,
                                        .fresh = true,
                                        .to = 2});
    expect_account(scene, "anna", "likely 35.7: S-07 14.0, S-04 9.0, C-04 8.0, S-02 4.0, S-05 0.7");
    expect_roles(scene, "anna",
                 "attacker 20.1.1.1, attacker 30.1.1.1, attacker 40.1.1.1, attacker 50.1.1.1, "
                 "attacker 60.1.1.1, owner 192.0.2.1, owner 198.51.100.1");
    return scene_end(scene);
}

/* On holiday: a strange network, the same people. */
static int test_travel(void)
{
    struct scene *scene = month("anna");
    scene_mail(
        scene,
        (struct mail){
            .who = "anna", .ip = "20.1.1.1", .at = 20 * DAY, .every = HOUR, .count = 30, .to = 3});
    expect_account(scene, "anna", "none 3.0: S-05 3.0");
    return scene_end(scene);
}

/* A salesman in a hotel: new customers, one place, nothing else. */
static int test_salesman(void)
{
    struct scene *scene = month_but("anna", 20, 22);
    scene_mail(scene, (struct mail){.who = "anna",
                                    .ip = "20.1.1.1",
                                    .at = 20 * DAY,
                                    .every = HOUR,
                                    .count = 40,
                                    .fresh = true});
    expect_account(scene, "anna", "watch 17.0: S-07 14.0, S-05 3.0");
    return scene_end(scene);
}

/* A new provider at home becomes familiar. */
static int test_moved(void)
{
    struct scene *scene = scene_new(DAYS * DAY);
    for (int day = 0; day < DAYS; day++)
        scene_mail(scene, (struct mail){.who = "anna",
                                        .ip = day < 15 ? "192.0.2.1" : "20.1.1.1",
                                        .at = day * DAY + 9 * HOUR,
                                        .to = 3,
                                        .contact = day % 7});
    expect_account(scene, "anna", "");
    return scene_end(scene);
}

static int test_burst(void)
{
    struct scene *scene = month("anna");
    scene_mail(scene, (struct mail){.who = "anna",
                                    .ip = "192.0.2.1",
                                    .at = 20 * DAY,
                                    .every = 10,
                                    .count = 100,
                                    .to = 20,
                                    .fresh = true});
    /* much mail from where it always comes from: bulk, not theft */
    expect_account(scene, "anna", "none 2.0: V-01 14.0, E-01 -12.0");
    return scene_end(scene);
}

/* The first mailing to an old list: many addresses are dead. */
static int test_old_list(void)
{
    struct scene *scene = month("anna");
    scene_mail(scene, (struct mail){.who = "anna",
                                    .ip = "192.0.2.1",
                                    .at = 20 * DAY,
                                    .every = 10,
                                    .count = 100,
                                    .to = 20,
                                    .fresh = true,
                                    .unknown = 4});
    expect_account(scene, "anna", "suspicious 22.0: V-01 14.0, R-01 8.0");
    expect_text(scene, "class", class_name(scene_report(scene)->accounts[0].class), "bulk-sender");
    return scene_end(scene);
}

static int test_weekly_newsletter(void)
{
    struct scene *scene = scene_new(DAYS * DAY);
    for (int week = 0; week < 4; week++)
        scene_mail(scene, (struct mail){.who = "news",
                                        .ip = "192.0.2.1",
                                        .at = week * 7 * DAY,
                                        .every = 10,
                                        .count = 6,
                                        .to = 50});
    expect_account(scene, "news", "");
    return scene_end(scene);
}

/* The owner's own machine sends under a crowd of names: infected, and its address is the owner's.
 */
static int test_infected(void)
{
    struct scene *scene = month("anna");
    scene_mail(scene, (struct mail){.who = "anna",
                                    .ip = "192.0.2.1",
                                    .at = 20 * DAY,
                                    .every = 10,
                                    .count = 100,
                                    .to = 6,
                                    .fresh = true,
                                    .from = "x@d%d.test",
                                    .unknown = 1,
                                    .spam = 1});
    expect_account(scene, "anna",
                   "likely 53.0: F-02 20.0, V-01 14.0, R-01 10.0, R-02 5.0, F-03 4.0, F-01 0.0");
    expect_text(scene, "class", class_name(scene_report(scene)->accounts[0].class),
                "infected-host");
    expect_roles(scene, "anna", "owner 192.0.2.1, owner 198.51.100.1");
    return scene_end(scene);
}

static int test_stolen(void)
{
    struct scene *scene = month("anna");
    scene_mail(scene, (struct mail){.who = "anna",
                                    .ip = "20.1.1.1",
                                    .at = 20 * DAY,
                                    .every = 10,
                                    .count = 100,
                                    .to = 20,
                                    .fresh = true,
                                    .unknown = 4,
                                    .spam = 4});
    expect_account(scene, "anna",
                   "confirmed 50.0: S-07 14.0, V-01 14.0, R-01 10.0, R-02 5.0, D-06 4.0, S-05 3.0");
    expect_window(scene, "anna", "access 1728000 abuse 1728000 last_accept 1728990");
    return scene_end(scene);
}

/* A telephone, elsewhere in its provider's network every day: new people now and then. */
static int test_wandering_telephone(void)
{
    struct scene *scene = month("anna");
    for (int day = 0; day < DAYS; day++) {
        char ip[40];
        snprintf(ip, sizeof ip, "100.10.%d.1", day);
        scene_mail(
            scene,
            (struct mail){
                .who = "anna", .ip = ip, .at = day * DAY + 12 * HOUR, .to = 4, .fresh = true});
    }
    expect_account(scene, "anna", "");
    return scene_end(scene);
}

/* The owner hardly writes, but reads her mail; the thief only writes, a little every day. */
static int test_reader_knows_home(void)
{
    struct scene *scene = scene_new(DAYS * DAY);
    for (int day = 0; day < DAYS; day++)
        scene_login(scene, (struct attempt){.who = "anna",
                                            .ip = "192.0.2.1",
                                            .at = day * DAY + 9 * HOUR,
                                            .every = HOUR,
                                            .count = 3,
                                            .ok = true,
                                            .service = SERVICE_IMAP});
    for (int day = 10; day < 18; day++)
        scene_mail(scene, (struct mail){.who = "anna",
                                        .ip = "20.1.1.1",
                                        .at = day * DAY + 10 * HOUR,
                                        .every = HOUR,
                                        .count = 4,
                                        .fresh = true});
    expect_account(scene, "anna", "suspicious 24.5: S-07 14.0, S-04 9.0, S-05 1.5");
    expect_roles(scene, "anna", "attacker 20.1.1.1, owner 192.0.2.1");
    return scene_end(scene);
}

int main(void)
{
    int failures = test_quiet_month() + test_low_and_slow() + test_travel() + test_salesman() +
                   test_moved() + test_burst();
    failures += test_old_list() + test_weekly_newsletter() + test_infected() + test_stolen();
    failures += test_wandering_telephone() + test_reader_knows_home();
    return failures != 0;
}
