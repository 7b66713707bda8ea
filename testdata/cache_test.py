#!/usr/bin/env python3
"""--cache DIR: what was read once is not read again, and the report is the same bytes.

usage: cache_test.py BINARY LOG...      (parts of one log)

The first run fills the folder, the second reads nothing but digests; one file more is the only one read; files that moved or have
another name are known; what is damaged is read anew, and said; what a killed run had read whole stays.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time


class Failed(Exception):
    pass


def run(binary, *arguments):
    done = subprocess.run([binary, "-q", "-f", "json", *arguments], capture_output=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{' '.join(arguments)}: status {done.returncode}: {done.stderr.decode(errors='replace')[:500]}")
    return json.loads(done.stdout), done.stderr.decode()


def listed(cache):
    return {name: os.stat(os.path.join(cache, name)).st_mtime_ns for name in os.listdir(cache)}


def bare(report):
    """The report without what the command line changes."""
    return {key: value for key, value in report.items() if key != "run"}


def same(expected, got, what):
    if bare(expected) != bare(got):
        raise Failed(f"{what}: another report")


def test_grown(binary, logs, cache):
    """Folder by folder, each with one log more."""
    folder = os.path.join(cache, "..", "logs")
    os.mkdir(folder)
    for count, log in enumerate(logs, 1):
        shutil.copy2(log, folder)
        expected, _ = run(binary, folder)
        before = listed(cache)
        for again in ("filled", "full"):
            same(expected, run(binary, "--cache", cache, folder)[0], f"{count} files, cache {again}")
        after = listed(cache)
        if len(after) != count or any(after[name] != before[name] for name in before):
            raise Failed(f"{count} files: the cache holds {sorted(after)}, and held {sorted(before)}")
    return folder


def test_moved(binary, folder, cache):
    other = folder + "-moved"
    os.mkdir(other)
    for number, name in enumerate(sorted(os.listdir(folder))):
        shutil.copy2(os.path.join(folder, name), os.path.join(other, f"{number}.log"))
    before = listed(cache)
    same(run(binary, other)[0], run(binary, "--cache", cache, other)[0], "other names")
    if listed(cache) != before:
        raise Failed("the same bytes under other names were read anew")


def test_damaged(binary, folder, cache):
    name = sorted(os.listdir(cache))[0]
    path = os.path.join(cache, name)
    with open(path, "rb") as f:
        whole = f.read()
    expected, _ = run(binary, folder)
    for data in (whole[:-5], whole[:100] + b"\0\0\0" + whole[103:]):
        with open(path, "wb") as f:
            f.write(data)
        got, said = run(binary, "--cache", cache, folder)
        same(expected, got, "a damaged entry")
        if path not in said or "read anew" not in said:
            raise Failed(f"a damaged entry is not said: {said!r}")
        with open(path, "rb") as f:
            if f.read() != whole:
                raise Failed("a damaged entry is not made anew")


def test_killed(binary, folder, work):
    """A run that dies while it reads a pipe leaves what it had read."""
    cache, pipe = os.path.join(work, "killed"), os.path.join(folder, "slow")
    os.mkdir(cache)
    os.mkfifo(pipe)
    paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name != "slow"]
    process = subprocess.Popen([binary, "-q", "-f", "json", "--cache", cache, *paths, pipe], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len([n for n in os.listdir(cache) if n.endswith(".pms")]) < len(paths) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    os.remove(pipe)
    before = listed(cache)
    if len(before) != len(paths):
        raise Failed(f"a killed run kept {len(before)} of {len(paths)}")
    same(run(binary, folder)[0], run(binary, "--cache", cache, folder)[0], "after a killed run")
    if listed(cache) != before:
        raise Failed("after a killed run files were read anew")


def main():
    binary, *logs = sys.argv[1:]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="cache-") as work:
        cache = os.path.join(work, "cache")
        os.mkdir(cache)
        try:
            folder = test_grown(binary, logs, cache)
            test_moved(binary, folder, cache)
            test_damaged(binary, folder, cache)
            test_killed(binary, folder, work)
        except Failed as error:
            print(error)
            failed = 1
    print(f"{len(logs)} logs, {failed} failures")
    return failed


if __name__ == "__main__":
    sys.exit(main())
