/* Files of the operator, or of somebody who wants him to read them: a case folder's report.json
 * (and the report is written again in every format), tables of abuse contacts. */
#define _GNU_SOURCE /* memfd_create */
#include "case_read.h"
#include "contacts.h"
#include "fuzzing.h"
#include "html.h"
#include "report.h"

static void write_all(const struct report *report)
{
    const struct style style = {.color = true, .columns = STYLE_COLUMNS, .top = STYLE_TOP};
    for (const struct report_format *const *format = report_formats; *format; format++) {
        struct out *out = out_memory();
        (*format)->write(report, &style, out);
        fuzz_touch(out_kept(out).ptr, out_kept(out).len);
        out_free(out);
    }
}

static void read_case(const uint8_t *data, size_t size)
{
    static char folder[] = "/tmp/postmortem-fuzz-XXXXXX";
    static char path[64];
    struct arena arena = {0};
    struct report report;
    struct err err;
    if (!path[0]) {
        if (!mkdtemp(folder))
            abort();
        snprintf(path, sizeof path, "%s/report.json", folder);
    }
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        abort();
    if (case_read(folder, &arena, &report, &err))
        write_all(&report);
    arena_free(&arena);
    unlink(path);
}

static void read_contacts(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH];
    int fd = fuzz_file(data, size, path);
    const char *paths[] = {path};
    struct list files = {paths, 1};
    struct err err;
    struct contacts *contacts = contacts_new(&files, &err);
    struct ip ip;
    if (contacts && ip_parse(STR("192.0.2.7"), &ip)) {
        struct contact contact = contacts_find(contacts, &ip);
        fuzz_touch(contact.email.ptr, contact.email.len);
    }
    contacts_free(contacts);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_case(data, size);
    read_contacts(data, size);
    return 0;
}
