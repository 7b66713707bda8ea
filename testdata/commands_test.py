#!/usr/bin/env python3
"""The commands besides the investigation: what they print and their exit statuses.

usage: commands_test.py PROGRAM
"""
import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

from command_line_test import DEMO, LINE, Tests

INCIDENT = os.path.dirname(DEMO)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def test_inputs(t):
    run = t.expect(["inputs", "-q", "-f", "json", INCIDENT], 0)
    report = json.loads(run.stdout)
    t.check(report["schema"] == "postmortem-inputs/1", "the schema of the inventory", run)
    names = [os.path.basename(item["path"]) for item in report["inputs"]]
    t.check(names == ["mail.log.3.gz", "mail.log.2.gz", "mail.log.1", "mail.log"], f"in the order of time: {names}")
    for item in report["inputs"]:
        t.check(item["sha256"] == hashlib.sha256(read(item["path"])).hexdigest(), f"the digest of {item['path']}")
        t.check(item["hosts"] == ["mx1"] and item["zones"] == ["+00:00"] and item["zone_from"] == "ids in the log", f"clock: {item}")
        t.check(item["lines"] == item["recognised"] > 0 and not item["gaps"] and not item["damage"], f"lines: {item}")
    lines = t.expect(["inputs", "-q", "-f", "jsonl", INCIDENT], 0).stdout.splitlines()
    t.check([json.loads(line) for line in lines] == report["inputs"], "jsonl says what json says")
    t.expect(["inputs", "-q", DEMO], 0, stdout="  zone     +00:00 (from ids in the log); year from ids in the log\n")


def test_inputs_clocks_and_gaps(t):
    lines = [LINE.replace(b"16:23:37", b"%02d:%02d:00" % (n // 60, n % 60)) for n in range(0, 600) if not 200 < n < 400]
    t.write("gap.log", b"".join(lines))
    run = t.expect(["inputs", "-q", "-f", "json", "--year", "2026", "--timezone", "Asia/Dhaka", "gap.log"], 0)
    item = json.loads(run.stdout)["inputs"][0]
    t.check(item["zones"] == ["Asia/Dhaka"] and item["zone_from"] == "--timezone" and item["year_from"] == "--year", "clock as told", run)
    t.check(item["first"] == "2026-11-21T18:00:00Z", "the span in UTC", run)
    t.check(item["gaps"] == [{"host": "mx1", "from": "2026-11-21T21:20:00Z", "to": "2026-11-22T00:40:00Z"}], "the gap", run)
    run = t.expect(["inputs", "-q", "--year", "2026", "gap.log"], 0, stdout="(from nothing: UTC assumed, ASSUMED)")
    t.check(b"  gap      mx1 2026-11-22T03:20:00Z to 2026-11-22T06:40:00Z\n" in run.stdout, "the gap as text", run)


def test_inputs_bad(t):
    t.write("letter.txt", b"Dear all,\nno log here.\n")
    t.write("empty.log", b"")
    data = gzip.compress(LINE * 5000)
    t.write("cut.gz", data[:-40])
    t.expect(["inputs", "letter.txt"], 3, stdout="no mail log", stderr="letter.txt: holds no mail log")
    t.expect(["inputs", "empty.log"], 3, stdout="empty.log")
    t.expect(["inputs", "nowhere.log"], 3, stderr="nowhere.log: No such file")
    t.expect(["inputs", DEMO, "letter.txt"], 1, stdout="letter.txt")
    run = t.expect(["inputs", "-q", "-f", "json", "cut.gz"], 1, stderr="cut.gz")
    item = json.loads(run.stdout)["inputs"][0]
    t.check(item["damage"] and item["holds_log"], f"damage is told: {item}")
    t.expect(["inputs", "-q", "-f", "json", "-"], 0, stdout='"-"', stdin=LINE)
    t.write("bad\x1b[31m\xff.log", LINE)
    run = t.run("inputs", "-q", os.path.join(t.folder, "bad\x1b[31m\xff.log"))
    t.check(run.returncode == 0 and b"\x1b" not in run.stdout, "a name is made harmless", run)


def archived(t):
    """A log in a gzip in a tar, and all locators of one account's lines."""
    packed, tar = read(os.path.join(INCIDENT, "mail.log.2.gz")), io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        info = tarfile.TarInfo("var/log/mail.log.gz")
        info.size = len(packed)
        archive.addfile(info, io.BytesIO(packed))
    t.write("logs.tar", tar.getvalue())
    shutil.rmtree(os.path.join(t.folder, "shown"), ignore_errors=True)
    t.expect(["-q", "-o", "shown", "logs.tar"], 0)
    evidence = os.path.join(t.folder, "shown", "evidence")
    quoted = []
    for folder in sorted(os.listdir(evidence)):
        quoted += [json.loads(line) for line in read(os.path.join(evidence, folder, "lines.jsonl")).splitlines()]
    return quoted


def test_show(t):
    quoted = archived(t)
    t.check(len(quoted) > 20, "there is evidence")
    for item in quoted[:: max(1, len(quoted) // 12)]:
        run = t.expect(["show", item["locator"], "logs.tar"], 0)
        t.check(run.stdout == item["text"].encode() + b"\n" and run.stderr == b"", "the line as quoted", run)
    locator = quoted[3]["locator"]
    t.check(locator.startswith("logs.tar!var/log/mail.log.gz!L") or locator.startswith("logs.tar!var/log/mail.log!L"), locator)
    bare, digest = locator.split("#")
    t.expect(["show", bare, "logs.tar"], 0, stderr="holds no digest")
    os.makedirs(os.path.join(t.folder, "elsewhere"), exist_ok=True)
    shutil.copy(os.path.join(t.folder, "logs.tar"), os.path.join(t.folder, "elsewhere", "logs.tar"))
    t.expect(["show", locator, "elsewhere"], 0)
    wrong = bare + "#" + digest[:-1] + ("0" if digest[-1] != "0" else "1")
    t.expect(["show", wrong, "logs.tar"], 11, stderr="SHA-256 of the line differs")
    t.expect(["show", bare.replace("!L", "!L1"), "logs.tar"], 11, stderr="it is line")
    t.expect(["show", bare + "0", "logs.tar"], 11, stderr="it has")
    t.expect(["show", bare.replace("@", "@1"), "logs.tar"], 11, stderr="no line begins at byte")
    t.expect(["show", locator, DEMO, DEMO + ".1"], 2, stderr="no PATH is this input")
    t.expect(["show", "logs.tar", "logs.tar"], 2, stderr="no locator")
    t.expect(["show", locator], 2, stderr="no LOCATOR or PATH")
    t.expect(["show", "x!L1@0+5", "nowhere"], 2, stderr="nowhere")


def test_show_flipped(t):
    data = bytearray(read(DEMO))
    t.write("flip.log", data)
    line = data.split(b"\n")[100]
    at = data.index(line)
    locator = f"flip.log!L101@{at}+{len(line)}#{hashlib.sha256(line).hexdigest()}"
    t.expect(["show", locator, "flip.log"], 0, stdout=line.decode())
    data[at + 30] ^= 1
    t.write("flip.log", data)
    t.expect(["show", locator, "flip.log"], 11, stderr="flip.log: the SHA-256 of the line differs")


RUNS = os.path.join(os.path.dirname(INCIDENT), "runs")


def traced(t, *arguments):
    run = t.expect(["trace", "-q", "-f", "jsonl", *arguments], 0)
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_trace_raw(t):
    """The lines of a message are those with its queue ID: all of them, as they are, in their order."""
    log = b"".join(gzip.decompress(read(path)) if path.endswith(".gz") else read(path)
                   for path in (os.path.join(INCIDENT, "mail.log" + end) for end in (".3.gz", ".2.gz", ".1", "")))
    lines = log.splitlines(keepends=True)
    ids = sorted({m["queue_id"] for m in traced(t, "--since", "2000-01-01", INCIDENT) if len(m["hops"]) == 1})
    t.check(len(ids) > 500, f"{len(ids)} messages of one hop")
    for queue_id in ids[::60]:
        wanted = [line for line in lines if b"]: %s: " % queue_id.encode() in line]
        run = t.expect(["trace", "-q", "--raw", "--queue-id", queue_id, INCIDENT], 0)
        t.check(run.stdout == b"".join(wanted), f"the lines of {queue_id}", run)


def test_trace_hops(t):
    found = traced(t, "--queue-id", "CD00F30002", os.path.join(RUNS, "bounce-with-dsn"))
    t.check([m["queue_id"] for m in found] == ["CD00F30002"] and found[0]["account"] is None, f"a bounce alone: {found}")
    found = traced(t, "--sender", "ANNA@example.com", os.path.join(RUNS, "bounce-with-dsn"))
    t.check(len(found) == 1 and found[0]["hops"] == [
        {"queue_id": "CD00F30001", "host": "mx1", "by": "entered", "of": None},
        {"queue_id": "CD00F30002", "host": "mx1", "by": "notification", "of": 0}], f"a message and its bounce: {found}")
    t.check(found[0]["recipients"] == [{"address": "r1@dest.example", "domain": "dest.example", "state": "bounced",
                                        "reason": "user-unknown"}], f"recipients: {found[0]['recipients']}")
    t.check([line["hop"] for line in found[0]["lines"]] == [0, 0, 0, 0, 1, 1, 0, 1, 1, 0], "hops of the lines, in time")
    found = traced(t, "--queue-id", "51FAF22255", os.path.join(RUNS, "filter-on-other-machine"))
    t.check([hop["by"] for hop in found[0]["hops"]] == ["entered", "queued-as", "notification"], f"back to where it entered: {found}")
    t.check(found[0]["ip"] == "198.51.100.10" and found[0]["account"] == "anna@example.com", "who sent it, seen from a later hop")
    both = traced(t, "--since", "2000-01-01", os.path.join(RUNS, "same-id-two-hosts"))
    t.check(len({m["host"] for m in both if m["queue_id"] == both[0]["queue_id"]}) == 2, "one queue ID of two hosts is two messages")


def test_trace_filters(t):
    everything = traced(t, "--since", "2000-01-01", INCIDENT)
    one = next(m for m in everything if m["queue_id"] == "1A7EF1082C")
    t.check(one["sender"] == "support@metro-logistics.example" and one["ip"] == "28.249.22.114", f"{one}")

    def ids(*arguments):
        return [m["queue_id"] for m in traced(t, *arguments, INCIDENT)]

    def wanted(test):
        return [m["queue_id"] for m in everything if test(m)]

    t.check(ids("--ip", "28.249.22.0/24") == wanted(lambda m: (m["ip"] or "").startswith("28.249.22.")), "by network")
    t.check(ids("--account", "suman") == wanted(lambda m: (m["account"] or "").startswith("suman@")), "by account")
    t.check(ids("--sender", "@metro-logistics.example") == wanted(lambda m: (m["sender"] or "").endswith("@metro-logistics.example")),
            "by the domain of the sender")
    t.check(ids("--message-id", f"<{one['message_id']}>") == ["1A7EF1082C"], "by Message-ID")
    to = one["recipients"][1]["address"]
    t.check(set(ids("--recipient", to.upper())) >= {"1A7EF1082C"}, "by recipient")
    t.check(ids("--recipient", to, "--ip", "28.249.22.114", "--sender", one["sender"]) == ["1A7EF1082C"], "all filters must hold")
    t.check(ids("--recipient", to, "--ip", "192.0.2.1") == [], "one that does not hold")
    t.check(ids("--queue-id", "1A7EF1082C", "--queue-id", "1B44312E33") == ["1A7EF1082C", "1B44312E33"], "any of one name")
    t.check(ids("--until", "2026-11-22T16:22:40Z") == wanted(lambda m: m["first"] < "2026-11-22T16:22:40Z"), "by time")
    t.check(ids("--since", "2026-11-22T16:25:00Z") == wanted(lambda m: m["last"] >= "2026-11-22T16:25:00Z"), "still there at that time")


def test_trace_bad(t):
    t.expect(["trace", "-q", "--queue-id", "NOSUCHID", DEMO], 0)
    t.expect(["trace", "--queue-id", "NOSUCHID", DEMO], 0, stderr="0 of ")
    t.expect(["trace", "--year", "2026", DEMO], 2, stderr="trace needs a filter")
    t.expect(["trace", "--ip", "300.1.2.3", DEMO], 2, stderr="--ip")
    t.expect(["trace", "-f", "csv", "--queue-id", "A", DEMO], 2, stderr="trace writes text or jsonl")
    t.expect(["trace", "--queue-id", "A", "nowhere.log"], 3, stderr="nowhere.log")
    line = LINE.replace(b"connect from unknown[28.249.22.114]", b"1ABCDEF123: client=\x1b[31m[1.2.3.4], sasl_username=\xff\xfe")
    run = t.expect(["trace", "-q", "--queue-id", "1ABCDEF123", "--year", "2026", "-"], 0, stdin=line)
    t.check(b"\x1b" not in run.stdout and run.stdout.decode("utf-8"), "text is harmless", run)
    with open("/dev/full", "wb") as full:
        run = subprocess.run([t.program, "trace", "-q", "--since", "2000-01-01", DEMO], stdout=full, stderr=subprocess.PIPE, check=False)
    t.check(run.returncode == 4 and b"standard output" in run.stderr, f"a full disk: {run.returncode} {run.stderr}")


def test_trace_threads(t):
    one = t.run("trace", "-q", "-j", "1", "-f", "jsonl", "--since", "2000-01-01", INCIDENT)
    many = t.run("trace", "-q", "-j", "7", "--block-bytes", "5000", "-f", "jsonl", "--since", "2000-01-01", INCIDENT)
    t.check(one.stdout == many.stdout and one.returncode == 0, "the same bytes for any number of threads")


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="postmortem-commands-") as folder:
        tests = Tests(os.path.abspath(sys.argv[1]), folder)
        for name, test in sorted(globals().items()):
            if name.startswith("test_"):
                test(tests)
    print(f"{tests.passed} checks passed, {tests.failed} failed")
    return 1 if tests.failed else 0


if __name__ == "__main__":
    sys.exit(main())
