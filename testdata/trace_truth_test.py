#!/usr/bin/env python3
"""trace of each message of real servers' logs agrees with what the clients that sent them wrote down.

Of every message that a server accepted, traces/NAME.truth.tsv.xz holds queue ID, Message-ID, login, address, sender, time and recipients, as
its client knew them. All messages are traced at once, and some by themselves.

usage: trace_truth_test.py PROGRAM
"""
import csv
import datetime
import io
import json
import lzma
import os
import random
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LOGS = (("demo", "demo", 922), ("content-filter", "traces/content-filter.log.xz", 872))


def trace(program, *arguments):
    run = subprocess.run([program, "trace", "-q", "-f", "jsonl", *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def truth_of(name):
    with lzma.open(os.path.join(HERE, "traces", name + ".truth.tsv.xz")) as f:
        return list(csv.DictReader(io.StringIO(f.read().decode()), delimiter="\t", quoting=csv.QUOTE_NONE))


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def differences(true, found):
    """What trace says otherwise than the client."""
    account = found["account"] or ""
    if true["login"] != "-" and account.split("@")[0] != true["login"].split("@")[0].lower():
        yield f"account {account}"
    if true["uid"] != "-" and not account.startswith(f"uid:{true['uid']}@"):
        yield f"account {account}"
    if true["ip"] != "-" and found["ip"] != true["ip"]:
        yield f"ip {found['ip']}"
    if (found["sender"] or "<>") != true["from"]:
        yield f"sender {found['sender']}"
    if found["message_id"] != true["message_id"]:
        yield f"message_id {found['message_id']}"
    if not -3 < seconds(found["first"]) - float(true["accepted"]) < 3:
        yield f"first {found['first']}"
    wanted = {address.lower() for address in re.findall("<([^>]*)>", true["recipients"])}
    named = {r["address"].lower() for r in found["recipients"] if r["address"]}
    if not named <= wanted or len(found["recipients"]) + found["unnamed"] != len(wanted):
        yield f"recipients {sorted(named)} and {found['unnamed']}"


def check(program, name, log, count):
    messages, wrong = truth_of(name), []
    everything = trace(program, "--since", "2026-01-01", log)
    by_id = {message["message_id"]: message for message in everything}
    by_queue_id = {message["queue_id"]: message for message in everything}
    if len(messages) != count:
        wrong.append(f"{len(messages)} messages in the truth")
    for true in messages:
        found = by_id.get(true["message_id"]) if true["queue_id"] == "-" else by_queue_id.get(true["queue_id"])
        said = list(differences(true, found)) if found else ["is not found"]
        wrong += [f"{true['queue_id']} {true['message_id']}: {what}" for what in said]
    for true in random.sample(messages, 12):
        key = ("--message-id", true["message_id"]) if true["queue_id"] == "-" else ("--queue-id", true["queue_id"])
        if trace(program, *key, log) != [by_id[true["message_id"]]]:
            wrong.append(f"{key[1]}: by itself it is told otherwise")
    for what in wrong[:20]:
        print(f"{name}: {what}")
    print(f"{name}: {len(messages)} messages, {len(wrong)} differ")
    return not wrong


def main():
    program = os.path.abspath(sys.argv[1])
    return 0 if all([check(program, name, os.path.join(HERE, log), count) for name, log, count in LOGS]) else 1


if __name__ == "__main__":
    sys.exit(main())
