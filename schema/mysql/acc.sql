-- Call records: answered requests, whole calls, missed calls.

CREATE TABLE `acc` (
    `id`         int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `method`     varchar(16) NOT NULL DEFAULT '',
    `from_tag`   varchar(128) NOT NULL DEFAULT '',
    `to_tag`     varchar(128) NOT NULL DEFAULT '',
    `callid`     varchar(255) NOT NULL DEFAULT '',
    `sip_code`   varchar(3) NOT NULL DEFAULT '',
    `sip_reason` varchar(128) NOT NULL DEFAULT '',
    `time`       datetime NOT NULL,
    KEY `callid_idx` (`callid`)
);

CREATE TABLE `acc_cdrs` (
    `id`         int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `start_time` datetime NOT NULL DEFAULT '2000-01-01 00:00:00',
    `end_time`   datetime NOT NULL DEFAULT '2000-01-01 00:00:00',
    `duration`   float(10,3) NOT NULL DEFAULT 0.000,
    KEY `start_time_idx` (`start_time`)
);

CREATE TABLE `missed_calls` (
    `id`         int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `method`     varchar(16) NOT NULL DEFAULT '',
    `from_tag`   varchar(128) NOT NULL DEFAULT '',
    `to_tag`     varchar(128) NOT NULL DEFAULT '',
    `callid`     varchar(255) NOT NULL DEFAULT '',
    `sip_code`   varchar(3) NOT NULL DEFAULT '',
    `sip_reason` varchar(128) NOT NULL DEFAULT '',
    `time`       datetime NOT NULL,
    KEY `callid_idx` (`callid`)
);

INSERT INTO version (table_name, table_version) VALUES ('acc', 5);

INSERT INTO version (table_name, table_version) VALUES ('acc_cdrs', 2);

INSERT INTO version (table_name, table_version) VALUES ('missed_calls', 4);
