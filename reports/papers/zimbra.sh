#!/bin/sh
# What to do on a Carbonio or Zimbra server, as the user zextras or zimbra (queue: postfix.sh):
#   keep    what is set now, before anything changes
#   close   lock the accounts below, end web sessions, end running SMTP sessions
#   look    what an intruder may have left behind: forwards, filters, identities, app passwords
# usage: sh zimbra.sh                       prints every step (dry run, changes nothing)
#        sh zimbra.sh --run STEP            does one step
#        sh zimbra.sh [--run] --undo STEP   takes it back
# Written by postmortem @version@ from a log that ends @log_end@.
@odd_accounts@
@common@
PATH=$PATH:/opt/zextras/bin:/opt/zimbra/bin
export PATH
prov() {
    if command -v carbonio >/dev/null 2>&1; then act carbonio prov "$@"; else act zmprov "$@"; fi
}

if wants keep && [ "$undo" = no ]; then
    begin keep "settings of the accounts; undo: delete the copy"
    act mkdir -p "$keep"
    for account in $accounts; do
        say "    settings of $account > $keep/$account.txt"
        if [ "$run" = yes ]; then prov ga "$account" >"$keep/$account.txt"; fi
    done
fi

if wants close; then
    begin close "a locked account still receives mail; then a new password (../reset.txt)"
    for account in $accounts; do
        if [ "$undo" = yes ]; then
            prov ma "$account" zimbraAccountStatus active
        else
            prov ma "$account" zimbraAccountStatus locked
            say "    zmprov ma $account zimbraAuthTokenValidityValue N   (N: one more than it is; ends web sessions)"
            prov flushCache account "$account"
        fi
    done
    if [ "$undo" = no ]; then
        say "    zmmtactl restart   (on each MTA: sessions that are logged in survive the lock)"
        say "    carbonio auth credential list ACCOUNT   (application passwords: delete what is not the owner's)"
    fi
fi

if wants look && [ "$undo" = no ]; then
    begin look "nothing is changed"
    for account in $accounts; do
        prov ga "$account" zimbraPrefMailForwardingAddress zimbraMailForwardingAddress \
            zimbraMailSieveScript zimbraPrefFromAddress
    done
fi
