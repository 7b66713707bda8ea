#!/usr/bin/env python3
"""How right is a report? Compares report.json of postmortem with truth.json of postmortem-corpus.

usage: evaluate.py [--json FILE] REPORT TRUTH [REPORT TRUTH]...

Prints precision and recall per verdict (with Wilson's 95 % bounds), every scenario and confounder, addresses, forged domains,
times and campaigns, and which gates are met. Exit status 0, also where a gate is not met; 2: no such files, or a truth of
another corpus.
"""
import argparse
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from gates import gates
from measure import by_length, measure
from pair import Mismatch, Pair
from table import lines


def evaluate(pairs):
    result = measure(pairs)
    lengths = by_length(pairs)
    if len(lengths) > 1:
        result["lengths"] = lengths
    result["gates"] = gates(result)
    return result


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    if len(options.files) % 2:
        parser.error("a report and its truth, by twos")
    try:
        pairs = [Pair(*options.files[i:i + 2]) for i in range(0, len(options.files), 2)]
    except (Mismatch, KeyError) as error:
        print(f"evaluate: {'not there: ' if isinstance(error, KeyError) else ''}{error}", file=sys.stderr)
        return 2
    result = evaluate(pairs)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print("\n".join(lines(result)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
