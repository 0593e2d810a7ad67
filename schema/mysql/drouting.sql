-- Dynamic routing: gateways, gateway lists, groups, rules.

CREATE TABLE `dr_gateways` (
    `gwid`        int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `type`        int(11) unsigned NOT NULL DEFAULT 0,
    `address`     varchar(128) NOT NULL,
    `strip`       int(11) unsigned NOT NULL DEFAULT 0,
    `pri_prefix`  varchar(64) DEFAULT NULL,
    `attrs`       varchar(255) DEFAULT NULL,
    `description` varchar(128) NOT NULL DEFAULT ''
);

CREATE TABLE `dr_rules` (
    `ruleid`      int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `groupid`     varchar(255) NOT NULL,
    `prefix`      varchar(64) NOT NULL,
    `timerec`     varchar(255) NOT NULL,
    `priority`    int(11) NOT NULL DEFAULT 0,
    `routeid`     varchar(64) NOT NULL,
    `gwlist`      varchar(255) NOT NULL,
    `description` varchar(128) NOT NULL DEFAULT ''
);

CREATE TABLE `dr_gw_lists` (
    `id`          int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `gwlist`      varchar(255) NOT NULL,
    `description` varchar(128) NOT NULL DEFAULT ''
);

CREATE TABLE `dr_groups` (
    `id`          int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `username`    varchar(64) NOT NULL,
    `domain`      varchar(128) NOT NULL DEFAULT '',
    `groupid`     int(11) unsigned NOT NULL DEFAULT 0,
    `description` varchar(128) NOT NULL DEFAULT ''
);

INSERT INTO version (table_name, table_version) VALUES ('dr_gateways', 3);

INSERT INTO version (table_name, table_version) VALUES ('dr_rules', 3);

INSERT INTO version (table_name, table_version) VALUES ('dr_gw_lists', 1);

INSERT INTO version (table_name, table_version) VALUES ('dr_groups', 2);
