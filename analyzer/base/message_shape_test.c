/* Ids of one program have one shape, those of another one another. */
#include "message_shape.h"

#include <stdio.h>

static int expect(const char *a, const char *b, bool same)
{
    if ((message_shape(str_of(a)) == message_shape(str_of(b))) == same)
        return 0;
    printf("%s, %s: shapes should %s\n", a, b, same ? "agree" : "differ");
    return 1;
}

int main(void)
{
    int failures = expect("4f1a77d0.3312@a.test", "9b02e1c7.15@b.test", true);
    failures += expect("4f1a77d0.3312@a.test", "4f1a77d03312a5be@a.test", false);
    failures += expect("A1B2C3D4-00F1-4AAA-A11E-0123456789AB@a.test",
                       "0F0F0F0F-12B4-4BCD-80C1-ABCDEFABCDEF@a.test", true);
    failures += expect("CA+1f@a.test", "CA-1f@a.test", false);
    failures += expect("20260301101530.4FA3B@mx", "20260302111111.9CC01@mx", true);
    failures += expect("", "@a.test", true);
    return failures != 0;
}
