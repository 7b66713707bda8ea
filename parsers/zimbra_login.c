/* Who got in, who did not, and what administrators did: category security (audit.log), and what the
 * other categories say of the same logins in mailbox.log. */
#include "envelope_zimbra.h"
#include "zimbra.h"

/* What audit.log tells of besides logins. */
static const char *const commands[] = {
    "PreAuth",
    "DelegateAuth",
    "SetPassword",
    "ChangePassword",
    "ResetPassword",
    "CreateAccount",
    "ModifyAccount",
    "DeleteAccount",
    "RenameAccount",
    "AddAccountAlias",
    "RemoveAccountAlias",
    "AddAccountLogger",
    "CreateDomain",
    "ModifyDomain",
    "DeleteDomain",
    "CreateCos",
    "CopyCos",
    "ModifyCos",
    "RenameCos",
    "DeleteCos",
    "CreateServer",
    "ModifyServer",
    "DeleteServer",
    "ModifyConfig",
    "CreateDistributionList",
    "ModifyDistributionList",
    "RenameDistributionList",
    "DeleteDistributionList",
    "AddDistributionListMember",
    "RemoveDistributionListMember",
    "AddDistributionListAlias",
    "RemoveDistributionListAlias",
    "CreateCalendarResource",
    "ModifyCalendarResource",
    "DeleteCalendarResource",
    "CreateDataSource",
    "ModifyDataSource",
    "DeleteDataSource",
    "CreateIdentity",
    "ModifyIdentity",
    "DeleteIdentity",
    "CreateSignature",
    "ModifySignature",
    "DeleteSignature",
    "GrantRight",
    "RevokeRight",
    "DeleteMailbox",
    "PurgeMessages",
    "ConfigureZimlet",
    "DeployZimlet",
    "UndeployZimlet",
    "ModifyZimlet",
    "CheckHealth",
    "RunUnitTests",
    "QuotaUsage",
    "ExportMailbox",
    "ImportMailbox",
    "MoveMailbox",
    NULL,
};

static bool is_command(struct str name)
{
    for (const char *const *command = commands; *command; command++)
        if (str_eq(name, str_of(*command)))
            return true;
    return false;
}

struct audit {
    struct str command, account, protocol, error;
    bool more; /* pairs of the command's own */
};

/* "cmd=Auth; account=a@b; protocol=soap; error=...;" */
static bool take_audit(struct str text, struct audit *ret)
{
    struct str key, value;
    *ret = (struct audit){.command = {NULL, 0}};
    while (text.len && envelope_zimbra_pair(&text, &key, &value)) {
        if (str_eq(key, STR("cmd")) && !ret->command.ptr)
            ret->command = value;
        else if (str_eq(key, STR("account")) || str_eq(key, STR("accountName")))
            ret->account = value;
        else if (str_eq(key, STR("name")) && !ret->account.ptr)
            ret->account = value;
        else if (str_eq(key, STR("protocol")))
            ret->protocol = value;
        else if (str_eq(key, STR("error")))
            ret->error = value;
        else
            ret->more = true;
        (void)str_take(&text, STR(" "));
    }
    return text.len == 0 && ret->command.ptr;
}

static void authenticated(const struct zimbra_line *line, const struct audit *audit,
                          struct event *out)
{
    /* Logged besides the failure that brought it about. */
    bool locked = str_starts(audit->error, STR("account lockout"));
    if (locked)
        event_begin(out, EVENT_NOTE, "account-locked");
    else if (audit->error.ptr) /* the level says nothing: Carbonio wrote successes as ERROR */
        event_begin(out, EVENT_AUTH_FAILED, "auth-failed");
    else
        event_begin(out, EVENT_LOGIN, "login");
    zimbra_add_client(line, audit->account, audit->protocol, out);
    if (audit->error.ptr)
        event_add(out, FIELD_TEXT, audit->error);
}

static bool security(const struct zimbra_line *line, struct event *out)
{
    struct audit audit;
    if (!take_audit(line->message, &audit))
        return template_event(zimbra_kinds, line->message, false, out);
    if (str_eq(audit.command, STR("Auth")) || str_eq(audit.command, STR("AdminAuth"))) {
        authenticated(line, &audit, out);
        return audit.account.ptr && !audit.more;
    }
    if (!is_command(audit.command))
        return false;
    event_begin(out, EVENT_NOTE, "administration");
    event_add(out, FIELD_COMMAND, audit.command);
    if (audit.account.len)
        event_add(out, FIELD_MAILBOX, audit.account);
    zimbra_add_client(line, line->acting.ptr ? line->acting : line->name, audit.protocol, out);
    if (audit.error.ptr)
        event_add(out, FIELD_TEXT, audit.error);
    return true;
}

/* "user a@b authenticated, mechanism=LOGIN [TLS]" */
static bool authenticated_user(const struct zimbra_line *line, struct str service,
                               struct event *out)
{
    struct str user = line->message;
    if (!str_take(&user, STR("user ")))
        return false;
    ptrdiff_t at = str_find_last(user, STR(" authenticated, mechanism="));
    if (at <= 0)
        return false;
    struct str method = str_skip(user, (size_t)at + STR(" authenticated, mechanism=").len);
    bool tls = str_take_end(&method, STR(" [TLS]"));
    if (method.len == 0 || str_find_char(method, ' ') >= 0)
        return false;
    event_begin(out, EVENT_LOGIN, "login");
    event_add(out, FIELD_SASL_METHOD, method);
    zimbra_add_client(line, str_head(user, (size_t)at), service, out);
    if (tls)
        event_add(out, FIELD_FLAGS, STR("TLS"));
    return true;
}

/* "authentication failed for [a@b]BETWEEN reason": the client chose what stands in brackets. */
static bool failed_user(const struct zimbra_line *line, struct str text, struct str between,
                        struct event *out)
{
    if (!str_take(&text, STR("authentication failed for [")))
        return false;
    ptrdiff_t end = str_find_last(text, between);
    struct str reason = {NULL, 0};
    if (end >= 0)
        reason = str_skip(text, (size_t)end + between.len);
    else if (str_ends(text, STR("]")))
        end = (ptrdiff_t)text.len - 1;
    else
        return false;
    event_begin(out, EVENT_AUTH_FAILED, "auth-failed");
    zimbra_add_client(line, str_head(text, (size_t)end), (struct str){NULL, 0}, out);
    if (reason.ptr)
        event_add(out, FIELD_TEXT, reason);
    return true;
}

static bool soap_engine(const struct zimbra_line *line, struct event *out)
{
    struct str text = line->message;
    if (!str_take(&text, STR("handler exception")))
        return false;
    if (str_take(&text, STR(": ")) && failed_user(line, text, STR("], "), out))
        return true;
    event_begin(out, EVENT_NOTE, "soap-exception");
    zimbra_add_client(line, line->name, (struct str){NULL, 0}, out);
    if (text.len)
        event_add(out, FIELD_TEXT, text);
    return true;
}

/* The SOAP engine tells of the same failure on the next line. */
static bool account(const struct zimbra_line *line, struct event *out)
{
    struct str text = line->message;
    if (!str_take(&text, STR("Error occurred during authentication: ")))
        return failed_user(line, text, STR("] ("), out);
    if (!failed_user(line, text, STR("]. Reason: "), out))
        return false;
    out->kind = EVENT_NOTE; /* the last field is why, with a full stop */
    out->fields[out->field_count - 1].len -= str_ends(text, STR("."));
    out->what = "auth-failed-why";
    return true;
}

bool zimbra_login(const struct zimbra_line *line, struct event *out)
{
    if (str_eq(line->category, STR("security")))
        return security(line, out);
    if (str_eq(line->category, STR("imap")))
        return authenticated_user(line, STR("imap"), out);
    if (str_eq(line->category, STR("pop")))
        return authenticated_user(line, STR("pop3"), out);
    if (str_eq(line->category, STR("SoapEngine")))
        return soap_engine(line, out);
    if (str_eq(line->category, STR("account")))
        return account(line, out);
    return false;
}
