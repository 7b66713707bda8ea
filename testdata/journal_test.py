#!/usr/bin/env python3
"""A real journal file reads as the same lines in text: whole, compressed, in an archive, from standard input; cut short, its damage is named.

usage: journal_test.py PROGRAM

journal/demo.journal.xz was made by systemd-journal-remote from the entries of demo/mail.log.
"""
import json
import lzma
import os
import re
import subprocess
import sys
import tarfile
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import report_equal  # noqa: E402

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
LINE = re.compile(r"(\w{3}) +(\d+) ([\d:]{8}) (.*)")


def as_journal_shows(lines):
    """The journal's entries are one microsecond apart more each, so that their order is sure."""
    out = []
    for number, line in enumerate(lines, 1):
        month, day, clock, rest = LINE.match(line).groups()
        out.append(f"2026-{MONTHS.index(month) + 1:02}-{int(day):02}T{clock}.{number:06}+00:00 {rest}\n")
    return "".join(out)


class Tests:
    def __init__(self, program, folder):
        self.program, self.folder, self.failed = program, folder, 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *arguments, **more):
        return subprocess.run([self.program, "-q", "-f", "json", *arguments], capture_output=True, check=False, **more)

    def check(self, ok, what, run):
        if not ok:
            self.failed += 1
            print(f"FAILED: {what}: status {run.returncode}\n{run.stderr.decode()[-500:]}")

    def same(self, expected, what, *arguments, **more):
        run = self.run(*arguments, **more)
        report = json.loads(run.stdout) if run.stdout else {}
        found = list(report_equal.differences(report_equal.stripped(expected), report_equal.stripped(report), ""))
        self.check(run.returncode == 0 and not found, f"{what}: {found[:5]}", run)


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with open(os.path.join(HERE, "journal", "demo.journal.xz"), "rb") as f:
        packed = f.read()
    journal = lzma.decompress(packed)
    with open(os.path.join(HERE, "demo", "mail.log"), encoding="utf-8") as f:
        text = as_journal_shows(f)
    with tempfile.TemporaryDirectory(prefix="postmortem-journal-") as folder:
        tests = Tests(os.path.abspath(sys.argv[1]), folder)
        for name, data in (("system.journal", journal), ("packed.xz", packed), ("cut.journal", journal[:4_000_000]),
                           ("head.journal", journal[:100]), ("mail.log", text.encode())):
            with open(tests.path(name), "wb") as f:
                f.write(data)
        with tarfile.open(tests.path("var-log.tar"), "w") as tar:
            tar.add(tests.path("system.journal"), "var/log/journal/system.journal")
        expected = json.loads(tests.run(tests.path("mail.log")).stdout)
        assert expected["coverage"]["lines"] == text.count("\n")
        tests.same(expected, "a journal", tests.path("system.journal"))
        tests.same(expected, "a compressed one", tests.path("packed.xz"))
        tests.same(expected, "one in an archive", tests.path("var-log.tar"))
        tests.same(expected, "one from standard input", "-", input=journal)
        cut = tests.run(tests.path("cut.journal"))
        inputs = json.loads(cut.stdout)["inputs"] if cut.stdout else [{}]
        tests.check(cut.returncode == 1 and b"cut.journal" in cut.stderr and 0 < inputs[0].get("lines", 0) < 987 and inputs[0]["damage"],
                    f"a cut one: {inputs}", cut)
        head = tests.run(tests.path("head.journal"))
        tests.check(head.returncode == 3 and b"head.journal" in head.stderr, "nothing but a header", head)
    print(f"{tests.failed} failed")
    return 1 if tests.failed else 0


if __name__ == "__main__":
    sys.exit(main())
