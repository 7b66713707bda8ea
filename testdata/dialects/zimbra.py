"""Carbonio and Zimbra: the MTA's log with amavis and the DKIM milter in it, audit.log and mailbox.log of the mailbox server."""
from incident import Client, is_local, mailboxes
from postfix import Postfix
from writer import stamp_blank


class Carbonio(Postfix):
    """Some read and write in webmail: of their mail the MTA sees the server's own address alone."""
    live = False
    silent, webmail = "named", ("ben", "finn", "lena", "news")
    server = Client("192.0.2.10", "mail.example.org", "mail.example.org")

    def stamped(self, file, time, text):
        if file == "mail.log":
            return super().stamped(file, time, text)
        return f"{stamp_blank(time, self.zone)},{int(time * 1000) % 1000:03d} {text}"

    def audit(self, time, act, oproto, error=""):
        user = self.spelled(act.user)
        tail = f" error=authentication failed for [{user}], {error};" if error else ""
        thread = f"qtp93314457-{self.next_serial() % 900}:smtp://mail.example.org:7073/service/admin/soap/" if oproto else "ImapSSLServer-13"
        origin = f"name={user};oip={act.client.ip};oport=24747;oproto=smtp;soapId=68{self.serial:06x}" if oproto else \
            f"ip=192.0.2.10;oip={act.client.ip};via=192.0.2.10(nginx/1.24.0-zimbra);ua=Zimbra/24.9;cid={self.next_serial()}"
        self.put("audit.log", time + 0.3, f"{'WARN ' if error else 'INFO '} [{thread}] [{origin};] security - cmd=Auth; account={user}; "
                                          f"protocol={'soap' if oproto else 'imap'};{tail}")

    def failure(self, act):
        named, self.failures_named = self.failures_named, False  # the MTA does not name it, audit.log does
        super().failure(act)
        self.failures_named = named
        self.audit(act.time, act, "smtp", "invalid password")

    def login(self, act):
        super().login(act)
        self.audit(act.time, act, "smtp")

    def mailbox(self, act):
        self.audit(act.time, act, "")
        user = self.spelled(act.user)
        self.put("mailbox.log", act.time + 0.305, f"INFO  [ImapSSLServer-13] [name={user};ip=192.0.2.10;oip={act.client.ip};"
                 f"via=192.0.2.10(nginx/1.24.0-zimbra);ua=Zimbra/24.9;cid={self.serial};] imap - user {user} authenticated, mechanism=PLAIN [TLS]")

    def message(self, act):
        if act.user not in self.webmail:
            super().message(act)
            if act.user:
                self.audit(act.time, act, "smtp")
            return
        user, thread = self.spelled(act.user), f"qtp1029991479-{self.next_serial() % 900}:https://mail.example.org/service/soap/SendMsgRequest"
        origin = f"name={user};mid=7;oip={act.client.ip};port=49187;ua=ZimbraWebClient - FF120 (Win);soapId=69{self.serial:06x}"
        self.put("audit.log", act.time - 20, f"INFO  [{thread[:thread.index(':')]}:https://mail.example.org/service/soap/AuthRequest] "
                                             f"[{origin};] security - cmd=Auth; account={user}; protocol=soap;")
        self.put("mailbox.log", act.time - 0.2, f"INFO  [{thread}] [{origin};] smtp - Sending message to MTA at mail.example.org: "
                 f"Message-ID=<m{act.number}@{act.sender.split('@')[-1]}>, size=1800, sender={act.sender}, nrcpts={len(act.recipients)}, "
                 + ", ".join(f"to={to}" for to, _ in act.recipients))
        self.handed(act)

    def handed(self, act):
        pid, queue_id = self.next_pid(), self.next_id(act.time)
        client = f"{self.server.name}[{self.server.ip}]"
        self.line(act.time, f"postfix/smtpd[{pid}]: connect from {client}")
        self.line(act.time, f"postfix/smtpd[{pid}]: {queue_id}: client={client}")
        self.refuse(act, f"postfix/smtpd[{pid}]: {queue_id}", self.server)
        self.after_queue(act, queue_id)
        count = len(act.recipients)
        self.line(act.time + 1, f"postfix/smtpd[{pid}]: disconnect from {client} ehlo=1 mail=1 rcpt={count} data=1 quit=1 commands={count + 4}")

    def after_queue(self, act, queue_id):
        """Through amavis twice: it comes back to the DKIM milter, and goes there once more."""
        sender, count = act.sender, len(act.recipients)
        message_id = f"m{act.number}@{sender.split('@')[-1]}"
        self.queue(act.time, queue_id, message_id, sender, count)
        for hop, (service, there, back) in enumerate((("dkimmilter", 10026, 10030), ("amavisd", 10032, 10025))):
            time, child, pid = act.time + 1 + hop, self.next_id(act.time), self.next_pid()
            self.line(time, f"postfix/{service}/smtpd[{pid}]: connect from localhost[127.0.0.1]")
            self.line(time, f"postfix/{service}/smtpd[{pid}]: {child}: client=localhost[127.0.0.1]")
            self.queue(time, child, message_id, sender, count)
            self.line(time, f"postfix/{service}/smtpd[{pid}]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt={count} data=1 quit=1 commands={count + 4}")
            asked = ",".join(f"<{to}>" for to, _ in act.recipients)
            self.line(time, f"amavis[886]: (886-{act.number}) Passed CLEAN {{RelayedOutbound}}, ORIGINATING LOCAL [127.0.0.1]:51234 <{sender}> -> {asked}, "
                            f"Queue-ID: {queue_id}, Message-ID: <{message_id}>, mail_id: zH{act.number}, Hits: -, size: 1500, queued_as: {child}, 90 ms")
            for to, _ in act.recipients:
                self.line(time, f"postfix/smtp[887]: {queue_id}: to=<{to}>, relay=127.0.0.1[127.0.0.1]:{there}, delay=0.5, delays=0.1/0/0.2/0.2, dsn=2.0.0, "
                                f"status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:{back}): 250 2.0.0 Ok: queued as {child})")
            self.remove(time, queue_id)
            queue_id = child
        self.deliver(act.time + 2, queue_id, act)

    def attempt(self, time, queue_id, recipient, outcome):
        if not is_local(recipient):
            super().attempt(time, queue_id, recipient, outcome)
            return
        for user in mailboxes(recipient):
            self.line(time, f"postfix/lmtp[883]: {queue_id}: {self.asked_as(user, recipient)}, relay=mail.example.org[192.0.2.10]:7025, delay=0.2, "
                            "delays=0.1/0/0/0.1, dsn=2.1.5, status=sent (250 2.1.5 Delivery OK)")
