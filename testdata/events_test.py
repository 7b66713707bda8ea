#!/usr/bin/env python3
"""--events FILE: every line that was understood, in order, with one type for each name; the report beside it is the same.

usage: events_test.py BINARY LOG...      exit status 77 without zstd
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile


class Failed(Exception):
    pass


def check_types(events):
    """A name has one type: a table needs no exceptions."""
    types = {}
    for event in events:
        for name, value in event.items():
            if value is not None and types.setdefault(name, type(value)) is not type(value):
                raise Failed(f"{name} is {types[name].__name__} and {type(value).__name__}")
    for name in ("@timestamp", "event.action", "event.outcome", "host.name", "user.name", "source.ip", "email.local_id", "log.file.path"):
        if name not in types:
            raise Failed(f"no event has {name}")


def check_secrets(binary, folder):
    log, events = os.path.join(folder, "secret.log"), os.path.join(folder, "secret.jsonl.zst")
    with open(log, "w", encoding="ascii") as f:
        f.write("2024-11-22T16:22:34Z mx1 dovecot: auth-worker(5): sql(anna@a.example,192.0.2.1): Password mismatch (given password: hunter22)\n")
    subprocess.run([binary, "-q", "--events", events, log], capture_output=True, check=True)
    if b"hunter22" in subprocess.run(["zstd", "-dcq", events], capture_output=True, check=True).stdout:
        raise Failed("a password stands in the events")


def main():
    binary, *logs = sys.argv[1:]
    if not shutil.which("zstd"):
        print("zstd is not installed")
        return 77
    with tempfile.TemporaryDirectory(prefix="events-") as folder:
        path = os.path.join(folder, "events.jsonl.zst")
        report = subprocess.run([binary, "-q", "-f", "json", "--events", path, *logs], capture_output=True, check=True).stdout
        if report != subprocess.run([binary, "-q", "-f", "json", *logs], capture_output=True, check=True).stdout:
            print("another report with --events")
            return 1
        text = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
        explained = subprocess.run([binary, "explain", "-f", "jsonl", *logs], capture_output=True, check=True).stdout
        events = [json.loads(line) for line in text.splitlines()]
        wanted = [line for line in (json.loads(line) for line in explained.splitlines()) if "kind" in line]
        try:
            if [(e["@timestamp"], e["postmortem.src.line"], e["event.action"]) for e in events] != \
               [(e["time"], e["line"], e["event"]) for e in wanted]:
                raise Failed(f"{len(events)} events, {len(wanted)} lines explained, or in another order")
            check_types(events)
            check_secrets(binary, folder)
        except Failed as error:
            print(error)
            return 1
        if sorted(os.listdir(folder)) != ["events.jsonl.zst", "secret.jsonl.zst", "secret.log"]:
            print(f"left behind: {os.listdir(folder)}")
            return 1
    print(f"{len(events)} events, {len(text)} bytes of JSON")
    return 0


if __name__ == "__main__":
    sys.exit(main())
