-- Least-cost routing: gateways, rules, and which gateways a rule offers.

CREATE TABLE `lcr_gw` (
    `id`         int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `lcr_id`     smallint(5) unsigned NOT NULL,
    `gw_name`    varchar(128) DEFAULT NULL,
    `ip_addr`    varchar(50) DEFAULT NULL,
    `hostname`   varchar(64) DEFAULT NULL,
    `port`       smallint(5) unsigned DEFAULT NULL,
    `params`     varchar(64) DEFAULT NULL,
    `uri_scheme` tinyint(3) unsigned DEFAULT NULL,
    `transport`  tinyint(3) unsigned DEFAULT NULL,
    `strip`      tinyint(3) unsigned DEFAULT NULL,
    `prefix`     varchar(16) DEFAULT NULL,
    `tag`        varchar(64) DEFAULT NULL,
    `flags`      int(10) unsigned NOT NULL DEFAULT 0,
    `defunct`    int(10) unsigned DEFAULT NULL,
    KEY `lcr_id_idx` (`lcr_id`)
);

CREATE TABLE `lcr_rule_target` (
    `id`       int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `lcr_id`   smallint(5) unsigned NOT NULL,
    `rule_id`  int(10) unsigned NOT NULL,
    `gw_id`    int(10) unsigned NOT NULL,
    `priority` tinyint(3) unsigned NOT NULL,
    `weight`   int(10) unsigned NOT NULL DEFAULT 1,
    UNIQUE KEY `rule_id_gw_id_idx` (`rule_id`, `gw_id`),
    KEY `lcr_id_idx` (`lcr_id`)
);

CREATE TABLE `lcr_rule` (
    `id`          int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `lcr_id`      smallint(5) unsigned NOT NULL,
    `prefix`      varchar(16) DEFAULT NULL,
    `from_uri`    varchar(64) DEFAULT NULL,
    `request_uri` varchar(64) DEFAULT NULL,
    `mt_tvalue`   varchar(128) DEFAULT NULL,
    `stopper`     int(10) unsigned NOT NULL DEFAULT 0,
    `enabled`     int(10) unsigned NOT NULL DEFAULT 1,
    UNIQUE KEY `lcr_id_prefix_from_uri_idx` (`lcr_id`, `prefix`, `from_uri`)
);

INSERT INTO version (table_name, table_version) VALUES ('lcr_gw', 3);

INSERT INTO version (table_name, table_version) VALUES ('lcr_rule_target', 1);

INSERT INTO version (table_name, table_version) VALUES ('lcr_rule', 3);
