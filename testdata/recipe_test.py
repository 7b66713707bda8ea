#!/usr/bin/env python3
"""The recipe for any engine: map = --save-segment, reduce = PATH=*.pms; here with GNU parallel, as the README has it.

usage: recipe_test.py BINARY LOG...      exit status 77 without GNU parallel
"""
import os
import shutil
import subprocess
import sys
import tempfile

import split_test


def main():
    binary, *logs = sys.argv[1:]
    if not shutil.which("parallel"):
        print("GNU parallel is not installed")
        return 77
    with tempfile.TemporaryDirectory(prefix="recipe-") as folder:
        for log in logs:
            shutil.copy2(log, folder)
        os.mkdir(os.path.join(folder, "segments"))
        names = [os.path.basename(log) for log in logs]
        command = ["parallel", "--will-cite", "-j", "2", f"{binary} -q --save-segment segments/{{/}}.pms {{}} > /dev/null", ":::", *names]
        mapped = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        if mapped.returncode != 0:
            print(f"parallel: status {mapped.returncode}: {mapped.stderr.decode(errors='replace')[:500]}")
            return 1
        os.chdir(folder)
        expected = split_test.report(binary, names, 2, 1 << 18, [])
        segments = sorted(os.path.join("segments", name) for name in os.listdir("segments"))
        found = split_test.compare(expected, split_test.report(binary, segments, 2, 1 << 18, []), folder)
        os.chdir("/")
    print(found or f"{len(segments)} segments, the same report")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
