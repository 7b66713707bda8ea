#!/usr/bin/env python3
"""Lines that are not as they should be, in the log of every mail system: they are counted, and the rest goes on.

usage: spoiled_test.py PROGRAM [NAME...]      NAME: only these dialects

The incident of dialects/ is written in each dialect; then its files get other line ends, a byte order mark, lines that nothing
can read, lines cut short. What the other lines say must be said of them still.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

from dialects_test import acts, plans
from report_equal import differences, stripped

NUL, JUNK, LONG = b"\0", bytes(range(128, 256)), b"A" * 100000
EXCHANGE_HEAD = b"#Software: Microsoft Exchange Server\r\n#Version: 99.01.0001.001\r\n#Log-type: Something New\r\n#Date: 2026-03-02T00:00:00.000Z\r\n"


def crlf(data):
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def byte_order_mark(data):
    return b"\xef\xbb\xbf" + data


def holed(line):
    """NULs in place of every second byte."""
    return bytes(0 if n % 2 else byte for n, byte in enumerate(line))


def broken_quotes(line):
    """A quote that opens and never closes, in a column of its own."""
    cells = line.split(b",")
    return b",".join([*cells[:3], b'"' + cells[3], *cells[4:]]) if len(cells) > 4 else line


def between(data, spoil):
    """Every 40th line stands there once more, spoiled; headers stay at the top. (bytes, lines added)"""
    end = b"\r\n" if b"\r\n" in data else b"\n"
    lines, out, added = data.split(end), [], 0
    for n, line in enumerate(lines):
        out.append(line)
        if n % 40 == 39 and line and not line.startswith(b"#"):
            out += [one for one in spoil(line) if one != line]
            added += len(out) - n - 1 - added
    return end.join(out), added


def unreadable(line):
    return [holed(line), JUNK, NUL * 40, LONG, b"\r", line[:12], b" ".join(reversed(line.split(b" ")))]


def wrong_columns(line):
    cells = line.split(b",")
    return [b",".join(cells[:2]), line + b",one,more,than,there,is" * 20, broken_quotes(line), b",".join(reversed(cells))]


class Tests:
    def __init__(self, program, scratch):
        self.program, self.scratch, self.failed, self.passed = program, scratch, 0, 0

    def check(self, ok, what):
        self.passed += bool(ok)
        self.failed += not ok
        if not ok:
            print(f"FAILED: {what}")

    def report(self, folder, options):
        run = subprocess.run([self.program, "-q", "-f", "json", *options, folder], capture_output=True, check=False)
        self.check(run.returncode in (0, 1), f"{folder}: status {run.returncode}: {run.stderr[-300:]}")
        return json.loads(run.stdout) if run.stdout else None

    def spoiled(self, name, how, spoil):
        """A copy of the dialect's folder, every file changed."""
        into = os.path.join(self.scratch, f"{name}-{how}")
        shutil.copytree(os.path.join(self.scratch, name), into)
        for file in os.listdir(into):
            path = os.path.join(into, file)
            with open(path, "rb") as f:
                data = f.read()
            with open(path, "wb") as f:
                f.write(spoil(data))
        return into

    def same(self, name, how, clean, found, but=()):
        """All is equal but what counts lines."""
        a, b = stripped(clean), stripped(found)
        for key in but:
            a["coverage"].pop(key)
            b["coverage"].pop(key)
        first = next(differences(a, b, ""), None)
        self.check(first is None, f"{name}, {how}: {first}")

    def dialect(self, name, options):
        clean = self.report(os.path.join(self.scratch, name), options)
        for how, spoil in (("crlf", crlf), ("bom", byte_order_mark)):
            self.same(name, how, clean, self.report(self.spoiled(name, how, spoil), options))
        self.lines(name, options, clean, "unreadable", unreadable)
        if name == "exchange":
            self.lines(name, options, clean, "columns", wrong_columns)
            self.version(name, options, clean)
        self.cut(name, options, clean)

    def lines(self, name, options, clean, how, spoil):
        """What cannot be read is counted and changes nothing else."""
        added = []

        def spoil_file(data):
            data, count = between(data, spoil)
            added.append(count)
            return data
        found = self.report(self.spoiled(name, how, spoil_file), options)
        self.check(sum(added) > 10, f"{name}, {how}: only {sum(added)} lines")
        self.same(name, how, clean, found, ("lines", "unrecognised", "other_program", "recognised", "programs"))
        coverage = found["coverage"]
        self.check(coverage["recognised"] == clean["coverage"]["recognised"],
                   f"{name}, {how}: {coverage['recognised']} lines understood, {clean['coverage']['recognised']} expected")
        self.check(coverage["unrecognised"] > 0, f"{name}, {how}: none counted")

    def version(self, name, options, clean):
        """Of an Exchange that nobody knows: rows below a header of its own are not understood, those below the next are."""
        def spoil(data):
            head, end, rest = data.partition(b"#Fields:")
            fields, _, rows = rest.partition(b"\r\n")
            new = EXCHANGE_HEAD + b"#Fields: when,what,who\r\n2026-03-02T08:00:00.000Z,BOOM,anna@example.org\r\n" * 2
            return head + end + fields + b"\r\n" + new + head + end + fields + b"\r\n" + rows
        found = self.report(self.spoiled(name, "version", spoil), options)
        self.same(name, "unknown version", clean, found, ("lines", "unrecognised", "other_program", "recognised", "programs"))
        self.check(found["coverage"]["unrecognised"] > 0, f"{name}: rows of an unknown version are counted")

    def cut(self, name, options, clean):
        """Every 25th line ends somewhere: nobody new is accused, and no more is counted than there was."""
        rng = random.Random(3)

        def spoil(data):
            end = b"\r\n" if b"\r\n" in data else b"\n"
            lines = data.split(end)
            return end.join(line if n % 25 or line.startswith(b"#") else line[:rng.randrange(len(line) + 1)] for n, line in enumerate(lines))
        found = self.report(self.spoiled(name, "cut", spoil), options)
        before = {a["account"]: a["verdict"] for a in clean["accounts"]}
        for account in found["accounts"]:
            bad = account["verdict"] in ("suspicious", "likely", "confirmed")
            self.check(not bad or before.get(account["account"]) not in (None, "none", "watch"), f"{name}, cut: {account['account']} {account['verdict']}")
        for what in ("messages", "recipients"):
            self.check(found["totals"]["submitted"][what] <= clean["totals"]["submitted"][what], f"{name}, cut: more {what}")


def main():
    program, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory(prefix="postmortem-spoiled-") as scratch:
        tests = Tests(program, scratch)
        usual = acts.Incident()
        for name, _, writer, _ in plans():
            if name in ("two-hosts", "four-hosts", "four-hosts-told-zones", "postfix-bare-names", "postfix-old", "postfix-reused-ids", "sendmail-ipv6") or (names and name not in names):
                continue
            writer.write(usual, os.path.join(scratch, name))
            tests.dialect(name, writer.options)
    print(f"{tests.passed} checks passed, {tests.failed} failed")
    return 1 if tests.failed else 0


if __name__ == "__main__":
    sys.exit(main())
