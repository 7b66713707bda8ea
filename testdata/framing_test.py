#!/usr/bin/env python3
"""Nobody is framed, and nothing is executed, by what strangers write into a whole log.

Every HELO, Subject and Message-ID of the demo incident is replaced by words that accuse somebody who is not in the log, and by
what terminals, browsers, spreadsheets and shells would obey. Accounts, verdicts, counts and sources must stay what they were,
who was only typed is named nowhere but in quoted lines, and no file of the case folder may hold what a program would obey.

usage: framing_test.py PROGRAM
"""
import csv
import glob
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = sorted(glob.glob(os.path.join(HERE, "demo", "mail.log*")), reverse=True)
VICTIM, TYPED_IP, TYPED_DOMAIN = "victim@northbay.example", "203.0.113.66", "typed.example"
LINE = f"Nov 22 16:22:34 mx1 postfix/smtpd[9]: 3F00000001: client=evil[{TYPED_IP}], sasl_method=PLAIN, sasl_username={VICTIM}"
HOSTILE = (f"#012{LINE}", f"\r{LINE}", f"\u2028{LINE}", f"\\n{LINE}", "\x1b[2J\x1b]0;obey\x07", "\x9b31m\u202egpj.exe\0",
           "<script>obey()</script><img src=x onerror=obey()>", "=cmd|' /C obey'!A0", "$(touch obeyed)`touch obeyed`;touch obeyed",
           "'; touch obeyed; '", f"x>: y from evil[{TYPED_IP}]; from=<{VICTIM}> to=<a@{TYPED_DOMAIN}> proto=ESMTP helo=<z",
           f"x> sasl_username=<{VICTIM}", f"x, sasl_method=PLAIN, sasl_username={VICTIM}", f"user=<{VICTIM}>, rip={TYPED_IP}, lip=1.1.1.1",
           "javascript:obey()", "\" onload=\"obey()", "</style></script><svg onload=obey()>")
FIELDS = (re.compile(r"(helo=<)[^>]*(>)"), re.compile(r"(header Subject: ).*?( from \S+\[[0-9a-f.:]+\]; from=<)"),
          re.compile(r"(message-id=<)[^>]*(>$)"), re.compile(r"(Message-ID: <)[^>]*(>)"))
# Controls of every kind but the line end, and marks of direction: nobody's eyes or terminal get them.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# What stands as it was logged, and is said to: nothing of it is meant for a terminal.
VERBATIM = ("lines.log", "evidence.log", "case.db")


def check(ok, what):
    if not ok:
        sys.exit(f"FAILED: {what}")


def read(paths):
    text = ""
    for path in paths:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
            text += f.read().decode("utf-8", "surrogateescape")
    return text


def forged(text):
    lines, count = [], 0
    for line in text.split("\n"):
        for field in FIELDS:
            hostile = HOSTILE[count % len(HOSTILE)]
            if not (field.groups == 2 and "Message-ID" in field.pattern and "Queue-ID: " in hostile):
                line, found = field.subn(lambda m: m[1] + hostile + m[2], line, count=1)  # noqa: B023
                count += found
        lines.append(line)
    check(count > 1000, f"{count} fields were forged")
    return "\n".join(lines)


def investigate(program, folder, name, text):
    """(report, case folder)"""
    log, case = os.path.join(folder, name + ".log"), os.path.join(folder, name)
    with open(log, "wb") as f:
        f.write(text.encode("utf-8", "surrogateescape"))
    run = subprocess.run([program, "-o", case, "--color=always", "-q", log], capture_output=True, check=False, cwd=folder)
    check(run.returncode == 0, f"{name}: status {run.returncode}: {run.stderr}")
    shown = re.sub("\x1b\\[[0-9;]*m", "", run.stdout.decode())
    check(not OBEYED.search(shown), f"{name}: the terminal is given {OBEYED.findall(shown)}")
    with open(os.path.join(case, "report.json"), encoding="utf-8") as f:
        return json.load(f), case


def verdicts(report):
    """What is said of whom."""
    keys = ("account", "verdict", "messages", "recipients", "delivered", "rejected", "logins", "login_failures")
    said = [[a[k] for k in keys] + sorted(s["ip"] or "" for s in a.get("sources", [])) for a in report["accounts"]]
    found = [[f["class"], f["principal"], f["verdict"]] + sorted(s["ip"] or "" for s in f["sources"]) for f in report["findings"]]
    return {"accounts": said, "findings": found, "totals": report["totals"], "coverage": report["coverage"]["recognised"]}


def without_quotes(report):
    """The report but for the words of lines: samples and texts that quote them."""
    return json.dumps({name: report[name] for name in ("accounts", "findings", "campaigns", "cleared", "reputation")})


def check_sinks(case):
    for place, _, names in os.walk(case):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as f:
                held = f.read()
            if name in VERBATIM:
                continue
            text = held.decode("utf-8")
            check(not OBEYED.search(text.replace("\r\n", "\n")), f"{path}: {sorted(set(map(ascii, OBEYED.findall(text))))}")
            if name.endswith(".html"):
                check("<script>obey" not in text and not re.search(r"<(img|svg)\b[^>]*(onerror|onload)", text), f"{path}: markup")
            if name.endswith(".csv"):
                cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
                check(not any(cell[:1] in tuple("=+@\t\r") and cell[:1] for cell in cells), f"{path}: a formula")
            if name.endswith(".sh"):
                subprocess.run(["sh", path], cwd=place, capture_output=True, check=False, timeout=60, env={"PATH": "/usr/bin:/bin"})
            if place.split(os.sep)[-1] in ("iocs", "containment") or "abuse" in place.split(os.sep):
                check(TYPED_IP not in text.replace("evidence.log", ""), f"{path} names {TYPED_IP}")
    check(not glob.glob(os.path.join(case, "**", "obeyed"), recursive=True), "a script obeyed")


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        text = read(DEMO)
        plain, _ = investigate(program, folder, "plain", text)
        report, case = investigate(program, folder, "forged", forged(text))
        was, now = verdicts(plain), verdicts(report)
        for name in was:
            check(was[name] == now[name], f"{name}: was {was[name]}\n now {now[name]}")
        for typed in (VICTIM, TYPED_IP, TYPED_DOMAIN):
            check(typed not in without_quotes(report), f"{typed} is named: {without_quotes(report).count(typed)} times")
        check_sinks(case)
    print("nobody framed, nothing obeyed")


main()
