-- Routing policies of destination domains.

CREATE TABLE domainpolicy (
    id          INTEGER PRIMARY KEY NOT NULL,
    rule        VARCHAR(255) NOT NULL,
    type        VARCHAR(255) NOT NULL,
    att         VARCHAR(255),
    val         VARCHAR(128),
    description VARCHAR(255) NOT NULL,
    UNIQUE (rule, att, val)
);

CREATE INDEX domainpolicy_rule_idx ON domainpolicy (rule);

INSERT INTO version (table_name, table_version) VALUES ('domainpolicy', 2);
