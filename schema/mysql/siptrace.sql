-- Recorded SIP messages.

CREATE TABLE `sip_trace` (
    `id`          int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `time_stamp`  datetime NOT NULL DEFAULT '2000-01-01 00:00:01',
    `time_us`     int(10) unsigned NOT NULL DEFAULT 0,
    `callid`      varchar(255) NOT NULL DEFAULT '',
    `traced_user` varchar(255) NOT NULL DEFAULT '',
    `msg`         mediumtext NOT NULL,
    `method`      varchar(50) NOT NULL DEFAULT '',
    `status`      varchar(255) NOT NULL DEFAULT '',
    `fromip`      varchar(64) NOT NULL DEFAULT '',
    `toip`        varchar(64) NOT NULL DEFAULT '',
    `fromtag`     varchar(128) NOT NULL DEFAULT '',
    `totag`       varchar(128) NOT NULL DEFAULT '',
    `direction`   varchar(4) NOT NULL DEFAULT '',
    KEY `callid_idx` (`callid`),
    KEY `date_idx` (`time_stamp`),
    KEY `fromip_idx` (`fromip`),
    KEY `traced_user_idx` (`traced_user`)
);

INSERT INTO version (table_name, table_version) VALUES ('sip_trace', 4);
