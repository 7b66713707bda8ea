"""Dovecot's submission service in front of Postfix."""
from incident import Client
from postfix import Postfix


class DovecotSubmission(Postfix):
    """Postfix sees localhost; the login's session says which message is whose."""
    silent = "named"

    def begin(self, act):
        session = f"S{self.next_serial():06d}AAAAAAAA"
        self.line(act.time, f"dovecot: submission-login: Login: user=<{self.spelled(act.user)}>, method=PLAIN, rip={act.client.ip}, lip=192.0.2.10, "
                            f"mpid={self.next_pid()}, TLS, session=<{session}>")
        return f"dovecot: submission({self.spelled(act.user)})<{self.pid}><{session}>:"

    def end(self, time, who):
        self.line(time, f"{who} Disconnected: Logged out in=2400 out=600")

    def failure(self, act):
        self.line(act.time, f"dovecot: submission-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<{self.spelled(act.user)}>, "
                            f"method=PLAIN, rip={act.client.ip}, lip=192.0.2.10, TLS, session=<F{self.next_serial():06d}AAAAAAAA>")

    def login(self, act):
        self.end(act.time + 1, self.begin(act))

    def message(self, act):
        if act.user is None:
            super().message(act)
            return
        who, pid, queue_id, count = self.begin(act), self.next_pid(), self.next_id(act.time), len(act.recipients)
        self.line(act.time, f"postfix/smtpd[{pid}]: connect from localhost[127.0.0.1]")
        self.line(act.time, f"postfix/smtpd[{pid}]: {queue_id}: client=localhost[127.0.0.1]")
        self.refuse(act, f"postfix/smtpd[{pid}]: {queue_id}", Client("127.0.0.1", "localhost", "localhost"))
        self.after_queue(act, queue_id)
        self.line(act.time, f"{who} Successfully relayed message: from=<{act.sender}>, size=2100, id=pQ{act.number}w, nrcpt={count}, "
                            f"reply=`250 2.0.0 Ok: queued as {queue_id}'")
        self.line(act.time + 1, f"postfix/smtpd[{pid}]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt={count} data=1 quit=1 commands={count + 4}")
        self.end(act.time + 4, who)
