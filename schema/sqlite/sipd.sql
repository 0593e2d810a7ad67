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
