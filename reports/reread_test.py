#!/usr/bin/env python3
"""The outputs for machines, read again by readers that are not ours.

usage: reread_test.py FORMATS_TEST        the program that prints the reports of fixture.h
"""
import csv
import datetime
import io
import json
import sqlite3
import subprocess
import sys
import tempfile

ACCOUNT_KEYS = """account login_names verdict class score_db evidence_db ongoing todo messages recipients recipients_basis
delivered bounced expired removed held deferred queued maybe_removed rejected messages_refused logins login_failures mailbox
foreign window sources forged_domains evidence campaign would_change""".split()
REPORT_KEYS = """schema tool run inputs coverage ongoing last_attacker_event log_end cleared totals accounts findings campaigns
reputation queue prevention timeline""".split()
FINDING_KEYS = """class principal verdict window sources messages recipients delivered bounced expired removed held deferred
queued maybe_removed rejected messages_refused logins login_failures accounts candidates evidence
forged_domains script unrefused""".split()
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
    kept = ["kept"] if name in ("incident", "hostile") else []  # those with facts, in a case folder
    check(list(report) == REPORT_KEYS + kept, f"{name}: keys of the report {list(report)}")
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


def check_timeline(program, name):
    lines = [json.loads(line) for line in printed(program, name, "timeline.jsonl").splitlines()]
    check([line["timestamp"] for line in lines] == sorted(line["timestamp"] for line in lines), f"{name}: timeline: order")
    for line in lines:
        check(line["message"] and line["timestamp_desc"], f"{name}: timeline: {line}")
        when = datetime.datetime.fromisoformat(line["datetime"])
        check(round(when.timestamp() * 1000000) == line["timestamp"], f"{name}: timeline: time of {line}")


def check_database(program, name):
    """Opened by the SQLite of Python; account by account the figures of report.json."""
    data = subprocess.run([program, "--print", name, "case.db"], check=True, stdout=subprocess.PIPE).stdout
    if not data:
        return
    report = json.loads(printed(program, name, "json"))
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        base = sqlite3.connect(file.name)
        check(base.execute("PRAGMA integrity_check").fetchall() == [("ok",)], f"{name}: case.db is damaged")
        check(not base.execute("PRAGMA foreign_key_check").fetchall(), f"{name}: case.db: foreign keys")
        check(base.execute("PRAGMA application_id").fetchone() == (0x706D7274,), f"{name}: case.db: application_id")
        rows = base.execute("SELECT name, messages, foreign_messages, login_failures FROM account ORDER BY id").fetchall()
        want = [(a["account"].replace("\0", "\ufffd"), a["messages"], min(a["foreign"]["messages"], 2**63 - 1), a["login_failures"])
                for a in report["accounts"]]
        check(rows == want, f"{name}: case.db: accounts {rows} for {want}")
        # The hostile report counts to 2**64 - 1, of which no sum can be taken.
        for view, in [] if name == "hostile" else base.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").fetchall():
            base.execute(f"SELECT * FROM {view}").fetchall()
        base.close()


def main():
    for name in FIXTURES:
        check_timeline(sys.argv[1], name)
        check_database(sys.argv[1], name)
        check_json(sys.argv[1], name)
        check_csv(sys.argv[1], name)
    enemy = json.loads(printed(sys.argv[1], "hostile", "json"))["accounts"][0]
    check(enemy["account"].startswith("=cmd|' /C calc'!A0,\0<script>alert(1)</script>\x1b[2J"), "the name did not survive")
    check(enemy["messages"] == 432 and enemy["foreign"]["messages"] == 2**64 - 1, "a count did not survive")


main()
