-- Preferences of users as typed attributes.

CREATE TABLE `usr_preferences` (
    `id`            int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `uuid`          varchar(64) NOT NULL DEFAULT '',
    `username`      varchar(255) NOT NULL DEFAULT '0',
    `domain`        varchar(64) NOT NULL DEFAULT '',
    `attribute`     varchar(32) NOT NULL DEFAULT '',
    `type`          int(11) NOT NULL DEFAULT 0,
    `value`         varchar(128) NOT NULL DEFAULT '',
    `last_modified` datetime NOT NULL DEFAULT '2000-01-01 00:00:01',
    KEY `ua_idx` (`uuid`, `attribute`),
    KEY `uda_idx` (`username`, `domain`, `attribute`)
);

INSERT INTO version (table_name, table_version) VALUES ('usr_preferences', 2);
