#!/usr/bin/env python3
"""Saved segments: in any grouping and any order they say what the logs say; what they cannot say is refused by name.

usage: segment_test.py BINARY LOG... [--rounds N] [--seed N]

The LOGs (plain or gzip) are the parts of one, oldest first. Each round cuts it at random line ends, packs the parts as split_test.py
does, makes segments of some of them, one or several together, some of these segments of segments, and compares the report over segments and remaining logs, in any order, with
that of the log alone. Then: segments that are damaged, truncated, of another version, given twice, or overlap.
"""
import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile

import split_test


class Failed(Exception):
    pass


def run(binary, *arguments, expect=0):
    done = subprocess.run([binary, *arguments], capture_output=True, check=False)
    if done.returncode != expect:
        raise Failed(f"{' '.join(arguments)}: status {done.returncode}, not {expect}: {done.stderr.decode(errors='replace')[:500]}")
    return done.stdout, done.stderr.decode()


def save(binary, target, paths, rng, options=()):
    run(binary, "-q", "-f", "json", "-j", str(rng.choice(split_test.THREADS)), *options, "--save-segment", target, *paths)
    return target


def some_segments(binary, paths, rng, folder, options):
    """paths, some of them in segments instead; and how."""
    left, made, how = list(paths), [], []
    rng.shuffle(left)
    while left:
        together = [left.pop() for _ in range(min(len(left), rng.choice((1, 1, 2, 3))))]
        kind = rng.choice(("logs", "segment", "segment", "segment of a segment"))
        how.append(f"{len(together)} as {kind}")
        if kind != "logs":
            together = [save(binary, os.path.join(folder, f"{rng.randrange(1 << 30):08x}.pms"), together, rng, options)]
        if kind == "segment of a segment":
            together = [save(binary, together[0] + ".again", together, rng, options)]
        made += together
    rng.shuffle(made)
    return made, how


def one_round(binary, data, expected, rng, options):
    used = []
    parts = split_test.cut(data, rng, rng.randint(2, 6))
    with tempfile.TemporaryDirectory(prefix="segment-") as folder, tempfile.TemporaryDirectory(prefix="segment-") as scratch:
        paths = []
        for name, packed in split_test.pack(parts, rng, used):
            paths.append(os.path.join(folder, name))
            with open(paths[-1], "wb") as f:
                f.write(packed)
        how = f"{len(parts)} parts ({', '.join(str(len(p)) for p in parts)} bytes) as {', '.join(used)}"
        try:
            made, groups = some_segments(binary, paths, rng, folder, options)
            how += f"; {', '.join(groups)}"
            return split_test.compare(expected, split_test.report(binary, made, rng.choice(split_test.THREADS), 1 << 18, options), scratch), how
        except (Failed, RuntimeError, ValueError) as error:
            return str(error), how


def bare(report):
    return split_test.bare(json.loads(report))


class Bad:
    """Files that are refused, each by name and with its reason."""

    def __init__(self, binary, log, folder):
        self.binary, self.log = binary, log
        self.whole = os.path.join(folder, "whole.pms")
        self.bad = os.path.join(folder, "bad.pms")
        save(binary, self.whole, [log], random.Random(1))
        with open(self.whole, "rb") as f:
            self.bytes = f.read()

    def refused(self, data, why):
        with open(self.bad, "wb") as f:
            f.write(data)
        _, said = run(self.binary, "-q", "-f", "json", self.bad, expect=3)
        if self.bad not in said or why not in said:
            raise Failed(f"not said of a bad segment: {why!r}; but {said!r}")
        out, said = run(self.binary, "-q", "-f", "json", self.log, self.bad, expect=1)
        if self.bad not in said or bare(out) != bare(run(self.binary, "-q", "-f", "json", self.log)[0]):
            raise Failed(f"{why}: beside a log")

    def test_truncated(self):
        for length in (8, 20, 39, len(self.bytes) // 2, len(self.bytes) - 1):
            self.refused(self.bytes[:length], "truncated")

    def test_flipped(self):
        rng = random.Random(2)
        for at in [28, 31, 32, 40, len(self.bytes) - 1] + rng.sample(range(32, len(self.bytes)), 12):
            self.refused(self.bytes[:at] + bytes([self.bytes[at] ^ 1 << rng.randrange(8)]) + self.bytes[at + 1:], "checksum")
        self.refused(self.bytes + b"x", "checksum")

    def test_of_another_version(self):
        for at in (8, 12, 19):
            self.refused(self.bytes[:at] + bytes([self.bytes[at] + 1 & 0xff]) + self.bytes[at + 1:], "another version")


def test_given_twice(binary, log, folder):
    """Counted once, said so; a log that is there is preferred to its segment."""
    rng = random.Random(3)
    expected = bare(run(binary, "-q", "-f", "json", log)[0])
    first, second = (save(binary, os.path.join(folder, name), [log], rng) for name in ("first.pms", "second.pms"))
    for paths in ([first, second], [log, first], [first, log], [second, log, first]):
        out, said = run(binary, "-q", "-f", "json", *paths)
        got = bare(out)
        lines = expected["coverage"]["lines"] * (len(paths) - 1)
        if got["coverage"].pop("duplicates") != lines or {**got, "coverage": {**got["coverage"], "duplicates": 0}} != expected:
            raise Failed(f"{paths}: not counted once")
        if "count once" not in said:
            raise Failed(f"{paths}: not said: {said!r}")
    case = os.path.join(folder, "case")
    run(binary, "-q", "-o", case, first, log)
    quoted = [os.path.join(path, name) for path, _, names in os.walk(os.path.join(case, "evidence")) for name in names]
    if not quoted or not all(os.path.getsize(name) for name in quoted):
        raise Failed("the log is given beside its segment, and is not quoted")


def test_no_lines(binary, log, folder):
    """Nothing can be quoted from a segment alone: said, and refs are null."""
    case, segment = os.path.join(folder, "bare"), save(binary, os.path.join(folder, "bare.pms"), [log], random.Random(4))
    _, said = run(binary, "-q", "-o", case, segment)
    if segment not in said or "cannot be quoted" not in said:
        raise Failed(f"not said that nothing can be quoted: {said!r}")
    with open(os.path.join(case, "report.json"), encoding="utf-8") as f:
        report = json.load(f)
    refs = [item["refs"] for account in report["accounts"] for item in account.get("evidence", [])]
    if None not in refs or any(refs):
        raise Failed("refs of a segment are not null")
    run(binary, "report", case)


def test_overlap(binary, data, folder):
    """Two stretches that share some lines: only the logs tell which. Both are named, nothing is done."""
    lines = data.splitlines(keepends=True)
    names = []
    for name, part in (("left", lines[:len(lines) * 2 // 3]), ("right", lines[len(lines) // 3:])):
        names.append(os.path.join(folder, name))
        with open(names[-1], "wb") as f:
            f.writelines(part)
    segments = [save(binary, name + ".pms", [name], random.Random(5)) for name in names]
    for paths in (segments, [segments[0], names[1]], [names[0], segments[1]]):
        target = os.path.join(folder, "none")
        _, said = run(binary, "-q", "-o", target, *paths, expect=2)
        if any(path not in said for path in paths) or os.path.exists(target):
            raise Failed(f"{paths}: {said!r}")
    together = save(binary, os.path.join(folder, "both.pms"), names, random.Random(6))
    expected, _ = run(binary, "-q", "-f", "json", *names)
    if bare(run(binary, "-q", "-f", "json", together)[0]) != bare(expected):
        raise Failed("overlapping logs in one segment")


def content(log):
    with open(log, "rb") as f:
        data = f.read()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def main():
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("binary")
    given.add_argument("logs", nargs="+")
    given.add_argument("--rounds", type=int, default=12)
    given.add_argument("--seed", type=int, default=1)
    args, options = given.parse_known_args()
    failed = 0
    data = b"".join(content(log) for log in args.logs)
    with tempfile.TemporaryDirectory(prefix="segment-") as folder:
        log = os.path.join(folder, "whole.log")
        with open(log, "wb") as f:
            f.write(data)
        expected = split_test.report(args.binary, [log], 1, 1 << 20, options)
        for n in range(args.rounds):
            found, how = one_round(args.binary, data, expected, random.Random(f"{args.seed}.{n}"), options)
            if found:
                failed += 1
                print(f"seed {args.seed}, round {n}: {how}\n{found}")
        bad = Bad(args.binary, log, folder)
        for test in (bad.test_truncated, bad.test_flipped, bad.test_of_another_version, lambda: test_given_twice(args.binary, log, folder),
                     lambda: test_no_lines(args.binary, log, folder), lambda: test_overlap(args.binary, data, folder)):
            try:
                test()
            except Failed as error:
                failed += 1
                print(error)
    print(f"{args.rounds} groupings of {len(data)} bytes, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
