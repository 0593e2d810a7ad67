-- Domains with ids, and attributes of them.

CREATE TABLE `uid_domain` (
    `id`     int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `did`    varchar(64) NOT NULL,
    `domain` varchar(64) NOT NULL,
    `flags`  int(10) unsigned NOT NULL DEFAULT 0,
    UNIQUE KEY `domain_idx` (`domain`),
    KEY `did_idx` (`did`)
);

CREATE TABLE `uid_domain_attrs` (
    `id`    int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `did`   varchar(64) DEFAULT NULL,
    `name`  varchar(32) NOT NULL,
    `type`  int(11) NOT NULL DEFAULT 0,
    `value` varchar(128) DEFAULT NULL,
    `flags` int(10) unsigned NOT NULL DEFAULT 0,
    UNIQUE KEY `domain_attr_idx` (`did`, `name`, `value`),
    KEY `domain_did` (`did`, `flags`)
);

INSERT INTO version (table_name, table_version) VALUES ('uid_domain', 2);

INSERT INTO version (table_name, table_version) VALUES ('uid_domain_attrs', 1);
