#define _GNU_SOURCE /* sigaction */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "explain_print.h"
#include "help.h"
#include "inputs_command.h"
#include "investigate.h"
#include "machine.h"
#include "peers.h"
#include "progress.h"
#include "report_command.h"
#include "sandbox.h"
#include "show_command.h"
#include "trace_command.h"
#include "verify_command.h"
#include "versions.h"

/* 0, or the number of the signal that wants the program to end. */
static volatile sig_atomic_t stop_signal;

static void on_stop_signal(int number)
{
    if (stop_signal)
        _exit(128 + number);
    __atomic_store_n(&stop_signal, number, __ATOMIC_RELAXED); /* other threads look at it */
}

/* Interrupted reads return (no SA_RESTART), so that the flag is seen. Closed readers and full
 * quotas are met as errors of write. */
static void catch_signals(void)
{
    struct sigaction stop = {.sa_handler = on_stop_signal}, ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
}

struct explaining {
    struct out *out;
    void (*print)(const struct explained *explained, struct out *out);
};

static bool explain_one(void *user, const struct explained *explained)
{
    struct explaining *explaining = user;
    explaining->print(explained, explaining->out);
    return !out_reader_closed(explaining->out);
}

static enum status run_explain(const struct settings *settings, struct err *err)
{
    struct explaining explaining = {.out = out_new(STDOUT_FILENO, "standard output")};
    struct explain_calls calls = {
        .user = &explaining, .line = explain_one, .complain = complain_plainly};
    struct explain_result result = {0};
    explaining.print = settings->format == FORMAT_JSONL ? explain_print_json : explain_print_text;
    bool ok = explain(settings, &stop_signal, &calls, &result, err);
    bool reader_closed = out_reader_closed(explaining.out);
    ok = ok && out_finish(explaining.out, NULL, err);
    out_free(explaining.out);
    if (!ok)
        return err->status;
    if (reader_closed)
        return STATUS_OK;
    if (result.events == 0 && !stop_signal) {
        err_set(err, STATUS_NO_LOG, "no mail log line in any input");
        return STATUS_NO_LOG;
    }
    return result.damaged ? STATUS_DAMAGED : STATUS_OK;
}

/* What the table leaves open and the machine decides. */
static void complete(struct settings *settings)
{
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (settings->threads == 0)
        settings->threads = machine_threads();
    if (settings->memory_bytes == 0)
        settings->memory_bytes = machine_memory();
    if (settings->color != SHOW_AUTO)
        return;
    bool plain = (no_color && *no_color) || (terminal && strcmp(terminal, "dumb") == 0);
    settings->color = isatty(STDOUT_FILENO) && !plain ? SHOW_ALWAYS : SHOW_NEVER;
}

/* One of several processes: what only the one that reports does, the others leave. */
static bool share(struct options *options, const struct peers *peers, struct err *err)
{
    struct settings *settings = &options->settings;
    settings->peers = peers;
    if (settings->local_inputs && !peers)
        return err_set(err, STATUS_USAGE, "--local-inputs is for postmortem-mpi");
    if (!peers)
        return true;
    settings->no_sandbox = true; /* its messages are files and sockets */
    if (peers->count > 1 && options->command != COMMAND_INVESTIGATE)
        return err_set(err, STATUS_USAGE, "one process is enough for this command");
    for (size_t i = 0; i < settings->paths.count; i++)
        if (peers->count > 1 && strcmp(settings->paths.items[i], "-") == 0)
            return err_set(err, STATUS_USAGE, "standard input cannot be shared out");
    if (peers->rank) {
        settings->output_dir = settings->save_segment = settings->events_file = NULL;
        settings->stats_file = settings->unrecognised_file = NULL;
        settings->quiet = true;
    }
    return true;
}

static enum status run(int argc, char *const *argv, const struct peers *peers, struct arena *arena,
                       struct err *err)
{
    struct options options = {0};
    if (!options_parse(argc, argv, arena, &options, err) || !share(&options, peers, err))
        return STATUS_USAGE;
    if (options.help) {
        help_options(stdout, options.command);
        return STATUS_OK;
    }
    if (options.version) {
        versions_print(stdout);
        return STATUS_OK;
    }
    if (options.settings.paths.count == 0) {
        help_usage(stderr);
        machine_print_logs(stderr, "");
        return STATUS_USAGE;
    }
    complete(&options.settings);
    catch_signals();
    char sandbox[SANDBOX_TEXT];
    bool later = options.command == COMMAND_VERIFY ||
                 (options.command == COMMAND_REPORT && options.settings.output_dir);
    if (!later) { /* those enter when they know what the case names */
        sandbox_enter(&options.settings, NULL, sandbox);
        options.settings.sandbox = sandbox;
    }
    struct command_line line = {argc, (const char *const *)argv};
    if (options.command == COMMAND_EXPLAIN)
        return run_explain(&options.settings, err);
    if (options.command == COMMAND_INPUTS)
        return inputs_command(&options.settings, &stop_signal, err);
    if (options.command == COMMAND_TRACE)
        return trace_command(&options.settings, &stop_signal, err);
    if (options.command == COMMAND_REPORT)
        return report_command(&options.settings, &line, err);
    if (options.command == COMMAND_VERIFY)
        return verify_command(&options.settings, &stop_signal, err);
    if (options.command == COMMAND_SHOW)
        return show_command(&options.settings, &stop_signal, err);
    return investigate(&options.settings, &line, &stop_signal, err);
}

/* The one place where errors are printed and the exit status is picked. */
int main(int argc, char **argv)
{
    struct arena arena = {0};
    struct err err = {0};
    const struct peers *peers = peers_begin(&argc, &argv);
    enum status status = run(argc, argv, peers, &arena, &err);
    arena_free(&arena);
    if (fflush(stdout) != 0 && status == STATUS_OK && !stop_signal) {
        status = STATUS_OUTPUT;
        err_sys(&err, status, "standard output");
    }
    if (err.text[0])
        progress_say(NULL, err.text);
    if (status != STATUS_USAGE && stop_signal) {
        fprintf(stderr, "postmortem: interrupted\n");
        return peers_end(peers, 128 + stop_signal);
    }
    return peers_end(peers, (int)status);
}
