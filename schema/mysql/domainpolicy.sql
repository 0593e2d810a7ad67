-- Routing policies of destination domains.

CREATE TABLE `domainpolicy` (
    `id`          int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `rule`        varchar(255) NOT NULL,
    `type`        varchar(255) NOT NULL,
    `att`         varchar(255) DEFAULT NULL,
    `val`         varchar(128) DEFAULT NULL,
    `description` varchar(255) NOT NULL,
    UNIQUE KEY `rav_idx` (`rule`, `att`, `val`),
    KEY `rule_idx` (`rule`)
);

INSERT INTO version (table_name, table_version) VALUES ('domainpolicy', 2);
