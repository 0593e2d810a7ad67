-- Queues of waiting callers with music on hold.

CREATE TABLE `mohqcalls` (
    `id`           int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `mohq_id`      int(10) unsigned NOT NULL,
    `call_id`      varchar(100) NOT NULL,
    `call_status`  int(10) unsigned NOT NULL,
    `call_from`    varchar(100) NOT NULL,
    `call_contact` varchar(100) DEFAULT NULL,
    `call_time`    datetime NOT NULL,
    UNIQUE KEY `mohqcalls_idx` (`call_id`)
);

CREATE TABLE `mohqueues` (
    `id`      int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `name`    varchar(25) NOT NULL,
    `uri`     varchar(100) NOT NULL,
    `mohdir`  varchar(100) DEFAULT NULL,
    `mohfile` varchar(100) NOT NULL,
    `debug`   int(11) NOT NULL,
    UNIQUE KEY `mohqueue_name_idx` (`name`),
    UNIQUE KEY `mohqueue_uri_idx` (`uri`)
);

INSERT INTO version (table_name, table_version) VALUES ('mohqcalls', 1);

INSERT INTO version (table_name, table_version) VALUES ('mohqueues', 1);
