-- Call processing scripts of users.

CREATE TABLE cpl (
    id       INTEGER PRIMARY KEY NOT NULL,
    username VARCHAR(64) NOT NULL,
    domain   VARCHAR(64) NOT NULL DEFAULT '',
    cpl_xml  TEXT,
    cpl_bin  TEXT,
    UNIQUE (username, domain)
);

INSERT INTO version (table_name, table_version) VALUES ('cpl', 1);
