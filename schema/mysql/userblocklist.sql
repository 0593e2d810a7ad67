-- Prefixes users, or everybody, may not call.

CREATE TABLE `userblocklist` (
    `id`        int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `username`  varchar(64) NOT NULL DEFAULT '',
    `domain`    varchar(64) NOT NULL DEFAULT '',
    `prefix`    varchar(64) NOT NULL DEFAULT '',
    `allowlist` tinyint(1) NOT NULL DEFAULT 0,
    KEY `userblocklist_idx` (`username`, `domain`, `prefix`)
);

CREATE TABLE `globalblocklist` (
    `id`          int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `prefix`      varchar(64) NOT NULL DEFAULT '',
    `allowlist`   tinyint(1) NOT NULL DEFAULT 0,
    `description` varchar(255) DEFAULT NULL,
    KEY `globalblocklist_idx` (`prefix`)
);

INSERT INTO version (table_name, table_version) VALUES ('userblocklist', 1);

INSERT INTO version (table_name, table_version) VALUES ('globalblocklist', 1);
