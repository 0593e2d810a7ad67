-- Aliases of users: one more address that leads to the same account.

CREATE TABLE `dbaliases` (
    `id`             int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `alias_username` varchar(64) NOT NULL DEFAULT '',
    `alias_domain`   varchar(64) NOT NULL DEFAULT '',
    `username`       varchar(64) NOT NULL DEFAULT '',
    `domain`         varchar(64) NOT NULL DEFAULT '',
    KEY `alias_idx` (`alias_username`, `alias_domain`),
    KEY `alias_user_idx` (`alias_username`),
    KEY `target_idx` (`username`, `domain`)
);

INSERT INTO version (table_name, table_version) VALUES ('dbaliases', 1);
