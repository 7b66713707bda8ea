#define _GNU_SOURCE /* clock_gettime */
#include "investigate.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "abuse.h"
#include "complain.h"
#include "events.h"
#include "evidence.h"
#include "geography.h"
#include "progress.h"
#include "reading.h"
#include "report_print.h"
#include "run.h"
#include "run_facts.h"
#include "secrets.h"

struct investigation {
    const struct settings *settings;
    const volatile sig_atomic_t *stop;
    struct geography *geography; /* NULL: neither databases nor lists */
    struct progress_counts counts;
    struct progress *progress;
    struct case_folder *folder; /* NULL without -o, and once it has its name */
    struct run *run;            /* owns what report points to */
    struct report report;
    struct arena arena; /* of the report's options */
    const struct command_line *line;
    bool shared;        /* another rank reports */
    bool damaged;       /* something was complained about */
    struct str actions; /* what --actions FILE holds, in the arena */
    int64_t began_usec, ended_usec;
};

static void complain(void *user, const char *path, const char *why)
{
    const struct investigation *investigation = user;
    complain_path(investigation->progress, path, why);
}

/* run.options of the report: names and values in turn. */
static void add_options(struct investigation *investigation)
{
    const struct pairs *given = &investigation->settings->given_result;
    const char **words = arena_alloc(&investigation->arena, 2 * given->count * sizeof *words);
    for (size_t i = 0; i < given->count; i++) {
        words[2 * i] = given->items[i].key;
        words[2 * i + 1] = given->items[i].value;
    }
    investigation->report.options = words;
    investigation->report.option_count = (uint32_t)given->count;
}

/* Where the lines of the second pass go. */
struct quoted_files {
    struct evidence_files *evidence, *addresses;
    struct abuse *abuse;
};

static bool begin_quoting(void *user, struct str principal, struct err *err)
{
    return evidence_files_begin(((struct quoted_files *)user)->evidence, principal, err);
}

static void write_line(struct evidence_files *files, size_t number,
                       const struct quoted_line *quoted)
{
    struct evidence_line line = {
        .line = quoted->line,
        .path = str_of(quoted->path),
        .number = quoted->place.line,
        .offset = quoted->place.offset,
        .input = quoted->place.input,
        .length = quoted->place.length,
    };
    if (quoted->member)
        line.member = str_of(quoted->member);
    memcpy(line.sha256, quoted->sha256, sizeof line.sha256);
    evidence_files_add(files, number, &line);
}

static void quote_line(void *user, size_t principal, const struct quoted_line *quoted)
{
    write_line(((struct quoted_files *)user)->evidence, principal, quoted);
}

static void abuse_line(void *user, size_t source, const struct quoted_line *quoted)
{
    struct abuse_line line = {
        .line = quoted->line,
        .program = quoted->program,
        .what = quoted->what,
        .kind = quoted->kind,
        .fields = quoted->fields,
        .field_count = quoted->field_count,
    };
    abuse_add(((struct quoted_files *)user)->abuse, source, &line);
    write_line(((struct quoted_files *)user)->addresses, source, quoted);
}

static bool begin_addresses(struct quoted_files *files, struct quote_calls *calls, struct err *err)
{
    bool ok = files->abuse != NULL;
    if (ok)
        calls->sources = abuse_sources(files->abuse, &calls->source_count);
    for (size_t i = 0; i < calls->source_count && ok; i++)
        ok = evidence_files_begin(files->addresses, calls->sources[i], err);
    return ok;
}

/* The second pass: lines of the accused into the case folder, digests into the report. */
static bool quote(struct investigation *investigation, struct err *err)
{
    if (!investigation->folder)
        return true;
    struct err end_err = {0};
    struct run_info run =
        run_info_of(investigation->settings, investigation->line, investigation->actions,
                    investigation->began_usec, investigation->ended_usec);
    struct quoted_files files = {
        .evidence = evidence_files_new(investigation->folder, "evidence",
                                       investigation->settings->evidence),
        .addresses = evidence_files_new(investigation->folder, EVIDENCE_ADDRESSES,
                                        investigation->settings->evidence),
        .abuse = abuse_begin(investigation->folder, &investigation->report, &run, err)};
    struct quote_calls calls = {
        .user = &files, .begin = begin_quoting, .line = quote_line, .source_line = abuse_line};
    bool quoted = begin_addresses(&files, &calls, err) &&
                  run_quote(investigation->run, &investigation->report, &calls, err);
    bool ended = evidence_files_end(files.evidence, quoted ? err : &end_err);
    ended = evidence_files_end(files.addresses, quoted && ended ? err : &end_err) && ended;
    struct abuse_counts counts = {0};
    bool reported = quoted && ended && abuse_end(files.abuse, &counts, err);
    investigation->report.abuse_ready = counts.ready;
    investigation->report.abuse_refused = counts.refused;
    abuse_free(files.abuse);
    return reported;
}

static void write_lines(void *user, struct str lines)
{
    struct arena scratch = {0};
    struct str line;
    while (str_cut(&lines, STR("\n"), &line)) {
        out_str(user, mask_secrets(line, &scratch));
        out_char(user, '\n');
        arena_reset(&scratch);
    }
    arena_free(&scratch);
}

/* --unrecognised FILE */
static bool list_unrecognised(struct investigation *investigation, struct err *err)
{
    const char *path = investigation->settings->unrecognised_file;
    if (!path)
        return true;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_sys(err, STATUS_OUTPUT, path);
    struct out *out = out_new(fd, path);
    run_list_unrecognised(investigation->run, write_lines, out);
    bool ok = out_finish(out, NULL, err);
    out_free(out);
    close(fd);
    return ok;
}

/* Both passes over the logs, and what follows from them. */
static enum status read_logs(struct investigation *investigation, struct err *err)
{
    switch (run_investigate(investigation->run, &investigation->report, err)) {
    case RUN_NO_LOG:
        err_set(err, STATUS_NO_LOG, "no mail log line in any input");
        return STATUS_NO_LOG;
    case RUN_FAILED:
        return err->status;
    case RUN_STOPPED:
        return STATUS_OK;
    case RUN_SHARED:
        investigation->shared = true;
        return STATUS_OK;
    case RUN_DAMAGED:
        investigation->damaged = true;
        break;
    case RUN_DONE:
        break;
    }
    if (!geography_fill(investigation->geography, &investigation->report, &investigation->arena,
                        err))
        return err->status;
    add_options(investigation);
    if (!list_unrecognised(investigation, err))
        return err->status;
    if (investigation->settings->events_file &&
        !events_write(investigation->settings, investigation->stop, err))
        return err->status;
    investigation->report.case_dir = investigation->settings->output_dir;
    return quote(investigation, err) ? STATUS_OK : err->status;
}

static bool write_case(struct investigation *investigation, struct err *err)
{
    const struct settings *settings = investigation->settings;
    struct style style = report_style(settings);
    struct run_info run =
        run_info_of(investigation->settings, investigation->line, investigation->actions,
                    investigation->began_usec, investigation->ended_usec);
    if (!investigation->folder)
        return true;
    if (!case_finish(investigation->folder, &investigation->report, &style, &run, err))
        return false;
    investigation->folder = NULL;
    return true;
}

static void say_speed(const struct investigation *investigation)
{
    const struct report *report = &investigation->report;
    char received[16], read[16], lines[16], rate[16], text[PROGRESS_TEXT];
    double seconds = (double)(investigation->ended_usec - investigation->began_usec) / USEC_PER_SEC;
    uint64_t per_second = seconds > 0 ? (uint64_t)((double)report->bytes_log / seconds) : 0;
    snprintf(text, sizeof text, "%u input%s, %s (%s of log), %s lines in %.1f s, %s/s",
             report->input_count, report->input_count == 1 ? "" : "s",
             progress_amount(received, report->bytes_read, "B"),
             progress_amount(read, report->bytes_log, "B"),
             progress_amount(lines, report->coverage.lines, ""), seconds,
             progress_amount(rate, per_second, "B"));
    progress_say(NULL, text);
    if (report->case_dir) {
        snprintf(text, sizeof text, "case folder: %.200s", report->case_dir);
        progress_say(NULL, text);
    }
}

/* --stats FILE: what differs from run to run, and therefore stands in no report. */
static bool write_stats(const struct investigation *investigation, struct err *err)
{
    const char *path = investigation->settings->stats_file;
    const struct report *report = &investigation->report;
    struct rusage usage;
    FILE *file = path ? fopen(path, "we") : NULL;
    if (path && !file)
        return err_sys(err, STATUS_OUTPUT, path);
    if (!file)
        return true;
    getrusage(RUSAGE_SELF, &usage);
    fprintf(file, "{\n \"seconds\": {");
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        fprintf(file, "%s\"%s\": %.6f", stage ? ", " : "", run_stage_name((enum run_stage)stage),
                (double)run_stage_usec(investigation->run, (enum run_stage)stage) / USEC_PER_SEC);
    fprintf(file, ", \"wall\": %.6f, \"user\": %.6f, \"system\": %.6f},\n",
            (double)(investigation->ended_usec - investigation->began_usec) / USEC_PER_SEC,
            (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / USEC_PER_SEC,
            (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / USEC_PER_SEC);
    fprintf(file,
            " \"bytes_exchanged\": %llu,\n \"bytes_received\": %llu,\n \"bytes_log\": %llu,\n \"lines\": %llu,\n "
            "\"peak_memory_bytes\": %llu\n}\n",
            (unsigned long long)run_exchanged_bytes(investigation->run),
            (unsigned long long)report->bytes_read, (unsigned long long)report->bytes_log,
            (unsigned long long)report->coverage.lines, (unsigned long long)usage.ru_maxrss * 1024);
    bool ok = fflush(file) == 0;
    if (!ok)
        err_sys(err, STATUS_OUTPUT, path);
    fclose(file);
    return ok;
}

static bool reaches(const struct report *report, int level)
{
    for (uint32_t i = 0; level && i < report->account_count; i++)
        if (report->accounts[i].verdict >= level)
            return true;
    return false;
}

/* From the logs to the end; the caller cleans up. */
static enum status investigate_run(struct investigation *investigation, struct err *err)
{
    const struct settings *settings = investigation->settings;
    enum status status = read_logs(investigation, err);
    progress_stop(investigation->progress);
    investigation->progress = NULL;
    if (status != STATUS_OK || *investigation->stop || investigation->shared)
        return status;
    investigation->ended_usec = now_usec();
    investigation->report.elapsed_usec =
        (uint64_t)(investigation->ended_usec - investigation->began_usec);
    if (!write_case(investigation, err) || !report_print(settings, &investigation->report, err) ||
        !write_stats(investigation, err))
        return err->status;
    if (!settings->quiet)
        say_speed(investigation);
    if (reaches(&investigation->report, settings->fail_on))
        return STATUS_FAIL_ON;
    return investigation->damaged ? STATUS_DAMAGED : STATUS_OK;
}

enum status investigate(const struct settings *settings, const struct command_line *line,
                        const volatile sig_atomic_t *stop, struct err *err)
{
    struct investigation investigation = {
        .settings = settings, .stop = stop, .line = line, .began_usec = now_usec()};
    if (!actions_read(settings, &investigation.arena, &investigation.actions, err) ||
        !geography_open(&investigation.geography, settings, &investigation.arena, err) ||
        (settings->output_dir &&
         !case_begin(&investigation.folder, settings->output_dir, settings->clobber, err))) {
        geography_free(investigation.geography);
        arena_free(&investigation.arena);
        return err->status;
    }
    investigation.progress =
        progress_start(reading_progress_style(settings), &investigation.counts);
    struct run_calls calls = {
        .user = &investigation,
        .complain = complain,
        .received = &investigation.counts.bytes_done,
        .expected = &investigation.counts.bytes_total,
    };
    investigation.run = run_new(settings, stop, &calls);
    enum status status = investigate_run(&investigation, err);
    case_abort(investigation.folder);
    run_free(investigation.run);
    geography_free(investigation.geography);
    arena_free(&investigation.arena);
    return status;
}
