-- Contents of hash tables that are loaded at start.

CREATE TABLE `htable` (
    `id`         int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `key_name`   varchar(64) NOT NULL DEFAULT '',
    `key_type`   int(11) NOT NULL DEFAULT 0,
    `value_type` int(11) NOT NULL DEFAULT 0,
    `key_value`  varchar(128) NOT NULL DEFAULT '',
    `expires`    int(11) NOT NULL DEFAULT 0
);

INSERT INTO version (table_name, table_version) VALUES ('htable', 2);
