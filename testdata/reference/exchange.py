"""Microsoft Exchange's tables: message tracking, SMTP receive, IMAP4 and POP3 logs, as the events that events.py makes of other logs.

Everything that bears one network-message-id (else: server and internal-message-id) is one message.
"""
import calendar
import collections
import csv
import io
import re
import time

TRACKING_SENT = {"SEND", "SENDEXTERNAL", "DELIVER"}
TRACKING_EXPANDED = {"EXPAND", "RESOLVE", "REDIRECT"}
FAILED_TEXT = re.compile(r"AuthFailed:|^R=\"?\S* ?NO |^R=\"?-ERR")
LOGIN_COMMANDS = {"login", "authenticate", "pass", "auth"}


def decoded(data):
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def is_table(data):
    return decoded(data[:4096]).startswith(("#Software: Microsoft", "#Fields: "))


def rows_of(data):
    """Every row as {column: value}, by the header above it."""
    names = []
    for line in decoded(data).split("\n"):
        line = line.rstrip("\r")
        if line.startswith("#"):
            names = line.removeprefix("#Fields: ").split(",") if line.startswith("#Fields: ") else names
        elif line:
            values = next(csv.reader(io.StringIO(line)))
            if len(values) == len(names):
                yield dict(zip(names, values))


def seconds(text):
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) + float("0" + text[19:].rstrip("Z") or 0)


def label(name):
    return name.split(".")[0]


def address(endpoint):
    return endpoint.rpartition(":")[0].strip("[]").lower()


def user_of(login):
    return login.partition("\\")[2] or login


def custom(row, key):
    return next((part.partition("=")[2] for part in row["custom-data"].split(";") if part.startswith(f"S:{key}=")), "")


def server_of(row):
    """The server whose log it is: a delivery names the next one as the server."""
    sends = row["event-id"] in TRACKING_SENT or row["event-id"] == "DEFER"
    return label(row["client-hostname"] if sends and row["client-hostname"] else row["server-hostname"] or row["client-hostname"])


class Sessions:
    """SMTP sessions: who logged in, from where, and which of the server behind goes on for which in front."""

    def __init__(self, rows):
        self.user, self.ip, self.time, self.front, self.failed = {}, {}, {}, {}, []
        names = {}
        for row in rows:
            sid, data, context = row["session-id"], row["data"], row["context"]
            if "\\" not in row["connector-id"]:
                continue
            self.ip.setdefault(sid, address(row["remote-endpoint"]))
            self.time.setdefault(sid, seconds(row["date-time"]))
            found = re.match(r"XPROXY(?:FROM)? SID=(\S+) IP=(\S+)", data)
            if row["event"] == "<" and found:
                self.front[sid], self.ip[sid] = found[1], found[2]
            if context == "authenticated" and not data.endswith("$"):
                self.user[sid] = user_of(data)
            if context.startswith("User Name: "):
                names[sid] = user_of(context.removeprefix("User Name: "))
            if row["event"] == ">" and data.startswith("535"):
                self.failed.append((seconds(row["date-time"]), row["connector-id"].partition("\\")[0], names.get(sid), self.ip[sid]))

    def logins(self):
        for sid, user in self.user.items():
            if self.front.get(sid) not in self.user:
                yield self.time[sid], user, self.ip[sid]


def mailbox_of(row):
    """The account of a submission as far as message tracking tells it."""
    sender, path, connector = row["sender-address"], row["return-path"], row["connector-id"]
    if path in ("", "<>") or not sender or sender.startswith("MicrosoftExchange329e"):
        return None
    if row["source"] in ("STOREDRIVER", "MAILBOXRULE"):
        return sender
    itself = "\\Default " in connector and not custom(row, "ProxiedClientIPAddress") and label(row["client-hostname"]) == label(row["server-hostname"])
    originating = row["source"] == "SMTP" and row["directionality"] == "Originating"
    return path if originating and ("\\Client " in connector or itself) else None


def client_of(row, sessions):
    sid = row["source-context"].partition(";")[0] if row["source"] == "SMTP" else ""
    origin = row["original-client-ip"] or (custom(row, "ProxiedClientIPAddress") if row["source"] == "SMTP" else "")
    ip = origin or sessions.ip.get(sid) or (row["client-ip"] if row["source"] == "SMTP" else "127.0.0.1")
    user = sessions.user.get(sid)
    return {"kind": "client", "ip": ip, "user": user or mailbox_of(row), "parent": None, "origin": None, "from_mailbox": True}


def status_of(row):
    if row["event-id"] in TRACKING_SENT:
        return "sent"
    if row["event-id"] == "DEFER":
        return "deferred"
    return "expired" if "QUEUE.Expired" in row["recipient-status"] else "bounced"


def message_events(rows, sessions):
    """The events of one message; none for a report of the server's own."""
    rows.sort(key=lambda row: seconds(row["date-time"]))
    if any(row["event-id"] == "DSN" for row in rows):
        return
    receive = next((row for row in rows if row["event-id"] == "RECEIVE"), None)
    asked = [] if receive is None else [a.lower() for a in receive["recipient-address"].split(";") if a]
    stands_for, tried = {}, set()
    if receive is not None:
        yield seconds(receive["date-time"]), client_of(receive, sessions)
    for row in rows:
        named = [a.lower() for a in row["recipient-address"].split(";") if a]
        if row["event-id"] in TRACKING_EXPANDED:
            stands_for.update({a: row["related-recipient-address"].lower() for a in named if a not in asked})
        elif row["event-id"] in TRACKING_SENT | {"FAIL", "DEFER", "BADMAIL"}:
            for to in named:
                tried |= {to, stands_for.get(to)}
                yield seconds(row["date-time"]), {
                    "kind": "delivery", "to": to, "orig": stands_for.get(to), "relay": row["server-ip"], "status": status_of(row), "queued_as": None,
                    "forwarded_as": None, "local": row["event-id"] == "DELIVER"}
    if receive is not None:
        yield seconds(receive["date-time"]), {"kind": "active", "nrcpt": len(tried - {None} - set(stands_for.values())) + len(set(asked) - tried)}


def mailbox_events(row):
    command, context = row["command"].strip().lower(), row["context"]
    if command not in LOGIN_COMMANDS:
        return
    event = {"user": user_of(row["user"]), "ip": address(row["cIp"]), "own_ip": address(row["sIp"])}
    if FAILED_TEXT.search(context):
        yield {**event, "kind": "failure", "by": "mta", "session": None, "own_ip": None}
    elif re.match(r'R="?(\+?ok)\b', context, re.I):
        yield {**event, "kind": "login"}


def events_of(tables):
    """Events of all tables together, in the order of time."""
    rows = [row for data in tables for row in rows_of(data)]
    tracking = [row for row in rows if "event-id" in row]
    sessions = Sessions([row for row in rows if "session-id" in row])
    messages = collections.defaultdict(list)
    for row in tracking:
        if row.get("network-message-id") or row["internal-message-id"]:
            messages[row.get("network-message-id") or (server_of(row), row["internal-message-id"])].append(row)
    found = []
    for key, group in messages.items():
        found += [(when, {**event, "qid": str(key)}) for when, event in message_events(group, sessions)]
    found += [(when, {"kind": "login", "user": user, "ip": ip}) for when, user, ip in sessions.logins()]
    found += [(when, {"kind": "failure", "by": "mta", "user": user, "ip": ip, "session": None}) for when, _, user, ip in sessions.failed]
    found += [(seconds(row["dateTime"]), event) for row in rows if "dateTime" in row for event in mailbox_events(row)]
    hosts = sorted({label(row["server-hostname"]) for row in tracking if row["event-id"] == "RECEIVE"})
    host = hosts[0] if hosts else ""
    found.sort(key=lambda entry: entry[0])
    return [{"host": host, "program": "exchange", "pid": str(n), "count": 1, "time": when, **event} for n, (when, event) in enumerate(found)]
