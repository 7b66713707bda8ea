"""Sendmail 8.17: logins on lines of their own, joined to the messages of the same process."""
import datetime

from incident import expand, is_local
from writer import Writer, server_of, tries_of

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"


def literal(ip):
    """All zero groups written out, as this version does."""
    if ":" not in ip:
        return f"[{ip}]"
    head, _, tail = ip.partition("::")
    parts = [part for part in head.split(":") if part], [part for part in tail.split(":") if part]
    return "[IPv6:" + ":".join([*parts[0], *["0"] * (8 - len(parts[0]) - len(parts[1])), *parts[1]]) + "]"


def relay(client):
    return f"{client.name} {literal(client.ip)}" if client.name else literal(client.ip)


class Sendmail(Writer):
    """Logins are bare names."""
    system = "Sendmail"
    paper, expands = "sendmail.sh", True
    full_names, silent, local = False, "named", "uid:www-data@mx1"

    def next_id(self, time, pid):
        """Year, month, day, hour, minute, second in UTC, a counter, the process."""
        when = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
        count = self.next_serial()
        parts = (when.year - 1900) % 60, when.month - 1, when.day, when.hour, when.minute, when.second, count // 60 % 60, count % 60
        return "".join(DIGITS[part] for part in parts) + f"{pid:06d}"

    def failure(self, act):
        pid = self.next_pid()
        name = f", user={self.spelled(act.user)}" if self.failures_named else ""
        message = self.next_id(act.time, pid)
        self.line(act.time, f"sm-mta[{pid}]: {message}: AUTH failure (LOGIN): authentication failure (-13) SASL(-13): authentication failure: "
                            f"checkpass failed{name}, relay={relay(act.client)}")
        self.line(act.time + 1, f"sm-mta[{pid}]: {message}: {relay(act.client)} did not issue MAIL/EXPN/VRFY/ETRN during connection to MSP-v4")

    def authenticated(self, time, pid, act):
        self.line(time, f"sm-mta[{pid}]: AUTH=server, relay={relay(act.client)}, authid={self.spelled(act.user)}, mech=PLAIN, bits=0")

    def login(self, act):
        pid = self.next_pid()
        self.authenticated(act.time, pid, act)
        self.line(act.time + 1, f"sm-mta[{pid}]: {self.next_id(act.time, pid)}: {relay(act.client)} did not issue MAIL/EXPN/VRFY/ETRN during connection to MSP-v4")

    def message(self, act):
        pid = self.next_pid()
        message = self.next_id(act.time, pid)
        if act.user:
            self.authenticated(act.time, pid, act)
        for refused in act.refused:
            self.line(act.time, f"sm-mta[{pid}]: {message}: <{refused}>... User unknown")
        self.line(act.time, f"sm-mta[{pid}]: {message}: from=<{act.sender}>, size=2100, class=0, nrcpts={len(expand(act.recipients))}, "
                            f"msgid=<m{act.number}@{act.sender.split('@')[-1]}>, proto=ESMTP{'A' if act.user else ''}, "
                            f"daemon={'MSP-v4' if act.user else 'MTA-v4'}, relay={relay(act.client)}")
        self.deliver(act, message)

    def script(self, act):
        pid, child = self.next_pid(), self.next_pid()
        first, second = self.next_id(act.time, pid), self.next_id(act.time, child)
        message_id = f"m{act.number}@{act.sender.split('@')[-1]}"
        asked = ",".join(to for to, _ in act.recipients)
        self.line(act.time, f"sendmail[{pid}]: {first}: Authentication-Warning: {self.host}.example.org: {act.owner} set sender to {act.sender} using -f")
        self.line(act.time, f"sendmail[{pid}]: {first}: from={act.sender}, size=178, class=0, nrcpts={len(act.recipients)}, msgid=<{message_id}>, "
                            f"relay={act.owner}@localhost")
        self.line(act.time, f"sm-mta[{child}]: {second}: from=<{act.sender}>, size=464, class=0, nrcpts={len(act.recipients)}, msgid=<{message_id}>, "
                            "proto=ESMTP, daemon=MTA-lo, relay=localhost [127.0.0.1]")
        self.line(act.time, f"sendmail[{pid}]: {first}: to={asked}, ctladdr={act.sender} ({act.uid}/{act.uid}), delay=00:00:00, xdelay=00:00:00, "
                            f"mailer=relay, pri=120178, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent ({second} Message accepted for delivery)")
        self.deliver(act, second)

    def deliver(self, act, message):
        """Recipients of one server that fare alike stand in one line."""
        groups = {}
        for after, recipient, outcome in tries_of(expand(act.recipients)):
            key = (after, "local" if is_local(recipient) else server_of(recipient), outcome)
            groups.setdefault(key, []).append(recipient)
        pid = self.next_pid()
        for (after, server, outcome), recipients in groups.items():
            self.attempt(act.time + after, pid, message, server, recipients, outcome)
        if any(outcome == "bounced" for _, outcome in act.recipients):
            notice = self.next_id(act.time, pid)
            self.line(act.time + 3, f"sm-mta[{pid}]: {message}: {notice}: DSN: User unknown")
            self.attempt(act.time + 3, pid, notice, server_of(act.sender) if not is_local(act.sender) else "local", [act.sender], "delivered")

    def attempt(self, time, pid, message, server, recipients, outcome):
        asked = ",".join(f"<{to}>" for to in recipients)
        if server == "local":
            self.line(time, f"sm-mta[{pid}]: {message}: to={asked}, delay=00:00:01, xdelay=00:00:01, mailer=local, pri=34517, dsn=2.0.0, stat=Sent")
            return
        reply = {"delivered": f"dsn=2.0.0, stat=Sent (Ok: queued as 4Z{self.next_serial():05d})",
                 "bounced": f"dsn=5.1.1, reply=550 5.1.1 <{recipients[0]}>: Recipient address rejected: User unknown, stat=User unknown",
                 "deferred": f"dsn=4.7.1, reply=451 4.7.1 <{recipients[0]}>: Greylisted, stat=Deferred: 451 4.7.1 <{recipients[0]}>: Greylisted"}[outcome]
        self.line(time, f"sm-mta[{pid}]: {message}: to={asked}, delay=00:00:02, xdelay=00:00:01, mailer=esmtp, pri=120464, "
                        f"relay={server[0]}. [{server[1]}], {reply}")
