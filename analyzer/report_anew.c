#include "report_anew.h"

#include <string.h>
#include <unistd.h>

#include "abuse.h"
#include "case_copy.h"
#include "case_lines.h"
#include "case_options.h"
#include "complain.h"
#include "escape.h"
#include "evidence_lines.h"
#include "incident.h"
#include "progress.h"
#include "quote_pick.h"
#include "report_print.h"
#include "run_facts.h"
#include "sandbox.h"

struct anew {
    const char *dir;
    struct settings settings; /* of the case, and over them what was given */
    struct report *report;
    struct run_info run;
    struct arena *arena;
    struct case_folder *folder;
};

static const char *lines_name(struct anew *anew, struct str ip)
{
    char name[FOLDER_NAME];
    return arena_printf(anew->arena, "%s/%s/lines.log", EVIDENCE_ADDRESSES, folder_name(ip, name));
}

/* Why reports to networks cannot be made again; NULL: they can. */
static const char *lines_missing(struct anew *anew, const struct abuse *abuse)
{
    size_t count;
    const struct str *sources = abuse_sources(abuse, &count);
    for (uint32_t i = 0; i < anew->report->option_count; i++)
        if (strcmp(anew->report->options[2 * i], "evidence") == 0 &&
            strcmp(anew->report->options[2 * i + 1], "all") != 0)
            return "the case was made with --evidence other than all";
    if (report_saw(anew->report, "exchange"))
        return "rows of Exchange's tables cannot be taken apart without the lines above them";
    for (size_t i = 0; i < count; i++) {
        struct case_lines *lines = case_lines_open(anew->dir, lines_name(anew, sources[i]));
        if (!lines)
            return "the case does not hold every line of these addresses";
        case_lines_close(lines);
    }
    return NULL;
}

static void add_line(struct abuse *abuse, size_t source, struct scan *scan, struct str text)
{
    static const struct columns no_columns;
    static const struct line_cursor nowhere;
    struct picks *picks = xcalloc(1, sizeof *picks);
    struct scanned line;
    scan_begin(scan, &no_columns);
    scan_line(scan, text, &line);
    pick_add(picks, text, &nowhere, (struct owner){.source = 1}, &line);
    const struct pick *pick = &picks->items[0];
    struct abuse_line one = {.line = text,
                             .program = pick->program,
                             .what = pick->what,
                             .kind = pick->kind,
                             .fields = picks->fields,
                             .field_count = pick->field_count};
    abuse_add(abuse, source, &one);
    picks_free(picks);
    scan_forget(scan);
}

static void add_lines(struct anew *anew, struct abuse *abuse)
{
    size_t count;
    const struct str *sources = abuse_sources(abuse, &count);
    struct scan *scan = scan_new();
    struct str text;
    for (size_t i = 0; i < count; i++) {
        struct case_lines *lines = case_lines_open(anew->dir, lines_name(anew, sources[i]));
        while (lines && case_lines_next(lines, &text))
            add_line(abuse, i, scan, text);
        case_lines_close(lines);
    }
    scan_free(scan);
}

/* Reports to networks, and every file that needs the logs. */
static bool write_parts(struct anew *anew, struct err *err)
{
    struct abuse_counts counts;
    struct abuse *abuse = abuse_begin(anew->folder, anew->report, &anew->run, err);
    const char *missing = abuse ? lines_missing(anew, abuse) : NULL;
    bool ok = abuse && case_copy(anew->folder, anew->dir, missing != NULL, err);
    if (ok && missing) {
        complain_path(
            NULL, anew->dir,
            arena_printf(anew->arena, "reports to networks stay as they are: %s", missing));
    } else if (ok) {
        add_lines(anew, abuse);
        ok = abuse_end(abuse, &counts, err);
        anew->report->abuse_ready = ok ? counts.ready : 0;
        anew->report->abuse_refused = ok ? counts.refused : 0;
    }
    abuse_free(abuse);
    return ok;
}

/* The key that the case was made with, if it is still beside it: the same names stay the same. */
static void find_key(struct anew *anew)
{
    const char *key = abuse_key_path(&anew->settings, anew->dir, anew->arena);
    if (!anew->settings.pseudonym_key && access(key, R_OK) == 0)
        anew->settings.pseudonym_key = key;
}

static bool write_folder(struct anew *anew, struct err *err)
{
    const struct settings *settings = &anew->settings;
    struct style style = report_style(settings);
    if (!case_begin(&anew->folder, settings->output_dir, settings->clobber, err))
        return false;
    bool ok = case_lines_refs(anew->dir, anew->arena, anew->report, err) &&
              write_parts(anew, err) &&
              case_finish(anew->folder, anew->report, &style, &anew->run, err);
    if (!ok)
        case_abort(anew->folder);
    else if (!settings->quiet)
        progress_say(NULL, arena_printf(anew->arena, "case folder: %s", settings->output_dir));
    return ok;
}

bool report_anew(const struct settings *given, const struct command_line *line, const char *dir,
                 struct report *report, struct arena *arena, struct err *err)
{
    struct anew anew = {.dir = dir, .report = report, .arena = arena};
    char sandbox[SANDBOX_TEXT];
    struct str actions;
    int64_t began = now_usec();
    if (!report->kept)
        return err_set(err, STATUS_DIFFERS,
                       "%.200s: made by a version that kept too little for this: it takes the logs",
                       dir);
    if (!case_options(given, report, arena, &anew.settings, err) ||
        !actions_read(&anew.settings, arena, &actions, err))
        return false;
    find_key(&anew);
    sandbox_enter(&anew.settings, dir, sandbox);
    anew.settings.sandbox = sandbox;
    anew.run = run_info_of(&anew.settings, line, actions, began, now_usec());
    report->case_dir = anew.settings.output_dir;
    return write_folder(&anew, err);
}
