-- Call processing scripts of users.

CREATE TABLE `cpl` (
    `id`       int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `username` varchar(64) NOT NULL,
    `domain`   varchar(64) NOT NULL DEFAULT '',
    `cpl_xml`  text,
    `cpl_bin`  text,
    UNIQUE KEY `account_idx` (`username`, `domain`)
);

INSERT INTO version (table_name, table_version) VALUES ('cpl', 1);
