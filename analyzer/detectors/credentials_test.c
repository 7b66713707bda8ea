/* C: guessed, sprayed, checked passwords; forgotten ones. */
#include "testing.h"

static const char *const names[] = {"adam", "bela", "cleo", "dora", "egon", "fred",
                                    "gina", "hugo", "ines", "jost", "kurt", "lena"};

static int test_guessed(void)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene, (struct mail){.who = "anna", .ip = "192.0.2.1", .count = 3, .every = 900});
    scene_login(scene, (struct attempt){
                           .who = "anna", .ip = "20.1.1.1", .at = 100, .every = 2, .count = 9});
    scene_login(scene, (struct attempt){.who = "anna", .ip = "20.1.1.1", .at = 130, .ok = true});
    scene_mail(scene, (struct mail){.who = "anna",
                                    .ip = "20.1.1.1",
                                    .from = "x@d%d.test",
                                    .at = 140,
                                    .every = 1,
                                    .count = 30,
                                    .to = 4});
    expect_account(scene, "anna",
                   "suspicious 34.0: F-02 20.0, C-01 6.0, F-03 4.0, V-01 4.0, F-01 0.0");
    expect_roles(scene, "anna", "attacker 20.1.1.1, owner 192.0.2.1");
    expect_window(scene, "anna", "guess 100 access 130 abuse 140 last_accept 169");
    return scene_end(scene);
}

/* Guessed, and the mailbox read; nothing is sent. */
static struct scene *scene_read(const char *ip, int guesses)
{
    struct scene *scene = scene_new(HOUR);
    scene_mail(scene, (struct mail){.who = "anna", .ip = "192.0.2.1", .count = 3, .every = 900});
    scene_login(scene,
                (struct attempt){.who = "anna", .ip = ip, .at = 100, .every = 2, .count = guesses});
    scene_login(
        scene,
        (struct attempt){.who = "anna", .ip = ip, .at = 160, .ok = true, .service = SERVICE_IMAP});
    return scene;
}

static int test_read(void)
{
    struct scene *stranger = scene_read("20.1.1.1", 12), *slips = scene_read("20.1.1.1", 4),
                 *owner = scene_read("192.0.2.1", 12);
    expect_account(stranger, "anna", "suspicious 12.0: C-01 6.0, X-04 6.0");
    expect_roles(stranger, "anna", "attacker 20.1.1.1, owner 192.0.2.1");
    bool opened = scene_report(stranger)->accounts[0].mailbox.opened == 1;
    expect_text(stranger, "mailbox", opened ? "opened" : "not opened", "opened");
    expect_account(slips, "anna", "");
    expect_account(owner, "anna", "none 6.0: C-01 6.0");
    return scene_end(stranger) + scene_end(slips) + scene_end(owner);
}

static int test_forgotten(void)
{
    struct scene *scene = scene_new(HOUR);
    scene_login(scene, (struct attempt){
                           .who = "olaf", .ip = "192.0.2.1", .at = 10, .every = 9, .count = 4});
    scene_login(scene, (struct attempt){.who = "olaf", .ip = "192.0.2.1", .at = 90, .ok = true});
    scene_mail(scene,
               (struct mail){.who = "olaf", .ip = "192.0.2.1", .at = 91, .count = 2, .every = 60});
    expect_account(scene, "olaf", "");
    return scene_end(scene);
}

/* Where the owner has worked for weeks even twenty failures are his own. */
static int test_forgotten_at_home(void)
{
    struct scene *scene = scene_new(20 * DAY);
    scene_mail(
        scene,
        (struct mail){.who = "olaf", .ip = "192.0.2.1", .every = DAY / 2, .count = 38, .to = 2});
    scene_login(scene,
                (struct attempt){
                    .who = "olaf", .ip = "192.0.2.1", .at = 15 * DAY, .every = 9, .count = 25});
    scene_login(scene, (struct attempt){
                           .who = "olaf", .ip = "192.0.2.1", .at = 15 * DAY + 400, .ok = true});
    expect_account(scene, "olaf", "");
    return scene_end(scene);
}

static int test_sprayed(void)
{
    struct scene *scene = scene_new(HOUR);
    for (int i = 0; i < 12; i++)
        scene_login(scene, (struct attempt){.who = names[i], .ip = "20.1.1.1", .at = i});
    scene_login(
        scene, (struct attempt){
                   .who = "anna", .ip = "20.1.1.1", .at = 20, .ok = true, .service = SERVICE_IMAP});
    scene_mail(scene,
               (struct mail){.who = "anna", .ip = "192.0.2.1", .at = 5, .count = 3, .every = 60});
    expect_account(scene, "anna", "watch 18.0: C-02 16.0, C-05 2.0");
    expect_findings(scene, "credential-attack likely - 0 0");
    return scene_end(scene);
}

/* Eight users of one address mistype their passwords and get in. */
static int test_office(void)
{
    struct scene *scene = scene_new(HOUR);
    for (int i = 0; i < 8; i++) {
        scene_login(scene, (struct attempt){.who = names[i], .ip = "80.1.1.1", .at = i});
        scene_login(scene,
                    (struct attempt){.who = names[i], .ip = "80.1.1.1", .at = 60 + i, .ok = true});
        scene_mail(scene,
                   (struct mail){
                       .who = names[i], .ip = "80.1.1.1", .at = 70 + i, .count = 3, .every = 99});
    }
    for (int i = 0; i < 8; i++)
        expect_account(scene, names[i], "");
    expect_findings(scene, "");
    return scene_end(scene);
}

static int test_crowd(void)
{
    struct scene *scene = scene_new(HOUR);
    for (int i = 0; i < 12; i++) {
        char ip[40];
        struct attempt attempt = {.who = "anna", .ip = ip, .at = i * 60};
        ip[0] = '\0';
        strcat(strcat(ip, (const char *[]){"20", "21", "22", "23", "24", "25", "26", "27", "28",
                                           "29", "30", "31"}[i]),
               ".1.1.1");
        scene_login(scene, attempt);
    }
    scene_mail(scene, (struct mail){.who = "anna", .ip = "192.0.2.1", .count = 3, .every = 900});
    scene_login(scene, (struct attempt){.who = "anna", .ip = "20.1.1.1", .at = 900, .ok = true});
    scene_mail(scene, (struct mail){.who = "anna",
                                    .ip = "20.1.1.1",
                                    .from = "x@d%d.test",
                                    .at = 901,
                                    .every = 1,
                                    .count = 3});
    /* guessed at the account and nowhere else: they only tried */
    expect_account(scene, "anna",
                   "likely 39.5: F-02 14.0, C-03 12.0, S-04 9.0, C-01 3.0, F-01 1.5");
    return scene_end(scene);
}

static struct scene *scene_checked(const char *guesser)
{
    static const char *const strangers[] = {"20.1.1.1", "21.1.1.1", "22.1.1.1"};
    struct scene *scene = scene_new(HOUR);
    if (guesser)
        scene_login(scene, (struct attempt){.ip = guesser, .at = 100, .every = 2, .count = 9});
    scene_mail(scene, (struct mail){.who = "anna", .ip = "192.0.2.1", .count = 3, .every = 900});
    for (int i = 0; i < 3; i++)
        scene_mail(scene, (struct mail){.who = "anna",
                                        .ip = strangers[i],
                                        .from = "x@d%d.test",
                                        .at = 140 + 60 * i,
                                        .every = 1,
                                        .count = i ? 9 : 1});
    return scene;
}

/* A failure that the log gives no name may have been a guess at whoever is let in there. */
static int test_checked(void)
{
    struct scene *known = scene_checked(NULL), *guessed = scene_checked("20.1.1.1"),
                 *elsewhere = scene_checked("30.1.1.1");
    const char *said = "20.1.1.1 knew the password at the first try; 2 more strange addresses used "
                       "it within 72 hours; usual: 0";
    expect_evidence(known, "anna", "C-04", said);
    expect_evidence(guessed, "anna", "C-04", "");
    expect_evidence(elsewhere, "anna", "C-04", said);
    return scene_end(known) + scene_end(guessed) + scene_end(elsewhere);
}

int main(void)
{
    return (test_guessed() + test_read() + test_forgotten() + test_forgotten_at_home() +
            test_sprayed() + test_office() + test_crowd() + test_checked()) != 0;
}
