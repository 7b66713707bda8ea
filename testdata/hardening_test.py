#!/usr/bin/env python3
"""What compiler and linker were asked for stands in the program: addresses that differ at each start, tables of functions that
are read-only before the first line of main, a stack that no code runs on and that is guarded, checked copies, marked targets
of jumps.

usage: hardening_test.py PROGRAM [x86] [fortified]     what the build asked for
"""
import subprocess
import sys


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments], check=True, capture_output=True, text=True).stdout


def main():
    program = sys.argv[1]
    header, segments, dynamic = readelf("-h", program), readelf("-l", program), readelf("-d", program)
    symbols = readelf("--dyn-syms", program)
    with open(program, "rb") as f:
        landings = f.read().count(b"\xf3\x0f\x1e\xfa")  # endbr64; the C library's own start files may lack the note of it
    stack = [line.split() for line in segments.splitlines() if "GNU_STACK" in line]
    checks = {
        "position independent (PIE)": "DYN (" in header and "PIE" in dynamic,
        "relocations read-only (RELRO)": "GNU_RELRO" in segments,
        "... all of them, at the start (BIND_NOW)": "NOW" in dynamic,
        "no code on the stack": bool(stack) and "E" not in stack[0][-2],
        "guarded stack frames": "__stack_chk_fail" in symbols,
        "checked copies and formats": "fortified" not in sys.argv or "_chk@" in symbols.replace("__stack_chk_fail@", ""),
        "marked targets of jumps": "x86" not in sys.argv or landings > 500,
    }
    for name, good in checks.items():
        if not good:
            print(f"FAILED: {name}")
    print(f"{sum(checks.values())} of {len(checks)} hold")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
