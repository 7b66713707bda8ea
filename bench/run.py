#!/usr/bin/env python3
"""End to end: postmortem against what an administrator would run instead, on the same logs, in the same run.

Makes and keeps the logs, runs everything interleaved, checks every answer, prints one table and the bars, writes JSON to
bench/results/<date>-<machine kind>/.

usage: run.py [options] BUILD      BUILD is a meson build directory of this tree configured with -Dbench=true
"""
import argparse
import collections
import datetime
import hashlib
import json
import os
import pathlib
import platform
import shlex
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CORPUS_OPTIONS = ["--seed", "1", "--accounts", "2000", "--attack", "A1,A2,A3,A4,A7"]
PARTS = 14

Command = collections.namedtuple("Command", "name argv group needs reads")
# group: the log's size; needs: programs without which it is left out; reads: "report", "counts" or None

SIZES = {"K": 10**3, "M": 10**6, "G": 10**9}


def size_of(text):
    return int(float(text[:-1]) * SIZES[text[-1]]) if text[-1] in SIZES else int(text)


# ---- logs ----

def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()[:12]


def make(folder, done, *argvs, stdout=None):
    """Runs the commands unless an earlier run has; done is written last, so half a log is never taken for one."""
    mark = folder / done
    if mark.exists():
        return
    for argv in argvs:
        with open(folder / stdout, "wb") if stdout else open(os.devnull, "wb") as out:
            subprocess.run([str(x) for x in argv], check=True, stdout=out)
    mark.touch()


def corpus_options(size):
    return CORPUS_OPTIONS + ["--bytes", str(size_of(size))]


def make_log(generator, root, size):
    """The log alone, plain and as .zst."""
    folder = root / f"{size}-{digest(generator)}"
    plain = folder / "plain" / "mail.log"
    plain.parent.mkdir(parents=True, exist_ok=True)
    make(folder, "plain.done", [generator, *corpus_options(size), "-o", folder / "plain"])
    make(folder, "zst.done", ["zstd", "-q", "-f", "-3", plain, "-o", folder / "mail.log.zst"])
    return folder


def make_corpus(generator, root, size):
    options, folder = corpus_options(size), make_log(generator, root, size)
    plain = folder / "plain" / "mail.log"
    for sub in ("set-zst", "set-gz"):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    make(folder, "gz.done", ["gzip", "-6", "-c", plain], stdout="mail.log.gz")
    for form in ("zst", "gz"):
        make(folder, f"set-{form}.done", [generator, *options, "--rotate", PARTS, "--compress", form, "-o", folder / f"set-{form}"])
    return folder


def parts(folder, form):
    return sorted((folder / f"set-{form}").glob(f"mail.log*.{form}"))


# ---- commands ----

def postmortem(binary, name, group, threads, *paths):
    return Command(name, [binary, "-q", "-f", "json", "-j", str(threads), *map(str, paths)], group, (), "report")


def shell(name, group, script, needs=(), reads=None):
    return Command(name, ["bash", "-o", "pipefail", "-c", script], group, needs, reads)


def commands(binary, folder, group, threads):
    q = {k: shlex.quote(str(v)) for k, v in {"log": folder / "plain" / "mail.log", "zst": folder / "mail.log.zst", "gz": folder / "mail.log.gz"}.items()}
    sets = {form: " ".join(shlex.quote(str(p)) for p in parts(folder, form)) for form in ("zst", "gz")}
    ours = []
    for n in sorted({1, threads}):
        ours += [
            postmortem(binary, f"postmortem plain -j{n}", group, n, folder / "plain" / "mail.log"),
            postmortem(binary, f"postmortem zst -j{n}", group, n, folder / "mail.log.zst"),
            postmortem(binary, f"postmortem gz -j{n}", group, n, folder / "mail.log.gz"),
            postmortem(binary, f"postmortem zst set -j{n}", group, n, *parts(folder, "zst")),
            postmortem(binary, f"postmortem gz set -j{n}", group, n, *parts(folder, "gz")),
        ]
    count = "LC_ALL=C sort | uniq -c"
    peers = [
        shell("zstd -dc", group, f"exec zstd -dc {q['zst']} > /dev/null"),
        shell("zstd -dc each of the set", group, f"for f in {sets['zst']}; do zstd -dc $f > /dev/null; done"),
        shell("zcat", group, f"exec zcat {q['gz']} > /dev/null"),
        shell("zcat each of the set", group, f"for f in {sets['gz']}; do zcat $f > /dev/null; done"),
        shell("zstd | grep -o | sort | uniq", group, f"zstd -dc {q['zst']} | LC_ALL=C grep -o 'sasl_username=.*' | sort | uniq -c", reads="counts"),
        shell("zcat | grep | sort | uniq", group, f"zcat {q['gz']} | LC_ALL=C grep sasl_username | {count}", reads="counts"),
        shell("rg -z gz", group, f"rg -z --no-config -o 'sasl_username=.*' {q['gz']} | {count}", ("rg",), "counts"),
        shell("mawk plain", group, "mawk -F'sasl_username=' 'NF > 1 { n[$2]++ } END { for (u in n) print n[u], u }' " + q["log"], ("mawk",), "counts"),
    ]
    return ours, peers


def slow_peers(folder, group):
    log = shlex.quote(str(folder / "plain" / "mail.log"))
    return [
        shell("pflogsumm plain", group, f"exec pflogsumm {log} > /dev/null", ("pflogsumm",)),
        shell("lnav plain", group, f"exec lnav -n -c ';select count(*) from syslog_log' {log} > /dev/null", ("lnav",)),
    ]


# ---- running ----

# A child's peak memory begins with that of the process it was forked from. So a small process starts them: about 10 MB is the least it can say.
STARTER = """
import json, os, subprocess, sys, time
for line in sys.stdin:
    argv, out = json.loads(line)
    with open(out, "wb") as f:
        begin = time.monotonic()
        child = subprocess.Popen(argv, stdout=f, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    print(json.dumps({"wall": wall, "cpu": used.ru_utime + used.ru_stime, "rss_mb": used.ru_maxrss / 1024, "status": child.returncode}), flush=True)
"""


def run_once(starter, command, scratch):
    starter.stdin.write(json.dumps([[str(a) for a in command.argv], str(scratch / "out")]) + "\n")
    starter.stdin.flush()
    return json.loads(starter.stdout.readline())


def check_report(path, truth):
    """None, or what differs from the truth."""
    report = json.loads(path.read_text())
    by_name = collections.defaultdict(dict)
    for account in report["accounts"]:
        for name in [*(account.get("login_names") or []), account["account"]]:
            by_name[name.lower().split("@")[0]][account["account"]] = account
    wrong = []
    for name, true in truth["accounts"].items():
        found = by_name.get(name, {}).values()
        for mine, theirs in (("messages", "messages_accepted"), ("recipients", "recipients_accepted"), ("rejected", "recipients_refused_at_submission")):
            got = sum(a[mine] or 0 for a in found)
            if got != true[theirs]:
                wrong.append(f"{name}: {mine} {got}, truth {true[theirs]}")
    inbound, true = report["totals"]["inbound"], truth["unauthenticated"]["inbound"]
    if (inbound["messages"], inbound["recipients"]) != (true["messages_accepted"], true["recipients_accepted"]):
        wrong.append(f"inbound {inbound}, truth {true}")
    if report["coverage"]["lines"] != truth["log_lines"]:
        wrong.append(f"{report['coverage']['lines']} lines, truth {truth['log_lines']}")
    return f"{len(wrong)} differ: {wrong[0]}" if wrong else None


def answer(command, path, truth):
    if command.reads == "report":
        messages = sum(t["messages_accepted"] for t in truth["accounts"].values())
        wrong = check_report(path, truth)
        return f"{messages} messages, exact" if not wrong else wrong, not wrong
    if command.reads == "counts":
        total = sum(int(line.split(None, 1)[0]) for line in path.read_bytes().splitlines())
        return f"{total} lines", True
    return "", True


def run_all(wanted, repeat, scratch, truths):
    """Interleaved: a disturbance hits everybody. The answer is checked in every run."""
    results = {}
    starter = subprocess.Popen([sys.executable, "-S", "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for round_number in range(repeat):
        for command in wanted:
            key = f"{command.group} {command.name}"
            one = run_once(starter, command, scratch)
            result = results.setdefault(key, {"group": command.group, "name": command.name, "argv": [str(a) for a in command.argv], "runs": [], "right": True})
            one["load"] = os.getloadavg()[0]
            result["runs"].append(one)
            text, right = answer(command, scratch / "out", truths[command.group])
            result["answer"] = text
            result["right"] &= right and one["status"] == 0
            if sys.stderr.isatty():
                print(f"\r{round_number + 1}/{repeat} {key:<60}", end="\r", file=sys.stderr, flush=True)
    starter.communicate()
    for result in results.values():
        walls = [r["wall"] for r in result["runs"]]
        result["least"], result["median"] = min(walls), statistics.median(walls)
        result["cpu"] = min(r["cpu"] for r in result["runs"])
        result["rss_mb"] = max(r["rss_mb"] for r in result["runs"])
    return results


# ---- what it must show ----

BARS = [  # ours, theirs, at most, and what would be better still
    ("postmortem zst", "zstd -dc", 1.05, 0.90),
    ("postmortem zst set", "zstd -dc each of the set", 0.90, None),
    ("postmortem gz", "zcat", 0.22, 0.18),
    ("postmortem gz set", "zcat each of the set", 0.20, None),
    ("postmortem plain", "zstd -dc", 0.60, None),
    ("postmortem zst", "zstd | grep -o | sort | uniq", 1.0, None),
    ("postmortem gz", "zcat | grep | sort | uniq", 0.25, None),
    ("postmortem plain", "pflogsumm plain", 0.02, None),
]


def bars(results, group, threads):
    rows = []
    for ours, theirs, most, stretch in BARS:
        a, b = results.get(f"{group} {ours} -j{threads}"), results.get(f"{group} {theirs}")
        if a and b:
            ratio = a["least"] / b["least"]
            rows.append({"group": group, "ours": ours, "theirs": theirs, "ratio": ratio, "most": most, "stretch": stretch, "met": ratio <= most})
    one, many = results.get(f"{group} postmortem zst set -j1"), results.get(f"{group} postmortem zst set -j{threads}")
    if one and many and threads > 1:
        ratio = many["least"] / one["least"]
        rows.append({"group": group, "ours": f"postmortem zst set -j{threads}", "theirs": "-j1", "ratio": ratio, "most": 1 / 1.6, "stretch": None, "met": ratio <= 1 / 1.6})
    return rows


def print_table(results, sizes, rows):
    print(f"{'log':>6}  {'command':<30} {'least s':>8} {'median':>8} {'cpu s':>8} {'MB/s':>7} {'RSS MB':>7}  answer")
    for r in results.values():
        speed = sizes[r["group"]] / 1e6 / r["least"]
        print(f"{r['group']:>6}  {r['name']:<30} {r['least']:8.3f} {r['median']:8.3f} {r['cpu']:8.3f} {speed:7.0f} {r['rss_mb']:7.0f}  "
              f"{r['answer']}{'' if r['right'] else '  WRONG'}")
    print()
    for r in rows:
        print(f"{r['group']:>6}  {r['ours']:<28} / {r['theirs']:<30} {r['ratio']:7.3f}  at most {r['most']:.3f}  {'met' if r['met'] else 'MISSED'}")


# ---- stages ----

def run_stages(build, folder, repeat):
    argv = [build / "bench" / "postmortem-stages", "-j", "-n", str(max(7, repeat)), folder / "plain" / "mail.log", folder / "mail.log.zst", folder / "mail.log.gz"]
    out = subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE, check=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def print_stages(stages):
    print(f"\n{'stage':<18} {'least s':>8} {'median':>8} {'cpu s/GB':>9} {'GB/s':>7} {'Mlines/s':>9}")
    for s in stages:
        print(f"{s['stage']:<18} {s['least_s']:8.4f} {s['median_s']:8.4f} {s['cpu_s_per_gb']:9.3f} {s['gb_per_s']:7.3f} {s['million_lines_per_s']:9.2f}")


def instructions(build, log, stage):
    """Instructions of one run of a stage, by callgrind; None if it cannot count them."""
    argv = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--toggle-collect=run_{stage}",
            str(build / "bench" / "postmortem-stages"), "-n", "1", "-s", stage, str(log)]
    err = subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True).stderr
    found = [line.split(":")[-1] for line in err.splitlines() if "Collected" in line]
    return int(found[0].replace(",", "")) if found else None


def run_callgrind(build, root, generator):
    folder = make_corpus(generator, root, "20M")
    log = folder / "plain" / "mail.log"
    ret = {}
    for stage in ("cut", "envelope", "scan", "fill", "fold", "settle", "detect", "report"):
        count = instructions(build, log, stage)
        if count:
            ret[stage] = count / log.stat().st_size
    return ret


# ---- machine ----

def first_line(argv):
    try:
        return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout.splitlines()[0]
    except (OSError, IndexError):
        return None


def cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def machine():
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"kind": f"{platform.machine()}-{cores}core", "cpu": cpu_model(), "cores": cores, "memory_gb": round(memory, 1), "system": platform.release(),
            "tools": {name: first_line(argv) for name, argv in (("zstd", ["zstd", "--version"]), ("gzip", ["gzip", "--version"]), ("grep", ["grep", "--version"]),
                                                                ("rg", ["rg", "--version"]), ("pflogsumm", ["pflogsumm", "--version"]))}}


def write_results(folder, data):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "run.json"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"run-{number}.json"
    path.write_text(json.dumps(data, indent=1) + "\n")
    print(f"\nwritten to {path}")


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--sizes", default="500M,695M", help="of the logs (500M,695M)")
    parser.add_argument("-n", "--repeat", type=int, default=5, help="runs of each command (5)")
    parser.add_argument("-j", "--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--only", help="commands whose name holds this text")
    parser.add_argument("--slow", action="store_true", help="pflogsumm and lnav too, once each")
    parser.add_argument("--stages", action="store_true", help="each stage of the engine alone, on 100M")
    parser.add_argument("--callgrind", action="store_true", help="instructions per byte of each stage")
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "results")
    parser.add_argument("--no-write", action="store_true")
    return parser.parse_args()


def main():
    wish = options()
    binary, generator = wish.build / "postmortem", wish.build / "bench" / "postmortem-corpus"
    root = pathlib.Path(os.environ.get("POSTMORTEM_BENCH_DIR", "/tmp/postmortem-bench"))
    scratch = root / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    groups = [g for g in wish.sizes.split(",") if g]
    wanted, slow, truths, sizes = [], [], {}, {}
    for group in groups:
        folder = make_corpus(generator, root, group)
        truths[group] = json.loads((folder / "plain" / "truth.json").read_text())
        sizes[group] = truths[group]["log_bytes"]
        ours, peers = commands(binary, folder, group, wish.threads)
        wanted += [c for pair in zip(peers, ours) for c in pair] + ours[len(peers):] + peers[len(ours):]
        slow += slow_peers(folder, group) if wish.slow else []
    keep = [c for c in wanted + slow if all(map(shutil.which, c.needs)) and (not wish.only or wish.only in c.name)]
    results = run_all([c for c in keep if c not in slow], wish.repeat, scratch, truths)
    results.update(run_all([c for c in keep if c in slow], 1, scratch, truths))
    rows = [row for group in groups for row in bars(results, group, wish.threads)]
    print_table(results, sizes, rows)
    data = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "machine": machine(),
            "commit": first_line(["git", "-C", str(HERE), "rev-parse", "HEAD"]), "version": first_line([str(binary), "--version"]),
            "corpus": CORPUS_OPTIONS, "generator": digest(generator), "bytes": sizes, "commands": list(results.values()), "bars": rows}
    if wish.stages:
        data["stages"] = run_stages(wish.build, make_corpus(generator, root, "100M"), wish.repeat)
        print_stages(data["stages"])
    if wish.callgrind and shutil.which("valgrind"):
        data["instructions_per_byte"] = run_callgrind(wish.build, root, generator)
        print("\ninstructions per byte: " + ", ".join(f"{k} {v:.1f}" for k, v in data["instructions_per_byte"].items()))
    if not wish.no_write:
        write_results(wish.results / f"{data['date'][:10]}-{data['machine']['kind']}", data)
    return 0 if all(r["right"] for r in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
