"""Postfix, alone and with amavis behind it, with Dovecot for mailboxes."""
from incident import address, is_local, mailboxes
from writer import Writer, end_of, server_of, stamp_id, stamp_iso, tries_of


def peer(client):
    return f"{client.name or 'unknown'}[{client.ip}]"


class Postfix(Writer):
    """Short queue ids; reuse: an id is free again a minute after its message left."""
    service, reuse, live = "submission/smtpd", False, True

    def __init__(self, **more):
        super().__init__(**more)
        self.free, self.inode = [], 0x1A0

    def next_id(self, time):
        if self.reuse and self.free and self.free[0][0] < time - 60:
            return self.free.pop(0)[1]
        self.inode += 1
        return f"{self.next_serial() * 7919 % 0xF4240:05X}{self.inode:X}"

    def failure(self, act):
        pid, who = self.next_pid(), f", sasl_username={self.spelled(act.user)}" if self.failures_named else ""
        self.line(act.time, f"postfix/{self.service}[{pid}]: connect from {peer(act.client)}")
        self.line(act.time, f"postfix/{self.service}[{pid}]: warning: {peer(act.client)}: SASL LOGIN authentication failed: "
                            f"{'(reason unavailable)' if who else 'authentication failure'}{who}")
        self.line(act.time + 1, f"postfix/{self.service}[{pid}]: disconnect from {peer(act.client)} ehlo=1 auth=0/1 quit=1 commands=2/3")

    def session(self, act):
        pid = self.next_pid()
        self.line(act.time, f"postfix/{self.service}[{pid}]: connect from {peer(act.client)}")
        return pid

    def login(self, act):
        pid = self.session(act)
        self.line(act.time + 1, f"postfix/{self.service}[{pid}]: disconnect from {peer(act.client)} ehlo=1 auth=1 quit=1 commands=3")

    def script(self, act):
        queue_id = self.next_id(act.time)
        self.line(act.time, f"postfix/pickup[880]: {queue_id}: uid={act.uid} from=<{act.sender}>")
        self.after_queue(act, queue_id)

    def message(self, act):
        service = self.service if act.user else "smtpd"
        pid, queue_id = self.next_pid(), self.next_id(act.time)
        user = f", sasl_method=PLAIN, sasl_username={self.spelled(act.user)}" if act.user else ""
        self.line(act.time, f"postfix/{service}[{pid}]: connect from {peer(act.client)}")
        if act.number % 2:
            self.refuse(act, f"postfix/{service}[{pid}]: NOQUEUE", act.client)
        self.line(act.time, f"postfix/{service}[{pid}]: {queue_id}: client={peer(act.client)}{user}")
        if act.number % 2 == 0:
            self.refuse(act, f"postfix/{service}[{pid}]: {queue_id}", act.client)
        self.after_queue(act, queue_id)
        count = len(act.recipients)
        refused = f"{count}/{count + len(act.refused)}" if act.refused else str(count)
        total = 4 + count + bool(act.user)
        self.line(act.time + 1, f"postfix/{service}[{pid}]: disconnect from {peer(act.client)} ehlo=1 {'auth=1 ' if act.user else ''}mail=1 "
                                f"rcpt={refused} data=1 quit=1 commands={f'{total}/{total + len(act.refused)}' if act.refused else total}")

    def refuse(self, act, where, client):
        """Recipients refused before the first that was taken, or behind it."""
        for refused in act.refused:
            self.line(act.time, f"{where}: reject: RCPT from {peer(client)}: 550 5.1.1 <{refused}>: Recipient address rejected: User unknown in "
                                f"virtual mailbox table; from=<{act.sender}> to=<{refused}> proto=ESMTP helo=<{client.helo}>")

    def after_queue(self, act, queue_id):
        message_id = f"m{act.number}@{act.sender.split('@')[-1]}"
        self.queue(act.time, queue_id, message_id, act.sender, len(act.recipients))
        self.deliver(act.time, queue_id, act)

    def queue(self, time, queue_id, message_id, sender, count):
        self.line(time, f"postfix/cleanup[881]: {queue_id}: message-id=<{message_id}>")
        self.line(time, f"postfix/qmgr[882]: {queue_id}: from=<{sender}>, size=2100, nrcpt={count} (queue active)")

    def deliver(self, time, queue_id, act):
        """Every try, the notice of what bounced, the end."""
        for after, recipient, outcome in tries_of(act.recipients):
            if after > 2:
                self.line(time + after - 1, f"postfix/qmgr[882]: {queue_id}: from=<{act.sender}>, size=2100, nrcpt={len(act.recipients)} (queue active)")
            self.attempt(time + after, queue_id, recipient, outcome)
        if any(outcome == "bounced" for _, outcome in act.recipients):
            self.notice(time + 2, queue_id, act.sender)
        end = end_of(act.recipients)
        if end:
            self.remove(time + end, queue_id)

    def remove(self, time, queue_id):
        self.line(time, f"postfix/qmgr[882]: {queue_id}: removed")
        self.free.append((time, queue_id))

    def attempt(self, time, queue_id, recipient, outcome):
        name, ip = server_of(recipient)
        if is_local(recipient):
            for user in mailboxes(recipient):
                self.line(time, f"postfix/lmtp[883]: {queue_id}: {self.asked_as(user, recipient)}, "
                                f"relay={self.host}.example.org[private/dovecot-lmtp], delay=0.2, delays=0.1/0/0/0.1, dsn=2.0.0, "
                                f"status=sent (250 2.0.0 <{address(user)}> X{self.next_serial()} Saved)")
            return
        said = {"delivered": ("2.0.0", "sent", f"250 2.0.0 Ok: queued as 4Z{self.next_serial():05d}"),
                "bounced": ("5.1.1", "bounced", f"host {name}[{ip}] said: 550 5.1.1 <{recipient}>: Recipient address rejected: User unknown "
                                                "(in reply to RCPT TO command)"),
                "deferred": ("4.7.1", "deferred", f"host {name}[{ip}] said: 451 4.7.1 <{recipient}>: Recipient address rejected: Greylisted "
                                                  "(in reply to RCPT TO command)")}[outcome]
        self.line(time, f"postfix/smtp[884]: {queue_id}: to=<{recipient}>, relay={name}[{ip}]:25, delay=1.1, delays=0.1/0/0.5/0.5, "
                        f"dsn={said[0]}, status={said[1]} ({said[2]})")

    def asked_as(self, user, recipient):
        return f"to=<{address(user)}>" + (f", orig_to=<{recipient}>" if recipient != address(user) else "")

    def notice(self, time, parent, sender):
        queue_id = self.next_id(time)
        self.line(time, f"postfix/cleanup[881]: {queue_id}: message-id=<{stamp_id(time)}.{queue_id}@{self.host}.example.org>")
        self.line(time, f"postfix/bounce[885]: {parent}: sender non-delivery notification: {queue_id}")
        self.line(time, f"postfix/qmgr[882]: {queue_id}: from=<>, size=4100, nrcpt=1 (queue active)")
        self.attempt(time + 1, queue_id, sender, "delivered")
        self.remove(time + 1, queue_id)



class PostfixIso(Postfix):
    """rsyslog's own stamps, two hours east."""
    zone = 120

    def stamped(self, file, time, text):
        return f"{stamp_iso(time, self.zone)} {self.host} {text}"


class Amavis(Postfix):
    """Every message passes amavis on loopback and comes back under a second id."""

    def after_queue(self, act, queue_id):
        message_id, count = f"m{act.number}@{act.sender.split('@')[-1]}", len(act.recipients)
        self.queue(act.time, queue_id, message_id, act.sender, count)
        child, pid, time = self.next_id(act.time), self.next_pid(), act.time + 1
        client = getattr(act, "client", None)
        origin = peer(client) if client else "localhost[127.0.0.1]"
        self.line(time, f"postfix/reinject/smtpd[{pid}]: connect from localhost[127.0.0.1]")
        self.line(time, f"postfix/reinject/smtpd[{pid}]: {child}: client=localhost[127.0.0.1], orig_queue_id={queue_id}, orig_client={origin}")
        self.queue(time, child, message_id, act.sender, count)
        self.line(time, f"postfix/reinject/smtpd[{pid}]: disconnect from localhost[127.0.0.1] ehlo=1 xforward=1 mail=1 rcpt={count} data=1 quit=1 "
                        f"commands={count + 5}")
        asked = ",".join(f"<{to}>" for to, _ in act.recipients)
        self.line(time, f"amavis[886]: (886-{act.number}) Passed CLEAN {{RelayedOpenRelay}}, [{client.ip if client else '127.0.0.1'}]:48609 "
                        f"<{act.sender}> -> {asked}, Queue-ID: {queue_id}, Message-ID: <{message_id}>, mail_id: GinX6hl{act.number}, Hits: -, "
                        f"size: 2100, queued_as: {child}, 50 ms")
        for to, _ in act.recipients:
            self.line(time, f"postfix/smtp[887]: {queue_id}: to=<{to}>, relay=127.0.0.1[127.0.0.1]:10024, delay=0.05, delays=0/0/0/0.05, dsn=2.0.0, "
                            f"status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as {child})")
        self.remove(time, queue_id)
        self.deliver(time, child, act)
