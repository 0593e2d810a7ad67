-- Queues of waiting callers with music on hold.

CREATE TABLE mohqcalls (
    id           INTEGER PRIMARY KEY NOT NULL,
    mohq_id      INTEGER NOT NULL,
    call_id      VARCHAR(100) NOT NULL,
    call_status  INTEGER NOT NULL,
    call_from    VARCHAR(100) NOT NULL,
    call_contact VARCHAR(100),
    call_time    TIMESTAMP WITHOUT TIME ZONE NOT NULL,
    UNIQUE (call_id)
);

CREATE TABLE mohqueues (
    id      INTEGER PRIMARY KEY NOT NULL,
    name    VARCHAR(25) NOT NULL,
    uri     VARCHAR(100) NOT NULL,
    mohdir  VARCHAR(100),
    mohfile VARCHAR(100) NOT NULL,
    debug   INTEGER NOT NULL,
    UNIQUE (uri),
    UNIQUE (name)
);

INSERT INTO version (table_name, table_version) VALUES ('mohqcalls', 1);

INSERT INTO version (table_name, table_version) VALUES ('mohqueues', 1);
