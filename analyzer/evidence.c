#include "evidence.h"

#include <stdio.h>
#include <stdlib.h>

#include "escape.h"

enum { EVIDENCE_PATH = FOLDER_NAME + 32, SAMPLE_LINES = 100 };

struct account_files {
    struct out *log, *jsonl; /* NULL if no line is wanted */
    uint64_t room;           /* lines that still go in */
};

struct evidence_files {
    struct case_folder *folder;
    const char *root;
    enum evidence_wanted wanted;
    struct account_files *accounts;
    size_t count;
    struct arena scratch;
};

struct evidence_files *evidence_files_new(struct case_folder *folder, const char *root,
                                          enum evidence_wanted wanted)
{
    struct evidence_files *files = xcalloc(1, sizeof *files);
    files->folder = folder;
    files->root = root;
    files->wanted = wanted;
    return files;
}

static struct out *file_of(struct evidence_files *files, struct str account, const char *name,
                           struct err *err)
{
    char folder[FOLDER_NAME], path[EVIDENCE_PATH];
    snprintf(path, sizeof path, "%s/%s/%s", files->root, folder_name(account, folder), name);
    return case_file(files->folder, path, err);
}

static bool open_files(struct evidence_files *files, struct str account, struct account_files *ret,
                       struct err *err)
{
    ret->log = file_of(files, account, "lines.log", err);
    if (!ret->log)
        return false;
    ret->jsonl = file_of(files, account, "lines.jsonl", err);
    return ret->jsonl != NULL;
}

bool evidence_files_begin(struct evidence_files *files, struct str account, struct err *err)
{
    static const uint64_t rooms[] = {
        [EVIDENCE_ALL] = UINT64_MAX, [EVIDENCE_SAMPLES] = SAMPLE_LINES, [EVIDENCE_NONE] = 0};
    struct account_files opened = {.room = rooms[files->wanted]};
    if (opened.room && !open_files(files, account, &opened, err))
        return false;
    files->accounts = xrealloc(files->accounts, files->count + 1, sizeof *files->accounts);
    files->accounts[files->count++] = opened;
    return true;
}

void evidence_files_add(struct evidence_files *files, size_t account,
                        const struct evidence_line *line)
{
    struct account_files *to = &files->accounts[account];
    if (to->room == 0)
        return;
    to->room--;
    evidence_write_log(to->log, line, &files->scratch);
    evidence_write_jsonl(to->jsonl, line, &files->scratch);
    arena_reset(&files->scratch);
}

bool evidence_files_end(struct evidence_files *files, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; i < files->count && ok && files->accounts[i].log; i++)
        ok = case_file_end(files->folder, files->accounts[i].log, err) &&
             case_file_end(files->folder, files->accounts[i].jsonl, err);
    arena_free(&files->scratch);
    free(files->accounts);
    free(files);
    return ok;
}
