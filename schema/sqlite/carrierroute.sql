-- Routing by carrier, domain and prefix.

CREATE TABLE carrierroute (
    id             INTEGER PRIMARY KEY NOT NULL,
    carrier        INTEGER NOT NULL DEFAULT 0,
    domain         INTEGER NOT NULL DEFAULT 0,
    scan_prefix    VARCHAR(64) NOT NULL DEFAULT '',
    flags          INTEGER NOT NULL DEFAULT 0,
    mask           INTEGER NOT NULL DEFAULT 0,
    prob           REAL NOT NULL DEFAULT 0,
    strip          INTEGER NOT NULL DEFAULT 0,
    rewrite_host   VARCHAR(255) NOT NULL DEFAULT '',
    rewrite_prefix VARCHAR(64) NOT NULL DEFAULT '',
    rewrite_suffix VARCHAR(64) NOT NULL DEFAULT '',
    description    VARCHAR(255) DEFAULT NULL
);

CREATE TABLE carrierfailureroute (
    id          INTEGER PRIMARY KEY NOT NULL,
    carrier     INTEGER NOT NULL DEFAULT 0,
    domain      INTEGER NOT NULL DEFAULT 0,
    scan_prefix VARCHAR(64) NOT NULL DEFAULT '',
    host_name   VARCHAR(255) NOT NULL DEFAULT '',
    reply_code  VARCHAR(3) NOT NULL DEFAULT '',
    flags       INTEGER NOT NULL DEFAULT 0,
    mask        INTEGER NOT NULL DEFAULT 0,
    next_domain INTEGER NOT NULL DEFAULT 0,
    description VARCHAR(255) DEFAULT NULL
);

CREATE TABLE carrier_name (
    id      INTEGER PRIMARY KEY NOT NULL,
    carrier VARCHAR(64) DEFAULT NULL
);

CREATE TABLE domain_name (
    id     INTEGER PRIMARY KEY NOT NULL,
    domain VARCHAR(64) DEFAULT NULL
);

INSERT INTO version (table_name, table_version) VALUES ('carrierroute', 3);

INSERT INTO version (table_name, table_version) VALUES ('carrierfailureroute', 2);

INSERT INTO version (table_name, table_version) VALUES ('carrier_name', 1);

INSERT INTO version (table_name, table_version) VALUES ('domain_name', 1);
