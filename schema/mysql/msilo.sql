-- Messages stored for users who are not registered.

CREATE TABLE `silo` (
    `id`         int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `src_addr`   varchar(255) NOT NULL DEFAULT '',
    `dst_addr`   varchar(255) NOT NULL DEFAULT '',
    `username`   varchar(64) NOT NULL DEFAULT '',
    `domain`     varchar(64) NOT NULL DEFAULT '',
    `inc_time`   int(11) NOT NULL DEFAULT 0,
    `exp_time`   int(11) NOT NULL DEFAULT 0,
    `snd_time`   int(11) NOT NULL DEFAULT 0,
    `ctype`      varchar(32) NOT NULL DEFAULT 'text/plain',
    `body`       blob,
    `extra_hdrs` text,
    `callid`     varchar(128) NOT NULL DEFAULT '',
    `status`     int(11) NOT NULL DEFAULT 0,
    KEY `account_idx` (`username`, `domain`)
);

INSERT INTO version (table_name, table_version) VALUES ('silo', 8);
