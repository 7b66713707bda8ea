#include "help.h"

#include <string.h>

#include "command_table.h"
#include "option_table.h"

enum { HELP_COLUMN = 26, WIDTH = 80 };

void help_usage(FILE *out)
{
    fputs("usage: postmortem [OPTIONS] PATH...           who was taken over, from where\n"
          "       postmortem COMMAND [OPTIONS] ...       trace, inputs, show, verify, report: --help\n"
          "PATH: a mail log, an archive (gz, bz2, xz, zst, lz4, tar, zip, 7z, cpio), a\n"
          "folder of them, or - for standard input. Nothing is changed or sent anywhere.\n"
          "With -o DIR all goes to a case folder: reports, tables, the lines that prove it.\n"
          "All options: postmortem --help\n",
          out);
}

static void newline(FILE *out, size_t indent, size_t *column)
{
    fprintf(out, "\n%*s", (int)indent, "");
    *column = indent;
}

/* Words of text from *column on, each line up to WIDTH, the next ones indented. */
static void wrapped(FILE *out, struct str text, size_t indent, size_t *column)
{
    struct str word;
    for (bool first = true; text.len; first = false) {
        if (!str_cut(&text, STR(" "), &word)) {
            word = text;
            text.len = 0;
        }
        if (!first && *column + 1 + word.len >= WIDTH)
            newline(out, indent, column);
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
        newline(out, HELP_COLUMN, &column);
    else
        column += (size_t)fprintf(out, "%*s", (int)(HELP_COLUMN - column), "");
    wrapped(out, str_of(option->help), HELP_COLUMN, &column);
}

static void help_commands(FILE *out)
{
    fputs("\nOther commands (COMMAND --help tells their options)\n", out);
    for (const struct command_info *command = command_table;
         command < command_table + COMMAND_COUNT; command++) {
        if (!command->name || command->later)
            continue;
        size_t column = (size_t)fprintf(out, "  %s %s", command->name, command->arguments);
        if (column + 2 > HELP_COLUMN)
            newline(out, HELP_COLUMN, &column);
        else
            column += (size_t)fprintf(out, "%*s", (int)(HELP_COLUMN - column), "");
        wrapped(out, str_of(command->about), HELP_COLUMN, &column);
    }
}

void help_options(FILE *out, enum command command)
{
    const struct command_info *about = &command_table[command];
    size_t column = 0;
    fprintf(out, "postmortem %s%s[OPTIONS] %s\n", about->name ? about->name : "",
            about->name ? " " : "", about->arguments);
    wrapped(out, str_of(about->about), 0, &column);
    const char *heading = NULL;
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
        help_commands(out);
    fputs("\nExit status: 0 all read, 1 some input damaged or without a mail log, 2 usage,\n"
          "3 no mail log at all, 4 output could not be written, 10 see --fail-on,\n"
          "11 a digest or figure differs (show, verify), 130 or 143 interrupted.\n",
          out);
}
