-- Trusted peers and address groups.

CREATE TABLE `trusted` (
    `id`           int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `src_ip`       varchar(50) NOT NULL,
    `proto`        varchar(4) NOT NULL,
    `from_pattern` varchar(64) DEFAULT NULL,
    `ruri_pattern` varchar(64) DEFAULT NULL,
    `tag`          varchar(64) DEFAULT NULL,
    `priority`     int(11) NOT NULL DEFAULT 0,
    KEY `peer_idx` (`src_ip`)
);

CREATE TABLE `address` (
    `id`      int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `grp`     int(11) unsigned NOT NULL DEFAULT 1,
    `ip_addr` varchar(50) NOT NULL,
    `mask`    int(11) NOT NULL DEFAULT 32,
    `port`    smallint(5) unsigned NOT NULL DEFAULT 0,
    `tag`     varchar(64) DEFAULT NULL
);

INSERT INTO version (table_name, table_version) VALUES ('trusted', 6);

INSERT INTO version (table_name, table_version) VALUES ('address', 6);
