/* Facts made by hand, for tests alone: a few mails and logins in, what detect() concludes out as
 * one line of text. */
#ifndef POSTMORTEM_DETECTORS_TESTING_H
#define POSTMORTEM_DETECTORS_TESTING_H

#include "detect.h"
#include "intern.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* One or more equal messages. Left out: no address, own sender, one recipient, delivered. */
struct mail {
    const char *who; /* "anna", or "uid:33@mx", "net:10.0.0.9", "anon:203.0.113.1" */
    const char *ip;
    const char *from;     /* "%d" is the number of the message */
    const char *header;   /* domain of the header From */
    int at, every, count; /* seconds; count messages, one every so many seconds */
    int to, contact;      /* recipients; contact: number of the first one, so that equal numbers are
                             equal people */
    bool fresh;           /* every recipient of every message is somebody new */
    bool local;           /* recipients of this server */
    int unknown, spam;    /* how many of the recipients are refused so */
    int shape, size;      /* of Message-IDs, and in bytes */
};

struct attempt {
    const char *who; /* NULL: the server logged no name */
    const char *ip;
    int at, every, count;
    bool ok;
    int bytes; /* read */
    enum login_service service;
};

struct scene;

struct scene *scene_new(int seconds); /* length of the log; local domain north.test */
int scene_end(struct scene *scene);   /* frees it; number of expectations that failed */
void scene_mail(struct scene *scene, struct mail mail);
void scene_login(struct scene *scene, struct attempt attempt);
void scene_refuse(struct scene *scene, const char *who, const char *ip, const char *from, int at,
                  enum reason reason);
/* The one list that blocks this server, from then on. */
void scene_blocked(struct scene *scene, const char *provider, int at);
void scene_name(struct scene *scene, const char *ip, const char *client_name);
void scene_trust(struct scene *scene, const char *ip);
/* --since and --until, seconds since the log began. */
void scene_limit(struct scene *scene, int since, int until);
struct settings *scene_settings(struct scene *scene);
const struct report *scene_report(struct scene *scene);

/* Prints what differs and counts it. wanted: "likely 36.0: F-02 20.0, S-04 9.0" of an account; ""
 * where it is none without evidence. */
void expect_account(struct scene *scene, const char *who, const char *wanted);
/* Text of one item of evidence; "" where there is none. */
void expect_evidence(struct scene *scene, const char *who, const char *id, const char *wanted);
/* "2 messages 6 recipients 1 logins 0 failures 1 sources": all that counts of an account. */
void expect_counts(struct scene *scene, const char *who, const char *wanted);
/* "attacker 192.0.2.1, owner 192.0.2.2" */
void expect_roles(struct scene *scene, const char *who, const char *wanted);
/* "open-relay likely anon:203.0.113.1 60 240; ..." : class, verdict, principal, messages,
 * recipients */
void expect_findings(struct scene *scene, const char *wanted);
void expect_text(struct scene *scene, const char *what, const char *got, const char *wanted);
/* Whether the misuse may have begun before the log does. */
void expect_cut(struct scene *scene, const char *who, bool wanted);
/* "guess 0 access 60 abuse 60 last_accept 120": seconds since the log began, of what is known but
 * peak and last_try. */
void expect_window(struct scene *scene, const char *who, const char *wanted);

#endif
