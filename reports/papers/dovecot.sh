#!/bin/sh
# What to do on a Dovecot server:
#   keep    see who is logged in before anything changes
#   close   end the sessions of the accounts below and forget their cached passwords
#   look    what an intruder may have left behind
# usage: sh dovecot.sh                       prints every step (dry run, changes nothing)
#        sh dovecot.sh --run STEP            does one step
# Written by postmortem @version@ from a log that ends @log_end@.
@odd_accounts@
@common@

if wants keep; then
    begin keep "sessions of now; undo: delete the copy"
    act mkdir -p "$keep"
    say "    doveadm who > $keep/sessions.txt"
    if [ "$run" = yes ]; then doveadm who >"$keep/sessions.txt"; fi
fi

if wants close && [ "$undo" = no ]; then
    begin close "after the new passwords (../reset.txt); undo: none is needed, owners log in again"
    for account in $accounts; do
        act doveadm auth cache flush "$account"
        act doveadm kick "$account"
    done
fi

if wants look && [ "$undo" = no ]; then
    begin look "nothing is changed; forwards, filters and new folders are how an intruder stays"
    for account in $accounts; do
        say "    doveadm sieve list -u $account"
        say "    doveadm mailbox list -u $account"
    done
fi
