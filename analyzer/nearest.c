#include "nearest.h"

enum { NAME_MAX_LEN = 32 };

static size_t min_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours that make a into b (Damerau). */
static size_t edits_between(struct str a, struct str b)
{
    size_t before[NAME_MAX_LEN + 1], last[NAME_MAX_LEN + 1], row[NAME_MAX_LEN + 1];
    for (size_t j = 0; j <= b.len; j++)
        last[j] = before[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = a.ptr[i - 1] == b.ptr[j - 1];
            row[j] = min_of(last[j - 1] + !same, min_of(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1])
                row[j] = min_of(row[j], before[j - 2] + 1);
        }
        memcpy(before, last, sizeof before);
        memcpy(last, row, sizeof last);
    }
    return last[b.len];
}

struct nearest nearest_begin(struct str wanted)
{
    return (struct nearest){.wanted = wanted, .distance = wanted.len / 3 + 2};
}

void nearest_try(struct nearest *nearest, const char *name)
{
    struct str candidate = str_of(name);
    if (nearest->wanted.len > NAME_MAX_LEN || candidate.len > NAME_MAX_LEN)
        return;
    size_t distance = edits_between(nearest->wanted, candidate);
    if (nearest->wanted.len >= 3 && str_starts(candidate, nearest->wanted))
        distance = 1;
    if (distance >= nearest->distance)
        return;
    nearest->distance = distance;
    nearest->best = name;
}
