"""Exim: main log and reject log as it writes them itself, and through syslog."""
from incident import is_local, mailboxes
from writer import Writer, end_of, server_of, stamp_3164, stamp_blank, tries_of

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def base62(number, width):
    text = ""
    for _ in range(width):
        text = DIGITS[number % 62] + text
        number //= 62
    return text


def where(client):
    return f"H={client.name + ' ' if client.name else ''}({client.helo}) [{client.ip}]"


class Exim(Writer):
    """A login that sends nothing leaves no line. Dovecot's lines are syslog's, in a file of their own."""
    system = "Exim"
    paper = "exim.sh"
    silent, local, sessions, options = "", "uid:www-data@mx1", False, ("--year", "2026", "--host", "mx1=*")

    def stamped(self, file, time, text):
        if file == "mail.log":
            return super().stamped(file, time, text)
        return f"{stamp_blank(time, self.zone)} {text}"

    def main(self, time, text):
        self.put("mainlog", time, text)

    def both(self, time, text):
        self.put("rejectlog", time, text)
        self.main(time, text)

    def next_id(self, time):
        return f"{base62(time, 6)}-{base62(self.next_serial(), 11)}-{base62(time % 50 * 13, 4)}"

    def failure(self, act):
        name = f"{act.client.name} " if act.client.name else ""
        self.both(act.time, f"dovecot_login authenticator failed for {name}({act.client.helo}) [{act.client.ip}]: 535 Incorrect authentication data "
                            f"(set_id={self.spelled(act.user)})")

    def login(self, act):
        pass

    def message(self, act):
        for refused in act.refused:
            user = f"A=dovecot_login:{self.spelled(act.user)} " if act.user else ""
            self.both(act.time, f"{where(act.client)} F=<{act.sender}> {user}rejected RCPT <{refused}>: Unknown user")
        proto = f"P=esmtpsa X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no A=dovecot_login:{self.spelled(act.user)}" if act.user else "P=esmtp"
        self.accept(act, f"{where(act.client)} {proto}")

    def script(self, act):
        self.accept(act, f"U={act.owner} P=local")

    def accept(self, act, how):
        message = self.next_id(act.time)
        self.main(act.time, f"{message} <= {act.sender} {how} S=2100 id=m{act.number}@{act.sender.split('@')[-1]}{self.extra(act)}")
        for after, recipient, outcome in tries_of(act.recipients):
            self.attempt(act.time + after, message, recipient, outcome)
        if any(outcome == "bounced" for _, outcome in act.recipients):
            self.notice(act.time + 2, message, act.sender)
        end = end_of(act.recipients)
        if end:
            self.main(act.time + end, f"{message} Completed")

    def extra(self, _act):
        """What log_selector adds to an arrival."""
        return ""

    def notice(self, time, parent, sender):
        message = self.next_id(time)
        self.main(time, f"{message} <= <> R={parent} U=Debian-exim P=local S=4100")
        self.attempt(time, message, sender, "delivered")
        self.main(time, f"{message} Completed")

    def attempt(self, time, message, recipient, outcome):
        name, ip = server_of(recipient)
        if is_local(recipient):
            for user in mailboxes(recipient):
                self.main(time, f"{message} => {user} <{recipient}> R=localuser T=local_delivery")
            return
        flag = {"delivered": "=>", "bounced": "**", "deferred": "=="}[outcome]
        said = {"delivered": f' C="250 2.0.0 Ok: queued as 4Z{self.next_serial():05d}"',
                "bounced": f": SMTP error from remote mail server after RCPT TO:<{recipient}>: 550 5.1.1 <{recipient}>: Recipient address rejected: User unknown",
                "deferred": f" defer (-44) H={name} [{ip}]: SMTP error from remote mail server after RCPT TO:<{recipient}>: 451 4.7.1 Greylisted"}[outcome]
        server = "" if outcome == "deferred" else f" H={name} [{ip}]"
        self.main(time, f"{message} {flag} {recipient} R=dnslookup T=remote_smtp{server}{said}")


class EximSyslog(Exim):
    """Everything through syslog, with recipients and subject; a long line in two parts; rejects said twice."""
    sessions, options = True, ("--year", "2026")

    def stamped(self, file, time, text):
        return f"{stamp_3164(time, self.zone)} {self.host} {text}"

    def main(self, time, text):
        for part in self.parts(text):
            self.put("mail.log", time, f"exim[{self.pid}]: {part}")

    def failure(self, act):
        self.next_pid()
        super().failure(act)

    def message(self, act):
        self.next_pid()
        super().message(act)

    def script(self, act):
        self.next_pid()
        super().script(act)

    def both(self, time, text):
        self.main(time, text)
        self.main(time, text)

    def parts(self, text):
        most = 860
        pieces = [text[i:i + most] for i in range(0, len(text), most)]
        return pieces if len(pieces) == 1 else [f"[{n + 1}/{len(pieces)}] {piece}" for n, piece in enumerate(pieces)]

    def extra(self, act):
        return f' T="Offer {act.number}" for {" ".join(to for to, _ in act.recipients)}'
