#include "replies.h"

const struct pattern reply_patterns[] = {
    {"user unknown", REASON_USER_UNKNOWN},
    {NULL, REASON_NONE},
};
