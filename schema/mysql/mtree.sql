-- Prefix trees: one value a prefix, or several.

CREATE TABLE `mtree` (
    `id`      int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `tprefix` varchar(32) NOT NULL DEFAULT '',
    `tvalue`  varchar(128) NOT NULL DEFAULT '',
    UNIQUE KEY `tprefix_idx` (`tprefix`)
);

CREATE TABLE `mtrees` (
    `id`      int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `tname`   varchar(128) NOT NULL DEFAULT '',
    `tprefix` varchar(32) NOT NULL DEFAULT '',
    `tvalue`  varchar(128) NOT NULL DEFAULT '',
    UNIQUE KEY `tname_tprefix_tvalue_idx` (`tname`, `tprefix`, `tvalue`)
);

INSERT INTO version (table_name, table_version) VALUES ('mtree', 1);

INSERT INTO version (table_name, table_version) VALUES ('mtrees', 2);
