#!/usr/bin/env python3
"""containment/postfix.sh against a Postfix that runs, on loopback in a network of its own, with configuration and queue
in a folder of this test: hold and delete touch exactly the messages listed, and what is undone is as it was.

Skipped (77) unless it may be done: as root, with Postfix and unshare installed.

usage: postfix_real_test.py PROGRAM
"""
import json
import os
import pwd
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SPAM, OWN = "ceo@greentravel.test", "suman@northbay.example"
MAIN = """compatibility_level = 3.6
queue_directory = {0}/queue
data_directory = {0}/data
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx1.northbay.example
mynetworks = 127.0.0.0/8
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
defer_transports = smtp
smtpd_sender_restrictions = permit_mynetworks
maillog_file = {0}/mail.log
maillog_file_prefixes = {0}
enable_long_queue_ids = no
"""
MASTER = """2525 inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
postlog unix-dgram n - n - 1 postlogd
"""


def check(ok, what):
    if not ok:
        sys.exit(f"FAILED: {what}")


def possible():
    if os.geteuid() != 0 or not all(shutil.which(tool) for tool in ("postfix", "postsuper", "postqueue", "unshare", "ip")):
        return False
    try:
        pwd.getpwnam("postfix")
    except KeyError:
        return False
    return subprocess.run(["unshare", "-nm", "true"], capture_output=True, check=False).returncode == 0


def queue(env):
    run = subprocess.run(["postqueue", "-j"], env=env, capture_output=True, text=True, check=True)
    return {m["queue_id"]: m for m in map(json.loads, run.stdout.splitlines())}


def settled(env, count):
    """Waits until every message was tried once, and is deferred."""
    for _ in range(200):
        messages = queue(env)
        if len(messages) == count and all(m["queue_name"] != "incoming" and m["queue_name"] != "active" for m in messages.values()):
            return messages
        time.sleep(0.1)
    sys.exit(f"FAILED: the queue does not settle: {messages}")


def send(sender, count):
    with smtplib.SMTP("127.0.0.1", 2525) as server:
        for i in range(count):
            server.sendmail(sender, [f"r{i}@elsewhere.test"], f"From: {sender}\r\nSubject: {i}\r\n\r\nhello\r\n")


def script(env, case, *arguments):
    run = subprocess.run(["sh", os.path.join(case, "containment/postfix.sh"), *arguments], env=env, capture_output=True, text=True,
                         check=False)
    check(run.returncode == 0, f"{arguments}: {run.stdout}{run.stderr}")


def names(messages):
    return {i: m["queue_name"] for i, m in messages.items()}


def steps(env, case):
    send(SPAM, 7)
    send(OWN, 5)
    before = settled(env, 12)
    theirs = {i for i, m in before.items() if m["sender"] == SPAM}
    with open(os.path.join(case, "containment/queue.tsv"), "w", encoding="utf-8") as f:
        for i, m in before.items():  # the ids of the owner's mail are listed too, as if they had been used again
            f.write(f"{i}\t{m['arrival_time'] - 60}\t{m['arrival_time'] + 60}\t{SPAM}\n")
    script(env, case)
    check(names(queue(env)) == names(before), "a dry run changed the queue")
    script(env, case, "--run", "keep")
    script(env, case, "--run", "hold")
    held = names(queue(env))
    check({i for i, name in held.items() if name == "hold"} == theirs and len(held) == 12, f"hold: {held}")
    script(env, case, "--run", "--undo", "hold")
    check("hold" not in names(queue(env)).values(), "undo of hold")
    script(env, case, "--run", "hold")
    script(env, case, "--run", "delete")
    left = queue(env)
    check(set(left) == set(before) - theirs, f"delete: {names(left)}")
    script(env, case, "--run", "--undo", "delete")
    time.sleep(1)
    back = queue(env)
    check(sorted(m["sender"] for m in back.values()) == sorted(m["sender"] for m in before.values()), f"undo of delete: {names(back)}")
    check(all(m["queue_name"] == "hold" for m in back.values() if m["sender"] == SPAM), "undo of delete: not on hold")
    script(env, case, "--run", "close")
    value = subprocess.run(["postconf", "-h", "smtpd_sender_restrictions"], env=env, capture_output=True, text=True, check=True)
    check("check_sasl_access" in value.stdout and value.stdout.strip().endswith("permit_mynetworks"), "close")
    send(OWN, 1)
    script(env, case, "--run", "--undo", "close")
    value = subprocess.run(["postconf", "-h", "smtpd_sender_restrictions"], env=env, capture_output=True, text=True, check=True)
    check(value.stdout.strip() == "permit_mynetworks", "undo of close")


def inside(program):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        case, config = os.path.join(folder, "case"), os.path.join(folder, "etc")
        subprocess.run([program, "-q", "-o", case, os.path.join(HERE, "demo")], stdout=subprocess.DEVNULL, check=True)
        for name in ("etc", "queue", "data"):
            os.mkdir(os.path.join(folder, name))
        with open(os.path.join(folder, "mail.log"), "w", encoding="utf-8"):
            pass
        for name in ("data", "mail.log"):
            shutil.chown(os.path.join(folder, name), "postfix")
        for name, text in (("main.cf", MAIN.format(folder)), ("master.cf", MASTER)):
            with open(os.path.join(config, name), "w", encoding="utf-8") as f:
                f.write(text)
        env = dict(os.environ, MAIL_CONFIG=config, POSTMORTEM_KEEP=os.path.join(folder, "kept"))
        start = subprocess.run(["postfix", "start"], env=env, capture_output=True, text=True, check=False)
        check(start.returncode == 0, f"postfix start: {start.stdout}{start.stderr}")
        try:
            time.sleep(1)
            steps(env, case)
        finally:
            subprocess.run(["postfix", "stop"], env=env, capture_output=True, check=False)
    print("postfix_real: all well")


def main():
    if not possible():
        print("skipped: wants root, Postfix, iproute2 and unshare")
        return 77
    if os.environ.get("POSTMORTEM_INSIDE"):
        inside(sys.argv[1])
        return 0
    env = dict(os.environ, POSTMORTEM_INSIDE="1")
    return subprocess.run(["unshare", "-nmp", "--fork", "--mount-proc", sys.executable, os.path.abspath(__file__),
                           os.path.abspath(sys.argv[1])], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
