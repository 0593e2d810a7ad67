-- Number translation rules.

CREATE TABLE `dialplan` (
    `id`        int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `dpid`      int(11) NOT NULL,
    `pr`        int(11) NOT NULL,
    `match_op`  int(11) NOT NULL,
    `match_exp` varchar(64) NOT NULL,
    `match_len` int(11) NOT NULL,
    `subst_exp` varchar(64) NOT NULL,
    `repl_exp`  varchar(256) NOT NULL,
    `attrs`     varchar(64) NOT NULL
);

INSERT INTO version (table_name, table_version) VALUES ('dialplan', 2);
