-- Presence documents, subscriptions to them, XCAP documents, outgoing publications.

CREATE TABLE `presentity` (
    `id`            int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `username`      varchar(64) NOT NULL,
    `domain`        varchar(64) NOT NULL,
    `event`         varchar(64) NOT NULL,
    `etag`          varchar(128) NOT NULL,
    `expires`       int(11) NOT NULL,
    `received_time` int(11) NOT NULL,
    `body`          blob NOT NULL,
    `sender`        varchar(255) NOT NULL,
    `priority`      int(11) NOT NULL DEFAULT 0,
    `ruid`          varchar(64) DEFAULT NULL,
    UNIQUE KEY `presentity_idx` (`username`, `domain`, `event`, `etag`),
    UNIQUE KEY `ruid_idx` (`ruid`),
    KEY `account_idx` (`username`, `domain`, `event`),
    KEY `presentity_expires` (`expires`)
);

CREATE TABLE `active_watchers` (
    `id`               int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `presentity_uri`   varchar(255) NOT NULL,
    `watcher_username` varchar(64) NOT NULL,
    `watcher_domain`   varchar(64) NOT NULL,
    `to_user`          varchar(64) NOT NULL,
    `to_domain`        varchar(64) NOT NULL,
    `event`            varchar(64) NOT NULL DEFAULT 'presence',
    `event_id`         varchar(64) DEFAULT NULL,
    `to_tag`           varchar(128) NOT NULL,
    `from_tag`         varchar(128) NOT NULL,
    `callid`           varchar(255) NOT NULL,
    `local_cseq`       int(11) NOT NULL,
    `remote_cseq`      int(11) NOT NULL,
    `contact`          varchar(255) NOT NULL,
    `record_route`     text,
    `expires`          int(11) NOT NULL,
    `status`           int(11) NOT NULL DEFAULT 2,
    `reason`           varchar(64) DEFAULT NULL,
    `version`          int(11) NOT NULL DEFAULT 0,
    `socket_info`      varchar(64) NOT NULL,
    `local_contact`    varchar(255) NOT NULL,
    `from_user`        varchar(64) NOT NULL,
    `from_domain`      varchar(64) NOT NULL,
    `updated`          int(11) NOT NULL,
    `updated_winfo`    int(11) NOT NULL,
    `flags`            int(11) NOT NULL DEFAULT 0,
    `user_agent`       varchar(255) DEFAULT '',
    UNIQUE KEY `active_watchers_idx` (`callid`, `to_tag`, `from_tag`),
    KEY `active_watchers_expires` (`expires`),
    KEY `active_watchers_pres` (`presentity_uri`, `event`),
    KEY `updated_idx` (`updated`),
    KEY `updated_winfo_idx` (`updated_winfo`, `presentity_uri`)
);

CREATE TABLE `watchers` (
    `id`               int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `presentity_uri`   varchar(255) NOT NULL,
    `watcher_username` varchar(64) NOT NULL,
    `watcher_domain`   varchar(64) NOT NULL,
    `event`            varchar(64) NOT NULL DEFAULT 'presence',
    `status`           int(11) NOT NULL,
    `reason`           varchar(64) DEFAULT NULL,
    `inserted_time`    int(11) NOT NULL,
    UNIQUE KEY `watcher_idx` (`presentity_uri`, `watcher_username`, `watcher_domain`, `event`)
);

CREATE TABLE `xcap` (
    `id`       int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `username` varchar(64) NOT NULL,
    `domain`   varchar(64) NOT NULL,
    `doc`      mediumblob NOT NULL,
    `doc_type` int(11) NOT NULL,
    `etag`     varchar(128) NOT NULL,
    `source`   int(11) NOT NULL,
    `doc_uri`  varchar(255) NOT NULL,
    `port`     int(11) NOT NULL,
    UNIQUE KEY `doc_uri_idx` (`doc_uri`),
    KEY `account_doc_type_idx` (`username`, `domain`, `doc_type`),
    KEY `account_doc_type_uri_idx` (`username`, `domain`, `doc_type`, `doc_uri`),
    KEY `account_doc_uri_idx` (`username`, `domain`, `doc_uri`)
);

CREATE TABLE `pua` (
    `id`              int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `pres_uri`        varchar(255) NOT NULL,
    `pres_id`         varchar(255) NOT NULL,
    `event`           int(11) NOT NULL,
    `expires`         int(11) NOT NULL,
    `desired_expires` int(11) NOT NULL,
    `flag`            int(11) NOT NULL,
    `etag`            varchar(128) NOT NULL,
    `tuple_id`        varchar(64) DEFAULT NULL,
    `watcher_uri`     varchar(255) NOT NULL,
    `call_id`         varchar(255) NOT NULL,
    `to_tag`          varchar(128) NOT NULL,
    `from_tag`        varchar(128) NOT NULL,
    `cseq`            int(11) NOT NULL,
    `record_route`    text,
    `contact`         varchar(255) NOT NULL,
    `remote_contact`  varchar(255) NOT NULL,
    `version`         int(11) NOT NULL,
    `extra_headers`   text NOT NULL,
    UNIQUE KEY `pua_idx` (`etag`, `tuple_id`, `call_id`, `from_tag`),
    KEY `dialog1_idx` (`pres_id`, `pres_uri`),
    KEY `dialog2_idx` (`call_id`, `from_tag`),
    KEY `expires_idx` (`expires`),
    KEY `record_idx` (`pres_id`)
);

INSERT INTO version (table_name, table_version) VALUES ('presentity', 5);

INSERT INTO version (table_name, table_version) VALUES ('active_watchers', 12);

INSERT INTO version (table_name, table_version) VALUES ('watchers', 3);

INSERT INTO version (table_name, table_version) VALUES ('xcap', 4);

INSERT INTO version (table_name, table_version) VALUES ('pua', 7);
