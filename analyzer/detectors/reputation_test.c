/* After whose burst a list began to block this server. */
#include "testing.h"

/* Anna's strangers send from 10:00 on, a relay from 12:00 on; ben never does anything wrong. */
static struct scene *scene_blocked_at(int at)
{
    struct scene *scene = scene_new(DAY);
    struct mail strange = {.who = "anna",
                           .ip = "30.1.1.1",
                           .from = "x@d%d.test",
                           .at = 10 * HOUR,
                           .every = 60,
                           .count = 30,
                           .to = 10,
                           .fresh = true,
                           .unknown = 6,
                           .spam = 4};
    scene_mail(scene, strange);
    strange.who = "anon:40.1.1.1";
    strange.ip = "40.1.1.1";
    strange.at = 12 * HOUR;
    scene_mail(scene, strange);
    scene_mail(scene, (struct mail){
                          .who = "ben", .ip = "192.0.2.2", .at = 8 * HOUR, .to = 500, .count = 50});
    scene_blocked(scene, "list.test", at);
    return scene;
}

static int expect_burst(int at, const char *wanted)
{
    struct scene *scene = scene_blocked_at(at);
    const struct reputation *item = &scene_report(scene)->reputation[0];
    struct arena arena = {0};
    expect_text(scene, "burst",
                item->burst.ptr ? arena_printf(&arena, "%.*s %u", (int)item->burst.len,
                                               item->burst.ptr, (unsigned)item->burst_recipients)
                                : "nobody's",
                wanted);
    arena_free(&arena);
    return scene_end(scene);
}

int main(void)
{
    int failed = expect_burst(10 * HOUR + 9 * MINUTE, "anna 100");
    failed += expect_burst(12 * HOUR + 45 * MINUTE, "anon:40.1.1.1 300");
    failed += expect_burst(8 * HOUR + MINUTE, "nobody's");
    return failed != 0;
}
