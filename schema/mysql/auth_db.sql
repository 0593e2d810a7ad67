-- Subscribers and their digest credentials.

CREATE TABLE `subscriber` (
    `id`       int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `username` varchar(64) NOT NULL DEFAULT '',
    `domain`   varchar(64) NOT NULL DEFAULT '',
    `password` varchar(64) NOT NULL DEFAULT '',
    `ha1`      varchar(128) NOT NULL DEFAULT '',
    `ha1b`     varchar(128) NOT NULL DEFAULT '',
    UNIQUE KEY `account_idx` (`username`, `domain`),
    KEY `username_idx` (`username`)
);

INSERT INTO version (table_name, table_version) VALUES ('subscriber', 7);
