#!/usr/bin/env python3
"""postmortem-mpi: the same bytes of report for every number of ranks; a rank that dies ends the run.

usage: mpi_test.py POSTMORTEM POSTMORTEM-MPI LOG...      exit status 77 without mpirun
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import split_test
from segment_test import content

RANKS = (1, 2, 3, 5, 8)
MPIRUN = ["mpirun", "--oversubscribe", "--bind-to", "none", "--mca", "btl", "self,vader,tcp"] + (["--allow-run-as-root"] if os.geteuid() == 0 else [])


class Failed(Exception):
    pass


def run(ranks, program, *arguments, expect=0, cwd=None):
    done = subprocess.run([*MPIRUN, "-n", str(ranks), program, "-q", "-j", "1", *arguments], capture_output=True, check=False, cwd=cwd, timeout=300)
    if done.returncode != expect:
        raise Failed(f"{ranks} ranks, {' '.join(arguments)}: status {done.returncode}, not {expect}: {done.stderr.decode(errors='replace')[:600]}")
    return done.stdout


def whole(folder):
    """Every file of a case folder but what differs from run to run."""
    files = {}
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), "rb") as f:
                files[os.path.relpath(os.path.join(path, name), folder)] = f.read()
    files.pop("run.json")
    files["SHA256SUMS"] = b"\n".join(line for line in files["SHA256SUMS"].split(b"\n") if not line.endswith(b"run.json"))
    return files


def test_ranks(alone, program, paths, folder):
    """report.json to the byte, and once the whole case folder with its quoted lines."""
    expected = subprocess.run([alone, "-q", "-f", "json", *paths], capture_output=True, check=True).stdout
    for ranks in RANKS:
        if run(ranks, program, "-f", "json", *paths) != expected:
            raise Failed(f"{ranks} ranks: another report")
    key = os.path.join(folder, "key")
    case = os.path.join(folder, "case")
    subprocess.run([alone, "-q", "--pseudonym-key", key, "-o", case, *paths], capture_output=True, check=True)
    first = whole(case)
    shutil.rmtree(case)
    run(3, program, "--pseudonym-key", key, "-o", case, *paths)
    second = whole(case)
    differing = [name for name in set(first) | set(second) if first.get(name) != second.get(name)]
    if differing:
        raise Failed(f"case folder of 3 ranks: {differing[:5]} differ")


def test_local(alone, program, paths, folder):
    """Each rank has its own disk: here its own folder, by a script that knows the rank."""
    for number, path in enumerate(paths):
        own = os.path.join(folder, f"disk{number % 3}")
        os.makedirs(own, exist_ok=True)
        shutil.copy2(path, own)
    script = os.path.join(folder, "local")
    with open(script, "w", encoding="ascii") as f:
        f.write(f'#!/bin/sh\ncd "{folder}/disk$OMPI_COMM_WORLD_RANK" && exec {program} "$@" .\n')
    os.chmod(script, 0o700)
    expected = subprocess.run([alone, "-q", "-f", "json", *paths], capture_output=True, check=True).stdout
    got = run(3, script, "-f", "json", "--local-inputs")
    found = split_test.compare(expected, got, folder)
    if found:
        raise Failed(f"--local-inputs: {found}")


def test_death(program, paths, folder):
    """One rank is killed while another waits for a pipe."""
    pipe = os.path.join(folder, "pipe")
    os.mkfifo(pipe)
    script = os.path.join(folder, "dying")
    with open(script, "w", encoding="ascii") as f:
        f.write(f'#!/bin/sh\necho $$ > "{folder}/pid$OMPI_COMM_WORLD_RANK"\nexec {program} "$@"\n')
    os.chmod(script, 0o700)
    process = subprocess.Popen([*MPIRUN, "-n", "3", script, "-q", "-f", "json", *paths, pipe], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    victim, deadline = os.path.join(folder, "pid1"), time.monotonic() + 60
    while time.monotonic() < deadline and not (os.path.exists(victim) and os.path.getsize(victim)):
        time.sleep(0.05)
    time.sleep(1)
    with open(victim, encoding="ascii") as f:
        os.kill(int(f.read()), signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    if process.returncode == 0 or out or b"signal 9" not in err:
        raise Failed(f"a rank that was killed: status {process.returncode}, {out[:100]!r}, {err[:500]!r}")


def main():
    alone, program = (os.path.abspath(path) for path in sys.argv[1:3])
    logs = sys.argv[3:]
    if not shutil.which("mpirun"):
        print("mpirun is not installed")
        return 77
    failed = 0
    data = b"".join(content(log) for log in logs)
    parts = split_test.cut(data, random.Random(7), 7)
    with tempfile.TemporaryDirectory(prefix="mpi-") as folder:
        paths = []
        for number, part in enumerate(parts):
            paths.append(os.path.join(folder, f"mail.log.{len(parts) - number}"))
            with open(paths[-1], "wb") as f:
                f.write(part)
        for test in (lambda: test_ranks(alone, program, paths, folder), lambda: test_local(alone, program, paths, folder),
                     lambda: test_death(program, paths, folder)):
            try:
                test()
            except Failed as error:
                failed += 1
                print(error)
    print(f"{failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
