-- RTP engines.

CREATE TABLE `rtpengine` (
    `id`       int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `setid`    int(10) unsigned NOT NULL DEFAULT 0,
    `url`      varchar(64) NOT NULL,
    `weight`   int(10) unsigned NOT NULL DEFAULT 1,
    `disabled` int(1) NOT NULL DEFAULT 0,
    `stamp`    datetime NOT NULL DEFAULT '1900-01-01 00:00:01',
    UNIQUE KEY `rtpengine_nodes` (`setid`, `url`)
);

INSERT INTO version (table_name, table_version) VALUES ('rtpengine', 1);
