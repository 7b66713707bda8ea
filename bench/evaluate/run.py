#!/usr/bin/env python3
"""Generates logs with a truth, lets postmortem read them, and measures how right it was.

usage: run.py [options] BUILD      BUILD is a meson build directory of this tree configured with -Dbench=true

Writes result.json and result.txt, with seeds and version, to --out (default bench/results/<date>-detection). Logs are made in
--work and deleted as soon as they are read.
"""
import argparse
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from ablation import ablation
from baselines import compare, named
from evaluate import evaluate
from pair import Pair
from table import ablation_lines, baseline_lines, lines, variant_lines

RESULTS = pathlib.Path(__file__).resolve().parent.parent / "results"
LENGTHS = {"1 h": "0.042", "6 h": "0.25", "24 h": "1", "7 d": "7"}


class Bench:
    def __init__(self, options, work):
        self.build, self.options, self.work = pathlib.Path(options.build), options, work

    def generate(self, seed, *more):
        folder = self.work / "log"
        subprocess.run([self.build / "bench" / "postmortem-corpus", "--preset", self.options.preset, "--seed", str(seed), *more, "-o", folder],
                       check=True)
        return folder

    def analyse(self, folder, name, *more):
        """The report, and a pair of it."""
        report, truth = self.work / f"{name}.report.json", self.work / f"{name}.truth.json"
        with open(report, "wb") as out:
            subprocess.run([self.build / "postmortem", "-q", "-f", "json", *more, folder / "mail.log"], stdout=out, check=False)
        truth.write_bytes((folder / "truth.json").read_bytes())
        return Pair(str(report), str(truth))


def verdicts(pair):
    return {name: a.verdict for name, a in pair.accounts.items()}


def plain_runs(bench, seeds):
    pairs, flagged, changed = [], [], 0
    for seed in seeds:
        folder = bench.generate(seed)
        pairs.append(bench.analyse(folder, f"s{seed}"))
        flagged.append(named(folder))
        placed = bench.analyse(folder, f"s{seed}.geoip", "--geoip", folder / "geoip")
        changed += sum(placed_verdict != verdicts(pairs[-1])[name] for name, placed_verdict in verdicts(placed).items())
        (folder / "mail.log").unlink()
        print(f"seed {seed} done", file=sys.stderr, flush=True)
    return pairs, flagged, changed


def variant(bench, seeds, name, *more):
    pairs = []
    for seed in seeds:
        folder = bench.generate(seed, *more)
        pairs.append(bench.analyse(folder, f"{name}-{seed}"))
        (folder / "mail.log").unlink()
    return evaluate(pairs)


def measure_all(bench, first, count, variant_count):
    seeds = range(first, first + count)
    pairs, flagged, changed = plain_runs(bench, seeds)
    result = evaluate(pairs)
    result["seeds"] = list(seeds)
    result["preset"] = bench.options.preset
    result["version"] = subprocess.run([bench.build / "postmortem", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    result["verdicts_changed_by_geoip"] = changed
    result["baselines"] = compare(pairs, flagged)
    result["ablation"] = ablation(pairs)
    few = range(first + 1000, first + 1000 + variant_count)
    result["variants"] = {"5 % of lines lost": variant(bench, few, "lost", "--lost", "5"),
                          "no mailbox logins in the log": variant(bench, few, "nomailbox", "--no-mailbox")}
    for name, days in LENGTHS.items():
        result["variants"][f"log of {name}"] = variant(bench, few, name.replace(" ", ""), "--days", days)
    return result


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("--preset", default="strange")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--variant-seeds", type=int, default=3)
    parser.add_argument("--work")
    parser.add_argument("--out")
    parser.add_argument("build")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.work) as work:
        result = measure_all(Bench(options, pathlib.Path(work)), options.first_seed, options.seeds, options.variant_seeds)
    out = pathlib.Path(options.out or RESULTS / f"{datetime.date.today()}-detection")
    out.mkdir(parents=True, exist_ok=True)
    (out / "result.json").write_text(json.dumps(result) + "\n", encoding="utf-8")
    text = [f"{result['version']}; preset {result['preset']}, seeds {result['seeds'][0]} to {result['seeds'][-1]}", *lines(result), "",
            *baseline_lines(result["baselines"]), "", *ablation_lines(result["ablation"]), "", *variant_lines(result["variants"]), "",
            f"verdicts that a table of countries changes: {result['verdicts_changed_by_geoip']}"]
    (out / "result.txt").write_text("\n".join(text) + "\n", encoding="utf-8")
    print("\n".join(text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
