#!/usr/bin/env python3
"""No password or token that a server wrote into its log leaves the program, in whatever it writes.

Each kind of secret is planted in the demo incident, in lines of the accused and in lines of nobody; then every file of the
case folder and what every command prints is searched for it.

usage: secrets_test.py PROGRAM
"""
import base64
import glob
import gzip
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "demo")
VICTIM = b"suman@northbay.example"


def check(ok, what):
    if not ok:
        sys.exit(f"FAILED: {what}")


def secret(number):
    return b"Hunter%02dZebra" % number


def encoded(number):
    return base64.b64encode(b"\0suman\0" + secret(number))


# Text of lines: in the attacker's sessions with smtpd, with a queue ID of his, of other daemons. %s: the secret.
SESSION = (b"< unknown[%(ip)s]: AUTH PLAIN %(base64)s", b"< unknown[%(ip)s]: %(base64)s",
           b"smtpd_sasl_authenticate: sasl_method PLAIN, init_response %(base64)s",
           b"xsasl_cyrus_server_next: decoded response: %(plain)s",
           b"xsasl_dovecot_server: AUTH\t1\tPLAIN\tservice=smtp\tresp=%(base64)s")
QUEUE = (b"cleanup %(id)s: warning: header Subject: my password=%(plain)s for you from unknown[%(ip)s]; from=<a@b.example> "
         b"to=<c@d.example> proto=ESMTP helo=<x>",
         b"smtp %(id)s: to=<c@d.example>, relay=d.example[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=4.7.1, status=deferred "
         b"(host d.example[192.0.2.25] said: 450 4.7.1 rate limit, see https://d.example/?password=%(plain)s)")
OTHERS = (b"dovecot: auth: sql(" + VICTIM + b",%(ip)s): Password mismatch (given password: %(plain)s)",
          b"dovecot: auth: Debug: sql(" + VICTIM + b",%(ip)s): SHA1(%(plain)s) != '2bb80d537b1da3e38bd30361aa855686bde0eacd'",
          b"dovecot: auth: Debug: client in: AUTH#0111#011PLAIN#011service=imap#011rip=%(ip)s#011resp=%(base64)s",
          b"dovecot: auth: Debug: client in: CONT#0111#011%(base64)s (previous base64 data may contain sensitive data)",
          b"dovecot: auth: Debug: client passdb out: OK#0111#011user=suman#011pass=%(plain)s",
          b"dovecot: auth: Debug: Generating CRAM-MD5 from user '" + VICTIM + b"', password '%(plain)s'",
          b"dovecot: auth: Debug: password(" + VICTIM + b",%(ip)s): Credentials: %(plain)s",
          b"saslauthd[77]: zmpost: url='https://x/' returned buffer->data='<soap><authToken>%(plain)s</authToken></soap>'",
          b"zimbra: cmd=ModifyDomain; name=b.example; zimbraAuthLdapSearchBindPassword=%(plain)s;",
          b"authdaemond: supplied password '%(plain)s' does not match clearpasswd '%(plain)s'",
          b"imapd: clearpasswd=%(plain)s, passwd=%(plain)s",
          b"postfix/smtpd[77]: nonsense of nobody password=%(plain)s")


class Planter:
    """Lines of the demo, with others among them."""

    def __init__(self):
        self.lines, self.count = [], 0
        self.left = {"session": list(SESSION), "queue": list(QUEUE), "others": list(OTHERS)}

    def plant(self, kind, front, ip=b"192.0.2.1", queue_id=b""):
        if not self.left[kind]:
            return
        self.count += 1
        text = self.left[kind].pop(0) % {b"ip": ip, b"id": queue_id, b"plain": secret(self.count), b"base64": encoded(self.count)}
        if kind == "queue":
            program, text = text.split(b" ", 1)
            text = b"postfix/" + program + b"[900]: " + text
        self.lines.append(front + text + b"\n")

    def add(self, line):
        self.lines.append(line)
        found = re.match(rb"(.{15} \S+ )(postfix/\S+\[\d+\]: )(\w+): client=\S+\[([\d.]+)\].*sasl_username=" + VICTIM, line)
        if found:
            time, daemon, queue_id, ip = found.groups()
            self.plant("session", time + daemon, ip)
            self.plant("queue", time, ip, queue_id)
            self.plant("others", time, ip)


def planted():
    planter = Planter()
    for path in sorted(glob.glob(os.path.join(DEMO, "mail.log*")), reverse=True):
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
            for line in f:
                planter.add(line)
    check(not any(planter.left.values()), "everything is planted")
    return b"".join(planter.lines), planter.count


def search(what, data, count):
    for number in range(1, count + 1):
        for form in (secret(number), encoded(number)):
            at = data.find(form)
            check(at < 0, f"{what} holds a secret: {data[max(0, at - 200):at + 80]}")


def runs(log):
    yield from (["-f", form, log] for form in ("text", "json", "jsonl", "csv"))
    yield from (["--top", "0", "-v", log], ["inputs", log], ["explain", log], ["explain", "-f", "jsonl", log])
    for chosen in (["--account", VICTIM.decode()], ["--sender", "*"], ["--since", "2000-01-01"]):
        yield from (["trace", *chosen, log], ["trace", "-f", "jsonl", *chosen, log], ["trace", "--raw", *chosen, log])


def locators(folder):
    for place, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), "rb") as f:
                for line in f if name == "lines.jsonl" else ():
                    if b"[secret, " in line:
                        yield re.search(rb'"locator": ?"([^"]+)"', line).group(1).decode()


def main():
    program = os.path.abspath(sys.argv[1])
    data, count = planted()
    with tempfile.TemporaryDirectory() as folder:
        log, case, unknown = (os.path.join(folder, name) for name in ("mail.log", "case", "unknown"))
        with open(log, "wb") as f:
            f.write(data)

        def output(*arguments):
            run = subprocess.run([program, "-q", *arguments], capture_output=True, check=False)
            run = run if run.returncode != 2 else subprocess.run([program, arguments[0], "-q", *arguments[1:]],
                                                                 capture_output=True, check=False)
            check(run.returncode in (0, 1), f"{arguments}: {run.stderr}")
            search(" ".join(arguments), run.stdout + run.stderr, count)
            return run.stdout

        masked = 0
        output("-o", case, "--unrecognised", unknown, "--pseudonymise", "none", log)
        for place, _, names in os.walk(case):
            for path in (os.path.join(place, name) for name in names):
                with open(path, "rb") as f:
                    held = f.read()
                search(path[len(case) + 1:], held, count)
                masked += held.count(b"[secret, ")
        check(masked > 10, f"the lines are quoted, {masked} times masked")
        with open(unknown, "rb") as f:
            held = f.read()
        search("--unrecognised", held, count)
        check(b"password=[secret, 13 bytes]" in held, "a line of nobody is listed, masked")
        for arguments in runs(log):
            output(*arguments)
        shown = sorted(set(locators(case)))
        check(len(shown) >= 5, f"locators of masked lines: {shown}")
        for locator in shown:
            check(b"[secret, " in output("show", locator, log), f"{locator} is shown, masked")
        check(subprocess.run([program, "verify", "-q", case, log], check=False).returncode == 0, "the digests are of what was logged")


main()
