#!/usr/bin/env python3
"""The case folder of the demo: the same bytes however many threads made it, and its timeline and database say what
report.json says.

usage: case_folder_test.py PROGRAM
"""
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "demo")
README = os.path.join(HERE, "..", "README.md")
STATES = ("delivered", "bounced", "expired", "removed", "held", "deferred", "queued")


def check(ok, what):
    if not ok:
        sys.exit(f"FAILED: {what}")


def files(folder):
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as f:
                found[os.path.relpath(path, folder)] = f.read()
    return found


def make(program, folder, threads):
    subprocess.run([program, "-q", "-f", "json", "-j", str(threads), "-o", folder, DEMO], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
    found = files(folder)
    del found["run.json"]
    found["SHA256SUMS"] = re.sub(rb"\S+  run.json\n", b"", found["SHA256SUMS"])
    return found


def check_timeline(text, report):
    lines = [json.loads(line) for line in text.decode("utf-8").splitlines()]
    for line in lines:
        check(all(line.get(key) for key in ("message", "datetime", "timestamp_desc")), f"timeline: {line}")
        check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", line["datetime"]), f"timeline: {line['datetime']}")
    check([line["datetime"] for line in lines] == sorted(line["datetime"] for line in lines), "timeline: order")
    for account in (a for a in report["accounts"] if a["verdict"] != "none"):
        sent = [line for line in lines if line["timestamp_desc"] == "Mail Submitted" and line["user.name"] == account["account"]]
        check(len(sent) == account["messages"], f"timeline: messages of {account['account']}")
        check(sum(line["postmortem.recipients"] for line in sent) == account["recipients"], "timeline: recipients")
        theirs = [line for line in sent if line["tag"]]
        check(len(theirs) == account["foreign"]["messages"], f"timeline: their messages of {account['account']}")
        for state in STATES:
            check(sum(line.get("postmortem." + state, 0) for line in sent) == account[state], f"timeline: {state}")


def check_database(path, report):
    base = sqlite3.connect(path)
    base.row_factory = sqlite3.Row
    check(base.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "case.db: integrity")
    check(not base.execute("PRAGMA foreign_key_check").fetchall(), "case.db: foreign keys")
    loose = [row["name"] for row in base.execute("PRAGMA table_list") if row["type"] == "table" and not row["strict"]]
    check(loose == ["sqlite_schema"] or not [n for n in loose if not n.startswith("sqlite_")], f"case.db: not strict: {loose}")
    rows = base.execute("SELECT * FROM account ORDER BY id").fetchall()
    check(len(rows) == len(report["accounts"]), "case.db: accounts")
    for row, account in zip(rows, report["accounts"]):
        name = account["account"]
        keys = ("verdict", "messages", "recipients", *STATES, "logins", "login_failures", "score_db", "evidence_db")
        check(row["name"] == name and all(row[k] == account[k] for k in keys), f"case.db: figures of {name}")
        check(all(row[k] == account["window"][k] for k in ("guess", "abuse", "last_try")), f"case.db: window of {name}")
        used = base.execute("SELECT count(*), total(messages), total(login_failures) FROM account_source WHERE account = ?",
                            (row["id"],)).fetchone()
        sources = account.get("source_count", len(account.get("sources", [])))
        check(used[0] == sources and used[1] == account["messages"], f"case.db: addresses of {name}: {tuple(used)}, {sources}")
        if account["verdict"] == "none":
            continue
        sent = base.execute("SELECT count(*), total(theirs), total(recipients), total(delivered) FROM message WHERE account = ?",
                            (row["id"],)).fetchone()
        want = (account["messages"], account["foreign"]["messages"], account["recipients"], account["delivered"])
        check(tuple(sent) == want, f"case.db: messages of {name}: {tuple(sent)}, {want}")
    for row, finding in zip(base.execute("SELECT * FROM finding ORDER BY id").fetchall(), report["findings"], strict=True):
        check(row["class"] == finding["class"] and row["messages"] == finding["messages"], f"case.db: {finding['class']}")
    recipients = base.execute("SELECT (SELECT sum(recipients) FROM recipient), (SELECT sum(recipients) FROM message)").fetchone()
    check(recipients[0] == recipients[1], f"case.db: recipients {tuple(recipients)}")
    depth = [dict(row) for row in base.execute("SELECT * FROM queue ORDER BY time")]
    check(depth == report["queue"] and depth, "case.db: queue")
    limits = [tuple(row) for row in base.execute("SELECT window_hours, recipients, spam_stopped, benign_stopped FROM prevention")]
    want = [(int(limit["window"][:-1]), limit["recipients"], limit["spam_stopped"], limit["benign_stopped"]) for limit in report["prevention"]["limits"]]
    check(limits == want and want, f"case.db: limits {limits}")
    for campaign in report["campaigns"]:
        parts = [(row["kind"], row["name"]) for row in base.execute("SELECT * FROM campaign_part WHERE campaign = ?", (campaign["id"],))]
        want = [("account", name) for name in campaign["order"]] + [("source", ip) for ip in campaign["sources"]] + \
            [("forged-domain", domain) for domain in campaign["forged_domains"]]
        check(parts == want, f"case.db: campaign {campaign['id']}")
    bursts = base.execute("SELECT burst, burst_recipients FROM reputation").fetchall()
    want = [(item["burst"] and item["burst"]["principal"], item["burst"] and item["burst"]["recipients"]) for item in report["reputation"]]
    check([tuple(row) for row in bursts] == want, "case.db: bursts")
    check_queries(base)
    base.close()


def check_queries(base):
    """Those of the README run, and each has an answer in the demo."""
    with open(README, encoding="utf-8") as f:
        block = re.search(r"```sql\n(.*?)```", f.read(), re.S).group(1)
    queries = [q for q in block.split(";\n") if q.strip()]
    check(len(queries) >= 8, "README: queries")
    for query in queries:
        check(base.execute(query).fetchall(), f"README: no answer: {query}")


# A reply that names nobody, from an MTA that does not say whose it is.
BLOCKED = ("Nov 22 16:21:04 mx1 sm-mta[4096]: 6AMGL4f7012498: to=<x@c.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=90768, "
           "relay=[192.0.2.50] [192.0.2.50], dsn=4.7.0, reply=421 4.7.0 [TSS04] Messages from 192.0.2.10 temporarily deferred due to user "
           "complaints - 4.16.55.1, stat=Deferred: 421 4.7.0 [TSS04] Messages from 192.0.2.10 temporarily deferred due to user "
           "complaints - 4.16.55.1\n")


def check_unknowns(program, folder):
    """What a log does not say is NULL, and never in the way of the folder: no times, no host, no provider."""
    with open(os.path.join(DEMO, "mail.log.1"), encoding="utf-8", errors="replace") as f:
        timeless = [re.sub(r"^\w{3} +\d+ [\d:]{8} \S+ ", "", line) for line in f]
    for name, text in (("timeless", "".join(timeless)), ("blocked", BLOCKED)):
        log, case = os.path.join(folder, name + ".log"), os.path.join(folder, name)
        with open(log, "w", encoding="utf-8") as f:
            f.write(text)
        run = subprocess.run([program, "-q", "-o", case, log], capture_output=True, check=False)
        check(run.returncode == 0 and os.path.exists(os.path.join(case, "SHA256SUMS")), f"{name}: {run.returncode} {run.stderr}")


def check_runs(program, folder):
    """Every system's incident makes a folder."""
    runs = os.path.join(HERE, "runs")
    for name in sorted(os.listdir(runs)):
        logs = [n for n in os.listdir(os.path.join(runs, name)) if n not in ("expected.json", "options", "make.py")]
        if not logs:
            continue
        case = os.path.join(folder, "run-" + name)
        run = subprocess.run([program, "-q", "-o", case, os.path.join(runs, name)], capture_output=True, check=False)
        check(run.returncode in (0, 1, 3) and os.path.isdir(case) == (run.returncode < 3), f"{name}: {run.returncode} {run.stderr}")


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        one, two = (os.path.join(folder, name) for name in ("one", "two"))
        first, second = make(program, one, 1), make(program, two, 3)
        check(first.keys() == second.keys(), "the same files")
        for name, data in first.items():
            check(data == second[name], f"{name} differs with another number of threads")
        report = json.loads(first["report.json"])
        check_timeline(first["timeline.jsonl"], report)
        if "case.db" in first:
            check_database(os.path.join(one, "case.db"), report)
        check_unknowns(program, folder)
        check_runs(program, folder)


main()
