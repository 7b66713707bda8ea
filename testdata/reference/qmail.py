"""What a line of qmail says: a list of events as in events.py. The number of a delivery leads to its message and recipient."""
import re

INFO = re.compile(r"info msg (\d+): bytes \d+ from <(.*)> qp \d+ uid \d+$", re.S)
START = re.compile(r"starting delivery (\d+): msg (\d+) to (local|remote) (.+)$", re.S)
RESULT = re.compile(r"delivery (\d+): (success|failure|deferral): (.*)$", re.S)
END = re.compile(r"end msg (\d+)$")
LOGIN = re.compile(r"vchkpw-?\w*: (?:\(\S+\) )?(login success|[a-z /]+?)(?: given| denied)? (?:\(pass: '.*'\) )?(\S*?):((?:\d+\.){3}\d+)$", re.S)
STATES = {"success": "sent", "failure": "bounced", "deferral": "deferred"}


class Qmail:
    """Remembers the deliveries under way."""

    def __init__(self):
        self.deliveries = {}

    def login(self, text):
        m = LOGIN.match(text)
        if not m:
            return []
        if m[1] == "login success":
            return [{"kind": "login", "user": m[2], "ip": m[3]}]
        return [{"kind": "failure", "by": "server", "user": m[2] or None, "ip": m[3], "session": None}]

    def events(self, line):
        text = re.sub(r"^\d+\.\d+ ", "", line.text)
        if line.program.startswith(("vpopmail", "vchkpw")):
            return self.login(text)
        if m := INFO.match(text):
            return [{"kind": "active", "qid": m[1], "nrcpt": 1, "asked": True} if m[2] not in ("", "#@[]") else {"kind": "notice", "qid": m[1]}]
        if m := START.match(text):
            to = m[4].lower()
            prefix = to.rpartition("@")[2] + "-"
            self.deliveries[line.host, m[1]] = m[2], to.removeprefix(prefix) if m[3] == "local" else to, m[3] == "local"
        elif m := END.match(text):
            return [{"kind": "removed", "qid": m[1]}]
        elif (m := RESULT.match(text)) and (line.host, m[1]) in self.deliveries:
            qid, to, local = self.deliveries.pop((line.host, m[1]))
            relay = re.match(r"((?:\d+\.){3}\d+)_", m[3])
            return [{"kind": "delivery", "qid": qid, "to": to, "orig": None, "relay": relay[1] if relay else "", "status": STATES[m[2]],
                     "queued_as": None, "forwarded_as": None, "local": local and m[2] == "success"}]
        return []
