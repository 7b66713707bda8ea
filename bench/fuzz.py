#!/usr/bin/env python3
"""Runs every fuzz target (x_fuzz.c) for a while, prints executions, edges and what was found, and keeps the figures.

usage: fuzz.py [--seconds N] [--target NAME]... [--results FILE] BUILD
       fuzz.py --seeds FOLDER       only writes the seeds, a folder for each target

BUILD is a build folder for clang; it is made if it is absent. Corpora grow in BUILD/corpus. Inputs that crash are left in
BUILD/found: put them into testdata/fuzz/<target>/ with the repair, where the ordinary tests replay them.
"""
import argparse
import bz2
import datetime
import gzip
import io
import json
import lzma
import os
import pathlib
import platform
import re
import subprocess
import sys
import tarfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "testdata"))
import run_cases  # noqa: E402

TARGETS = {"text": "analyzer/base", "envelope": "parsers", "parse": "parsers", "geography": "analyzer/engine", "reader": "analyzer/engine",
           "scan": "analyzer/engine", "source": "analyzer/engine", "store": "analyzer/engine", "read": "reports", "sink": "reports",
           "options": "analyzer"}
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1:detect_stack_use_after_return=0", "UBSAN_OPTIONS": "print_stacktrace=1"}
HANG_SECONDS, MEMORY_MB, INPUT_BYTES = 5, 2560, {"source": 65536, "read": 65536, "store": 2000, "scan": 8192}


# ---- seeds ----

def case_lines():
    """(line, program, text) of every case that has such."""
    for path in run_cases.find_cases([]):
        for block in run_cases.Case(path).blocks:
            envelope = next((text for text in block.expected if text.startswith("@ ")), "@ - - - -").split(" ")
            program = re.sub(r"\[\d+\]$", "", envelope[4])
            text = re.search(re.escape(program.encode()) + rb"(\[[^\]]*\])?:? (.*)", block.line)
            yield block.line, program, text[2] if text else block.line


def containers(log):
    """The log in every form that a program at hand can make."""
    tar, zipped = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for name in ("mail.log", "mail.log.1"):
            info = tarfile.TarInfo(name)
            info.size = len(log)
            archive.addfile(info, io.BytesIO(log))
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mail.log", log)
    forms = {"plain": log, "gz": gzip.compress(log, mtime=0), "bz2": bz2.compress(log), "xz": lzma.compress(log), "tar": tar.getvalue(),
             "zip": zipped.getvalue(), "tar.gz": gzip.compress(tar.getvalue(), mtime=0), "utf16": "\ufeff".encode("utf-16-le") +
             log.decode().encode("utf-16-le"), "gz2": gzip.compress(log, mtime=0) * 2}
    for name, command in (("zst", ["zstd", "-qc"]), ("lz4", ["lz4", "-qc"])):
        run = subprocess.run(command, input=log, capture_output=True, check=False)
        if run.returncode == 0:
            forms[name] = run.stdout
    return forms


def words():
    """Secrets, locators, command lines, hostile text, ranges."""
    hostile = "=cmd|' /C x'!A0 <script>x</script> \x1b[2J \u202e \u2028 $(x)`x`;'\"\\ \x9b31m \ud55c \U000e0041"
    return {"text": ["in1!L12@400+80#" + "ab" * 32, "mail.tar!a/mail.log!L1@0+1", "2001:db8::1", "192.0.2.7",
                     "auth: sql(a,192.0.2.1): Password mismatch (given password: x)", "AUTH PLAIN AGEAYg==", "a password=b&pwd=c pass='d'"],
            "options": ["-o\ncase\na.log\n", "trace\n--ip\n10.0.0.0/8\n--since\n7d\na\n", "--timezone\n+05:30\n--year\n2026\n--memory\n64M\na\n",
                        "--expect\nx=bulk\n--host\na=b*\n--local-domain\nx.test\n"],
            "sink": [hostile, "plain", "-x", "a,b\"c"],
            "geography": ["16777216,16777471,AU\n", "192.0.2.0/24 x\n2001:db8::1\n", "2001:2::,2001:2::ff,JP\n"],
            "read": ["network,email\n192.0.2.0/24,abuse@x.test\n", "inetnum: 192.0.2.0 - 192.0.2.255\nabuse-c: A-RIPE\n\nrole: A\nnic-hdl: A-RIPE\n"
                     "abuse-mailbox: abuse@x.test\n", '{"objectClassName":"ip network","startAddress":"192.0.2.0","endAddress":"192.0.2.255"}']}


def write_seeds(folder):
    """Everything the tests have, in the form of each target."""
    seeds = {name: [text.encode("utf-8", "surrogatepass") for text in texts] for name, texts in words().items()}
    lines = list(case_lines())
    log = b"\n".join(line for line, _, _ in lines[:6]) + b"\n"
    seeds["parse"] = [tag.encode() + b"\n" + text for _, tag, text in lines]
    seeds["envelope"] = [line for line, _, _ in lines] + [path.read_bytes()[:4000] for path in (ROOT / "testdata/runs").glob("*/*.LOG")]
    seeds["scan"] = [b"\n".join(line for line, _, _ in lines[at:at + 5]) for at in range(0, len(lines), 5)]
    seeds["source"] = list(containers(log.decode(errors="replace").encode()).values())
    seeds["reader"] = [log, log.replace(b"\n", b"\r\n"), b"x" * 9000 + b"\n" + log, log[:-1], b"\0\n" * 50, containers(b"a\nb\n")["utf16"]]
    seeds["store"] = [bytes((i * k * 37 + k) % 256 for i in range(300)) for k in range(1, 9)]
    seeds["read"] += [path.read_bytes() for path in (ROOT / "testdata/reports").glob("*.json")]
    for name in TARGETS:
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(seeds[name]):
            (place / f"seed-{number:04}").write_bytes(data)


# ---- runs ----

def build(folder):
    if not (folder / "build.ninja").exists():
        subprocess.run(["meson", "setup", str(folder), str(ROOT), "-Dfuzz=true", "-Db_sanitize=address,undefined", "-Db_lundef=false",
                        "-Dbuildtype=debugoptimized"], check=True, env=dict(os.environ, CC=os.environ.get("CC", "clang")), stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", str(folder), *(f"{place}/{name}_fuzz" for name, place in TARGETS.items())], check=True,
                   stdout=subprocess.DEVNULL)


def run_target(folder, name, seconds):
    """What libFuzzer says of one target."""
    corpus, found = folder / "corpus" / name, folder / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    command = [str(folder / TARGETS[name] / (name + "_fuzz")), str(corpus), str(ROOT / "testdata/fuzz" / name), f"-max_total_time={seconds}",
               f"-timeout={HANG_SECONDS}", f"-rss_limit_mb={MEMORY_MB}", f"-max_len={INPUT_BYTES.get(name, 4096)}", "-print_final_stats=1",
               f"-artifact_prefix={found}/", "-reload=0", "-verbosity=1"]
    begun = os.times()
    run = subprocess.run(command, capture_output=True, check=False, cwd=folder, env=dict(os.environ, **SANITIZERS), errors="replace")
    ended = os.times()
    (folder / "found" / (name + ".log")).write_text(run.stderr)
    edges = re.findall(r"cov: (\d+)", run.stderr)
    executions = re.search(r"number_of_executed_units: (\d+)", run.stderr)
    last = re.findall(r"^#(\d+)\s", run.stderr, re.M)
    return {"executions": int(executions[1]) if executions else int(last[-1]) if last else 0, "edges": int(edges[-1]) if edges else 0,
            "cpu_seconds": round(ended.children_user + ended.children_system - begun.children_user - begun.children_system, 1),
            "corpus": len(list(corpus.iterdir())), "status": run.returncode,
            "found": sorted(str(path.relative_to(folder)) for path in found.iterdir())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=60, help="of each target")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS))
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("--seeds", type=pathlib.Path)
    given = parser.parse_args()
    if given.seeds:
        write_seeds(given.seeds)
        return 0
    if not given.build:
        parser.error("no BUILD given")
    folder = given.build.resolve()
    build(folder)
    write_seeds(folder / "corpus")
    begun, results = time.time(), {}
    for name in given.target or TARGETS:
        results[name] = run_target(folder, name, given.seconds)
        print(f"{name:10} {results[name]['executions']:>12,} executions {results[name]['edges']:>7,} edges "
              f"{results[name]['cpu_seconds']:>8} s  {'; '.join(results[name]['found']) or 'nothing found'}", flush=True)
    if given.results:
        given.results.parent.mkdir(parents=True, exist_ok=True)
        commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
        given.results.write_text(json.dumps({"date": datetime.date.today().isoformat(), "commit": commit, "machine": platform.machine(),
                                             "cpu_seconds": sum(r["cpu_seconds"] for r in results.values()),
                                             "elapsed_seconds": round(time.time() - begun), "targets": results}, indent=1) + "\n")
    return 1 if any(result["found"] or result["status"] for result in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
