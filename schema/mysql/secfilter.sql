-- Allow and deny lists of the security filter.

CREATE TABLE `secfilter` (
    `id`     int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `action` smallint(6) NOT NULL DEFAULT 0,
    `type`   smallint(6) NOT NULL DEFAULT 0,
    `data`   varchar(64) NOT NULL DEFAULT '',
    KEY `secfilter_idx` (`action`, `type`, `data`)
);

INSERT INTO version (table_name, table_version) VALUES ('secfilter', 1);
