#!/bin/sh
# What to do on a Postfix server (Carbonio and Zimbra included), in this order:
#   keep    copy the queue before anything changes
#   close   no more mail from the accounts and addresses below
#   hold    put the intruders' waiting messages on hold: these alone, never ALL
#   review  look at what is on hold
#   delete  delete what is on hold and still is what the log showed; a copy is kept
#   release let what is on hold go after all
#   watch   see that it is over
# usage: sh postfix.sh                       prints every step (dry run, changes nothing)
#        sh postfix.sh --run STEP            does one step
#        sh postfix.sh [--run] --undo STEP   takes it back
# Copies go to the folder kept beside this file, or to $POSTMORTEM_KEEP.
# Written by postmortem @version@ from a log that ends @log_end@.
@odd_accounts@
@common@
PATH=$PATH:/usr/sbin:/sbin:/opt/zextras/common/sbin:/opt/zimbra/common/sbin
export PATH
# These sent without a login:
relays='
@relays@'

# Ids of messages that wait in one of the queues named, and are still what the log showed: the same
# id, sender and time of arrival. Ids are used again: an id alone proves nothing.
live() {
    postqueue -j | awk -v queues=" $* " -v wanted="$here/queue.tsv" '
        # Of a name that stands twice the first: what senders choose comes behind the id.
        function field(name, at) {
            if (!match($0, "\"" name "\": (\"[^\"\\\\]*\"|[0-9]+)")) return ""
            at = substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 4)
            gsub(/"/, "", at)
            return at
        }
        BEGIN {
            FS = "\n"
            while ((getline line < wanted) > 0) {
                split(line, cell, "\t")
                from[cell[1]] = cell[2]; to[cell[1]] = cell[3]; sender[cell[1]] = cell[4]
            }
        }
        {
            id = field("queue_id"); time = field("arrival_time") + 0; who = field("sender")
            if (who == "MAILER-DAEMON") who = ""
            if (id in from && index(queues, " " field("queue_name") " ") && who == sender[id] &&
                time >= from[id] + 0 && time <= to[id] + 0) print id
        }'
}
need() {
    for tool in "$@"; do
        command -v "$tool" >/dev/null 2>&1 || { say "    $tool is not on this machine"; return 1; }
    done
}
queue=$(postconf -h queue_directory 2>/dev/null || echo /var/spool/postfix)
config=$(postconf -h config_directory 2>/dev/null || echo /etc/postfix)

if wants keep; then
    begin keep "a copy of the queue and of the settings; undo: delete the copy"
    if [ "$undo" = no ]; then
        act mkdir -p "$keep"
        act tar -C "$queue" -cf "$keep/queue.tar" incoming active deferred hold
        act tar -C "$config" -cf "$keep/config.tar" .
        say "    and copy the logs of these days to another machine: /var/log/mail*"
    else
        say "    nothing was changed; delete $keep when the case is closed"
    fi
fi

if wants close; then
    begin close "new passwords come first: ../reset.txt"
    restrictions=$(postconf -h smtpd_sender_restrictions 2>/dev/null || echo)
    saved=$keep/smtpd_sender_restrictions
    access="check_sasl_access texthash:$config/postmortem_sasl, check_client_access cidr:$config/postmortem_client"
    if [ "$undo" = yes ]; then
        if [ -e "$saved" ]; then
            act postconf -e "smtpd_sender_restrictions=$(cat "$saved")"
            act rm -f "$saved" "$config/postmortem_sasl" "$config/postmortem_client"
            act postfix reload
        else
            say "    nothing was closed by this script"
        fi
    elif [ -e "$saved" ]; then
        say "    closed already"
    else
        for account in $accounts; do say "    no more mail from the login $account"; done
        for relay in $relays; do say "    no more mail from $relay"; done
        if [ "$run" = yes ]; then
            mkdir -p "$keep"
            for account in $accounts; do
                printf '%s REJECT 5.7.1 account suspended\n' "$account"
                # A login without its domain is another key.
                case $account in *@*) printf '%s REJECT 5.7.1 account suspended\n' "${account%@*}" ;; esac
            done >"$config/postmortem_sasl"
            for relay in $relays; do printf '%s REJECT 5.7.1 closed\n' "$relay"; done >"$config/postmortem_client"
            chmod 644 "$config/postmortem_sasl" "$config/postmortem_client"
            printf '%s\n' "$restrictions" >"$saved"
        fi
        act postconf -e "smtpd_sender_restrictions=$access${restrictions:+, $restrictions}"
        act postfix reload
        if postconf -P 2>/dev/null | grep -q smtpd_sender_restrictions; then
            say "    ATTENTION: master.cf sets smtpd_sender_restrictions for some services, which then do not"
            say "    see this: postconf -P | grep smtpd_sender_restrictions"
        fi
        say "    ends sessions that are logged in: postfix reload, and for IMAP containment/dovecot.sh"
    fi
    for relay in $relays; do
        say "    the hole itself: $relay is in mynetworks, or a restriction lets everybody by:"
        say "    postconf mynetworks mynetworks_style smtpd_relay_restrictions smtpd_recipient_restrictions"
        break
    done
fi

if wants hold; then
    begin hold "@held@ of theirs in the queue when the log ended; what is not theirs stays"
    if ! need postqueue postsuper; then :
    elif [ "$undo" = yes ]; then
        ids=$(live hold)
        say "    $(printf '%s' "$ids" | grep -c . || :) messages: postsuper -H -"
        if [ "$run" = yes ] && [ -n "$ids" ]; then printf '%s\n' "$ids" | postsuper -H -; fi
    else
        ids=$(live incoming active deferred)
        say "    $(printf '%s' "$ids" | grep -c . || :) messages: postsuper -h -"
        if [ "$run" = yes ] && [ -n "$ids" ]; then printf '%s\n' "$ids" | postsuper -h -; fi
    fi
    if [ -s "$here/by-hand.txt" ]; then say "    to be looked at by hand: by-hand.txt"; fi
fi

if wants review && [ "$undo" = no ]; then
    begin review "nothing is changed"
    say "    one message:    postcat -q ID"
    say "    on hold, all:   postqueue -p | grep '!'"
    if need postqueue; then say "    theirs on hold: $(live hold | grep -c . || :)"; fi
fi

if wants delete; then
    begin delete "those on hold; each is copied to $keep/deleted before"
    if ! need postqueue postsuper; then :
    elif [ "$undo" = yes ]; then
        say "    puts the copies back on hold; Postfix stands still meanwhile"
        if [ -d "$keep/deleted" ]; then
            act postfix stop
            for copy in "$keep"/deleted/*; do
                [ -e "$copy" ] || continue
                act cp -p "$copy" "$queue/hold/"
            done
            act postsuper -s
            act postfix start
            act mv "$keep/deleted" "$keep/put-back.$$"
        else
            say "    nothing was deleted by this script"
        fi
    else
        ids=$(live hold)
        say "    $(printf '%s' "$ids" | grep -c . || :) messages: postsuper -d - hold"
        if [ "$run" = yes ] && [ -n "$ids" ]; then
            mkdir -p "$keep/deleted"
            for id in $ids; do
                file=$(find "$queue/hold" -type f -name "$id")
                if [ -n "$file" ] && cp -p "$file" "$keep/deleted/$id"; then printf '%s\n' "$id"; fi
            done | postsuper -d - hold
        fi
    fi
fi

if wants release && [ "$step" != all ]; then
    begin release "same as --undo hold"
    if need postqueue postsuper; then
        ids=$(live hold)
        say "    $(printf '%s' "$ids" | grep -c . || :) messages: postsuper -H -"
        if [ "$run" = yes ] && [ -n "$ids" ]; then printf '%s\n' "$ids" | postsuper -H -; fi
    fi
fi

if wants watch && [ "$undo" = no ]; then
    begin watch "run both again after an hour and after a day"
    say "    postmortem --since 1h /var/log/mail.log"
    say "    postqueue -p | tail -n 1"
    say "  so that it stays small next time (main.cf):"
    say "    smtpd_client_message_rate_limit, or a policy service with a limit for each login"
    say "    smtpd_sender_login_maps with reject_authenticated_sender_login_mismatch: nobody sends as others"
    say "    enable_long_queue_ids = yes; smtpd_client_port_logging = yes"
fi
