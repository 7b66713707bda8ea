"""Logins of mailbox and password servers that are not Dovecot: Cyrus imapd, Courier, saslauthd, Plesk's."""
import re

CYRUS_HOST = r"(?:[^\s\[\]]*) ?\[([^\]\s]+)\]"
CYRUS_LOGIN = re.compile(rf"login: {CYRUS_HOST} (.*) \S+ User logged in(?: SESSIONID=<\S+>)?$", re.S)
CYRUS_REFUSED = (
    re.compile(rf"badlogin: {CYRUS_HOST} \S+ \((.*)\) (?:\[.*\]|invalid user)$", re.S),
    re.compile(rf"badlogin: {CYRUS_HOST} \S+ (.*?) SASL\(-\d+\): .*$", re.S),
    re.compile(rf"badlogin: {CYRUS_HOST} plaintext (.*) invalid user$", re.S),
    re.compile(rf"badlogin: {CYRUS_HOST} \S+()(?: \[.*\])$", re.S))
COURIER = re.compile(r"(?:INFO: )?(LOGIN|LOGIN FAILED)(?:, user=(.*)|, method=\S+)?, ip=\[([^\]]*)\](?:, [a-z]+=\S+)*$", re.S)
SASLAUTHD = re.compile(r"\s*(?:\w+\s*)?: auth failure: \[user=(.*?)\] \[service=.*?\] \[realm=.*?\] \[mech=.*?\] \[reason=.*\]$", re.S)
PLESK = re.compile(r"failed mail authentication attempt for user '(.*)' \(password len=\d+\)$", re.S)

CYRUS_PROGRAMS = ("cyrus/", "imaps", "pop3s", "lmtpunix", "timsieved")
COURIER_PROGRAMS = ("imapd", "imapd-ssl", "pop3d", "pop3d-ssl", "courier-imapd", "courier-pop3d")


def address(text):
    return text.lower().removeprefix("::ffff:") if "." in text else text.lower()


def failure(user, ip, by):
    return {"kind": "failure", "by": by, "user": user or None, "ip": ip and address(ip), "session": None}


def cyrus(text):
    if m := CYRUS_LOGIN.match(text):
        return {"kind": "login", "user": m[2], "ip": address(m[1])}
    for form in CYRUS_REFUSED:
        if m := form.match(text):
            return failure(m[2], m[1], "server")
    return None


def courier(text):
    m = COURIER.match(text)
    if not m:
        return None
    return {"kind": "login", "user": m[2], "ip": address(m[3])} if m[1] == "LOGIN" else failure(m[2], m[3], "server")


def owns(program):
    return program.startswith(CYRUS_PROGRAMS) or program in COURIER_PROGRAMS or program in ("saslauthd", "plesk_saslauthd")


def parse(text, program):
    if program.startswith(CYRUS_PROGRAMS):
        return cyrus(text)
    if program in COURIER_PROGRAMS:
        return courier(text)
    m = (SASLAUTHD if program == "saslauthd" else PLESK).match(text)
    return failure(m[1], None, "password server") if m else None


class Try:
    """One failed login as a line tells of it."""

    def __init__(self, event, account):
        self.time, self.host, self.ip, self.account, self.told, self.by = event["time"], event["host"], event["ip"], account, False, event["by"]


def place(tries, placeless):
    """{(account, ip): n} to add for the failures of password servers, which know no client.

    One within 10 s of a failure of the same account is that failure; one within 2 s of nameless failures of the MTA, all from
    one address, is the first of those; of the rest no address is known.
    """
    added = {}
    left = []
    for one in placeless:
        same = [t for t in tries if t.host == one.host and t.account == one.account and not t.told and abs(t.time - one.time) <= 10]
        if same:
            same[0].told = True
        else:
            left.append(one)
    for one in left:
        near = [t for t in tries if t.host == one.host and t.account is None and t.by == "mta" and abs(t.time - one.time) <= 2]
        if len({t.ip for t in near}) == 1:
            near[0].account = one.account
            added[one.account, near[0].ip] = added.get((one.account, near[0].ip), 0) + 1
        else:
            added[one.account, None] = added.get((one.account, None), 0) + 1
    return added
