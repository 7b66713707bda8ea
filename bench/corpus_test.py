#!/usr/bin/env python3
"""The generated logs hold what their truth says, counted here by a few plain rules; the same seed gives the same bytes.

usage: corpus_test.py GENERATOR
"""
import collections
import gzip
import json
import pathlib
import re
import subprocess
import sys
import tempfile

LINE = re.compile(r"(?P<stamp>\S+T\S+|\w{3} [ \d]\d [\d:]{8}) mail (?P<tag>[\w/]+)(\[(?P<pid>\d+)\])?: (?P<text>.*)")
LOGIN = re.compile(r"(\w+): client=.*, sasl_username=(\S+)$")
ACTIVE = re.compile(r"(\w+): from=<.*>, size=\d+, nrcpt=(\d+) \(queue active\)$")
FAILED = re.compile(r"warning: .*: SASL \w+ authentication failed: \(reason unavailable\), sasl_username=(.+)$")
REMOVED = re.compile(r"(\w+): removed$")

VARIANTS = {
    "short ids": [],
    "long ids, ISO": ["--long-ids", "--iso"],
    "filter": ["--amavis", "--attack", "A3"],
    "attacks": ["--attack", "A1,A2,A3,A4,A7"],
    "everything": ["--accounts", "300", "--attack", "all", "--confounders", "--mailbox", "--strange", "--events"],
}

failed = []


def check(ok, what):
    if not ok:
        failed.append(what)
        print(what)


def generate(generator, folder, *options):
    subprocess.run([generator, "-o", folder, *options], check=True)
    return pathlib.Path(folder)


def count(text):
    """Messages, recipients and failures of each account, from the log alone."""
    owner, counted = {}, collections.defaultdict(lambda: [0, 0, 0])
    for line in text.splitlines():
        whole = LINE.fullmatch(line)
        check(whole, f"not a line of the shape wanted: {line}")
        if not whole:
            continue
        if m := LOGIN.fullmatch(whole["text"]):
            owner[m[1]] = m[2].split("@")[0]
        elif m := ACTIVE.fullmatch(whole["text"]):
            account = owner.pop(m[1], None)  # a second run of the same message counts no more
            if account:
                counted[account][0] += 1
                counted[account][1] += int(m[2])
        elif m := FAILED.fullmatch(whole["text"]):
            counted[m[1].split("@")[0]][2] += 1
        elif m := REMOVED.fullmatch(whole["text"]):
            owner.pop(m[1], None)
    return counted


def test_truth(generator, folder):
    for name, options in VARIANTS.items():
        made = generate(generator, folder / name, "--accounts", "60", "--days", "3", *options)
        truth = json.loads((made / "truth.json").read_text())
        text = (made / "mail.log").read_text()
        counted = count(text)
        check(len(text) == truth["log_bytes"] and text.count("\n") == truth["log_lines"], f"{name}: size of the log")
        for account, true in truth["accounts"].items():
            want = [true["messages_accepted"], true["recipients_accepted"], true["auth_failed"]]
            check(counted[account] == want, f"{name}: {account} messages, recipients, failures {counted[account]}, truth {want}")
            check(sum(true["source_ips"].values()) == want[0], f"{name}: {account}: messages by address")
        check_incidents(name, truth, text)
        if "--strange" in options:
            continue
        attacks = options[options.index("--attack") + 1].count("A") if "--attack" in options else 0
        check(len(truth["compromised_accounts"]) == attacks, f"{name}: {len(truth['compromised_accounts'])} attacks, {attacks} wanted")
        for taken in truth["compromised_accounts"]:
            check(taken["attacker_messages"] > 0 and taken["attacker_sending_ips"], f"{name}: {taken['pattern']} sent nothing")


def check_incidents(name, truth, text):
    domain = truth["mail_domain"]
    for incident in truth["incidents"]:
        who = incident["principal"].removeprefix("acct:").removesuffix("@" + domain)
        check(who in truth["accounts"] or who.startswith(("uid:", "relay:")), f"{name}: {incident['id']}: no such account {who}")
        for ip in incident["ips"][:5]:
            check(ip["ip"] in text, f"{name}: {incident['id']}: {ip['ip']} is not in the log")
        for forged in incident["forged_domains"][:5]:
            check(f"@{forged}>" in text, f"{name}: {incident['id']}: {forged} is not in the log")
        times = [incident[t] for t in ("t_access", "t_abuse", "t_last_accept") if incident[t]]
        check(times == sorted(times), f"{name}: {incident['id']}: times out of order {times}")
    taken = {i["principal"] for i in truth["incidents"]}
    check(not any(b["principal"] in taken for b in truth["benign"]), f"{name}: innocent and taken at once")


def test_options(generator, folder):
    for options in (["--preset", "nothing"], ["--attack", "A99"], ["--accounts", "x"]):
        done = subprocess.run([generator, "-o", folder / "none", *options], capture_output=True)
        check(done.returncode == 2 and done.stderr, f"{options}: status {done.returncode}")
    whole = (generate(generator, folder / "all", "--accounts", "60", "--days", "1") / "mail.log").read_text()
    some = generate(generator, folder / "lost", "--accounts", "60", "--days", "1", "--lost", "5")
    share = (some / "mail.log").read_text().count("\n") / whole.count("\n")
    check(0.93 < share < 0.97, f"--lost 5 keeps {share}")


def test_order(generator, folder):
    made = generate(generator, folder / "order", "--accounts", "60", "--days", "2", "--iso")
    stamps = [line.split(" ", 1)[0] for line in (made / "mail.log").read_text().splitlines()]
    check(stamps == sorted(stamps), "lines are not in order of time")


def test_same(generator, folder):
    options = ["--accounts", "60", "--bytes", "3M", "--attack", "A7"]
    whole = (generate(generator, folder / "one", *options) / "mail.log").read_bytes()
    check(whole == (generate(generator, folder / "two", *options) / "mail.log").read_bytes(), "same seed, other bytes")
    check(whole != (generate(generator, folder / "three", *options, "--seed", "2") / "mail.log").read_bytes(), "other seed, same bytes")
    parts = generate(generator, folder / "parts", *options, "--rotate", "4", "--compress", "gz")
    names = ["mail.log.3.gz", "mail.log.2.gz", "mail.log.1.gz", "mail.log.gz"]
    check(sorted(p.name for p in parts.glob("mail.log*")) == sorted(names), "names of the parts")
    check(b"".join(gzip.decompress((parts / n).read_bytes()) for n in names) == whole, "the parts are not the whole")


def main():
    generator = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        for test in (test_truth, test_order, test_same, test_options):
            test(generator, pathlib.Path(name))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
