/* Every group of Dovecot's lines, with hostile users, secrets, and lines cut short. */
#include "expect.h"

static const struct expectation cases[] = {
    {"imap-login: Login: user=<a@x.test>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.10, mpid=12, "
     "TLS, session=<abc>",
     "login sasl_username=a@x.test sasl_method=PLAIN client_ip=192.0.2.1 server_ip=192.0.2.10 "
     "service=imap flags=TLS session=abc",
     true},
    {"pop3-login: Login: user=<anna>, method=CRAM-MD5, rip=2001:db8::7, lip=2001:db8::1, mpid=9, "
     "secured, session=<Zm9v>",
     "login sasl_username=anna sasl_method=CRAM-MD5 client_ip=2001:db8::7 server_ip=2001:db8::1 "
     "service=pop3 flags=secured session=Zm9v",
     true},
    {"submission-login: Login: user=<anna>, method=PLAIN, rip=::ffff:192.0.2.7, "
     "lip=::ffff:192.0.2.10, mpid=9, TLS, session=<Zm9v>",
     "login sasl_username=anna sasl_method=PLAIN client_ip=::ffff:192.0.2.7 "
     "server_ip=::ffff:192.0.2.10 service=submission flags=TLS session=Zm9v",
     true},
    {"managesieve-login: Login: user=<anna>, method=LOGIN, rip=192.0.2.7, lip=192.0.2.10, mpid=9",
     "login sasl_username=anna sasl_method=LOGIN client_ip=192.0.2.7 server_ip=192.0.2.10 "
     "service=managesieve",
     true},
    {"imap-login: Info: Login: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.10, mpid=18, "
     "TLS, session=<PeYcgj>",
     "login sasl_username=anna sasl_method=PLAIN client_ip=192.0.2.7 server_ip=192.0.2.10 "
     "service=imap flags=TLS session=PeYcgj",
     true},
    {"imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.10, mpid=18, "
     "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits), session=<PeYcgj>",
     "login sasl_username=anna sasl_method=PLAIN client_ip=192.0.2.7 server_ip=192.0.2.10 "
     "service=imap flags=TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) session=PeYcgj",
     true},
    {"imap-login: Logged in: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.10, mpid=18, "
     "TLS, session=<PeYcgj>",
     "login sasl_username=anna sasl_method=PLAIN client_ip=192.0.2.7 server_ip=192.0.2.10 "
     "service=imap flags=TLS session=PeYcgj",
     true},
    {"dovecot: imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.10, "
     "mpid=18",
     "login sasl_username=anna sasl_method=PLAIN client_ip=192.0.2.7 server_ip=192.0.2.10 "
     "service=imap",
     true},
    {"imap-login: Login: user=<x>, method=PLAIN, rip=203.0.113.66, lip=192.0.2.10, "
     "session=<fake>>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.10, mpid=18, session=<true>",
     "login sasl_username=x>, method=PLAIN, rip=203.0.113.66, lip=192.0.2.10, session=<fake> "
     "sasl_method=PLAIN client_ip=192.0.2.7 server_ip=192.0.2.10 service=imap session=true",
     true},
    {"imap-login: Disconnected (auth failed, 1 attempts): user=<admin@x.test>, method=PLAIN, "
     "rip=192.0.2.1, lip=10.0.0.1, TLS, session=<s1>",
     "login-failed attempts=1 text=auth failed, 1 attempts sasl_username=admin@x.test "
     "mechanism=PLAIN client_ip=192.0.2.1 server_ip=10.0.0.1 service=imap flags=TLS session=s1",
     true},
    {"imap-login: Disconnected (auth failed, 3 attempts in 17 secs): user=<anna>, method=PLAIN, "
     "rip=192.0.2.1, lip=10.0.0.1, session=<a/b+c>",
     "login-failed attempts=3 text=auth failed, 3 attempts in 17 secs sasl_username=anna "
     "mechanism=PLAIN client_ip=192.0.2.1 server_ip=10.0.0.1 service=imap session=a/b+c",
     true},
    {"imap-login: Disconnected: Aborted login by logging out (auth failed, 1 attempts in 6 secs): "
     "user=<anna>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.10, session=<a>",
     "login-failed attempts=1 text=auth failed, 1 attempts in 6 secs sasl_username=anna "
     "mechanism=PLAIN client_ip=192.0.2.1 server_ip=192.0.2.10 service=imap session=a",
     true},
    {"imap-login: Aborted login (auth failed, 1 attempts in 2 secs): user=<anna>, method=LOGIN, "
     "rip=192.0.2.1, lip=192.0.2.10, TLS, session=<a>",
     "login-failed attempts=1 text=auth failed, 1 attempts in 2 secs sasl_username=anna "
     "mechanism=LOGIN client_ip=192.0.2.1 server_ip=192.0.2.10 service=imap flags=TLS session=a",
     true},
    {"imap-login: Login aborted: Connection closed (auth failed, 2 attempts in 30 secs) "
     "(auth_failed): user=<anna>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.10, TLS, session=<a>",
     "login-failed attempts=2 text=auth failed, 2 attempts in 30 secs sasl_username=anna "
     "mechanism=PLAIN client_ip=192.0.2.1 server_ip=192.0.2.10 service=imap flags=TLS session=a",
     true},
    {"pop3-login: Disconnected: Connection closed (auth failed, 2 attempts in 30 secs): "
     "user=<heidi@x.test>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.10, TLS: Connection closed, "
     "session=<a>",
     "login-failed attempts=2 text=auth failed, 2 attempts in 30 secs sasl_username=heidi@x.test "
     "mechanism=PLAIN client_ip=192.0.2.1 server_ip=192.0.2.10 service=pop3 flags=TLS session=a",
     false},
    {"imap-login: Disconnected: Too many invalid commands (auth failed, 1 attempts in 0 secs): "
     "user=<anna>, rip=192.0.2.1, lip=192.0.2.10, session=<a>",
     "login-failed attempts=1 text=auth failed, 1 attempts in 0 secs sasl_username=anna "
     "client_ip=192.0.2.1 server_ip=192.0.2.10 service=imap session=a",
     true},
    {"pop3-login: Disconnected: Disconnected: Too many bad commands (auth failed, 2 attempts in 0 "
     "secs): user=<anna>, rip=192.0.2.1, lip=192.0.2.10, session=<a>",
     "login-failed attempts=2 text=auth failed, 2 attempts in 0 secs sasl_username=anna "
     "client_ip=192.0.2.1 server_ip=192.0.2.10 service=pop3 session=a",
     true},
    {"imap-login: Disconnected: Inactivity (auth failed, 1 attempts in 178 secs): user=<>, "
     "method=PLAIN, rip=192.0.2.1, lip=192.0.2.10, session=<a>",
     "login-failed attempts=1 text=auth failed, 1 attempts in 178 secs mechanism=PLAIN "
     "client_ip=192.0.2.1 server_ip=192.0.2.10 service=imap session=a",
     true},
    {"imap-login: Disconnected: Connection closed (user disabled): user=<anna>, method=PLAIN, "
     "rip=192.0.2.1, lip=192.0.2.10, TLS, session=<a>",
     "login-failed text=user disabled sasl_username=anna mechanism=PLAIN client_ip=192.0.2.1 "
     "server_ip=192.0.2.10 service=imap flags=TLS session=a",
     true},
    {"imap-login: Disconnected (no auth attempts in 22 secs): user=<>, rip=192.0.2.1, "
     "lip=192.0.2.10, TLS, session=<a>",
     "login-ended text=no auth attempts in 22 secs client_ip=192.0.2.1 server_ip=192.0.2.10 "
     "service=imap flags=TLS session=a",
     true},
    {"imap-login: Disconnected: Connection closed: SSL_accept() failed: error:1408F10B:SSL "
     "routines:ssl3_get_record:wrong version number (no auth attempts in 0 secs): user=<>, "
     "rip=192.0.2.1, lip=192.0.2.10, TLS handshaking: SSL_accept() failed: error:1408F10B:SSL "
     "routines:ssl3_get_record:wrong version number, session=<a>",
     "login-ended text=no auth attempts in 0 secs client_ip=192.0.2.1 server_ip=192.0.2.10 "
     "service=imap flags=TLS handshaking session=a",
     false},
    {"imap-login: Disconnected (tried to use disallowed plaintext auth): user=<>, rip=192.0.2.1, "
     "lip=192.0.2.10, session=<a>",
     "login-ended text=tried to use disallowed plaintext auth client_ip=192.0.2.1 "
     "server_ip=192.0.2.10 service=imap session=a",
     true},
    {"imap-login: Disconnected (client didn't finish SASL auth, waited 10 secs): user=<>, "
     "method=PLAIN, rip=192.0.2.1, lip=192.0.2.10, session=<a>",
     "login-ended text=client didn't finish SASL auth, waited 10 secs mechanism=PLAIN "
     "client_ip=192.0.2.1 server_ip=192.0.2.10 service=imap session=a",
     true},
    {"imap-login: Maximum number of connections from user+IP exceeded "
     "(mail_max_userip_connections=10): user=<anna>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.10, "
     "TLS, session=<a>",
     "login-note text=Maximum number of connections from user+IP exceeded "
     "(mail_max_userip_connections=10) sasl_username=anna mechanism=PLAIN client_ip=192.0.2.1 "
     "server_ip=192.0.2.10 service=imap flags=TLS session=a",
     true},
    {"imap-login: Disconnected (auth failed, 1 attempts in 6 secs): user=<anna>, method=PLAIN, "
     "rip=192.0.2.1, lip=192.0.2.10, TLS, sess",
     "login-failed cut attempts=1 text=auth failed, 1 attempts in 6 secs sasl_username=anna "
     "mechanism=PLAIN client_ip=192.0.2.1 server_ip=192.0.2.10 service=imap flags=TLS",
     false},
    {"imap-login: Disconnected (auth failed, 1 attempts in 6 secs): user=<anna>, method=PL",
     "login-failed cut attempts=1 text=auth failed, 1 attempts in 6 secs service=imap", false},
    {"imap-login: Disconnected (auth failed, 1 attempts in 6 secs): user=<averylongname",
     "login-failed cut attempts=1 text=auth failed, 1 attempts in 6 secs service=imap", false},
    {"auth: passwd-file(anna@x.test,192.0.2.1): Password mismatch",
     "auth-failed sasl_username=anna@x.test client_ip=192.0.2.1 service=auth detail=passwd-file "
     "text=Password mismatch",
     true},
    {"auth: passwd-file(anna@x.test,192.0.2.1,<abc>): Password mismatch",
     "auth-failed sasl_username=anna@x.test client_ip=192.0.2.1 service=auth session=abc "
     "detail=passwd-file text=Password mismatch",
     true},
    {"auth: passwd-file(anna,2001:db8::7,<abc>): unknown user",
     "auth-failed sasl_username=anna client_ip=2001:db8::7 service=auth session=abc "
     "detail=passwd-file text=unknown user",
     true},
    {"auth: sql(anna,192.0.2.1): unknown user (given password: Winter-2019)",
     "auth-failed sasl_username=anna client_ip=192.0.2.1 service=auth detail=sql text=unknown user",
     false},
    {"auth: passwd-file(anna,192.0.2.1): unknown user (SHA1 of given password: 9f3c01)",
     "auth-failed sasl_username=anna client_ip=192.0.2.1 service=auth detail=passwd-file "
     "text=unknown user",
     true},
    {"auth: ldap(anna,192.0.2.1,<abc>): invalid credentials (given password: a): b)",
     "auth-failed sasl_username=anna client_ip=192.0.2.1 service=auth session=abc detail=ldap "
     "text=invalid credentials",
     true},
    {"auth: sql(anna,192.0.2.1,<abc>): unknown user - trying the next passdb",
     "auth-next-database sasl_username=anna client_ip=192.0.2.1 service=auth session=abc "
     "detail=sql text=unknown user",
     true},
    {"auth: login(?,192.0.2.1): Username character disallowed by auth_username_chars: 0x27 "
     "(username: ' or 1)",
     "auth-failed client_ip=192.0.2.1 service=auth detail=login text=Username character disallowed "
     "by auth_username_chars: 0x27 (username: ' or 1)",
     true},
    {"auth: passwd-file(a,203.0.113.66): Password mismatch,192.0.2.1): Password mismatch",
     "auth-failed sasl_username=a,203.0.113.66): Password mismatch client_ip=192.0.2.1 "
     "service=auth detail=passwd-file text=Password mismatch",
     true},
    {"auth-worker(3101): pam(paula,192.0.2.1): unknown user",
     "auth-failed sasl_username=paula client_ip=192.0.2.1 service=auth detail=pam text=unknown "
     "user",
     true},
    {"auth-worker(3102): pam(paula,192.0.2.1,<kRt5>): pam_authenticate() failed: Authentication "
     "failure (password mismatch?)",
     "auth-failed sasl_username=paula client_ip=192.0.2.1 service=auth session=kRt5 detail=pam "
     "text=pam_authenticate() failed: Authentication failure (password mismatch?)",
     true},
    {"auth-worker(3103): conn unix:auth-worker (pid=2990,uid=112): auth-worker<6>: "
     "pam(anna@x.test,192.0.2.1): pam_authenticate() failed: Authentication failure (Password "
     "mismatch?)",
     "auth-failed sasl_username=anna@x.test client_ip=192.0.2.1 service=auth detail=pam "
     "text=pam_authenticate() failed: Authentication failure (Password mismatch?)",
     true},
    {"auth-worker(3104): Info: conn unix:auth-worker (pid=2991,uid=112): auth-worker<4>: "
     "sql(office,192.0.2.1): unknown user",
     "auth-failed sasl_username=office client_ip=192.0.2.1 service=auth detail=sql text=unknown "
     "user",
     true},
    {"auth(anna@x.test,192.0.2.1,sasl:plain)<abc>: passwd-file: Password mismatch",
     "auth-failed sasl_username=anna@x.test client_ip=192.0.2.1 service=auth session=abc "
     "detail=passwd-file text=Password mismatch",
     false},
    {"auth: policy(anna,192.0.2.1,<abc>): Authentication failure due to policy server refusal",
     "auth-failed sasl_username=anna client_ip=192.0.2.1 service=auth session=abc detail=policy "
     "text=Authentication failure due to policy server refusal",
     true},
    {"auth: passdb(anna,192.0.2.1,<abc>): allow_nets check failed: IP not in allowed networks",
     "auth-failed sasl_username=anna client_ip=192.0.2.1 service=auth session=abc detail=passdb "
     "text=allow_nets check failed: IP not in allowed networks",
     true},
    {"auth: userdb(anna,192.0.2.1): user not found from userdb passwd",
     "auth-note sasl_username=anna client_ip=192.0.2.1 service=auth detail=userdb", false},
    {"auth: Error: auth client 0 disconnected with 1 pending requests: EOF",
     "auth-client-gone count=1 text=EOF", true},
    {"auth: Error: auth client 0 disconnected with 1 pending requests: Connection reset by peer",
     "auth-client-gone count=1 text=Connection reset by peer", true},
    {"auth: Warning: auth workers: Auth request was queued for 10 seconds, 3 left in queue (see "
     "auth_worker_max_count)",
     "auth-worker", false},
    {"imap(anna)<6625><C/eo>: Disconnected: Logged out in=26 out=778 deleted=0 expunged=0 "
     "trashed=0 hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0",
     "logout sasl_username=anna service=imap session=C/eo bytes_in=26 bytes_out=778 "
     "text=Disconnected: Logged out",
     true},
    {"imap(anna): Disconnected: Logged out bytes=31/420",
     "logout sasl_username=anna service=imap bytes_in=31 bytes_out=420 text=Disconnected: Logged "
     "out",
     true},
    {"imap(anna)<6625><C/eo>: Connection closed (IDLE running for 0.001 + waiting input for 5.390 "
     "secs, 2 B in + 10 B out, state=wait-input) in=26 out=778 deleted=0 expunged=0 trashed=0 "
     "hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0",
     "logout sasl_username=anna service=imap session=C/eo bytes_in=26 bytes_out=778 "
     "text=Connection closed (IDLE running for 0.001 + waiting input for 5.390 secs, 2 B in + 10 B "
     "out, state=wait-input)",
     true},
    {"imap(anna)<6625><C/eo>: Disconnected: Inactivity - no input for 1800 secs in=26 out=778 "
     "deleted=0 expunged=0 trashed=0 hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0",
     "logout sasl_username=anna service=imap session=C/eo bytes_in=26 bytes_out=778 "
     "text=Disconnected: Inactivity - no input for 1800 secs",
     true},
    {"imap(anna)<6625><C/eo>: Server shutting down. in=26 out=778 deleted=0 expunged=0 trashed=0 "
     "hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0",
     "logout sasl_username=anna service=imap session=C/eo bytes_in=26 bytes_out=778 text=Server "
     "shutting down.",
     true},
    {"pop3(anna)<77><abc>: Disconnected: Logged out top=0/0, retr=2/4077, del=0/2, size=4061",
     "logout sasl_username=anna service=pop3 session=abc text=Disconnected: Logged out", true},
    {"imap(anna)<6625><C/eo>: copy from INBOX: box=Trash, uid=5, msgid=<1@x.test>, size=4077",
     "mail-log action=copy from INBOX mailbox=Trash message_id=<1@x.test> size=4077 "
     "sasl_username=anna service=imap "
     "session=C/eo",
     false},
    {"imap(anna)<6625><C/eo>: expunge: box=Trash, uid=5, msgid=<1@x.test>, size=4077",
     "mail-log action=expunge mailbox=Trash message_id=<1@x.test> size=4077 sasl_username=anna "
     "service=imap "
     "session=C/eo",
     false},
    {"imap(anna)<6625><C/eo>: Mailbox created: Archive",
     "mailbox mailbox=Archive sasl_username=anna service=imap session=C/eo", true},
    {"lmtp(16042): Connect from local", "connect peer=local service=lmtp", true},
    {"lmtp(16042): Disconnect from local: Logged out (state=READY)",
     "disconnect peer=local service=lmtp", false},
    {"lmtp(16042): Disconnect from local: Connection closed (state=READY)",
     "disconnect peer=local service=lmtp", false},
    {"lmtp(anna@x.test)<16042><OaXm>: msgid=<1@x.test>: saved mail to INBOX",
     "saved mailbox=INBOX action=saved sasl_username=anna@x.test service=lmtp session=OaXm "
     "message_id=<1@x.test>",
     true},
    {"lmtp(16042, anna@x.test): OaXmOc0WA2uqPgAA: sieve: msgid=<1@x.test>: stored mail into "
     "mailbox 'INBOX'",
     "sieve-stored mailbox=INBOX action=stored sasl_username=anna@x.test service=lmtp "
     "session=OaXmOc0WA2uqPgAA message_id=<1@x.test>",
     true},
    {"lmtp(anna@x.test)<16042><OaXm:2>: sieve: msgid=<1@x.test>: forwarded to <drop@far.test>",
     "sieve-forwarded recipient=drop@far.test action=forwarded sasl_username=anna@x.test "
     "service=lmtp session=OaXm:2 message_id=<1@x.test>",
     true},
    {"lmtp(anna@x.test)<16042><OaXm>: sieve: msgid=<a>: forwarded to <fake@far.test>: stored mail "
     "into mailbox 'Junk'",
     "sieve-stored mailbox=Junk action=stored sasl_username=anna@x.test service=lmtp session=OaXm "
     "message_id=<a>: forwarded to <fake@far.test>",
     true},
    {"lmtp(anna@x.test)<16042><OaXm>: sieve: msgid=<1@x.test>: fileinto action: stored mail into "
     "mailbox 'Junk'",
     "sieve-stored mailbox=Junk action=stored sasl_username=anna@x.test service=lmtp session=OaXm "
     "message_id=<1@x.test>",
     true},
    {"lmtp(anna@x.test)<16042><OaXm>: sieve: msgid=<1@x.test>: sent vacation response to "
     "<bob@far.test>",
     "sieve-vacation recipient=bob@far.test action=sent sasl_username=anna@x.test service=lmtp "
     "session=OaXm message_id=<1@x.test>",
     true},
    {"lmtp(anna@x.test)<16042><OaXm>: sieve: msgid=<1@x.test>: discarded vacation reply to <>",
     "sieve-vacation detail=<> action=discarded sasl_username=anna@x.test service=lmtp "
     "session=OaXm message_id=<1@x.test>",
     true},
    {"lmtp(anna@x.test)<16042><OaXm>: sieve: msgid=<1@x.test>: marked message to be discarded if "
     "not explicitly delivered (discard action)",
     "sieve-discarded action=marked sasl_username=anna@x.test service=lmtp session=OaXm "
     "message_id=<1@x.test>",
     true},
    {"lda(anna)<123><abc>: msgid=<1@x.test>: save failed to INBOX: Quota exceeded (mailbox for "
     "user is full)",
     "save-failed mailbox=INBOX text=Quota exceeded (mailbox for user is full) action=save "
     "sasl_username=anna service=lda session=abc message_id=<1@x.test>",
     true},
    {"lda(anna): msgid=<1@x.test>: saved mail to INBOX",
     "saved mailbox=INBOX action=saved sasl_username=anna service=lda message_id=<1@x.test>", true},
    {"submission(anna)<9><abc>: Successfully relayed message: from=<anna@x.test>, size=1234, "
     "id=KAcgM9, nrcpt=2, reply=`250 2.0.0 Ok: queued as 4A1B0239AC'",
     "submitted sender=anna@x.test size=1234 mail_id=KAcgM9 nrcpt=2 text=250 2.0.0 Ok: queued as "
     "4A1B0239AC queued_as=4A1B0239AC sasl_username=anna service=submission session=abc",
     false},
    {"master: Dovecot v2.3.19.1 (9b53102964) starting up for imap, lmtp (core dumps disabled)",
     "starting version=2.3.19.1 detail=9b53102964", false},
    {"master: Dovecot v2.2.33.2 (d6601f4ec) starting up for imap", "starting version=2.2.33.2 detail=d6601f4ec", false},
    {"master: Warning: Killed with signal 15 (by pid=1 uid=0 code=kill)", "stopping detail=kill", false},
    {"master: Warning: SIGHUP received - reloading configuration", "reload", true},
    {"master: Error: service(imap-login): child 77 killed with signal 6 (core dumps disabled)",
     "service detail=imap-login detail=6 (core dumps disabled)", false},
    {"master: Warning: service(imap): process_limit (100) reached, client connections are being "
     "dropped",
     "service detail=imap detail=process_limit detail=", false},
    {"config: Warning: please set ssl_dh=</etc/dovecot/dh.pem", "settings detail=</etc/dovecot/dh.pem", false},
    {"ssl-params: Generating SSL parameters", "settings", true},
    {"ssl-params: SSL parameters regeneration completed", "settings", true},
    {"indexer-worker(anna)<9><abc>: Indexed 12 messages in INBOX (UIDs 1..12)",
     "indexed sasl_username=anna service=indexer-worker session=abc", false},
    {"imap-login: Error: Diffie-Hellman key exchange requested, but no DH parameters provided. Set "
     "ssl_dh=</path/to/dh.pem",
     "settings detail=Set ssl_dh=</path/to/dh.pem", false},
    {"anvil: Warning: Anvil client disconnected: EOF", "anvil detail=disconnected detail=EOF", false},
    {"imap-login: Something new", "none", false},
    {"nothing: Login: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.10, mpid=18", "none",
     false},
    {"hello", "none", false},
};

int main(void)
{
    extern const struct parser dovecot_parser;
    return expect_all(&dovecot_parser, cases, sizeof(cases) / sizeof(cases[0]));
}
