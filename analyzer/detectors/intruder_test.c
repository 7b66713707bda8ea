/* X, D, M, G: who reads, whom he writes to, with what, and where else he was. */
#include "testing.h"

enum { DAYS = 28, PROGRAM = 7, OTHER_PROGRAM = 9 };

/* Two mails a day to a circle of acquaintances, and mail read three times a day, from home. */
static struct scene *month(const char *who)
{
    struct scene *scene = scene_new(DAYS * DAY);
    for (int day = 0; day < DAYS; day++) {
        scene_mail(scene, (struct mail){.who = who,
                                        .ip = "192.0.2.1",
                                        .at = day * DAY + 9 * HOUR,
                                        .every = 5 * HOUR,
                                        .count = 2,
                                        .to = 4,
                                        .contact = day % 7 * 4,
                                        .shape = PROGRAM,
                                        .size = 5000 + day * 1000});
        scene_login(scene, (struct attempt){.who = who,
                                            .ip = "192.0.2.1",
                                            .at = day * DAY + 8 * HOUR,
                                            .every = 4 * HOUR,
                                            .count = 3,
                                            .ok = true,
                                            .bytes = 40000,
                                            .service = SERVICE_IMAP});
    }
    return scene;
}

static int test_stranded(void)
{
    struct scene *scene = month("anna");
    scene_mail(
        scene,
        (struct mail){.who = "anna", .ip = "20.1.1.1", .at = 20 * DAY, .to = 28, .shape = PROGRAM});
    expect_evidence(scene, "anna", "D-08",
                    "from networks not its own within an hour to 28 of the 28 it ever wrote to");
    expect_roles(scene, "anna", "attacker 20.1.1.1, owner 192.0.2.1");
    return scene_end(scene);
}

static int test_colleagues(void)
{
    struct scene *scene = month("anna");
    scene_mail(scene, (struct mail){.who = "anna",
                                    .ip = "20.1.1.1",
                                    .at = 20 * DAY,
                                    .every = MINUTE,
                                    .count = 12,
                                    .to = 5,
                                    .fresh = true,
                                    .local = true,
                                    .shape = OTHER_PROGRAM});
    expect_evidence(scene, "anna", "D-09",
                    "from networks not its own within a day to 60 people of this server; else at "
                    "most 0");
    expect_evidence(scene, "anna", "M-02",
                    "12 of 12 messages have Message-IDs of a program that the account did not use "
                    "in its own 56 messages");
    return scene_end(scene);
}

static int test_own_program_abroad(void)
{
    struct scene *scene = month("anna");
    scene_mail(scene, (struct mail){.who = "anna",
                                    .ip = "20.1.1.1",
                                    .at = 20 * DAY,
                                    .every = HOUR,
                                    .count = 8,
                                    .contact = 3,
                                    .shape = PROGRAM});
    expect_account(scene, "anna", "none -1.0: S-05 3.0, E-03 -4.0");
    return scene_end(scene);
}

static struct attempt reading(int at, int bytes)
{
    return (struct attempt){.who = "anna",
                            .ip = "20.1.1.1",
                            .at = at,
                            .every = 30 * HOUR,
                            .count = 4,
                            .ok = true,
                            .bytes = bytes,
                            .service = SERVICE_IMAP};
}

static int test_reader(void)
{
    struct scene *scene = month("anna");
    scene_login(scene, reading(20 * DAY, 9000000));
    expect_evidence(scene, "anna", "X-04",
                    "the mailbox was opened 4 times from 1 addresses of networks not its own, "
                    "9000000 bytes were read at once; the owner, usually, at most 40000");
    expect_roles(scene, "anna", "attacker 20.1.1.1, owner 192.0.2.1");
    return scene_end(scene);
}

/* Mail is read from a hotel, no more of it than at home. */
static int test_hotel(void)
{
    struct scene *scene = month("anna");
    scene_login(scene, reading(20 * DAY, 60000));
    expect_account(scene, "anna", "");
    return scene_end(scene);
}

/* A program that was not there in the first week sends what nobody wants, from home. */
static int test_infected_program(void)
{
    struct scene *scene = month("anna");
    scene_mail(scene, (struct mail){.who = "anna",
                                    .ip = "192.0.2.1",
                                    .at = 20 * DAY,
                                    .every = 10,
                                    .count = 60,
                                    .to = 6,
                                    .fresh = true,
                                    .unknown = 1,
                                    .spam = 1,
                                    .shape = OTHER_PROGRAM});
    expect_account(scene, "anna", "suspicious 33.0: V-01 14.0, R-02 10.0, M-02 5.0, R-01 4.0");
    expect_text(scene, "class", class_name(scene_report(scene)->accounts[0].class),
                "infected-host");
    return scene_end(scene);
}

/* Never through the webmail, then to hundreds of strangers through it, and nobody sees from where.
 */
static int test_webmail(void)
{
    struct scene *scene = month("anna");
    scene_mail(scene, (struct mail){.who = "anna",
                                    .at = 20 * DAY,
                                    .every = MINUTE,
                                    .count = 30,
                                    .to = 20,
                                    .fresh = true,
                                    .shape = OTHER_PROGRAM});
    expect_evidence(scene, "anna", "S-08",
                    "30 messages by way of a webmail that hides its users; the account did not use "
                    "it before");
    expect_window(scene, "anna", "abuse 1728000 last_accept 1729740");
    return scene_end(scene);
}

/* A little every day, for a week. */
static int test_drift(void)
{
    struct scene *scene = month("anna");
    for (int day = 14; day < 21; day++)
        scene_mail(scene, (struct mail){.who = "anna",
                                        .ip = "20.1.1.1",
                                        .at = day * DAY + 10 * HOUR,
                                        .every = HOUR,
                                        .count = 8,
                                        .to = 3,
                                        .fresh = true,
                                        .shape = PROGRAM});
    expect_evidence(scene, "anna", "V-03",
                    "on 7 days in a row more than usual, with strangers' mail: 17.5 standard "
                    "deviations together; on its own days about 8 recipients");
    return scene_end(scene);
}

/* Two accounts in the same hands: the second one's own evidence is thin. */
static int test_company(void)
{
    static const char *const ips[] = {"20.1.1.1", "30.1.1.1", "40.1.1.1", "50.1.1.1", "60.1.1.1"};
    struct scene *scene = month("anna");
    for (int i = 0; i < 200; i++)
        scene_mail(scene, (struct mail){.who = i % 5 ? "anna" : "bert",
                                        .ip = ips[i / 5 % 5],
                                        .at = 20 * DAY + i * 60,
                                        .from = "x@d%d.test",
                                        .to = 10,
                                        .fresh = true,
                                        .unknown = 3,
                                        .spam = 1});
    expect_evidence(scene, "bert", "G-01",
                    "used from 5 strange addresses from which other accounts were misused, too; "
                    "usual: 0");
    return scene_end(scene);
}

int main(void)
{
    int failures = test_stranded() + test_colleagues() + test_own_program_abroad() + test_reader();
    failures += test_hotel() + test_infected_program() + test_webmail() + test_drift();
    return (failures + test_company()) != 0;
}
