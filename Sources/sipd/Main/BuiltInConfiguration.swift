/// The configuration that runs when none is named: a registrar and proxy for registered users on SQLite, with
/// authentication on.
enum BuiltInConfiguration {
    /// How messages call it.
    static let name = "(built-in configuration)"

    /// The text; `-A` overrides DBURL and DOMAIN.
    static let text = """
        #!trydef DBURL "sqlite:///var/lib/sipd/sipd.sqlite"

        loadmodule "db_sqlite.so"
        loadmodule "db_mysql.so"
        loadmodule "tm.so"
        loadmodule "sl.so"
        loadmodule "rr.so"
        loadmodule "pv.so"
        loadmodule "kex.so"
        loadmodule "maxfwd.so"
        loadmodule "sanity.so"
        loadmodule "textops.so"
        loadmodule "siputils.so"
        loadmodule "usrloc.so"
        loadmodule "registrar.so"
        loadmodule "auth.so"
        loadmodule "auth_db.so"

        modparam("usrloc", "db_url", DBURL)
        modparam("usrloc", "db_mode", 1)
        modparam("auth_db", "db_url", DBURL)
        modparam("auth_db", "load_credentials", "")

        request_route {
            if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
            if (!sanity_check("17895", "7")) { exit; }
            if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
            if (has_totag()) { route(IN_DIALOG); }
            t_check_trans();
            route(AUTHENTICATE);
            if (is_method("REGISTER")) { save("location"); exit; }
            if (!is_method("INVITE|MESSAGE|OPTIONS|SUBSCRIBE|REFER|PUBLISH|INFO")) {
                sl_send_reply("405", "Method Not Allowed"); exit;
            }
            if ($rU == $null) { sl_send_reply("484", "Address Incomplete"); exit; }
            remove_hf("Route");
            if (is_method("INVITE|SUBSCRIBE")) { record_route(); }
            if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
            route(RELAY);
        }

        route[AUTHENTICATE] {
            if (!auth_check("$fd", "subscriber", "1")) { auth_challenge("$fd", "1"); exit; }
            if (!is_method("REGISTER|PUBLISH")) { consume_credentials(); }
        }

        route[IN_DIALOG] {
            if (loose_route()) { route(RELAY); }
            if (is_method("ACK")) { if (t_check_trans()) { t_relay(); } exit; }
            sl_send_reply("404", "Not Found");
            exit;
        }

        route[RELAY] {
            if (!t_relay()) { sl_reply_error(); }
            exit;
        }

        """
}
