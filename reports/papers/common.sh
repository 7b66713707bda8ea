set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd)
keep=${POSTMORTEM_KEEP:-$here/kept}
run=no undo=no step=all
for word in "$@"; do
    case $word in
    --run) run=yes ;;
    --undo) undo=yes ;;
    -*) sed -n '2,/^set/s/^#//p' "$0"; exit 2 ;;
    *) step=$word ;;
    esac
done
accounts='
@accounts@'

say() { printf '%s\n' "$*"; }
# Prints the command; runs it only with --run.
act() {
    say "    $*"
    if [ "$run" = yes ]; then "$@"; fi
}
wants() { [ "$step" = all ] || [ "$step" = "$1" ]; }
begin() {
    say ""
    if [ "$undo" = yes ]; then say "$1, taken back:"; else say "$1: $2"; fi
}
# The files of deleted messages, kept one archive each, into the folder of the queue.
put_back() {
    if [ ! -d "$keep/deleted" ]; then
        say "    nothing was deleted by this script"
        return
    fi
    for copy in "$keep"/deleted/*.tar; do
        if [ -e "$copy" ]; then act tar -C "$1" -xpf "$copy"; fi
    done
    act mv "$keep/deleted" "$keep/put-back.$$"
}
if [ "$step" = all ] && [ "$run" = yes ]; then
    say "one step at a time: $0 --run STEP"
    exit 2
fi
umask 077
