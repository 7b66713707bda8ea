#include "weights.h"

#include <stddef.h>

#define DESIGN "design choice"
#define SIMULATED "own simulation, 5,000 accounts over 28 days"

const struct weight weights[SIGNAL_COUNT] = {
    [F01_FEW] = {"F-01", 'F', false, 30, DESIGN},
    [F01_MANY] = {"F-01", 'F', false, 80, DESIGN},
    [F02_TWO] = {"F-02", 'F', false, 80, DESIGN},
    [F02_THREE] = {"F-02", 'F', true, 140, DESIGN},
    [F02_TEN] = {"F-02", 'F', true, 200, DESIGN},
    [F03_FIVE] = {"F-03", 'F', false, 80, DESIGN},
    [F03_TWENTY] = {"F-03", 'F', true, 160, DESIGN},
    [F04_ONE] = {"F-04", 'F', false, 40, DESIGN},
    [F04_THREE] = {"F-04", 'F', false, 100, DESIGN},
    [F05_THREE] = {"F-05", 'F', false, 80, DESIGN},
    [F05_TWENTY] = {"F-05", 'F', true, 160, DESIGN},
    [C01_FIVE] = {"C-01", 'C', false, 60,
                  "fail2ban: 5 failures in 10 minutes; CrowdSec: capacity 5"},
    [C01_TWENTY] = {"C-01", 'C', false, 100, "Zimbra: 20 failures an address"},
    [C02_SPRAY] = {"C-02", 'C', true, 160,
                   "CrowdSec: 3 to 5 users; Sentinel: 15 users in 5 minutes"},
    [C03_DISTRIBUTED] = {"C-03", 'C', true, 120, "CrowdSec slow brute force; Hail Mary Cloud"},
    [C04_CHECKED] = {"C-04", 'C', false, 80,
                     "Google: stolen passwords are tried by hand, then used"},
    [C05_RATIO] = {"C-05", 'C', false, 60, "Splunk community: ratio of failures to successes"},
    [S01_TEN] = {"S-01", 'S', false, 60, "geoip-policyd: 10 addresses in an hour"},
    [S01_THIRTY] = {"S-01", 'S', false, 120, "saslpolicyd: 30 addresses in an hour"},
    [S01_HUNDRED] = {"S-01", 'S', false, 160, DESIGN},
    [S01_RELATIVE] = {"S-01", 'S', false, 60, DESIGN},
    [S02_DAY] = {"S-02", 'S', false, 60, DESIGN},
    [S02_SIX] = {"S-02", 'S', false, 60, DESIGN},
    [S02_HOUR] = {"S-02", 'S', false, 80, DESIGN},
    [S02_DIVERSE] = {"S-02", 'S', true, 100, "stands for 4 registries of the world without GeoIP"},
    [S02_TWENTY] = {"S-02", 'S', true, 120, DESIGN},
    [S04_ALTERNATION] = {"S-04", 'S', false, 90, DESIGN},
    [S05_NETWORK] = {"S-05", 'S', false, 10, DESIGN},
    [S05_PROVIDER] = {"S-05", 'S', false, 30, DESIGN},
    [S07_NOVELTY] = {"S-07", 'N', false, 140, SIMULATED},
    [R01_UNKNOWN] = {"R-01", 'R', false, 80, SIMULATED},
    [R01_FOREIGN] = {"R-01", 'R', false, 100, SIMULATED},
    [R02_SOME] = {"R-02", 'R', false, 20, "phrases of remote servers"},
    [R02_FIVE] = {"R-02", 'R', true, 100, "phrases of remote servers"},
    [R02_OWN_FILTER] = {"R-02", 'R', true, 120, DESIGN},
    [V01_FIFTY] = {"V-01", 'V', false, 80, SIMULATED},
    [V01_TWO_HUNDRED] = {"V-01", 'V', false, 140, SIMULATED},
    [V01_FIFTY_SHORT] = {"V-01", 'V', false, 40, "half: no habit to compare with"},
    [V01_TWO_HUNDRED_SHORT] = {"V-01", 'V', false, 70, "half: no habit to compare with"},
    [V03_DRIFT] = {"V-03", 'V', false, 80, "textbook CUSUM, k 0.5, h 5"},
    [X01_RELAY] = {"X-01", 'X', true, 140, DESIGN},
    [X02_INJECTION] = {"X-02", 'X', false, 80, DESIGN},
    [X04_MAILBOX] = {"X-04", 'X', false, 60, DESIGN},
    [X04_TAKEN] = {"X-04", 'X', false, 60, DESIGN},
    [X04_TAKEN_ODD] = {"X-04", 'X', false, 90, DESIGN},
    [X04_TAKEN_ODDER] = {"X-04", 'X', false, 120, DESIGN},
    [X04_TAKEN_ODDEST] = {"X-04", 'X', false, 140, DESIGN},
    [S08_WEBMAIL] = {"S-08", 'S', false, 30, DESIGN},
    [D02_SPREAD] = {"D-02", 'D', false, 50, DESIGN},
    [D06_EQUAL] = {"D-06", 'D', false, 40, "Zimbra administrators: more than 50 at once"},
    [D08_BOOK] = {"D-08", 'D', false, 100, DESIGN},
    [D09_STAFF] = {"D-09", 'D', false, 80, DESIGN},
    [M01_SIZE] = {"M-01", 'M', false, 40, DESIGN},
    [M02_PROGRAM] = {"M-02", 'M', false, 50, DESIGN},
    [G01_ONE] = {"G-01", 'G', false, 60, "EVILCOHORT: accounts of one machine"},
    [G01_TWO] = {"G-01", 'G', false, 95, "EVILCOHORT: accounts of one machine"},
    [G01_FOUR] = {"G-01", 'G', true, 140, "BotGraph: accounts that share machines"},
    [E01_BULK] = {"E-01", 'E', false, -120, "confounder 1: newsletter"},
    [E02_EXPECTED] = {"E-02", 'E', false, -120, "the operator expects it"},
    [E03_PROGRAM] = {"E-03", 'E', false, -40, "half: the cipher is not known"},
};

static const struct {
    char family;
    int tenths;
} caps[] = {
    {'V', 140}, {'S', 180}, {'N', 140}, {'C', 180}, {'F', 240}, {'R', 160}, {'X', 140},
    {'D', 100}, {'M', 80},  {'G', 160}, {'E', -250},
};

const char family_order[] = "FCGSNRVDMXE";

int family_cap(char family)
{
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++)
        if (caps[i].family == family)
            return caps[i].tenths;
    return 0;
}
