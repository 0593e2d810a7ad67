-- The version of every other table: what a program expects is compared with it at start.

CREATE TABLE `version` (
    `id`            int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `table_name`    varchar(32) NOT NULL,
    `table_version` int(10) unsigned NOT NULL DEFAULT 0,
    UNIQUE KEY `table_name_idx` (`table_name`)
);

INSERT INTO version (table_name, table_version) VALUES ('version', 1);
