"""What a mailbox server, a proxy or webmail tells of logins and messages that others serve too, and how that joins what the MTA says.

Zimbra's and Carbonio's mailbox.log and audit.log, nginx's mail proxy, Roundcube's userlogins, errors and sendmail.
"""
import calendar
import datetime
import re

from settle import is_loopback, is_private

NEAR = 10       # seconds between the lines of one login in several logs
SESSION = 5     # between a session of the MTA and another log's line of its login
HANDED = 120    # between a hand-over and the MTA's first line

ZIMBRA = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),(\d+) ((?:INFO|WARN|ERROR) +\[.*)", re.S)
NGINX = re.compile(r"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d) (\[\w+\] (\d+)#\d+: (?:\*\d+ )?.*)", re.S)
ROUNDCUBE = re.compile(r"\[(\d\d-[A-Z][a-z][a-z]-\d{4} \d\d:\d\d:\d\d) ([+-]\d{4})\]: (?:<[^>]*> )?(.*)", re.S)

CONTEXT = re.compile(r"\w+ +\[.*?\] \[((?:[\w.-]+=(?:[^;]|;;)*;(?!;))*)\] ([\w.-]+) - (.*)", re.S)
PAIR = re.compile(r"([\w.-]+)=((?:[^;]|;;)*);(?!;) ?")
SOAP_FAILED = re.compile(r"handler exception: authentication failed for \[(.*)\](?:, [^\]]*)?$")
ACCOUNT_FAILED = re.compile(r"authentication failed for \[(.*)\] \(.*\)$")
AUTHENTICATED = re.compile(r"user (.*) authenticated, mechanism=\S+(?: \[TLS\])?$")
TO_MTA = re.compile(r"Sending message to MTA at ([^,:\s]+)(?:, port \d+)?: Message-ID=<([^>]*)>")

NGINX_LOGIN = re.compile(r'\[\w+\] \d+#\d+: \*\d+ client (logged in|login failed: ".*?".*?), client: (\S+?)(?: using starttls)?, '
                         r'server: (\S+?), login: "(.*?)"(?:, upstream: (\S+).*)?$', re.S)
SERVICES = {25: "smtp", 465: "smtp", 587: "smtp", 143: "imap", 993: "imap", 110: "pop3", 995: "pop3"}

ROUNDCUBE_LOGIN = re.compile(r"Successful login for (.*) \(ID: \d+\) from ([0-9a-f.:]+)(?:\((.*)\))? in session \S+$")
ROUNDCUBE_FAILED = re.compile(r"Failed login for (.*) from ([0-9a-f.:]+)(?:\((.*)\))? in session \S+ \(error: \d+\)$")
ROUNDCUBE_IMAP = re.compile(r"IMAP Error: Login failed for (.*?)(?: against \S+)? from ([0-9a-f.:]+?)(?:\((.*?)\))?\. ")
ROUNDCUBE_SENT = re.compile(r"User (.*) \[([0-9a-f.:]+)\]; Message (?:<(.*?)> )?for .*; \d+: .*?(?:queued as (\w+))?$")

PROGRAMS = {"zimbra-mailbox", "zimbra-audit", "nginx-mail", "roundcube", "roundcube-errors"}


def seconds(date, clock):
    return calendar.timegm(datetime.datetime.fromisoformat(f"{date}T{clock}").timetuple())


def envelope(raw):
    """(time, has a year, host, program, pid, text) of a file of one of these programs, or None."""
    if m := ZIMBRA.match(raw):
        context = CONTEXT.match(m[4])
        program = "zimbra-audit" if context and context[2] == "security" else "zimbra-mailbox"
        return seconds(m[1], m[2]) + int(m[3]) / 1000, True, "", program, "", m[4]
    if m := NGINX.match(raw):
        return seconds(f"{m[1]}-{m[2]}-{m[3]}", m[4]), True, "", "nginx-mail", m[6], m[5]
    if m := ROUNDCUBE.match(raw):
        time = datetime.datetime.strptime(f"{m[1]} {m[2]}", "%d-%b-%Y %H:%M:%S %z").timestamp()
        return time, True, "", "roundcube-errors" if m[3].startswith("IMAP Error") else "roundcube", "", m[3]
    return None


def client_of(context):
    """The address that asked; of a list, the last one outside."""
    hops = [hop.strip() for hop in context.get("oip", context.get("ip", "")).split(",") if hop.strip()]
    outside = [hop for hop in hops if not inner(hop)]
    return (outside or hops or [None])[-1]


def zimbra(text):
    m = CONTEXT.match(text)
    if not m:
        return None
    context, thread = dict(PAIR.findall(m[1])), text.split("[", 1)[1]
    event = {"ip": client_of(context), "service": "smtp" if context.get("oproto") == "smtp" else
             "imap" if thread.startswith("Imap") else "pop3" if thread.startswith("Pop3") else "webmail"}
    if m[2] == "security":
        said = dict(PAIR.findall(m[3]))
        if said.get("cmd") != "Auth" or said.get("error", "").startswith("account lockout"):
            return None
        return event | {"kind": "told-failure" if "error" in said else "told-login", "user": said["account"]}
    patterns = {"SoapEngine": (SOAP_FAILED, "told-failure"), "account": (ACCOUNT_FAILED, "told-failure"),
                "imap": (AUTHENTICATED, "told-login"), "pop": (AUTHENTICATED, "told-login")}
    if m[2] in patterns and (found := patterns[m[2]][0].match(m[3])):
        return event | {"kind": patterns[m[2]][1], "user": found[1]}
    if m[2] == "smtp" and (found := TO_MTA.match(m[3])):
        return event | {"kind": "handed", "user": context.get("aname", context["name"]), "relay": found[1], "message-id": found[2], "queued_as": None}
    return None


def nginx(text):
    m = NGINX_LOGIN.match(text)
    if not m or not m[4]:
        return None
    ip = m[2].rsplit(":", 1)[0].strip("[]") if m[2].count(":") == 1 or m[2].startswith("[") else m[2]
    service = next((SERVICES[int(port.rsplit(":", 1)[1]) % 1000] for port in (m[3], m[5] or "")
                    if ":" in port and int(port.rsplit(":", 1)[1]) % 1000 in SERVICES), "other")
    return {"kind": "told-login" if m[1] == "logged in" else "told-failure", "user": m[4], "ip": ip, "service": service}


def behind(peer, headers):
    """The client of an inner proxy, by the header that it appends to."""
    hops = re.split(r", ?", headers.partition("X-Forwarded-For: ")[2]) if inner(peer) else []
    return next((hop for hop in reversed(hops) if hop and not inner(hop)), peer)


def roundcube(text):
    for pattern, kind in ((ROUNDCUBE_LOGIN, "told-login"), (ROUNDCUBE_FAILED, "told-failure"), (ROUNDCUBE_IMAP, "told-failure")):
        if m := pattern.match(text):
            return {"kind": kind, "user": m[1], "ip": behind(m[2], m[3] or ""), "service": "webmail"}
    if m := ROUNDCUBE_SENT.match(text):
        return {"kind": "handed", "user": m[1], "ip": m[2], "relay": None, "message-id": m[3], "queued_as": m[4]}
    return None


def event(line):
    return {"zimbra": zimbra, "nginx-": nginx, "roundc": roundcube}[line.program[:6]](line.text)


def inner(ip):
    return is_loopback(ip) or is_private(ip)


def same_user(a, b):
    a, b = a.lower(), b.lower()
    return a == b or (("@" not in a or "@" not in b) and a.split("@")[0] == b.split("@")[0])


def same_login(head, e):
    if e["program"] in head["told_by"] or e["time"] - head["time"] > NEAR or not same_user(head["user"], e["user"]):
        return False
    if not {head["program"], e["program"]} & PROGRAMS:
        return False
    services = {head["service"], e["service"]}
    behind = head if head["service"] == "imap" else e
    if len(services) > 1 and not (services == {"webmail", "imap"} and inner(behind["ip"])):
        return False
    return not head["ip"] or not e["ip"] or head["ip"] == e["ip"] or inner(head["ip"]) != inner(e["ip"])


def merge(events):
    """One event of each login or failure; what others say of it is left out, what they know better is kept."""
    heads = []
    for e in sorted(events, key=lambda e: e["time"]):
        e["told_by"] = {e["program"]}
        head = next((head for head in heads if same_login(head, e)), None)
        if not head:
            heads.append(e)
            continue
        head["told_by"].add(e["program"])
        if not head["ip"] or (e["ip"] and inner(head["ip"]) and not inner(e["ip"])):
            head["ip"] = e["ip"]
        if "@" not in head["user"]:
            head["user"] = e["user"]
        if e["service"] == "webmail":
            head["service"] = "webmail"
    return heads


class Session:
    def __init__(self):
        self.events = []
        self.taken = False


def sessions_of(events):
    """Every connection of the MTA on which somebody logged in and sent something."""
    found, current = [], {}
    for e in events:
        if not e["program"].startswith("postfix"):
            continue
        process = (e["host"], e["program"], e["pid"])
        if e["kind"] == "connect":
            current[process] = Session()
            found.append(current[process])
        if process in current:
            current[process].events.append(e)
        if e["kind"] == "disconnect":
            current.pop(process, None)
    return [s for s in found if any(e["kind"] == "client" and e["user"] for e in s.events)]


def give_to_session(login, sessions):
    """The MTA's session of this login, which is then the login itself."""
    for wanted in (lambda ip: ip == login["ip"], inner):
        for s in sessions:
            clients = [e for e in s.events if e["kind"] == "client" and e["user"]]
            if s.taken or not wanted(clients[0]["ip"]) or not same_user(clients[0]["user"], login["user"]):
                continue
            if not s.events[0]["time"] - SESSION <= login["time"] <= s.events[-1]["time"] + SESSION:
                continue
            s.taken = True
            for e in clients:
                if e["ip"] != login["ip"]:
                    e["origin"], e["own_ip"] = login["ip"], e["ip"]
            return True
    return False


def join_logins(events):
    told = [e for e in events if e["kind"] == "told-login"]
    if not told:
        return events
    others = [e for e in events if e["kind"] == "login"]
    for e in others:
        e.setdefault("service", "imap")
    kept, sessions = [], sessions_of(events)
    for e in merge(told + others):
        if e["service"] != "smtp" or not give_to_session(e, sessions):
            kept.append(e | {"kind": "login"})
    return [e for e in events if e["kind"] not in ("told-login", "login")] + kept


def join_failures(events):
    if not any(e["kind"] == "told-failure" for e in events):
        return events
    mta = [e for e in events if e["kind"] == "failure" and e["by"] == "mta"]
    dovecot = [e for e in events if e["kind"] == "failures" and e["user"] and e["attempts"] == 1]
    for e in mta + dovecot:
        e["service"] = "smtp" if e in mta else "imap"
    kept = []
    told = [e for e in events if e["kind"] == "told-failure"]
    for e in merge(told + dovecot + [e for e in mta if e["user"]]):
        nameless = next((m for m in mta if not m["user"] and e["service"] == "smtp" and m["ip"] == e["ip"] and
                         abs(m["time"] - e["time"]) <= NEAR), None)
        if nameless:
            nameless["user"] = e["user"]
            kept.append(nameless)
        else:
            kept.append(e | {"kind": "failure", "by": "mta", "session": None} if e["kind"] == "told-failure" else e)
    gone = {id(e) for e in told + dovecot + mta}
    return [e for e in events if id(e) not in gone] + kept + [e for e in mta if not e["user"]]


def join_handed(events):
    """The messages that were handed to the MTA, by Message-ID or queue ID: they have the account and the address of who sent them."""
    passed_on = {e["queued_as"] for e in events if e["kind"] == "delivery" and e["queued_as"]}
    ids = {}
    for e in events:
        if e["kind"] == "message-id":
            ids.setdefault((e["host"], e["qid"]), e["id"].strip("<>"))
    taken = set()
    for handed in (e for e in events if e["kind"] == "handed"):
        for client in events:
            if client["kind"] not in ("client", "pickup") or id(client) in taken or client["qid"] in passed_on or client.get("parent"):
                continue
            found = ids.get((client["host"], client["qid"]))
            fits = client["qid"] == handed["queued_as"] or (found and found == handed["message-id"])
            if fits and abs(client["time"] - handed["time"]) <= HANDED and same_user(client.get("user") or handed["user"], handed["user"]):
                taken.add(id(client))
                client["given_user"], client["origin"] = handed["user"], handed["ip"]
                if client["kind"] == "client":
                    handed["own_ip"] = client["ip"]
                break
    return events


def own_names(events):
    """The MTA's clients without a login that bear the server's own name, in a domain that people log in with: its webmail."""
    domains = {e["user"].lower().rpartition("@")[2] for e in events if e.get("user") and e["kind"] in ("client", "login")} - {""}
    for e in events:
        name = e.get("name", "")
        if e["kind"] != "client" or e["user"] or not e["host"] or "." not in name:
            continue
        inside = any(("." + name[len(e["host"]) + 1:]).endswith("." + domain) for domain in domains)
        if name == e["host"] or (name.startswith(e["host"] + ".") and inside):
            e["own_ip"] = e["ip"]
    return events


def join(events):
    return sorted(own_names(join_handed(join_failures(join_logins(events)))), key=lambda e: e["time"])
