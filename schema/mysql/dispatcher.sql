-- Destinations for load balancing.

CREATE TABLE `dispatcher` (
    `id`          int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `setid`       int(11) NOT NULL DEFAULT 0,
    `destination` varchar(192) NOT NULL DEFAULT '',
    `flags`       int(11) NOT NULL DEFAULT 0,
    `priority`    int(11) NOT NULL DEFAULT 0,
    `attrs`       varchar(128) NOT NULL DEFAULT '',
    `description` varchar(64) NOT NULL DEFAULT ''
);

INSERT INTO version (table_name, table_version) VALUES ('dispatcher', 4);
