#!/usr/bin/env python3
"""Inputs and places that are not what they should be: the message names them, the status is the contract's, nothing stays behind.

usage: bad_input_test.py PROGRAM
"""
import bz2
import gzip
import json
import lzma
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "demo", "mail.log")
INCIDENT = os.path.join(HERE, "demo")
SPOILED = b"\x00\xff" * 200


def read(path):
    with open(path, "rb") as f:
        return f.read()


class Tests:
    """One scratch folder, one program; counts what was checked."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.passed = self.failed = 0

    def check(self, ok, what, run=None):
        self.passed += bool(ok)
        self.failed += not ok
        if not ok:
            print(f"FAILED: {what}")
            if run is not None:
                print(f"  status {run.returncode}\n  stdout: {run.stdout[:500]}\n  stderr: {run.stderr[-500:]}")

    def run(self, *arguments, **more):
        return subprocess.run([self.program, *arguments], capture_output=True, cwd=self.folder, env=dict(os.environ, LC_ALL="C"),
                              check=False, **more)

    def expect(self, arguments, status, *stderr, stdout=None, **more):
        """Every text of stderr stands there; without any, standard error is empty."""
        run = self.run(*arguments, **more)
        ok = run.returncode == status and all(text.encode() in run.stderr for text in stderr)
        ok &= bool(stderr) or run.stderr == b""
        ok &= stdout is None or stdout.encode() in run.stdout
        self.check(ok, f"{' '.join(arguments)}: status {status}, {stderr} on stderr, {stdout!r} on stdout", run)
        self.check(not self.left(), f"{' '.join(arguments)} leaves {self.left()} behind")
        return run

    def left(self):
        """Half-written folders: they have hidden names until they are whole."""
        return [name for name in os.listdir(self.folder) if name.startswith(".")]

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)
        return path


def test_nothing_to_read(t):
    t.write("empty.log", b"")
    t.write("picture.jpg", b"\xff\xd8\xff\xe0" + random.Random(1).randbytes(5000))
    t.write("no-logs/letter.txt", b"Dear all,\nno log here.\n")
    t.write("no-logs/deep/er/data.bin", bytes(range(256)) * 10)
    os.makedirs(os.path.join(t.folder, "empty-folder"))
    for path, said in (("empty.log", ""), ("picture.jpg", "picture.jpg: holds no mail log"), ("no-logs", ""), ("empty-folder", ""),
                       ("nowhere.log", "nowhere.log: No such file or directory"), ("empty.log/below", "empty.log/below: Not a directory")):
        t.expect(["-q", path], 3, said, "no mail log line in any input")
        t.expect(["-q", "-o", "case-nothing", path], 3, said)
        t.check(not os.path.exists(os.path.join(t.folder, "case-nothing")), f"no case folder for {path}")
    t.expect(["-q"], 2, "no PATH given")


def test_bad_among_good(t):
    t.write("empty.log", b"")
    t.write("picture.jpg", b"\xff\xd8\xff\xe0" + random.Random(1).randbytes(5000))
    t.write("folder/mail.log", read(DEMO))
    t.write("folder/picture.jpg", b"\xff\xd8\xff\xe0" + random.Random(2).randbytes(5000))
    t.write("folder/empty", b"")
    t.expect(["-q", DEMO, "empty.log"], 0, stdout="987 lines")
    t.expect(["-q", "folder"], 0, stdout="987 lines")
    t.expect(["-q", "folder", "picture.jpg"], 1, "picture.jpg: holds no mail log", stdout="987 lines")
    run = t.expect(["-q", DEMO, "nowhere.log", "empty.log/below"], 1, "nowhere.log: No such file", "empty.log/below: Not a directory",
                   stdout="987 lines")
    t.check(run.stderr.count(b"\n") == 2, "one line for each", run)
    os.symlink("nowhere", os.path.join(t.folder, "folder", "broken-link"))
    os.symlink(".", os.path.join(t.folder, "folder", "loop"))
    t.expect(["-q", "folder"], 1, "broken-link")


def test_damage(t):
    log = read(DEMO) * 20
    for name, pack in (("cut.gz", gzip.compress), ("cut.bz2", bz2.compress), ("cut.xz", lzma.compress), ("cut.zst", zstd_frames)):
        data = pack(log)
        if data is None:
            continue
        t.write(name, data[:len(data) * 2 // 3])
        run = t.expect(["-q", "-f", "json", name], 1, name)
        damage = [i["damage"] for i in json.loads(run.stdout)["inputs"]] if run.stdout else []
        t.check(len(damage) == 1 and damage[0], f"{name}: the report names the damage: {damage}")
        t.write("spoiled-" + name, data[:len(data) // 2] + SPOILED + data[len(data) // 2 + len(SPOILED):])
        t.expect(["-q", "spoiled-" + name], 1, "spoiled-" + name)
        t.write("begun-" + name, data[:20])
        run = t.run("-q", "begun-" + name)
        t.check(run.returncode == 3 and b"begun-" + name.encode() in run.stderr, f"begun-{name}: nothing to be had", run)


def zstd_frames(data):
    """Ten frames, so that damage to one leaves the others."""
    if not shutil.which("zstd"):
        return None
    parts = [data[i:i + len(data) // 10] for i in range(0, len(data), len(data) // 10)]
    return b"".join(subprocess.run(["zstd", "-q", "-c"], input=part, capture_output=True, check=True).stdout for part in parts)


def test_names(t):
    """Names come from somebody else too: no control byte of theirs reaches the terminal."""
    t.write("new\nline \x1b[31m.jpg", b"\xff\xd8\xff\xe0" + bytes(3000))
    t.write("-dash.log", read(DEMO))
    run = t.run("-q", DEMO, "new\nline \x1b[31m.jpg")
    t.check(run.returncode == 1 and b"\x1b" not in run.stderr and run.stderr.count(b"\n") == 1, "a name with control bytes", run)
    t.expect(["-q", "--", "-dash.log"], 0, stdout="987 lines")


def test_standard_input_and_lists(t):
    log = read(DEMO)
    t.write("list", f"{DEMO}\nmissing.log\n".encode())
    t.write("list0", f"{DEMO}\0".encode())
    t.write("none", b"")
    t.expect(["-q", "-"], 0, stdout="987 lines", input=log)
    t.expect(["-q", "-"], 0, stdout="987 lines", input=gzip.compress(log))
    t.expect(["-q", "-o", "case-stdin", "-"], 0, stdout="987 lines", input=log)
    t.expect(["-q", "-"], 3, "no mail log line in any input", input=b"")
    t.expect(["-q", "-"], 1, "-", stdout="lines", input=gzip.compress(log)[:-3000])
    t.expect(["-q", "--files-from", "list"], 1, "missing.log", stdout="987 lines")
    t.expect(["-q", "--files-from", "list0", "-0"], 0, stdout="987 lines")
    t.expect(["-q", "--files-from", "-"], 0, stdout="987 lines", input=f"{DEMO}\n".encode())
    t.expect(["-q", "--files-from", "nowhere"], 2, "nowhere")
    t.expect(["-q", "--files-from", "none"], 2, "no PATH given")


def test_places(t):
    t.write("file", b"x")
    t.write("taken/file", b"x")
    t.expect(["-q", "-o", "taken", DEMO], 2, "taken")
    t.expect(["-q", "-o", "file", DEMO], 2, "file")
    t.expect(["-q", "-o", "taken", "--clobber", DEMO], 2, "taken")
    t.expect(["-q", "-o", "nowhere/case", DEMO], 4, "nowhere")
    t.expect(["-q", "-o", "file/case", DEMO], 4, "file")
    t.expect(["-q", "-o", "/proc/case", DEMO], 4, "/proc")
    t.expect(["-q", "-o", "", DEMO], 2, "-o")
    t.check(read(os.path.join(t.folder, "taken/file")) == b"x" and read(os.path.join(t.folder, "file")) == b"x", "what was there is still there")
    t.write("inside/mail.log", read(DEMO))
    t.expect(["-q", "-o", "inside/case", "inside"], 0, stdout="987 lines")
    t.expect(["-q", "-o", "inside/case", "--clobber", "inside/mail.log"], 0, stdout="987 lines")


def limit_files(most):
    if most == 0:  # a sanitizer's runtime writes before the program can say that it minds the error, not the signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def test_full_disk(t):
    """No file may grow beyond a limit: the case folder fails at one place after the other, and leaves nothing."""
    for most in (0, 1, 500, 4000, 12000, 30000):
        run = t.run("-q", "-o", "case-full", INCIDENT, preexec_fn=lambda most=most: limit_files(most))
        whole = os.path.isdir(os.path.join(t.folder, "case-full"))
        t.check(run.returncode == 4 and b"case-full" in run.stderr and b"File too large" in run.stderr, f"files of {most} bytes at most", run)
        t.check(not whole and not t.left(), f"files of {most} bytes at most leave {t.left()}, case folder {whole}")
    with open("/dev/full", "wb") as full:
        for form in ("text", "json", "jsonl", "csv"):
            run = subprocess.run([t.program, "-q", "-f", form, INCIDENT], stdout=full, stderr=subprocess.PIPE, cwd=t.folder, check=False)
            t.check(run.returncode == 4 and b"standard output: No space left" in run.stderr, f"-f {form} > /dev/full: {run.returncode} {run.stderr}")


def test_closed_reader(t):
    """As of `| head -1`: no complaint, and 0."""
    for form in ("text", "json", "jsonl", "csv"):
        reader, writer = os.pipe()
        os.close(reader)
        run = subprocess.run([t.program, "-q", "-f", form, INCIDENT], stdout=writer, stderr=subprocess.PIPE, cwd=t.folder, check=False)
        os.close(writer)
        t.check(run.returncode == 0 and run.stderr == b"", f"-f {form} to a closed reader: {run.returncode} {run.stderr}")
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run([t.program, "-q", "-o", "case-closed", INCIDENT], stdout=writer, stderr=subprocess.PIPE, cwd=t.folder, check=False)
    os.close(writer)
    t.check(os.path.exists(os.path.join(t.folder, "case-closed", "SHA256SUMS")), f"with -o the folder is whole: {run.returncode} {run.stderr}")


def test_interrupted_anywhere(t):
    """A signal at any moment of a run of some length: its status and nothing left, or the whole case folder and 0."""
    t.write("big.log", read(DEMO) * 150)
    case = os.path.join(t.folder, "case-stopped")
    rng = random.Random(5)
    began = time.monotonic()
    t.expect(["-q", "-o", "case-stopped", "big.log"], 0)
    length = time.monotonic() - began
    for n in range(24):
        shutil.rmtree(case, ignore_errors=True)
        number = signal.SIGINT if n % 2 else signal.SIGTERM
        run = subprocess.Popen([t.program, "-q", "-j", str(1 + n % 4), "-o", "case-stopped", "big.log"], cwd=t.folder, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
        timer = threading.Timer(rng.random() * length, lambda run=run, number=number: run.send_signal(number))
        timer.start()
        stderr = run.communicate()[1]
        timer.cancel()
        whole = os.path.exists(os.path.join(case, "SHA256SUMS"))
        before = run.returncode == -number  # before the program could catch it
        t.check(run.returncode in (0, 128 + number) or before, f"signal {number}: status {run.returncode} {stderr}")
        t.check(not t.left() and whole == os.path.isdir(case) and (whole or run.returncode != 0), f"signal {number}: {t.left()} left, whole: {whole}")


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="postmortem-bad-") as folder:
        tests = Tests(os.path.abspath(sys.argv[1]), folder)
        for name, test in sorted(globals().items()):
            if name.startswith("test_"):
                test(tests)
    print(f"{tests.passed} checks passed, {tests.failed} failed")
    return 1 if tests.failed else 0


if __name__ == "__main__":
    sys.exit(main())
