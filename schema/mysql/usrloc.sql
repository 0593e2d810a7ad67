-- Registered contacts, and attributes attached to them.

CREATE TABLE `location` (
    `id`            int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `ruid`          varchar(64) NOT NULL DEFAULT '',
    `username`      varchar(64) NOT NULL DEFAULT '',
    `domain`        varchar(64) DEFAULT NULL,
    `contact`       varchar(512) NOT NULL DEFAULT '',
    `received`      varchar(128) DEFAULT NULL,
    `path`          varchar(512) DEFAULT NULL,
    `expires`       datetime NOT NULL DEFAULT '2030-05-28 21:32:15',
    `q`             float(10,2) NOT NULL DEFAULT 1.00,
    `callid`        varchar(255) NOT NULL DEFAULT 'Default-Call-ID',
    `cseq`          int(11) NOT NULL DEFAULT 1,
    `last_modified` datetime NOT NULL DEFAULT '2000-01-01 00:00:01',
    `flags`         int(11) NOT NULL DEFAULT 0,
    `cflags`        int(11) NOT NULL DEFAULT 0,
    `user_agent`    varchar(255) NOT NULL DEFAULT '',
    `socket`        varchar(64) DEFAULT NULL,
    `methods`       int(11) DEFAULT NULL,
    `instance`      varchar(255) DEFAULT NULL,
    `reg_id`        int(11) NOT NULL DEFAULT 0,
    `server_id`     int(11) NOT NULL DEFAULT 0,
    `connection_id` int(11) NOT NULL DEFAULT 0,
    `keepalive`     int(11) NOT NULL DEFAULT 0,
    `partition`     int(11) NOT NULL DEFAULT 0,
    UNIQUE KEY `ruid_idx` (`ruid`),
    KEY `account_contact_idx` (`username`, `domain`, `contact`),
    KEY `connection_idx` (`server_id`, `connection_id`),
    KEY `expires_idx` (`expires`),
    KEY `tcpcon_idx` (`connection_id`)
);

CREATE TABLE `location_attrs` (
    `id`            int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `ruid`          varchar(64) NOT NULL DEFAULT '',
    `username`      varchar(64) NOT NULL DEFAULT '',
    `domain`        varchar(64) DEFAULT NULL,
    `aname`         varchar(64) NOT NULL DEFAULT '',
    `atype`         int(11) NOT NULL DEFAULT 0,
    `avalue`        varchar(512) NOT NULL DEFAULT '',
    `last_modified` datetime NOT NULL DEFAULT '2000-01-01 00:00:01',
    KEY `account_record_idx` (`username`, `domain`, `ruid`),
    KEY `last_modified_idx` (`last_modified`)
);

INSERT INTO version (table_name, table_version) VALUES ('location', 9);

INSERT INTO version (table_name, table_version) VALUES ('location_attrs', 1);
