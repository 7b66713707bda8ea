#!/usr/bin/env python3
"""The papers of a case folder that lead to action: lists of addresses, scripts, texts.

They are read by the programs they are for where these are installed (shellcheck, nft), the scripts run against a queue
of this test's own, and nothing that a log says comes to life in any of them.

With POSTMORTEM_SCHEMAS=FOLDER (xarf-v4, xarf-v3 and stix2.1 in it) every document is validated too.

usage: papers_test.py PROGRAM
"""
import csv
import glob
import gzip
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
    if shutil.which("nft") and os.geteuid() == 0:
        run = subprocess.run(["nft", "-c", "-f", os.path.join(case, "iocs/nftables.nft")], capture_output=True, check=False)
        check(run.returncode == 0 or b"Operation not permitted" in run.stderr, f"nft: {run.stderr}")
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


def check_scripts(case):
    scripts = glob.glob(os.path.join(case, "*", "*.sh"))
    check(len(scripts) >= 3, "scripts")
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
    "doveadm": 'echo "doveadm $*" >>"$DONE"',
}


def queue_line(queue, queue_id, time, sender):
    return json.dumps({"queue_name": queue, "queue_id": queue_id, "arrival_time": time, "message_size": 900,
                       "forced_expire": False, "sender": sender,
                       "recipients": [{"address": "\"queue_id\": \"AAAAAA\"@x.test", "delay_reason": "none"}]}) + "\n"


class Server:
    """A Postfix that only this test knows."""

    def __init__(self, folder, case):
        self.folder, self.script = folder, os.path.join(case, "containment/postfix.sh")
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


def check_hostile(program, folder):
    log = os.path.join(folder, "hostile.log")
    with open(log, "wb") as f:
        for line in demo_lines():
            f.write(line.replace(VICTIM, HOSTILE).replace(b"@fastpost.example>, size", b"$(touch${IFS}pwned)'@fastpost.example>, size"))
    case = os.path.join(folder, "hostile")
    report = investigate(program, case, log)
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
        check_hostile(program, folder)
    print("papers: all well")


if __name__ == "__main__":
    main()
