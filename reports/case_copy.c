#define _GNU_SOURCE /* O_DIRECTORY */
#include "case_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include "arena.h"
#include "case_sums.h"
#include "papers.h"

static bool is_made_anew(const char *name, bool reports)
{
    static const char *const made[] = {"report.json", "report.txt", "report.html", "run.json",
                                       "SHA256SUMS"};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        if (strcmp(name, made[i]) == 0)
            return true;
    if (str_starts(str_of(name), STR("abuse/")))
        return !reports;
    return papers_need_no_facts(name);
}

static bool copy_file(struct case_folder *folder, int from, const char *name, struct err *err)
{
    char buffer[16384];
    FILE *file = case_open(from, name);
    struct out *out = file ? case_file(folder, name, err) : NULL;
    if (!file)
        return err_sys(err, STATUS_USAGE, name);
    for (size_t len; out && (len = fread(buffer, 1, sizeof buffer, file)) > 0;)
        out_str(out, (struct str){buffer, len});
    bool ok = out && (!ferror(file) || err_sys(err, STATUS_USAGE, name)) &&
              case_file_end(folder, out, err);
    fclose(file);
    return ok;
}

bool case_copy(struct case_folder *folder, const char *dir, bool reports, struct err *err)
{
    struct arena arena = {0};
    struct case_sums files = {0};
    int from = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = from >= 0 || err_sys(err, STATUS_USAGE, dir);
    if (ok)
        case_files(from, &arena, &files);
    for (size_t i = 0; i < files.count && ok; i++)
        if (!is_made_anew(files.items[i].name, reports))
            ok = copy_file(folder, from, files.items[i].name, err);
    if (from >= 0)
        close(from);
    arena_free(&arena);
    return ok;
}
