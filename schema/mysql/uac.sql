-- Registrations this server keeps up at others.

CREATE TABLE `uacreg` (
    `id`            int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `l_uuid`        varchar(64) NOT NULL DEFAULT '',
    `l_username`    varchar(64) NOT NULL DEFAULT '',
    `l_domain`      varchar(64) NOT NULL DEFAULT '',
    `r_username`    varchar(64) NOT NULL DEFAULT '',
    `r_domain`      varchar(64) NOT NULL DEFAULT '',
    `realm`         varchar(64) NOT NULL DEFAULT '',
    `auth_username` varchar(64) NOT NULL DEFAULT '',
    `auth_password` varchar(64) NOT NULL DEFAULT '',
    `auth_ha1`      varchar(128) NOT NULL DEFAULT '',
    `auth_proxy`    varchar(255) NOT NULL DEFAULT '',
    `expires`       int(11) NOT NULL DEFAULT 0,
    `flags`         int(11) NOT NULL DEFAULT 0,
    `reg_delay`     int(11) NOT NULL DEFAULT 0,
    `contact_addr`  varchar(255) NOT NULL DEFAULT '',
    `socket`        varchar(128) NOT NULL DEFAULT '',
    UNIQUE KEY `l_uuid_idx` (`l_uuid`)
);

INSERT INTO version (table_name, table_version) VALUES ('uacreg', 5);
