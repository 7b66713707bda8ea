#!/usr/bin/env python3
"""The papers of a case folder that lead to action: lists of addresses, scripts, texts.

They are read by the programs they are for where these are installed (shellcheck, nft), the scripts run against a queue
of this test's own, and nothing that a log says comes to life in any of them.

With POSTMORTEM_SCHEMAS=FOLDER (xarf-v4, xarf-v3 and stix2.1 in it) every document is validated too.

usage: papers_test.py PROGRAM
"""
import base64
import csv
import email
import email.policy
import glob
import gzip
import hashlib
import ipaddress
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "demo")
VICTIM = b"suman@northbay.example"
# One spelling for each sink: shell, awk, PowerShell, CSV, terminal, mail header.
HOSTILE = b"a';touch${IFS}pwned;$(touch${IFS}pwned)`touch${IFS}pwned`\"|=cmd@northbay.example"


def check(ok, what):
    if not ok:
        sys.exit(f"FAILED: {what}")


def read(*parts):
    with open(os.path.join(*parts), "rb") as f:
        return f.read().decode("utf-8")


def demo_lines():
    for path in sorted(glob.glob(os.path.join(DEMO, "mail.log*")), reverse=True):
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
            yield from f


def investigate(program, folder, *arguments):
    env = dict(os.environ, SOURCE_DATE_EPOCH="1795400000")
    run = subprocess.run([program, "-q", "--clobber", "-f", "json", "-o", folder, *arguments], env=env, capture_output=True,
                         check=False)
    check(run.returncode == 0, f"{arguments}: {run.stderr}")
    return json.loads(run.stdout)


def attackers(report):
    found = set()
    for subject in report["accounts"] + report["findings"]:
        for source in subject.get("sources", []):
            if source["role"] == "attacker" and subject["verdict"] in ("suspicious", "likely", "confirmed"):
                found.add(source["ip"])
    return found


def load_lists(case):
    """By the tools themselves, in a network of their own, where that may be done."""
    for tool, command in (("nft", 'nft -c -f "$1/nftables.nft" && nft -f "$1/nftables.nft" && nft -f "$1/nftables.nft"'),
                          ("ipset", 'ipset -exist restore <"$1/ipset.restore"')):
        alone = subprocess.run(["unshare", "-n", "sh", "-c", f"{tool} list" + (" ruleset" if tool == "nft" else "")], capture_output=True, check=False)
        if not shutil.which(tool) or alone.returncode != 0:
            continue
        run = subprocess.run(["unshare", "-n", "sh", "-c", command, "sh", os.path.join(case, "iocs")], capture_output=True,
                             check=False)
        check(run.returncode == 0, f"{tool}: {run.stderr}")


def check_lists(case, report):
    plain = [line for line in read(case, "iocs/blocklist.txt").splitlines() if not line.startswith("#")]
    check(plain and set(plain) <= attackers(report), "blocklist.txt: somebody who is no attacker")
    check([ipaddress.ip_address(ip) for ip in plain] == sorted(ipaddress.ip_address(ip) for ip in plain), "blocklist: order")
    owners = {s["ip"] for a in report["accounts"] for s in a.get("sources", []) if s["role"] == "owner"}
    check(not owners & set(plain), "blocklist.txt: the address of an owner")
    rows = list(csv.DictReader(read(case, "iocs/crowdsec.csv").splitlines()))
    check([row["value"] for row in rows] == plain and {row["type"] for row in rows} == {"ban"}, "crowdsec.csv")
    address = r"\b\d+\.\d+\.\d+\.\d+\b"
    for name in ("iocs/nftables.nft", "iocs/ipset.restore", "iocs/fail2ban.sh"):
        text = "\n".join(line for line in read(case, name).splitlines() if not line.startswith("#"))
        check(re.findall(address, text) == plain, f"{name}: not the addresses of blocklist.txt")
    load_lists(case)
    return plain


def check_stix(case, plain):
    bundle = json.loads(read(case, "iocs/stix.json"))
    ids = [o["id"] for o in bundle["objects"]]
    check(bundle["type"] == "bundle" and len(set(ids)) == len(ids), "stix.json: ids")
    for o in bundle["objects"]:
        check(o["spec_version"] == "2.1" and o["id"].startswith(o["type"] + "--"), f"stix: {o}")
        refs = [o[k] for k in o if k.endswith("_ref")] + [r for k in o if k.endswith("_refs") for r in o[k]]
        check(set(refs) <= set(ids), f"stix.json: {o['id']} refers to what is not there")
    check([o["value"] for o in bundle["objects"] if o["type"].endswith("-addr")] == plain, "stix.json: addresses")
    validate("stix2.1", bundle["objects"], lambda o: o["type"])


def schemas_of(folder):
    store = {}
    for path in glob.glob(os.path.join(folder, "**", "*.json"), recursive=True):
        with open(path, encoding="utf-8") as f:
            document = json.load(f)
        if isinstance(document, dict):
            store[document.get("$id", path)] = document
            store["file://" + os.path.abspath(path)] = document
    return store


def validate(kind, documents, name_of):
    folder = os.path.join(os.environ.get("POSTMORTEM_SCHEMAS", ""), kind)
    if "POSTMORTEM_SCHEMAS" not in os.environ:
        return
    import jsonschema  # pylint: disable=import-outside-toplevel
    store = schemas_of(folder)
    for document in documents:
        path = next(p for p in glob.glob(os.path.join(folder, "**", "*.json"), recursive=True)
                    if os.path.basename(p) == name_of(document) + ".json" and "samples" not in p)
        schema = store["file://" + os.path.abspath(path)]
        resolver = jsonschema.RefResolver(schema.get("$id", "file://" + os.path.abspath(path)), schema, store=store)
        kind_of = jsonschema.validators.validator_for(schema)
        for error in kind_of(schema, resolver=resolver, format_checker=jsonschema.FormatChecker()).iter_errors(document):
            check(False, f"{kind}: {name_of(document)}: {error.message} at {list(error.path)}")


def check_scripts(case, least=3):
    scripts = glob.glob(os.path.join(case, "*", "*.sh"))
    check(len(scripts) >= least, "scripts")
    for script in scripts:
        check(subprocess.run(["sh", "-n", script], check=False).returncode == 0, script)
    if shutil.which("shellcheck"):
        run = subprocess.run(["shellcheck", "-x", *scripts], capture_output=True, text=True, check=False)
        check(run.returncode == 0, run.stdout)


# What the scripts call, as far as they call it: the queue is a file, what they would do to it is written down.
TOOLS = {
    "postqueue": 'cat "$QUEUE"',
    "postsuper": 'echo "postsuper $*" >>"$DONE"; cat >>"$DONE"',
    "postconf": 'case $* in *queue_directory*) echo "$SPOOL" ;; *config_directory*) echo "$SPOOL/etc" ;; '
                '*-P*) ;; *-e*) echo "postconf $*" >>"$DONE" ;; *) echo permit_mynetworks ;; esac',
    "postfix": 'echo "postfix $*" >>"$DONE"',
    "smtpctl": 'case $* in "show queue") cat "$QUEUE" ;; *) echo "smtpctl $*" >>"$DONE" ;; esac',
    "doveadm": 'echo "doveadm $*" >>"$DONE"',
}


def queue_line(queue, queue_id, time, sender):
    return json.dumps({"queue_name": queue, "queue_id": queue_id, "arrival_time": time, "message_size": 900,
                       "forced_expire": False, "sender": sender,
                       "recipients": [{"address": "\"queue_id\": \"AAAAAA\"@x.test", "delay_reason": "none"}]}) + "\n"


class Server:
    """A mail server that only this test knows."""

    def __init__(self, folder, case, script="postfix.sh"):
        self.folder, self.script = folder, os.path.join(case, "containment", script)
        self.queue, self.done = os.path.join(folder, "queue"), os.path.join(folder, "done")
        tools = os.path.join(folder, "tools")
        for name in (tools, os.path.join(folder, "etc"), os.path.join(folder, "hold")):
            os.makedirs(name, exist_ok=True)
        for name, text in TOOLS.items():
            with open(os.path.join(tools, name), "w", encoding="utf-8") as f:
                f.write("#!/bin/sh\n" + text + "\n")
            os.chmod(f.name, stat.S_IRWXU)
        self.env = dict(os.environ, PATH=tools + ":" + os.environ["PATH"], QUEUE=self.queue, DONE=self.done, SPOOL=folder,
                        POSTMORTEM_KEEP=os.path.join(folder, "kept"))

    def run(self, *arguments):
        with open(self.done, "w", encoding="utf-8"):
            pass
        run = subprocess.run(["sh", self.script, *arguments], env=self.env, cwd=self.folder, capture_output=True, text=True,
                             check=False)
        check(run.returncode == 0, f"{arguments}: {run.stdout}{run.stderr}")
        return read(self.done).splitlines()


def check_queue(case, folder):
    """Held are the messages of the list that still are what they were, and no others."""
    server = Server(folder, case)
    wanted = [line.split("\t") for line in read(case, "containment/queue.tsv").splitlines()]
    ids = read(case, "containment/queue-ids.txt").split()
    check(set(row[0] for row in wanted) <= set(ids) and len(ids) == len(set(ids)), "queue-ids.txt")
    by_hand = read(case, "containment/by-hand.txt").splitlines()
    check(len(ids) <= len(wanted) + len(by_hand), "a message neither in queue.tsv nor in by-hand.txt")
    check(len(wanted) > 6, "too few messages for this test")
    now = [int(row[1]) + 60 for row in wanted]
    with open(server.queue, "w", encoding="utf-8") as f:
        f.write(queue_line("deferred", wanted[0][0], now[0], "somebody.else@northbay.example"))  # id used again
        f.write(queue_line("deferred", wanted[1][0], now[1] + 86400, wanted[1][3]))  # ... a day later
        f.write(queue_line("deferred", "AAAAAA", now[2], wanted[2][3]))  # not in the list
        f.write(queue_line("hold", wanted[3][0], now[3], wanted[3][3]))  # held already
        for row, time in zip(wanted[4:], now[4:]):
            f.write(queue_line("deferred", row[0], time, row[3]))
    check(server.run() == [], "a dry run did something")
    check(not os.path.exists(os.path.join(folder, "kept")), "a dry run left something")
    check(server.run("--run", "hold") == ["postsuper -h -"] + [row[0] for row in wanted[4:]], "hold: not exactly theirs")
    check(server.run("--run", "--undo", "hold") == ["postsuper -H -", wanted[3][0]], "undo of hold")
    with open(os.path.join(folder, "hold", wanted[3][0]), "w", encoding="utf-8") as f:
        f.write("a message")
    check(server.run("--run", "delete") == ["postsuper -d - hold", wanted[3][0]], "delete")
    check(os.path.exists(os.path.join(folder, "kept/deleted", wanted[3][0])), "delete keeps no copy")
    done = server.run("--run", "--undo", "delete")
    check(done == ["postfix stop", "postsuper -s", "postfix start"], f"undo of delete: {done}")
    done = server.run("--run", "close")
    check(any("check_sasl_access" in line and "permit_mynetworks" in line for line in done), f"close: {done}")
    check(server.run("--run", "--undo", "close")[0] == "postconf -e smtpd_sender_restrictions=permit_mynetworks", "undo of close")


def check_opensmtpd(program, folder):
    """Paused are envelopes of the list's messages that are from the sender of the log."""
    case = os.path.join(folder, "opensmtpd")
    investigate(program, case, "--year", "2026", os.path.join(HERE, "runs", "opensmtpd-incident"))
    check_scripts(case, 2)
    wanted = [line.split("\t") for line in read(case, "containment/queue.tsv").splitlines()]
    check(len(wanted) > 3, "opensmtpd: too few messages for this test")
    server = Server(os.path.join(folder, "server3"), case, "opensmtpd.sh")
    rows = [(wanted[0][0], "somebody.else@example.org"), ("ffffffff", wanted[1][3]), *((row[0], row[3]) for row in wanted[2:])]
    with open(server.queue, "w", encoding="utf-8") as f:
        f.writelines(f"{message}0000000{n % 10}|inet4|mta|auth|{sender}|x@far.example|x@far.example|1|2|3|4|pending|5|\n"
                     for n, (message, sender) in enumerate(rows))
    check(server.run() == [], "opensmtpd: a dry run did something")
    theirs = [f"{message}0000000{n % 10}" for n, (message, _) in enumerate(rows)][2:]
    check(server.run("--run", "hold") == [f"smtpctl pause envelope {envelope}" for envelope in theirs], "opensmtpd: hold")
    check(server.run("--run", "--undo", "hold") == [f"smtpctl resume envelope {envelope}" for envelope in theirs], "opensmtpd: undo")


REPORTER = ("--reporter-org", "Nörthbay, \"Ltd\"", "--reporter-email", "abuse@northbay.example", "--server-ip", "192.0.2.10",
            "--case-id", "2026-17")
# Names that may be in no report of the demo: logins and recipients.
VICTIMS = re.compile(r"suman@|\birene@|\bmarta\b|user=<(?!p-)|[ ,]to=<(?!p-)|sasl_username=(?!p-|\(unavailable\))|said: \d+[^<\n]*<(?!p-)[^>\n]*@")


def index_of(case):
    return list(csv.DictReader(read(case, "abuse/index.csv").splitlines()))


def check_mail(folder, row):
    with open(os.path.join(folder, "report.eml"), "rb") as f:
        mail = email.message_from_binary_file(f, policy=email.policy.default)
    check(not mail.defects and mail.get_content_type() == "multipart/report", f"report.eml: {mail.defects}")
    parts = list(mail.iter_parts())
    check([p.get_content_type() for p in parts] == ["text/plain", "message/feedback-report", "application/json"], "parts")
    check(not any(p.defects for p in parts), "report.eml: defects of a part")
    check(parts[0].get_content().rstrip() == read(folder, "report.txt").rstrip(), "report.eml: not the text of report.txt")
    check(parts[2].get_payload(decode=True).decode() == read(folder, "report.xarf.json"), "report.eml: not the JSON")
    check(mail["From"].addresses[0].addr_spec == "abuse@northbay.example", "From")
    check(mail["From"].addresses[0].display_name == 'Nörthbay, "Ltd"', f"From: {mail['From']}")
    check(mail["Date"].datetime is not None and row["ip"] in mail["Subject"] and row["report_id"] in mail["Subject"], "Subject")
    check((mail["To"] or "") == row["contact"], f"To: {mail['To']}")


def check_text(folder, row):
    keys = ("Source-IP", "Source-Port", "Destination", "First-Seen", "Last-Seen", "Type", "Count", "Clock", "Report-ID",
            "Reporter")
    text, log = read(folder, "report.txt"), read(folder, "evidence.log")
    lines = text.splitlines()
    check(tuple(line.split(":")[0] for line in lines[:10]) == keys, f"report.txt: {lines[:10]}")
    check(max(map(len, lines[11:20])) <= 80, "report.txt: too wide")
    excerpt = lines[next(i for i, line in enumerate(lines) if line.startswith("SHA-256")) + 1:]
    check(5 <= len(excerpt) <= 50 and set(excerpt) <= set(log.splitlines()), "report.txt: an excerpt that is not in evidence.log")
    check(any(row["ip"] in line for line in excerpt), "report.txt: the address is not in the excerpt")
    check(hashlib.sha256(log.encode()).hexdigest() in text, "report.txt: digest of evidence.log")
    for name, body in (("report.txt", text), ("evidence.log", log)):
        found = VICTIMS.search(body)
        check(not found, f"{name}: a victim is named: {body[max(0, found.start() - 90):found.end() + 40] if found else ''}")
    return excerpt


def check_xarf(folder, row, excerpt, version):
    xarf = json.loads(read(folder, "report.xarf.json"))
    report = xarf if version == 4 else xarf["Report"]
    payload = report["evidence"][0]["payload"] if version == 4 else report["Samples"][0]["Payload"]
    check(base64.b64decode(payload, validate=True).decode().splitlines() == excerpt, "xarf: not the excerpt")
    if version == 4:
        check(xarf["xarf_version"] == "4.2.0" and xarf["report_id"] == row["report_id"], "xarf: id")
        check(xarf["source_port"] == 51514 and xarf["source_identifier"] == row["ip"], "xarf: source")
        check(xarf["evidence"][0]["hash"][7:] == hashlib.sha256(base64.b64decode(payload)).hexdigest(), "xarf: hash")
        names = {"spam": "messaging-spam", "login_attack": "connection-login-attack"}
        validate("xarf-v4", [xarf], lambda x: names[x["type"]])
    else:
        check(xarf["Version"] == "3" and "SourcePort" not in report, "xarf: a port was invented")
        validate("xarf-v3", [xarf], lambda x: {"Spam": "spam.schema", "LoginAttack": "loginattack.schema"}[x["Report"]["ReportType"]])


def check_reports(case, version):
    rows = index_of(case)
    ready = [row for row in rows if row["state"] == "ready"]
    check(ready and all(row["missing"] for row in rows if row not in ready), "index.csv")
    folders = {row["ip"].replace(":", "-") for row in ready} | {"index.csv", "abuseipdb.csv"}
    check(set(os.listdir(os.path.join(case, "abuse"))) == folders, "abuse/: not a folder for each report")
    for row in ready:
        folder = os.path.join(case, "abuse", row["ip"].replace(":", "-"))
        check_mail(folder, row)
        check_xarf(folder, row, check_text(folder, row), version if row["ip"] == ATTACKER else 3)
    for row in csv.DictReader(read(case, "abuse/abuseipdb.csv").splitlines()):
        check(set(row["Categories"].split(",")) <= {"11", "15", "18"} and len(row["Comment"]) < 1024, "abuseipdb.csv")
    return rows, ready


ATTACKER = "28.249.22.114"


def check_abuse(program, folder):
    """With and without a source port, with and without what a report must have."""
    contacts = os.path.join(folder, "contacts.csv")
    with open(contacts, "w", encoding="utf-8") as f:
        f.write("network,email\n28.249.0.0/16,abuse@net28.example\n28.249.22.0 - 28.249.22.127,noc@net28.example\n")
    case, again = os.path.join(folder, "abuse1"), os.path.join(folder, "abuse2")
    investigate(program, case, DEMO, *REPORTER, "--abuse-contacts", contacts)
    _, ready = check_reports(case, 3)
    check(next(r["contact"] for r in ready if r["ip"] == ATTACKER) == "noc@net28.example", "index.csv: contact")
    investigate(program, again, DEMO, *REPORTER, "--abuse-contacts", contacts, "-j", "1")
    run = subprocess.run(["diff", "-r", "-x", "run.json", "-x", "SHA256SUMS", "-x", "case.db", case, again], check=False,
                         capture_output=True, text=True)
    check(run.returncode == 0, f"a second run differs: {run.stdout[:500]}")
    key = os.path.join(folder, "postmortem-pseudonym.key")
    check(stat.S_IMODE(os.stat(key).st_mode) == 0o600 and os.path.getsize(key) == 32, "the key")
    log = os.path.join(folder, "ports.log")
    with open(log, "wb") as f:
        for line in demo_lines():
            f.write(re.sub(rb"((?:connect from|client=)\S*\[28\.249\.22\.114\])", rb"\1:51514", line))
    investigate(program, again, log, *REPORTER)
    check_reports(again, 4)
    check_refused(program, folder)


def check_refused(program, folder):
    """No report without a reporter, a zone, or a public address; and the reason is said."""
    case = os.path.join(folder, "abuse3")
    investigate(program, case, DEMO)
    check(all(row["state"] == "not ready" for row in index_of(case)), "a report without a reporter")
    check(any("--reporter-org" in row["missing"] for row in index_of(case)), "index.csv: no reporter")
    check(sorted(os.listdir(os.path.join(case, "abuse"))) == ["index.csv"], "abuse/ without a reporter")
    log = os.path.join(folder, "private.log")
    with open(log, "wb") as f:
        for line in demo_lines():
            f.write(line.replace(ATTACKER.encode(), b"100.64.1.2"))
    investigate(program, case, log, *REPORTER)
    check(not os.path.exists(os.path.join(case, "abuse/100.64.1.2")), "a report on a private address")
    check("100.64.1.2\n" not in re.sub(r"#.*\n", "", read(case, "iocs/blocklist.txt")), "a private address is blocked")
    investigate(program, case, DEMO, "--reporter-org", "Northbay", "--reporter-email", "x@y\nBcc: all@x.test")
    check(any("--reporter-email" in row["missing"] for row in index_of(case)), "a reporter's address of two lines")


def check_hostile(program, folder):
    log = os.path.join(folder, "hostile.log")
    with open(log, "wb") as f:
        for line in demo_lines():
            f.write(line.replace(VICTIM, HOSTILE).replace(b"@fastpost.example>, size", b"$(touch${IFS}pwned)'@fastpost.example>, size"))
    case = os.path.join(folder, "hostile")
    report = investigate(program, case, log, *REPORTER)
    check(any("pwned" in a["account"] and a["verdict"] == "confirmed" for a in report["accounts"]), "hostile account")
    check_scripts(case)
    server = Server(os.path.join(folder, "server2"), case)
    with open(server.queue, "w", encoding="utf-8"):
        pass
    for script in glob.glob(os.path.join(case, "containment/*.sh")):
        server.script = script
        server.run()
        for step in ("keep", "close", "hold", "delete"):
            if "postfix" in script and step != "keep":
                server.run("--run", step)
    check(not any("pwned" in name for _, _, names in os.walk(folder) for name in names), "a log line came to life")
    for path in glob.glob(os.path.join(case, "containment/*")) + glob.glob(os.path.join(case, "iocs/*")):
        if os.path.isfile(path) and not path.endswith("by-hand.txt"):
            check("pwned" not in read(path), f"{path}: what a log chose")
    for name in glob.glob(os.path.join(case, "abuse/*/*")):
        check("northbay.example\"|" not in read(name) and "pwned)`" not in read(name), f"{name}: a hostile login")
    for row in csv.reader(read(case, "notify/owners.csv").splitlines()):
        check(not row[0].startswith(("=", "+", "-", "@")), "owners.csv: a formula")


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        case = os.path.join(folder, "case")
        report = investigate(program, case, DEMO)
        plain = check_lists(case, report)
        check_stix(case, plain)
        check_scripts(case)
        check_queue(case, os.path.join(folder, "server"))
        check_opensmtpd(program, folder)
        check_abuse(program, folder)
        check_hostile(program, folder)
    print("papers: all well")


if __name__ == "__main__":
    main()
