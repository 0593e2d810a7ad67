-- RTP engines.

CREATE TABLE rtpengine (
    id       INTEGER PRIMARY KEY NOT NULL,
    setid    INTEGER NOT NULL DEFAULT 0,
    url      VARCHAR(64) NOT NULL,
    weight   INTEGER NOT NULL DEFAULT 1,
    disabled INTEGER NOT NULL DEFAULT 0,
    stamp    TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT '1900-01-01 00:00:01',
    UNIQUE (setid, url)
);

INSERT INTO version (table_name, table_version) VALUES ('rtpengine', 1);
