-- Calls in progress and variables attached to them.

CREATE TABLE `dialog` (
    `id`               int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `hash_entry`       int(10) unsigned NOT NULL,
    `hash_id`          int(10) unsigned NOT NULL,
    `callid`           varchar(255) NOT NULL,
    `from_uri`         varchar(255) NOT NULL,
    `from_tag`         varchar(128) NOT NULL,
    `to_uri`           varchar(255) NOT NULL,
    `to_tag`           varchar(128) NOT NULL,
    `caller_cseq`      varchar(20) NOT NULL,
    `callee_cseq`      varchar(20) NOT NULL,
    `caller_route_set` varchar(512) DEFAULT NULL,
    `callee_route_set` varchar(512) DEFAULT NULL,
    `caller_contact`   varchar(255) NOT NULL,
    `callee_contact`   varchar(255) NOT NULL,
    `caller_sock`      varchar(64) NOT NULL,
    `callee_sock`      varchar(64) NOT NULL,
    `state`            int(10) unsigned NOT NULL,
    `start_time`       int(10) unsigned NOT NULL,
    `timeout`          int(10) unsigned NOT NULL DEFAULT 0,
    `sflags`           int(10) unsigned NOT NULL DEFAULT 0,
    `iflags`           int(10) unsigned NOT NULL DEFAULT 0,
    `toroute_name`     varchar(32) DEFAULT NULL,
    `req_uri`          varchar(255) NOT NULL,
    `xdata`            varchar(512) DEFAULT NULL,
    KEY `hash_idx` (`hash_entry`, `hash_id`)
);

CREATE TABLE `dialog_vars` (
    `id`           int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `hash_entry`   int(10) unsigned NOT NULL,
    `hash_id`      int(10) unsigned NOT NULL,
    `dialog_key`   varchar(128) NOT NULL,
    `dialog_value` varchar(512) NOT NULL,
    KEY `hash_idx` (`hash_entry`, `hash_id`)
);

INSERT INTO version (table_name, table_version) VALUES ('dialog', 7);

INSERT INTO version (table_name, table_version) VALUES ('dialog_vars', 1);
