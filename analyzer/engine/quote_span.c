#include "quote_span.h"

#include "run_internal.h"

bool quote_covers(const struct run *run, struct moment when)
{
    const struct settlement *settlement = &run->settlement;
    return !facts_limited(&settlement->facts) ||
           facts_covers(&settlement->facts, settlement_utc(settlement, when));
}

bool quote_covers_message(const struct run *run, uint32_t fragment)
{
    return quote_covers(run, run->store.fragments[run->settlement.roots[fragment]].first);
}

bool quote_covers_connection(const struct run *run, const struct connection *connection)
{
    const struct settlement *settlement = &run->settlement;
    const struct facts *facts = &settlement->facts;
    return !facts_limited(facts) ||
           (settlement_utc(settlement, connection->first) < facts->until_usec &&
            settlement_utc(settlement, connection->last) >= facts->since_usec);
}

bool quote_covers_line(const struct run *run, uint32_t input, uint32_t host, struct stamp stamp)
{
    const struct facts *facts = &run->settlement.facts;
    if (!facts_limited(facts))
        return true;
    int64_t usec = run_when_joined(run, input, host, stamp).usec;
    return usec != TIME_NONE && facts_covers(facts, usec);
}
