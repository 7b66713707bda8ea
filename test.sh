#!/bin/bash
# usage: ./test.sh [--all | --real]
# Installs what is missing, builds with address and undefined-behaviour sanitizers, again with the thread sanitizer, and once
# with clang; runs every test in both. --all adds the slow tests, --real those that run a Postfix too (installed here, as
# root). The last line says how many passed and failed.
set -u

root=$(cd "$(dirname "$0")" && pwd)
cd "$root" || exit 1
passed=0
failed=0
slow=(--no-suite slow)
packages='test'
case "${1-}" in
--all) slow=(--no-suite real) ;;
--real)
    slow=()
    packages='real'
    ;;
"") ;;
*)
    sed -n '2,5s/^# //p' "$0" >&2
    exit 2
    ;;
esac

end() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && exit 0
    exit 1
}

# configure FOLDER OPTION...: from the environment CC
configure() {
    local folder=$1
    shift
    if [ -e "$folder/build.ninja" ]; then
        meson configure "$folder" "$@"
    else
        meson setup "$folder" "$@"
    fi
}

# build FOLDER OPTION...: counts as a test, since warnings are errors
build() {
    local folder=$1 log=$1/.log
    mkdir -p "$folder"
    echo "building $folder" >&2
    if configure "$@" >"$log" 2>&1 && ninja -C "$folder" >"$log" 2>&1; then
        passed=$((passed + 1))
        return 0
    fi
    grep -v '^\[' "$log" | tail -n 100 >&2
    failed=$((failed + 1))
    return 1
}

# The thread sanitizer of gcc 12 cannot live with as much address randomization as newer kernels have.
steady() {
    if setarch "$(uname -m)" -R true 2>/dev/null; then
        setarch "$(uname -m)" -R "$@"
    else
        "$@"
    fi
}

# A test that was skipped did not pass: everything it needs was installed above.
run_tests() {
    local folder=$1 counts
    echo "testing $folder" >&2
    rm -f "$folder/meson-logs/testlog.json"
    steady meson test -C "$folder" --no-rebuild --print-errorlogs --timeout-multiplier 4 ${slow[@]+"${slow[@]}"} >&2
    counts=$(python3 - "$folder/meson-logs/testlog.json" <<'END'
import json, sys
try:
    with open(sys.argv[1], encoding="utf-8") as log:
        results = [json.loads(line)["result"] for line in log if line.strip()]
except OSError:
    results = []
good = sum(result in ("OK", "EXPECTEDFAIL") for result in results)
print(good, len(results) - good if results else 1)
END
    ) || counts="0 1"
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
}

# shellcheck disable=SC2046  # a list of words
if ! .ci/install $(.ci/packages "$packages"); then
    failed=1
    end
fi

export TSAN_OPTIONS="${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}"
build build-asan -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false && run_tests build-asan
build build-tsan -Dbuildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false && run_tests build-tsan
CC=clang build build-clang -Dbuildtype=debugoptimized
end
