#!/usr/bin/env python3
"""Are two report.json the same report? (the Equality of the contract: all but `run`, `inputs` and every `refs`)

usage: report_equal.py [--strict] A B      exit status 0 if they are equal, 1 with the first paths that differ

--strict compares everything: two runs over the same inputs with other -j or --memory.
"""
import json
import sys

SHOWN_MAX = 20


def stripped(value, top=True):
    if isinstance(value, dict):
        left_out = {"refs", "run", "inputs"} if top else {"refs"}
        return {key: stripped(item, False) for key, item in value.items() if key not in left_out}
    if isinstance(value, list):
        return [stripped(item, False) for item in value]
    return value


def differences(a, b, path):
    """(path, a, b) of everything that differs, depth first. 1 and 1.0 and true are three things."""
    if type(a) is not type(b):
        yield path, a, b
    elif isinstance(a, dict):
        for key in list(a) + [k for k in b if k not in a]:
            if key in a and key in b:
                yield from differences(a[key], b[key], f"{path}.{key}")
            else:
                yield f"{path}.{key}", a.get(key, "(missing)"), b.get(key, "(missing)")
        if list(a) != list(b) and set(a) == set(b):
            yield f"{path} (order of keys)", list(a), list(b)
    elif isinstance(a, list):
        for i, (left, right) in enumerate(zip(a, b)):
            yield from differences(left, right, f"{path}[{i}]")
        if len(a) != len(b):
            yield f"{path} (length)", len(a), len(b)
    elif a != b:
        yield path, a, b


def load(path, strict):
    with open(path, encoding="utf-8") as f:
        report = json.load(f)
    return report if strict else stripped(report)


def shown(value):
    text = json.dumps(value)
    return text if len(text) <= 200 else text[:200] + "..."


def main():
    words = [a for a in sys.argv[1:] if a != "--strict"]
    if len(words) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    strict = "--strict" in sys.argv
    found = 0
    for path, a, b in differences(load(words[0], strict), load(words[1], strict), ""):
        found += 1
        if found > SHOWN_MAX:
            print("... and more")
            break
        print(f"{path or '.'}\n  {words[0]}: {shown(a)}\n  {words[1]}: {shown(b)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
