-- Chat rooms and who is in them.

CREATE TABLE imc_rooms (
    id     INTEGER PRIMARY KEY NOT NULL,
    name   VARCHAR(64) NOT NULL,
    domain VARCHAR(64) NOT NULL,
    flag   INTEGER NOT NULL,
    UNIQUE (name, domain)
);

CREATE TABLE imc_members (
    id       INTEGER PRIMARY KEY NOT NULL,
    username VARCHAR(64) NOT NULL,
    domain   VARCHAR(64) NOT NULL,
    room     VARCHAR(64) NOT NULL,
    flag     INTEGER NOT NULL,
    UNIQUE (username, domain, room)
);

INSERT INTO version (table_name, table_version) VALUES ('imc_rooms', 1);

INSERT INTO version (table_name, table_version) VALUES ('imc_members', 1);
