"""Who sent how much: the counts of report.json, from the definitions of the interface."""
import bisect
import collections
import ipaddress

import servers
from settle import STATES, Queue, fates, is_loopback, is_private

SAME_FAILURE = 10  # seconds within which the MTA's and the SASL server's lines are one failed login


def new_counts():
    zero = ("messages", "recipients", *STATES, "maybe_removed", "rejected", "messages_refused", "logins", "login_failures")
    return {**dict.fromkeys(zero, 0),
            "sources": collections.defaultdict(lambda: {"messages": 0, "recipients": 0, "logins": 0, "login_failures": 0})}


def domain_of(name):
    return name.rpartition("@")[2] if "@" in name else ""


class Limits:
    """What is counted: from since up to but not including until, seconds by the clock of the log. What lies before is dropped or a habit."""

    def __init__(self, since=float("-inf"), until=float("inf"), history=True):
        self.since, self.until, self.history = since, until, history

    def count(self, time):
        return self.since <= time < self.until

    def keep(self, time):
        return self.history or time >= self.since


class Counter:
    def __init__(self, events, local_domains=(), trusted=(), limits=Limits()):
        self.limits = limits
        self.known = set()  # accounts that got in or sent something, in the limits or not
        self.events = events
        self.trusted = [ipaddress.ip_network(net) for net in trusted]
        self.own = collections.defaultdict(set)
        for e in events:
            if e.get("own_ip"):
                self.own[e["own_ip"]].add(e["host"])
        self.queue = Queue(events, self.own)
        self.sessions()
        self.local_domains = set(local_domains) | self.learn_domains()
        self.learn_names()
        self.accounts = collections.defaultdict(new_counts)
        self.principals = collections.defaultdict(new_counts)
        self.inbound = {"messages": 0, "recipients": 0}
        self.unattributed = {"messages": 0, "recipients": 0}
        self.login_names = collections.defaultdict(set)

    # Sessions: what one connection of a client proves about its login.

    def sessions(self):
        """Number every connection of a process; note whose login it shows, and whether its end denies any."""
        number = collections.Counter()
        self.session_user, self.session_denies = {}, set()
        for e in self.events:
            process = (e["host"], e["program"], e["pid"])
            if e["kind"] == "connect":
                number[process] += 1
            e["session_key"] = process + (number[process],)
            if e["kind"] == "authenticated":  # what the session's messages do not say
                self.session_user[e["session_key"]] = e
            if e["kind"] == "client" and e.get("apart"):
                login = self.session_user.get(e["session_key"])
                e["user"] = login["user"] if login and login["ip"] == e["ip"] else None
            if e["kind"] == "client" and e["user"] and e["pid"] and not e.get("from_mailbox"):
                self.session_user.setdefault(e["session_key"], e)
            if e["kind"] == "disconnect":
                if e["logged_in"] is False:
                    self.session_denies.add(e["session_key"])
                number[process] += 1
        self.identified = {(e["host"], e["qid"]): e for e in self.events if e["kind"] == "identified"}
        for e in self.events:  # a login whose every message was refused; a HELO can imitate it, the end of the session cannot
            if e["kind"] == "refusal" and e["user"] and e["pid"] and e["session_key"] not in self.session_denies:
                self.session_user.setdefault(e["session_key"], e)

    # Names: which spellings are one account.

    def logged_in(self):
        """Every proof of a successful login: (event, how often)."""
        for e in self.session_user.values():
            yield e, 1
        told = {}                                # a proxy's session is the backend's
        for e in self.events:
            if e["kind"] == "login":
                first = told.setdefault((e.get("session"), self.bare(e["user"])), e)
                if not e.get("session") or first is e or first["host"] == e["host"]:
                    yield e, e["count"]

    @staticmethod
    def bare(user):
        return user.lower().rpartition("@")[0] or user.lower()

    def named(self):
        """Every event that names an account of this server: logins, and what a mailbox server says of its mailboxes."""
        yield from self.logged_in()
        yield from ((e, 1) for e in self.events if e["kind"] == "client" and e.get("from_mailbox") and e["user"])

    def learn_domains(self):
        """Local domains: what local daemons deliver to, and what people log in with."""
        found = {domain_of(e["to"]) for e in self.events if e["kind"] == "delivery" and e["local"] and e["status"] == "sent"}
        found |= {domain_of(e["user"].lower()) for e, _ in self.named()}
        return found - {""}

    def learn_names(self):
        names = {e["user"].lower() for e, _ in self.named()}
        names |= {e["to"] for e in self.events if e["kind"] == "delivery" and e["local"] and e["status"] == "sent"}
        self.full_names = collections.defaultdict(set)  # user -> its addresses in local domains
        for name in names:
            if domain_of(name) in self.local_domains:
                self.full_names[name.rpartition("@")[0]].add(name)
        self.spelled = {e["user"].lower() for e, _ in self.named()}

    def account(self, name):
        """One name for every spelling of an account; with the domain if a login spelled it so."""
        name = name.lower()
        user, domain = name.rpartition("@")[0] or name, domain_of(name)
        if not domain:
            full = self.full_names.get(user, set())
            return next(iter(full)) if len(full) == 1 and full & self.spelled else name
        if domain in self.local_domains and len(self.full_names[user]) == 1 and name not in self.spelled:
            return user
        return name

    # Messages.

    def trusts(self, ip):
        """Whether an address is this network's own: mail from there is relayed by address, not by an open relay."""
        try:
            net = ipaddress.ip_address(ip)
        except ValueError:
            return True  # "unknown": a local pipe
        return is_loopback(ip) or is_private(ip) or ip in self.own or any(net in t for t in self.trusted if t.version == net.version)

    def source(self, client):
        """Address that submitted, or None if only the server itself is seen."""
        ip = client.get("origin") or client.get("ip", "unknown")
        return None if is_loopback(ip) or ip in self.own or ip == "unknown" else ip

    def all_local(self, g, names):
        delivered_here = {e["orig"] or e["to"] for e in self.family(g) if e["kind"] == "delivery" and e["local"]}
        return bool(names) and all(name in delivered_here or "@" not in name or domain_of(name) in self.local_domains for name in names)

    def family(self, g):
        yield from g.events
        for child in g.children:
            yield from self.family(child)

    def principal(self, g, names):
        """(where the message counts, its source): a table of counts, or None for a notification of the server's own."""
        client, pickup = g.proxied or g.first("client"), g.first("pickup")
        if client is None and pickup is None:
            return (None if g.notification else self.unattributed), None
        by = client or pickup
        if by.get("user") or by.get("given_user"):
            account = self.account(by.get("user") or by["given_user"])
            self.login_names[account].add(by.get("user") or by["given_user"])
            return self.accounts[account], self.source(by)
        if client is None:
            if pickup["orig_id"]:
                return self.unattributed, None
            return self.principals[self.local_user(g, pickup)], None
        if (g.host, g.qid) in self.identified:
            return self.principals[self.local_user(g, self.identified[g.host, g.qid])], None
        source = self.source(client)
        if self.all_local(g, names):
            return self.inbound, source
        if client["parent"] not in (None, "NOQUEUE"):
            return self.unattributed, source  # another hop took it in, before this log begins
        ip = client.get("origin") or client["ip"]
        return self.principals[("net:" if self.trusts(ip) else "anon:") + ip], source

    def local_user(self, g, pickup):
        return f"uid:{pickup['uid']}@{g.host}".rstrip("@")

    def count_messages(self):
        for g in self.queue.all:
            if g.parent or not any(part.accepted() for part in self.parts(g)):
                continue
            named, unnamed, unnamed_state = fates(g)
            table, source = self.principal(g, named)
            time = min(e["time"] for e in g.events)
            if table is None or not self.limits.keep(time):
                continue
            self.known.add(id(table))
            if not self.limits.count(time):
                continue
            states = collections.Counter(named.values())
            states[unnamed_state] += unnamed
            recipients = sum(states.values())
            table["messages"] += 1
            table["recipients"] += recipients
            if "sources" not in table:
                continue
            if self.maybe_removed(g):
                states["queued"] += states.pop("deferred", 0)
                table["maybe_removed"] += states["queued"]
            for state, n in states.items():
                table[state] += n
            if source:
                table["sources"][source]["messages"] += 1
                table["sources"][source]["recipients"] += recipients

    def parts(self, g):
        yield g
        for child in g.children:
            yield from self.parts(child)

    def maybe_removed(self, g):
        """An operator deleted more messages than the log names, after the last line of this one."""
        hosts = {part.host for part in self.parts(g)}
        last = max(e["time"] for e in self.family(g))
        return any(time >= last for host, time in self.unnamed_deletions() if host in hosts)

    def unnamed_deletions(self):
        named = collections.Counter()
        for e in self.events:
            process = (e["host"], e["pid"])
            if e["kind"] == "removed":
                named[process] += 1
            elif e["kind"] == "deleted-all":
                if e["deleted"] > named[process]:
                    yield e["host"], e["time"]
                named[process] = 0

    # Refusals and logins.

    def refuser(self, e):
        """The account or local user whose command was refused, as a table of counts, or None."""
        if e["user"] and e["session_key"] not in self.session_denies:
            return self.accounts[self.account(e["user"])]
        if e["qid"] != "NOQUEUE":
            g = self.queue.latest(e["host"], e["qid"], e["time"], fits=lambda g: any(x is e for x in g.events))
            g = g and g.root()
            client, pickup = g and g.first("client"), g and g.first("pickup")
            if client and client["user"]:
                return self.accounts[self.account(client["user"])]
            if pickup and not client:
                return self.principals[self.local_user(g, pickup)]
        user = self.session_user.get(e["session_key"])
        if user:
            return self.accounts[self.account(user["user"])]
        return self.principals.get("anon:" + (e["ip"] or "")) or self.principals.get("net:" + (e["ip"] or ""))

    def count_refusals(self):
        lost = self.lost_transactions()
        for e in self.events:
            if e["kind"] == "refusal":
                table = self.refuser(e)
                if table is not None and self.limits.count(e["time"]):
                    if e["stage"] == "RCPT":
                        table["rejected"] += e["count"]
                    if id(e) in lost or e["stage"] in ("MAIL", "DATA", "BDAT", "END-OF-MESSAGE"):
                        table["messages_refused"] += 1 if id(e) in lost else e["count"]

    def is_alone(self, e):
        """No message has its ID. Sendmail gives one to what no recipient was accepted for."""
        group = self.queue.by_id.get((e["host"], e["qid"]), [])
        return e["qid"] == "NOQUEUE" or not any(g.has("client") or g.has("pickup") for g in group)

    def lost_transactions(self):
        """The first refusal of every transaction that lost all its recipients (no ID was ever given, and nothing submitted after it)."""
        lost, first = set(), {}
        for e in self.events:
            key = e["session_key"]
            before = first.get(key)
            if e["kind"] == "refusal" and e["stage"] == "RCPT" and self.is_alone(e):
                if before and before["sender"] == e["sender"] and before["qid"] == e["qid"]:
                    continue
                first[key] = e
                if before:
                    lost.add(id(before))
            elif e["kind"] in ("client", "proxy-accept", "disconnect") and before:
                del first[key]
                if e["kind"] == "disconnect":
                    lost.add(id(before))
        return lost | {id(e) for e in first.values()}

    def count_logins(self):
        for e, n in self.logged_in():
            table = self.accounts[self.account(e["user"])]
            if not self.limits.keep(e["time"]):
                continue
            self.known.add(id(table))
            if not self.limits.count(e["time"]):
                continue
            self.login_names[self.account(e["user"])].add(e["user"])
            table["logins"] += n
            ip = e.get("origin") or e["ip"]
            if ip != "unknown":
                table["sources"][ip]["logins"] += n

    def failures(self):
        """{(account, ip): number of failed logins}"""
        mta, sasl, found = collections.defaultdict(list), collections.defaultdict(list), collections.Counter()
        sessions = collections.Counter()
        tries, placeless = [], []
        for e in self.events:
            if not self.limits.count(e["time"]):
                continue
            if e["kind"] == "failure" and e["by"] != "dovecot":
                of = placeless if e["by"] == "password server" else tries
                of += [servers.Try(e, self.account(e["user"]) if e["user"] else None) for _ in range(e["count"])]
            if e["kind"] == "failure" and e["by"] == "password server":
                continue
            if e["kind"] == "failure" and e["by"] == "dovecot" and e["session"]:
                sessions[e["host"], e["session"]] += e["count"]  # Dovecot's own service: its login process says it again
                if e["user"]:
                    found[self.account(e["user"]), e["ip"]] += e["count"]
            elif e["kind"] == "failure" and e["user"]:
                times = sasl if e["by"] == "dovecot" else mta
                times[self.account(e["user"]), e["ip"]] += [e["time"]] * e["count"]
            elif e["kind"] == "failures" and e["user"]:
                more = e["attempts"] - sessions[e["host"], e["session"]] if e["session"] else e["attempts"]
                found[self.account(e["user"]), e["ip"]] += max(0, more) * e["count"]
        for key in mta.keys() | sasl.keys():
            found[key] += len(mta[key]) + len(sasl[key]) - pairs(mta[key], sasl[key])
        found.update(servers.place(tries, placeless))
        return found

    def count_failures(self):
        for (account, ip), n in self.failures().items():
            if n and account in self.accounts:  # names that never got in are no accounts
                self.accounts[account]["login_failures"] += n
                if ip and not is_loopback(ip) and ip not in self.own:
                    self.accounts[account]["sources"][ip]["login_failures"] += n

    def run(self):
        self.count_messages()
        self.count_logins()
        self.count_refusals()
        self.count_failures()
        self.accounts = {name: t for name, t in self.accounts.items() if id(t) in self.known}
        self.principals = {name: t for name, t in self.principals.items() if t["messages"]}
        return {"accounts": {name: {"login_names": sorted(self.login_names[name]), **plain(self.accounts[name])} for name in sorted(self.accounts)},
                "principals": {name: plain(self.principals[name]) for name in sorted(self.principals)},
                "inbound": self.inbound, "unattributed": self.unattributed}


def plain(table):
    return {**table, "sources": {ip: table["sources"][ip] for ip in sorted(table["sources"])}}


def pairs(a, b):
    """How many of a can be paired with one of b each, at most SAME_FAILURE seconds apart."""
    free, n = sorted(b), 0
    for time in sorted(a):
        at = bisect.bisect_left(free, time - SAME_FAILURE)
        if at < len(free) and free[at] <= time + SAME_FAILURE:
            free.pop(at)
            n += 1
    return n
