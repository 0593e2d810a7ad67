-- Resource lists: collected presence of many.

CREATE TABLE `rls_presentity` (
    `id`             int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `rlsubs_did`     varchar(255) NOT NULL,
    `resource_uri`   varchar(255) NOT NULL,
    `content_type`   varchar(255) NOT NULL,
    `presence_state` blob NOT NULL,
    `expires`        int(11) NOT NULL,
    `updated`        int(11) NOT NULL,
    `auth_state`     int(11) NOT NULL,
    `reason`         varchar(64) NOT NULL,
    UNIQUE KEY `rls_presentity_idx` (`rlsubs_did`, `resource_uri`),
    KEY `expires_idx` (`expires`),
    KEY `rlsubs_idx` (`rlsubs_did`),
    KEY `updated_idx` (`updated`)
);

CREATE TABLE `rls_watchers` (
    `id`               int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `presentity_uri`   varchar(255) NOT NULL,
    `to_user`          varchar(64) NOT NULL,
    `to_domain`        varchar(64) NOT NULL,
    `watcher_username` varchar(64) NOT NULL,
    `watcher_domain`   varchar(64) NOT NULL,
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
    `reason`           varchar(64) NOT NULL,
    `version`          int(11) NOT NULL DEFAULT 0,
    `socket_info`      varchar(64) NOT NULL,
    `local_contact`    varchar(255) NOT NULL,
    `from_user`        varchar(64) NOT NULL,
    `from_domain`      varchar(64) NOT NULL,
    `updated`          int(11) NOT NULL,
    UNIQUE KEY `rls_watcher_idx` (`callid`, `to_tag`, `from_tag`),
    KEY `rls_watchers_expires` (`expires`),
    KEY `rls_watchers_update` (`watcher_username`, `watcher_domain`, `event`),
    KEY `updated_idx` (`updated`)
);

INSERT INTO version (table_name, table_version) VALUES ('rls_presentity', 1);

INSERT INTO version (table_name, table_version) VALUES ('rls_watchers', 3);
