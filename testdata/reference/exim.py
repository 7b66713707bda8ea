"""What a line of Exim says: a list of events as in events.py, for one line may begin a message and take it into the queue."""
import re

from envelope import EXIM

ID = re.compile(r"([0-9A-Za-z]{6}-[0-9A-Za-z]{6}(?:[0-9A-Za-z]{5})?-[0-9A-Za-z]{2}(?:[0-9A-Za-z]{2})?) (.*)", re.S)
OWN_STAMP = re.compile(r"(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? (?:[+-]\d{4} )?)?(?:\[\d+\] )?(.*)", re.S)
ADDRESS = r'(?:[^\s"<>]|"(?:[^"\\]|\\.)*")+'
HOST = r" H=(?:[^\s(\[]+ )?(?:\(.*?\) )?\[(?P<ip>[0-9a-fA-F.:]+)\](?::\d+)?"
ARRIVAL = re.compile(
    rf"[<(]= (?P<sender><>|{ADDRESS})(?: R=(?P<parent>\S+))?(?:{HOST})?(?P<keys>.*?) S=\d+(?P<rest>.*)$", re.S)
LOGIN = re.compile(r" A=[^\s:]+:([^\s:]+)")
LOCAL = re.compile(r" U=(\S+)")
FOR = re.compile(r'^(?: id=\S+)?(?: T="(?:[^"\\]|\\.)*")?(?: from <[^>]*>)? for (.*)$', re.S)
DELIVERY = re.compile(
    rf"(?P<flag>=>|->|>>|\*>|\*\*|==) (?P<to>(?:[|/:][^<]*|{ADDRESS}?))(?P<colon>:)?(?: \([^)]*\))*(?: <(?P<orig>{ADDRESS})>)?"
    r"(?P<rest>(?: |$).*)", re.S)
RELAY = re.compile(r" H=\S+ \[([0-9a-fA-F.:]+)\]")
FAILED = re.compile(r"\S+ authenticator failed for (?:H=)?(?:[^\s(\[]+ )?(?:\(.*?\) )?\[([0-9a-fA-F.:]+)\].*?: [45]\d\d .*?(?:\(set_id=(.*)\).*)?$", re.S)
REFUSED = re.compile(
    rf"{HOST[1:]}.*? F=<(?P<sender>[^>]*)>(?: A=[^\s:]+:(?P<user>\S+))? (?:temporarily )?rejected (?P<stage>RCPT|MAIL|after DATA|DATA)", re.S)
SILENT = re.compile(r"no MAIL in SMTP connection from (?:[^\s(\[]+ )?(?:\(.*?\) )?\[([0-9a-fA-F.:]+)\].*? A=[^\s:]+:(\S+)")
IDENTIFIED = re.compile(r"SMTP connection identification H=\S+ A=\S+ P=\S+ M=\S+ U=(\S+) ID=\d+ S=\S+ B=identify_local_connection$")
STATUS = {"==": "deferred", "**": "bounced"}
WORDS = {"Completed": "removed", "Message is frozen": "hold"}


def without_stamp(text):
    return OWN_STAMP.match(text)[1]


def arrival(m):
    user, local = LOGIN.search(m["keys"]), LOCAL.search(m["keys"])
    if m["parent"] and not m["ip"]:
        return [{"kind": "notice"}]
    named = FOR.match(m["rest"])
    active = {"kind": "active", "nrcpt": max(1, len({one.lower() for one in re.findall(ADDRESS, named[1])}) if named else 0), "asked": True}
    if m["ip"]:
        return [{"kind": "client", "ip": m["ip"].lower(), "user": user and user[1], "parent": None, "origin": None}, active]
    return [{"kind": "pickup", "uid": local[1] if local else "", "orig_id": None}, active]


def delivery(m):
    relay, status = RELAY.search(m["rest"]), STATUS.get(m["flag"], "sent")
    if status == "bounced" and "SMTP error" not in m["rest"] and re.search(r"retry timeout exceeded|failing for a long time", m["rest"]):
        status = "expired"
    to, orig = m["to"].lower(), (m["orig"] or "").lower() or None
    return [{"kind": "delivery", "to": to, "orig": None if orig == to else orig, "relay": relay[1] if relay else "", "status": status,
             "queued_as": None, "forwarded_as": None, "local": status == "sent" and not relay and to[0] not in "|:"}]


def message(text):
    if m := ARRIVAL.match(text):
        return arrival(m)
    if m := DELIVERY.match(text):
        return delivery(m)
    if text.startswith("frozen by"):
        return [{"kind": "hold"}]
    if text.lower().startswith("unfrozen by"):
        return [{"kind": "release"}]
    if m := IDENTIFIED.match(text):
        return [{"kind": "identified", "uid": m[1]}]
    return [{"kind": WORDS.get(text, "other")}]


def refusal(m):
    if not m:
        return []
    stage = "END-OF-MESSAGE" if m["stage"] == "after DATA" else m["stage"]
    return [{"kind": "refusal", "qid": "NOQUEUE", "stage": stage, "ip": m["ip"].lower(), "user": m["user"], "sender": m["sender"]}]


def exim(text):
    text = without_stamp(text).split("\n")[0]
    if m := ID.match(text):
        events = refusal(REFUSED.match(m[2])) or message(m[2])
        for event in events:
            event["qid"] = m[1]
        return events
    if m := FAILED.match(text):
        return [{"kind": "failure", "by": "mta", "ip": m[1].lower(), "user": m[2] or None, "session": None}]
    if m := SILENT.match(text):
        return [{"kind": "login", "user": m[2], "ip": m[1].lower()}]
    return refusal(REFUSED.match(text))


PART = re.compile(r"\[(\d+)([/\\])(\d+)\] ", re.S)


def join_parts(lines):
    """Long lines come to syslog in parts, "[1/3] ..." to "[3/3] ...", of which only the first says what it is about."""
    open_lines = {}
    for line in lines:
        part = PART.match(line.text) if line.program.startswith("exim") else None
        if part:
            process, rest = (line.host, line.program, line.pid), line.text[part.end():] + ("\n" if part[2] == "\\" else "")
            if part[1] != "1" and process in open_lines:
                open_lines[process].text += rest
                continue
            line.text = rest
            open_lines[process] = line
        yield line


def drop_copies(lines):
    """Through syslog a refusal comes twice, for the main log and for the reject log; a process writes both one after the other."""
    last, kept = {}, []
    for line in lines:
        if line.program.startswith("exim") and not EXIM.match(line.raw):
            process = (line.host, line.program, line.pid)
            text = without_stamp(line.text).split("\n")[0]
            if last.get(process) == text and (FAILED.match(text) or " rejected " in text):
                del last[process]
                continue
            last[process] = text
        kept.append(line)
    return kept
