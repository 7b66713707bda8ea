#include "postfix.h"

#include "postfix_phrase.h"

/* Sessions: what smtpd says of its clients, what smtp and lmtp say of servers, and TLS on either
 * side. */

const struct phrase postfix_smtpd_phrases[] = {
    {"lost-connection", "lost connection after %g (%n bytes) from %c", NULL, EVENT_NOTE},
    {"lost-connection", "lost connection after %g from %c", NULL, EVENT_NOTE},
    {"timeout", "timeout after %g (%n bytes) from %c", NULL, EVENT_NOTE},
    {"timeout", "timeout after %g from %c", NULL, EVENT_NOTE},
    {"too-many-errors", "too many errors after %g (%n bytes) from %c", NULL, EVENT_NOTE},
    {"too-many-errors", "too many errors after %g from %c", NULL, EVENT_NOTE},
    {"pipelining", "improper command pipelining after %g from %c: %k", NULL, EVENT_NOTE},
    {"pipelining", "improper command pipelining after %g from %c", NULL, EVENT_NOTE},
    {"bare-lf", "bare <LF> received after %g from %c", NULL, EVENT_NOTE},
    {"tls-abort", "abort: TLS from %c: %t", NULL, EVENT_NOTE},
    {"dsn-mapped", "mapping DSN status %s into %s status %s", NULL, EVENT_NOTE},
    {"command-replaced", "replacing command \"%k\" with \"%s\"", NULL, EVENT_NOTE},
    {"hostname-mismatch", "warning: hostname %s does not resolve to address %s: %t", NULL,
     EVENT_NOTE},
    {"hostname-mismatch", "warning: hostname %s does not resolve to address %s", NULL, EVENT_NOTE},
    {"hostname-mismatch", "warning: %s: hostname %s verification failed: %t", NULL, EVENT_NOTE},
    {"hostname-mismatch", "warning: %s: address not listed for hostname %s", NULL, EVENT_NOTE},
    {"non-smtp-command", "warning: non-SMTP command from %c: %k", NULL, EVENT_NOTE},
    {"illegal-address", "warning: Illegal address syntax from %c in %w command: %s", NULL,
     EVENT_NOTE},
    {"concurrency-limit",
     "warning: Connection concurrency limit exceeded: %n from %c for service %s", NULL, EVENT_NOTE},
    {"rate-limit", "warning: Connection rate limit exceeded: %n from %c for service %s", NULL,
     EVENT_NOTE},
    {"rate-limit",
     "warning: Message delivery request rate limit exceeded: %n from %c for service %s", NULL,
     EVENT_NOTE},
    {"rate-limit", "warning: Recipient address rate limit exceeded: %n from %c for service %s",
     NULL, EVENT_NOTE},
    {"rate-limit", "warning: AUTH command rate limit exceeded: %n from %c for service %s", NULL,
     EVENT_NOTE},
    {"rate-limit", "warning: New TLS session rate limit exceeded: %n from %c for service %s", NULL,
     EVENT_NOTE},
    {"chat-in", "< %c: %k", NULL, EVENT_NOTE},
    {"chat-out", "> %c: %t", NULL, EVENT_NOTE},
    {NULL, NULL, NULL, 0},
};

const struct phrase postfix_client_phrases[] = {
    {"host-said", "host %p said: %t (in reply to %k)", NULL, EVENT_NOTE},
    {"host-refused", "host %p refused to talk to me: %t", NULL, EVENT_NOTE},
    {"connection-lost", "lost connection with %p while %s", NULL, EVENT_NOTE},
    {"connection-timeout", "conversation with %p timed out while %s", NULL, EVENT_NOTE},
    {"connection-error", "local data error while talking to %p", NULL, EVENT_NOTE},
    {"connect-failed", "connect to %p: %t", NULL, EVENT_NOTE},
    {"pix-workarounds", "enabling PIX workarounds: %s for %p", NULL, EVENT_NOTE},
    {"server-login-failed", "SASL authentication failed; server %p said: %t", NULL, EVENT_NOTE},
    {"server-login-failed", "SASL authentication failed; cannot authenticate to server %p: %t",
     NULL, EVENT_NOTE},
    {"server-login-failed",
     "SASL authentication failed; authentication protocol loop with server %p", NULL, EVENT_NOTE},
    {"server-login-failed",
     "SASL authentication failed: server %p offered no compatible"
     " authentication mechanisms for this type of connection security",
     NULL, EVENT_NOTE},
    {"server-login-failed", "SASL authentication failed: %t", NULL, EVENT_NOTE},
    {"tls-required", "TLS is required, but was not offered by host %p", NULL, EVENT_NOTE},
    {"tls-required", "TLS is required, but host %p refused to start TLS: %t", NULL, EVENT_NOTE},
    {"tls-required", "TLS is required, but our TLS engine is unavailable", NULL, EVENT_NOTE},
    {"tls-required", "TLS is required, but unavailable", NULL, EVENT_NOTE},
    {"tls-failed", "Cannot start TLS: %t", NULL, EVENT_NOTE},
    {"tls-failed", "Server certificate not verified", NULL, EVENT_NOTE},
    {"tls-failed", "Server certificate not trusted", NULL, EVENT_NOTE},
    {"smtputf8-required", "SMTPUTF8 is required, but was not offered by host %p", NULL, EVENT_NOTE},
    {"requiretls-required", "REQUIRETLS is required, but was not offered by host %p", NULL,
     EVENT_NOTE},
    {"lines-broken", "breaking line > %d bytes with <CR><LF>SPACE", NULL, EVENT_NOTE},
    {"reply-replaced", "replacing server reply \"%t\" with \"%s\"", NULL, EVENT_NOTE},
    {"starttls-offered", "Host offered STARTTLS: [%p]", NULL, EVENT_NOTE},
    {"smtputf8-odd", "host %p offers SMTPUTF8 support, but not 8BITMIME", NULL, EVENT_NOTE},
    {"chat-in", "< %p: %t", NULL, EVENT_NOTE},
    {"chat-out", "> %p: %k", NULL, EVENT_NOTE},
    {NULL, NULL, NULL, 0},
};

/* smtp_header_checks and the like; too much like cleanup's lines to be looked for where the daemon
 * is not known. */
const struct phrase postfix_client_checks[] = {
    {"client-check", "warning: header %t", NULL, EVENT_NOTE},
    {"client-check", "warning: body %t", NULL, EVENT_NOTE},
    {"client-check", "replace: header %t", NULL, EVENT_NOTE},
    {"client-check", "replace: body %t", NULL, EVENT_NOTE},
    {"client-check", "prepend: header %t", NULL, EVENT_NOTE},
    {"client-check", "strip: header %t", NULL, EVENT_NOTE},
    {"client-check", "info: header %t", NULL, EVENT_NOTE},
    {NULL, NULL, NULL, 0},
};

static const struct str tls_levels[] = {
    {"Anonymous ", 10}, {"Untrusted ", 10}, {"Trusted ", 8}, {"Verified ", 9}, {"", 0},
};

static const struct str tls_details[] = {
    {" key-exchange ", 14},     {" server-signature ", 18}, {" server-digest ", 15},
    {" client-signature ", 18}, {" client-digest ", 15},
};

/* " key-exchange X25519 server-signature RSA-PSS (2048 bits) ...": every word of it is a known one.
 */
static bool tls_rest(struct str text, struct event *out)
{
    while (text.len > 0) {
        struct str value = {NULL, 0};
        for (unsigned i = 0; i < sizeof tls_details / sizeof *tls_details && !value.ptr; i++)
            if (str_take(&text, tls_details[i]))
                value = text;
            else if (text.len < tls_details[i].len &&
                     memcmp(text.ptr, tls_details[i].ptr, text.len) == 0)
                return out->cut = true;
        if (!value.ptr)
            return false;
        ptrdiff_t space = str_find_char(text, ' ');
        size_t len = space < 0 ? text.len : (size_t)space;
        if (space >= 0 && str_starts(str_skip(text, len), STR(" ("))) {
            ptrdiff_t close = str_find_char(text, ')');
            out->cut = out->cut || close < 0;
            len = close < 0 ? text.len : (size_t)close + 1;
        }
        event_add(out, FIELD_DETAIL, str_head(value, len));
        text = str_skip(text, len);
    }
    return true;
}

/* "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)", and what follows */
static bool tls_parameters(struct str text, struct event *out)
{
    struct str value;
    if (!str_cut(&text, STR(" "), &value)) {
        event_add(out, FIELD_TLS_PROTOCOL, text);
        return out->cut = true;
    }
    event_add(out, FIELD_TLS_PROTOCOL, value);
    if (!postfix_word(&text, STR("with cipher "), out))
        return false;
    ptrdiff_t space = str_find_char(text, ' ');
    value = space < 0 ? text : str_head(text, (size_t)space);
    event_add(out, FIELD_TLS_CIPHER, value);
    text = str_skip(text, value.len);
    if (!postfix_word(&text, STR(" ("), out))
        return false;
    space = str_find_char(text, ' ');
    value = space < 0 ? text : str_head(text, (size_t)space);
    event_add(out, FIELD_TLS_BITS, value);
    text = str_skip(text, value.len);
    return postfix_word(&text, STR(" bits)"), out) && tls_rest(text, out);
}

bool postfix_tls(struct str text, struct event *out)
{
    struct str level = text, peer;
    unsigned i = 0;
    while (!str_take(&text, tls_levels[i])) /* the last is empty: long ago no level was said */
        i++;
    level = str_head(tls_levels[i], tls_levels[i].len ? tls_levels[i].len - 1 : 0);
    if (!postfix_take(&text, STR("TLS connection ")))
        return false;
    out->what = postfix_take(&text, STR("reused ")) ? "tls-reused" : "tls-established";
    if (str_eq(str_of(out->what), STR("tls-established")) &&
        !postfix_take(&text, STR("established ")))
        return false;
    bool from = postfix_take(&text, STR("from "));
    if (!from && !postfix_take(&text, STR("to ")))
        return false;
    if (level.len > 0)
        event_add(out, FIELD_TLS_LEVEL, level);
    if (!str_cut(&text, STR(": "), &peer)) {
        event_add(out, from ? FIELD_CLIENT_NAME : FIELD_PEER, text);
        return out->cut = true;
    }
    struct str client = peer; /* "name[ip] to server-name" if it asked for one */
    if (from && !str_cut(&peer, STR(" to "), &client))
        peer.len = 0;
    if (from && !postfix_client(client, FIELD_CLIENT_NAME, out))
        return false;
    if (peer.len > 0) {
        event_add(out, FIELD_PEER, peer);
        postfix_server(peer, out);
    }
    return tls_parameters(text, out);
}
