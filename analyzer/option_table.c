#include "option_table.h"

#include "finding.h"

enum {
    INVESTIGATE = 1 << COMMAND_INVESTIGATE,
    TRACE = 1 << COMMAND_TRACE,
    ANALYSES = INVESTIGATE | 1 << COMMAND_EXPLAIN | 1 << COMMAND_TRACE | 1 << COMMAND_INPUTS,
    READS = ANALYSES | 1 << COMMAND_VERIFY | 1 << COMMAND_SHOW,
    REPORTS = INVESTIGATE | 1 << COMMAND_REPORT,
    EVERY = READS | 1 << COMMAND_REPORT,
};

static const char *const formats[] = {"text", "json", "jsonl", "csv", NULL};
static const char *const evidences[] = {"all", "samples", "none", NULL};
static const char *const expectations[] = {"bulk", "device", "forwarder", NULL};
static const char *const pseudonymises[] = {"victims", "none", "recipients", "all-but-attacker",
                                            NULL};
static const char *const shows[] = {"auto", "always", "never", NULL};
#define X(name, text) text,
static const char *const verdicts[] = {VERDICTS(X) NULL};
#undef X

_Static_assert(FORMAT_CSV == 3 && EVIDENCE_NONE == 2 && EXPECT_FORWARDER == 2 && SHOW_NEVER == 2,
               "the choices stand in the order of their enums");

enum { LINES_MAX = 1000000, THREADS_MAX = 1024, MEMORY_MIN = 1 << 20 };

#define AT(member) .at = offsetof(struct options, member)
#define SET(member) .at = offsetof(struct options, settings.member)

const struct option option_table[] = {
    {"What to read", "files-from", 0, OPTION_FILE_LIST, 0, READS, "FILE",
     "more PATHs, one a line; - is standard input", AT(files_from)},
    {NULL, "null", '0', OPTION_FLAG, 0, READS, NULL,
     "the PATHs of --files-from are separated by NUL", AT(nul_separated)},
    {NULL, "exclude", 0, OPTION_TEXT_LIST, OPTION_RESULT, ANALYSES, "GLOB",
     "leave inputs out (repeatable)", SET(exclude)},
    {NULL, "host", 0, OPTION_PAIR_LIST, OPTION_RESULT, ANALYSES, "NAME=GLOB",
     "host of inputs whose lines name none (repeatable)", SET(hosts)},
    {NULL, "timezone", 0, OPTION_ZONE_LIST, OPTION_RESULT, ANALYSES | 1 << COMMAND_REPORT,
     "[GLOB=]ZONE",
     "zone of stamps that carry none: Asia/Dhaka, local, +05:30 (repeatable); default: what the "
     "log proves, else UTC; report: the zone in which times are shown",
     SET(timezones)},
    {NULL, "year", 0, OPTION_NUMBER, OPTION_RESULT, ANALYSES, "YYYY",
     "year of stamps that carry none; default: inferred", SET(year), .least = 1970, .most = 9999},

    {"What to report", "output", 'o', OPTION_TEXT, 0, REPORTS, "DIR",
     "write a case folder: reports, evidence, digests", SET(output_dir)},
    {NULL, "clobber", 0, OPTION_FLAG, 0, REPORTS, NULL,
     "replace the case folder that is already there", SET(clobber)},
    {NULL, "evidence", 0, OPTION_CHOICE, OPTION_RESULT, INVESTIGATE, "all|samples|none",
     "lines of the accused that the case folder quotes; default all", SET(evidence), evidences},
    {NULL, "format", 'f', OPTION_CHOICE, 0, ANALYSES | 1 << COMMAND_REPORT, "text|json|jsonl|csv",
     "standard output; default text", SET(format), formats},
    {NULL, "since", 'b', OPTION_LIMIT, OPTION_RESULT, INVESTIGATE | TRACE, "TIME",
     "count and report (trace: messages that were there) from this time on: 2026-11-22, "
     "2026-11-22T16:22:00Z, or 7d before the end "
     "of the log; without a zone in that of the log",
     SET(since)},
    {NULL, "until", 'e', OPTION_LIMIT, OPTION_RESULT, INVESTIGATE | TRACE, "TIME",
     "... and before this one, or the end of this day", SET(until)},
    {NULL, "no-history", 0, OPTION_FLAG, OPTION_RESULT, INVESTIGATE, NULL,
     "drop what lies before --since instead of learning habits from it", SET(no_history)},
    {NULL, "account", 0, OPTION_TEXT_LIST, OPTION_RESULT, INVESTIGATE | TRACE, "ACCOUNT",
     "report on it whatever its verdict; trace: mail of it (repeatable)", SET(accounts)},
    {NULL, "top", 0, OPTION_NUMBER, OPTION_RESULT, REPORTS, "N",
     "rows per table of the text report, 0 for all; default 8", SET(top), .most = LINES_MAX},
    {NULL, "unrecognised", 0, OPTION_TEXT, 0, INVESTIGATE, "FILE",
     "write every line that was not understood", SET(unrecognised_file)},
    {NULL, "fail-on", 0, OPTION_CHOICE, 0, INVESTIGATE, "none|watch|suspicious|likely|confirmed",
     "exit status 10 if an account reaches this verdict", SET(fail_on), verdicts},

    {"What to trace", "queue-id", 0, OPTION_TEXT_LIST, OPTION_RESULT, TRACE, "ID",
     "a queue ID that the message had on any hop", SET(trace.queue_ids)},
    {NULL, "message-id", 0, OPTION_TEXT_LIST, OPTION_RESULT, TRACE, "ID", "its Message-ID",
     SET(trace.message_ids)},
    {NULL, "sender", 0, OPTION_TEXT_LIST, OPTION_RESULT, TRACE, "ADDRESS",
     "envelope sender; @example.com: all of the domain; <>: none", SET(trace.senders)},
    {NULL, "recipient", 0, OPTION_TEXT_LIST, OPTION_RESULT, TRACE, "ADDRESS",
     "a recipient, as given or as rewritten; @example.com: all of the domain",
     SET(trace.recipients)},
    {NULL, "ip", 0, OPTION_CIDR_LIST, OPTION_RESULT, TRACE, "IP|CIDR",
     "the client that handed it in, on any hop", SET(trace.ips)},
    {NULL, "raw", 0, OPTION_FLAG, 0, TRACE, NULL,
     "the lines of the logs, messages divided by an empty line", SET(trace.raw)},

    {"What you know", "local-domain", 0, OPTION_DOMAIN_LIST, OPTION_RESULT, INVESTIGATE, "DOMAIN",
     "a domain of this server (repeatable)", SET(local_domains)},
    {NULL, "trusted-net", 0, OPTION_NETWORK_LIST, OPTION_RESULT, INVESTIGATE, "CIDR",
     "a network that may relay (repeatable)", AT(settings)},
    {NULL, "identity", 0, OPTION_PAIR_LIST, OPTION_RESULT, INVESTIGATE, "ACCOUNT=ADDRESS",
     "a From that this account may use (repeatable)", SET(identities)},
    {NULL, "expect", 0, OPTION_EXPECT_LIST, OPTION_RESULT, INVESTIGATE,
     "ACCOUNT=bulk|device|forwarder", "a sender known to be one (repeatable)", AT(settings),
     expectations},
    {NULL, "realm", 0, OPTION_PAIR_LIST, OPTION_RESULT, INVESTIGATE, "NAME=HOST,...",
     "hosts that share one directory of logins (repeatable)", SET(realms)},
    {NULL, "geoip", 0, OPTION_TEXT_LIST, OPTION_RESULT, INVESTIGATE, "FILE",
     "country and network of addresses: MaxMind DB of any vendor, or the text of Debian's "
     "tor-geoipdb (repeatable); changes no verdict",
     SET(geoip)},
    {NULL, "list", 0, OPTION_PAIR_LIST, OPTION_RESULT, INVESTIGATE, "NAME=FILE",
     "addresses and networks, one a line, called NAME in the report: Tor exits, hosting "
     "(repeatable); "
     "changes no verdict",
     SET(lists)},
    {NULL, "psl", 0, OPTION_FILE, OPTION_RESULT, INVESTIGATE, "FILE", "a newer Public Suffix List",
     SET(psl_file)},

    {"For case and abuse reports", "case-id", 0, OPTION_TEXT, OPTION_RESULT, REPORTS, "ID",
     "your number of the case", SET(case_id)},
    {NULL, "operator", 0, OPTION_TEXT, OPTION_RESULT, REPORTS, "NAME", "who investigates",
     SET(operator_name)},
    {NULL, "reporter-org", 0, OPTION_TEXT, OPTION_RESULT, REPORTS, "NAME",
     "organisation that reports", SET(reporter_org)},
    {NULL, "reporter-email", 0, OPTION_TEXT, OPTION_RESULT, REPORTS, "ADDRESS",
     "where answers are read", SET(reporter_email)},
    {NULL, "server-ip", 0, OPTION_ADDRESS, OPTION_RESULT, REPORTS, "IP",
     "address of the mail server", SET(server_ip)},
    {NULL, "actions", 0, OPTION_FILE, OPTION_RESULT, REPORTS, "FILE",
     "what you did about it, for letters and reports", SET(actions_file)},
    {NULL, "abuse-contacts", 0, OPTION_FILE_LIST, OPTION_RESULT,
     REPORTS | 1 << COMMAND_VERIFY, "FILE",
     "whom to tell about a network: network,email; a saved RDAP answer; a registry's dump "
     "(repeatable)",
     SET(abuse_contacts)},
    {NULL, "pseudonymise", 0, OPTION_CHOICE, OPTION_RESULT, REPORTS,
     "victims|none|recipients|all-but-attacker", "names in abuse reports; default victims",
     SET(pseudonymise), pseudonymises},
    {NULL, "pseudonym-key", 0, OPTION_TEXT, 0, REPORTS | 1 << COMMAND_VERIFY, "FILE",
     "made if absent; default beside the case folder", SET(pseudonym_key)},

    {"How to run", "threads", 'j', OPTION_NUMBER, 0, READS, "N",
     "default: the cores this process may use", SET(threads), .least = 1, .most = THREADS_MAX},
    {NULL, "memory", 0, OPTION_BYTES, 0, INVESTIGATE, "SIZE",
     "256M, 4G: kept in run.json alone; this version holds everything", SET(memory_bytes),
     .least = MEMORY_MIN, .most = UINT64_MAX},
    {NULL, "temp", 0, OPTION_FOLDER, 0, READS, "DIR",
     "for standard input, and 7z or zip inside others; default /tmp", SET(temp_dir)},
    {NULL, "save-segment", 0, OPTION_TEXT, 0, INVESTIGATE, "FILE.pms",
     "keep what the logs amount to; the file is a PATH like any other, in their place",
     SET(save_segment)},
    {NULL, "cache", 0, OPTION_FOLDER, 0, INVESTIGATE | TRACE | 1 << COMMAND_INPUTS, "DIR",
     "a folder that keeps what each file amounts to, by its content: a file that was read once is "
     "not parsed again, and an interrupted run goes on",
     SET(cache_dir)},
    {NULL, "local-inputs", 0, OPTION_FLAG, 0, INVESTIGATE, NULL,
     "postmortem-mpi: each rank has its own disk and its own list of PATHs", SET(local_inputs)},
    {NULL, "events", 0, OPTION_TEXT, 0, INVESTIGATE, "FILE.jsonl.zst",
     "every event that was understood, normalised, one a line with ECS names; reads the logs once "
     "more",
     SET(events_file)},
    {NULL, "stats", 0, OPTION_TEXT, 0, INVESTIGATE, "FILE",
     "seconds, bytes and lines per stage, peak memory", SET(stats_file)},
    {NULL, "no-sandbox", 0, OPTION_FLAG, 0, READS, NULL,
     "do not forbid this process other files, programs and the network", SET(no_sandbox)},
    {NULL, "quiet", 'q', OPTION_FLAG, 0, EVERY, NULL, "nothing on standard error but errors",
     SET(quiet)},
    {NULL, "verbose", 'v', OPTION_COUNT, 0, EVERY, NULL,
     "say what the kernel forbids this process, and which way trace took", SET(verbose)},
    {NULL, "progress", 0, OPTION_CHOICE, 0, EVERY, "auto|always|never",
     "progress on standard error", SET(progress), shows},
    {NULL, "color", 0, OPTION_CHOICE, 0, EVERY, "auto|always|never",
     "colour of the text report; NO_COLOR is honoured", SET(color), shows},
    {NULL, "config", 0, OPTION_FILE, 0, EVERY, "FILE",
     "long options, one a line; the command line beats it", AT(config)},
    {NULL, "help", 'h', OPTION_FLAG, 0, EVERY, NULL, "this text", AT(help)},
    {NULL, "version", 0, OPTION_FLAG, 0, EVERY, NULL, "versions of program, model and libraries",
     AT(version)},

    {NULL, "block-bytes", 0, OPTION_BYTES, OPTION_HIDDEN, READS, "SIZE", "", SET(block_bytes),
     .least = 1024, .most = 1 << 30},
    {NULL, "trace-whole", 0, OPTION_FLAG, OPTION_HIDDEN, TRACE, NULL, "", SET(trace.whole)},
    {NULL, "default-path", 0, OPTION_TEXT, OPTION_HIDDEN, READS, "PATH", "", AT(default_path)},
    {NULL, "default-output", 0, OPTION_TEXT, OPTION_HIDDEN, READS, "DIR", "", AT(default_output)},
    {NULL, "rules", 0, OPTION_TEXT, OPTION_LATER, EVERY, "DIR", .help = ""},
    {0},
};
