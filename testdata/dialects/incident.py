"""One abstract incident: what a population of users and some intruders did, before any mail system wrote it down.

Its acts are what clients did and what servers answered; a writer (postfix.py, exim.py, ...) puts each into the words of one
mail system. What must be found follows from the acts alone.
"""
import dataclasses
import random

START = 1772438400  # Monday 2026-03-02 08:00:00 UTC
DAYS, DAY, HOUR = 12, 86400, 3600
DOMAIN = "example.org"
DELIVERED, BOUNCED, DEFERRED, LATE = "delivered", "bounced", "deferred", "late"  # LATE: deferred first, delivered later
OUTCOMES = {DELIVERED: "delivered", BOUNCED: "bounced", DEFERRED: "deferred", LATE: "delivered"}
TEAM, MEMBERS = f"team@{DOMAIN}", ("ben", "carla", "dirk")  # an alias
USERS = ("anna", "ben", "carla", "dirk", "eva", "finn", "gus", "hanna", "ivo", "jana")
OFFICE = ("eva", "finn", "gus", "hanna")
GUESSED, SLOW, SPRAYED, BULK = "karl", "lena", "mona", "news"


@dataclasses.dataclass
class Client:
    """Where somebody sits; name is the PTR name or None, kept for the address."""
    ip: str
    name: str | None = None
    helo: str = "[192.168.1.20]"


@dataclasses.dataclass
class Failure:
    """A wrong password at the submission service; user may be nobody's name."""
    time: int
    client: Client
    user: str


@dataclasses.dataclass
class Login:
    """A right password, and then nothing."""
    time: int
    client: Client
    user: str


@dataclasses.dataclass
class Mailbox:
    """A login of IMAP."""
    time: int
    client: Client
    user: str
    ok: bool = True


@dataclasses.dataclass
class Message:
    """A message that was taken from a client. user None: mail from outside. header: the address in From, if another."""
    time: int
    client: Client
    user: str | None
    sender: str
    recipients: list  # of (address, outcome)
    number: int
    header: str = ""
    refused: tuple = ()  # recipients that the server refused in this session
    foreign: bool = False  # an intruder's


@dataclasses.dataclass
class Script:
    """A message that a program on the server handed to the sendmail command."""
    time: int
    uid: int
    owner: str
    sender: str
    recipients: list
    number: int


def address(user):
    return f"{user}@{DOMAIN}"


def mailboxes(recipient):
    """What a local recipient stands for: users."""
    return MEMBERS if recipient == TEAM else (recipient.split("@")[0],)


def expand(recipients):
    """Aliases as what they stand for; nobody twice."""
    return list({address(user) if is_local(to) else to: outcome for to, outcome in recipients
                 for user in (mailboxes(to) if is_local(to) else [None])}.items())


def is_local(recipient):
    return recipient.endswith("@" + DOMAIN)


class Incident:
    """seed varies times, addresses and correspondents; ipv6 puts the intruders on IPv6."""

    def __init__(self, seed=1, ipv6=False):
        self.random = random.Random(seed)
        self.acts, self.number = [], 0
        self.homes = {user: self.home(user) for user in (*USERS, GUESSED, SLOW, SPRAYED)}
        office = Client("81.20.30.40", "gw.office.example.org", "pc.office.example.org")
        self.homes.update({user: office for user in OFFICE})
        self.homes["jana"] = Client("2001:db8:7:1::15", None, "laptop")
        self.guessers = [self.intruder(n, ipv6) for n in range(3)]
        self.slow = [self.intruder(n, False) for n in range(10, 20)]
        self.sprayer = self.intruder(30, ipv6)
        self.forged = [f"{name}{n}.test" for n in range(6) for name in ("bank", "parcel")]
        self.slow_forged = "secure-login.test"
        self.habits()
        self.guess()
        self.misuse_slowly()
        self.spray()
        self.script()
        self.acts.sort(key=lambda act: act.time)

    def home(self, user):
        part = sum(user.encode()) % 200 + 10
        ip = f"{80 + part % 9}.{part}.{self.random.randrange(1, 250)}.{self.random.randrange(1, 250)}"
        return Client(ip, f"dsl-{ip.replace('.', '-')}.isp.example" if part % 2 else None)

    def intruder(self, n, ipv6):
        if ipv6:
            return Client(f"2a{n + 1:02x}:{0x400 + n * 17:x}::{n + 1:x}", None, "WIN-" + str(1000 + n))
        return Client(f"{100 + n * 3}.{17 * n % 250}.{self.random.randrange(1, 250)}.{self.random.randrange(1, 250)}",
                      f"host{n}.cloud{n}.test" if n % 3 == 0 else None, "WIN-" + str(1000 + n))

    def send(self, time, client, user, sender, recipients, **more):
        self.number += 1
        self.acts.append(Message(time, client, user, sender, recipients, self.number, **more))

    def habits(self):
        for user in (*USERS, GUESSED, SLOW, SPRAYED):
            friends = [f"{name}.{user}@partner{self.random.randrange(6)}.example" for name in ("li", "max", "zoe", "tom")]
            for day in range(DAYS):
                self.day_of(user, friends, START + day * DAY + self.random.randrange(0, HOUR))
        for day in range(DAYS):
            readers = [(f"reader{n}@subscriber{n % 9}.example", BOUNCED if n == 7 else DELIVERED) for n in range(40)]
            self.send(START + day * DAY + 2 * HOUR + day, Client("85.9.9.9", "news.example.org", "news"), BULK, address(BULK), readers)

    def day_of(self, user, friends, morning):
        client = self.homes[user]
        if user == "ivo" and morning // DAY % 2:
            client = Client("91.64.3.3", "m3.mobile.example", "phone")
        self.acts.append(Mailbox(morning, client, user))
        if self.random.random() < 0.15:
            self.acts.append(Failure(morning + 60, client, user))
        for n in range(self.random.randrange(1, 4)):
            time = morning + 300 + n * 5400 + self.random.randrange(0, 3000)
            asked = [(to, LATE if self.random.random() < 0.1 else DELIVERED) for to in self.random.sample(friends, self.random.randrange(1, 3))]
            if self.random.random() < 0.3:
                asked.append((address(self.random.choice([u for u in USERS if u != user])), DELIVERED))
            if self.random.random() < 0.1:
                asked.append((TEAM, DELIVERED))
            refused = (address("nobody"),) if self.random.random() < 0.05 else ()
            self.send(time, client, user, address(user), asked, refused=refused)
        if self.random.random() < 0.6:
            far = friends[0].split("@")[1]
            self.send(morning + 7 * HOUR + self.random.randrange(0, 900), Client(f"74.12.{len(far)}.9", f"mx.{far}", f"mx.{far}"), None,
                      friends[0], [(address(user), DELIVERED)])

    def attack(self, time, client, user, domain, count):
        asked = []
        for n in range(count):
            outcome = BOUNCED if n % 3 == 2 else DEFERRED if n % 7 == 3 else DELIVERED
            asked.append((f"victim{self.number}.{n}@target{(self.number + n) % 11}.example", outcome))
        self.send(time, client, user, f"info@{domain}", asked, header=f"info@{domain}", foreign=True)

    def guess(self):
        """A password is guessed in fifteen tries from two addresses; then 60 messages from three within twenty minutes."""
        begin = START + 10 * DAY + 13 * HOUR
        for n in range(15):
            self.acts.append(Failure(begin + 11 * n, self.guessers[n % 2], GUESSED))
        self.acts.append(Mailbox(begin + 240, self.guessers[0], GUESSED))
        for n in range(60):
            self.attack(begin + 300 + 20 * n, self.guessers[n % 3], GUESSED, self.forged[n % len(self.forged)], 8)

    def misuse_slowly(self):
        """The owner goes on while ten addresses send two messages each over two days."""
        for n in range(20):
            self.attack(START + 9 * DAY + 4 * HOUR + n * 2 * HOUR + 17 * n, self.slow[n % 10], SLOW, self.slow_forged, 3)

    def spray(self):
        """Eighteen names are tried twice from one address; one password is right, and nothing is sent with it."""
        names = [*USERS, GUESSED, SLOW, "admin", "info", "test", "sales", "office", BULK]
        time = START + 8 * DAY + 15 * HOUR
        for n in range(2 * len(names)):
            self.acts.append(Failure(time + 7 * n, self.sprayer, names[n % len(names)]))
        self.acts.append(Login(time + 300, self.sprayer, SPRAYED))

    def script(self):
        for n in range(40):
            self.number += 1
            asked = [(f"mark{n}.{i}@target{i}.example", BOUNCED if i == 2 else DELIVERED) for i in range(3)]
            self.acts.append(Script(START + 11 * DAY + 14 * HOUR + 5 * n, 33, "www-data", f"web@shop{n % 5}.test", asked, self.number))

    def messages(self, user):
        return [act for act in self.acts if isinstance(act, Message) and act.user == user]

    def accounts(self, expanded=False):
        """{user: its counts}; user None: what came from outside. expanded: an alias counts as what it stands for."""
        found = {}
        for act in self.acts:
            if isinstance(act, Message):
                counts = found.setdefault(act.user, dict.fromkeys(("messages", "recipients", "rejected", "login_failures", *OUTCOMES.values()), 0))
                counts["messages"] += 1
                asked = expand(act.recipients) if expanded else act.recipients
                counts["recipients"] += len(asked)
                counts["rejected"] += len(act.refused)
                for _, outcome in asked:
                    counts[OUTCOMES[outcome]] += 1
        for act in self.acts:
            if isinstance(act, Failure) and act.user in found:
                found[act.user]["login_failures"] += 1
        return found

    def logins(self, user):
        """(of SMTP, each with a message; of SMTP without; of IMAP) that succeeded."""
        def count(kind):
            return sum(isinstance(act, kind) and act.user == user for act in self.acts)
        return count(Message), count(Login), count(Mailbox)

    def attackers(self, user):
        """Addresses of intruders that a server saw in this account's mail, and where its name was guessed."""
        return {act.client.ip for act in self.messages(user) if act.foreign}

    def owner_addresses(self, user):
        return {act.client.ip for act in self.messages(user) if not act.foreign}

    def forged_by(self, user):
        return {act.sender.split("@")[1] for act in self.messages(user) if act.foreign}

    def onset(self, user):
        return min(act.time for act in self.messages(user) if act.foreign)
