/* Logs of two days, in which nobody has habits yet: who came late, and what tells that it is not
 * the owner. */
#include <stdio.h>

#include "testing.h"

static struct scene *two_days(void)
{
    struct scene *scene = scene_new(2 * DAY);
    scene_mail(
        scene,
        (struct mail){
            .who = "anna", .ip = "192.0.2.1", .at = HOUR, .every = 3 * HOUR, .count = 12, .to = 2});
    return scene;
}

/* One rented server, the account's own name, a bought list. */
static int test_blast(int at, int unknown, const char *roles)
{
    struct scene *scene = two_days();
    scene_mail(scene, (struct mail){.who = "anna",
                                    .ip = "20.1.1.1",
                                    .at = at,
                                    .every = 20,
                                    .count = 60,
                                    .to = 50,
                                    .fresh = true,
                                    .unknown = unknown,
                                    .spam = unknown ? 4 : 0});
    expect_roles(scene, "anna", roles);
    return scene_end(scene);
}

/* Many addresses, each a little, under the account's own name. */
static int test_crowd(int addresses, const char *verdict)
{
    struct scene *scene = two_days();
    for (int i = 0; i < addresses; i++) {
        char ip[32];
        snprintf(ip, sizeof ip, "%d.%d.1.1", 20 + i, 3 * i);
        scene_login(
            scene, (struct attempt){.who = "anna", .ip = ip, .at = 30 * HOUR + 40 * i, .ok = true});
        scene_mail(scene, (struct mail){.who = "anna",
                                        .ip = ip,
                                        .at = 30 * HOUR + 40 * i,
                                        .every = 600,
                                        .count = 4,
                                        .to = 12,
                                        .fresh = true,
                                        .unknown = 2,
                                        .spam = 2});
    }
    const struct account_report *anna = &scene_report(scene)->accounts[0];
    char got[64];
    snprintf(got, sizeof got, "%s %llu", verdict_name(anna->verdict),
             (unsigned long long)anna->foreign.messages);
    expect_text(scene, "crowd", got, verdict);
    return scene_end(scene);
}

int main(void)
{
    return (test_blast(30 * HOUR, 9, "attacker 20.1.1.1, owner 192.0.2.1") +
            test_blast(30 * HOUR, 0, "") +
            test_blast(2 * HOUR, 9, "unclear 20.1.1.1, owner 192.0.2.1") +
            test_crowd(40, "confirmed 160") + test_crowd(6, "likely 24") + test_crowd(2, "watch 0")) !=
           0;
}
