#!/usr/bin/env python3
"""The Equality of the report: however a log is cut, packed, named, ordered and read, report.json says the same.

usage: split_test.py BINARY LOG [--rounds N] [--seed N]

Each round cuts LOG (plain text; several lines) at random line ends into 2 to 6 parts, packs every part, or some of them together,
in one of the archive forms, gives them names that say nothing of their order, and compares the report with that of LOG alone,
for some of -j and --block-bytes. The first round is LOG alone, under every -j and block size. Packers that are not installed are
named; with --all they are a failure.
"""
import argparse
import bz2
import gzip
import io
import json
import lzma
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
THREADS = (1, 2, 8)
BLOCK_BYTES = (4096, 5000, 16384, 65536, 1 << 20)


def tool(*command):
    """A packer that is a program from standard input to standard output; None if it is not there."""
    def pack(data):
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout
    return pack if shutil.which(command[0]) else None


def many_members(data):
    """gzip of many members, cut anywhere, also inside a line."""
    size = max(1, len(data) // 3)
    return b"".join(gzip.compress(data[i:i + size]) for i in range(0, len(data), size))


def many_frames(data):
    """zstd of two frames, cut inside a line."""
    pack = tool("zstd", "-q", "-c")
    half = len(data) // 2 + 1
    return pack(data[:half]) + pack(data[half:])


def in_tar(files, mode):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as tar:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def in_zip(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def in_7z(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files:
            with open(os.path.join(folder, name), "wb") as f:
                f.write(data)
        subprocess.run(["7z", "a", "-bd", "-bso0", "packed.7z", *[name for name, _ in files]], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, "packed.7z"), "rb") as f:
            return f.read()


# bytes -> bytes
STREAMS = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "gzip members": many_members,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": tool("zstd", "-q", "-c"),
    "zstd frames": many_frames if shutil.which("zstd") else None,
    "lz4": tool("lz4", "-q", "-c"),
}
# [(name, bytes)] -> bytes
ARCHIVES = {
    "tar": lambda files: in_tar(files, "w"),
    "tar.gz": lambda files: in_tar(files, "w:gz"),
    "tar.xz": lambda files: in_tar(files, "w:xz"),
    "zip": in_zip,
    "7z": in_7z if shutil.which("7z") else None,
    "gzip in tar.gz": lambda files: in_tar([(name, gzip.compress(data)) for name, data in files], "w:gz"),
    "gzip in zip": lambda files: in_zip([(name, gzip.compress(data)) for name, data in files]),
    "zip in tar": lambda files: in_tar([("inner", in_zip(files))], "w"),
    "xz of tar of zstd": (lambda files: lzma.compress(in_tar([(name, STREAMS["zstd"](data)) for name, data in files], "w")))
                         if shutil.which("zstd") else None,
}


def cut(data, rng, parts):
    """data at random line ends; no part is empty."""
    ends = [i + 1 for i, byte in enumerate(data) if byte == 10]
    at = sorted(rng.sample(ends[:-1], min(parts - 1, len(ends) - 1)))
    return [data[a:b] for a, b in zip([0, *at], [*at, len(data)])]


def pack(parts, rng, used):
    """[(name, bytes)]: every part alone in a stream, or several together in an archive."""
    files = [(f"part-{rng.randrange(1 << 30):08x}", part) for part in parts]
    rng.shuffle(files)
    packed = []
    while files:
        together = [files.pop() for _ in range(min(len(files), rng.choice((1, 1, 2, 3))))]
        archived = len(together) > 1 or rng.random() < 0.3
        forms = ARCHIVES if archived else STREAMS
        form = rng.choice([name for name, how in forms.items() if how])
        used.append(form)
        packed.append((f"{rng.randrange(1 << 30):08x}", forms[form](together if archived else together[0][1])))
    return packed


def report(binary, paths, threads, block_bytes, options):
    run = subprocess.run([binary, "-q", "-f", "json", "-j", str(threads), "--block-bytes", str(block_bytes), *options, *paths],
                         capture_output=True, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"exit status {run.returncode}: {run.stderr.decode(errors='replace').strip()[:300]}")
    return run.stdout


def bare(value, top=True):
    """Without what another split may change; used where report_equal.py is missing."""
    if isinstance(value, dict):
        return {k: bare(v, False) for k, v in value.items() if k != "refs" and not (top and k in ("run", "inputs"))}
    return [bare(v, False) for v in value] if isinstance(value, list) else value


def compare(expected, got, folder):
    """Lines that say what differs."""
    judge = os.path.join(HERE, "report_equal.py")
    if not os.path.exists(judge):
        return "" if bare(json.loads(expected)) == bare(json.loads(got)) else "the reports differ"
    for name, data in (("expected", expected), ("got", got)):
        with open(os.path.join(folder, name), "wb") as f:
            f.write(data)
    run = subprocess.run([sys.executable, judge, os.path.join(folder, "expected"), os.path.join(folder, "got")], capture_output=True, check=False)
    return "" if run.returncode == 0 else (run.stdout + run.stderr).decode(errors="replace") or "the reports differ"


def one_round(binary, data, expected, rng, options):
    """What differs, and how the log was cut and packed."""
    used = []
    parts = cut(data, rng, rng.randint(2, 6))
    threads, block_bytes = rng.choice(THREADS), rng.choice(BLOCK_BYTES)
    with tempfile.TemporaryDirectory(prefix="split-") as folder, tempfile.TemporaryDirectory(prefix="split-") as scratch:
        names = []
        for name, packed in pack(parts, rng, used):
            names.append(os.path.join(folder, name))
            with open(names[-1], "wb") as f:
                f.write(packed)
        paths = [folder] if rng.random() < 0.5 else names
        how = f"{len(parts)} parts ({', '.join(str(len(p)) for p in parts)} bytes) as {', '.join(used)}, -j {threads}, blocks of {block_bytes}"
        try:
            return compare(expected, report(binary, paths, threads, block_bytes, options), scratch), how
        except (RuntimeError, ValueError) as error:
            return str(error), how


def whole(binary, log, expected, options):
    """The log alone, under every number of threads and every size of block."""
    with tempfile.TemporaryDirectory(prefix="split-") as scratch:
        for threads in THREADS:
            for block_bytes in BLOCK_BYTES:
                found = compare(expected, report(binary, [log], threads, block_bytes, options), scratch)
                if found:
                    yield found, f"the log alone, -j {threads}, blocks of {block_bytes}"


def main():
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("binary")
    given.add_argument("log")
    given.add_argument("--rounds", type=int, default=12)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--all", action="store_true")
    args, options = given.parse_known_args()
    missing = sorted(name for forms in (STREAMS, ARCHIVES) for name, how in forms.items() if not how)
    if missing:
        print(f"no tool for: {', '.join(missing)}")
    with open(args.log, "rb") as f:
        data = f.read()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="split-") as folder:
        log = os.path.join(folder, "whole")  # another name, without its folder's other files
        with open(log, "wb") as f:
            f.write(data)
        expected = report(args.binary, [log], 1, 1 << 20, options)
        results = [*whole(args.binary, log, expected, options)]
    for n in range(args.rounds):
        found, how = one_round(args.binary, data, expected, random.Random(f"{args.seed}.{n}"), options)
        if found:
            results.append((found, f"seed {args.seed}, round {n}: {how}"))
    for found, how in results:
        failed += 1
        print(f"{how}\n{found}")
    print(f"{len(THREADS) * len(BLOCK_BYTES) + args.rounds} readings of {os.path.basename(args.log)}, {failed} differ")
    return 1 if failed or missing and args.all else 0


if __name__ == "__main__":
    sys.exit(main())
