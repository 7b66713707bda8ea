/* Campaigns, and the limits that would have contained them. */
#include <stdio.h>

#include "testing.h"

enum { TEXT_ROOM = 400 };

/* Sends to strangers, under domains of others; ever more of them with number. */
static void misuse(struct scene *scene, const char *who, const char *ip, const char *from, int at)
{
    scene_mail(scene, (struct mail){.who = who,
                                    .ip = ip,
                                    .from = from,
                                    .at = at,
                                    .every = 1,
                                    .count = 60,
                                    .to = 5,
                                    .fresh = true,
                                    .unknown = 2});
}

static size_t add_names(char *text, size_t len, const char *what, const struct str *names,
                        uint32_t count)
{
    len += (size_t)snprintf(text + len, TEXT_ROOM - len, " %s", what);
    for (uint32_t i = 0; i < count && i < 3; i++)
        len +=
            (size_t)snprintf(text + len, TEXT_ROOM - len, " %.*s", (int)names[i].len, names[i].ptr);
    return len;
}

static void expect_campaigns(struct scene *scene, const char *wanted)
{
    const struct report *report = scene_report(scene);
    char text[TEXT_ROOM] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < report->campaign_count; i++) {
        const struct campaign *c = &report->campaigns[i];
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%d:", i ? "; " : "", (int)c->id);
        len = add_names(text, len, "accounts", c->accounts, c->account_count);
        len = add_names(text, len, "order", c->order, c->account_count);
        len = add_names(text, len, "from", c->sources, c->source_count);
    }
    expect_text(scene, "campaigns", text, wanted);
    for (uint32_t i = 0; i < report->account_count; i++) {
        bool listed = report->accounts[i].campaign != UNKNOWN;
        if (listed && report->accounts[i].verdict < VERDICT_SUSPICIOUS)
            expect_text(scene, "campaign of an account that is not accused", "some", "none");
    }
}

static void expect_limits(struct scene *scene, const char *wanted)
{
    const struct report *report = scene_report(scene);
    char text[TEXT_ROOM] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < report->limit_count; i++) {
        const struct limit *limit = &report->limits[i];
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%u h %d: %d and %d",
                                i ? "; " : "", limit->window_hours, (int)limit->recipients,
                                (int)limit->spam_stopped, (int)limit->benign_stopped);
    }
    expect_text(scene, "limits", text, wanted);
}

/* The second taken has the name that comes first; a third one has other hands. */
static int test_shared_address(void)
{
    struct scene *scene = scene_new(2 * DAY);
    misuse(scene, "zoe", "203.0.113.7", "x@d%d.test", HOUR);
    misuse(scene, "zoe", "203.0.113.8", "x@d%d.test", 2 * HOUR);
    misuse(scene, "anna", "203.0.113.7", "x@e%d.test", 3 * HOUR);
    misuse(scene, "carl", "198.51.100.9", "x@f%d.test", 4 * HOUR);
    scene_mail(scene, (struct mail){.who = "dora", .ip = "192.0.2.1", .at = 60});
    expect_campaigns(scene, "1: accounts anna zoe order zoe anna from 203.0.113.7 203.0.113.8");
    return scene_end(scene);
}

/* One forged domain in common is chance, two are not. */
static int test_shared_domains(void)
{
    struct scene *scene = scene_new(2 * DAY);
    misuse(scene, "anna", "203.0.113.7", "x@d%d.test", HOUR);
    misuse(scene, "bela", "198.51.100.9", "x@d%d.test", 3 * HOUR);
    misuse(scene, "carl", "192.0.2.9", "x@f%d.test", 4 * HOUR);
    scene_mail(scene, (struct mail){
                          .who = "carl", .ip = "192.0.2.9", .from = "x@d1.test", .at = 4 * HOUR});
    expect_campaigns(scene, "1: accounts anna bela order anna bela from 198.51.100.9 203.0.113.7");
    return scene_end(scene);
}

/* 300 recipients in a minute against 10 an hour, 30 a day. */
static int test_limits(void)
{
    struct scene *scene = scene_new(2 * DAY);
    misuse(scene, "anna", "203.0.113.7", "x@d%d.test", 5 * HOUR);
    for (int i = 0; i < 3; i++)
        scene_mail(scene, (struct mail){.who = "dora",
                                        .ip = "192.0.2.1",
                                        .at = (i + 1) * 2 * HOUR,
                                        .every = 10,
                                        .count = 2,
                                        .to = 5});
    expect_limits(scene, "1 h 10: 290 and 0; 24 h 30: 270 and 0");
    return scene_end(scene);
}

static int test_nothing_to_limit(void)
{
    struct scene *scene = scene_new(DAY);
    scene_mail(scene, (struct mail){.who = "dora", .ip = "192.0.2.1", .at = 60});
    expect_limits(scene, "");
    expect_campaigns(scene, "");
    return scene_end(scene);
}

static int test_nobody_to_spare(void)
{
    struct scene *scene = scene_new(DAY);
    misuse(scene, "anna", "203.0.113.7", "x@d%d.test", 5 * HOUR);
    expect_limits(scene, "");
    return scene_end(scene);
}

int main(void)
{
    int failures = test_shared_address() + test_shared_domains() + test_limits() +
                   test_nothing_to_limit() + test_nobody_to_spare();
    return failures != 0;
}
