#!/usr/bin/env python3
"""Every header compiles alone, twice in a row, under the include folders that its floor may see; and no file includes by "../".

usage: headers_test.py ROOT COMPILER...
"""
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

FLAGS = ["-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-D_FILE_OFFSET_BITS=64",
         "-fsyntax-only", "-x", "c", "-"]
BASE = "analyzer/base"
# The floors of the house: what a folder may include, itself first.
SEES = {
    BASE: [BASE],
    "parsers": ["parsers", BASE],
    "analyzer/detectors": ["analyzer/detectors", BASE],
    "reports": ["reports", BASE],
    "analyzer/engine": ["analyzer/engine", "parsers", "analyzer/detectors", BASE],
    "analyzer": ["analyzer", "analyzer/engine", "parsers", "analyzer/detectors", "reports", BASE],
}
FUZZING = "testdata/fuzz"  # what fuzz targets see besides


def sources(root):
    for folder in SEES:
        for name in sorted(os.listdir(os.path.join(root, folder))):
            if name.endswith((".c", ".h")):
                yield folder, name


def check_includes(root, folder, name):
    """What a quoted include may name."""
    path = f"{folder}/{name}"
    sees = SEES[folder] + ([FUZZING] if name.endswith("_fuzz.c") else [])
    with open(os.path.join(root, path), encoding="utf-8") as f:
        names = re.findall(r'^\s*#\s*include\s+"([^"]+)"', f.read(), re.M)
    for included in names:
        if "/" in included:
            yield f"{path}: includes \"{included}\": the folder is the build's to say"
        elif not any(os.path.exists(os.path.join(root, seen, included)) for seen in sees):
            yield f"{path}: includes \"{included}\", which its floor does not see"


def compile_header(root, compiler, folder, name):
    includes = [f"-I{os.path.join(root, seen)}" for seen in SEES[folder]]
    text = f'#include "{name}"\n#include "{name}"\n'
    run = subprocess.run([*compiler, *includes, *FLAGS], input=text, capture_output=True, text=True, check=False)
    return f"{folder}/{name} does not compile alone\n{run.stderr}" if run.returncode else None


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    root, compiler = sys.argv[1], sys.argv[2:]
    files = list(sources(root))
    headers = [(folder, name) for folder, name in files if name.endswith(".h")]
    wrong = [line for folder, name in files for line in check_includes(root, folder, name)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong += filter(None, pool.map(lambda header: compile_header(root, compiler, *header), headers))
    print("\n".join(wrong))
    print(f"{len(headers)} headers, {len(files)} files, {len(wrong)} wrong")
    return 1 if wrong or len(headers) < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
