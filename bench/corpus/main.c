#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "geography.h"
#include "memory.h"
#include "plan.h"
#include "presets.h"
#include "simulation.h"

enum { REMOTE_DOMAINS = 3000, BYTES_AN_ACCOUNT_A_DAY = 42000, PARTS_MAX = 1000 };

enum option_id {
    SEED = 1,
    ACCOUNTS,
    DAYS,
    BYTES,
    START,
    LONG_IDS,
    ISO,
    AMAVIS,
    ATTACK,
    EACH,
    CONFOUNDERS,
    MAILBOX,
    NO_MAILBOX,
    STRANGE,
    EVENTS,
    LOST,
    PRESET,
    ROTATE,
    COMPRESS
};

static const struct option long_options[] = {
    {"seed", required_argument, NULL, SEED},
    {"accounts", required_argument, NULL, ACCOUNTS},
    {"days", required_argument, NULL, DAYS},
    {"bytes", required_argument, NULL, BYTES},
    {"start", required_argument, NULL, START},
    {"long-ids", no_argument, NULL, LONG_IDS},
    {"iso", no_argument, NULL, ISO},
    {"amavis", no_argument, NULL, AMAVIS},
    {"attack", required_argument, NULL, ATTACK},
    {"each", required_argument, NULL, EACH},
    {"confounders", no_argument, NULL, CONFOUNDERS},
    {"mailbox", no_argument, NULL, MAILBOX},
    {"no-mailbox", no_argument, NULL, NO_MAILBOX},
    {"strange", no_argument, NULL, STRANGE},
    {"events", no_argument, NULL, EVENTS},
    {"lost", required_argument, NULL, LOST},
    {"preset", required_argument, NULL, PRESET},
    {"rotate", required_argument, NULL, ROTATE},
    {"compress", required_argument, NULL, COMPRESS},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char usage[] = "usage: postmortem-corpus [OPTIONS] -o DIR\n"
                            "  --seed N         same seed and options, same bytes (1)\n"
                            "  --accounts N     (2000)\n"
                            "  --days X         length of the log (7), or\n"
                            "  --bytes SIZE     its size: 500M, 5G\n"
                            "  --start DATE     first day, YYYY-MM-DD (2026-03-02), UTC\n"
                            "  --long-ids       long queue ids\n"
                            "  --iso            ISO stamps\n"
                            "  --amavis         every message through a content filter\n"
                            "  --attack LIST    A1 to A24, N1 to N4, or all\n"
                            "  --each N         so many times each (1)\n"
                            "  --confounders    innocent things that look like attacks\n"
                            "  --mailbox        Dovecot's lines: who opened a mailbox\n"
                            "  --no-mailbox     none, after all\n"
                            "  --strange        every habit drawn anew from twice its range\n"
                            "  --lost PERCENT   of the lines are not written\n"
                            "  --events         submissions.csv and geoip too\n"
                            "  --preset NAME    demo, small, month, strange or large; first\n"
                            "  --rotate N       parts\n"
                            "  --compress FORM  gz, zst, xz or none\n"
                            "  -o DIR           mail.log and its older parts, truth.json\n";

static double number(const char *text, const char *option, char **end)
{
    errno = 0;
    double ret = strtod(text, end);
    if (errno || *end == text || !(ret >= 0) || ret > 1e15)
        fail("not a number", option);
    return ret;
}

static double plain_number(const char *text, const char *option)
{
    char *end;
    double ret = number(text, option, &end);
    if (*end)
        fail("not a number", option);
    return ret;
}

static uint64_t size(const char *text)
{
    char *end;
    double ret = number(text, "--bytes", &end);
    static const char units[] = "KMG";
    const char *unit = *end ? strchr(units, *end) : NULL;
    if (unit) {
        for (const char *at = units; at <= unit; at++)
            ret *= 1000;
        end++;
    }
    if (*end || ret < 1)
        fail("not a size", text);
    return (uint64_t)ret;
}

static bool set_flag(struct options *options, int id)
{
    bool *const flags[] = {
        [LONG_IDS] = &options->long_ids, [ISO] = &options->iso,
        [AMAVIS] = &options->amavis,     [CONFOUNDERS] = &options->confounders,
        [MAILBOX] = &options->mailbox,   [STRANGE] = &options->strange,
        [EVENTS] = &options->events,
    };
    if ((size_t)id >= sizeof flags / sizeof *flags || !flags[id])
        return false;
    *flags[id] = true;
    return true;
}

static void set_option(struct options *options, int id, const char *value)
{
    if (set_flag(options, id))
        return;
    switch (id) {
    case SEED:
        options->seed = (uint64_t)plain_number(value, "--seed");
        break;
    case ACCOUNTS:
        options->accounts = (uint32_t)plain_number(value, "--accounts");
        break;
    case DAYS:
        options->days = plain_number(value, "--days");
        break;
    case BYTES:
        options->bytes = size(value);
        break;
    case START:
        options->start = value;
        break;
    case ATTACK:
        options->attacks = value;
        break;
    case EACH:
        options->each = (unsigned)plain_number(value, "--each");
        break;
    case LOST:
        options->lost = plain_number(value, "--lost") / 100;
        break;
    case PRESET:
        preset_apply(options, value);
        break;
    case ROTATE:
        options->parts = (unsigned)plain_number(value, "--rotate");
        break;
    case COMPRESS:
        options->compress = strcmp(value, "none") ? value : NULL;
        break;
    case NO_MAILBOX:
        options->mailbox = false;
        break;
    case 'o':
        options->folder = value;
        break;
    case 'h':
        fputs(usage, stdout);
        exit(0);
    default:
        exit(2);
    }
}

static void read_options(struct options *options, int argc, char **argv)
{
    int id;
    while ((id = getopt_long(argc, argv, "o:h", long_options, NULL)) != -1)
        set_option(options, id, optarg);
    if (optind < argc || !options->folder) {
        fputs(usage, stderr);
        exit(2);
    }
    if (options->accounts < 4 || options->accounts > 1000000)
        fail("--accounts is 4 to 1000000", NULL);
    if (options->parts < 1 || options->parts > PARTS_MAX)
        fail("--rotate is 1 to 1000", NULL);
    if (mkdir(options->folder, 0755) && errno != EEXIST)
        fail(strerror(errno), options->folder);
}

static int64_t start_time(const char *text)
{
    struct date date;
    char rest;
    if (sscanf(text, "%d-%u-%u%c", &date.year, &date.month, &date.day, &rest) != 3 ||
        date.year < 1971 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > 31)
        fail("not a date", text);
    return log_day(&date) * 86400 * SECOND;
}

static void open_log(struct simulation *simulation)
{
    const struct options *options = &simulation->options;
    struct sink sink = {
        .folder = options->folder, .suffix = options->compress, .parts = options->parts};
    struct log_options log = {
        .host = "mail", .iso = options->iso, .start = simulation->start, .lost = options->lost};
    if (options->parts > 1 && options->bytes)
        log.part_bytes = options->bytes / options->parts;
    else if (options->parts > 1)
        log.part_usec = (simulation->end - simulation->start) / options->parts;
    log_open(&simulation->log, &log, &sink);
    random_seed(&simulation->log.random, options->seed + 1);
}

static void open_events(struct simulation *simulation)
{
    char path[4096];
    if (!simulation->options.events)
        return;
    snprintf(path, sizeof path, "%s/submissions.csv", simulation->options.folder);
    simulation->events = fopen(path, "w");
    if (!simulation->events)
        fail(strerror(errno), path);
    fputs("time,account,ip,recipients\n", simulation->events);
    geography_write(simulation, simulation->options.folder);
}

static void close_events(struct simulation *simulation)
{
    if (simulation->events && fclose(simulation->events))
        fail(strerror(errno), "submissions.csv");
}

int main(int argc, char **argv)
{
    struct simulation simulation = {
        .options =
            {.seed = 1, .accounts = 2000, .days = 7, .each = 1, .start = "2026-03-02", .parts = 1},
        .sessions.size = sizeof(struct session),
        .messages.size = sizeof(struct message),
        .visits.size = sizeof(struct visit),
    };
    struct options *options = &simulation.options;
    read_options(options, argc, argv);
    random_seed(&simulation.random, options->seed);
    simulation.queue_ids.long_ids = options->long_ids;
    simulation.start = start_time(options->start);
    double days = options->bytes
                      ? (double)options->bytes / BYTES_AN_ACCOUNT_A_DAY / options->accounts
                      : options->days;
    simulation.end = simulation.expected_end = simulation.start + (int64_t)(days * 86400 * SECOND);
    simulation.population.habits = habits_usual();
    if (options->strange)
        habits_stretch(&simulation.population.habits, &simulation.random);
    population_make(&simulation.population, options->accounts, options->seed);
    domains_make(&simulation.domains, "lakeside.example", REMOTE_DOMAINS, options->seed);
    simulation.known_domains = (uint32_t)simulation.domains.count;
    processes_make(&simulation.processes, options->seed);
    truth_make(&simulation.truth, options->accounts);
    attacks_plan(&simulation);
    open_log(&simulation);
    open_events(&simulation);
    simulation_run(&simulation);
    log_close(&simulation.log);
    truth_write(&simulation, options->folder);
    close_events(&simulation);
    simulation_free(&simulation);
    return 0;
}
