/* rspamd, through syslog or its own file:
 *
 *     [#30(rspamd_proxy) ]<tag>; module; function: message
 *
 * Its verdict is one line of rspamd_task_write_log. The sender chose the Message-ID in front of the
 * queue ID and the address behind it. */
#include "daemon.h"

#include <string.h>

#define NOTE EVENT_NOTE

/* clang-format off */
/* function: message; what matters of them. */
static const struct line_kind kinds[] = {
    {"loaded", "rspamd_message_parse: loaded message; id: <%A>; queue-id: <%A>; size: %D; checksum: <%W>",
     NOTE, {FIELD_MESSAGE_ID, FIELD_ORIG_QUEUE_ID, FIELD_SIZE, FIELD_DETAIL}},
    {"loaded", "rspamd_message_parse: loaded message from shared memory %A", NOTE, {FIELD_DETAIL}},
    {"connect", "proxy_accept_socket: accepted milter connection from %W port %D", NOTE,
     {FIELD_PEER, FIELD_CLIENT_PORT}},
    {"connect", "proxy_accept_socket: accepted http connection from %W port %D", NOTE,
     {FIELD_PEER, FIELD_CLIENT_PORT}},
    {"connect", "accept_socket: accepted connection from %W port %D, task ptr: %W",
     NOTE, {FIELD_PEER, FIELD_CLIENT_PORT, FIELD_DETAIL}},
    {"connect", "rspamd_controller_accept_socket: accepted connection from %W port %D", NOTE,
     {FIELD_PEER, FIELD_CLIENT_PORT}},
    {"disconnect", "proxy_milter_finish_handler: finished milter connection", NOTE, {0}},
    {"disconnect", "proxy_milter_error_handler: abnormally closing milter connection from: %W, %A",
     NOTE,
     {FIELD_PEER, FIELD_TEXT}},
    {"learnt", "rspamd_controller_learn_fin_task: <%W> learned message as %W: %A", NOTE,
     {FIELD_PEER, FIELD_ACTION, FIELD_MESSAGE_ID}},
    {"password", "rspamd_controller_check_password: %A", NOTE, {FIELD_TEXT}},
    {"slow", "rspamd_symcache_finalize_item: slow %W: %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"slow", "finalize_item: slow %W: %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

/* Functions of the program that say how it is doing, nothing of a message. */
static const char *const functions[] = {
    "rspamd_mime_part_detect_language", "rspamd_mime_text_part_utf8_convert", "rspamd_check_gtube",
    "rspamd_stat_check_autolearn", "rspamd_stat_classify", "rspamd_stat_classifiers_learn",
    "inc_learns",
    "rspamd_redis_connected", "rspamd_redis_stat_keys", "rspamd_redis_timeout",
    "rspamd_redis_learned",
    "rspamd_fuzzy_backend_sync", "rspamd_task_timeout", "rspamd_add_passthrough_result",
    "rspamd_worker_error_handler",
    "rspamd_task_process", "rspamd_task_fin", "rspamd_protocol_handle_headers",
    "rspamd_worker_body_handler",
    "rspamd_message_process", "rspamd_task_select_processing_stage",
    "rspamd_http_map_process_next_addr",
    "http_map_finish", "http_map_error", "http_map_read", "http_map_header_fin",
    "rspamd_map_periodic_callback",
    "rspamd_map_common_http_callback", "read_map_file", "rspamd_map_add", "rspamd_map_cache_cb",
    "rspamd_kv_list_fin",
    "rspamd_regexp_list_fin", "rspamd_radix_fin", "rspamd_regexp_map_cb",
    "rspamd_try_load_re_map_cache",
    "rspamd_try_save_re_map_cache", "rspamd_re_map_finalize",
    "rspamd_rcl_maybe_apply_lua_transform",
    "rspamd_config_read", "rspamd_config_post_load", "rspamd_config_new_statfile",
    "rspamd_config_is_enabled_from_ucl",
    "rspamd_symcache_init", "rspamd_symcache_validate", "rspamd_symcache_resort",
    "rspamd_symcache_post_init",
    "init", "resort", "validate", "save_items", "load_items", "metric_connect_cb",
    "process_settings",
    "rspamd_log_reopen", "rspamd_worker_set_limits", "rspamd_worker_term_handler",
    "rspamd_worker_usr2_handler",
    "rspamd_worker_on_term", "rspamd_worker_on_terminate", "rspamd_worker_check_finished",
    "rspamd_term_handler",
    "rspamd_hup_handler", "rspamd_cld_handler", "rspamd_check_termination_clause",
    "rspamd_control_default_cmd_handler",
    "rspamd_main_heartbeat_cb", "rspamd_fork_worker", "fork_worker", "fork_delayed",
    "spawn_workers", "spawn_worker_type",
    "wait_for_workers", "stop_srv_ev", "kill_old_workers", "reread_config", "main",
    "config_logger", "detect_priv",
    "rspamd_write_pid", "create_listen_socket", "systemd_get_socket", "rspamd_monitored_start",
    "rspamd_monitored_stop",
    "rspamd_monitored_propagate_error", "rspamd_monitored_propagate_success",
    "rspamd_monitored_dns_cb",
    "rspamd_upstream_fail", "rspamd_upstream_set_inactive", "rspamd_upstream_revive_cb",
    "rspamd_re_cache_compile_timer_cb",
    "rspamd_re_cache_load_hyperscan", "rspamd_re_cache_is_valid_hyperscan_file",
    "rspamd_rs_compile", "rspamd_rs_compile_cb",
    "rspamd_rs_delayed_cb", "rspamd_rs_delayed_compile_cb", "rspamd_hs_helper_reload",
    "rspamd_hs_helper_cleanup_dir",
    "rspamd_worker_hyperscan_ready", "rspamd_controller_handle_saveactions",
    "rspamd_controller_load_saved_stats",
    "rspamd_controller_store_saved_stats", "rspamd_controller_handle_learnspam",
    "rspamd_controller_handle_learnham",
    "rspamd_controller_rrd_update", "rspamd_rrd_open", "rspamd_rrd_file_default",
    "rspamd_controller_stats_save_periodic",
    "rspamd_dns_resolver_init", "rspamd_dns_fail_cb", "rdns_process_timer",
    "rspamd_spf_maybe_return",
    "spf_symbol_callback", "spf_lua_lib_callback", "dkim_symbol_callback", "dkim_module_check",
    "rspamd_dkim_check",
    "rspamd_get_dkim_key", "arc_callback", "dkim_sign_callback", "lua_dkim_sign_handler",
    "fuzzy_check_io_callback",
    "fuzzy_check_timer_callback", "fuzzy_controller_io_callback", "fuzzy_stat_command",
    "fuzzy_check_session_is_completed",
    "lua_redis_callback", "lua_http_push_error", "lua_tcp_handler", "lua_map_finish",
    "rspamd_lua_require_function",
    "rspamd_milter_process_command", "rspamd_milter_remove_header_safe",
    "proxy_backend_master_error_handler",
    "proxy_backend_mirror_error_handler", "proxy_request_finish", "rspamd_proxy_self_scan",
    "rspamd_proxy_scan_self_reply",
    "surbl_module_config", "regexp_module_config", "chartable_module_config",
    "fuzzy_check_module_config",
    "dkim_module_config", "cfg_params_parse", "rspamd_init_lua_filters", "rspamd_init_filters",
    "rspamd_openssl_maybe_init",
    "rspamd_ssl_ctx_config", "rspamd_libs_reset_decompression", "rspamd_multipattern_compile",
    "rspamd_language_detector_init",
    "rspamd_worker_init_scanner", "rspamd_set_rlimit", "ssl_error_cb", "rspamd_gmtime", NULL};
/* clang-format on */

/* Behind the queue ID, up to the verdict. */
static const char *const head_templates[] = {"id: <%A>, qid: <%Q>, ip: %W, user: %A, from: <%A>",
                                             "id: <%A>, qid: <%Q>, ip: %W, from: <%A>",
                                             "id: <%A>, qid: <%Q>, from: <%A>",
                                             "id: <%A>, ip: %W, user: %A, from: <%A>",
                                             "id: <%A>, ip: %W, from: <%A>",
                                             "id: <%A>, from: <%A>",
                                             "id: <%A>, qid: <%Q>, ip: %W,",
                                             "id: <%A>, qid: <%Q>, ip: %W",
                                             "id: <%A>, ip: %W",
                                             "id: <%A>",
                                             NULL};

static const uint16_t head_fields[][5] = {
    {FIELD_MESSAGE_ID, FIELD_QUEUE_ID, FIELD_CLIENT_IP, FIELD_SASL_USERNAME, FIELD_SENDER},
    {FIELD_MESSAGE_ID, FIELD_QUEUE_ID, FIELD_CLIENT_IP, FIELD_SENDER},
    {FIELD_MESSAGE_ID, FIELD_QUEUE_ID, FIELD_SENDER},
    {FIELD_MESSAGE_ID, FIELD_CLIENT_IP, FIELD_SASL_USERNAME, FIELD_SENDER},
    {FIELD_MESSAGE_ID, FIELD_CLIENT_IP, FIELD_SENDER},
    {FIELD_MESSAGE_ID, FIELD_SENDER},
    {FIELD_MESSAGE_ID, FIELD_QUEUE_ID, FIELD_CLIENT_IP},
    {FIELD_MESSAGE_ID, FIELD_QUEUE_ID, FIELD_CLIENT_IP},
    {FIELD_MESSAGE_ID, FIELD_CLIENT_IP},
    {FIELD_MESSAGE_ID},
};

static void add_head(const struct template_values *values, const uint16_t *fields, bool trusted,
                     struct event *out)
{
    for (unsigned i = 0; i < values->count; i++) {
        if (fields[i] == FIELD_QUEUE_ID && trusted)
            out->kind = EVENT_FILTERED;
        else if (fields[i] == FIELD_QUEUE_ID)
            continue;
        event_add(out, (enum field_id)fields[i], values->items[i]);
    }
}

/* A queue ID is believed if the line holds only one: else a Message-ID or an address imitates. */
static bool take_head(struct str head, struct event *out)
{
    ptrdiff_t first = str_find(head, STR(">, qid: <"));
    bool trusted = first == str_find_last(head, STR(">, qid: <"));
    for (size_t i = 0; head_templates[i]; i++) {
        struct template_values values;
        if (template_match(head_templates[i], head, false, &values) != TEMPLATE_FITS)
            continue;
        add_head(&values, head_fields[i], trusted, out);
        return true;
    }
    return false;
}

static bool is_spam(struct str action)
{
    static const char *const actions[] = {"reject",     "add header", "rewrite subject",
                                          "quarantine", "discard",    NULL};
    for (const char *const *name = actions; *name; name++)
        if (str_eq(action, str_of(*name)))
            return true;
    return false;
}

/* "F (no action): [-0.64/20.00] [SYMBOLS]" */
static bool take_score(struct str text, bool whole, struct event *out)
{
    static const uint16_t fields[] = {FIELD_ACTION, FIELD_SCORE, FIELD_TESTS};
    struct template_values values;
    if (template_match(whole ? "%w (%A): [%W/%w] [%A]" : "%w (%A): [%W/%w] [%A", text, false,
                       &values) != TEMPLATE_FITS)
        return false;
    for (unsigned i = 0; i < values.count; i++)
        event_add(out, (enum field_id)fields[i], values.items[i]);
    if (is_spam(values.items[0]))
        out->reason = REASON_SPAM;
    return true;
}

/* Behind the symbols: "len: 2348, time: 750.6ms, dns req: 47, digest: <a>, rcpts: <b>, ..." */
static bool take_figures(struct str text, struct event *out)
{
    static const char *const times[] = {
        "len: %D, time: %wms real, %wms virtual, dns req: %d",
        "len: %D, time: %wms real, %wms virtual, dns req: %d, %A",
        "len: %D, time: %wms, dns req: %d",
        "len: %D, time: %wms, dns req: %d, %A",
        "len: %D, time: %wms",
        NULL,
    };
    static const char *const tails[] = {
        "digest: <%w>",
        "digest: <%w>, rcpts: <%*>",
        "digest: <%w>, mime_rcpts: <%*>",
        "digest: <%w>, rcpts: <%*>, mime_rcpts: <%*>",
        "digest: <%w>, rcpts: <%*>, mime_rcpts: <%*>, file: %*",
        "digest: <%w>, mime_rcpts: <%*>, file: %*",
        "digest: <%w>, rcpts: <%*>, mime_rcpts: <%*>, settings_id: %w",
        "digest: <%w>, rcpts: <%*>, mime_rcpts: <%*>, forced: %*",
        NULL,
    };
    struct template_values values;
    for (const char *const *form = times; *form; form++) {
        if (template_match(*form, text, false, &values) != TEMPLATE_FITS ||
            (values.count == 2 && !template_any(tails, values.items[1])))
            continue;
        event_add(out, FIELD_SIZE, values.items[0]);
        return true;
    }
    return false;
}

static bool take_verdict(struct str text, struct event *out)
{
    ptrdiff_t end = str_find_last(text, STR("), len: "));
    if (end < 0) {
        out->cut = true;
        return take_score(text, false, out);
    }
    return take_score(str_head(text, (size_t)end), true, out) &&
           take_figures(str_skip(text, (size_t)end + STR("), ").len), out);
}

static bool verdict(struct str text, struct event *out)
{
    if (!str_take(&text, STR("rspamd_task_write_log: ")))
        return false;
    event_begin(out, NOTE, "verdict");
    ptrdiff_t at = str_find_last(text, STR(", (default: "));
    return at >= 0 && take_head(str_head(text, (size_t)at), out) &&
           take_verdict(str_skip(text, (size_t)at + STR(", (default: ").len), out);
}

static bool operation(struct str text, struct event *out)
{
    struct str function;
    if (!str_cut(&text, STR(": "), &function))
        return false;
    bool lua =
        template_match("%*.lua:%d", function, false, &(struct template_values){0}) == TEMPLATE_FITS;
    for (const char *const *name = functions; !lua && *name; name++)
        lua = str_eq(function, str_of(*name));
    if (!lua)
        return false;
    event_begin(out, NOTE, "operation");
    event_add(out, FIELD_DETAIL, function);
    event_add(out, FIELD_TEXT, text);
    return true;
}

/* "<8ae27d>; proxy; " */
static bool take_task(struct str *text, struct str *ret_tag)
{
    static const char *const modules[] = {
        "proxy",        "task",          "milter",     "csession", "controller",
        "normal",       "lua",           "cfg",        "config",   "main",
        "map",          "monitored",     "re_cache",   "stat",     "upstream",
        "worker",       "symcache",      "fuzzy",      "http",     "hs_helper",
        "rspamd_proxy", "dns",           "process",    "redis",    "ssl",
        "spf",          "dkim",          "protocol",   "control",  "log",
        "rrd",          "langdet",       "composites", "settings", "rspamd_proxy_session",
        "neural",       "fuzzy_backend", NULL};
    struct str module;
    if (str_take(text, STR("#")) && !str_cut(text, STR(") "), &module))
        return false;
    if (!str_take(text, STR("<")) || !str_cut(text, STR(">; "), ret_tag) ||
        !str_cut(text, STR("; "), &module))
        return false;
    for (const char *const *name = modules; *name; name++)
        if (str_eq(module, str_of(*name)))
            return true;
    return false;
}

static bool task_line(struct str text, struct event *out)
{
    struct str tag;
    if (!take_task(&text, &tag))
        return false;
    if (!verdict(text, out) && !template_event(kinds, text, false, out) && !operation(text, out))
        return false;
    event_add(out, FIELD_SESSION, tag);
    return true;
}

static const struct daemon daemons[] = {
    {"rspamd*", NULL, {NULL}, task_line},
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

extern const struct parser rspamd_parser;
const struct parser rspamd_parser = {.name = "rspamd", .owns = owns, .parse = parse};
