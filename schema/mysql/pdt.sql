-- Prefix-to-domain translation.

CREATE TABLE `pdt` (
    `id`      int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `sdomain` varchar(255) NOT NULL,
    `prefix`  varchar(32) NOT NULL,
    `domain`  varchar(255) NOT NULL DEFAULT '',
    UNIQUE KEY `sdomain_prefix_idx` (`sdomain`, `prefix`)
);

INSERT INTO version (table_name, table_version) VALUES ('pdt', 1);
