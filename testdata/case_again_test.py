#!/usr/bin/env python3
"""A case folder once more: made anew from itself alone (report CASE -o DIR), and verified where its logs, its key and its
contacts lie elsewhere.

usage: case_again_test.py PROGRAM
"""
import csv
import email
import email.policy
import filecmp
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "demo")
BY_RUN = {"run.json", "SHA256SUMS"}
ORG = ("--reporter-org", "Northbay Ltd", "--reporter-email", "abuse@northbay.example")


def check(ok, what):
    if not ok:
        sys.exit(f"FAILED: {what}")


class Runs:
    def __init__(self, program, folder):
        self.program, self.folder = os.path.abspath(program), folder

    def run(self, status, *words):
        env = dict(os.environ, SOURCE_DATE_EPOCH="1795400000")
        done = subprocess.run([self.program, *words], cwd=self.folder, env=env, capture_output=True, check=False)
        check(done.returncode == status, f"{words}: status {done.returncode}, {done.stderr.decode()[:600]}")
        return done.stdout.decode(), done.stderr.decode()

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def read(self, *parts):
        with open(self.path(*parts), "rb") as f:
            return f.read().decode("utf-8", "replace")

    def files(self, case):
        return {os.path.relpath(os.path.join(folder, name), self.path(case))
                for folder, _, names in os.walk(self.path(case)) for name in names}

    def differing(self, a, b):
        """Files of which one folder has another content than the other, or none."""
        names = self.files(a) | self.files(b)
        return {name for name in names - BY_RUN
                if not (os.path.exists(self.path(a, name)) and os.path.exists(self.path(b, name)) and
                        filecmp.cmp(self.path(a, name), self.path(b, name), shallow=False))}


def test_same(r):
    """Nothing asked for, nothing changed; and what the logs would give with another reporter."""
    r.run(0, "-q", "-o", "reported", *ORG, "--case-id", "2026-17", DEMO)
    r.run(0, "report", "-q", "-o", "same", "reported")
    check(not r.differing("reported", "same"), f"the same again: {r.differing('reported', 'same')}")
    r.run(0, "-q", "-o", "plain", DEMO)
    out, _ = r.run(0, "report", "-q", "-o", "later", *ORG, "--case-id", "2026-17", "plain")
    check(out == "" and not r.differing("reported", "later"), f"another reporter: {r.differing('reported', 'later')}")
    r.run(0, "verify", "-q", "later", DEMO)
    again, _ = r.run(0, "report", "-q", "-f", "json", "later")
    check(again == r.read("later", "report.json"), "report.json of a folder made anew")
    reports = glob.glob(r.path("later", "abuse", "*", "report.eml"))
    check(len(reports) >= 5, f"{len(reports)} reports to networks")
    for path in reports:
        with open(path, "rb") as f:
            mail = email.message_from_binary_file(f, policy=email.policy.default)
        check("abuse@northbay.example" in mail["From"], f"{path}: from {mail['From']}")
    with open(r.path("plain", "abuse", "index.csv"), encoding="utf-8") as f:
        check(not [row for row in csv.DictReader(f) if row.get("state") == "ready"], "without a reporter none is ready")


def test_options(r):
    """Other pseudonyms, another zone, the reporter of the case unless another is given."""
    with open(r.path("other.key"), "wb") as f:
        f.write(b"another key, of 32 bytes or more.")
    r.run(0, "report", "-q", "-o", "renamed", "--pseudonym-key", "other.key", "reported")
    changed = r.differing("reported", "renamed")
    check(changed and all(name.startswith("abuse/") for name in changed), f"another key: {changed}")
    r.run(0, "report", "-q", "-o", "zoned", "--timezone", "Asia/Dhaka", "reported")
    check("22:22:34 to 22:25:43 +06:00" in r.read("zoned", "report.txt"), "report.txt in another zone")
    check("22:22" in r.read("zoned", "report.html") and "Asia/Dhaka" in r.read("zoned", "report.html"), "report.html too")
    check(r.read("zoned", "timeline.jsonl") == r.read("reported", "timeline.jsonl"), "what machines read is UTC")
    r.run(0, "report", "-q", "-o", "org", "--reporter-org", "Someone Else", "reported")
    mail = r.read("org", "abuse", "28.249.22.114", "report.txt")
    check("Someone Else" in mail and "abuse@northbay.example" in mail, "one option given anew, the other kept")
    options = json.loads(r.read("org", "report.json"))["run"]["options"]
    check(options["reporter-org"] == ["Someone Else"] and options["case-id"] == ["2026-17"], f"its options: {options}")


def test_page(r):
    """The page has the lines and the pictures of the first one."""
    page = r.read("same", "report.html")
    check(page.count(">Nov 22 16:2") == r.read("reported", "report.html").count(">Nov 22 16:2") > 20, "quoted lines")
    check(page.count("<svg") == r.read("reported", "report.html").count("<svg") >= 3, "pictures")


def test_refused(r):
    _, said = r.run(2, "report", "--reporter-org", "x", "reported")
    check("only for a case folder: -o DIR" in said, f"an option without -o: {said}")
    _, said = r.run(2, "report", "-o", "same", "reported")
    check("exists already" in said, f"a folder that is there: {said}")
    r.run(0, "-q", "-o", "few", *ORG, "--evidence", "samples", DEMO)
    _, said = r.run(0, "report", "-q", "-o", "few2", "--reporter-org", "Someone Else", "few")
    check("stay as they are" in said, f"samples are not all: {said}")
    check({n for n in r.differing("few", "few2") if n.startswith("abuse/")} == set(), "and they do")
    shutil.copytree(r.path("reported"), r.path("touched"))
    with open(r.path("touched", "evidence", "irene", "lines.log"), "ab") as f:
        f.write(b"x")
    _, said = r.run(11, "report", "-q", "-o", "never", "touched")
    check("no report is made of it" in said and not os.path.exists(r.path("never")), f"a touched folder: {said}")
    for old, new in ((b'"width_seconds": ', b'"width_seconds": -'), (b'"offenders": [', b'"offenders": ["x", '),
                     (b'"verdict": "confirmed"', b'"verdict": "surely"')):
        forge(r, old, new)


def forge(r, old, new):
    """A report.json that somebody else made, with digests that hold."""
    shutil.rmtree(r.path("forged"), ignore_errors=True)
    shutil.copytree(r.path("reported"), r.path("forged"))
    with open(r.path("forged", "report.json"), "rb") as f:
        data = f.read()
    check(old in data, f"{old} stands in report.json")
    with open(r.path("forged", "report.json"), "wb") as f:
        f.write(data.replace(old, new, 1))
    sums = "".join(subprocess.run(["sha256sum", name], cwd=r.path("forged"), capture_output=True, check=True).stdout.decode()
                   for name in sorted(r.files("forged") - {"SHA256SUMS"}))
    with open(r.path("forged", "SHA256SUMS"), "w", encoding="ascii") as f:
        f.write(sums)
    _, said = r.run(11, "report", "-q", "-o", "never", "forged")
    check(not os.path.exists(r.path("never")), f"{new}: {said}")


def test_verify(r):
    """Logs behind links, a key and contacts elsewhere."""
    os.mkdir(r.path("links"))
    for name in os.listdir(DEMO):
        os.symlink(os.path.join(DEMO, name), r.path("links", name))
    with open(r.path("contacts.csv"), "w", encoding="ascii") as f:
        f.write("network,email\n28.249.0.0/16,abuse@isp.example\n")
    r.run(0, "-q", "-o", "told", *ORG, "--abuse-contacts", "contacts.csv", DEMO)
    check("To: abuse@isp.example" in r.read("told", "abuse", "28.249.22.114", "report.eml"), "the contact")
    links = sorted(glob.glob(r.path("links", "*")))
    out, _ = r.run(0, "verify", "told", *links)
    check("0 differences" in out, out)
    os.mkdir(r.path("moved"))
    os.rename(r.path("told"), r.path("moved", "told"))
    os.rename(r.path("contacts.csv"), r.path("moved", "contacts.csv"))
    _, said = r.run(2, "verify", "moved/told", DEMO)
    check("contacts.csv" in said, f"contacts that are gone: {said}")
    _, said = r.run(0, "verify", "--abuse-contacts", "moved/contacts.csv", "moved/told", DEMO)
    check("reports to networks not compared" in said, f"no key: {said}")
    out, said = r.run(0, "verify", "--abuse-contacts", "moved/contacts.csv", "--pseudonym-key", "postmortem-pseudonym.key",
                      "moved/told", DEMO)
    check("not compared" not in said and "0 differences" in out, f"with the key: {said}")
    r.run(11, "verify", "--abuse-contacts", "moved/contacts.csv", "--pseudonym-key", "other.key", "moved/told", DEMO)


def main():
    with tempfile.TemporaryDirectory() as folder:
        r = Runs(sys.argv[1], folder)
        for test in (test_same, test_options, test_page, test_refused, test_verify):
            test(r)
    print("a case folder again: all as it should be")


if __name__ == "__main__":
    main()
