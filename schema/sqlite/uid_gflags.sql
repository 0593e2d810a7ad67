-- Attributes that hold for everybody.

CREATE TABLE uid_global_attrs (
    id    INTEGER PRIMARY KEY NOT NULL,
    name  VARCHAR(32) NOT NULL,
    type  INTEGER NOT NULL DEFAULT 0,
    value VARCHAR(128),
    flags INTEGER NOT NULL DEFAULT 0,
    UNIQUE (name, value)
);

INSERT INTO version (table_name, table_version) VALUES ('uid_global_attrs', 1);
