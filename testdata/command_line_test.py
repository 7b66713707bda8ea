#!/usr/bin/env python3
"""What a user types -> what he reads and the exit status.

usage: command_line_test.py PROGRAM
"""
import gzip
import os
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "demo", "mail.log")
LINE = b"Nov 22 16:23:37 mx1 postfix/smtpd[19202]: connect from unknown[28.249.22.114]\n"


class Tests:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.passed = self.failed = 0

    def run(self, *arguments, stdin=b"", **more):
        env = dict(os.environ, LC_ALL="C", **more.pop("env", {}))
        return subprocess.run([self.program, *arguments], input=stdin, capture_output=True, cwd=self.folder, env=env,
                              check=False, **more)

    def check(self, ok, what, run=None):
        if ok:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAILED: {what}")
        if run is not None:
            print(f"  status {run.returncode}\n  stdout: {run.stdout[:600]}\n  stderr: {run.stderr[-600:]}")

    def expect(self, arguments, status, stdout=None, stderr=None, stdin=b""):
        run = self.run(*arguments, stdin=stdin)
        ok = run.returncode == status
        ok &= stdout is None or stdout.encode() in run.stdout
        ok &= stderr is None or stderr.encode() in run.stderr
        self.check(ok, f"{' '.join(arguments)}: status {status}, {stdout!r} on stdout, {stderr!r} on stderr", run)
        return run

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as f:
            f.write(data)
        return path


def test_usage(t):
    run = t.expect([], 2, stderr="usage: postmortem [OPTIONS] PATH...")
    usage = run.stderr.decode().split("\n\n")[0]
    t.check(len(usage.splitlines()) == 6, "usage has six lines", run)
    t.check(all(len(line) <= 90 for line in usage.splitlines()), "usage fits a terminal", run)
    t.check(run.stdout == b"", "usage goes to standard error", run)


def test_help(t):
    run = t.expect(["--help"], 0, stdout="Exit status:")
    lines = run.stdout.decode().splitlines()
    t.check(max(map(len, lines)) <= 80, "help fits 80 columns: " + max(lines, key=len), run)
    for word in ("--output DIR", "-b, --since TIME", "--fail-on", "-h, --help", "--config FILE"):
        t.check(word in run.stdout.decode(), f"help has {word}", run)
    for word in ("--rules", "--block-bytes", "--default-path", "--queue-id"):
        t.check(word not in run.stdout.decode(), f"help does not offer {word}", run)
    run = t.expect(["explain", "--help"], 0, stdout="postmortem explain")
    t.check(b"--output" not in run.stdout, "help of explain has no --output", run)
    t.expect(["--version"], 0, stdout="postmortem 0.")
    t.expect(["--version"], 0, stdout=" libhs.so.")
    run = t.run("--help", stdin=b"")
    t.check(run.stderr == b"", "help is silent on standard error", run)


def test_columns(t):
    for columns, most in (("66", 66), ("200", 80), ("7", 64), ("-1", 80), ("x", 80)):
        run = t.run("-q", DEMO, env={"COLUMNS": columns})
        widest = max(map(len, run.stdout.decode().splitlines()))
        t.check(most - 4 <= widest <= most, f"COLUMNS={columns}: {widest} columns wide", run)


def test_mistakes(t):
    t.expect(["--colour=always", "x"], 2, stderr="did you mean --color?")
    t.expect(["trace", "x"], 2, stderr="trace needs a filter")
    t.expect(["--rules", "f", "x"], 2, stderr="--rules: not in this version")
    t.expect(["--timezone", "Mars/Olympus", "x"], 2, stderr="--timezone")
    t.expect(["--files-from", "nowhere", "x"], 2, stderr="--files-from")


def test_explain_inputs(t):
    t.write("ok.log", LINE)
    t.write("list", b"ok.log\nok.log\n")
    t.write("list0", b"ok.log\0ok.log\0")
    t.write("empty.log", b"")
    t.write("picture.jpg", bytes([0xff, 0xd8, 0xff, 0xe0]) + os.urandom(5000))
    t.expect(["explain", "ok.log"], 0, stdout="postfix connect")
    t.expect(["explain", "-"], 0, stdout="postfix connect", stdin=LINE)
    for arguments in (["--files-from", "list"], ["--files-from", "list0", "-0"]):
        run = t.expect(["explain", *arguments], 0)
        t.check(run.stdout.count(b"postfix connect") == 2, "both paths of a list are read", run)
    t.expect(["explain", "nowhere.log"], 3, stderr="nowhere.log")
    t.expect(["explain", "ok.log", "nowhere.log"], 1, stdout="postfix connect", stderr="nowhere.log")
    t.expect(["explain", "picture.jpg"], 3, stderr="picture.jpg")
    t.expect(["explain", "ok.log", "picture.jpg"], 1, stderr="picture.jpg")
    t.expect(["explain", "empty.log"], 3, stderr="no mail log line in any input")
    t.expect(["explain", "ok.log", "empty.log"], 0)


def test_explain_lines(t):
    def explained(line):
        return t.run("explain", "-f", "jsonl", "--year", "2026", "-", stdin=line)

    run = explained(LINE)
    t.check(b'"time":"2026-11-22T16:23:37Z"' in run.stdout, "the year is the one given", run)
    run = explained(b"Nov 22 16:23:37 mx1 postfix/smtpd[1]: 1A: client=\xff\xfe[1.2.3.4]\n")
    t.check(run.stdout.decode("utf-8") != "", "output is valid UTF-8", run)
    run = explained(b"postfix/smtpd[19202]: connect from unknown[28.249.22.114]\n")
    t.check(b'"event":"connect"' in run.stdout and b'"time":null' in run.stdout, "a line without time and host", run)
    run = explained(b"\x1b[31mno log\n")
    t.check(b'"event":null' in run.stdout and b'"why":' in run.stdout, "what is not understood says why", run)
    run = t.run("explain", "-", stdin=b"\x1b[31mno log\n")
    t.check(b"\x1b" not in run.stdout, "no escape reaches the terminal", run)


def test_output_errors(t):
    t.write("many.log", LINE * 20000)
    with open("/dev/full", "wb") as full:
        run = subprocess.run([t.program, "explain", "many.log"], stdout=full, stderr=subprocess.PIPE, cwd=t.folder, check=False)
    t.check(run.returncode == 4 and b"standard output" in run.stderr, f"a full disk: {run.returncode} {run.stderr}")
    with subprocess.Popen([t.program, "explain", "many.log"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=t.folder) as run:
        run.stdout.read(100)
        run.stdout.close()
        errors = run.stderr.read()
        t.check(run.wait() == 0 and errors == b"", f"a reader that closes: {run.returncode} {errors}")


def test_interrupted(t):
    for number in (signal.SIGINT, signal.SIGTERM):
        with subprocess.Popen([t.program, "explain", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              cwd=t.folder) as run:
            run.stdin.write(LINE)
            run.stdin.flush()
            wait_until_reading(run.pid)
            run.send_signal(number)
            try:
                status = run.wait(60)
            except subprocess.TimeoutExpired:
                run.kill()
                status = None
            t.check(status == 128 + number, f"signal {number}: status {status} {run.stderr.read()}")


def test_case_folder(t):
    case = os.path.join(t.folder, "case")
    run = t.expect(["-o", "case", "-f", "json", DEMO], 0, stdout='"postmortem-report/1"', stderr="case folder: case")
    sums = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=case, capture_output=True, check=False)
    t.check(sums.returncode == 0, f"digests of the case folder: {sums.stdout} {sums.stderr}")
    with open(os.path.join(case, "report.json"), "rb") as f:
        t.check(f.read() == run.stdout, "the same report.json in the folder and on standard output")
    t.expect(["-q", "-o", "case", DEMO], 2, stderr="case")
    t.expect(["-q", "-o", "case", "--clobber", DEMO], 0)
    os.mkdir(os.path.join(t.folder, "precious"))
    t.write("precious/file", b"x")
    t.expect(["-q", "-o", "precious", "--clobber", DEMO], 2, stderr="precious")
    t.check(os.path.exists(os.path.join(t.folder, "precious", "file")), "only a case folder is replaced")
    t.expect(["-q", "-o", "nowhere/case", DEMO], 4, stderr="nowhere: No such file")
    t.check(not leftovers(t), f"nothing half-written: {leftovers(t)}")


def leftovers(t):
    return [name for name in os.listdir(t.folder) if name.startswith(".")]


def test_investigate_inputs(t):
    t.write("picture.jpg", bytes([0xff, 0xd8, 0xff, 0xe0]) + os.urandom(5000))
    t.write("empty.log", b"")
    t.write("cron.log", b"Nov 22 16:23:37 mx1 CRON[1]: (root) CMD (true)\n")
    os.mkdir(os.path.join(t.folder, "no-logs"))
    t.write("no-logs/dpkg.log", b"2026-11-22 16:00:00 status installed x\n")
    for path in ("picture.jpg", "empty.log", "cron.log", "no-logs", "nowhere"):
        t.expect(["-o", "case-3", path], 3, stderr="no mail log line in any input")
    t.check(not os.path.exists(os.path.join(t.folder, "case-3")) and not leftovers(t), "no folder for no log")
    t.expect(["-q", DEMO], 0, stdout="987 lines")
    t.expect(["-q", DEMO, "empty.log", "no-logs"], 0)
    t.expect(["-q", DEMO, "picture.jpg"], 1, stderr="picture.jpg: holds no mail log")
    t.expect(["-q", DEMO, "nowhere"], 1, stderr="nowhere: No such file or directory")
    with open(DEMO, "rb") as f:
        t.write("cut.log.gz", gzip.compress(f.read())[:-2000])
    t.expect(["-q", "cut.log.gz"], 1, stderr="cut.log.gz")
    t.expect(["-q", "-f", "json", "-"], 0, stdout='"-"', stdin=LINE)


def test_investigate_quiet_and_progress(t):
    run = t.run("-q", DEMO)
    t.check(run.stderr == b"", "-q is quiet", run)
    run = t.run(DEMO)
    t.check(b" 1 input, " in run.stderr and b"\r" not in run.stderr, "one line of speed, no bar without a terminal", run)
    run = t.run("-q", "--color=always", DEMO)
    t.check(b"\x1b[" in run.stdout, "colour when asked for", run)
    t.check(b"\x1b" not in t.run("-q", DEMO).stdout, "no colour in a pipe")


def test_investigate_full_disk(t):
    with open("/dev/full", "wb") as full:
        run = subprocess.run([t.program, "-q", DEMO], stdout=full, stderr=subprocess.PIPE, cwd=t.folder, check=False)
    t.check(run.returncode == 4 and b"standard output" in run.stderr, f"a full disk: {run.returncode} {run.stderr}")


def test_investigate_interrupted(t):
    for number in (signal.SIGINT, signal.SIGTERM):
        with subprocess.Popen([t.program, "-o", "stopped", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              cwd=t.folder) as run:
            run.stdin.write(LINE)
            run.stdin.flush()
            wait_until_reading(run.pid)
            run.send_signal(number)
            try:
                status = run.wait(60)
            except subprocess.TimeoutExpired:
                run.kill()
                status = None
            t.check(status == 128 + number, f"investigate, signal {number}: status {status} {run.stderr.read()}")
        t.check(not os.path.exists(os.path.join(t.folder, "stopped")) and not leftovers(t), f"no half-written folder: {leftovers(t)}")


def wait_until_reading(pid):
    """Until the program has caught signals, which it does before it reads."""
    for _ in range(3000):
        with open(f"/proc/{pid}/status", encoding="ascii") as f:
            caught = next(int(line.split()[1], 16) for line in f if line.startswith("SigCgt"))
        if caught >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.01)


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="postmortem-line-") as folder:
        tests = Tests(os.path.abspath(sys.argv[1]), folder)
        for name, test in sorted(globals().items()):
            if name.startswith("test_"):
                test(tests)
    print(f"{tests.passed} checks passed, {tests.failed} failed")
    return 1 if tests.failed else 0


if __name__ == "__main__":
    sys.exit(main())
