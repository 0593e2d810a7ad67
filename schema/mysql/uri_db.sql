-- User parts a user may use in URIs.

CREATE TABLE `uri` (
    `id`            int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `username`      varchar(64) NOT NULL DEFAULT '',
    `domain`        varchar(64) NOT NULL DEFAULT '',
    `uri_user`      varchar(64) NOT NULL DEFAULT '',
    `last_modified` datetime NOT NULL DEFAULT '2000-01-01 00:00:01',
    UNIQUE KEY `account_idx` (`username`, `domain`, `uri_user`)
);

INSERT INTO version (table_name, table_version) VALUES ('uri', 1);
