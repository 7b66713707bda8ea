/* --since and --until: what lies outside is habit, never evidence or a count. Where the log begins
 * in the middle. */
#include "testing.h"

enum { DAYS = 30, ATTACK = 20 };

/* A month of mail, and two days of low and slow misuse from the 20th day on. */
static struct scene *attacked_month(void)
{
    static const char *const ips[] = {"20.1.1.1", "30.1.1.1", "40.1.1.1", "50.1.1.1", "60.1.1.1"};
    struct scene *scene = scene_new(DAYS * DAY);
    for (int day = 0; day < DAYS; day++) {
        scene_mail(scene, (struct mail){.who = "anna",
                                        .ip = "192.0.2.1",
                                        .at = day * DAY + 9 * HOUR,
                                        .to = 3,
                                        .contact = day % 7});
        scene_login(
            scene, (struct attempt){.who = "anna", .ip = "192.0.2.1", .at = day * DAY, .ok = true});
    }
    for (int i = 0; i < 40; i++)
        scene_mail(scene, (struct mail){.who = "anna",
                                        .ip = ips[i % 5],
                                        .at = ATTACK * DAY + 10 * HOUR + i * 1200,
                                        .fresh = true,
                                        .to = 2});
    return scene;
}

static int test_habits_from_before(void)
{
    struct scene *scene = attacked_month();
    scene_limit(scene, ATTACK * DAY, (ATTACK + 1) * DAY);
    expect_account(scene, "anna",
                   "suspicious 33.7: S-07 14.0, C-04 8.0, S-02 8.0, S-01 3.0, S-05 0.7");
    expect_counts(scene, "anna", "41 messages 83 recipients 1 logins 0 failures 6 sources");
    return scene_end(scene);
}

static int test_misuse_outside(void)
{
    struct scene *after = attacked_month(), *before = attacked_month();
    scene_limit(after, 25 * DAY, DAYS * DAY);
    expect_account(after, "anna", "");
    expect_counts(after, "anna", "5 messages 15 recipients 5 logins 0 failures 1 sources");
    scene_limit(before, 0, 10 * DAY);
    expect_account(before, "anna", "");
    expect_counts(before, "anna", "10 messages 30 recipients 10 logins 0 failures 1 sources");
    return scene_end(after) + scene_end(before);
}

static int test_nothing_inside(void)
{
    struct scene *scene = attacked_month();
    scene_limit(scene, 2 * HOUR, 3 * HOUR);
    expect_account(scene, "anna", "");
    expect_counts(scene, "anna", "0 messages 0 recipients 0 logins 0 failures 0 sources");
    expect_text(scene, "totals",
                scene_report(scene)->totals.submitted.messages ||
                        scene_report(scene)->totals.sources
                    ? "something"
                    : "nothing",
                "nothing");
    return scene_end(scene);
}

/* Half of the relay and of the guessing lies before. */
static int test_findings(void)
{
    struct scene *scene = scene_new(10 * HOUR);
    scene_mail(scene, (struct mail){.who = "anon:20.1.1.1",
                                    .ip = "20.1.1.1",
                                    .from = "x@d%d.test",
                                    .count = 8,
                                    .every = HOUR,
                                    .to = 3});
    scene_login(scene, (struct attempt){.who = "anna", .ip = "30.1.1.1", .count = 20, .every = 1});
    scene_limit(scene, 4 * HOUR, 10 * HOUR);
    expect_findings(scene, "open-relay likely anon:20.1.1.1 4 12");
    return scene_end(scene);
}

/* Strangers' mail every so many seconds, beginning so late. */
static struct scene *scene_begun(int at, int every)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene, (struct mail){.who = "anna", .ip = "192.0.2.1", .at = 3000});
    scene_mail(scene, (struct mail){.who = "anna",
                                    .ip = "30.1.1.1",
                                    .from = "x@d%d.test",
                                    .at = at,
                                    .every = every,
                                    .count = 12,
                                    .to = 10,
                                    .fresh = true,
                                    .unknown = 6,
                                    .spam = 4});
    return scene;
}

static int test_cut(void)
{
    struct scene *running = scene_begun(6, 5), *begun = scene_begun(92, 1);
    expect_cut(running, "anna", true);
    expect_cut(begun, "anna", false);
    return scene_end(running) + scene_end(begun);
}

/* Who guesses first began in the log. */
static int test_guessed_in_log(void)
{
    struct scene *scene = scene_begun(60, 30);
    scene_login(
        scene, (struct attempt){.who = "anna", .ip = "30.1.1.1", .at = 5, .every = 2, .count = 20});
    scene_login(scene, (struct attempt){.who = "anna", .ip = "30.1.1.1", .at = 50, .ok = true});
    expect_cut(scene, "anna", false);
    return scene_end(scene);
}

int main(void)
{
    return test_habits_from_before() + test_misuse_outside() + test_nothing_inside() +
           test_findings() + test_cut() + test_guessed_in_log();
}
