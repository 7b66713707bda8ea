/* What is not a stolen account: relays, programs, guessing. */
#include "testing.h"

static int test_relay(void)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene, (struct mail){.who = "anon:20.1.1.1",
                                    .ip = "20.1.1.1",
                                    .from = "x@d%d.test",
                                    .count = 4,
                                    .every = 1,
                                    .to = 3});
    expect_findings(scene, "open-relay likely anon:20.1.1.1 4 12");
    return scene_end(scene);
}

static int test_relay_for_all(void)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene, (struct mail){.who = "anon:20.1.1.1",
                                    .ip = "20.1.1.1",
                                    .from = "x@d%d.test",
                                    .count = 4,
                                    .every = 1,
                                    .to = 3});
    scene_mail(scene, (struct mail){
                          .who = "anon:30.1.1.1", .ip = "30.1.1.1", .from = "x@d.test", .at = 9});
    expect_findings(scene, "open-relay confirmed - 5 13");
    return scene_end(scene);
}

/* A customer's or an own machine that may send without a login, under our name or to us. */
static int test_no_relay(void)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene, (struct mail){.who = "anon:20.1.1.1",
                                    .ip = "20.1.1.1",
                                    .from = "printer@north.test",
                                    .count = 30,
                                    .every = 1});
    scene_mail(scene, (struct mail){.who = "anon:30.1.1.1",
                                    .ip = "30.1.1.1",
                                    .from = "x@d%d.test",
                                    .count = 30,
                                    .every = 1,
                                    .local = true});
    scene_mail(scene, (struct mail){.who = "net:10.0.0.9",
                                    .ip = "10.0.0.9",
                                    .from = "x@d%d.test",
                                    .count = 30,
                                    .every = 1});
    expect_findings(scene, "");
    return scene_end(scene);
}

static int test_injection(void)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(
        scene,
        (struct mail){.who = "uid:33@mx", .from = "x@d%d.test", .count = 12, .every = 1, .to = 20});
    scene_mail(scene, (struct mail){
                          .who = "uid:0@mx", .from = "root@north.test", .count = 60, .every = 1});
    /* a contact form: the visitor's name, our recipient */
    scene_mail(scene, (struct mail){.who = "uid:34@mx",
                                    .from = "visitor@d%d.test",
                                    .count = 20,
                                    .every = 60,
                                    .local = true});
    expect_findings(scene, "local-injection likely uid:33@mx 12 240");
    return scene_end(scene);
}

static int test_unnamed(void)
{
    static const char *const names[] = {"adam", "bela", "cleo", "dora", "egon"};
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene, (struct mail){.who = "adam", .ip = "192.0.2.1"});
    scene_mail(scene, (struct mail){.who = "zoe", .ip = "192.0.2.2"});
    for (int i = 0; i < 5; i++)
        scene_login(
            scene,
            (struct attempt){.who = names[i], .ip = i % 2 ? "20.1.1.1" : "30.1.1.1", .at = i * 10});
    for (int i = 0; i < 5; i++)
        scene_login(scene, (struct attempt){.who = names[i],
                                            .ip = i % 2 ? "30.1.1.1" : "20.1.1.1",
                                            .at = 100 + i * 10});
    scene_login(scene, (struct attempt){.ip = "20.1.1.1", .at = 200, .ok = true});
    expect_findings(scene, "credential-attack likely - 0 0");
    const struct finding *finding = scene_report(scene)->findings;
    expect_text(scene, "nobody is named", finding->accounts[0].account.ptr ? "named" : "not named",
                "not named");
    expect_text(scene, "guessing was seen to begin",
                finding->window.left_censored ? "perhaps earlier" : "yes", "yes");
    expect_text(scene, "candidates never refused", finding->unrefused_count == 1 ? "1" : "other",
                "1");
    bool zoe = finding->candidate_count == 2 && str_eq(finding->candidates[0], STR("zoe"));
    expect_text(scene, "first of two candidates is who was never refused there",
                zoe ? "zoe" : "somebody else", "zoe");
    expect_account(scene, "adam", "");
    expect_account(scene, "zoe", "");
    return scene_end(scene);
}

/* Everybody's own client that logs in and sends nothing is no attack. */
static int test_idle_login(void)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene, (struct mail){.who = "adam", .ip = "192.0.2.1"});
    scene_login(scene, (struct attempt){.who = "adam", .ip = "192.0.2.1", .at = 5});
    scene_login(scene, (struct attempt){.ip = "192.0.2.1", .at = 6, .ok = true});
    expect_findings(scene, "");
    return scene_end(scene);
}

int main(void)
{
    return (test_relay() + test_relay_for_all() + test_no_relay() + test_injection() +
            test_unnamed() + test_idle_login()) != 0;
}
