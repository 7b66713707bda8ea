#!/bin/sh
# usage: ./run.sh [OPTIONS] [PATH...]
# Installs what is missing, builds the release, and investigates PATH: without one, the demo incident. Leaves a case folder
# (case, case-2, ...) in the current folder unless -o names another. Options are those of postmortem: ./run.sh --help
set -eu

root=$(cd "$(dirname "$0")" && pwd)
build=$root/build
built=$build/.built

# Every file that goes into the program is older than the last good build.
is_built() {
    [ -x "$build/postmortem" ] && [ -e "$built" ] || return 1
    newer=$(find "$root/analyzer" "$root/parsers" "$root/reports" "$root/meson.build" "$root/meson.options" \
        -newer "$built" -print -quit)
    [ -z "$newer" ]
}

# Quietly, unless it fails.
build_release() {
    # shellcheck disable=SC2046  # a list of words
    "$root/.ci/install" $("$root/.ci/packages")
    echo "building postmortem ..." >&2
    mkdir -p "$build"
    began=$build/.began
    : >"$began"
    if ! { { [ -e "$build/build.ninja" ] || meson setup "$build" "$root" --buildtype=release; } &&
        ninja -C "$build" postmortem; } >"$build/.log" 2>&1; then
        cat "$build/.log" >&2
        exit 1
    fi
    mv "$began" "$built"
}

# The first of case, case-2, ... that is not there yet.
fresh_case() {
    number=2
    name=case
    while [ -e "$name" ]; do
        name=case-$number
        number=$((number + 1))
    done
    echo "$name"
}

is_built || build_release
exec "$build/postmortem" --default-path="$root/testdata/demo" --default-output="$(fresh_case)" "$@"
