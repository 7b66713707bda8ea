#!/usr/bin/env python3
"""Log lines and what `postmortem explain` must say about each.

usage: run_cases.py PROGRAM [--accept | --damage] [CASE...]     a file or folder; default: this folder

A .case is text, one block a log line, blocks divided by an empty line:

    # a comment
    Nov 22 16:22:34 mx1 postfix/smtpd[19202]: connect from unknown[28.249.22.114]
      @ rfc3164 2026-11-22T16:22:34Z mx1 postfix/smtpd[19202]
      = postfix connect CONNECT
      client_name unknown
      client_ip 28.249.22.114

"@" is the envelope ("-" for what is missing), "=" parser, event and kind (then outcome, reason, "cut" where there are such),
"!" why it was not understood; then its fields, in their order. A first line "#! OPTIONS" adds options; "--year 2026" is the
default. --accept writes what the program says into the files: read the diff. --damage spoils, one after another, every fixed
word of every understood line (a word that is part of no field): the spoiled line must not be the same event any more.
"""
import difflib
import json
import os
import subprocess
import sys
import tempfile

DEFAULT_OPTIONS = ["--year", "2026"]
HERE = os.path.dirname(os.path.abspath(__file__))


class Block:
    """One log line with the comments above it and the expectation below it."""

    def __init__(self, comments, line, expected):
        self.comments, self.line, self.expected = comments, line, expected


class Case:
    def __init__(self, path):
        self.path = path
        self.options = DEFAULT_OPTIONS
        self.blocks = []
        self.tail = []
        with open(path, "rb") as f:
            lines = f.read().split(b"\n")
        if lines and lines[0].startswith(b"#! "):
            self.options = lines[0][3:].decode().split()
        self.read_blocks(lines)

    def read_blocks(self, lines):
        comments = []
        for line in lines:
            if line.startswith(b"  ") and self.blocks and not comments:
                self.blocks[-1].expected.append(line[2:].decode())
            elif line == b"" or line.startswith(b"#"):
                comments.append(line)
            else:
                self.blocks.append(Block(comments, line, []))
                comments = []
        self.tail = comments

    def write(self):
        out = []
        for block in self.blocks:
            out += block.comments + [block.line] + [b"  " + t.encode() for t in block.expected]
        with open(self.path, "wb") as f:
            f.write(b"\n".join(out + self.tail))


def explain(program, inputs, options):
    """What the program says about each line of each (name, lines): a list of lists of objects."""
    with tempfile.TemporaryDirectory(prefix="postmortem-cases-") as folder:
        paths = []
        for number, lines in enumerate(inputs):
            paths.append(os.path.join(folder, f"{number:06}.log"))
            with open(paths[-1], "wb") as f:
                f.write(b"".join(line + b"\n" for line in lines))
        run = subprocess.run([program, "explain", "-f", "jsonl", *options, *paths], capture_output=True, check=False)
        if run.returncode not in (0, 1, 3):
            sys.exit(f"{program}: exit status {run.returncode}\n{run.stderr.decode(errors='replace')}")
        by_path = {path: [] for path in paths}
        for line in run.stdout.decode().split("\n")[:-1]:
            said = json.loads(line)
            by_path[said["input"]].append(said)
    answers = [by_path[path] for path in paths]
    for lines, answer in zip(inputs, answers):
        if [a["line"] for a in answer] != list(range(1, len(lines) + 1)):
            sys.exit(f"{len(lines)} lines went in, {len(answer)} came back")
    return answers


def spelled(value):
    """A value as the text of a case: as it is, or as JSON where a line would not show it."""
    plain = value and value == value.strip(" ") and value[0] != '"' and all(c.isprintable() for c in value)
    return value if plain else json.dumps(value)


def described(said):
    program = said["program"] or "-"
    if "pid" in said:
        program += f"[{said['pid']}]"
    envelope = ["@", said["envelope"], said["time"] or "-", said["host"] or "-", program]
    if "repeated" in said:
        envelope.append(f"+{said['repeated']}")
    text = [" ".join(envelope)]
    if said["event"] is None:
        return text + ["! " + said["why"]]
    marks = [said.get("kind"), said.get("outcome"), said.get("reason"), "cut" if said.get("cut") else None]
    text.append(" ".join(["=", said["parser"] or "-", said["event"]] + [m for m in marks if m]))
    for name, values in said.get("fields", {}).items():
        for value in values if isinstance(values, list) else [values]:
            text.append(f"{name} {spelled(value)}")
    return text


def answers_of(program, cases):
    """[(case, answer per block)], with one run of the program per set of options."""
    answered = []
    for options in sorted({tuple(case.options) for case in cases}):
        group = [case for case in cases if tuple(case.options) == options]
        inputs = [[block.line for block in case.blocks] for case in group]
        answered += zip(group, explain(program, inputs, options))
    return answered


def compare(answered):
    failed = 0
    for case, answers in answered:
        for block, said in zip(case.blocks, answers):
            got = described(said)
            if got == block.expected:
                continue
            failed += 1
            print(f"{case.path}\n{block.line.decode(errors='replace')}")
            print("\n".join(difflib.unified_diff(block.expected, got, "expected", "got", lineterm="", n=9)))
            print()
    return failed


def accept(answered):
    for case, answers in answered:
        for block, said in zip(case.blocks, answers):
            block.expected = described(said)
        case.write()


def values_of(said):
    for values in said["fields"].values():
        yield from values if isinstance(values, list) else [values]


def text_start(line, said):
    """Where the program's own text begins: behind the tag."""
    tag = (said["program"] or "") + (f"[{said['pid']}]" if "pid" in said else "")
    for tag in (tag, said["program"] or ""):  # the pid may be made of something else
        at = line.find(tag) if tag else -1
        if at >= 0:
            return at + len(tag)
    return 0


def fixed_words(line, said):
    """(start, end) of every word of letters that lies in no field."""
    taken = [False] * len(line)
    for value in values_of(said):
        at = line.find(value, text_start(line, said)) if value else -1
        while at >= 0:
            taken[at:at + len(value)] = [True] * len(value)
            at = line.find(value, at + 1)
    start = None
    for i in range(text_start(line, said), len(line) + 1):
        inside = i < len(line) and line[i].isascii() and line[i].isalpha() and not taken[i]
        if inside and start is None:
            start = i
        elif not inside and start is not None:
            if i - start >= 3:
                yield start, i
            start = None


def spoiled(line, start, end):
    middle = (start + end) // 2
    return line[:middle] + ("q" if line[middle] not in "qQ" else "k") + line[middle + 1:]


def damage(program, answered):
    """Every fixed word matters, or the parser has a hole."""
    failed = tried = 0
    for case, answers in answered:
        damaged, origin = [], []
        for block, said in zip(case.blocks, answers):
            line = block.line.decode(errors="surrogateescape")
            if "fields" not in said or said.get("cut") or line.lstrip().startswith("{"):
                continue
            for start, end in fixed_words(line, said):
                damaged.append(spoiled(line, start, end).encode(errors="surrogateescape"))
                origin.append((line, said))
        if not damaged:
            continue
        tried += len(damaged)
        for line, (whole, said), now in zip(damaged, origin, explain(program, [damaged], case.options)[0]):
            if now["event"] == said["event"]:
                failed += 1
                print(f"{case.path}\nwhole:   {whole}\nspoiled: {line.decode(errors='replace')}\n"
                      f"is still the event {said['event']}\n")
    print(f"{tried} words spoiled, {failed} of them nobody missed")
    return failed


def find_cases(paths):
    """Files as they are, folders with all beneath them."""
    found = [path for path in paths if not os.path.isdir(path)]
    for path in [path for path in paths if os.path.isdir(path)] if paths else [HERE]:
        found += [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names if name.endswith(".case")]
    return sorted(found)


def main():
    words = [a for a in sys.argv[1:] if not a.startswith("--")]
    flags = [a for a in sys.argv[1:] if a.startswith("--")]
    if not words or set(flags) - {"--accept", "--damage"}:
        print(__doc__, file=sys.stderr)
        return 2
    cases = [Case(path) for path in find_cases(words[1:])]
    blocks = sum(len(case.blocks) for case in cases)
    if blocks == 0:
        sys.exit("no case found")
    answered = answers_of(words[0], cases)
    if "--accept" in flags:
        accept(answered)
        return 0
    failed = damage(words[0], answered) if "--damage" in flags else compare(answered)
    print(f"{blocks} lines in {len(cases)} cases, {failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
