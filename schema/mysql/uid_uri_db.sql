-- URIs of users, keyed by user id, and attributes of them.

CREATE TABLE `uid_uri` (
    `id`       int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `uid`      varchar(64) NOT NULL,
    `did`      varchar(64) NOT NULL,
    `username` varchar(64) NOT NULL,
    `flags`    int(10) unsigned NOT NULL DEFAULT 0,
    `scheme`   varchar(8) NOT NULL DEFAULT 'sip',
    KEY `uri_idx1` (`username`, `did`, `scheme`),
    KEY `uri_uid` (`uid`)
);

CREATE TABLE `uid_uri_attrs` (
    `id`       int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `username` varchar(64) NOT NULL,
    `did`      varchar(64) NOT NULL,
    `name`     varchar(32) NOT NULL,
    `value`    varchar(128) DEFAULT NULL,
    `type`     int(11) NOT NULL DEFAULT 0,
    `flags`    int(10) unsigned NOT NULL DEFAULT 0,
    `scheme`   varchar(8) NOT NULL DEFAULT 'sip',
    UNIQUE KEY `uriattrs_idx` (`username`, `did`, `name`, `value`, `scheme`)
);

INSERT INTO version (table_name, table_version) VALUES ('uid_uri', 3);

INSERT INTO version (table_name, table_version) VALUES ('uid_uri_attrs', 2);
