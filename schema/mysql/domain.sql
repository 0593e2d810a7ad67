-- Domains served by this installation, and attributes of them.

CREATE TABLE `domain` (
    `id`            int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `domain`        varchar(64) NOT NULL,
    `did`           varchar(64) DEFAULT NULL,
    `last_modified` datetime NOT NULL DEFAULT '2000-01-01 00:00:01',
    UNIQUE KEY `domain_idx` (`domain`)
);

CREATE TABLE `domain_attrs` (
    `id`            int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `did`           varchar(64) NOT NULL,
    `name`          varchar(32) NOT NULL,
    `type`          int(10) unsigned NOT NULL,
    `value`         varchar(255) NOT NULL,
    `last_modified` datetime NOT NULL DEFAULT '2000-01-01 00:00:01',
    KEY `domain_attrs_idx` (`did`, `name`)
);

INSERT INTO version (table_name, table_version) VALUES ('domain', 2);

INSERT INTO version (table_name, table_version) VALUES ('domain_attrs', 1);
