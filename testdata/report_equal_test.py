#!/usr/bin/env python3
"""Pairs of reports -> are they the same? A comparison that never says no would let every property test pass."""
import json
import os
import subprocess
import sys
import tempfile

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "report_equal.py")
WHOLE = {"schema": "postmortem-report/1", "run": {"options": 1}, "inputs": [1], "accounts": [{"account": "a", "refs": [1], "messages": 3}]}


def changed(path, value):
    copy = json.loads(json.dumps(WHOLE))
    at = copy
    for key in path[:-1]:
        at = at[key]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return copy


CASES = [
    (WHOLE, [], True),
    (changed(["run"], {"options": 2}), [], True),
    (changed(["run"], {"options": 2}), ["--strict"], False),
    (changed(["inputs"], []), [], True),
    (changed(["accounts", 0, "refs"], [2, 3]), [], True),
    (changed(["accounts", 0, "refs"], [2, 3]), ["--strict"], False),
    (changed(["accounts", 0, "messages"], 4), [], False),
    (changed(["accounts", 0, "messages"], 3.0), [], False),
    (changed(["accounts", 0, "messages"], None), [], False),
    (changed(["accounts", 0, "run"], 1), [], False),
    (changed(["accounts"], []), [], False),
    (changed(["extra"], 1), [], False),
    (dict(reversed(WHOLE.items())), [], False),
]


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("a.json", "b.json")]
        for other, flags, same in CASES:
            for path, report in zip(paths, (WHOLE, other)):
                with open(path, "w", encoding="utf-8") as f:
                    json.dump(report, f)
            run = subprocess.run([sys.executable, PROGRAM, *flags, *paths], capture_output=True, text=True, check=False)
            if run.returncode != (0 if same else 1) or bool(run.stdout) == same:
                failed += 1
                print(f"{flags} {json.dumps(other)}\n  expected: {'same' if same else 'different'}\n  got: {run.returncode} {run.stdout}{run.stderr}")
    print(f"{len(CASES)} pairs, {failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
