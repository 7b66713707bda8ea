"""OpenSMTPD: one process, sessions by an id of 16 digits."""
from incident import address, is_local, mailboxes
from writer import Writer, server_of, tries_of


class OpenSmtpd(Writer):
    system = "OpenSMTPD"
    paper = "opensmtpd.sh"
    silent, local = "named", "uid:unknown@mx1"

    def next_session(self):
        return f"31f4be7e{self.next_serial() * 2654435761 % 2**32:08x}"

    def say(self, time, text):
        self.line(time, f"smtpd[1466]: {text}")

    def connect(self, time, session, client):
        self.say(time, f"{session} smtp connected address={client.ip} host={client.name or '<unknown>'}")

    def failure(self, act):
        session = self.next_session()
        self.connect(act.time, session, act.client)
        self.say(act.time, f"{session} smtp authentication user={self.spelled(act.user)} result=permfail")
        self.say(act.time, f'{session} smtp failed-command command="AUTH PLAIN (...)" result="535 Authentication failed"')
        self.say(act.time + 1, f"{session} smtp disconnected reason=quit")

    def login(self, act):
        session = self.next_session()
        self.connect(act.time, session, act.client)
        self.say(act.time, f"{session} smtp authentication user={self.spelled(act.user)} result=ok")
        self.say(act.time + 1, f"{session} smtp disconnected reason=quit")

    def message(self, act):
        session = self.next_session()
        self.connect(act.time, session, act.client)
        if act.user:
            self.say(act.time, f"{session} smtp authentication user={self.spelled(act.user)} result=ok")
        for refused in act.refused:
            self.say(act.time, f'{session} smtp failed-command command="RCPT TO:<{refused}>" result="550 Invalid recipient: <{refused}>"')
        self.accept(act, session)

    def script(self, act):
        session = self.next_session()
        self.say(act.time, f"{session} smtp connected address=local host={self.host}.example.org")
        self.accept(act, session)

    def accept(self, act, session):
        self.take(act.time, session, act.sender, act.recipients)
        if any(outcome == "bounced" for _, outcome in act.recipients):
            self.notice(act)

    def take(self, time, session, sender, recipients):
        message = f"{self.next_serial() * 40503 % 2**32:08x}"
        self.say(time, f"{session} smtp message msgid={message} size=2100 nrcpt={len(recipients)} proto=ESMTP")
        envelopes = {to: f"{message}{n * 2654435761 % 2**32:08x}" for n, (to, _) in enumerate(recipients)}
        for to, envelope in envelopes.items():
            self.say(time, f"{session} smtp envelope evpid={envelope} from=<{sender}> to=<{to}>")
        self.say(time + 1, f"{session} smtp disconnected reason=quit")
        delivery = self.next_session()
        for after, to, outcome in tries_of(recipients):
            for user in mailboxes(to) if is_local(to) else [None]:
                self.attempt(time + after, delivery, f"evpid={envelopes[to]} from=<{sender}> to=<{address(user) if user else to}>", to, outcome)

    def attempt(self, time, session, envelope, to, outcome):
        name, ip = server_of(to)
        if is_local(to):
            self.say(time, f"{session} mda delivery {envelope} rcpt=<{to}> user=vmail delay=1s result=Ok stat=Delivered")
            return
        result, said = {"delivered": ("Ok", f"250 2.0.0 Ok: queued as 4Z{self.next_serial():05d}"),
                        "bounced": ("PermFail", f"550 5.1.1 <{to}>: Recipient address rejected: User unknown"),
                        "deferred": ("TempFail", f"451 4.7.1 <{to}>: Recipient address rejected: Greylisted")}[outcome]
        self.say(time, f'{session} mta delivery {envelope} rcpt=<-> source="192.0.2.10" relay="{ip} ({name})" delay=2s result="{result}" stat="{said}"')

    def notice(self, act):
        """The server hands its own reports to itself."""
        session = self.next_session()
        self.say(act.time + 3, f"{session} smtp connected address=local host={self.host}.example.org")
        self.take(act.time + 3, session, "", [(act.sender, "delivered")])
