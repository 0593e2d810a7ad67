-- Shared call appearances.

CREATE TABLE sca_subscriptions (
    id             INTEGER PRIMARY KEY NOT NULL,
    subscriber     VARCHAR(255) NOT NULL,
    aor            VARCHAR(255) NOT NULL,
    event          INTEGER NOT NULL DEFAULT 0,
    expires        INTEGER NOT NULL DEFAULT 0,
    state          INTEGER NOT NULL DEFAULT 0,
    app_idx        INTEGER NOT NULL DEFAULT 0,
    call_id        VARCHAR(255) NOT NULL,
    from_tag       VARCHAR(128) NOT NULL,
    to_tag         VARCHAR(128) NOT NULL,
    record_route   TEXT,
    notify_cseq    INTEGER NOT NULL,
    subscribe_cseq INTEGER NOT NULL,
    server_id      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (subscriber, call_id, from_tag, to_tag)
);

CREATE INDEX sca_subscriptions_sca_expires_idx ON sca_subscriptions (server_id, expires);

CREATE INDEX sca_subscriptions_sca_subscribers_idx ON sca_subscriptions (subscriber, event);

INSERT INTO version (table_name, table_version) VALUES ('sca_subscriptions', 2);
