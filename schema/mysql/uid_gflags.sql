-- Attributes that hold for everybody.

CREATE TABLE `uid_global_attrs` (
    `id`    int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `name`  varchar(32) NOT NULL,
    `type`  int(11) NOT NULL DEFAULT 0,
    `value` varchar(128) DEFAULT NULL,
    `flags` int(10) unsigned NOT NULL DEFAULT 0,
    UNIQUE KEY `global_attrs_idx` (`name`, `value`)
);

INSERT INTO version (table_name, table_version) VALUES ('uid_global_attrs', 1);
