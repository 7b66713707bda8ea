#!/usr/bin/env python3
"""trace against what an administrator would type instead: zstd -dc LOG.zst | rg -c ID, in turn, on the same log.

Two messages from the middle of the log: one of a single queue ID (one reading of the log finds its lines), and one whose notification has
an ID of its own (the chain takes a second reading). Checks that every line that rg counts for the first is traced. Prints the ratios of
wall and of processor time, pair by pair, and the bars: 1.0 and 1.8.

usage: trace.py [-n PAIRS] [--size 1G] BUILD      BUILD is a meson build directory of this tree configured with -Dbench=true
"""
import argparse
import os
import pathlib
import re
import shlex
import statistics
import subprocess
import sys
import tempfile

import run

BARS = {"lines": 1.0, "chain": 1.8}


def ids_of(log):
    """A message with one ID, and one with a notification, both from the middle of the log."""
    with open(log, "rb") as f:
        f.seek(os.path.getsize(log) // 2)
        text = f.read(16 << 20).decode("utf-8", "replace")
    parent, child = re.search(r"\]: ([0-9A-F]{8,}): sender non-delivery notification: ([0-9A-F]{8,})", text).groups()
    linked = {parent, child}
    for found in re.finditer(r"/qmgr\[\d+\]: ([0-9A-F]{8,}): from=<[^>]+>, size=\d+, nrcpt=1 ", text):
        whole = [line for line in text.splitlines() if found[1] in line]
        if found[1] not in linked and len(whole) > 3 and not any("notification" in line for line in whole) and any("removed" in line for line in whole):
            return {"lines": found[1], "chain": parent}
    raise SystemExit("no message to look for")


def measure(program, packed, queue_id, pairs, scratch):
    ours = run.Command("trace", [program, "trace", "-q", "--raw", "--queue-id", queue_id, packed], "", (), None)
    theirs = run.shell("rg", "", f"zstd -dc {shlex.quote(str(packed))} | rg -c {queue_id}")
    starter = subprocess.Popen([sys.executable, "-S", "-c", run.STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    rows = []
    for _ in range(pairs + 1):  # the first warms the caches
        a = run.run_once(starter, ours, scratch)
        traced = (scratch / "out").read_bytes().split(b"\n")
        b = run.run_once(starter, theirs, scratch)
        counted = int((scratch / "out").read_text())
        rows.append((a, b))
    starter.communicate()
    return rows[1:], sum(queue_id.encode() in line for line in traced), counted


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("-n", "--pairs", type=int, default=7)
    parser.add_argument("--size", default="1G")
    wish = parser.parse_args()
    root = pathlib.Path(os.environ.get("POSTMORTEM_BENCH_DIR", "/tmp/postmortem-bench"))
    folder = run.make_log(wish.build / "bench" / "postmortem-corpus", root, wish.size)
    missed = False
    with tempfile.TemporaryDirectory() as scratch:
        for name, queue_id in ids_of(folder / "plain" / "mail.log").items():
            rows, traced, counted = measure(wish.build / "postmortem", folder / "mail.log.zst", queue_id, wish.pairs, pathlib.Path(scratch))
            for what in ("wall", "cpu"):
                ratios = [a[what] / b[what] for a, b in rows]
                print(f"{name:<6} {queue_id}  {what:<4}  ratio least {min(ratios):.2f} median {statistics.median(ratios):.2f}   "
                      f"trace {min(a[what] for a, _ in rows):.2f} s, zstd | rg {min(b[what] for _, b in rows):.2f} s")
                missed |= what == "wall" and min(ratios) > BARS[name]
            print(f"{name:<6} {queue_id}  {counted} lines hold the ID, {traced} of them traced, {max(a['rss_mb'] for a, _ in rows):.0f} MB of memory, "
                  f"bar {BARS[name]}")
            missed |= traced == 0 or (name == "lines" and traced != counted)
    print("MISSED" if missed else "met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
