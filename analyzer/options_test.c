/* Command lines -> what was understood of them, as text. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "arena.h"
#include "command_table.h"
#include "option_table.h"
#include "options.h"

enum { WORDS_MAX = 16 };

static const struct {
    const char *line, *expected;
} cases[] = {
    {"a.log", "investigate [a.log]"},
    {"a.log -o case b.log", "investigate [a.log b.log] output=case"},
    {"--output=case a.log", "investigate [a.log] output=case"},
    {"-ocase a.log", "investigate [a.log] output=case"},
    {"-qvv a", "investigate [a] quiet=true verbose=true"},
    {"-vqocase a", "investigate [a] output=case quiet=true verbose=true"},
    {"-", "investigate [-]"},
    {"- -", "error: standard input (-) is given more than once"},
    {"-- -q --x", "investigate [-q --x]"},
    {"explain a", "explain [a]"},
    {"./explain", "investigate [./explain]"},
    {"-- explain", "investigate [explain]"},
    {"a explain", "investigate [a explain]"},
    {"-q explain -f jsonl a", "explain [a] format=jsonl quiet=true"},
    {"explain -f csv a", "error: explain writes text or jsonl"},
    {"explain -o case a", "error: explain takes no --output"},
    {"inputs a", "inputs [a]"},
    {"inputs -f csv a", "error: inputs writes text, json or jsonl"},
    {"inputs -o case a", "error: inputs takes no --output"},
    {"show a", "error: no LOCATOR or PATH given (see --help)"},
    {"show a b", "show [a b]"},
    {"show -f json a b", "error: show takes no --format"},
    {"trace a", "error: trace needs a filter: --queue-id, --message-id, --sender, --recipient, "
                "--account, --ip, --since or --until"},
    {"trace --ip 10.0.0.0/8 --raw a", "trace [a] ip=10.0.0.0/8 raw=true"},
    {"trace --year 2026 a", "error: trace needs a filter: --queue-id, --message-id, --sender, "
                            "--recipient, --account, --ip, --since or --until"},
    {"trace --ip mars a", "error: --ip: 'mars': wanted is an address or a network: 192.0.2.7, "
                          "192.0.2.0/24"},
    {"--raw a", "error: postmortem takes no --raw"},
    {"verify a b", "verify [a b]"},
    {"verify", "error: no CASE given (see --help)"},
    {"report a", "report [a]"},
    {"report", "error: no CASE given (see --help)"},
    {"report --local-domain x a", "error: report takes no --local-domain"},
    {"--geoip x --list tor=y a", "investigate [a] geoip=x list=tor=y"},
    {"--list y a", "error: --list: 'y': wanted is NAME=FILE"},
    {"--rules x a", "error: --rules: not in this version"},
    {"-q", "error: no PATH given (see --help)"},
    {"--ouput case a", "error: unknown option --ouput, did you mean --output?"},
    {"--unrecognized=x a", "error: unknown option --unrecognized, did you mean --unrecognised?"},
    {"--zzzzzzzz a", "error: unknown option --zzzzzzzz (see --help)"},
    {"-x a", "error: unknown option -x (see --help)"},
    {"--output", "error: --output needs a value: DIR"},
    {"a -j", "error: -j needs a value: N"},
    {"--quiet=yes a", "error: --quiet takes no value"},
    {"-f xml a", "error: --format: 'xml': wanted is text|json|jsonl|csv"},
    {"-j 0 a", "error: --threads: '0': wanted is a number from 1 to 1024"},
    {"-j 2 -j 8 a", "investigate [a] threads=8"},
    {"--account b --account a x", "investigate [x] account=b account=a"},
    {"--year 26 a", "error: --year: '26': wanted is a number from 1970 to 9999"},
    {"--memory 256M a", "investigate [a] memory=256M"},
    {"--memory 1K a",
     "error: --memory: '1K': wanted is a size such as 256M or 4G, at least 1048576 bytes"},
    {"--expect x=pony a", "error: --expect: 'x=pony': wanted is ACCOUNT=bulk|device|forwarder"},
    {"--expect a=b=bulk x", "investigate [x] expect=a=b=bulk"},
    {"--trusted-net 10.0.0.0/40 a", "error: --trusted-net: '10.0.0.0/40': wanted is a network: "
                                    "192.0.2.0/24, 2001:db8::/32"},
    {"--trusted-net 10.0.0.0/8 a", "investigate [a] trusted-net=10.0.0.0/8"},
    {"--host mx1 a", "error: --host: 'mx1': wanted is NAME=GLOB"},
    {"--local-domain @x a", "error: --local-domain: '@x': wanted is a domain: example.com"},
    {"--timezone +05:30 --timezone *.log=UTC a",
     "investigate [a] timezone=+05:30 timezone=*.log=UTC"},
    {"--psl /nowhere a", "error: --psl: '/nowhere': no such file, or not readable"},
    {"-b 7d -e 1d a", "investigate [a] since=7d until=1d"},
    {"-b 1d -e 7d a", "error: --since is not before --until: nothing is between them"},
    {"-b 2026-11-22 -e 2026-11-21 a",
     "error: --since is not before --until: nothing is between them"},
    {"-b 2026-11-22 -e 2026-11-22 a", "investigate [a] since=2026-11-22 until=2026-11-22"},
    {"--no-history a", "error: --no-history needs --since"},
    {"--clobber a", "error: --clobber needs --output"},
    {"--default-path d --default-output c -q",
     "investigate [d] quiet=true default-path=d default-output=c -> c"},
    {"--default-path d --default-output c -o mine a",
     "investigate [a] output=mine default-path=d default-output=c -> mine"},
    {"--help", "help"},
    {"explain -h", "help"},
    {"--version", "version"},
    {"", "investigate []"},
};

/* What the command line says beats the file; a list given there replaces the file's whole list. */
static const char config_text[] = "# a comment\n\nthreads 4\n--quiet\nlocal-domain = b.example\n"
                                  "local-domain=c.example\noutput=from-file\n";
static const struct {
    const char *line, *expected;
} config_cases[] = {
    {"--config FILE a", "investigate [a] output=from-file local-domain=b.example "
                        "local-domain=c.example threads=4 quiet=true config=FILE"},
    {"--config FILE -j 2 --local-domain d.example -o o a",
     "investigate [a] output=o local-domain=d.example threads=2 quiet=true config=FILE"},
    {"explain --config FILE a", "explain [a] threads=4 quiet=true config=FILE"},
};

static void describe(const struct options *options, const char *config, FILE *out)
{
    const struct settings *settings = &options->settings;
    if (options->help || options->version) {
        fputs(options->help ? "help" : "version", out);
        return;
    }
    const char *name = command_table[options->command].name;
    fprintf(out, "%s [", name ? name : "investigate");
    for (size_t i = 0; i < settings->paths.count; i++)
        fprintf(out, "%s%s", i ? " " : "", settings->paths.items[i]);
    fputc(']', out);
    for (size_t i = 0; i < settings->given.count; i++) {
        struct pair pair = settings->given.items[i];
        bool is_config = config && strcmp(pair.value, config) == 0;
        fprintf(out, " %s=%s", pair.key, is_config ? "FILE" : pair.value);
    }
    if (options->default_output)
        fprintf(out, " -> %s", settings->output_dir);
}

static bool check(const char *line, const char *config, const char *expected)
{
    char copy[256], *words[WORDS_MAX] = {copy}, *rest = copy, *got = NULL;
    int count = 1;
    size_t size = 0;
    struct arena arena = {0};
    struct options options = {0};
    struct err err;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word; (word = strtok_r(rest, " ", &rest));)
        words[count++] = config && strcmp(word, "FILE") == 0 ? (char *)(uintptr_t)config : word;
    FILE *out = open_memstream(&got, &size);
    if (options_parse(count, words, &arena, &options, &err))
        describe(&options, config, out);
    else
        fprintf(out, "error: %s", err.text);
    fclose(out);
    bool ok = strcmp(got, expected) == 0;
    if (!ok)
        printf("postmortem %s\n  expected: %s\n  got:      %s\n", line, expected, got);
    free(got);
    arena_free(&arena);
    return ok;
}

static bool write_config(char *path)
{
    int fd = mkstemp(path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    return file && fputs(config_text, file) >= 0 && fclose(file) == 0;
}

int main(void)
{
    bool ok = true;
    char config[] = "/tmp/postmortem-options-XXXXXX";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ok &= check(cases[i].line, NULL, cases[i].expected);
    ok &= write_config(config);
    for (size_t i = 0; i < sizeof config_cases / sizeof *config_cases; i++)
        ok &= check(config_cases[i].line, config, config_cases[i].expected);
    unlink(config);
    return ok ? 0 : 1;
}
