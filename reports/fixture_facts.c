#include "fixture_parts.h"

/* 287 messages that are still open: 219 of suman, 2 and 8 of irene, 32 relayed, 18 by the script, 8
 * of nobody accused. */
enum { OPEN_MESSAGES = 287 };
enum string_id {
    NONE,
    MX1,
    QUEUE_ID,
    RELAY_IP,
    ATTACKER_IP,
    OWNER_IP,
    SENDER,
    DOMAIN,
    LATER_ID,
    STRING_COUNT
};
static const struct str strings[STRING_COUNT] = {
    {"", 0},
    S("mx1"),
    S("1A7EF1082C"),
    S("173.88.84.91"),
    S("28.249.22.114"),
    S("115.145.63.113"),
    S("=cmd|' /C calc'!A0@greentravel.test"),
    S("greentravel.test"),
    S("4bXyZ01234z9"),
};
static const struct principal principals[] = {
    {.name = S("irene"), .message_first = 0, .message_count = 10},
    {.name = S("newsletter"), .message_first = 10, .message_count = 8},
    {.name = S("suman@northbay.example"), .message_first = 18, .message_count = 219},
    {.name = S("net:173.88.84.91"),
     .kind = PRINCIPAL_NET,
     .message_first = 237,
     .message_count = 32},
    {.name = S("uid:33@mx1"), .kind = PRINCIPAL_UID, .message_first = 269, .message_count = 18},
};
static const struct recipient_fact recipients[] = {
    {.settled = SETTLED_DELIVERED},
    {.settled = SETTLED_BOUNCED, .reason = REASON_SPAM},
    {.settled = SETTLED_DEFERRED}};
/* By text of ip. */
static const struct source_fact source_facts[] = {
    {.ip = OWNER_IP}, {.ip = RELAY_IP}, {.ip = ATTACKER_IP}};

static uint32_t principal_of(uint32_t message)
{
    uint32_t principal = 0;
    while (message >= principals[principal].message_first + principals[principal].message_count)
        principal++;
    return principal;
}

const struct facts *fixture_facts(void)
{
    static struct message messages[OPEN_MESSAGES];
    static struct facts facts;
    for (uint32_t i = 0; i < OPEN_MESSAGES; i++) {
        uint32_t principal = principal_of(i);
        messages[i] = (struct message){
            .principal = principal,
            .host = MX1,
            .queue_id = QUEUE_ID,
            .last_queue_id = i % 2 ? LATER_ID : NONE,
            .ip = principal == 3             ? RELAY_IP
                  : principal == 0 && i >= 2 ? OWNER_IP
                                             : ATTACKER_IP,
            .sender = SENDER,
            .sender_domain = DOMAIN,
            .recipient_count = COUNT(recipients),
            .recipients = 5,
            .unnamed_settled = SETTLED_QUEUED,
            .flags = MESSAGE_OPEN,
            .size = 954,
            .first_usec = INT64_C(1795364617123456),
            .accepted_usec = i ? INT64_C(1795364617234567) : TIME_NONE,
            .place = {.line = i + 1},
        };
    }
    facts = (struct facts){
        .strings = strings,
        .string_count = STRING_COUNT,
        .principals = principals,
        .principal_count = COUNT(principals),
        .messages = messages,
        .message_count = OPEN_MESSAGES,
        .recipients = recipients,
        .recipient_count = COUNT(recipients),
        .sources = source_facts,
        .source_count = COUNT(source_facts),
        .since_usec = INT64_MIN,
        .until_usec = INT64_MAX,
        .digits = 6,
    };
    return &facts;
}

static const struct queue_depth depth[] = {
    {INT64_C(1795305600000000) + INT64_C(58920000000), 4, 0, 0},
    {INT64_C(1795305600000000) + INT64_C(58980000000), 90, 41, 0},
    {INT64_C(1795305600000000) + INT64_C(59040000000), 30, 251, 6},
    {INT64_C(1795305600000000) + INT64_C(59100000000), 0, 281, 6}};
static const struct str campaign_accounts[] = {S("irene"), S("suman@northbay.example")},
                        campaign_sources[] = {S("28.249.22.114")},
                        campaign_domains[] = {S("greentravel.test"), S("northpay.example")};
static const struct campaign campaigns[] = {{.id = 1,
                                             .accounts = campaign_accounts,
                                             .sources = campaign_sources,
                                             .forged_domains = campaign_domains,
                                             .account_count = 2,
                                             .source_count = 1,
                                             .forged_domain_count = 2,
                                             .first = CLOCK(16, 22, 40),
                                             .last = CLOCK(16, 25, 5),
                                             .order = campaign_accounts}};
static const struct limit limits[] = {{1, 40, 1200, 3}, {24, 55, 1150, 0}};

void fixture_figures(struct report *report)
{
    report->depth = depth;
    report->depth_count = COUNT(depth);
    report->campaigns = campaigns;
    report->campaign_count = COUNT(campaigns);
    report->limits = limits;
    report->limit_count = COUNT(limits);
}
