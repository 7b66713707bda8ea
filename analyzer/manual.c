/* Prints, while the program is built, its manual page or the completions of a shell, from the
 * tables that the command line reads: manual man|bash|zsh|fish */
#include <stdio.h>
#include <string.h>

#include "completions.h"

static void roff_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text);
    }
}

/* A line of its own: a dot or an apostrophe in front would be a request. */
static void roff_line(const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    roff_text(text);
    putchar('\n');
}

static void print_synopsis(void)
{
    puts(".SH SYNOPSIS");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command_info *command = &command_table[i];
        if (command->later)
            continue;
        printf("%s.B postmortem\n", i ? ".br\n" : "");
        if (command->name)
            printf(".B %s\n", command->name);
        fputs(".RI [ OPTIONS ]\n.I ", stdout);
        roff_line(command->arguments);
    }
}

static void print_commands(void)
{
    puts(".SH COMMANDS");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command_info *command = &command_table[i];
        if (command->later)
            continue;
        puts(".TP");
        if (command->name)
            printf(".B %s\n", command->name);
        else
            puts("(none)");
        roff_line(command->about);
    }
}

static void print_option(const struct option *option)
{
    puts(".TP");
    fputs(".B ", stdout);
    if (option->letter)
        printf("\\-%c\\fR, \\fB", option->letter);
    fputs("\\-\\-", stdout);
    roff_text(option->name);
    if (option->value) {
        fputs("\\fR \\fI", stdout);
        roff_text(option->value);
    }
    puts("\\fR");
    roff_line(option->help);
    if (option->commands & 1 << COMMAND_INVESTIGATE)
        return;
    fputs("Of", stdout);
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (option->commands & 1 << i && command_table[i].name)
            printf(" \\fB%s\\fR", command_table[i].name);
    puts(" alone.");
}

static void print_options(void)
{
    puts(".SH OPTIONS");
    for (const struct option *option = option_table; option->name; option++) {
        if (option->heading) {
            fputs(".SS ", stdout);
            roff_line(option->heading);
        }
        if (manual_shows(option))
            print_option(option);
    }
}

static void print_manual(void)
{
    puts(".TH POSTMORTEM 1 \"\" \"postmortem " POSTMORTEM_VERSION "\" \"User Commands\"\n"
         ".SH NAME\n"
         "postmortem \\- investigate a mail incident from logs alone");
    print_synopsis();
    puts(".SH DESCRIPTION\n"
         "Names compromised mail accounts, the addresses that used them, the From domains that "
         "were\n"
         "forged, and when it all happened, from the logs of mail servers. It works offline: "
         "nothing\n"
         "is looked up on a network, changed on the server, or sent anywhere.\n"
         ".PP\n"
         "A PATH is a file, a folder (read recursively) or \\- for standard input: plain, gzip, "
         "bzip2,\n"
         "xz, zstd or lz4; tar, zip, 7z, cpio; nested; systemd journals. All are recognised by\n"
         "content. Without PATH the mail logs of this machine are listed.");
    print_commands();
    print_options();
    puts(".SH EXIT STATUS\n"
         "0 all read; 1 some input was damaged or a file named held no mail log; 2 usage, nothing\n"
         "done; 3 no mail log line in any input; 4 output could not be written; 10 see\n"
         "\\-\\-fail\\-on; 11 a digest or figure differs; 130, 143 interrupted.\n"
         ".SH THE FIRST HOUR\n"
         "Keep a copy of logs and queue before anything is deleted. Then:\n"
         ".PP\n"
         ".nf\n"
         "postmortem \\-o case /var/log/mail.log*            who, since when, from where\n"
         "less case/report.txt                            what to do, in order\n"
         "postmortem trace \\-\\-account suman /var/log/mail.log*   what one account sent\n"
         "postmortem \\-\\-since 1h /var/log/mail.log          is it over\n"
         ".fi\n"
         ".SH ENVIRONMENT\n"
         "NO_COLOR: no colour. TMPDIR: see \\-\\-temp.");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } kinds[] = {{"man", print_manual},
                 {"bash", completions_bash},
                 {"zsh", completions_zsh},
                 {"fish", completions_fish}};
    for (size_t i = 0; argc == 2 && i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(argv[1], kinds[i].name) != 0)
            continue;
        kinds[i].print();
        return fflush(stdout) != 0;
    }
    return 2;
}
