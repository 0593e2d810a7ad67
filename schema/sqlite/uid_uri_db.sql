-- URIs of users, keyed by user id, and attributes of them.

CREATE TABLE uid_uri (
    id       INTEGER PRIMARY KEY NOT NULL,
    uid      VARCHAR(64) NOT NULL,
    did      VARCHAR(64) NOT NULL,
    username VARCHAR(64) NOT NULL,
    flags    INTEGER NOT NULL DEFAULT 0,
    scheme   VARCHAR(8) NOT NULL DEFAULT 'sip'
);

CREATE INDEX uid_uri_uri_idx1 ON uid_uri (username, did, scheme);

CREATE INDEX uid_uri_uri_uid ON uid_uri (uid);

CREATE TABLE uid_uri_attrs (
    id       INTEGER PRIMARY KEY NOT NULL,
    username VARCHAR(64) NOT NULL,
    did      VARCHAR(64) NOT NULL,
    name     VARCHAR(32) NOT NULL,
    value    VARCHAR(128),
    type     INTEGER NOT NULL DEFAULT 0,
    flags    INTEGER NOT NULL DEFAULT 0,
    scheme   VARCHAR(8) NOT NULL DEFAULT 'sip',
    UNIQUE (username, did, name, value, scheme)
);

INSERT INTO version (table_name, table_version) VALUES ('uid_uri', 3);

INSERT INTO version (table_name, table_version) VALUES ('uid_uri_attrs', 2);
