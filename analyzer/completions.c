#include "completions.h"

#include <stdio.h>
#include <string.h>

bool manual_shows(const struct option *option)
{
    return !(option->flags & (OPTION_HIDDEN | OPTION_LATER));
}

static bool takes_value(const struct option *option)
{
    return option->value != NULL;
}

static bool is_path(const struct option *option)
{
    return takes_value(option) && (strstr(option->value, "FILE") || strstr(option->value, "DIR"));
}

static bool is_repeatable(const struct option *option)
{
    return option->kind >= OPTION_TEXT_LIST || option->kind == OPTION_COUNT;
}

/* Of --format: what any command writes. */
static void print_choices(const struct option *option, const char *separator)
{
    for (unsigned i = 0; option->choices[i]; i++)
        printf("%s%s", i ? separator : "", option->choices[i]);
}

static bool has_choices(const struct option *option)
{
    return option->kind == OPTION_CHOICE;
}

static void print_commands(const char *separator)
{
    bool first = true;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (!command_table[i].name || command_table[i].later)
            continue;
        printf("%s%s", first ? "" : separator, command_table[i].name);
        first = false;
    }
}

static void bash_options(int command)
{
    for (const struct option *option = option_table; option->name; option++) {
        if (!manual_shows(option) || !(option->commands & 1 << command))
            continue;
        printf(" --%s", option->name);
        if (option->letter)
            printf(" -%c", option->letter);
    }
}

static void bash_values(void)
{
    for (const struct option *option = option_table; option->name; option++) {
        if (!manual_shows(option) || !takes_value(option))
            continue;
        printf("        --%s", option->name);
        if (option->letter)
            printf(" | -%c", option->letter);
        fputs(")\n            ", stdout);
        if (has_choices(option)) {
            fputs("mapfile -t COMPREPLY < <(compgen -W '", stdout);
            print_choices(option, " ");
            fputs("' -- \"$cur\")\n            return\n            ;;\n", stdout);
        } else if (is_path(option)) {
            fputs("mapfile -t COMPREPLY < <(compgen -f -- \"${cur#*=}\")\n            return\n"
                  "            ;;\n",
                  stdout);
        } else {
            fputs("return\n            ;;\n", stdout);
        }
    }
}

void completions_bash(void)
{
    fputs("# bash completion of postmortem\n"
          "_postmortem() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' "
          "word\n"
          "    COMPREPLY=()\n"
          "    [ \"$cur\" != = ] || cur=\n"
          "    [ \"$prev\" != = ] || prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "    case $prev in\n",
          stdout);
    bash_values();
    fputs("    esac\n"
          "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
          "        case $word in\n        ",
          stdout);
    print_commands(" | ");
    fputs(
        ")\n            command=$word\n            break\n            ;;\n        esac\n    done\n"
        "    if [[ $cur == -* ]]; then\n        case $command in\n",
        stdout);
    for (int i = COMMAND_COUNT; i-- > 0;) {
        if (command_table[i].later)
            continue;
        printf("        %s) word='", command_table[i].name ? command_table[i].name : "*");
        bash_options(i);
        fputs("' ;;\n", stdout);
    }
    fputs("        esac\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"$word\" -- \"$cur\")\n"
          "        return\n    fi\n"
          "    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
          "    if [ -z \"$command\" ] && [ \"$COMP_CWORD\" -eq 1 ]; then\n"
          "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -W '",
          stdout);
    print_commands(" ");
    fputs("' -- \"$cur\")\n    fi\n}\ncomplete -o filenames -F _postmortem postmortem\n", stdout);
}

/* Inside single quotes and brackets of an _arguments specification. */
static void zsh_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (strchr("[]:\\", *text))
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

static void zsh_option(const struct option *option, bool letter)
{
    const char *sign = letter ? "-" : "--", *join = takes_value(option) ? letter ? "+" : "=" : "";
    printf("        '%s%s", is_repeatable(option) ? "*" : "", sign);
    if (letter)
        putchar(option->letter);
    else
        fputs(option->name, stdout);
    printf("%s[", join);
    zsh_text(option->help);
    putchar(']');
    if (has_choices(option)) {
        printf(":%s:(", option->name);
        print_choices(option, " ");
        putchar(')');
    } else if (takes_value(option)) {
        putchar(':');
        zsh_text(option->value);
        fputs(is_path(option) ? ":_files" : ": ", stdout);
    }
    puts("' \\");
}

void completions_zsh(void)
{
    puts("#compdef postmortem\n_postmortem() {\n    local -a commands\n    commands=(");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (!command_table[i].name || command_table[i].later)
            continue;
        printf("        '%s:", command_table[i].name);
        zsh_text(command_table[i].about);
        puts("'");
    }
    puts("    )\n    _arguments -s -S \\");
    for (const struct option *option = option_table; option->name; option++) {
        if (!manual_shows(option))
            continue;
        zsh_option(option, false);
        if (option->letter)
            zsh_option(option, true);
    }
    puts("        '1: :{_describe command commands; _files}' \\\n        '*: :_files'\n}\n"
         "_postmortem \"$@\"");
}

static void fish_text(const char *text)
{
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

/* A condition where not every command takes the option. */
static void fish_condition(const struct option *option)
{
    unsigned all = (1u << COMMAND_COUNT) - 1;
    if (option->commands == all)
        return;
    bool investigates = option->commands & 1 << COMMAND_INVESTIGATE;
    printf(" -n '%s__fish_seen_subcommand_from", investigates ? "not " : "");
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (command_table[i].name && !command_table[i].later &&
            !(option->commands & 1 << i) == investigates)
            printf(" %s", command_table[i].name);
    putchar('\'');
}

void completions_fish(void)
{
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (!command_table[i].name || command_table[i].later)
            continue;
        printf("complete -c postmortem -n __fish_use_subcommand -a %s -d ", command_table[i].name);
        fish_text(command_table[i].about);
        putchar('\n');
    }
    for (const struct option *option = option_table; option->name; option++) {
        if (!manual_shows(option))
            continue;
        fputs("complete -c postmortem", stdout);
        fish_condition(option);
        printf(" -l %s", option->name);
        if (option->letter)
            printf(" -s %c", option->letter);
        if (has_choices(option)) {
            fputs(" -x -a '", stdout);
            print_choices(option, " ");
            putchar('\'');
        } else if (takes_value(option)) {
            fputs(is_path(option) ? " -r" : " -x", stdout);
        }
        fputs(" -d ", stdout);
        fish_text(option->help);
        putchar('\n');
    }
}
