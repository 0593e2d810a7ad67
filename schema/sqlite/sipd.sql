-- What sipd adds to Kamailio's tables: a number for each table that rises with every change, whoever makes it.
-- While is_held is 1, which only a transaction sees that will raise the number itself, the triggers do nothing.

CREATE TABLE sipd_generation (
    name       VARCHAR(64) PRIMARY KEY NOT NULL,
    generation INTEGER NOT NULL DEFAULT 0,
    is_held    INTEGER NOT NULL DEFAULT 0
);

INSERT INTO sipd_generation (name) VALUES ('subscriber');

INSERT INTO sipd_generation (name) VALUES ('address');

INSERT INTO sipd_generation (name) VALUES ('trusted');

INSERT INTO sipd_generation (name) VALUES ('dispatcher');

INSERT INTO sipd_generation (name) VALUES ('domain');

INSERT INTO sipd_generation (name) VALUES ('domain_attrs');

INSERT INTO sipd_generation (name) VALUES ('dbaliases');

CREATE TRIGGER sipd_subscriber_insert AFTER INSERT ON subscriber BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'subscriber' AND is_held = 0;
END;

CREATE TRIGGER sipd_subscriber_update AFTER UPDATE ON subscriber BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'subscriber' AND is_held = 0;
END;

CREATE TRIGGER sipd_subscriber_delete AFTER DELETE ON subscriber BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'subscriber' AND is_held = 0;
END;

CREATE TRIGGER sipd_address_insert AFTER INSERT ON address BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'address' AND is_held = 0;
END;

CREATE TRIGGER sipd_address_update AFTER UPDATE ON address BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'address' AND is_held = 0;
END;

CREATE TRIGGER sipd_address_delete AFTER DELETE ON address BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'address' AND is_held = 0;
END;

CREATE TRIGGER sipd_trusted_insert AFTER INSERT ON trusted BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'trusted' AND is_held = 0;
END;

CREATE TRIGGER sipd_trusted_update AFTER UPDATE ON trusted BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'trusted' AND is_held = 0;
END;

CREATE TRIGGER sipd_trusted_delete AFTER DELETE ON trusted BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'trusted' AND is_held = 0;
END;

CREATE TRIGGER sipd_dispatcher_insert AFTER INSERT ON dispatcher BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'dispatcher' AND is_held = 0;
END;

CREATE TRIGGER sipd_dispatcher_update AFTER UPDATE ON dispatcher BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'dispatcher' AND is_held = 0;
END;

CREATE TRIGGER sipd_dispatcher_delete AFTER DELETE ON dispatcher BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'dispatcher' AND is_held = 0;
END;

CREATE TRIGGER sipd_domain_insert AFTER INSERT ON domain BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'domain' AND is_held = 0;
END;

CREATE TRIGGER sipd_domain_update AFTER UPDATE ON domain BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'domain' AND is_held = 0;
END;

CREATE TRIGGER sipd_domain_delete AFTER DELETE ON domain BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'domain' AND is_held = 0;
END;

CREATE TRIGGER sipd_domain_attrs_insert AFTER INSERT ON domain_attrs BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'domain_attrs' AND is_held = 0;
END;

CREATE TRIGGER sipd_domain_attrs_update AFTER UPDATE ON domain_attrs BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'domain_attrs' AND is_held = 0;
END;

CREATE TRIGGER sipd_domain_attrs_delete AFTER DELETE ON domain_attrs BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'domain_attrs' AND is_held = 0;
END;

CREATE TRIGGER sipd_dbaliases_insert AFTER INSERT ON dbaliases BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'dbaliases' AND is_held = 0;
END;

CREATE TRIGGER sipd_dbaliases_update AFTER UPDATE ON dbaliases BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'dbaliases' AND is_held = 0;
END;

CREATE TRIGGER sipd_dbaliases_delete AFTER DELETE ON dbaliases BEGIN
    UPDATE sipd_generation SET generation = generation + 1 WHERE name = 'dbaliases' AND is_held = 0;
END;

INSERT INTO version (table_name, table_version) VALUES ('sipd_generation', 1);

-- Who changed what by sipctl. A command that changes very many rows is noted by numbers alone.

CREATE TABLE sipd_audit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    time       INTEGER NOT NULL DEFAULT 0,
    uid        INTEGER NOT NULL DEFAULT 0,
    username   VARCHAR(64) NOT NULL DEFAULT '',
    command    VARCHAR(512) NOT NULL DEFAULT '',
    tables     VARCHAR(255) NOT NULL DEFAULT '',
    generation INTEGER NOT NULL DEFAULT 0,
    added      INTEGER NOT NULL DEFAULT 0,
    changed    INTEGER NOT NULL DEFAULT 0,
    removed    INTEGER NOT NULL DEFAULT 0
);

INSERT INTO version (table_name, table_version) VALUES ('sipd_audit', 1);

CREATE TABLE sipd_audit_row (
    id         INTEGER PRIMARY KEY NOT NULL,
    audit_id   INTEGER NOT NULL DEFAULT 0,
    table_name VARCHAR(64) NOT NULL DEFAULT '',
    action     VARCHAR(16) NOT NULL DEFAULT '',
    row_name   VARCHAR(255) NOT NULL DEFAULT '',
    before_row TEXT,
    after_row  TEXT
);

CREATE INDEX sipd_audit_row_audit_idx ON sipd_audit_row (audit_id);

INSERT INTO version (table_name, table_version) VALUES ('sipd_audit_row', 1);

-- What sipctl knows about rows of other tables: whose they are, and when they end. Seconds since 1970, 0 for never.

CREATE TABLE sipd_ownership (
    id         INTEGER PRIMARY KEY NOT NULL,
    table_name VARCHAR(64) NOT NULL DEFAULT '',
    row_key    VARCHAR(400) NOT NULL DEFAULT '',
    owner      VARCHAR(64) NOT NULL DEFAULT '',
    expires    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (table_name, row_key)
);

INSERT INTO version (table_name, table_version) VALUES ('sipd_ownership', 1);

-- Hashes for authentication with SHA-256 and SHA-512-256 (RFC 8760), beside Kamailio's for MD5.

ALTER TABLE subscriber ADD COLUMN ha1_sha256 VARCHAR(64) DEFAULT NULL;

ALTER TABLE subscriber ADD COLUMN ha1_sha512t256 VARCHAR(64) DEFAULT NULL;
