#!/bin/sh
# What to do on an Exim server:
#   keep    copy the queue before anything changes
#   hold    freeze the intruders' waiting messages: these alone
#   review  look at what is frozen
#   delete  delete it; a copy is kept
#   release thaw it after all
# usage: sh exim.sh                       prints every step (dry run, changes nothing)
#        sh exim.sh --run STEP            does one step
#        sh exim.sh [--run] --undo STEP   takes it back
# Written by postmortem @version@ from a log that ends @log_end@.
@odd_accounts@
@common@
PATH=$PATH:/usr/sbin:/usr/exim/bin
export PATH
mta=exim4
command -v exim4 >/dev/null 2>&1 || mta=exim

# Ids that still wait, from the sender that the log showed. An Exim id holds its time: it is not used
# again.
live() {
    $mta -bp | awk -v wanted="$here/queue.tsv" '
        BEGIN {
            while ((getline line < wanted) > 0) { split(line, cell, "\t"); sender[cell[1]] = cell[4] }
        }
        $3 in sender && $4 == "<" sender[$3] ">" { print $3 }'
}
each() {
    live | while read -r id; do act "$mta" "$1" "$id"; done
}

if wants keep && [ "$undo" = no ]; then
    begin keep "a copy of the queue; undo: delete the copy"
    spool=$($mta -bP spool_directory 2>/dev/null | sed 's/.*= //')
    act mkdir -p "$keep"
    act tar -C "${spool:-/var/spool/exim4}" -cf "$keep/queue.tar" input
fi
if wants close && [ "$undo" = no ]; then
    begin close "new passwords come first: ../reset.txt"
    for account in $accounts; do say "    no more logins of $account: a new password, or a line in the deny list of the authenticator"; done
fi
if wants hold; then
    begin hold "@held@ of theirs in the queue when the log ended"
    if [ "$undo" = yes ]; then each -Mt; else each -Mf; fi
fi
if wants review && [ "$undo" = no ]; then
    begin review "nothing is changed: $mta -Mvh ID, $mta -Mvb ID"
fi
if wants delete && [ "$undo" = no ]; then
    begin delete "no bounce is sent; undo: the copies in $keep/deleted"
    live | while read -r id; do
        act mkdir -p "$keep/deleted"
        say "    $mta -Mvc $id > $keep/deleted/$id.eml; $mta -Mrm $id"
        if [ "$run" = yes ] && "$mta" -Mvc "$id" >"$keep/deleted/$id.eml"; then "$mta" -Mrm "$id"; fi
    done
fi
if wants release && [ "$step" != all ]; then
    begin release "same as --undo hold"
    each -Mt
fi
