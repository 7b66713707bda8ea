#!/usr/bin/env python3
"""trace has two ways: reading for the lines that bear on what is asked, and the whole investigation. Both must print the same bytes.

For every run of testdata and the demo, and every log beneath the folders that $POSTMORTEM_LOGS names (by colon): messages drawn at random,
each asked for by every filter that it has.

usage: trace_ways_test.py PROGRAM [--all] [--seed N] [FOLDER...]
"""
import argparse
import json
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FILTERS = ("--queue-id", "--message-id", "--sender", "--recipient", "--account", "--ip")


def trace(program, *arguments):
    return subprocess.run([program, "trace", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def inputs_of(folder):
    return sorted(os.path.join(folder, name) for name in os.listdir(folder)
                  if not name.startswith(("expected", "truth", "options", "README")) and not name.endswith((".json", ".py", ".txt")))


def options_of(folder):
    """Of those that the run is read with: what the operator knows, which trace may be told, too."""
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as f:
        given = json.load(f).get("options", [])
    pairs = list(zip(given[::2], given[1::2]))
    return [word for pair in pairs for word in pair if pair[0] in ("--local-domain", "--trusted-net", "--timezone", "--year", "--host", "--server-ip")]


def values_of(message):
    """What a user would know of it."""
    for hop in message["hops"]:
        yield "--queue-id", hop["queue_id"]
    if message["message_id"]:
        yield "--message-id", message["message_id"]
    if message["sender"]:
        yield "--sender", message["sender"]
    for recipient in message["recipients"][:2]:
        if recipient["address"]:
            yield "--recipient", recipient["address"]
    if message["account"]:
        yield "--account", message["account"]
    if message["ip"]:
        yield "--ip", message["ip"]


class Ways:
    def __init__(self, program):
        self.program, self.compared, self.short, self.wrong, self.why = program, {}, {}, [], {}

    def compare(self, folder, arguments):
        name = arguments[0]
        form = random.choice((["-f", "jsonl"], ["--raw"], [], ["-f", "jsonl", "--block-bytes", "5000"]))
        short = trace(self.program, "-v", *form, *arguments)
        whole = trace(self.program, "-v", *form, *arguments, "--trace-whole")
        self.compared[name] = self.compared.get(name, 0) + 1
        said = short.stderr.decode("utf-8", "replace")
        if "the short way" in said:
            self.short[name] = self.short.get(name, 0) + 1
        else:
            why = said.rpartition("the whole was read: ")[2].strip()
            self.why[why] = self.why.get(why, 0) + 1
        if short.stdout != whole.stdout or short.returncode != whole.returncode:
            self.wrong.append(" ".join(map(str, arguments)))
            print(f"{folder}: differs:\n  postmortem trace {' '.join(form + arguments)}\n{said}", file=sys.stderr)

    def folder(self, folder, inputs, options, count):
        everything = trace(self.program, "-q", "-f", "jsonl", "--since", "1970-01-01", *options, *inputs)
        messages = [json.loads(line) for line in everything.stdout.splitlines()]
        for message in random.sample(messages, min(count, len(messages))):
            values = list(values_of(message))
            for name, value in values if count > 4 else random.sample(values, min(2, len(values))):
                self.compare(folder, [name, value, *options, *inputs])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--all", action="store_true", help="many messages of each")
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    parser.add_argument("folders", nargs="*")
    arguments = parser.parse_intermixed_args()
    random.seed(arguments.seed)
    ways = Ways(os.path.abspath(arguments.program))
    runs = os.path.join(HERE, "runs")
    for name in sorted(os.listdir(runs)):
        folder = os.path.join(runs, name)
        ways.folder(name, inputs_of(folder), options_of(folder), 20 if arguments.all else 1)
    demo = os.path.join(HERE, "demo")
    ways.folder("demo", inputs_of(demo), [], 40 if arguments.all else 4)
    for folder in arguments.folders + [f for f in os.environ.get("POSTMORTEM_LOGS", "").split(":") if f]:
        for path, _, names in sorted(os.walk(folder)):
            for log in sorted(n for n in names if not n.endswith((".json", ".md", ".txt", ".yaml", ".cf"))):
                ways.folder(path, [os.path.join(path, log)], [], 20 if arguments.all else 4)
    total, short = sum(ways.compared.values()), sum(ways.short.values())
    print(f"seed {arguments.seed}: {total} compared, {short} the short way: {ways.short}; the whole: {ways.why}")
    if ways.wrong:
        print(f"{len(ways.wrong)} differ", file=sys.stderr)
        return 1
    if short * 3 < total:
        print("the short way is hardly ever taken", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
