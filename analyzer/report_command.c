#include "report_command.h"

#include <string.h>

#include "case_check.h"
#include "case_read.h"
#include "complain.h"
#include "report_anew.h"
#include "report_print.h"
#include "settle.h"

static void say(void *user, const char *file, const char *what)
{
    size_t *count = user;
    ++*count;
    complain_path(NULL, file, what);
}

static bool check(const char *dir, struct err *err)
{
    size_t differences = 0, files = 0;
    if (!case_check(dir, say, &differences, &files, err))
        return false;
    return differences == 0 ||
           err_set(err, STATUS_DIFFERS, "%.200s: not as it was written: no report is made of it",
                   dir);
}

/* The last --timezone counts; a GLOB in front of it has no inputs to choose. What machines read is
 * in UTC whatever the zone. */
static bool show_zone(const struct settings *settings, struct arena *arena, struct report *report,
                      struct err *err)
{
    if (settings->timezones.count == 0)
        return true;
    const struct pair *zone = &settings->timezones.items[settings->timezones.count - 1];
    struct when at = report->log_end.usec == TIME_NONE ? report->log_first : report->log_end;
    if (zone->key)
        return err_set(err, STATUS_USAGE, "--timezone: report shows all times in one zone");
    if (settings->format != FORMAT_TEXT && !settings->output_dir)
        return true;
    report->zone_offset_minutes = zone_minutes(zone->value, at.usec == TIME_NONE ? 0 : at.usec);
    report->year_zone =
        arena_printf(arena, "%s%sTimes shown in %s.", report->year_zone ? report->year_zone : "",
                     report->year_zone ? " " : "", zone->value);
    return true;
}

/* Seen from the folder itself its name is left out, as in its report.txt. */
static const char *shown_dir(const char *dir)
{
    return strcmp(dir, ".") == 0 || strcmp(dir, "./") == 0 ? "" : dir;
}

/* What changes files changes nothing on standard output. */
static bool check_options(const struct settings *settings, struct err *err)
{
    static const char *const printed[] = {"timezone", "top",      "format", "quiet",
                                          "verbose",  "progress", "color",  "config"};
    for (size_t i = 0; i < settings->given.count && !settings->output_dir; i++) {
        size_t k = 0, count = sizeof printed / sizeof printed[0];
        while (k < count && strcmp(settings->given.items[i].key, printed[k]) != 0)
            k++;
        if (k == count)
            return err_set(err, STATUS_USAGE, "report --%s: only for a case folder: -o DIR",
                           settings->given.items[i].key);
    }
    return settings->paths.count == 1 ||
           err_set(err, STATUS_USAGE, "report takes one CASE, not %zu", settings->paths.count);
}

enum status report_command(const struct settings *settings, const struct command_line *line,
                           struct err *err)
{
    struct arena arena = {0};
    struct report report;
    const char *dir = settings->paths.items[0];
    bool ok = check_options(settings, err) && check(dir, err) &&
              case_read(dir, &arena, &report, err) && show_zone(settings, &arena, &report, err);
    if (ok && settings->output_dir) {
        ok = report_anew(settings, line, dir, &report, &arena, err);
    } else if (ok) {
        report.case_dir = shown_dir(dir);
        ok = report_print(settings, &report, err);
    }
    arena_free(&arena);
    return ok ? STATUS_OK : err->status;
}
