#include "help.h"

#include <string.h>

#include "option_table.h"

enum { HELP_COLUMN = 26, WIDTH = 80 };

void help_usage(FILE *out)
{
    fputs("usage: postmortem [OPTIONS] PATH...           who was taken over, from where\n"
          "       postmortem explain [OPTIONS] PATH...   line by line: what was understood\n"
          "PATH: a mail log, an archive (gz, bz2, xz, zst, lz4, tar, zip, 7z, cpio), a\n"
          "folder of them, or - for standard input. Nothing is changed or sent anywhere.\n"
          "With -o DIR all goes to a case folder: reports, tables, the lines that prove it.\n"
          "All options: postmortem --help\n",
          out);
}

static void newline(FILE *out, size_t *column)
{
    fprintf(out, "\n%*s", HELP_COLUMN, "");
    *column = HELP_COLUMN;
}

/* Words of text from *column on, each line up to WIDTH. */
static void wrapped(FILE *out, struct str text, size_t *column)
{
    struct str word;
    for (bool first = true; text.len; first = false) {
        if (!str_cut(&text, STR(" "), &word)) {
            word = text;
            text.len = 0;
        }
        if (!first && *column + 1 + word.len >= WIDTH)
            newline(out, column);
        else if (!first)
            *column += (size_t)fprintf(out, " ");
        fwrite(word.ptr, 1, word.len, out);
        *column += word.len;
    }
    fputc('\n', out);
}

static void one_option(FILE *out, const struct option *option)
{
    size_t column = 0;
    if (option->letter)
        column += (size_t)fprintf(out, "  -%c, --%s", option->letter, option->name);
    else
        column += (size_t)fprintf(out, "      --%s", option->name);
    if (option->value)
        column += (size_t)fprintf(out, " %s", option->value);
    if (column + 2 > HELP_COLUMN)
        newline(out, &column);
    else
        column += (size_t)fprintf(out, "%*s", (int)(HELP_COLUMN - column), "");
    wrapped(out, str_of(option->help), &column);
}

void help_options(FILE *out, enum command command)
{
    static const char *const synopsis[COMMAND_COUNT] = {
        [COMMAND_INVESTIGATE] =
            "postmortem [OPTIONS] PATH...\n"
            "Names compromised accounts, the addresses that used them, forged domains and the\n"
            "times, from mail logs alone.\n",
        [COMMAND_EXPLAIN] =
            "postmortem explain [OPTIONS] PATH...\n"
            "Per line: envelope, parser, event and fields, or why it was not understood.\n",
    };
    const char *heading = NULL;
    fputs(synopsis[command], out);
    for (const struct option *option = option_table; option->name; option++) {
        if (option->heading)
            heading = option->heading;
        if ((option->flags & (OPTION_HIDDEN | OPTION_LATER)) ||
            !(option->commands & (1 << command)))
            continue;
        if (heading)
            fprintf(out, "\n%s\n", heading);
        heading = NULL;
        one_option(out, option);
    }
    if (command == COMMAND_INVESTIGATE)
        fputs("\nAnother command: postmortem explain --help\n", out);
    fputs("\nExit status: 0 all read, 1 some input damaged or without a mail log, 2 usage,\n"
          "3 no mail log at all, 4 output could not be written, 10 see --fail-on,\n"
          "130 or 143 interrupted.\n",
          out);
}
