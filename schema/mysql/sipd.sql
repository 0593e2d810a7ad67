-- What sipd adds to Kamailio's tables: a number for each table that rises with every change, whoever makes it.
-- While the session variable @sipd_bulk is set, the triggers do nothing: the session raises the number itself.

CREATE TABLE sipd_generation (
    name       varchar(64) NOT NULL PRIMARY KEY,
    generation bigint NOT NULL DEFAULT 0
);

INSERT INTO sipd_generation (name) VALUES ('subscriber');

INSERT INTO sipd_generation (name) VALUES ('address');

INSERT INTO sipd_generation (name) VALUES ('trusted');

INSERT INTO sipd_generation (name) VALUES ('dispatcher');

INSERT INTO sipd_generation (name) VALUES ('domain');

INSERT INTO sipd_generation (name) VALUES ('domain_attrs');

INSERT INTO sipd_generation (name) VALUES ('dbaliases');

CREATE TRIGGER sipd_subscriber_insert AFTER INSERT ON `subscriber` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'subscriber' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_subscriber_update AFTER UPDATE ON `subscriber` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'subscriber' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_subscriber_delete AFTER DELETE ON `subscriber` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'subscriber' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_address_insert AFTER INSERT ON `address` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'address' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_address_update AFTER UPDATE ON `address` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'address' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_address_delete AFTER DELETE ON `address` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'address' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_trusted_insert AFTER INSERT ON `trusted` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'trusted' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_trusted_update AFTER UPDATE ON `trusted` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'trusted' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_trusted_delete AFTER DELETE ON `trusted` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'trusted' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_dispatcher_insert AFTER INSERT ON `dispatcher` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'dispatcher' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_dispatcher_update AFTER UPDATE ON `dispatcher` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'dispatcher' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_dispatcher_delete AFTER DELETE ON `dispatcher` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'dispatcher' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_domain_insert AFTER INSERT ON `domain` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'domain' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_domain_update AFTER UPDATE ON `domain` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'domain' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_domain_delete AFTER DELETE ON `domain` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'domain' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_domain_attrs_insert AFTER INSERT ON `domain_attrs` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'domain_attrs' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_domain_attrs_update AFTER UPDATE ON `domain_attrs` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'domain_attrs' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_domain_attrs_delete AFTER DELETE ON `domain_attrs` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'domain_attrs' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_dbaliases_insert AFTER INSERT ON `dbaliases` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'dbaliases' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_dbaliases_update AFTER UPDATE ON `dbaliases` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'dbaliases' AND @sipd_bulk IS NULL;

CREATE TRIGGER sipd_dbaliases_delete AFTER DELETE ON `dbaliases` FOR EACH ROW
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'dbaliases' AND @sipd_bulk IS NULL;

INSERT INTO version (table_name, table_version) VALUES ('sipd_generation', 1);

-- Who changed what by sipctl. A command that changes very many rows is noted by numbers alone.

CREATE TABLE `sipd_audit` (
    `id`         int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `time`       bigint NOT NULL DEFAULT 0,
    `uid`        bigint NOT NULL DEFAULT 0,
    `username`   varchar(64) NOT NULL DEFAULT '',
    `command`    varchar(512) NOT NULL DEFAULT '',
    `tables`     varchar(255) NOT NULL DEFAULT '',
    `generation` bigint NOT NULL DEFAULT 0,
    `added`      bigint NOT NULL DEFAULT 0,
    `changed`    bigint NOT NULL DEFAULT 0,
    `removed`    bigint NOT NULL DEFAULT 0
);

INSERT INTO version (table_name, table_version) VALUES ('sipd_audit', 1);

CREATE TABLE `sipd_audit_row` (
    `id`         int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `audit_id`   int(10) unsigned NOT NULL DEFAULT 0,
    `table_name` varchar(64) NOT NULL DEFAULT '',
    `action`     varchar(16) NOT NULL DEFAULT '',
    `row_name`   varchar(255) NOT NULL DEFAULT '',
    `before_row` mediumtext,
    `after_row`  mediumtext,
    KEY `audit_idx` (`audit_id`)
);

INSERT INTO version (table_name, table_version) VALUES ('sipd_audit_row', 1);

-- What sipctl knows about rows of other tables: whose they are, and when they end. Seconds since 1970, 0 for never.

CREATE TABLE `sipd_ownership` (
    `id`         int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `table_name` varchar(64) NOT NULL DEFAULT '',
    `row_key`    varchar(400) NOT NULL DEFAULT '',
    `owner`      varchar(64) NOT NULL DEFAULT '',
    `expires`    bigint NOT NULL DEFAULT 0,
    UNIQUE KEY `row_idx` (`table_name`, `row_key`)
);

INSERT INTO version (table_name, table_version) VALUES ('sipd_ownership', 1);

-- Hashes for authentication with SHA-256 and SHA-512-256 (RFC 8760), beside Kamailio's for MD5.

ALTER TABLE `subscriber` ADD COLUMN `ha1_sha256` varchar(64) DEFAULT NULL;

ALTER TABLE `subscriber` ADD COLUMN `ha1_sha512t256` varchar(64) DEFAULT NULL;
