"""What a line of OpenSMTPD says: a list of events as in events.py. The session id takes the place of the process."""
import re

SESSION = re.compile(r"([0-9a-f]{16}) (.*)", re.S)
ADDRESS = r'<((?:"(?:[^"\\]|\\.)*"|[^>"])*)>'
CONNECTED = re.compile(r"smtp connected address=\[?(local|[0-9a-fA-F.:]+)\]?")
LOGIN = re.compile(r"smtp authentication user=(.*) result=(ok|permfail|tempfail)$", re.S)
MESSAGE = re.compile(r"smtp message msgid=([0-9a-f]{8}) size=\d+ nrcpt=(\d+) proto=")
ENVELOPE = re.compile(rf"smtp envelope evpid=([0-9a-f]{{8}})[0-9a-f]{{8}} from={ADDRESS} to=")
DELIVERY = re.compile(
    rf"(mta|mda) delivery evpid=([0-9a-f]{{8}})[0-9a-f]{{8}} from={ADDRESS} to={ADDRESS} rcpt={ADDRESS}"
    r'(?: source="[^"]*" relay="([0-9a-fA-F.:]+) [^"]*")?.*? result="?(Ok|TempFail|PermFail|Loop)"? stat="?(.*)$', re.S)
REMOVED = re.compile(r"\w+: (Remove|Expire) for ([0-9a-f]{8})[0-9a-f]{8}: ")
REFUSED = re.compile(r'smtp failed-command command="(rcpt|mail)', re.I)
STATES = {"Ok": "sent", "TempFail": "deferred", "PermFail": "bounced", "Loop": "bounced"}
CHILD = re.compile(r"2\.0\.0:? ([0-9a-f]{8}):? Message accepted")


def delivery(m):
    to, asked, child = m[4].lower(), m[5].lower(), CHILD.search(m[8])
    return {"kind": "delivery", "qid": m[2], "to": to, "orig": None if asked in ("-", to) else asked, "relay": m[6] or "",
            "status": STATES[m[7]], "queued_as": child and child[1], "forwarded_as": None, "local": m[1] == "mda" and m[7] == "Ok"}


class OpenSmtpd:
    """Remembers what the session said before: the messages' own lines name neither client nor user nor sender."""

    def __init__(self):
        self.sessions = {}
        self.waiting = {}

    def events(self, line):
        m = SESSION.match(line.text)
        if not m:
            m = REMOVED.match(line.text)
            return [{"kind": "withdrawn" if m[1] == "Remove" else "expired", "qid": m[2]}] if m else []
        key, text = (line.host, m[1]), m[2]
        line.pid = m[1]
        session = self.sessions.setdefault(key, {"ip": "", "user": None})
        if m := CONNECTED.match(text):
            session["ip"] = m[1].lower()
            return [{"kind": "connect", "ip": session["ip"]}]
        if text.startswith("smtp disconnected"):
            return [{"kind": "disconnect", "logged_in": None}]
        if m := LOGIN.match(text):
            if m[2] != "ok":
                return [{"kind": "failure", "by": "mta", "ip": session["ip"], "user": m[1], "session": None}]
            session["user"] = m[1]
            return [{"kind": "authenticated", "user": m[1], "ip": session["ip"]}]
        if m := MESSAGE.match(text):
            self.waiting[key] = int(m[2])
            return []
        if m := ENVELOPE.match(text):
            return self.begin(key, session, m) if key in self.waiting else []
        if m := DELIVERY.match(text):
            return [delivery(m)]
        if m := REFUSED.match(text):
            return [{"kind": "refusal", "qid": "NOQUEUE", "stage": m[1].upper(), "ip": session["ip"], "user": None, "sender": None}]
        return []

    def begin(self, key, session, m):
        """The first envelope of a message names the sender."""
        active = {"kind": "active", "qid": m[1], "nrcpt": self.waiting.pop(key), "asked": True}
        if session["ip"] != "local":
            return [{"kind": "client", "qid": m[1], "ip": session["ip"], "user": session["user"], "parent": None, "origin": None}, active]
        if m[2]:
            return [{"kind": "pickup", "qid": m[1], "uid": "unknown", "orig_id": None}, active]
        return [{"kind": "notice", "qid": m[1]}]
