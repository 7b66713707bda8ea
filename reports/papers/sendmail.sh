#!/bin/sh
# What to do on a Sendmail server:
#   keep    copy the queue before anything changes
#   close   refuse the accounts and addresses below
#   hold    quarantine the intruders' waiting messages: these alone
#   delete  delete what is quarantined; its files are kept
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
queue=${POSTMORTEM_QUEUE:-$(sed -n 's/^O QueueDirectory=//p' /etc/mail/sendmail.cf 2>/dev/null || :)}
queue=${queue:-/var/spool/mqueue}
case $queue in *\**) queue=${queue%/*} ;; esac

# Ids that still wait, from the sender that the log showed; "live -qQ": those in quarantine. An id of
# Sendmail holds its time: it is not used again.
live() {
    mailq "$@" | awk -v wanted="$here/queue.tsv" '
        BEGIN {
            while ((getline line < wanted) > 0) { split(line, cell, "\t"); sender[cell[1]] = cell[4] }
        }
        { id = $1; gsub(/[*X?-]+$/, "", id); from = $NF; gsub(/[<>]/, "", from) }
        id in sender && from == sender[id] { print id }'
}

if wants keep && [ "$undo" = no ]; then
    begin keep "a copy of the queue; undo: delete the copy"
    act mkdir -p "$keep"
    act tar -C "$queue" -cf "$keep/queue.tar" .
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
    begin hold "@held@ of theirs in the queue when the log ended"
    if [ "$undo" = yes ] || [ "$step" = release ]; then
        live -qQ | while read -r id; do act sendmail -qQ "-qI$id" -Q; done
    else
        live | while read -r id; do act sendmail "-qI$id" -Qpostmortem; done
    fi
fi
if wants review && [ "$undo" = no ]; then
    begin review "nothing is changed: mailq -qQ"
fi
if wants delete; then
    begin delete "those in quarantine, without a bounce; the files of each are kept in $keep/deleted"
    if [ "$undo" = no ]; then
        live -qQ | while read -r id; do
            say "    the files of $id from $queue to $keep/deleted/$id.tar"
            if [ "$run" = no ]; then continue; fi
            mkdir -p "$keep/deleted"
            if (cd "$queue" && find . -type f -name "?f$id" -exec tar -cf "$keep/deleted/$id.tar" {} +) &&
                [ -s "$keep/deleted/$id.tar" ]; then find "$queue" -type f -name "?f$id" -exec rm -f {} +; fi
        done
    else
        put_back "$queue"
    fi
fi
