/* What smtpd and anvil say of a session when it is over. */
#include "simulation.h"

struct command {
    const char *name;
    unsigned good, bad;
};

void session_put_statistics(struct writer *out, const struct session *s)
{
    const struct command commands[] = {
        {" ehlo=", s->ehlo, 0},
        {" starttls=", s->starttls, 0},
        {" auth=", s->auth, s->auth_failed},
        {" mail=", s->mail, 0},
        {" rcpt=", s->rcpt, s->rcpt_failed},
        {" data=", s->data, s->data_failed},
        {" quit=", s->quit, 0},
    };
    unsigned good = 0, bad = 0;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const struct command *command = &commands[i];
        if (!command->good && !command->bad)
            continue;
        put(out, command->name);
        put_number(out, command->good);
        if (command->bad) {
            put_char(out, '/');
            put_number(out, command->good + command->bad);
        }
        good += command->good;
        bad += command->bad;
    }
    put(out, " commands=");
    put_number(out, good);
    if (bad) {
        put_char(out, '/');
        put_number(out, good + bad);
    }
}

void session_log_anvil(struct simulation *simulation, const struct session *session)
{
    static const char *const what[] = {"rate ", "count "};
    for (unsigned i = 0; i < 2; i++) {
        struct writer *out = begin_line(simulation, PROCESS_ANVIL,
                                        process_any(&simulation->processes, PROCESS_ANVIL));
        put(out, "statistics: max connection ");
        put(out, what[i]);
        put_number(out, 1 + (session->left & 3u));
        put(out, i ? " for (" : "/60s for (");
        put(out, session->service == PROCESS_SUBMISSION ? "submission:"
                 : session->service == PROCESS_SMTPS    ? "smtps:"
                                                        : "smtp:");
        put_ip(out, &session->client);
        put(out, ") at ");
        put_syslog_stamp(out, simulation->now / SECOND - 60);
        end_line(simulation);
    }
}
