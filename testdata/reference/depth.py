"""How many messages lay in the queues, minute by minute: from the lives of their IDs, each followed on its own."""
from settle import build_generations, own_message_id

MINUTE = 60
POINTS = 500
OLD = 5                  # seconds before its first line at which a message must have come to have waited for its turn
FINAL = ("sent", "bounced", "expired")


def taken(g):
    """Whether the server took it into its queue, by its own lines."""
    return g.accepted() or g.has("expired") or g.has("notice")


def done(g):
    """Whether it is gone at its last line."""
    if any(g.has(kind) for kind in ("removed", "withdrawn", "expired", "requeue")):
        return True
    if lying(g.events, False, False) == "held":
        return False
    last = {(e["to"], e["orig"]): e["status"] for e in g.events if e["kind"] == "delivery"}
    last = {key: status for key, status in last.items() if status not in ("deliverable", "undeliverable")}
    active = g.first("active")
    named = {orig or to for to, orig in last} if active and active.get("asked") else last
    asked = active["nrcpt"] if active else int(g.has("notice"))
    return all(status in FINAL for status in last.values()) and len(named) >= asked


def lying(events, waited, held):
    for e in events:
        waited = waited or e["kind"] == "delivery" and e["status"] == "deferred"
        held = (held or e["kind"] in ("hold", "hold-rule")) and e["kind"] != "release"
    return "held" if held else "deferred" if waited else "active"


def arrival(g):
    """Since when it lies there: its first line, or before that if it has no beginning and its first try says how long it took."""
    first = next((e for e in g.events if e["kind"] == "delivery"), None)
    begun = any(g.has(kind) for kind in ("client", "pickup", "notice")) or any(own_message_id(e) for e in g.events)
    if begun or first is None or first.get("delay") is None:
        return g.start
    return min(g.start, first["time"] - first["delay"])


def at(g, time):
    """How it lies there at the very end of a minute, or None."""
    begin = arrival(g)
    if not begin < time or done(g) and g.end < time:
        return None
    seen = [e for e in g.events if e["time"] < time]
    return lying(seen, g.start - begin > OLD, False)


def minutes_of(g, first, last):
    begin, end = max(arrival(g), first), min(g.end, last) if done(g) else last
    return range(int(begin // MINUTE), int(end // MINUTE) + 1)


def depths(events, first, last):
    """[(time, {"active": n, ...})], at most POINTS bins of one length; of each its fullest minute."""
    start = int(first // MINUTE)
    minutes = [{"active": 0, "deferred": 0, "held": 0} for _ in range(int(last // MINUTE) - start + 1)]
    found = [g for group in build_generations(events).values() for g in group if taken(g)]
    for g in found:
        for minute in minutes_of(g, first, last):
            state = at(g, (minute + 1) * MINUTE)
            if state:
                minutes[minute - start][state] += 1
    width = -(-len(minutes) // POINTS)
    bins = [(i, minutes[i:i + width]) for i in range(0, len(minutes), width)]
    return [((start + i) * MINUTE, max(group, key=lambda depth: sum(depth.values()))) for i, group in bins] if found else []
