/// Names that Kamailio's releases 5.6 to 6.x know, wherever they are implemented here or not.
///
/// A table of names alone: `sipd -c --report` tells with it a name of Kamailio's from a typing mistake, and
/// `docs/compatibility.md` is written from it.
enum KamailioNames {
    /// Modules.
    static let modules = words(
        """
        acc acc_diameter alias_db app_jsdt app_lua app_python app_python3 app_ruby app_sqlang async auth auth_db
        auth_diameter auth_identity auth_xkeys avp avpops benchmark blst call_control call_obj carrierroute cdp
        cdp_avp cfg_db cfg_rpc cfgt cfgutils corex counters crypto ctl db2_ops db_cluster db_flatstore db_kazoo
        db_mysql db_postgres db_redis db_sqlite db_text debugger dialog dialoglog dialplan dispatcher diversion
        dlgs dmq dmq_usrloc domain domainpolicy drouting enum evapi evrexec exec geoip geoip2 group htable
        http_async_client http_client imc ims_auth ims_charging ims_dialog ims_icscf ims_ipsec_pcscf ims_isc
        ims_qos ims_registrar_pcscf ims_registrar_scscf ims_usrloc_pcscf ims_usrloc_scscf ipops jansson json
        jsonrpcs kazoo keepalive kemix kex lcr log_custom lrkproxy mangler matrix maxfwd mediaproxy mi_fifo
        mi_rpc mohqueue mqueue msilo msrp mtree mysql nat_traversal nathelper ndb_redis nosip osb osb_memdb
        outbound p_usrloc path pdb pdt permissions phonenum pike pipelimit prefix_route presence
        presence_conference presence_dialoginfo presence_mwi presence_profile presence_reginfo presence_xml pua
        pua_bla pua_dialoginfo pua_reginfo pua_rpc pua_usrloc pua_xmpp pv pv_headers qos ratelimit regex
        registrar rls rr rtimer rtjson rtpengine rtpping rtpproxy sanity sca sctp sdpops seas secfilter
        sipcapture sipdump sipjson sipt siptrace siputils sl sms smsops speeddial sqlops ss7ops sst statistics
        statsc statsd stirshaken stun tcpops textops textopsx timer tls tm tmrec tmx topoh topos tsilo uac
        uac_redirect uid_auth_db uid_avp_db uid_domain uid_gflags uid_uri_db uri_db userblocklist usrloc uuid
        websocket xcap_client xcap_server xhttp xhttp_pi xhttp_prom xhttp_rpc xlog xmlops xmlrpc xprint
        """)

    /// Functions by module; `core` for those of no module.
    static let functions = groups(
        """
        alias_db: alias_db_lookup
        app_lua: lua_run
        app_python: python_exec
        async: async_task_route
        auth: auth_challenge auth_get_www_authenticate consume_credentials proxy_challenge pv_auth_check
        auth: www_challenge
        auth_db: auth_check is_subscriber proxy_authenticate www_authenticate
        avpops: avp avp_check avp_copy avp_db_query avp_delete avp_pushto avp_subst avp_subst_pv is_avp_set
        benchmark: bm_log_timer bm_start_timer
        carrierroute: cr_route
        cfgutils: abort check_route_exists is_gflag reset_gflag route_if_exists set_gflag usleep
        core: add_local_rport add_rport force_rport force_send_socket force_tcp_alias forward isflagset log
        core: prefix resetflag revert_uri rewritehost rewritehostport rewriteport rewriteuri rewriteuser route
        core: set_forward_close set_forward_no_connect set_reply_close set_reply_no_connect setflag sethost
        core: sethostport setport seturi setuser strip strip_tail userphone
        corex: append_branch sendx set_recv_socket set_source_address via_add_srvid via_add_xavp_params
        dialog: dlg_bye dlg_get dlg_manage dlg_resetflag dlg_set_timeout dlg_setflag get_profile_size
        dialog: is_in_profile is_known_dlg set_dlg_profile
        dialplan: dp_translate
        dispatcher: ds_is_from_list ds_list_exists ds_mark_dst ds_next_domain ds_next_dst ds_reload
        dispatcher: ds_select_domain ds_select_dst ds_select_routes ds_set_dst
        diversion: add_diversion
        dlgs: dlgs_init dlgs_update
        dmq: dmq_handle_message
        domain: is_from_local is_uri_host_local lookup_domain
        drouting: do_routing use_next_gw
        enum: enum_query
        evapi: evapi_async_relay evapi_close evapi_relay
        exec: exec_msg
        geoip: geoip_match
        geoip2: geoip2_match
        group: is_user_in
        htable: sht_iterator_end sht_iterator_next sht_iterator_start sht_lock sht_reset sht_rm_name_re
        htable: sht_unlock
        http_async_client: http_async_query
        http_client: http_client_query http_connect
        ims_auth: ims_www_authenticate ims_www_challenge ims_www_resync_auth
        ims_charging: Ro_CCR
        ims_dialog: dlg_terminate
        ims_icscf: I_perform_location_information_request I_perform_user_authorization_request I_scscf_drop
        ims_icscf: I_scscf_select
        ims_ipsec_pcscf: ipsec_create ipsec_destroy_by_contact ipsec_forward
        ims_isc: isc_from_as isc_match_filter isc_match_filter_reg
        ims_qos: Rx_AAR Rx_AAR_Register
        ims_registrar_pcscf: pcscf_assert_identity pcscf_follows_service_routes pcscf_force_service_routes
        ims_registrar_pcscf: pcscf_is_registered pcscf_save pcscf_save_pending pcscf_unregister
        ims_registrar_pcscf: reginfo_handle_notify
        ims_registrar_scscf: assign_server_unreg can_publish_reg can_subscribe_to_reg impu_registered lookup
        ims_registrar_scscf: publish_reg reg_fetch_contacts save subscribe_to_reg term_impu_registered
        ims_registrar_scscf: unregister
        ipops: compare_ips dns_query is_in_subnet is_ip is_ip_rfc1918 is_ipv4 is_ipv6 is_pure_ip
        jansson: jansson_array_size jansson_get jansson_set
        json: json_get_field
        jsonrpcs: jsonrpc_dispatch jsonrpc_exec
        kazoo: kazoo_async_query kazoo_json kazoo_json_keys kazoo_pua_publish_dialoginfo kazoo_pua_publish_mwi
        kazoo: kazoo_pua_publish_presence kazoo_publish kazoo_query kazoo_subscribe
        kex: avp_printf is_myself isbflagset isdsturiset pv_printf resetbflag resetdebug resetsflag setbflag
        kex: setdebug
        lcr: inactivate_gw load_gws next_gw
        log_custom: log_udp
        maxfwd: mf_process_maxfwd_header
        mqueue: mq_add mq_fetch
        msrp: msrp_is_reply msrp_relay msrp_relay_flags msrp_reply msrp_reply_flags msrp_set_dst
        mtree: mt_match
        nat_traversal: client_nat_test fix_contact nat_keepalive
        nathelper: add_contact_alias fix_nated_contact fix_nated_register fix_nated_sdp handle_ruri_alias
        nathelper: is_rfc1918 nat_uac_test set_contact_alias
        ndb_redis: redis_cmd
        path: add_path add_path_received
        pdt: prefix
        permissions: allow_address allow_source_address allow_source_address_group allow_trusted
        phonenum: phonenum_match phonenum_match_cn
        pike: pike_check_req
        presence: handle_publish handle_subscribe pres_refresh_watchers
        pv: not_empty pv_isset pv_unset pv_xavi_print pv_xavp_print xavi_rm xavp_params_explode
        pv: xavp_params_implode xavp_rm
        ratelimit: rl_check rl_check_pipe
        regex: pcre_match pcre_match_group
        registrar: lookup reg_fetch_contacts registered save unregister
        rr: add_rr_param check_route_param is_direction loose_route loose_route_mode record_route
        rr: record_route_advertised_address record_route_preset remove_record_route
        rtjson: rtjson_init_routes rtjson_next_route rtjson_push_routes rtjson_update_branch
        rtpengine: rtpengine_answer rtpengine_delete rtpengine_manage rtpengine_offer set_rtpengine_set
        rtpengine: start_recording stop_recording
        rtpproxy: force_rtp_proxy rtpproxy_manage
        sanity: sanity_check
        sdpops: sdp_content sdp_get sdp_get_line_startswith sdp_keep_codecs_by_name sdp_print
        sdpops: sdp_remove_codecs_by_id sdp_remove_line_by_prefix sdp_transport sdp_with_ice sdp_with_media
        sdpops: sdp_with_transport sdp_with_transport_like
        secfilter: secf_check_ip
        sipcapture: report_capture sip_capture
        sipjson: sj_serialize
        siptrace: sip_trace sip_trace_mode
        siputils: has_totag is_alphanum is_alphanumex is_first_hop is_numeric is_reply is_request is_tel_number
        siputils: options_reply sip_p_charging_vector tel2sip2 uri_param_rm
        sl: send_reply send_reply_error sl_reply sl_reply_error sl_send_reply
        speeddial: sd_lookup
        sqlops: sql_pvquery sql_query sql_result_free sql_xquery
        statistics: update_stat
        textops: append_hf append_to_reply has_body in_list insert_hf is_audio_on_hold is_method is_present_hf
        textops: remove_hf remove_hf_re remove_hf_re_pv replace_body_all search search_append search_body
        textops: search_hf set_body set_reply_body starts_with subst subst_body subst_hf subst_user
        textopsx: change_reply_status msg_apply_changes remove_body remove_hf_value
        tls: is_peer_verified
        tm: t_any_replied t_branch_replied t_branch_timeout t_check_status t_check_trans t_drop_replies
        tm: t_is_canceled t_is_retr_async_reply t_is_set t_load_contacts t_lookup_request t_newtran
        tm: t_next_contact_flow t_next_contacts t_on_branch t_on_branch_failure t_on_failure t_on_reply t_relay
        tm: t_relay_to t_relay_to_tcp t_relay_to_tls t_relay_to_udp t_release t_reply t_save_lumps
        tm: t_set_auto_inv_100 t_set_disable_6xx t_set_fr
        tmx: t_cancel_branches t_continue t_drop t_is_branch_route t_is_failure_route t_precheck_trans
        tmx: t_reuse_branch t_suspend
        uac: uac_auth uac_reg_request_to uac_replace_from uac_replace_to uac_req_send
        websocket: ws_handle_handshake
        xhttp: xhttp_reply
        xhttp_pi: dispatch_xhttp_pi
        xhttp_prom: prom_check_uri prom_dispatch
        xhttp_rpc: dispatch_xhttp_rpc
        xlog: xalert xdbg xerr xinfo xlog xnotice xwarn
        xmlrpc: dispatch_rpc xmlrpc_reply
        """)

    /// Parameters by module.
    static let parameters = groups(
        """
        acc: cdr_duration_id cdr_enable cdr_end_id cdr_expired_dlg_enable cdr_extra cdr_extra_nullable
        acc: cdr_facility cdr_log_enable cdr_on_failed cdr_skip cdr_start_id cdr_start_on_confirmed cdrs_table
        acc: db_extra db_flag db_insert_mode db_missed_flag db_table_acc db_url detect_direction early_media
        acc: failed_transaction_flag log_extra log_facility log_flag log_level log_missed_flag report_ack
        acc: report_cancels time_attr time_format time_mode
        alias_db: db_url use_domain
        app_jsdt: load
        app_lua: load register reload
        app_python: load
        app_python3: load
        app_ruby: load
        app_sqlang: load
        auth: nonce_count qop
        auth_db: calculate_ha1 db_url load_credentials password_column use_domain user_column version_table
        auth_xkeys: xkey
        avpops: avp_table db_url
        benchmark: enable loglevel
        carrierroute: carrierroute_table config_source db_url default_tree fetch_rows
        cdp: config_file
        cfgutils: lock_set_size
        corex: alias_subdomains
        ctl: binrpc binrpc_buffer_size binrpc_max_body_size group mode user
        db_cluster: cluster connection inactive_interval
        db_kazoo: trace_enable trace_filter trace_hook trace_log_level
        db_mysql: auto_reconnect ping_interval timeout_interval
        db_redis: keys schema_path
        db_text: db_mode
        debugger: cfgtrace log_level_name mod_hash_size mod_level mod_level_mode
        dialog: db_mode db_url default_timeout detect_spirals dlg_extra_hdrs dlg_flag dlg_match_mode
        dialog: early_timeout enable_dmq enable_stats end_timeout event_callback hash_size noack_timeout
        dialog: profiles_with_value rr_param send_bye timeout_avp timeout_noreset track_cseq_updates
        dialoglog: max_archive_size max_messages max_timeout
        dialplan: attrs_pvar db_url table_name
        dispatcher: attrs_pvname cnt_avp db_url ds_hash_size ds_inactive_threshold ds_ping_from ds_ping_interval
        dispatcher: ds_ping_latency_stats ds_ping_method ds_ping_reply_codes ds_probing_mode
        dispatcher: ds_probing_threshold ds_rehash_max dst_avp flags flags_col force_dst grp_avp hash_pvar
        dispatcher: list_file reload_delta setid_pvname sock_avp table_name uri_pvname use_default xavp_ctx
        dispatcher: xavp_ctx_mode xavp_dst xavp_dst_mode
        dlgs: active_lifetime finish_lifetime init_lifetime timer_interval
        dmq: multi_notify notification_address num_workers ping_interval server_address
        dmq_usrloc: enable
        domain: db_mode db_url domain_attrs_table domain_table register_myself
        drouting: attrs_avp db_url force_dns ruri_avp sort_order use_domain
        enum: domain_suffix
        evapi: bind_addr
        evrexec: exec
        exec: time_to_kill
        geoip: path
        geoip2: path
        group: db_url use_domain
        htable: db_url dmq_init_sync enable_dmq htable timer_interval
        http_async_client: connection_timeout curl_verbose hash_size tls_ca_path tls_client_cert tls_client_key
        http_async_client: tls_verify_host tls_verify_peer workers
        http_client: connection_timeout httpcon keep_connections
        ims_auth: auth_data_timeout auth_used_vector_timeout auth_vector_timeout av_check_only_impu
        ims_auth: av_request_at_once av_request_at_sync cxdx_dest_realm cxdx_forced_peer max_nonce_reuse name
        ims_auth: registration_default_algorithm registration_qop
        ims_charging: destination_host destination_realm interim_update_credits origin_host origin_realm
        ims_charging: ro_forced_peer service_context_id_ext service_context_id_mcc service_context_id_mnc
        ims_charging: service_context_id_release service_context_id_root timer_buffer
        ims_dialog: db_mode db_url detect_spirals dlg_flag profiles_no_value profiles_with_value timeout_avp
        ims_icscf: cxdx_dest_realm cxdx_forced_peer db_url route_lir_user_unknown route_uar_user_unknown
        ims_ipsec_pcscf: ipsec_client_port ipsec_listen_addr ipsec_max_connections ipsec_preferred_ealg
        ims_ipsec_pcscf: ipsec_server_port ipsec_spi_id_start
        ims_isc: add_p_served_user my_uri
        ims_qos: af_signaling_ip authorize_video_flow confirmed_qosrelease_headers dialog_direction
        ims_qos: early_qosrelease_reason include_rtcp_fd recv_mode rx_auth_expiry rx_dest_realm
        ims_registrar_pcscf: delete_delay ignore_contact_rxport_check ignore_reg_state is_registered_fallback2ip
        ims_registrar_pcscf: pcscf_uri pending_reg_expires publish_reginfo subscribe_to_reginfo
        ims_registrar_pcscf: subscription_expires
        ims_registrar_scscf: append_branches cxdx_dest_realm default_expires max_contacts max_expires
        ims_registrar_scscf: min_expires scscf_name subscription_default_expires subscription_max_expires
        ims_registrar_scscf: subscription_min_expires support_wildcardPSI ue_unsubscribe_on_dereg use_path
        ims_registrar_scscf: user_data_always user_data_xsd
        ims_usrloc_pcscf: db_mode db_url enable_debug_file expires_grace match_contact_host_port
        ims_usrloc_scscf: db_mode db_url enable_debug_file matching_mode maxcontact maxcontact_3gpp
        ims_usrloc_scscf: maxcontact_behaviour
        jsonrpcs: dgram_socket fifo_group fifo_mode fifo_name fifo_user pretty_format transport
        kazoo: amqp_connection amqp_consumer_processes amqp_consumer_workers amqp_heartbeats amqp_max_channels
        kazoo: amqp_primary_zone amqp_query_timeout_avp db_url node_hostname presence_use_full_entity pua_mode
        lcr: db_url defunct_capability defunct_gw_avp dont_strip_or_prefix_flag fetch_rows flags_avp
        lcr: flags_column gw_name_column gw_uri_avp ip_addr_column lcr_count lcr_gw_count lcr_gw_table
        lcr: lcr_id_avp lcr_id_column lcr_rule_hash_size lcr_rule_table lcr_rule_target_table ping_from
        lcr: ping_inactivate_threshold ping_interval ping_valid_reply_codes priority_ordering rule_id_avp
        lcr: ruri_user_avp
        maxfwd: max_limit
        mi_fifo: fifo_name
        mqueue: mqueue
        mtree: char_list db_url mtree pv_value
        nat_traversal: keepalive_from keepalive_interval keepalive_method keepalive_state_file
        nathelper: alias_name natping_interval ping_nated_only received_avp sipping_bflag sipping_from
        ndb_redis: init_without_redis server
        osb: groups_info_file shared_secret
        osb_memdb: cfg_file_path max_ext_port min_ext_port store_tbl_interval
        path: use_received
        permissions: address_table db_mode db_url grp_col ip_addr_col load_backends max_subnets peer_tag_avp
        permissions: port_col proto_col reload_delta source_col trusted_table
        pike: pike_log_level remove_latency reqs_density_per_unit sampling_time_unit
        presence: clean_period cseq_offset db_update_period db_url expires_offset force_delete local_log_level
        presence: max_expires min_expires min_expires_action notifier_processes publ_cache send_fast_notify
        presence: sip_uri_match startup_mode subs_db_mode timeout_rm_subs waitn_time xavp_cfg
        presence_dialoginfo: force_dummy_dialog force_single_dialog
        presence_xml: db_url disable_bla disable_winfo force_active force_dummy_presence
        pua: db_url
        pv: shvset varset
        ratelimit: pipe queue timer_interval
        regex: file
        registrar: case_sensitive contact_max_size default_expires default_q gruu_enabled max_contacts
        registrar: max_expires method_filtering min_expires outbound_mode path_mode path_use_received
        registrar: received_avp received_param regid_mode use_path xavp_cfg xavp_rcd
        rr: add_username append_fromtag custom_user_avp enable_double_rr enable_full_lr force_send_socket
        rr: ignore_sips
        rtimer: exec timer
        rtjson: xavp_cfg
        rtpengine: aggressive_redetection db_url extra_id_pv hash_table_tout mos_A_label_pv mos_B_label_pv
        rtpengine: mos_average_A_pv mos_average_B_pv mos_average_jitter_A_pv mos_average_jitter_B_pv
        rtpengine: mos_average_jitter_pv mos_average_packetloss_A_pv mos_average_packetloss_B_pv
        rtpengine: mos_average_packetloss_pv mos_average_pv mos_average_roundtrip_A_pv
        rtpengine: mos_average_roundtrip_B_pv mos_average_roundtrip_pv mos_average_samples_pv mos_max_pv
        rtpengine: mos_min_at_pv mos_min_jitter_pv mos_min_packetloss_pv mos_min_pv mos_min_roundtrip_pv
        rtpengine: ping_mode queried_nodes_limit read_sdp_pv rtp_inst_pvar rtpengine_allow_op
        rtpengine: rtpengine_disable_tout rtpengine_retr rtpengine_sock rtpengine_tout_ms setid_avp
        rtpengine: setid_default table_name write_sdp_pv
        rtpproxy: rtpproxy_sock
        sanity: autodrop default_checks noreply proxy_require uri_checks
        sctp: sctp_assoc_reuse sctp_assoc_tracking sctp_max_burst
        secfilter: db_url
        sipcapture: capture_on db_url hep_capture_on insert_retries insert_retry_timeout nonsip_hook
        sipcapture: promiscious_on raw_interface raw_moni_bpf_on raw_moni_capture_on raw_sock_children
        sipcapture: raw_socket_listen table_name
        sipdump: enable folder fprefix rotate wait
        siptrace: db_url duplicate_uri hep_capture_id hep_mode_on hep_version table trace_flag trace_init_mode
        siptrace: trace_mode trace_on trace_sl_acks trace_to_database traced_user_avp
        speeddial: db_url use_domain
        sqlops: sqlcon
        statistics: variable
        tcpops: closed_event
        tls: ca_list certificate cipher_list con_ct_wq_max config connection_timeout init_mode
        tls: low_mem_threshold1 low_mem_threshold2 private_key renegotiation send_close_notify
        tls: ssl_single_context tls_disable_compression tls_force_run tls_log tls_method xavp_cfg
        tm: ac_extra_hdrs auto_inv_100 auto_inv_100_reason cancel_b_method contact_flows_avp contacts_avp
        tm: disable_6xx_block failure_exec_mode failure_reply_mode fr_inv_timer fr_timer local_cancel_reason
        tm: pass_provisional_replies remap_503_500 reparse_invite reparse_on_dns_failover
        tm: restart_fr_on_each_reply retr_timer1 ruri_matching wt_timer
        tmx: fr_timer
        topoh: callid_prefix mask_callid mask_ip mask_key
        topos: contact_host db_url mask_callid sanity_checks storage
        uac: auth_password_avp auth_realm_avp auth_username_avp credential reg_contact_addr reg_db_table
        uac: reg_db_url reg_gc_interval reg_keep_callid reg_retry_interval reg_timer_interval reload_delta
        uac: restore_dlg restore_from_avp restore_mode restore_passwd restore_to_avp rr_from_store_param
        uac: rr_to_store_param
        uri_db: db_url
        usrloc: close_expired_tcp db_check_update db_insert_update db_mode db_ops_ruid db_timer_clean
        usrloc: db_update_as_insert db_url fetch_rows handle_lost_tcp ka_flag ka_from ka_interval ka_mode
        usrloc: nat_bflag preload rm_expired_delay timer_interval timer_procs use_domain xavp_contact
        websocket: event_callback keepalive_interval keepalive_mechanism keepalive_processes keepalive_timeout
        websocket: ping_application_data sub_protocols
        xhttp: event_callback url_match
        xhttp_pi: framework xhttp_pi_root
        xhttp_prom: xhttp_prom_buf_size xhttp_prom_stats
        xhttp_rpc: xhttp_rpc_root
        xlog: buf_size force_color log_facility long_format prefix prefix_mode
        xmlrpc: route url_match
        """)

    /// Pseudo-variables by module.
    static let variables = groups(
        """
        cfgutils: RANDOM
        core: null
        corex: cfg
        dialog: DLG_count dlg dlg_ctx dlg_var
        evapi: evapi
        geoip: gip
        geoip2: gip2
        htable: sht shtcn shtdec shtex shtinc shtitkey shtitval shtrecord
        ims_registrar_pcscf: pcscf_asserted_identity
        ims_registrar_scscf: ulc
        ipops: dns
        jsonrpcs: jsonrpl
        kazoo: kzE kzR
        mqueue: mqk mqv
        msrp: msrp
        nathelper: rr_count
        ndb_redis: redis
        phonenum: phn
        presence: notify_reply subs
        pv: ? Au RAi RAp Ri Rp Rut TS TV Tb Tf Ts _s aa adn adu ai ar au avp bf br branch bs cT ci cl cnt conid
        pv: cs ct dP dd def defn di dp du expires fU fd fn fs ft fu hdr hdrc http_err http_ok http_rb http_req
        pv: http_rs mF mb mbu mf ml msg mt nh oP oU od op ou pU pp pr proto pu rP rU rb rc rcv rd re retcode rm
        pv: rp rr rs rt ru ruri rz sas sel shv si snd sndfrom sndto sp stat su sut tU td time timef tt tu ua
        pv: utimef var viaZ vn xavi xavp xavu
        rr: route_uri
        rtpengine: rtpstat
        sdpops: sdp
        sipcapture: hep
        sqlops: dbr sqlrows
        tmx: T T_branch_idx T_reply_code T_reply_reason T_reply_ruid T_req T_rpl
        uac: uac_req
        uuid: uuid
        websocket: ws_conid
        xhttp: hu
        """)

    /// Global parameters.
    static let globals = words(
        """
        Alisten advertised_address alias async_workers auto_aliases cfgengine check_via children comprv6addr
        corelog debug disable_core_dump disable_sctp disable_tcp disable_tls dns dns_cache_del_nonexp
        dns_cache_flags dns_cache_gc_interval dns_cache_init dns_cache_mem dns_cache_negative_ttl
        dns_naptr_ignore_rfc dns_retr_no dns_retr_time dns_srv_lb dns_srv_loadbalancing dns_tcp_pref
        dns_tls_pref dns_try_ipv6 dns_try_naptr dns_udp_pref dns_use_search_list enable_sctp enable_tls fifo
        force_rport fork http_reply_parse latency_cfg_log latency_limit_action latency_limit_db latency_log
        listen log_engine_data log_engine_type log_facility log_name log_prefix log_prefix_mode log_stderror
        max_branches max_while_loops mem_join mem_summary memdbg memlog mhomed mlock_pages mpath
        onsend_route_reply phone2tel port pv_buffer_size pv_buffer_slots received_route_mode reply_to_via
        rev_dns server_header server_id server_signature shm_force_alloc sip_trace sip_warning socket
        socket_workers tcp_accept_aliases tcp_accept_no_cl tcp_async tcp_children tcp_conn_wq_max
        tcp_connect_timeout tcp_connection_lifetime tcp_connection_match tcp_crlf_ping tcp_delayed_ack
        tcp_ep_rd_buf_size tcp_fd_cache tcp_keepalive tcp_keepcnt tcp_keepidle tcp_keepintvl tcp_linger2
        tcp_max_connections tcp_rd_buf_size tcp_reuse_port tcp_send_timeout tcp_wq_blk_size tcp_wq_max
        tls_connection_match_domain tls_max_connections tls_port_no tls_threads_mode tos udp4_raw udp4_raw_mtu
        udp_mtu udp_mtu_try_proto use_dns_cache use_dns_failover user_agent_header version_table xavp_via_params
        """)

    /// Event routes.
    static let eventRoutes = words(
        """
        core:msg-received core:worker-one-init dialog:end dialog:failed dialog:start dispatcher:dst-down
        dispatcher:dst-up dispatcher:reloaded evapi:connection-closed evapi:connection-new
        evapi:message-received evrexec:init htable:expired:antiflood htable:expired:media htable:expired:natping
        htable:expired:nodes htable:expired:srcban htable:mod-init kazoo:consumer-event
        kazoo:consumer-event-acl-acl-flush kazoo:consumer-event-amqp-error-message-returned
        kazoo:consumer-event-connection-error kazoo:consumer-event-connection-listener-zone-available
        kazoo:consumer-event-connection-listener-zone-unavailable kazoo:consumer-event-directory-reg-flush
        kazoo:consumer-event-directory-reg-success kazoo:consumer-event-directory-reg-sync
        kazoo:consumer-event-jwt-keys-reload kazoo:consumer-event-nodes-advertise
        kazoo:consumer-event-presence-dialog-update kazoo:consumer-event-presence-mwi-update
        kazoo:consumer-event-presence-reset kazoo:consumer-event-presence-search-req
        kazoo:consumer-event-presence-update kazoo:consumer-event-registration-search-req
        kazoo:consumer-event-sms-outbound kazoo:consumer-event-trusted-reload kazoo:mod-init msrp:frame-in
        presence:notify-reply siptrace:msg tcp:closed tcp:reset tcp:timeout tls:connection-out
        tm:branch-failure:FAIL-BRANCH tm:branch-failure:rtpengine tm:local-request tm:local-response
        topos:msg-outgoing uac:reply usrloc:contact-expired websocket:closed xhttp:request
        """)

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private static func groups(_ text: String) -> [String: [String]] {
        var groups: [String: [String]] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            groups[String(parts[0]), default: []] += words(String(parts[1]))
        }
        return groups
    }
}
