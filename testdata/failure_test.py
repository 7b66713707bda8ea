#!/usr/bin/env python3
"""When the disk, the file system or the memory fails at any moment, there is a whole case folder or none, and the status says so.

The program runs again and again; each time another call of one kind fails (fail_nth.c, preloaded), or it is killed outright.
Afterwards: a case folder that exists is whole and verifies; status 0 or 1 only with one; nothing half-written stays behind that
the program did not name; and the next run with the same command succeeds.

usage: failure_test.py PROGRAM PRELOAD [--points N]     at most N places of each kind of call, spread evenly (default 6)
"""
import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LOG = os.path.join(HERE, "demo", "mail.log")
CALLS = (("write", errno.ENOSPC), ("pwrite", errno.ENOSPC), ("fsync", errno.EIO), ("rename", errno.EACCES), ("mkdir", errno.ENOSPC),
         ("openat", errno.EMFILE), ("read", errno.EIO), ("pread", errno.EIO), ("mmap", errno.ENOMEM), ("malloc", errno.ENOMEM))


class Tests:
    def __init__(self, program, preload, folder):
        self.program, self.preload, self.folder = program, preload, folder
        self.case, self.temp = os.path.join(folder, "case"), os.path.join(folder, "temp")
        self.failed, self.outcomes = 0, {}
        os.mkdir(self.temp)

    def environment(self, call=None, nth=0, error=0, count=None):
        more = {"LD_PRELOAD": self.preload, "FAIL_NTH": str(nth), "FAIL_ERRNO": str(error)} if call else {}
        more |= {"FAIL_CALL": call} if call else {}
        more |= {"FAIL_COUNT": count} if count else {}
        return dict(os.environ, LC_ALL="C", ASAN_OPTIONS="verify_asan_link_order=0:allocator_may_return_null=1", **more)

    def command(self):
        """The log comes by standard input, so that it is kept in --temp, too."""
        return [self.program, "-q", "-j1", "-o", self.case, "--temp", self.temp, "-"]

    def run(self, *arguments):
        with open(LOG, "rb") as log:
            return subprocess.run(self.command(), stdin=log, capture_output=True, check=False, timeout=300,
                                  env=self.environment(*arguments))

    def left(self):
        """What a run should not leave: anything but the case folder. (An empty folder may be one that another run just made.)"""
        beside = [name for name in os.listdir(self.folder) if name not in ("case", "temp", "count")]
        return sorted(name for name in beside if os.listdir(os.path.join(self.folder, name))) + sorted(os.listdir(self.temp))

    def clean(self):
        for name in os.listdir(self.folder):
            if name != "count":
                shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
        os.mkdir(self.temp)

    def is_whole(self):
        return subprocess.run([self.program, "verify", "-q", self.case], capture_output=True, check=False).returncode == 0

    def check(self, what, status, stderr):
        there = os.path.isdir(self.case)
        wrong = []
        if there and not self.is_whole():
            wrong.append("the case folder is not whole")
        if status in (0, 1) and not there:
            wrong.append("no case folder")
        if status not in (0, 1, 3, 4):
            wrong.append("no status of the contract")
        if status in (3, 4) and not stderr:
            wrong.append("nothing is said")
        if there and status not in (0, 1) and not (status == 4 and b"standard output" in stderr):
            wrong.append("a case folder in spite of the status")
        wrong += [f"{name} stays behind, not named" for name in self.left() if name.encode() not in stderr]
        self.failed += bool(wrong)
        if wrong:
            print(f"FAILED: {what}: status {status}: {'; '.join(wrong)}\n  {stderr[-400:]}")

    def count(self, call):
        path = os.path.join(self.folder, "count")
        run = self.run(call, 0, 0, path)
        assert run.returncode == 0, run
        with open(path, encoding="ascii") as f:
            calls = int(f.read())
        self.clean()
        return calls

    def fail(self, call, error, points):
        calls = self.count(call)
        places = sorted({1 + (calls - 1) * i // max(points - 1, 1) for i in range(points)}) if calls else []
        seen = {}
        for nth in places:
            run = self.run(call, nth, error)
            self.check(f"{call} {nth} of {calls}", run.returncode, run.stderr)
            seen[run.returncode] = seen.get(run.returncode, 0) + 1
            self.clean()
        self.outcomes[call] = (calls, len(places), seen)

    def kill(self, points):
        """At any moment: the next run gives the whole folder and clears away what the killed one left."""
        begun = time.monotonic()
        assert self.run().returncode == 0
        whole = time.monotonic() - begun
        self.clean()
        for i in range(points):
            with open(LOG, "rb") as log, subprocess.Popen(self.command(), stdin=log, stdout=subprocess.DEVNULL,
                                                          stderr=subprocess.DEVNULL) as process:
                time.sleep(whole * (i + 1) / (points + 1))
                process.send_signal(signal.SIGKILL)
            if os.path.isdir(self.case):
                self.check(f"killed at {i + 1}/{points + 1}", 0, b" ".join(name.encode() for name in self.left()))
                shutil.rmtree(self.case)
            left = self.left()
            run = self.run()
            self.check(f"the run after one that was killed and left {left}", run.returncode, run.stderr)
            self.clean()


def main():
    points = int(sys.argv[4]) if len(sys.argv) > 4 and sys.argv[3] == "--points" else 6
    with tempfile.TemporaryDirectory() as folder:
        t = Tests(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), folder)
        for call, error in CALLS:
            t.fail(call, error, points)
        t.kill(points)
        print(f"{'call':8} {'calls':>8} {'failed':>7}  status: times")
        for call, (calls, places, seen) in t.outcomes.items():
            print(f"{call:8} {calls:8} {places:7}  {', '.join(f'{status}: {times}' for status, times in sorted(seen.items()))}")
        print(f"{t.failed} wrong")
        return 1 if t.failed else 0


if __name__ == "__main__":
    sys.exit(main())
