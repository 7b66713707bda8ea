#!/usr/bin/env python3
"""The manual page and the completions hold every option that --help shows, and their readers take them.

usage: manual_test.py MANUAL PROGRAM
"""
import re
import shutil
import subprocess
import sys
import tempfile

COMMANDS = ("explain", "trace", "inputs", "verify", "show")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8")


def options_of(program):
    found = set()
    for command in ((), *((name,) for name in COMMANDS)):
        found |= set(re.findall(r"^ +(?:-., )?--([a-z-]+)", output(program, *command, "--help"), re.MULTILINE))
    return found


def check(ok, what):
    if not ok:
        sys.exit(what)


def reader_takes(command, text):
    if not shutil.which(command[0]):
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as f:
        f.write(text)
        f.flush()
        run = subprocess.run([*command, f.name], capture_output=True, check=False)
        check(run.returncode == 0 and run.stderr == b"", f"{command}: {run.stderr.decode()}")


def main():
    manual, program = sys.argv[1:]
    options = options_of(program)
    check(len(options) > 40, f"options: {options}")
    texts = {kind: output(manual, kind) for kind in ("man", "bash", "zsh", "fish")}
    for option in options:
        escaped = option.replace("-", "\\-")
        check(f"\\-\\-{escaped}" in texts["man"], f"the manual lacks --{option}")
        check(re.search(rf" --{option}[ ']", texts["bash"]), f"bash lacks --{option}")
        check(f"--{option}=[" in texts["zsh"] or f"--{option}[" in texts["zsh"], f"zsh lacks --{option}")
        check(f" -l {option} " in texts["fish"], f"fish lacks --{option}")
    for command in COMMANDS:
        check(all(command in text for text in texts.values()), f"{command} is missing")
    for kind, text in texts.items():
        for hidden in ("block-bytes", "block\\-bytes", "default-path", "default\\-path"):
            check(hidden not in text, f"{kind} shows {hidden}")
    reader_takes(("bash", "-n"), texts["bash"])
    reader_takes(("zsh", "-n"), texts["zsh"])
    reader_takes(("fish", "-n"), texts["fish"])
    reader_takes(("shellcheck", "-s", "bash"), texts["bash"])
    reader_takes(("man", "-l", "--warnings", "-Tutf8"), texts["man"])
    check(subprocess.run([manual, "csh"], check=False).returncode == 2, "a shell that is not known")


main()
