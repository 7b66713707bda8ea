/* The table of the model: how much each observation weighs. One place, one row a level. */
#ifndef POSTMORTEM_WEIGHTS_H
#define POSTMORTEM_WEIGHTS_H

#include <stdbool.h>

/* A level of a signal; the name of the signal stands in its row. */
enum signal {
    F01_FEW,
    F01_MANY,
    F02_TWO,
    F02_THREE,
    F02_TEN,
    F03_FIVE,
    F03_TWENTY,
    F04_ONE,
    F04_THREE,
    F05_THREE,
    F05_TWENTY,
    C01_FIVE,
    C01_TWENTY,
    C02_SPRAY,
    C03_DISTRIBUTED,
    C04_CHECKED,
    C05_RATIO,
    S01_TEN,
    S01_THIRTY,
    S01_HUNDRED,
    S01_RELATIVE,
    S02_DAY,
    S02_SIX,
    S02_HOUR,
    S02_DIVERSE,
    S02_TWENTY,
    S04_ALTERNATION,
    S05_NETWORK,
    S05_PROVIDER,
    S07_NOVELTY,
    R01_UNKNOWN,
    R01_FOREIGN,
    R02_SOME,
    R02_FIVE,
    R02_OWN_FILTER,
    V01_FIFTY,
    V01_TWO_HUNDRED,
    V01_FIFTY_SHORT,
    V01_TWO_HUNDRED_SHORT,
    X01_RELAY,
    X02_INJECTION,
    X04_MAILBOX,
    X04_TAKEN,
    X04_TAKEN_ODD,
    X04_TAKEN_ODDER,
    X04_TAKEN_ODDEST,
    E01_BULK,
    E02_EXPECTED,
    E03_PROGRAM,
    V03_DRIFT,
    S08_WEBMAIL,
    D02_SPREAD,
    D06_EQUAL,
    D08_BOOK,
    D09_STAFF,
    M01_SIZE,
    M02_PROGRAM,
    G01_ONE,
    G01_TWO,
    G01_FOUR,
    SIGNAL_COUNT
};

struct weight {
    const char *id;
    char family;
    bool hard;  /* enough of its kind to carry a verdict */
    int tenths; /* of a deciban; negative speaks for the account */
    const char *source;
};

extern const struct weight weights[SIGNAL_COUNT];

enum { PRIOR_TENTHS = -300 };

/* The most that a family may add up to (for E: the least). */
int family_cap(char family);
/* Order in which families are summed and printed. */
extern const char family_order[];

#endif
