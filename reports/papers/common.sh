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
if [ "$step" = all ] && [ "$run" = yes ]; then
    say "one step at a time: $0 --run STEP"
    exit 2
fi
umask 077
