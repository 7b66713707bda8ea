#define _GNU_SOURCE /* scandir, versionsort */
#include "store_testing.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stamp.h"

uint32_t test_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

size_t line_end_after(struct str text, size_t at)
{
    const char *newline = memchr(text.ptr + at, '\n', text.len - at);
    return newline ? (size_t)(newline + 1 - text.ptr) : text.len;
}

size_t line_number(struct str text, size_t at)
{
    size_t number = 1;
    for (size_t i = 0; i < at; i++)
        number += text.ptr[i] == '\n';
    return number;
}

static int is_log(const struct dirent *entry)
{
    return strstr(entry->d_name, ".log") != NULL;
}

/* mail.log.2, mail.log.1, mail.log */
static int older_first(const struct dirent **a, const struct dirent **b)
{
    return -versionsort(a, b);
}

static void append_file(FILE *out, const char *folder, const char *name)
{
    char path[4096], bytes[4096];
    size_t n;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *in = fopen(path, "rb");
    if (!in)
        abort();
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
        fwrite(bytes, 1, n, out);
    fclose(in);
}

char *read_logs_of(const char *folder)
{
    struct dirent **names = NULL;
    char *text = NULL;
    size_t len = 0;
    int count = scandir(folder, &names, is_log, older_first);
    FILE *out = open_memstream(&text, &len);
    for (int i = 0; i < count; i++) {
        append_file(out, folder, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    fclose(out);
    return text;
}

#define LOG_BEGIN INT64_C(1735790645000000) /* 2025-01-02 */
#define HUNDRED_DAYS ((int64_t)100 * SEC_PER_DAY * USEC_PER_SEC)

/* A log that is being made. */
struct making {
    FILE *out;
    uint32_t *random;
    int64_t usec;
    bool yearless;
    const uint8_t *choices; /* one a question, in place of random; NULL: none are given */
    size_t choice_count;
};

static unsigned pick(struct making *m, unsigned count)
{
    if (!m->choices)
        return test_random(m->random) % count;
    if (m->choice_count == 0)
        return 0;
    m->choice_count--;
    return *m->choices++ % count;
}

/* Mostly seconds, now and then longer than a rule about time. */
static void let_time_pass(struct making *m)
{
    static const int64_t pauses[] = {
        4, 6, 700, 5000, 90000, (int64_t)20 * SEC_PER_DAY, (int64_t)31 * SEC_PER_DAY};
    m->usec += pick(m, 4) * (int64_t)USEC_PER_SEC;
    if (pick(m, 40) == 0) /* half a year of a host's silence would be ambiguous */
        m->usec += pauses[pick(m, m->usec < LOG_BEGIN + HUNDRED_DAYS ? 7 : 5)] * USEC_PER_SEC;
}

static void write_stamp(struct making *m)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[WHEN_TEXT];
    int64_t year;
    unsigned month, day;
    when_text((struct when){m->usec, 0}, text);
    civil_from_days(m->usec / USEC_PER_SEC / SEC_PER_DAY, &year, &month, &day);
    if (m->yearless)
        fprintf(m->out, "%s %2u %.8s", months[month - 1], day, text + 11);
    else
        fprintf(m->out, "%s", text);
}

static void begin_line(struct making *m, const char *tag, unsigned pid)
{
    write_stamp(m);
    fprintf(m->out, " mx%u %s[%u]: ", pick(m, 8) == 0 ? 2u : 1u, tag, pid);
}

static const char *queue_id(struct making *m)
{
    static const char *const ids[] = {"A1B2C3D4E1", "A1B2C3D4E2", "A1B2C3D4E3", "A1B2C3D4E4",
                                      "A1B2C3D4E5"};
    return ids[pick(m, 5)];
}

static const char *user(struct making *m)
{
    static const char *const users[] = {"anna@a.example", "ben@a.example", "anna", "Ben@A.example"};
    return users[pick(m, 4)];
}

static const char *recipient(struct making *m)
{
    static const char *const recipients[] = {"x@b.example", "y@b.example", "anna@a.example",
                                             "z@c.example"};
    return recipients[pick(m, 4)];
}

static void start_line(struct making *m)
{
    unsigned client = 1 + pick(m, 3);
    switch (pick(m, 5)) {
    case 0:
        begin_line(m, "postfix/pickup", 50);
        fprintf(m->out, "%s: uid=%u from=<www>", queue_id(m), 33 + client);
        break;
    case 1:
        begin_line(m, "postfix/smtpd", 10 + client);
        fprintf(m->out, "%s: client=localhost[127.0.0.1]", queue_id(m));
        break;
    case 2:
        begin_line(m, "postfix/smtpd", 10 + client);
        fprintf(
            m->out,
            "%s: client=localhost[127.0.0.1], orig_queue_id=%s, orig_client=unknown[192.0.2.%u]",
            queue_id(m), queue_id(m), client);
        break;
    default:
        begin_line(m, pick(m, 2) ? "postfix/smtpd" : "postfix-submission/smtpd", 10 + client);
        fprintf(m->out, "%s: client=unknown[192.0.2.%u], sasl_method=PLAIN, sasl_username=%s",
                queue_id(m), client, user(m));
    }
}

static void head_line(struct making *m)
{
    const char *id = queue_id(m);
    switch (pick(m, 4)) {
    case 0:
        begin_line(m, "postfix/cleanup", 60);
        fprintf(m->out, "%s: message-id=<20250102030405.%s@mx1.a.example>", id, id);
        break;
    case 1:
        begin_line(m, "postfix/cleanup", 60);
        fprintf(m->out,
                "%s: hold: header Subject: x from localhost[127.0.0.1]; from=<%s> to=<%s> "
                "proto=ESMTP helo=<x>",
                id, user(m), recipient(m));
        break;
    case 2:
        begin_line(m, "postfix/cleanup", 60);
        fprintf(m->out,
                "%s: warning: header From: <%s> from localhost[127.0.0.1]; from=<%s> to=<%s> "
                "proto=ESMTP helo=<x>",
                id, recipient(m), user(m), recipient(m));
        break;
    default:
        begin_line(m, "postfix/cleanup", 60);
        fprintf(m->out, "%s: message-id=<%u@laptop>", id, pick(m, 9));
    }
}

static void queue_line(struct making *m)
{
    const char *id = queue_id(m);
    switch (pick(m, 12)) {
    case 0:
        begin_line(m, "postfix/postsuper", 70);
        fprintf(m->out, "%s: removed", id);
        break;
    case 1:
        begin_line(m, "postfix/postsuper", 70);
        fprintf(m->out, "%s: placed on hold", id);
        break;
    case 2:
        begin_line(m, "postfix/postsuper", 70);
        fprintf(m->out, "%s: released from hold", id);
        break;
    case 3:
        begin_line(m, "postfix/postsuper", 70);
        fprintf(m->out, "Deleted: %u messages", 1 + pick(m, 30));
        break;
    case 4:
        begin_line(m, "postfix/bounce", 71);
        fprintf(m->out, "%s: sender non-delivery notification: %s", id, queue_id(m));
        break;
    case 5:
        begin_line(m, "postfix/qmgr", 72);
        fprintf(m->out, "%s: from=<%s>, status=expired, returned to sender", id, user(m));
        break;
    case 6:
    case 7:
    case 8:
        begin_line(m, "postfix/qmgr", 72);
        fprintf(m->out, "%s: removed", id);
        break;
    default:
        begin_line(m, "postfix/qmgr", 72);
        fprintf(m->out, "%s: from=<%s>, size=%u, nrcpt=%u (queue active)", id, user(m),
                100 + pick(m, 900), 1 + pick(m, 3));
    }
}

static void delivery_line(struct making *m)
{
    static const char *const replies[] = {
        "relay=b.example[198.51.100.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 "
        "2.0.0 Ok)",
        "relay=b.example[198.51.100.9]:25, delay=1, delays=0/0/0/1, dsn=4.7.1, status=deferred "
        "(host b.example[198.51.100.9] said: 451 4.7.1 Greylisted)",
        "relay=b.example[198.51.100.9]:25, delay=1, delays=0/0/0/1, dsn=5.7.1, status=bounced "
        "(host b.example[198.51.100.9] said: 554 5.7.1 blocked using bl.example)",
        "relay=c.example[198.51.100.8]:25, delay=1, delays=0/0/0/1, dsn=4.7.0, status=deferred "
        "(host c.example[198.51.100.8] said: 421 4.7.0 temporarily rate limited)",
        "relay=none, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (unknown user)",
    };
    const char *to = recipient(m);
    bool renamed = pick(m, 6) == 0;
    begin_line(m, "postfix/smtp", 80 + pick(m, 2));
    fprintf(m->out, "%s: to=<%s>, %s%s%s", queue_id(m), to, renamed ? "orig_to=<" : "",
            renamed ? recipient(m) : "", renamed ? ">, " : "");
    switch (pick(m, 7)) {
    case 0:
        fprintf(m->out,
                "relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent "
                "(250 2.0.0 Ok: queued as %s)",
                queue_id(m));
        break;
    case 1:
        fprintf(m->out,
                "relay=mx2[198.51.100.2]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 "
                "2.0.0 Ok: queued as %s)",
                queue_id(m));
        break;
    default:
        fprintf(m->out, "%s", replies[pick(m, 5)]);
    }
}

static void session_line(struct making *m)
{
    unsigned client = 1 + pick(m, 3), pid = 10 + pick(m, 3);
    switch (pick(m, 8)) {
    case 0:
        begin_line(m, "postfix/smtpd", pid);
        fprintf(m->out,
                "warning: unknown[192.0.2.%u]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
                client);
        break;
    case 1:
        begin_line(m, "postfix/smtpd", pid);
        fprintf(m->out,
                "NOQUEUE: reject: RCPT from unknown[192.0.2.%u]: 554 5.7.1 <%s>: Relay access "
                "denied; from=<%s> to=<%s> proto=ESMTP helo=<x>",
                client, recipient(m), user(m), recipient(m));
        break;
    case 2:
        begin_line(m, "postfix/smtpd", pid);
        fprintf(m->out,
                "%s: reject: RCPT from unknown[192.0.2.%u]: 553 5.7.1 <%s>: Sender address "
                "rejected: not owned by user %s; from=<%s> to=<%s> proto=ESMTP helo=<x>",
                queue_id(m), client, user(m), user(m), user(m), recipient(m));
        break;
    case 3:
    case 4:
        begin_line(m, "postfix/smtpd", pid);
        fprintf(m->out,
                "disconnect from unknown[192.0.2.%u] ehlo=1 auth=%u/1 mail=%u quit=1 commands=4",
                client, pick(m, 2), pick(m, 2));
        break;
    case 5:
        begin_line(m, "dovecot", 90);
        fprintf(m->out,
                "imap-login: Login: user=<%s>, method=PLAIN, rip=192.0.2.%u, lip=198.51.100.1, "
                "mpid=7, TLS, session=<s%u>",
                user(m), client, pick(m, 5));
        break;
    default:
        begin_line(m, "postfix/smtpd", pid);
        fprintf(m->out, "connect from unknown[192.0.2.%u]", client);
    }
}

static void noise_line(struct making *m)
{
    if (pick(m, 2)) {
        begin_line(m, "kernel", 1);
        fprintf(m->out, "noise");
        return;
    }
    write_stamp(m);
    fprintf(m->out, " mx%u last message repeated %u times", 1 + pick(m, 2), 1 + pick(m, 5));
}

static void any_line(struct making *m)
{
    static void (*const kinds[])(struct making *) = {
        start_line,    start_line,    head_line,    queue_line,   queue_line,
        delivery_line, delivery_line, session_line, session_line, noise_line};
    let_time_pass(m);
    kinds[pick(m, sizeof kinds / sizeof *kinds)](m);
    fprintf(m->out, "\n");
}

char *random_log(uint32_t *random, unsigned lines)
{
    char *text = NULL;
    size_t len = 0;
    struct making m = {.out = open_memstream(&text, &len),
                       .random = random,
                       .usec = LOG_BEGIN,
                       .yearless = lines % 3 == 0};
    for (unsigned i = 0; i < lines; i++)
        any_line(&m);
    fclose(m.out);
    return text;
}

char *chosen_log(const uint8_t *choices, size_t count)
{
    char *text = NULL;
    size_t len = 0;
    struct making m = {.out = open_memstream(&text, &len),
                       .usec = LOG_BEGIN,
                       .choices = choices,
                       .choice_count = count};
    m.yearless = pick(&m, 3) == 0;
    while (m.choice_count > 0)
        any_line(&m);
    fclose(m.out);
    return text;
}

static size_t line_len(const char *text)
{
    return strcspn(text, "\n");
}

void print_difference(const char *expected, const char *found)
{
    enum { SHOWN = 12 };
    for (unsigned shown = 0; shown < SHOWN && (*expected || *found);) {
        size_t a = line_len(expected), b = line_len(found);
        if (a != b || memcmp(expected, found, a) != 0) {
            printf("- %.*s\n+ %.*s\n", (int)a, expected, (int)b, found);
            shown++;
        }
        expected += a + (expected[a] == '\n');
        found += b + (found[b] == '\n');
    }
    printf("\n");
}
