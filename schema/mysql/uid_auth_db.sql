-- Credentials, keyed by user id.

CREATE TABLE `uid_credentials` (
    `id`            int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `auth_username` varchar(64) NOT NULL,
    `did`           varchar(64) NOT NULL DEFAULT '_default',
    `realm`         varchar(64) NOT NULL,
    `password`      varchar(28) NOT NULL DEFAULT '',
    `flags`         int(11) NOT NULL DEFAULT 0,
    `ha1`           varchar(32) NOT NULL,
    `ha1b`          varchar(32) NOT NULL DEFAULT '',
    `uid`           varchar(64) NOT NULL,
    KEY `cred_idx` (`auth_username`, `did`),
    KEY `did_idx` (`did`),
    KEY `realm_idx` (`realm`),
    KEY `uid` (`uid`)
);

INSERT INTO version (table_name, table_version) VALUES ('uid_credentials', 7);
