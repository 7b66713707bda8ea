"""What a line of Sendmail says: a list of events as in events.py, for one line may begin a message and take it into the queue."""
import re

ID = re.compile(r"([0-9A-Za-z]{8}\d{4,12}): (.*)", re.S)
ADDRESS = r'(?:"(?:[^"\\]|\\.)*"|[^\s",<>])+'
LOGIN = re.compile(r"AUTH=server, relay=.*?\[(?:IPv6:)?([0-9a-fA-F.:]+)\](?: \(may be forged\))?, authid=(.*), mech=")
FAILED = re.compile(r"AUTH failure \([^)]*\): .*?(?:, user=(.*))?, relay=[^\[]*\[(?:IPv6:)?([0-9a-fA-F.:]+)\](?: \(may be forged\))?$", re.S)
FROM = re.compile(r"from=(?P<sender>.*?), size=\d+, class=-?\d+, (?:pri=\d+, )?nrcpts=(?P<nrcpt>\d+),.*, relay=(?P<relay>.*?)(?: \(may be forged\))?$", re.S)
LOCAL_RELAY = re.compile(r"(\S+)@localhost\S*$")
TO = re.compile(rf"to=(?P<to>(?:<?{ADDRESS}>?,?)+)(?:, \[more\])?(?:, ctladdr=\S+(?: \(\S+\))?)?, delay=.*?, (?P<rest>.*)$", re.S)
DSN = re.compile(r"dsn=(\d)")
RELAY = re.compile(r"relay=[^,]*\[(?:IPv6:)?([0-9a-fA-F.:]+)\],")
ACCEPTED = re.compile(r"stat=Sent \((\S+) Message accepted for delivery\)")
REFUSED = re.compile(r"ruleset=check_(rcpt|mail), arg1=(.*?), relay=[^\[]*\[(?:IPv6:)?([0-9a-fA-F.:]+)\].*?, reject=", re.S)
NOTICE = re.compile(r"([0-9A-Za-z]{8}\d{4,12}): (?:DSN|sender notify|return to sender|postmaster notify): (.*)")
STATES = {"2": "sent", "4": "deferred", "5": "bounced"}


def plain(ip):
    """Sendmail writes every zero group of an IPv6 address."""
    import ipaddress
    return str(ipaddress.ip_address(ip))


def accepted(m):
    if m["nrcpt"] == "0":
        return []
    active = {"kind": "active", "nrcpt": int(m["nrcpt"])}
    local, inside = LOCAL_RELAY.match(m["relay"]), re.search(r"\[(?:IPv6:)?([0-9a-fA-F.:]+)\]$", m["relay"])
    if local:
        return [{"kind": "pickup", "uid": local[1], "orig_id": None}, active]
    return [{"kind": "client", "ip": plain(inside[1]), "user": None, "parent": None, "origin": None, "apart": True}, active]


def deliveries(m):
    rest, local = m["rest"], "mailer=local" in m["rest"]
    dsn, relay, child = DSN.search(rest), RELAY.search(rest), ACCEPTED.search(rest)
    status = "deferred" if "stat=Deferred" in rest else STATES[dsn[1]] if dsn else "bounced"
    for address in re.findall(ADDRESS, m["to"]):
        yield {"kind": "delivery", "to": address.lower(), "orig": None, "relay": relay[1] if relay else "", "status": status,
               "queued_as": child and child[1], "forwarded_as": None, "local": local and status == "sent"}


def message(qid, text):
    if m := FROM.match(text):
        return accepted(m)
    if m := re.match(r"Milter: data, reject=", text):
        return [{"kind": "refusal", "stage": "END-OF-MESSAGE", "ip": None, "user": None, "sender": None}]
    if (m := TO.match(text)) and ("mailer=" in m["rest"] or re.search(r"stat=(Deferred|queued)", m["rest"])):
        return list(deliveries(m))
    if m := NOTICE.match(text):
        given_up = m[2].startswith("Cannot send")
        return [{"kind": "notice", "qid": m[1]}] + ([{"kind": "expired"}] if given_up else [])
    if text.startswith("quarantine="):
        return [{"kind": "hold"}]
    if m := re.match(r"<(.*)>\.\.\. ", text):
        return [{"kind": "refusal", "stage": "RCPT", "ip": None, "user": None, "sender": None}]
    if m := REFUSED.match(text):
        return [{"kind": "refusal", "stage": m[1].upper(), "ip": plain(m[3]), "user": None, "sender": None}]
    return [{"kind": "other"}]


def sendmail(text):
    m = ID.match(text)
    body = m[2] if m else text
    if f := FAILED.match(body):
        return [{"kind": "failure", "by": "mta", "ip": plain(f[2]), "user": f[1] or None, "session": None}]
    if m:
        return [{"qid": m[1], **event} for event in message(m[1], body)]
    if f := LOGIN.match(body):
        return [{"kind": "connect", "ip": plain(f[1])}, {"kind": "authenticated", "user": f[2], "ip": plain(f[1])}]
    return []
