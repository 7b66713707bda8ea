#!/usr/bin/env python3
"""--since and --until: the case folder of a part of the demo quotes and lists what that part counts, no more and no less.

usage: span_test.py PROGRAM
"""
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "demo")
SINCE, UNTIL = "2026-11-22T16:23:35Z", "2026-11-22T16:24:05Z"
VICTIM = "suman@northbay.example"


def check(ok, what):
    if not ok:
        sys.exit(f"FAILED: {what}")


def read(*parts):
    with open(os.path.join(*parts), encoding="utf-8") as f:
        return f.read()


def make(program, folder, *arguments):
    run = subprocess.run([program, "-q", "-f", "json", "-o", folder, *arguments, DEMO], capture_output=True, check=False)
    check(run.returncode == 0, f"{arguments}: {run.stderr}")
    return json.loads(run.stdout)


def submissions(lines):
    """{queue ID: its first line}"""
    return {m[1]: line for line in lines if (m := re.search(r"smtpd\[\d+\]: (\w+): client=", line))}


def seconds(line):
    return line[7:15]


def in_span(line):
    return SINCE[11:19] <= seconds(line) < UNTIL[11:19]


def evidence(folder):
    return read(folder, "evidence", VICTIM, "lines.log").splitlines()


def check_messages(folder, report, account):
    rows = [row for row in csv.DictReader(io.StringIO(read(folder, "messages.csv"))) if row["principal"] == VICTIM]
    check(len(rows) == account["messages"] > 0, f"messages.csv: {len(rows)} of {account['messages']}")
    check(sum(int(row["recipients"]) for row in rows) == account["recipients"], "recipients in messages.csv")
    waiting = sum(row["open"] == "yes" and row["theirs"] == "yes" for row in rows)
    ids = read(folder, "containment", "queue-ids.txt").split()
    check(len(ids) == waiting, f"queue-ids.txt: {len(ids)} of {waiting}")
    moments = [json.loads(line) for line in read(folder, "timeline.jsonl").splitlines()]
    sent = [one for one in moments if one["timestamp_desc"] == "Mail Submitted" and one["user.name"] == VICTIM]
    check(len(sent) == account["messages"], "messages in timeline.jsonl")


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        whole, part = os.path.join(folder, "whole"), os.path.join(folder, "part")
        make(program, whole)
        report = make(program, part, "--since", SINCE, "--until", UNTIL)
        account = next(a for a in report["accounts"] if a["account"] == VICTIM)
        check_messages(part, report, account)
        all_lines, lines = evidence(whole), evidence(part)
        wanted, found = submissions(all_lines), submissions(lines)
        check(set(found) == {queue_id for queue_id, line in wanted.items() if in_span(line)}, "submissions quoted")
        check(len(found) == account["messages"], "as many as are counted")
        check(set(lines) <= set(all_lines), "no line that the whole case does not quote")
        before = [line for line in lines if seconds(line) < SINCE[11:19]]
        check(not before, f"nothing before --since: {before[:2]}")
        for line in lines:
            if seconds(line) >= UNTIL[11:19]:
                queue_id = re.search(r"\]: (\w+): ", line)
                check((queue_id and queue_id[1] in found) or "disconnect from" in line, f"what is later completes a message: {line}")
        missing = [line for line in all_lines if any(f": {queue_id}: " in line for queue_id in found) and line not in lines]
        check(not missing, f"every line of a message that counts: {missing[:2]}")
        check(subprocess.run([program, "verify", "-q", part, DEMO], check=False).returncode == 0, "verify")


main()
