/* Password servers that name a user and no client: Cyrus' saslauthd, Plesk's, and PAM inside them.
 *
 *     saslauthd[9]: do_auth         : auth failure: [user=u] [service=smtp] [realm=r] [mech=pam]
 * [reason=x]
 *
 * Who asked is logged by the MTA or the IMAP server beside it. */
#include "daemon.h"

#define NOTE EVENT_NOTE

/* clang-format off */
static const struct line_kind kinds[] = {
    {"auth-failed", "auth failure: [user=%A] [service=%A] [realm=%A] [mech=%A] [reason=%A]",
     EVENT_AUTH_FAILED,
     {FIELD_SASL_USERNAME, FIELD_DETAIL, FIELD_DETAIL, FIELD_MECHANISM, FIELD_TEXT}},
    {"auth-success", "auth success: [user=%A] [service=%A] [realm=%A] [mech=%A]", NOTE,
     {FIELD_SASL_USERNAME, FIELD_DETAIL, FIELD_DETAIL, FIELD_MECHANISM}},
    {"auth-success", "auth success (cached): [user=%A] [service=%A] [realm=%A]", NOTE,
     {FIELD_SASL_USERNAME, FIELD_DETAIL, FIELD_DETAIL}},
    {"request", "NULL %W received", NOTE, {FIELD_DETAIL}},
    {"request", "%W exceeded MAX_REQ_LEN: %d", NOTE, {FIELD_DETAIL}},
    {"request", "NULL response from mechanism", NOTE, {0}},
    {"request", "internal mechanism failure: %A", NOTE, {FIELD_TEXT}},
    {"request", "mechanism returned unknown response: %A", NOTE, {FIELD_TEXT}},
    {"request", "unknown authentication mechanism: %A", NOTE, {FIELD_MECHANISM}},
    {"cache", "[login=%A] [service=%A] [realm=%A]: %A", NOTE,
     {FIELD_SASL_USERNAME, FIELD_DETAIL, FIELD_DETAIL, FIELD_TEXT}},
    {"process", "master pid is: %d", NOTE, {0}},
    {"process", "master exited: %d", NOTE, {0}},
    {"process", "child exited: %d", NOTE, {0}},
    {"process", "forked child: %d", NOTE, {0}},
    {"process", "could not fork child process", NOTE, {0}},
    {"process", "pid file removed: %A", NOTE, {FIELD_DETAIL}},
    {"process", "pid file lock removed: %A", NOTE, {FIELD_DETAIL}},
    {"process", "accept lock file removed: %A", NOTE, {FIELD_DETAIL}},
    {"process", "using accept lock file: %A", NOTE, {FIELD_DETAIL}},
    {"process", "acquired accept lock", NOTE, {0}},
    {"process", "released accept lock", NOTE, {0}},
    {"process", "listening on socket: %A", NOTE, {FIELD_DETAIL}},
    {"process", "socket removed: %A", NOTE, {FIELD_DETAIL}},
    {"process", "using process model", NOTE, {0}},
    {"process", "num_procs : %d", NOTE, {0}},
    {"process", "mech_option: %A", NOTE, {FIELD_DETAIL}},
    {"process", "run_path : %A", NOTE, {FIELD_DETAIL}},
    {"process", "auth_mech : %A", NOTE, {FIELD_DETAIL}},
    {"process", "could not open pid file %A", NOTE, {FIELD_DETAIL}},
    {"process", "could not lock pid file %A", NOTE, {FIELD_DETAIL}},
    {"process", "could not bind to socket: %A", NOTE, {FIELD_DETAIL}},
    {"process", "could not chdir to: %A", NOTE, {FIELD_DETAIL}},
    {"process", "Another instance of saslauthd is currently running", NOTE, {0}},
    {"process", "Kernel does not support IPC semaphores", NOTE, {0}},
    {"failure", "bind: %A", NOTE, {FIELD_DETAIL}},
    {"failure", "listen: %A", NOTE, {FIELD_DETAIL}},
    {"failure", "accept: %A", NOTE, {FIELD_DETAIL}},
    {"failure", "socket accept failure", NOTE, {0}},
    {"failure", "write failure", NOTE, {0}},
    {"failure", "write: %A", NOTE, {FIELD_DETAIL}},
    {"failure", "read failure", NOTE, {0}},
    {"failure", "read: %A", NOTE, {FIELD_DETAIL}},
    {"mechanism", "DEBUG: auth_pam: pam_authenticate failed: %A", NOTE, {FIELD_TEXT}},
    {"mechanism", "DEBUG: auth_pam: pam_acct_mgmt failed: %A", NOTE, {FIELD_TEXT}},
    {"mechanism", "DEBUG: auth_pam: pam_start failed: %A", NOTE, {FIELD_TEXT}},
    {"mechanism", "DEBUG: auth_shadow: getpwnam(%A): invalid username", NOTE,
     {FIELD_SASL_USERNAME}},
    {"mechanism", "DEBUG: auth_shadow: getspnam(%A): invalid shadow username", NOTE,
     {FIELD_SASL_USERNAME}},
    {"mechanism", "DEBUG: auth_shadow: pw mismatch: %A", NOTE, {FIELD_DETAIL}},
    {"mechanism", "DEBUG: auth_shadow: account expired: %A", NOTE, {FIELD_DETAIL}},
    {"mechanism", "DEBUG: auth_shadow: password expired: %A", NOTE, {FIELD_DETAIL}},
    {"mechanism", "DEBUG: auth_shadow: OK: %A", NOTE, {FIELD_SASL_USERNAME}},
    {"mechanism", "DEBUG: auth_getpwent: getpwnam(%A): invalid username", NOTE,
     {FIELD_SASL_USERNAME}},
    {"mechanism", "DEBUG: auth_getpwent: %A: invalid password", NOTE, {FIELD_SASL_USERNAME}},
    {"mechanism", "DEBUG: auth_getpwent: OK: %A", NOTE, {FIELD_SASL_USERNAME}},
    {"mechanism", "auth_rimap: unexpected response to auth request: %A", NOTE, {FIELD_TEXT}},
    {"mechanism", "auth_rimap: couldn't connect to %A", NOTE, {FIELD_DETAIL}},
    {"mechanism", "auth_rimap: connect %A", NOTE, {FIELD_DETAIL}},
    {"mechanism", "auth_krb5: %A", NOTE, {FIELD_DETAIL}},
    {"mechanism", "Authentication failed for %A: %A (%d)", NOTE, {FIELD_SASL_USERNAME, FIELD_TEXT}},
    {"mechanism", "Entry not found (%A).", NOTE, {FIELD_DETAIL}},
    {"mechanism", "Duplicate entries found (%A).", NOTE, {FIELD_DETAIL}},
    {"mechanism", "ldap_simple_bind() failed %d (%A).", NOTE, {FIELD_DETAIL}},
    {"mechanism", "user ldap_search_st() failed: %A", NOTE, {FIELD_DETAIL}},
    {"mechanism", "Retrying authentication", NOTE, {0}},
    /* Zimbra's and Carbonio's saslauthd asks the mailbox server. */
    {"mechanism", "auth_zimbra: %A auth failed: %A", NOTE, {FIELD_SASL_USERNAME, FIELD_TEXT}},
    {"mechanism", "auth_zimbra: %A auth OK", NOTE, {FIELD_SASL_USERNAME}},
    {"mechanism", "auth_zimbra_init: %A", NOTE, {FIELD_DETAIL}},
    {"mechanism", "zmauth: authenticating against elected url '%A' ...", NOTE, {FIELD_DETAIL}},
    {"mechanism", "zmpost: url='%A' returned buffer->data='%A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind pam_kinds[] = {
    {"pam", "pam_unix(%W): authentication failure; logname=%A rhost=%A",
     NOTE, {FIELD_DETAIL, FIELD_DETAIL, FIELD_DETAIL}},
    {"pam", "pam_unix(%W): check pass; user unknown", NOTE, {FIELD_DETAIL}},
    {"pam", "pam_unix(%W): could not identify password for [%A]",
     NOTE, {FIELD_DETAIL, FIELD_SASL_USERNAME}},
    {"pam", "pam_unix(%W): account %W has expired %A",
     NOTE, {FIELD_DETAIL, FIELD_SASL_USERNAME, FIELD_DETAIL}},
    {"pam", "pam_unix(%W): bad username [%A]", NOTE, {FIELD_DETAIL, FIELD_SASL_USERNAME}},
    {"pam", "pam_succeed_if(%W): error retrieving information about user %A",
     NOTE, {FIELD_DETAIL, FIELD_SASL_USERNAME}},
    {"pam", "pam_succeed_if(%W): requirement \"%A\" not met by user \"%A\"",
     NOTE, {FIELD_DETAIL, FIELD_DETAIL, FIELD_SASL_USERNAME}},
    {"pam", "pam_sss(%W): authentication failure; logname=%A rhost=%A",
     NOTE, {FIELD_DETAIL, FIELD_DETAIL, FIELD_DETAIL}},
    {"pam", "pam_sss(%W): received for user %A: %A",
     NOTE, {FIELD_DETAIL, FIELD_SASL_USERNAME, FIELD_TEXT}},
    {"pam", "pam_mysql - %A", NOTE, {FIELD_TEXT}},
    {"pam", "pam_listfile(%W): Refused user %A for service %W",
     NOTE, {FIELD_DETAIL, FIELD_SASL_USERNAME, FIELD_DETAIL}},
    {"pam", "pam_ldap(%W): %A", NOTE, {FIELD_DETAIL, FIELD_TEXT}},
    {"pam", "pam_tally2(%W): user %A (%d) tally %A",
     NOTE, {FIELD_DETAIL, FIELD_SASL_USERNAME, FIELD_DETAIL}},
    {"pam", "pam_faillock(%W): Consecutive login failures for user %A account temporarily locked",
     NOTE, {FIELD_DETAIL, FIELD_SASL_USERNAME}},
    {"pam", "PAM %d more authentication failure; %A", NOTE, {FIELD_DETAIL}},
    {"pam", "PAM %d more authentication failures; %A", NOTE, {FIELD_DETAIL}},
    {"pam", "PAM unable to dlopen(%A): %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"pam", "PAM adding faulty module: %A", NOTE, {FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

/* "No such user" is followed by "failed mail authentication attempt" for the same try. */
static const struct line_kind plesk_kinds[] = {
    {"auth-failed", "failed mail authentication attempt for user '%A' (password len=%d)",
     EVENT_AUTH_FAILED,
     {FIELD_SASL_USERNAME}},
    {"auth-failed", "failed mail authenticatication attempt for user '%A' (password len=%d)",
     EVENT_AUTH_FAILED,
     {FIELD_SASL_USERNAME}},
    {"no-user", "No such user '%A' in mail authorization database", NOTE, {FIELD_SASL_USERNAME}},
    {"process", "listen=%d, status=%d, dbpath='%A', keypath='%A', chroot=%d, unprivileged=%d",
     NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "privileges set to (%d:%d) (effective %d:%d)", NOTE, {0}},
    {"process", "select timeout, exiting", NOTE, {0}},
    {"process", "Invalid mail name '%A'", NOTE, {FIELD_SASL_USERNAME}},
    {NULL, NULL, 0, {0}},
};
/* clang-format on */

/* The function that speaks, padded to 16 columns; empty in 2.1.28. */
static bool skip_function(struct str *text)
{
    static const char *const functions[] = {"do_auth",
                                            "do_request",
                                            "main",
                                            "server_exit",
                                            "detach_tty",
                                            "ipc_init",
                                            "ipc_loop",
                                            "ipc_cleanup",
                                            "handle_sigchld",
                                            "handle_exit",
                                            "have_baby",
                                            "set_auth_mech",
                                            "set_max_procs",
                                            "set_mech_option",
                                            "set_run_path",
                                            "signal_setup",
                                            "cache_init",
                                            "cache_lookup",
                                            "cache_commit",
                                            "cache_init_lock",
                                            "cache_un_lock",
                                            "rel_lock",
                                            "get_lock",
                                            "rel_accept_lock",
                                            "get_accept_lock",
                                            "show_version",
                                            "killed",
                                            "auth_zimbra",
                                            NULL};
    struct str rest = *text, function;
    if (!str_cut(&rest, STR(": "), &function))
        return false;
    function = str_trim(function);
    bool known = function.len == 0;
    for (const char *const *name = functions; !known && *name; name++)
        known = str_eq(function, str_of(*name));
    if (known)
        *text = str_trim(rest);
    return known;
}

static bool behind_function(struct str text, struct event *out)
{
    return skip_function(&text) && template_event(kinds, text, false, out);
}

/* "auth" is a login server that knows no client: its failures are copies of what the MTA says. */
static const struct daemon daemons[] = {
    {"saslauthd*", "auth", {kinds, pam_kinds}, behind_function},
    {"plesk_saslauthd", "auth", {plesk_kinds}, NULL},
    {NULL, NULL, {NULL}, NULL},
};

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    return daemon_owns(daemons, program, ret_daemon);
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    return daemon_parse(&daemons[context->daemon], text, out);
}

extern const struct parser sasl_parser;
const struct parser sasl_parser = {.name = "sasl", .owns = owns, .parse = parse};
