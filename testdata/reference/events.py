"""What a line says: one dictionary per line, {"kind": ..., "qid": ..., fields}, or None for a line of no consequence here.

The daemon of a line is not asked where the text alone decides: rsyslog cuts "postfix/smtpd" to "postfix" in RFC 5424.
"""
import re

import servers
import told

from exim import exim
from sendmail import sendmail

QUEUE_ID = r"(?:[0-9A-F]{6,}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,}z[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-y]+)"
WITH_ID = re.compile(rf"({QUEUE_ID}|NOQUEUE): (.*)", re.S)
PEER = r"[^\s\[\]]*\[([^\]\s]*)\](?::\d+)?"

CLIENT = re.compile(
    rf"client={PEER}(?:, sasl_method=(?P<method>.*?))?(?:, sasl_username=(?P<user>.*?))?(?:, sasl_sender=.*?)?"
    rf"(?:, orig_queue_id=(?P<parent>\S+?))?(?:, orig_client=[^\s\[\]]*\[(?P<origin>[^\]\s]*)\](?::\d+)?)?$")
PICKUP = re.compile(r"uid=(\d+) from=<(.*)>(?: orig_id=(\S+))?$")
MESSAGE_ID = re.compile(r"message-id=(.*)", re.S)
ACTIVE = re.compile(r"from=<(.*)>, size=(\d+), nrcpt=(\d+) \(queue active\)$")
EXPIRED = re.compile(r"from=<(.*)>, status=(?:force-)?expired, returned to sender$")
DELIVERY = re.compile(
    r"to=<?(?P<to>.*?)>?, (?:orig_to=<?(?P<orig>.*?)>?, )?relay=(?P<relay>.*?), (?:conn_use=\d+, )?delay=(?P<delay>[\d.]+), (?:delays=[\d./]+, )?"
    r"(?:tls=.*?, )?(?:dsn=[\d.]+, )?status=(?P<status>\S+) \((?P<text>.*)$", re.S)
HANDED_ON = re.compile(rf"queued as ({QUEUE_ID})\)*$")
FORWARDED = re.compile(rf"forwarded as ({QUEUE_ID})\)$")
NOTIFICATION = re.compile(
    rf"(?:sender non-delivery|sender delay|sender delivery status|postmaster non-delivery|postmaster delay) notification: ({QUEUE_ID})$")
REFUSAL = re.compile(rf"(?:milter-)?reject: (?P<stage>[A-Z-]+) from {PEER}: (?P<rest>.*)$", re.S)
CONTENT_REFUSAL = re.compile(r"(?:milter-)?reject: (?:header|body|mime-error|content) ", re.S)
HOLD_RULE = re.compile(r"(?:milter-)?hold: ")
HOLD_RECIPIENT = re.compile(r" to=<([^<>]*)> proto=")
REFUSED_SENDER = re.compile(r"; from=<([^<>]*)>")
REFUSED_LOGIN = re.compile(r" helo=<.*> sasl_username=<([^<>]*)>$", re.S)
PROXY_ACCEPT = re.compile(rf"proxy-accept: END-OF-MESSAGE: 250 .*queued as ({QUEUE_ID}); from=<")
CONNECT = re.compile(rf"connect from {PEER}$")
DISCONNECT = re.compile(rf"disconnect from {PEER}(?P<counts>.*)$")
AUTH_COUNT = re.compile(r" auth=(\d+)")
SASL_FAILED = re.compile(rf"warning: {PEER}: SASL \S+ authentication failed: .*?(?:, sasl_username=(?P<user>.*))?$", re.S)
DELETED_ALL = re.compile(r"Deleted: (\d+) messages?$")

DOVECOT_LOGIN = re.compile(
    r"(imap|pop3|managesieve|submission)-login: (?:Info: )?(?:Login|Logged in|proxy\(.*?\): [Ss]tarted proxying to .*?): user=<(.*)>, (?:method=.*?, )?rip=([^,\s]+)", re.S)
DOVECOT_REFUSED = re.compile(
    r"(imap|pop3|managesieve|submission)-login: (?:Info: )?.*?\(auth failed, (\d+) attempts.*?\): user=<(.*)>, (?:method=.*?, )?rip=([^,\s]+)", re.S)
DOVECOT_PASSDB = re.compile(
    r"auth(?:-worker(?:\(\d+\))?)?: (?:Info: )?(?:conn unix:\S+ \([^)]*\): auth-worker<\d+>: )?[\w-]+\((.*),([0-9a-fA-F.:]+)(?:,<([^>]*)>)?\): "
    r"(?:unknown user|Password mismatch|pam_authenticate\(\) failed|[Ii]nvalid credentials)", re.S)
DOVECOT_HANDED = re.compile(rf"submission\((.*)\)<\d+><([^>]*)>: Successfully relayed message: .* queued as ({QUEUE_ID})'$", re.S)
DOVECOT_SESSION = re.compile(r"session=<([^>]*)>$")
DOVECOT_LOCAL = re.compile(r", lip=([^,\s]+)")

AMAVIS = re.compile(rf"\([\w-]+\) (?:Passed|Blocked) .*, Queue-ID: ({QUEUE_ID}), .*queued_as: ([\w/]+)", re.S)

PROXMOX = re.compile(rf"([0-9A-F]+): accept mail to <(.*)> \(({QUEUE_ID})\)(?: \(rule: .*\))?$", re.S)
PROXMOX_SESSION = re.compile(r"250 2\.5\.0 OK \(([0-9A-F]+)\)\)$")
REQUEUED = re.compile(rf"Requeue: ({QUEUE_ID})(?:\.\w+)? to ({QUEUE_ID})$")

LOCAL_RELAYS = {"local", "virtual", "dovecot", "maildrop", "procmail", "cyrus"}


def address(text):
    """An IP address in its plain form: without IPv6: prefix, IPv4 not dressed as IPv6."""
    text = text.lower().removeprefix("ipv6:")
    return text.removeprefix("::ffff:") if re.fullmatch(r"::ffff:\d+\.\d+\.\d+\.\d+", text) else text


def user_or_none(user):
    return None if user in (None, "", "(unavailable)", "(reason unavailable)") else user


def delivery(match, program):
    relay = match["relay"]
    inside = re.search(r"\[([^\]]*)\]", relay)
    target = address(inside[1]) if inside else ""
    text = match["text"]
    handed, forwarded = HANDED_ON.search(text), FORWARDED.search(text)
    local = relay in LOCAL_RELAYS or target.startswith(("/", "private")) or program.rsplit("/", 1)[-1] in ("local", "virtual", "lmtp")
    return {"kind": "delivery", "to": match["to"].lower(), "orig": (match["orig"] or "").lower() or None, "relay": target,
            "filter_session": (PROXMOX_SESSION.search(text) or [None, None])[1],
            "status": match["status"], "delay": int(float(match["delay"])), "queued_as": handed and handed[1], "forwarded_as": forwarded and forwarded[1], "local": local}


def refusal(match, text):
    user, sender = REFUSED_LOGIN.search(text), REFUSED_SENDER.findall(text)
    return {"kind": "refusal", "stage": match["stage"], "ip": address(match[2]), "user": user_or_none(user and user[1]),
            "sender": sender[-1] if sender else None}


def postfix_message(text, program):
    """A line about a queue ID, without the ID."""
    m = CLIENT.match(text)
    if m:
        return {"kind": "client", "name": text.removeprefix("client=").partition("[")[0].lower(), "ip": address(m[1]), "user": user_or_none(m["user"]), "parent": m["parent"],
                "origin": m["origin"] and address(m["origin"])}
    if m := PICKUP.match(text):
        return {"kind": "pickup", "uid": m[1], "orig_id": m[3]}
    if m := MESSAGE_ID.match(text):
        return {"kind": "message-id", "id": m[1]}
    if m := ACTIVE.match(text):
        return {"kind": "active", "nrcpt": int(m[3])}
    if EXPIRED.match(text):
        return {"kind": "expired"}
    if m := DELIVERY.match(text):
        return delivery(m, program)
    if m := NOTIFICATION.match(text):
        return {"kind": "notification", "child": m[1]}
    if m := REFUSAL.match(text):
        return refusal(m, text)
    if CONTENT_REFUSAL.match(text):
        return {"kind": "refusal", "stage": "END-OF-MESSAGE", "ip": None, "user": None, "sender": None}
    if HOLD_RULE.match(text):
        named = HOLD_RECIPIENT.findall(text)
        return {"kind": "hold-rule", "to": named[-1].lower() if named else None}
    words = {"removed": "removed", "placed on hold": "hold", "released from hold": "release", "requeued": "requeue"}
    return {"kind": words.get(text, "other")}


def postfix(text, program):
    m = WITH_ID.match(text)
    if m:
        event = postfix_message(m[2], program)
        event["qid"] = m[1]
        return event
    if m := CONNECT.match(text):
        return {"kind": "connect", "ip": address(m[1])}
    if m := DISCONNECT.match(text):
        auth = AUTH_COUNT.search(m["counts"])
        return {"kind": "disconnect", "logged_in": bool(auth and int(auth[1])) if m["counts"] else None}
    if m := SASL_FAILED.match(text):
        return {"kind": "failure", "by": "mta", "ip": address(m[1]), "user": user_or_none(m["user"]), "session": None}
    if m := PROXY_ACCEPT.match(text):
        return {"kind": "proxy-accept", "child": m[1]}
    if m := DELETED_ALL.match(text):
        return {"kind": "deleted-all", "deleted": int(m[1])}
    return None


def dovecot(text):
    session = DOVECOT_SESSION.search(text)
    session = session and session[1]
    local = DOVECOT_LOCAL.findall(text)
    event = None
    if m := DOVECOT_LOGIN.match(text):
        event = {"kind": "login", "user": m[2], "ip": address(m[3]), "session": session}
    elif m := DOVECOT_HANDED.match(text):
        event = {"kind": "submitted", "user": m[1], "session": m[2], "child": m[3]}
    elif m := DOVECOT_REFUSED.match(text):
        event = {"kind": "failures", "user": user_or_none(m[3]), "ip": address(m[4]), "attempts": int(m[2]), "session": session}
    elif m := DOVECOT_PASSDB.match(text):
        event = {"kind": "failure", "by": "dovecot", "user": user_or_none(m[1]), "ip": address(m[2]), "session": m[3]}
    if event and local:
        event["own_ip"] = address(local[-1])
    return event


def events_of(line, open_smtpd, qmail):
    """The events of a line, with its time, host, program, pid and count."""
    if line.program in ("smtpd", "opensmtpd"):
        events = open_smtpd.events(line)
    elif line.program.startswith(("qmail", "vpopmail", "vchkpw")):
        events = qmail.events(line)
    elif line.program.startswith("exim"):
        events = exim(line.text)
    elif line.program.startswith(("sm-", "sendmail")):
        events = sendmail(line.text)
    else:
        events = [parse(line)]
    return [event | {"time": line.time, "host": line.host, "program": line.program, "pid": line.pid, "count": line.count}
            for event in events if event]


def parse(line):
    program = line.program.rsplit("/", 1)[-1]
    if line.program == "dovecot":
        event = dovecot(line.text)
    elif program == "amavis" or program.startswith("amavis"):
        m = AMAVIS.match(line.text)
        event = {"kind": "filtered", "parent": m[1], "children": m[2].split("/")} if m else None
    elif program == "pmg-smtp-filter":
        m = PROXMOX.match(line.text)
        event = {"kind": "accepted", "filter_session": m[1], "to": m[2].lower(), "child": m[3]} if m else None
    elif program == "MailScanner":
        m = REQUEUED.match(line.text)
        event = {"kind": "filtered", "parent": m[1], "children": [m[2]]} if m else None
    elif servers.owns(line.program):
        event = servers.parse(line.text, line.program)
    elif line.program in told.PROGRAMS:
        event = told.event(line)
    elif line.program.startswith("postfix") or "/" in line.program:
        event = postfix(line.text, line.program)
    else:
        event = None
    return event


def join_amavis(lines):
    """Amavis cuts long lines: "(id) text..." goes on in "(id) ...text" of the same process."""
    open_lines, joined = {}, []
    for line in lines:
        if "amavis" in line.program:
            key = (line.host, line.pid)
            mark, _, rest = line.text.partition(") ")
            before = open_lines.pop(key, None)
            if before and rest.startswith("...") and before.text.startswith(mark + ") "):
                before.text = before.text.removesuffix("...") + rest.removeprefix("...")
                if before.text.endswith("..."):
                    open_lines[key] = before
                continue
            if line.text.endswith("..."):
                open_lines[key] = line
        joined.append(line)
    return joined
