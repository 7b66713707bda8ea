#!/usr/bin/env python3
"""What compiler and linker were asked for stands in the program: addresses that differ at each start, tables of functions that
are read-only before the first line of main, a stack that no code runs on.

usage: hardening_test.py PROGRAM
"""
import subprocess
import sys


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments], check=True, capture_output=True, text=True).stdout


def main():
    program = sys.argv[1]
    header, segments, dynamic = readelf("-h", program), readelf("-l", program), readelf("-d", program)
    stack = [line.split() for line in segments.splitlines() if "GNU_STACK" in line]
    checks = {
        "position independent (PIE)": "DYN (" in header and "PIE" in dynamic,
        "relocations read-only (RELRO)": "GNU_RELRO" in segments,
        "... all of them, at the start (BIND_NOW)": "NOW" in dynamic,
        "no code on the stack": bool(stack) and "E" not in stack[0][-2],
    }
    for name, good in checks.items():
        if not good:
            print(f"FAILED: {name}")
    print(f"{sum(checks.values())} of {len(checks)} hold")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
