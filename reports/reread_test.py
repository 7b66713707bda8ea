#!/usr/bin/env python3
"""The outputs for machines, read again by readers that are not ours.

usage: reread_test.py FORMATS_TEST        the program that prints the reports of fixture.h
"""
import csv
import io
import json
import subprocess
import sys

ACCOUNT_KEYS = """account login_names verdict class score_db evidence_db ongoing todo messages recipients recipients_basis
delivered bounced expired removed held deferred queued maybe_removed rejected messages_refused logins login_failures mailbox
foreign window sources forged_domains evidence campaign""".split()
REPORT_KEYS = """schema tool run inputs coverage ongoing last_attacker_event log_end cleared totals accounts findings campaigns
reputation queue prevention timeline""".split()
FINDING_KEYS = """class principal verdict window sources messages recipients delivered bounced expired removed held deferred
queued maybe_removed rejected messages_refused logins login_failures accounts candidates evidence""".split()
FIXTURES = ("incident", "clean", "hidden", "hostile")


def printed(program, name, form):
    return subprocess.run([program, "--print", name, form], check=True, stdout=subprocess.PIPE).stdout.decode("utf-8")


def check(ok, what):
    if not ok:
        sys.exit(what)


def keys_unless_below_watch(account):
    return ["source_count" if k == "sources" and "sources" not in account else k for k in ACCOUNT_KEYS]


def check_json(program, name):
    report = json.loads(printed(program, name, "json"))
    lines = [json.loads(line) for line in printed(program, name, "jsonl").splitlines()]
    check(list(report) == REPORT_KEYS, f"{name}: keys of the report {list(report)}")
    for account in report["accounts"]:
        check(list(account) == keys_unless_below_watch(account), f"{name}: keys of an account {list(account)}")
        check(("sources" in account) == (account["verdict"] != "none"), f"{name}: sources of {account['account']}")
    for finding in report["findings"]:
        check(list(finding) == FINDING_KEYS, f"{name}: keys of a finding {list(finding)}")
    kinds = [line.pop("kind") for line in lines]
    check(kinds == ["account"] * len(report["accounts"]) + ["finding"] * len(report["findings"]), f"{name}: kinds {kinds}")
    check(lines == report["accounts"] + report["findings"], f"{name}: jsonl says something else than json")


def check_csv(program, name):
    for form in ("csv", "messages.csv", "sources.csv"):
        text = printed(program, name, form)
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        check(len(rows) == text.count("\n"), f"{name} as {form}: a record of more than one line")
        check(len(set(map(len, rows))) == 1, f"{name} as {form}: records of {set(map(len, rows))} cells")
        for cell in (cell for row in rows for cell in row):
            number = cell.lstrip("-").replace(".", "", 1).isdigit()
            check(number or cell[:1] not in set("=+-@\t\r"), f"{name} as {form}: a formula: {cell[:40]}")


def main():
    for name in FIXTURES:
        check_json(sys.argv[1], name)
        check_csv(sys.argv[1], name)
    enemy = json.loads(printed(sys.argv[1], "hostile", "json"))["accounts"][0]
    check(enemy["account"].startswith("=cmd|' /C calc'!A0,\0<script>alert(1)</script>\x1b[2J"), "the name did not survive")
    check(enemy["messages"] == 432 and enemy["foreign"]["messages"] == 2**64 - 1, "a count did not survive")


main()
