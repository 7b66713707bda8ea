#!/bin/sh
# What to do on an Exim server:
#   keep    copy the queue before anything changes
#   hold    freeze the intruders' waiting messages: these alone
#   review  look at what is frozen
#   delete  delete what is frozen; its files are kept
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
spool=$($mta -bP spool_directory 2>/dev/null | sed 's/.*= //')
input=${spool:-/var/spool/exim4}/input

# Ids that still wait, from the sender that the log showed; "live frozen": of those alone. An Exim id
# holds its time: it is not used again.
live() {
    $mta -bp | awk -v wanted="$here/queue.tsv" -v frozen="${1-}" '
        BEGIN {
            while ((getline line < wanted) > 0) { split(line, cell, "\t"); sender[cell[1]] = cell[4] }
        }
        $3 in sender && $4 == "<" sender[$3] ">" && (!frozen || /\*\*\* frozen \*\*\*/) { print $3 }'
}
each() {
    live | while read -r id; do act "$mta" "$1" "$id"; done
}

if wants keep && [ "$undo" = no ]; then
    begin keep "a copy of the queue; undo: delete the copy"
    act mkdir -p "$keep"
    act tar -C "$input" -cf "$keep/queue.tar" .
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
if wants delete; then
    begin delete "those frozen, without a bounce; the files of each are kept in $keep/deleted"
    if [ "$undo" = no ]; then
        live frozen | while read -r id; do
            say "    the files of $id to $keep/deleted/$id.tar, then: $mta -Mrm $id"
            if [ "$run" = no ]; then continue; fi
            mkdir -p "$keep/deleted"
            if (cd "$input" && find . -type f -name "$id-[DHJ]" -exec tar -cf "$keep/deleted/$id.tar" {} +) &&
                [ -s "$keep/deleted/$id.tar" ]; then "$mta" -Mrm "$id"; fi
        done
    else
        put_back "$input"
    fi
fi
if wants release && [ "$step" != all ]; then
    begin release "same as --undo hold"
    each -Mt
fi
