-- Gateways to other messaging networks.

CREATE TABLE `purplemap` (
    `id`       int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `sip_user` varchar(255) NOT NULL,
    `ext_user` varchar(255) NOT NULL,
    `ext_prot` varchar(16) NOT NULL,
    `ext_pass` varchar(64) DEFAULT NULL
);

INSERT INTO version (table_name, table_version) VALUES ('purplemap', 1);
