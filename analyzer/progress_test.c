/* How far the reading is -> what the user sees. */
#include "progress.h"

#include <stdio.h>
#include <string.h>

enum { SECOND = 1000000 };

static const struct {
    struct progress_view view;
    unsigned columns;
    const char *line, *bar;
} cases[] = {
    {{0, 0, 0, 5000000}, 80, "reading: 0 B, 0 B/s, memory 5.0 MB", "0 B, 0 B/s"},
    {{500000000, 1000000000, 2 * SECOND, 20000000},
     80,
     "reading: 50 %, 500 MB of 1.0 GB, 250 MB/s, 0:02 left, memory 20.0 MB",
     "[================>................] 50 %, 500 MB of 1.0 GB, 250 MB/s, 0:02 left"},
    {{500000000, 1000000000, 2 * SECOND, 20000000},
     40,
     "reading: 50 %, 500 MB of 1.0 GB, 250 MB/s, 0:02 left, memory 20.0 MB",
     "50 %, 500 MB of 1.0 GB, 250 MB/s, 0:02 "},
    {{1000, 7300000, SECOND, 1},
     60,
     "reading: 0 %, 1.0 kB of 7.3 MB, 1.0 kB/s, 2:01:39 left, memory 1 B",
     "[>..........] 0 %, 1.0 kB of 7.3 MB, 1.0 kB/s, 2:01:39 left"},
    {{999999, 999999, SECOND, 1},
     70,
     "reading: 100 %, 1.0 MB of 1.0 MB, 1.0 MB/s, 0:00 left, memory 1 B",
     "[======================] 100 %, 1.0 MB of 1.0 MB, 1.0 MB/s, 0:00 left"},
    {{12, 10, SECOND, 1},
     20,
     "reading: 100 %, 12 B of 10 B, 12 B/s, memory 1 B",
     "100 %, 12 B of 10 B"},
};

static const struct {
    uint64_t amount;
    const char *unit, *text;
} amounts[] = {
    {0, "", "0"},
    {12687, "", "12.7 k"},
    {21400000, "", "21.4 M"},
    {9400, "", "9.4 k"},
    {999999, "B", "1.0 MB"},
    {1, "B", "1 B"},
    {UINT64_MAX, "B", "18.4 EB"},
};

static bool same(const char *expected, const char *got)
{
    if (strcmp(expected, got) != 0)
        printf("expected: %s\ngot:      %s\n", expected, got);
    return strcmp(expected, got) == 0;
}

int main(void)
{
    bool ok = true;
    char text[PROGRESS_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        progress_line(text, &cases[i].view);
        ok &= same(cases[i].line, text);
        progress_bar(text, &cases[i].view, cases[i].columns);
        ok &= same(cases[i].bar, text);
    }
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        ok &= same(amounts[i].text, progress_amount(text, amounts[i].amount, amounts[i].unit));
    return ok ? 0 : 1;
}
