-- Domains with ids, and attributes of them.

CREATE TABLE uid_domain (
    id     INTEGER PRIMARY KEY NOT NULL,
    did    VARCHAR(64) NOT NULL,
    domain VARCHAR(64) NOT NULL,
    flags  INTEGER NOT NULL DEFAULT 0,
    UNIQUE (domain)
);

CREATE INDEX uid_domain_did_idx ON uid_domain (did);

CREATE TABLE uid_domain_attrs (
    id    INTEGER PRIMARY KEY NOT NULL,
    did   VARCHAR(64),
    name  VARCHAR(32) NOT NULL,
    type  INTEGER NOT NULL DEFAULT 0,
    value VARCHAR(128),
    flags INTEGER NOT NULL DEFAULT 0,
    UNIQUE (did, name, value)
);

CREATE INDEX uid_domain_attrs_domain_did ON uid_domain_attrs (did, flags);

INSERT INTO version (table_name, table_version) VALUES ('uid_domain', 2);

INSERT INTO version (table_name, table_version) VALUES ('uid_domain_attrs', 1);
