"""One incident over four logs: a proxy, the mailboxes behind it, the server that takes mail, and the one that sends it out.

Each has its own zone and way to write the time, and the clock of the last is ahead.
"""
import os
import tarfile

from incident import is_local
from postfix import Postfix
from writer import end_of, stamp_3164, stamp_iso, tries_of

AHEAD = 41
ZONES = ("--year", "2026", "--timezone", "mail/*=UTC", "--timezone", "mx1/*=+02:00")


class TwoHosts(Postfix):
    """Half of the users on each; both hosts give out the same queue ids and have the same processes."""

    def __init__(self, **more):
        super().__init__(**more)
        self.at, self.counts = "mx1", {"mx1": (0, 1000), "mx2": (0, 1000)}

    def perform(self, act):
        user = getattr(act, "user", None) or (act.recipients[0][0].split("@")[0] if is_local(act.recipients[0][0]) else "")
        self.at = "mx2" if len(user) % 2 else "mx1"
        self.serial, self.pid = self.counts[self.at]
        self.inode = 0x1A0 + self.serial
        super().perform(act)
        self.counts[self.at] = self.serial, self.pid

    def line(self, time, text):
        self.put(self.at, time, text)

    def stamped(self, file, time, text):
        return f"{stamp_3164(time, 0)} {file} {text}"


class FourHosts(Postfix):
    """In one archive, a folder for each host."""
    zones = {"mx1": (stamp_3164, 120), "out": (stamp_iso, -300), "proxy": (stamp_iso, 60), "mail": (stamp_3164, 0)}
    apart = [("mx1", "out")]

    def __init__(self, **more):
        super().__init__(**more)
        self.at = "mx1"

    def line(self, time, text):
        self.put(self.at, time + (AHEAD if self.at == "out" else 0), text)

    def stamped(self, file, time, text):
        stamp, zone = self.zones[file]
        return f"{stamp(time, zone)} {file} {text}"

    def write(self, incident, folder):
        super().write(incident, folder)
        with tarfile.open(os.path.join(folder, "logs.tar.gz"), "w:gz") as archive:
            for host in self.files:
                archive.add(os.path.join(folder, host), f"{host}/mail.log")
                os.remove(os.path.join(folder, host))

    def mailbox(self, act):
        user, session = self.spelled(act.user), f"p{self.next_serial():08d}AAAAA"
        self.at = "proxy"
        self.line(act.time, f"dovecot: imap-login: proxy({user}): started proxying to mail.example.org:143: user=<{user}>, method=PLAIN, "
                            f"rip={act.client.ip}, lip=192.0.2.40, TLS, session=<{session}>")
        self.at = "mail"
        self.line(act.time, f"dovecot: imap-login: Login: user=<{user}>, method=PLAIN, rip={act.client.ip}, lip=192.0.2.30, mpid={self.next_pid()}, "
                            f"session=<{session}>")
        self.at = "mx1"

    def deliver(self, time, queue_id, act):
        """What is not local goes on to the host that sends."""
        local = [(to, outcome) for to, outcome in act.recipients if is_local(to)]
        far = [(to, outcome) for to, outcome in act.recipients if not is_local(to)]
        for to, outcome in local:
            self.attempt(time + 2, queue_id, to, outcome)
        if far:
            child = self.next_id(time)
            for to, _ in far:
                self.line(time + 1, f"postfix/smtp[884]: {queue_id}: to=<{to}>, relay=out.example.org[192.0.2.20]:25, delay=1.1, "
                                    f"delays=0.1/0/0.5/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {child})")
            self.send_out(time + 1, child, act, far)
        self.remove(time + 2, queue_id)

    def send_out(self, time, queue_id, act, recipients):
        self.at, pid = "out", self.next_pid()
        self.line(time, f"postfix/smtpd[{pid}]: connect from mx1.example.org[192.0.2.10]")
        self.line(time, f"postfix/smtpd[{pid}]: {queue_id}: client=mx1.example.org[192.0.2.10]")
        self.queue(time, queue_id, f"m{act.number}@{act.sender.split('@')[-1]}", act.sender, len(recipients))
        self.line(time, f"postfix/smtpd[{pid}]: disconnect from mx1.example.org[192.0.2.10] ehlo=1 mail=1 rcpt={len(recipients)} data=1 quit=1 "
                        f"commands={len(recipients) + 4}")
        for after, recipient, outcome in tries_of(recipients):
            self.attempt(time + after, queue_id, recipient, outcome)
        if any(outcome == "bounced" for _, outcome in recipients):
            self.notice(time + 2, queue_id, act.sender)
        end = end_of(recipients)
        if end:
            self.remove(time + end, queue_id)
        self.at = "mx1"
