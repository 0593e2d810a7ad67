/// What a global parameter takes as its value.
struct GlobalParameterForm: Sendable {
    enum Value: Sendable {
        /// Numbers from 0 up, and the words for truth.
        case integer
        /// Also with a minus.
        case signedInteger
        case string
        case identifier
        case stringOrIdentifier
        case integerOrIdentifier
        case integerOrString
        /// Address, host name or string.
        case host
        case addressIPv4
        case addressIPv6
        case transport

        var title: String {
            switch self {
            case .integer: "a number or yes/no"
            case .signedInteger: "a number"
            case .string: "a string in quotes"
            case .identifier: "a word without quotes"
            case .stringOrIdentifier: "a string in quotes or a word"
            case .integerOrIdentifier: "a number or a word"
            case .integerOrString: "a number or a string in quotes"
            case .host: "an address, a host name or a string in quotes"
            case .addressIPv4: "an IPv4 address without quotes"
            case .addressIPv6: "an IPv6 address without quotes"
            case .transport: "one of udp, tcp, tls, sctp"
            }
        }
    }

    /// The name that the tree has, which differs for second spellings.
    var name: String
    var value: Value
    /// Kamailio 5.6 does not know it; later versions do.
    var isNewer: Bool
    /// Has to stand before any `modparam` and any route.
    var isEarly: Bool

    /// All parameters by every spelling.
    static let all: [String: GlobalParameterForm] = {
        var forms: [String: GlobalParameterForm] = [:]
        func add(_ value: Value, isNewer: Bool = false, _ names: [String]) {
            for name in names {
                forms[name] = GlobalParameterForm(
                    name: name, value: value, isNewer: isNewer, isEarly: early.contains(name))
            }
        }
        for (value, names) in known { add(value, names) }
        for (value, names) in newer { add(value, isNewer: true, names) }
        for (spelling, name) in spellings {
            guard var form = forms[name] else { continue }
            form.isNewer = form.isNewer || newerSpellings.contains(spelling)
            forms[spelling] = form
        }
        return forms
    }()

    private static let early: Set<String> = ["shm_mem_size", "shm_force_alloc", "user"]

    /// Second spellings of a parameter, and the first one.
    private static let spellings: [String: String] = [
        "dns_srv_loadbalancing": "dns_srv_lb", "dns_udp_preference": "dns_udp_pref",
        "dns_tcp_preference": "dns_tcp_pref", "dns_tls_preference": "dns_tls_pref",
        "dns_sctp_preference": "dns_sctp_pref", "dns_cache_delete_nonexpired": "dns_cache_del_nonexp",
        "dst_blocklist_ttl": "dst_blocklist_expire", "ipfreebind": "ip_free_bind", "ip_nonlocal_bind": "ip_free_bind",
        "mem_log": "memlog", "mem_dbg": "memdbg", "core_log": "corelog", "uid": "user", "gid": "group",
        "wdir": "workdir", "run_dir": "rundir", "tcp_buf_write": "tcp_async", "tls_disable": "disable_tls",
        "tls_enable": "enable_tls", "tlslog": "tls_log", "shm": "shm_mem_size", "shm_mem": "shm_mem_size",
        "rt_fast_timer_prio": "rt_timer1_prio", "rt_ftimer_prio": "rt_timer1_prio",
        "rt_ftimer_policy": "rt_timer1_policy", "rt_stimer_prio": "rt_timer2_prio",
        "rt_stimer_policy": "rt_timer2_policy", "ser_kill_timeout": "exit_timeout",
        "http_reply_hack": "http_reply_parse", "auto_domains": "auto_aliases", "dns_rev_via": "rev_dns",
        "dns_use_failover": "use_dns_failover", "dns_use_cache": "use_dns_cache",
    ]

    private static let newerSpellings: Set<String> = [
        "auto_domains", "dns_rev_via", "dns_use_failover", "dns_use_cache",
    ]

    private static let known: [(Value, [String])] = [
        (
            .signedInteger,
            [
                "debug", "corelog", "memlog", "memdbg", "mem_summary", "mem_safety", "mem_join", "mem_status_mode",
                "latency_cfg_log", "latency_log", "sip_parser_log", "sip_parser_log_oneline", "sip_parser_mode",
                "dns_udp_pref", "dns_tcp_pref", "dns_tls_pref", "dns_sctp_pref", "ip_free_bind",
                "received_route_mode", "tcp_connect_timeout", "tcp_connection_lifetime", "tcp_script_mode",
                "tcp_send_timeout", "tcp_wait_data", "udp4_raw",
            ]
        ),
        (
            .integer,
            [
                "advertised_port", "async_nonblock", "async_usleep", "async_workers", "auto_aliases",
                "auto_bind_ipv6", "bind_ipv6_link_local", "check_via", "children", "disable_core_dump",
                "disable_sctp", "disable_tcp", "disable_tls", "dns", "dns_cache_del_nonexp", "dns_cache_flags",
                "dns_cache_gc_interval", "dns_cache_init", "dns_cache_max_ttl", "dns_cache_mem", "dns_cache_min_ttl",
                "dns_cache_negative_ttl", "dns_cache_rec_pref", "dns_naptr_ignore_rfc", "dns_retr_no",
                "dns_retr_time", "dns_search_full_match", "dns_servers_no", "dns_slow_query_ms", "dns_srv_lb",
                "dns_try_ipv6", "dns_try_naptr", "dns_use_search_list", "dst_blocklist_expire",
                "dst_blocklist_gc_interval", "dst_blocklist_init", "dst_blocklist_mem", "dst_blocklist_sctp_imask",
                "dst_blocklist_tcp_imask", "dst_blocklist_tls_imask", "dst_blocklist_udp_imask", "enable_sctp",
                "enable_tls", "exit_timeout", "force_rport", "fork", "fork_delay", "http_reply_parse",
                "latency_limit_action", "latency_limit_cfg", "latency_limit_db", "local_rport", "log_color",
                "log_prefix_mode", "log_stderror", "max_branches", "max_recursive_level", "max_while_loops",
                "maxbuffer", "mcast_loopback", "mcast_ttl", "mhomed", "mlock_pages", "modinit_delay", "msg_time",
                "onsend_route_reply", "open_files_limit", "phone2tel", "pmtu_discovery", "port", "pv_buffer_size",
                "pv_buffer_slots", "pv_cache_action", "pv_cache_limit", "real_time", "reply_to_via", "rev_dns",
                "route_locks_size", "rt_policy", "rt_prio", "rt_timer1_policy", "rt_timer1_prio", "rt_timer2_policy",
                "rt_timer2_prio", "sctp_children", "server_id", "server_signature", "shm_force_alloc",
                "shm_mem_size", "sip_warning", "socket_workers", "sql_buffer_size", "tcp_accept_aliases",
                "tcp_accept_haproxy", "tcp_accept_hep3", "tcp_accept_no_cl", "tcp_accept_unique", "tcp_async",
                "tcp_children", "tcp_clone_rcvbuf", "tcp_conn_wq_max", "tcp_connection_match", "tcp_crlf_ping",
                "tcp_defer_accept", "tcp_delayed_ack", "tcp_fd_cache", "tcp_keepalive", "tcp_keepcnt",
                "tcp_keepidle", "tcp_keepintvl", "tcp_linger2", "tcp_max_connections", "tcp_no_connect",
                "tcp_rd_buf_size", "tcp_reuse_port", "tcp_syncnt", "tcp_wq_blk_size", "tcp_wq_max",
                "tls_handshake_timeout", "tls_log", "tls_max_connections", "tls_port_no", "tls_require_certificate",
                "tls_send_timeout", "tls_verify", "udp4_raw_mtu", "udp4_raw_ttl", "udp_mtu", "use_dns_cache",
                "use_dns_failover", "use_dst_blocklist", "verbose_startup", "wait_worker1_mode",
                "wait_worker1_time", "wait_worker1_usleep",
            ]
        ),
        (
            .string,
            [
                "async_workers_group", "hdr_name_extra_chars", "ipv6_hex_style", "log_engine_data",
                "log_engine_type", "log_name", "log_prefix", "server_header", "stats_name_separator", "tls_ca_list",
                "tls_certificate", "tls_private_key", "uri_host_extra_chars", "user_agent_header", "version_table",
                "xavp_via_fields", "xavp_via_params",
            ]
        ),
        (.stringOrIdentifier, ["chroot", "group", "mcast", "rundir", "tcp_poll_method", "user", "workdir"]),
        (.identifier, ["log_facility", "tls_method"]),
        (.integerOrIdentifier, ["tos"]),
        (.host, ["advertised_address"]),
        (.addressIPv4, ["tcp_source_ipv4"]),
        (.addressIPv6, ["tcp_source_ipv6"]),
        (.transport, ["udp_mtu_try_proto"]),
    ]

    /// Parameters of Kamailio 5.7 to 6.1, and those that 5.6 leaves to the SCTP module's build.
    private static let newer: [(Value, [String])] = [
        (
            .signedInteger,
            [
                "mem_add_size", "return_mode", "rpc_exec_delta", "sctp_asocmaxrxt", "sctp_assoc_reuse",
                "sctp_assoc_tracking", "sctp_autoclose", "sctp_hbinterval", "sctp_init_max_attempts",
                "sctp_init_max_timeo", "sctp_max_assocs", "sctp_max_burst", "sctp_pathmaxrxt", "sctp_sack_delay",
                "sctp_sack_freq", "sctp_send_retries", "sctp_send_ttl", "sctp_socket_rcvbuf", "sctp_socket_sndbuf",
                "sctp_srto_initial", "sctp_srto_max", "sctp_srto_min", "tcp_accept_iplimit",
            ]
        ),
        (
            .integer,
            [
                "maxsndbuffer", "msg_apply_changes_mode", "msg_clone_extra_size", "msg_recv_max_size",
                "tcp_check_timer", "tcp_listen_backlog", "tcp_main_threads", "tcp_msg_data_timeout",
                "tcp_msg_read_timeout", "tls_connection_match_domain", "tls_threads_mode", "udp_receiver_mode",
            ]
        ),
        (.string, ["async_tkv_evcb", "async_tkv_gname", "xavp_via_reply_params"]),
        (.integerOrString, ["tcp_accept_protocols"]),
    ]
}
