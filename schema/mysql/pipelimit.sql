-- Rate limits by name.

CREATE TABLE `pl_pipes` (
    `id`        int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `pipeid`    varchar(64) NOT NULL DEFAULT '',
    `algorithm` varchar(32) NOT NULL DEFAULT '',
    `plimit`    int(11) NOT NULL DEFAULT 0
);

INSERT INTO version (table_name, table_version) VALUES ('pl_pipes', 1);
