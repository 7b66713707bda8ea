#!/bin/sh
# What to do on a Sendmail server:
#   keep    copy the queue before anything changes
#   close   refuse the accounts and addresses below
#   hold    quarantine the intruders' waiting messages: these alone
#   release free them after all
# usage: sh sendmail.sh                       prints every step (dry run, changes nothing)
#        sh sendmail.sh --run STEP            does one step
#        sh sendmail.sh [--run] --undo STEP   takes it back
# Written by postmortem @version@ from a log that ends @log_end@.
@odd_accounts@
@common@
PATH=$PATH:/usr/sbin:/sbin
export PATH
relays='
@relays@'

if wants keep && [ "$undo" = no ]; then
    begin keep "a copy of the queue; undo: delete the copy"
    act mkdir -p "$keep"
    act tar -C /var/spool -cf "$keep/queue.tar" mqueue
fi
if wants close && [ "$undo" = no ]; then
    begin close "lines for /etc/mail/access, then: makemap hash /etc/mail/access < /etc/mail/access"
    for account in $accounts; do say "    From:$account REJECT"; done
    for relay in $relays; do
        case $relay in *:*) say "    Connect:IPv6:$relay REJECT" ;; *) say "    Connect:$relay REJECT" ;; esac
    done
    say "    undo: take the lines out again, and makemap"
fi
if wants hold || { wants release && [ "$step" != all ]; }; then
    if [ "$undo" = yes ] || [ "$step" = release ]; then how=-Q; else how=-Qpostmortem; fi
    begin hold "@held@ of theirs in the queue when the log ended"
    mailq | awk -v wanted="$here/queue.tsv" '
        BEGIN {
            while ((getline line < wanted) > 0) { split(line, cell, "\t"); sender[cell[1]] = cell[4] }
        }
        { id = $1; gsub(/[*X?-]+$/, "", id) }
        id in sender && $NF == "<" sender[id] ">" { print id }' | while read -r id; do
        act sendmail "-qI$id" "$how"
    done
fi
