#!/usr/bin/env python3
"""The sandbox of the whole program: it holds while logs are read, run.json tells it, and it takes away nothing that was asked for.

usage: sandbox_test.py PROGRAM
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from command_line_test import DEMO, LINE, Tests

HELD = "in force"


def sandbox_of(t, case):
    with open(os.path.join(t.folder, case, "run.json"), encoding="utf-8") as f:
        return json.load(f)["sandbox"]


def status_while_reading(t, *arguments):
    with subprocess.Popen([t.program, *arguments, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=t.folder) as process:
        process.stdin.write(LINE * 40000)
        process.stdin.flush()
        for _ in range(100):  # until it waits for more
            with open(f"/proc/{process.pid}/status", encoding="ascii") as f:
                status = dict(line.split(":\t", 1) for line in f.read().splitlines() if ":\t" in line)
            if int(status["Threads"]) > 1:
                break
            time.sleep(0.05)
        process.stdin.close()
        process.wait()
    return status


def test_told(t):
    run = t.expect(["-v", "--progress", "never", "-o", "on", DEMO], 0, stderr="sandbox: Landlock: ")
    told = sandbox_of(t, "on")
    t.check(told.encode() in run.stderr and "seccomp: " in told, f"run.json says the same: {told}", run)
    t.expect(["-q", "--no-sandbox", "-o", "off", DEMO], 0)
    t.check(sandbox_of(t, "off") == "off", "run.json says that it is off")
    status = status_while_reading(t, "-q")
    t.check(f"seccomp: {HELD}" not in told or status.get("Seccomp") == "2", f"seccomp while it reads: {status.get('Seccomp')}")
    t.check(HELD not in told or status.get("NoNewPrivs") == "1", "no new privileges while it reads")
    t.check(status_while_reading(t, "-q", "--no-sandbox").get("NoNewPrivs") == "0", "none of it with --no-sandbox")


def test_files_elsewhere(t):
    """Every kind of file that is asked for, each in a folder of its own."""
    for name in ("logs", "lists", "key", "stats", "lines", "elsewhere"):
        os.mkdir(os.path.join(t.folder, name))
    for name in ("mail.log", "mail.log.1", "mail.log.2.gz", "mail.log.3.gz"):
        shutil.copy(os.path.join(os.path.dirname(DEMO), name), os.path.join(t.folder, "elsewhere"))
        os.symlink("../elsewhere/" + name, os.path.join(t.folder, "logs", name))
    t.write("lists/tor", b"192.0.2.0/24\n")
    t.write("lists/done", b"We closed it.\n")
    t.write("lines/there", b"old\n" * 5000)
    t.write("lists/contacts", b"0.0.0.0/0,abuse@network.example\n")
    options = ["--list", "tor=lists/tor", "--actions", "lists/done", "--abuse-contacts", "lists/contacts", "--server-ip", "192.0.2.1",
               "--reporter-org", "Example", "--reporter-email", "abuse@example.org"]
    run = t.expect(["-q", *options, "--pseudonym-key", "key/new", "--stats", "stats/new", "--unrecognised", "lines/there", "-o", "case", "logs"], 0)
    for name in ("key/new", "stats/new"):
        t.check(os.path.exists(os.path.join(t.folder, name)), f"{name} is written", run)
    with open(os.path.join(t.folder, "lines/there"), "rb") as f:
        t.check(b"old" not in f.read(), "an output that was there is replaced")
    t.expect(["-q", "--clobber", "--list", "tor=lists/tor", "--actions", "lists/done", "-o", "case", "logs"], 0)
    t.expect(["verify", "case"], 0, stdout="0 differences")
    t.expect(["verify", "case", "elsewhere"], 0, stdout="; 0 differences")  # reads the files that the case names
    t.expect(["-q", "--stats", "/dev/stderr", "logs"], 0, stderr="seconds")
    t.expect(["-q", "-o", "absent/case", "logs"], 4, stderr="absent: No such file or directory")


def main():
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:  # outside of where temporary files go
        t = Tests(os.path.abspath(sys.argv[1]), folder)
        test_told(t)
        test_files_elsewhere(t)
    print(f"{t.passed} passed, {t.failed} failed")
    return 1 if t.failed else 0


if __name__ == "__main__":
    sys.exit(main())
