-- Attributes of users, keyed by user id.

CREATE TABLE uid_user_attrs (
    id    INTEGER PRIMARY KEY NOT NULL,
    uid   VARCHAR(64) NOT NULL,
    name  VARCHAR(32) NOT NULL,
    value VARCHAR(128),
    type  INTEGER NOT NULL DEFAULT 0,
    flags INTEGER NOT NULL DEFAULT 0,
    UNIQUE (uid, name, value)
);

INSERT INTO version (table_name, table_version) VALUES ('uid_user_attrs', 3);
