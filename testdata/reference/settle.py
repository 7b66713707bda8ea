"""From events to messages: generations of a queue ID, edges between them, and what became of every recipient."""
import collections
import ipaddress
import re

AFTER_END = 5            # seconds in which lines still belong to a message that has ended
SILENCE = 30 * 86400     # seconds after which an ID is another message
STATES = ("delivered", "bounced", "expired", "removed", "held", "deferred", "queued")
# What several expansions of one recipient come to: the first of these that any of them has.
PRECEDENCE = ("delivered", "deferred", "queued", "held", "bounced", "expired", "removed")


def is_loopback(ip):
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False


def is_private(ip):
    """In a network that no outsider can have an address of."""
    nets = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10")
    try:
        found = ipaddress.ip_address(ip)
    except ValueError:
        return False
    return any(found in net for net in map(ipaddress.ip_network, nets) if net.version == found.version)


def is_from(g, ip):
    """Its client is that address, without a login."""
    client = g.first("client")
    return client is not None and not client["user"] and client["ip"] == ip


class Generation:
    """One life of a queue ID, from its first line to its last."""

    def __init__(self):
        self.events = []
        self.qid = self.host = None
        self.parent = None        # the generation that this one was made from
        self.children = []
        self.notification = False
        self.requeued_from = None
        self.proxied = None       # the client event of a before-queue filter

    def first(self, kind):
        return next((e for e in self.events if e["kind"] == kind), None)

    def has(self, kind):
        return self.first(kind) is not None

    @property
    def start(self):
        return self.events[0]["time"]

    @property
    def end(self):
        return self.events[-1]["time"]

    def ended(self):
        """Time of the line that ended it, or None."""
        return next((e["time"] for e in self.events if ends(e)), None)

    def root(self):
        seen, at = set(), self
        while at.parent and id(at) not in seen:
            seen.add(id(at))
            at = at.parent
        return at

    def refused(self):
        return any(e["kind"] == "refusal" and ends(e) for e in self.events)

    def accepted(self):
        """The queue manager took it up, or it was put on hold after its data had come."""
        if self.refused() and self.has("active") and not self.has("delivery"):
            return False  # Sendmail logs what it was asked before it says no
        held = self.has("hold-rule") and self.has("message-id") and not self.refused()
        return held or any(e["kind"] in ("active", "delivery", "expired") for e in self.events)


def ends(event):
    return event["kind"] == "removed" or event["kind"] == "refusal" and event["stage"] == "END-OF-MESSAGE"


def startless(g):
    """Nobody is seen to have submitted it; a notice is of the server's own making."""
    return not g.has("client") and not g.has("pickup")


def own_message_id(event):
    """Postfix made this Message-ID itself, from the time and the queue ID."""
    return event["kind"] == "message-id" and re.match(rf"<\d{{14}}\.{event['qid']}@", event["id"]) is not None


def begins(event, generation):
    """Whether event begins a new generation of its ID."""
    if not generation or event["kind"] in ("client", "pickup"):
        return True
    if event["time"] - generation.end > SILENCE:
        return True
    ended = generation.ended()
    if ended is not None and event["time"] - ended > AFTER_END:
        return True
    return own_message_id(event) and (generation.has("message-id") or generation.has("active") or ended is not None)


def instance_name(program):
    """The first part of a tag; the commands and daemons of Sendmail share one set of IDs."""
    return "sendmail" if program.startswith("sm-") else program.split("/")[0]


def instance_of(event, managers, group):
    """The Postfix instance an event belongs to: the one that has a queue manager under that name, else the only one, else the
    one whose queue manager takes this ID up next."""
    prefix = instance_name(event["program"])
    known = managers[event["host"]]
    if prefix in known or len(known) < 2:
        return prefix if prefix in known else next(iter(known), prefix)
    later = [e for e in group if e["kind"] == "active" and e["time"] >= event["time"]]
    return instance_name(later[0]["program"]) if later else prefix


def build_generations(events):
    """{(host, qid): [generations in order of time]}"""
    managers, groups = collections.defaultdict(set), collections.defaultdict(list)
    for event in events:
        if event.get("qid", "NOQUEUE") == "NOQUEUE":
            continue
        groups[event["host"], event["qid"]].append(event)
        if event["kind"] == "active":
            managers[event["host"]].add(instance_name(event["program"]))
    found = {}
    for (host, qid), group in groups.items():
        by_instance = collections.defaultdict(list)
        for event in group:
            by_instance[instance_of(event, managers, group)].append(event)
        found[host, qid] = sorted((g for part in by_instance.values() for g in cut(part, host, qid)), key=lambda g: g.start)
    return found


def cut(events, host, qid):
    generations = []
    for event in events:
        if begins(event, generations[-1] if generations else None):
            generations.append(Generation())
            generations[-1].host, generations[-1].qid = host, qid
        generations[-1].events.append(event)
    return generations


class Queue:
    """All generations, and the edges between them."""

    def __init__(self, events, own_addresses):
        self.own = own_addresses
        self.by_id = build_generations(events)
        self.all = [g for group in self.by_id.values() for g in group]
        self.notifications()
        self.requeues()
        self.filters(events)
        self.forwards()
        self.proxies(events)
        self.submissions(events)

    def is_own(self, ip):
        return is_loopback(ip) or ip in self.own

    def hosts_at(self, ip, host):
        """The hosts of the log that answer at an address, as host sees it; none for a foreign server."""
        return [host] if is_loopback(ip) else sorted(self.own.get(ip, ()))

    def latest(self, host, qid, time, since=float("-inf"), fits=lambda g: True):
        """The generation of an ID that began last before a time (and a second: hosts and daemons log late)."""
        found = [g for g in self.by_id.get((host, qid), []) if since - 1 <= g.start <= time + 1 and fits(g)]
        return found[-1] if found else None

    def bind(self, parent, child):
        if not child or parent is child or child.parent or parent.root() is child:
            return
        child.parent = parent
        parent.children.append(child)

    def notifications(self):
        for g in self.all:
            for e in g.events:
                child = e["kind"] == "notification" and self.latest(g.host, e["child"], e["time"], g.start, startless)
                if child:
                    child.notification = True
            if startless(g) and any(own_message_id(e) or e["kind"] == "notice" for e in g.events):
                g.notification = True

    def requeues(self):
        """postsuper -r: the message goes on under another ID; its lines are added to the old one's."""
        for g in sorted(self.all, key=lambda g: g.start):
            pickup = g.first("pickup")
            if pickup and pickup["orig_id"]:
                old = self.latest(g.host, pickup["orig_id"], pickup["time"])
                if old and old is not g:
                    old = old.requeued_from or old
                    g.requeued_from = old
                    old.events = old.events + g.events
        for group in self.by_id.values():
            group[:] = [g.requeued_from or g for g in group]
        self.all = [g for g in self.all if not g.requeued_from]

    def returned(self, child):
        """Its client is the server itself, without a login: it may be somebody else's message, coming back from a filter."""
        client = child.first("client")
        return client is not None and not client["user"] and (self.is_own(client["ip"]) or client["parent"] is not None)

    def filters(self, events):
        for child in self.all:  # XFORWARD names the parent
            client = child.first("client")
            if client and client["parent"]:
                parent = self.latest(child.host, client["parent"], client["time"], fits=lambda g, child=child: g is not child)
                if parent:
                    self.bind(parent, child)
        for e in events:        # amavis names both, and so does MailScanner, whose child has no client
            if e["kind"] == "filtered":
                parent = self.latest(e["host"], e["parent"], e["time"])
                for qid in e["children"] if parent else []:
                    self.bind(parent, self.latest(e["host"], qid, e["time"] + 2, parent.start, lambda c: startless(c) or self.returned(c)))
        for accepted in (e for e in events if e["kind"] == "accepted"):  # Proxmox: the session stands between the two IDs
            for g in self.all:
                for d in g.events:
                    if d["kind"] == "delivery" and d["filter_session"] == accepted["filter_session"] and g.host == accepted["host"]:
                        self.bind(g, self.latest(g.host, accepted["child"], accepted["time"] + 2, g.start, self.returned))
                        if d["to"] == accepted["to"]:
                            d["queued_as"] = accepted["child"]
        for g in self.all:      # the first hop's answer; that of a foreign server says nothing about this one's IDs
            for e in g.events:
                if e["kind"] == "delivery" and e["status"] == "sent" and e["queued_as"]:
                    for host in self.hosts_at(e["relay"], g.host):
                        self.bind(g, self.latest(host, e["queued_as"], e["time"], g.start, self.returned))
                    if is_private(e["relay"]):  # a filter on another machine of this network: the child's client is that machine
                        self.bind(g, self.latest(g.host, e["queued_as"], e["time"], g.start, lambda c, e=e: is_from(c, e["relay"])))

    def forwards(self):
        """local(8) queues what .forward and aliases send elsewhere as a new message without a client."""
        for g in self.all:
            for e in g.events:
                if e["kind"] == "delivery" and e["forwarded_as"]:
                    self.bind(g, self.latest(g.host, e["forwarded_as"], e["time"], g.start, startless))

    def proxies(self, events):
        """A before-queue filter: the login stands at the client= of a NOQUEUE session, the message has another session's ID."""
        clients = {}
        for e in events:
            process = (e["host"], e["program"], e["pid"])
            if e["kind"] == "client" and e["qid"] == "NOQUEUE":
                clients[process] = e
            elif e["kind"] == "connect":
                clients.pop(process, None)
            elif e["kind"] == "proxy-accept" and process in clients:
                child = self.latest(e["host"], e["child"], e["time"], clients[process]["time"], self.returned)
                if child:
                    child.proxied = clients[process]

    def submissions(self, events):
        """Dovecot's submission service hands a message to the MTA, whose answer names it; the session's login says from where."""
        logins = {e["session"]: e for e in events if e["kind"] == "login" and e.get("session")}
        for e in events:
            if e["kind"] == "submitted":
                child = self.latest(e["host"], e["child"], e["time"] + 120, e["time"] - 120, self.returned)
                if child:
                    login = logins.get(e["session"], {})
                    child.proxied = child.first("client") | {"user": e["user"], "ip": login.get("ip", child.first("client")["ip"])}


def open_state(g, tried):
    """State of a recipient whose delivery is not decided: what became of the message."""
    held = False
    for e in g.events:
        held = held or e["kind"] in ("hold", "hold-rule")
        held = held and e["kind"] not in ("release", "requeue", "active", "delivery")
    if g.has("expired"):
        return "expired"
    if g.has("removed") or g.has("withdrawn"):
        return "removed"
    if held:
        return "held"
    return "deferred" if tried else "queued"


def combine(states):
    return next(state for state in PRECEDENCE if state in states)


def fates(g):
    """({recipient as g was asked for it: state}, number of recipients never named, their state)"""
    tries = collections.defaultdict(list)       # (to, orig) -> tries in order
    for e in g.events:
        if e["kind"] == "delivery" and e["status"] not in ("deliverable", "undeliverable"):
            tries[e["to"], e["orig"]].append(e)
    asked = {to: orig or to for to, orig in tries}
    states = collections.defaultdict(list)      # original recipient -> states of its expansions
    named_by_children = set()
    unnamed_of = {}
    for child in g.children:
        below, unnamed, state = fates(child)
        unnamed_of[id(child)] = [unnamed, state]
        for name, fate in below.items():
            states[asked.get(name, name)].append(fate)
            named_by_children.add(asked.get(name, name))
    for (to, orig), made in tries.items():
        states[orig or to] += own_states(g, made, orig or to in named_by_children and (orig or to), unnamed_of)
    nrcpt = next((e["nrcpt"] for e in g.events if e["kind"] == "active"), None)
    if nrcpt is None:                           # held since its data came: the rule that held it names a recipient
        for e in g.events:
            if e["kind"] == "hold-rule" and e["to"] and not states:
                states[e["to"]].append(open_state(g, False))
        return {name: combine(s) for name, s in states.items()}, 0, open_state(g, False)
    only_below = named_by_children - set(asked.values())
    asked_for = any(e.get("asked") for e in g.events)  # nrcpt is what the client asked for, before aliases
    unnamed = max(0, nrcpt - len({orig or to for to, orig in tries} if asked_for else tries) - len(only_below))
    left = [state for number, state in unnamed_of.values() if number > 0]
    return {name: combine(s) for name, s in states.items()}, unnamed, combine(left) if left else open_state(g, False)


def own_states(g, made, named_below, unnamed_of):
    """What g itself says of one recipient: nothing where a child of g says more."""
    handed = next((e for e in made if e["status"] == "sent" and child_of(g, e)), None)
    if handed:
        if named_below:
            return []
        rest = unnamed_of.get(id(child_of(g, handed)), [0, "delivered"])
        rest[0] -= 1                            # one of those that the child has not named yet
        return [rest[1]]
    if any(e["status"] == "sent" for e in made):
        return ["delivered"]
    if made[-1]["status"] == "bounced":
        return ["bounced"]
    if made[-1]["status"] == "expired":
        return ["expired"]
    return [open_state(g, True)]


def child_of(g, event):
    handed = event["queued_as"] or event["forwarded_as"]
    return next((child for child in g.children if handed and any(e.get("qid") == handed for e in child.events)), None)
