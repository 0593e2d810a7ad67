-- Routing by carrier, domain and prefix.

CREATE TABLE `carrierroute` (
    `id`             int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `carrier`        int(10) unsigned NOT NULL DEFAULT 0,
    `domain`         int(10) unsigned NOT NULL DEFAULT 0,
    `scan_prefix`    varchar(64) NOT NULL DEFAULT '',
    `flags`          int(11) unsigned NOT NULL DEFAULT 0,
    `mask`           int(11) unsigned NOT NULL DEFAULT 0,
    `prob`           float NOT NULL DEFAULT 0,
    `strip`          int(11) unsigned NOT NULL DEFAULT 0,
    `rewrite_host`   varchar(255) NOT NULL DEFAULT '',
    `rewrite_prefix` varchar(64) NOT NULL DEFAULT '',
    `rewrite_suffix` varchar(64) NOT NULL DEFAULT '',
    `description`    varchar(255) DEFAULT NULL
);

CREATE TABLE `carrierfailureroute` (
    `id`          int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `carrier`     int(10) unsigned NOT NULL DEFAULT 0,
    `domain`      int(10) unsigned NOT NULL DEFAULT 0,
    `scan_prefix` varchar(64) NOT NULL DEFAULT '',
    `host_name`   varchar(255) NOT NULL DEFAULT '',
    `reply_code`  varchar(3) NOT NULL DEFAULT '',
    `flags`       int(11) unsigned NOT NULL DEFAULT 0,
    `mask`        int(11) unsigned NOT NULL DEFAULT 0,
    `next_domain` int(10) unsigned NOT NULL DEFAULT 0,
    `description` varchar(255) DEFAULT NULL
);

CREATE TABLE `carrier_name` (
    `id`      int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `carrier` varchar(64) DEFAULT NULL
);

CREATE TABLE `domain_name` (
    `id`     int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `domain` varchar(64) DEFAULT NULL
);

INSERT INTO version (table_name, table_version) VALUES ('carrierroute', 3);

INSERT INTO version (table_name, table_version) VALUES ('carrierfailureroute', 2);

INSERT INTO version (table_name, table_version) VALUES ('carrier_name', 1);

INSERT INTO version (table_name, table_version) VALUES ('domain_name', 1);
