#include "command_table.h"

enum {
    TEXT = 1 << FORMAT_TEXT,
    JSON = 1 << FORMAT_JSON,
    JSONL = 1 << FORMAT_JSONL,
    CSV = 1 << FORMAT_CSV,
};

const struct command_info command_table[COMMAND_COUNT] = {
    [COMMAND_INVESTIGATE] = {.arguments = "PATH...",
                             .about = "Names compromised accounts, the addresses that used them, "
                                      "forged domains and the times, from mail logs alone.",
                             .formats = TEXT | JSON | JSONL | CSV},
    [COMMAND_EXPLAIN] = {.name = "explain",
                         .arguments = "PATH...",
                         .about = "Per line: envelope, parser, event and fields, or why it was not "
                                  "understood.",
                         .formats = TEXT | JSONL},
    [COMMAND_TRACE] = {.name = "trace",
                       .arguments = "PATH...",
                       .about = "The whole life of the messages that match, over hops, filters and "
                                "hosts. Filters of one name: any may hold; of several names: one "
                                "of each must.",
                       .formats = TEXT | JSONL},
    [COMMAND_INPUTS] = {.name = "inputs",
                        .arguments = "PATH...",
                        .about = "Per file: format, host, span, zone and its proof, gaps, damage, "
                                 "SHA-256. No analysis.",
                        .formats = TEXT | JSON | JSONL},
    [COMMAND_REPORT] =
        {.name = "report",
         .arguments = "CASE",
         .about = "Writes the report of a case folder anew, without the logs, if every digest "
                  "holds: to standard output, in another zone (--timezone), length (--top) or "
                  "format; or, with -o DIR, a case folder with another reporter, other "
                  "pseudonyms, another zone. Exit status 11 if a digest differs.",
         .formats = TEXT | JSON | JSONL | CSV},
    [COMMAND_VERIFY] = {.name = "verify",
                        .arguments = "CASE [PATH...]",
                        .about =
                            "Checks every digest of a case folder; with the logs, every quoted "
                            "line and every figure. Exit status 11 if anything differs."},
    [COMMAND_SHOW] = {.name = "show",
                      .arguments = "LOCATOR PATH...",
                      .about = "One line again, by its locator (INPUT!MEMBER!L<line>@<offset>+"
                               "<length>#<sha256>), its digest checked. Exit status 11 if it "
                               "differs."},
};
