#include "listing.h"

#include "expect.h"

extern const struct parser listing_parser;

struct listing_case {
    uint8_t table;
    const char *line, *event;
};

static const struct listing_case cases[] = {
    {TABLE_MAILQ, "1A7EF1082C*     954 Sun Nov 22 16:23:31  support@metro.test",
     "queued-message queue_id=1A7EF1082C sender=support@metro.test size=954 action=active "
     "delays=Sun Nov 22 16:23:31"},
    {TABLE_MAILQ, "4KXz1v2hQrz1J0N!  2000 Sun Nov  2 16:23:31  MAILER-DAEMON",
     "queued-message queue_id=4KXz1v2hQrz1J0N sender= size=2000 action=held "
     "delays=Sun Nov  2 16:23:31"},
    {TABLE_MAILQ, "      (connect to mx.test[192.0.2.50]:25: Connection timed out)",
     "queue-reason text=connect to mx.test[192.0.2.50]:25: Connection timed out"},
    {TABLE_MAILQ, "(connect to mx.test[192.0.2.50]:25: Conn",
     "queue-reason cut text=connect to mx.test[192.0.2.50]:25: Conn"},
    {TABLE_MAILQ, "                                         b@dest.test",
     "queued-recipient recipient=b@dest.test"},
    {TABLE_MAILQ, "1A7EF1082C 954 yesterday support@metro.test", "none"},
    {TABLE_MAILQ, "no listing", "none"},
    {TABLE_POSTQUEUE,
     "{\"queue_name\": \"hold\", \"queue_id\": \"1A7EF1082C\", \"arrival_time\": 17, "
     "\"message_size\": 9, \"sender\": \"a@x.test\", \"recipients\": [{\"address\": "
     "\"b@y.test\"}]}",
     "queued-message queue_id=1A7EF1082C sender=a@x.test size=9 action=held delays=17 "
     "text=[{\"address\": \"b@y.test\"}]"},
    {TABLE_POSTQUEUE, "{\"queue_name\": \"hold\", \"queue_id\": \"1A7EF1", "none"},
    {TABLE_SENDMAIL_QUEUE, "qA7LqlqC029841*    1391 Wed Nov  7 13:52 <augie@corp.test>",
     "queued-message queue_id=qA7LqlqC029841 sender=augie@corp.test size=1391 action=active "
     "delays=Wed Nov  7 13:52"},
    {TABLE_SENDMAIL_QUEUE, "                 (Deferred: Connection timed out with mx.test.)",
     "queue-reason text=Deferred: Connection timed out with mx.test."},
    {TABLE_SENDMAIL_QUEUE, "\t\t\t\t\t <a@x.test>", "queued-recipient recipient=a@x.test"},
    {TABLE_EXIM_QUEUE, " 25m  2.9K 0t5C6f-0000c8-00 <alice@wonderland.example>",
     "queued-message queue_id=0t5C6f-0000c8-00 sender=alice@wonderland.example action=deferred "
     "delay=25m flags=2.9K"},
    {TABLE_EXIM_QUEUE, "  3d  1.2M 1t5C6f-000000005vi-0000 (www-data) <> *** frozen ***",
     "queued-message queue_id=1t5C6f-000000005vi-0000 sender= action=held delay=3d flags=1.2M"},
    {TABLE_EXIM_QUEUE, "          D done@x.test", "delivered-recipient recipient=done@x.test"},
    {TABLE_EXIM_QUEUE, "          bob@x.test", "queued-recipient recipient=bob@x.test"},
    {TABLE_QUEUE_SIZES, "deferred=9058", "queue-size action=deferred count=9058"},
    {TABLE_QUEUE_SIZES, "deferred=many", "none"},
};

static unsigned parse_as_expected(const struct listing_case *c)
{
    static char text[EXPECT_TEXT];
    struct columns columns = {.table = c->table};
    struct context context = {.program = STR("queue-listing"), .columns = &columns};
    struct event event;
    if (listing_parser.parse(str_of(c->line), &context, &event))
        expect_print(&event, text);
    else
        strcpy(text, "none");
    for (size_t cut = 0; cut < strlen(c->line); cut++) /* must not read past any end */
        (void)listing_parser.parse((struct str){c->line, cut}, &context, &event);
    if (strcmp(text, c->event) == 0)
        return 0;
    printf("%s\n  expected: %s\n  got:      %s\n", c->line, c->event, text);
    return 1;
}

static unsigned begins(const char *line, uint8_t table)
{
    if (listing_begins(str_of(line)) == table)
        return 0;
    printf("%s\n  is taken for another listing\n", line);
    return 1;
}

int main(void)
{
    unsigned failed = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        failed += parse_as_expected(&cases[i]);
    failed +=
        begins("-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------", TABLE_MAILQ);
    failed += begins("Mail queue is empty", TABLE_MAILQ);
    failed += begins("{\"queue_name\": \"active\", \"queue_id\": \"1A\"}", TABLE_POSTQUEUE);
    failed += begins("\t\t/var/spool/mqueue (2 requests)", TABLE_SENDMAIL_QUEUE);
    failed += begins("/var/spool/mqueue is empty", TABLE_SENDMAIL_QUEUE);
    failed += begins(" 25m  2.9K 0t5C6f-0000c8-00 <alice@x.test>", TABLE_EXIM_QUEUE);
    failed += begins("hold=0", TABLE_QUEUE_SIZES);
    failed += begins("Nov 22 16:23:31 mx1 postfix/smtpd[1]: connect from x[192.0.2.1]", TABLE_NONE);
    failed += begins("{\"MESSAGE\": \"x\"}", TABLE_NONE);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
