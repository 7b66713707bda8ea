#!/bin/sh
# What to do on an OpenSMTPD server:
#   keep    copy the queue before anything changes
#   close   no more mail from the accounts below
#   hold    pause the intruders' waiting messages: these alone
#   review  look at what is paused
#   delete  delete it; a copy is kept
#   release resume it after all
# usage: sh opensmtpd.sh                       prints every step (dry run, changes nothing)
#        sh opensmtpd.sh --run STEP            does one step
#        sh opensmtpd.sh [--run] --undo STEP   takes it back
# Written by postmortem @version@ from a log that ends @log_end@.
@odd_accounts@
@common@
PATH=$PATH:/usr/sbin:/usr/local/sbin
export PATH

# Envelopes that still wait, of a message of the list and from the sender that the log showed: an
# envelope's id is its message's and eight digits more.
live() {
    smtpctl show queue | awk -F'|' -v wanted="$here/queue.tsv" '
        BEGIN {
            while ((getline line < wanted) > 0) { split(line, cell, "\t"); sender[cell[1]] = cell[4] }
        }
        { id = substr($1, 1, 8) }
        length($1) == 16 && id in sender && $5 == sender[id] { print $1 }'
}
each() {
    live | while read -r id; do act smtpctl "$1" "$2" "$id"; done
}

if wants keep && [ "$undo" = no ]; then
    begin keep "a copy of the queue; undo: delete the copy"
    act mkdir -p "$keep"
    act tar -C /var/spool/smtpd -cf "$keep/queue.tar" queue
fi
if wants close && [ "$undo" = no ]; then
    begin close "new passwords come first: ../reset.txt"
    for account in $accounts; do say "    no more logins of $account: a new password, or out of the credentials table"; done
    say "    then: smtpctl update table credentials   (the name that smtpd.conf gives it)"
fi
if wants hold; then
    begin hold "@held@ of theirs in the queue when the log ended"
    if [ "$undo" = yes ]; then each resume envelope; else each pause envelope; fi
fi
if wants review && [ "$undo" = no ]; then
    begin review "nothing is changed: smtpctl show envelope ID, smtpctl show message ID"
fi
if wants delete && [ "$undo" = no ]; then
    begin delete "no bounce is sent; undo: the copies in $keep/deleted"
    live | while read -r id; do
        act mkdir -p "$keep/deleted"
        say "    smtpctl show message $id > $keep/deleted/$id.eml; smtpctl remove $id"
        if [ "$run" = yes ] && smtpctl show message "$id" >"$keep/deleted/$id.eml"; then smtpctl remove "$id"; fi
    done
fi
if wants release && [ "$step" != all ]; then
    begin release "same as --undo hold"
    each resume envelope
fi
