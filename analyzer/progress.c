#define _GNU_SOURCE /* pthread_condattr_setclock, TIOCGWINSZ */
#include "progress.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "stamp.h"

enum { BAR_MSEC = 200, LINES_MSEC = 10000, AMOUNT_TEXT = 16, COLUMNS_MAX = 80 };

struct progress {
    enum progress_style style;
    const struct progress_counts *counts;
    uint64_t began_usec;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stop;
    bool stopping; /* guarded by lock */
    bool drawn;    /* guarded by lock: the bar stands in the last line of the terminal */
};

static uint64_t now_usec(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * USEC_PER_SEC + (uint64_t)now.tv_nsec / 1000;
}

const char *progress_amount(char *text, uint64_t amount, const char *unit)
{
    static const char *const prefixes[] = {"", "k", "M", "G", "T", "P", "E"};
    unsigned step = 0;
    double shown = (double)amount;
    for (; shown >= 999.5 && step + 1 < sizeof prefixes / sizeof *prefixes; step++)
        shown /= 1000;
    const char *gap = *prefixes[step] || *unit ? " " : "";
    snprintf(text, AMOUNT_TEXT, shown < 99.95 && step ? "%.1f%s%s%s" : "%.0f%s%s%s", shown, gap,
             prefixes[step], unit);
    return text;
}

static uint64_t rate_of(const struct progress_view *view)
{
    double seconds = (double)view->elapsed_usec / USEC_PER_SEC;
    return seconds > 0 ? (uint64_t)((double)view->done / seconds) : 0;
}

/* "0:42" until the end at the speed so far; empty if nobody can know. */
static void time_left(char *text, size_t size, const struct progress_view *view)
{
    uint64_t rate = rate_of(view);
    text[0] = '\0';
    if (rate == 0 || view->total < view->done || view->total == 0)
        return;
    uint64_t seconds = (view->total - view->done) / rate;
    if (seconds < 3600)
        snprintf(text, size, "%u:%02u left", (unsigned)(seconds / 60), (unsigned)(seconds % 60));
    else
        snprintf(text, size, "%u:%02u:%02u left", (unsigned)(seconds / 3600 % 10000),
                 (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
}

static unsigned percent_of(const struct progress_view *view)
{
    if (view->total == 0 || view->done >= view->total)
        return view->total ? 100 : 0;
    return (unsigned)((double)view->done * 100 / (double)view->total);
}

/* "45 %, 1.2 GB of 2.7 GB, 410 MB/s, 0:03 left"; without a total the parts that need one are left
 * out. */
static void words(char *text, size_t size, const struct progress_view *view)
{
    char done[AMOUNT_TEXT], total[AMOUNT_TEXT], rate[AMOUNT_TEXT], left[32];
    progress_amount(done, view->done, "B");
    progress_amount(total, view->total, "B");
    progress_amount(rate, rate_of(view), "B");
    time_left(left, sizeof left, view);
    if (view->total)
        snprintf(text, size, "%u %%, %s of %s, %s/s%s%s", percent_of(view), done, total, rate,
                 *left ? ", " : "", left);
    else
        snprintf(text, size, "%s, %s/s", done, rate);
}

void progress_line(char *text, const struct progress_view *view)
{
    char state[PROGRESS_TEXT / 2], peak[AMOUNT_TEXT];
    words(state, sizeof state, view);
    snprintf(text, PROGRESS_TEXT, "reading: %s, memory %s", state,
             progress_amount(peak, view->peak_bytes, "B"));
}

void progress_bar(char *text, const struct progress_view *view, unsigned columns)
{
    enum { BAR_MIN = 10 };
    char state[PROGRESS_TEXT / 2], bar[COLUMNS_MAX + 1] = "";
    words(state, sizeof state, view);
    size_t used = strlen(state) + 4;
    if (columns > COLUMNS_MAX)
        columns = COLUMNS_MAX;
    if (view->total == 0 || used + BAR_MIN > columns) {
        snprintf(text, PROGRESS_TEXT, "%.*s", (int)(columns ? columns - 1 : 0), state);
        return;
    }
    size_t width = columns - used, filled = width * percent_of(view) / 100;
    memset(bar, '.', width);
    memset(bar, '=', filled);
    if (filled < width)
        bar[filled] = '>';
    bar[width] = '\0';
    snprintf(text, PROGRESS_TEXT, "[%s] %s", bar, state);
}

static unsigned terminal_columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : COLUMNS_MAX;
}

static void wipe_locked(struct progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    progress->drawn = false;
}

static void draw_locked(struct progress *progress)
{
    char text[PROGRESS_TEXT];
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    struct progress_view view = {
        .done = atomic_load_explicit(&progress->counts->bytes_done, memory_order_relaxed),
        .total = atomic_load_explicit(&progress->counts->bytes_total, memory_order_relaxed),
        .elapsed_usec = now_usec() - progress->began_usec,
        .peak_bytes = (uint64_t)usage.ru_maxrss * 1024,
    };
    if (progress->style == PROGRESS_LINES) {
        progress_line(text, &view);
        fprintf(stderr, "postmortem: %s\n", text);
        return;
    }
    progress_bar(text, &view, terminal_columns());
    fprintf(stderr, "\r%s\033[K", text);
    progress->drawn = true;
    fflush(stderr);
}

static void *draw_until_stopped(void *user)
{
    struct progress *progress = user;
    const long msec = progress->style == PROGRESS_BAR ? BAR_MSEC : LINES_MSEC;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    pthread_mutex_lock(&progress->lock);
    while (!progress->stopping) {
        next.tv_nsec += msec % 1000 * 1000000;
        next.tv_sec += msec / 1000 + next.tv_nsec / 1000000000;
        next.tv_nsec %= 1000000000;
        int late = 0;
        while (!progress->stopping && !late)
            late = pthread_cond_timedwait(&progress->stop, &progress->lock, &next);
        if (!progress->stopping)
            draw_locked(progress);
    }
    pthread_mutex_unlock(&progress->lock);
    return NULL;
}

/* Signals are for the main thread, which has to leave its waits. */
static bool start_thread(struct progress *progress)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool ok = pthread_create(&progress->thread, NULL, draw_until_stopped, progress) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

static void release(struct progress *progress)
{
    pthread_cond_destroy(&progress->stop);
    pthread_mutex_destroy(&progress->lock);
    free(progress);
}

struct progress *progress_start(enum progress_style style, const struct progress_counts *counts)
{
    if (style == PROGRESS_OFF)
        return NULL;
    struct progress *progress = xcalloc(1, sizeof *progress);
    pthread_condattr_t monotonic;
    *progress = (struct progress){.style = style, .counts = counts, .began_usec = now_usec()};
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&progress->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&progress->lock, NULL);
    if (start_thread(progress))
        return progress;
    release(progress);
    return NULL;
}

void progress_stop(struct progress *progress)
{
    if (!progress)
        return;
    pthread_mutex_lock(&progress->lock);
    progress->stopping = true;
    pthread_cond_signal(&progress->stop);
    pthread_mutex_unlock(&progress->lock);
    pthread_join(progress->thread, NULL);
    wipe_locked(progress);
    release(progress);
}

/* Names of files and members come from anybody: none of their bytes may steer a terminal. */
static void print_line(const char *text)
{
    fputs("postmortem: ", stderr);
    for (; *text; text++) {
        const unsigned char *byte = (const unsigned char *)text;
        bool c1 = byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] < 0xa0;
        putc(byte[0] < 0x20 || byte[0] == 0x7f || c1 ? '?' : byte[0], stderr);
        text += c1;
    }
    putc('\n', stderr);
}

void progress_say(struct progress *progress, const char *text)
{
    if (progress) {
        pthread_mutex_lock(&progress->lock);
        wipe_locked(progress);
    }
    print_line(text);
    if (progress)
        pthread_mutex_unlock(&progress->lock);
}
