-- RTP proxies.

CREATE TABLE `rtpproxy` (
    `id`          int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `setid`       varchar(32) NOT NULL DEFAULT '0',
    `url`         varchar(64) NOT NULL DEFAULT '',
    `flags`       int(11) NOT NULL DEFAULT 0,
    `weight`      int(11) NOT NULL DEFAULT 1,
    `description` varchar(64) NOT NULL DEFAULT ''
);

INSERT INTO version (table_name, table_version) VALUES ('rtpproxy', 1);
