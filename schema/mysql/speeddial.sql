-- Short dial codes of users.

CREATE TABLE `speed_dial` (
    `id`          int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `username`    varchar(64) NOT NULL DEFAULT '',
    `domain`      varchar(64) NOT NULL DEFAULT '',
    `sd_username` varchar(64) NOT NULL DEFAULT '',
    `sd_domain`   varchar(64) NOT NULL DEFAULT '',
    `new_uri`     varchar(255) NOT NULL DEFAULT '',
    `fname`       varchar(64) NOT NULL DEFAULT '',
    `lname`       varchar(64) NOT NULL DEFAULT '',
    `description` varchar(64) NOT NULL DEFAULT '',
    UNIQUE KEY `speed_dial_idx` (`username`, `domain`, `sd_domain`, `sd_username`)
);

INSERT INTO version (table_name, table_version) VALUES ('speed_dial', 2);
