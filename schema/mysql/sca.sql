-- Shared call appearances.

CREATE TABLE `sca_subscriptions` (
    `id`             int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `subscriber`     varchar(255) NOT NULL,
    `aor`            varchar(255) NOT NULL,
    `event`          int(11) NOT NULL DEFAULT 0,
    `expires`        int(11) NOT NULL DEFAULT 0,
    `state`          int(11) NOT NULL DEFAULT 0,
    `app_idx`        int(11) NOT NULL DEFAULT 0,
    `call_id`        varchar(255) NOT NULL,
    `from_tag`       varchar(128) NOT NULL,
    `to_tag`         varchar(128) NOT NULL,
    `record_route`   text,
    `notify_cseq`    int(11) NOT NULL,
    `subscribe_cseq` int(11) NOT NULL,
    `server_id`      int(11) NOT NULL DEFAULT 0,
    UNIQUE KEY `sca_subscriptions_idx` (`subscriber`, `call_id`, `from_tag`, `to_tag`),
    KEY `sca_expires_idx` (`server_id`, `expires`),
    KEY `sca_subscribers_idx` (`subscriber`, `event`)
);

INSERT INTO version (table_name, table_version) VALUES ('sca_subscriptions', 2);
