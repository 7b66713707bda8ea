#!/usr/bin/env python3
"""The program as one file (meson setup -Dstatic=true): it links, needs no shared library, and says what the ordinary one says.

usage: static_build_test.py SOURCE PROGRAM FOLDER      FOLDER is kept: the next build is short
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "demo")
JOURNAL = b"LPKSHHRH" + bytes(248)


def run(*argv, **more):
    return subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL, capture_output=True, check=False, **more)


def build(source, folder):
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        made = run("meson", "setup", folder, source, "-Dstatic=true", "--buildtype=plain", "-Dc_args=-O1")
        assert made.returncode == 0, made.stdout.decode()[-2000:]
    made = run("ninja", "-C", folder, "postmortem")
    assert made.returncode == 0, made.stdout.decode()[-2000:]
    return os.path.join(folder, "postmortem")


def main():
    source, program, folder = sys.argv[1:]
    static = build(source, folder)
    headers = run("readelf", "-lW", static).stdout
    assert b"INTERP" not in headers, "it asks for a dynamic linker"
    assert static and run(static, "--version").returncode == 0
    for arguments in (["-f", "json"], [], ["trace", "-f", "jsonl", "--account", "suman"], ["inputs"]):
        command = [arguments[0]] if arguments and not arguments[0].startswith("-") else []
        rest = arguments[len(command):]
        mine, other = (run(p, *command, "-q", *rest, DEMO) for p in (static, program))
        assert mine.stdout and (mine.returncode, mine.stdout) == (other.returncode, other.stdout), f"{arguments}: another answer\n{mine.stderr}"
    with tempfile.TemporaryDirectory() as there:
        made = run(static, "-q", "-o", os.path.join(there, "case"), DEMO)
        assert made.returncode == 0 and run("sha256sum", "-c", "SHA256SUMS", cwd=os.path.join(there, "case")).returncode == 0, made.stderr
        journal = os.path.join(there, "system.journal")
        with open(journal, "wb") as f:
            f.write(JOURNAL)
        said = run(static, "-q", journal)
        assert b"journalctl -o json | postmortem -" in said.stderr, said.stderr
    print(f"{os.path.getsize(static)} bytes")


if __name__ == "__main__":
    main()
