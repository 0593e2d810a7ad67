-- Attributes of users, keyed by user id.

CREATE TABLE `uid_user_attrs` (
    `id`    int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `uid`   varchar(64) NOT NULL,
    `name`  varchar(32) NOT NULL,
    `value` varchar(128) DEFAULT NULL,
    `type`  int(11) NOT NULL DEFAULT 0,
    `flags` int(10) unsigned NOT NULL DEFAULT 0,
    UNIQUE KEY `userattrs_idx` (`uid`, `name`, `value`)
);

INSERT INTO version (table_name, table_version) VALUES ('uid_user_attrs', 3);
