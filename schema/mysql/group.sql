-- Group membership of users, by name or by regular expression.

CREATE TABLE `grp` (
    `id`            int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `username`      varchar(64) NOT NULL DEFAULT '',
    `domain`        varchar(64) NOT NULL DEFAULT '',
    `grp`           varchar(64) NOT NULL DEFAULT '',
    `last_modified` datetime NOT NULL DEFAULT '2000-01-01 00:00:01',
    UNIQUE KEY `account_group_idx` (`username`, `domain`, `grp`)
);

CREATE TABLE `re_grp` (
    `id`       int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `reg_exp`  varchar(128) NOT NULL DEFAULT '',
    `group_id` int(11) NOT NULL DEFAULT 0,
    KEY `group_idx` (`group_id`)
);

INSERT INTO version (table_name, table_version) VALUES ('grp', 2);

INSERT INTO version (table_name, table_version) VALUES ('re_grp', 1);
