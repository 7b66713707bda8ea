"""What all writers share: stamps, counters, lines put in order of time."""
import datetime
import os


def stamp_3164(time, zone):
    when = datetime.datetime.fromtimestamp(time + zone * 60, datetime.timezone.utc)
    return when.strftime("%b ") + f"{when.day:2d}" + when.strftime(" %H:%M:%S")


def stamp_iso(time, zone):
    east = datetime.timezone(datetime.timedelta(minutes=zone))
    return datetime.datetime.fromtimestamp(time, east).isoformat(timespec="microseconds")


def stamp_blank(time, zone):
    return datetime.datetime.fromtimestamp(time + zone * 60, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def stamp_id(time):
    """As in the Message-ID of a notice: UTC."""
    return datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%Y%m%d%H%M%S")


def stamp_millis(time):
    when = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"


class Writer:
    """One dialect. A subclass has a method for each kind of act, and says what its logs cannot show:

    full_names      logins are spelled with their domain
    failures_named  a failed login is logged with its name
    silent          of a login that sent nothing: "named", "unnamed", or "" if nothing is logged
    local           what the principal of the script is called
    sessions        how often somebody logged in is logged
    expands         it names what an alias stands for and not the alias
    """
    host, zone, skew = "mx1", 0, 0
    full_names, failures_named, silent, local, sessions = True, True, "unnamed", "uid:33@mx1", True
    expands = False
    paper, live = "postfix.sh", False  # what holds messages; whether the text may show what to type at once
    system = "Postfix"
    options = ("--year", "2026")
    apart = []  # of two hosts whose clocks differ: (the one behind, the other)

    def __init__(self, **more):
        self.files, self.pid, self.serial = {}, 1000, 0
        for name, value in more.items():
            setattr(self, name, value)

    def next_pid(self):
        self.pid = self.pid + 1 if self.pid < 30000 else 1000
        return self.pid

    def next_serial(self):
        self.serial += 1
        return self.serial

    def spelled(self, user):
        return f"{user}@example.org" if self.full_names else user

    def put(self, file, time, text):
        self.files.setdefault(file, []).append((time + self.skew, len(self.files[file]) if file in self.files else 0, text))

    def line(self, time, text):
        """A line of syslog."""
        self.put("mail.log", time, text)

    def stamped(self, file, time, text):
        """One line as it stands in the file."""
        return f"{stamp_3164(time, self.zone)} {self.host} {text}"

    def perform(self, act):
        getattr(self, type(act).__name__.lower())(act)

    def write(self, incident, folder):
        for act in incident.acts:
            self.perform(act)
        os.makedirs(folder, exist_ok=True)
        for file, lines in self.files.items():
            with open(os.path.join(folder, file), "w", encoding="utf-8", newline="") as f:
                f.write(self.head(file))
                for time, _, text in sorted(lines):
                    f.write(self.stamped(file, time, text) + self.line_end(file))

    def head(self, _file):
        """What stands above the lines."""
        return ""

    def line_end(self, _file):
        return "\n"

    def mailbox(self, act):
        """Dovecot's, in the same log."""
        user, session = self.spelled(act.user), f"s{self.next_serial():08d}AAAAA"
        if act.ok:
            self.line(act.time, f"dovecot: imap-login: Login: user=<{user}>, method=PLAIN, rip={act.client.ip}, lip=192.0.2.10, "
                                f"mpid={self.next_pid()}, TLS, session=<{session}>")
            self.line(act.time + 30, f"dovecot: imap({user})<{self.pid}><{session}>: Disconnected: Logged out in=300 out=9000 deleted=0 "
                                     "expunged=0 trashed=0 hdr_count=0 hdr_bytes=0 body_count=1 body_bytes=4000")


def server_of(recipient):
    """(name, address) of the server that takes this recipient's mail."""
    domain = recipient.split("@")[1]
    return f"mx.{domain}", f"198.18.{sum(domain.encode()) % 250}.25"


def tries_of(recipients):
    """(seconds after it was taken, recipient, outcome) of every try."""
    tries = []
    for recipient, outcome in recipients:
        tries.append((2, recipient, "deferred" if outcome == "late" else outcome))
        if outcome in ("late", "deferred"):
            tries.append((902, recipient, "deferred" if outcome == "deferred" else "delivered"))
    return sorted(tries, key=lambda one: one[0])


def end_of(recipients):
    """Seconds after which nothing waits any more; None while a recipient is deferred."""
    outcomes = {outcome for _, outcome in recipients}
    return None if "deferred" in outcomes else 903 if "late" in outcomes else 3
