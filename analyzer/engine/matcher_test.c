/* Why a server refused, for many replies scanned at once: each reply is judged as if it were alone.
 */
#include "matcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"

enum { SLICES = 3000, LONG = 5000 };

static const struct sample {
    const char *text;
    enum reason reason;
} samples[] = {
    {"550 5.1.1 <x@a.test>: Recipient address rejected: User unknown in local recipient table",
     REASON_USER_UNKNOWN},
    {"554 5.7.1 <bob@far.test>: Relay access denied", REASON_RELAY_DENIED},
    {"553 5.7.1 <ceo@bank.test>: Sender address rejected: not owned by user anna",
     REASON_NOT_OWNER},
    {"451 4.7.1 <x@a.test>: Recipient address rejected: Greylisting in effect, please come back "
     "later",
     REASON_GREYLIST},
    {"250 2.0.0 Ok: queued as 4Zq8Rk2LmNz1p", REASON_OTHER},
    {"", REASON_OTHER},
    {"spf", REASON_OTHER},
    {"reject", REASON_OTHER},
    /* The word that decides stands last. */
    {"550 5.7.1 Message content rejected, id=12345-01 - spam", REASON_SPAM},
    {"550 5.7.1 Message content rejected, id=12345-01 - spam.", REASON_SPAM},
    {"554 your address is blacklisted", REASON_BLOCKED},
    {"554 your address is blacklisted.", REASON_BLOCKED},
    {"450 you are being throttled", REASON_RATE},
    {"550 message rejected due to dmarc", REASON_AUTH_POLICY},
    /* The word that decides stands first. */
    {"dt:spm 163 smtp5", REASON_SPAM},
    {"4.2.2 over", REASON_MAILBOX_FULL},
    /* Line ends within a reply, as a JSON log has them. */
    {"550 nothing\n553 5.7.1 Sender address rejected: not owned by user anna\n550 nothing",
     REASON_NOT_OWNER},
    /* Two reasons: the earlier in the list of reasons' patterns. */
    {"553 5.7.1 Sender address rejected: not owned by user anna; user unknown in local recipient "
     "table",
     REASON_NOT_OWNER},
    {"550 user unknown in local recipient table; Sender address rejected: not owned by user anna",
     REASON_NOT_OWNER},
};

enum { SAMPLES = sizeof samples / sizeof *samples };

static int differs(const char *text, const char *expected, const char *found)
{
    if (strcmp(expected, found) == 0)
        return 0;
    printf("reply:    %.300s\nexpected: %s\nfound:    %s\n\n", text, expected, found);
    return 1;
}

static uint8_t alone(struct matcher_worker *worker, struct str text)
{
    uint8_t reason = REASON_COUNT;
    matcher_classify(worker, &text, 1, &reason);
    return reason;
}

static int check_alone(struct matcher_worker *worker)
{
    int failed = 0;
    for (size_t i = 0; i < SAMPLES; i++)
        failed += differs(samples[i].text, reason_name(samples[i].reason),
                          reason_name(alone(worker, str_of(samples[i].text))));
    return failed;
}

/* Every reply in front of and behind every other one. */
static int check_pairs(struct matcher_worker *worker)
{
    int failed = 0;
    for (size_t i = 0; i < SAMPLES; i++) {
        for (size_t k = 0; k < SAMPLES; k++) {
            struct str pair[2] = {str_of(samples[i].text), str_of(samples[k].text)};
            uint8_t reasons[2] = {REASON_COUNT, REASON_COUNT};
            matcher_classify(worker, pair, 2, reasons);
            int wrong =
                differs(samples[i].text, reason_name(samples[i].reason), reason_name(reasons[0]));
            wrong +=
                differs(samples[k].text, reason_name(samples[k].reason), reason_name(reasons[1]));
            if (wrong)
                printf("the first is:  %s\nthe second is: %s\n\n", samples[i].text,
                       samples[k].text);
            failed += wrong;
        }
    }
    return failed;
}

/* Replies cut in two at every place: neither half may take words from its neighbour. */
static int check_halves(struct matcher_worker *worker)
{
    int failed = 0;
    for (size_t i = 0; i < SAMPLES; i++) {
        for (size_t at = 0; at <= strlen(samples[i].text); at++) {
            struct str whole = str_of(samples[i].text),
                       halves[2] = {str_head(whole, at), str_skip(whole, at)};
            uint8_t reasons[2];
            matcher_classify(worker, halves, 2, reasons);
            char text[300];
            for (int h = 0; h < 2; h++) {
                snprintf(text, sizeof text, "%.*s", (int)halves[h].len, halves[h].ptr);
                failed +=
                    differs(text, reason_name(alone(worker, halves[h])), reason_name(reasons[h]));
            }
        }
    }
    return failed;
}

static int check_many(struct matcher_worker *worker)
{
    struct str *texts = calloc(SLICES, sizeof *texts);
    uint8_t *reasons = calloc(SLICES, 1);
    int failed = 0;
    if (!texts || !reasons)
        abort();
    for (size_t i = 0; i < SLICES; i++)
        texts[i] = str_of(samples[i * 7 % SAMPLES].text);
    matcher_classify(worker, texts, SLICES, reasons);
    for (size_t i = 0; i < SLICES && failed < 5; i++)
        failed += differs(texts[i].ptr, reason_name(samples[i * 7 % SAMPLES].reason),
                          reason_name(reasons[i]));
    matcher_classify(worker, texts, 0, reasons);
    free(texts);
    free(reasons);
    return failed;
}

/* A reply is read to its 2048th byte. */
static int check_long(struct matcher_worker *worker)
{
    static char text[LONG];
    struct str words = STR(" Relay access denied"), whole = {text, sizeof text};
    memset(text, 'x', sizeof text);
    int failed = differs("long", "other", reason_name(alone(worker, whole)));
    memcpy(text + 2048 - words.len, words.ptr, words.len);
    failed += differs("at the limit", "relay-denied", reason_name(alone(worker, whole)));
    memset(text, 'x', sizeof text);
    memcpy(text + 2049 - words.len, words.ptr, words.len);
    return failed + differs("beyond the limit", "other", reason_name(alone(worker, whole)));
}

int main(void)
{
    struct matcher *matcher = NULL;
    struct err err = {0};
    if (!matcher_new(&matcher, &err)) {
        printf("%s\n", err.text);
        return EXIT_FAILURE;
    }
    struct matcher_worker *worker = matcher_worker_new(matcher);
    int failed = check_alone(worker) + check_pairs(worker) + check_halves(worker) +
                 check_many(worker) + check_long(worker);
    matcher_worker_free(worker);
    matcher_free(matcher);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
