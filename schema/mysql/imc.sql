-- Chat rooms and who is in them.

CREATE TABLE `imc_rooms` (
    `id`     int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `name`   varchar(64) NOT NULL,
    `domain` varchar(64) NOT NULL,
    `flag`   int(11) NOT NULL,
    UNIQUE KEY `name_domain_idx` (`name`, `domain`)
);

CREATE TABLE `imc_members` (
    `id`       int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `username` varchar(64) NOT NULL,
    `domain`   varchar(64) NOT NULL,
    `room`     varchar(64) NOT NULL,
    `flag`     int(11) NOT NULL,
    UNIQUE KEY `account_room_idx` (`username`, `domain`, `room`)
);

INSERT INTO version (table_name, table_version) VALUES ('imc_rooms', 1);

INSERT INTO version (table_name, table_version) VALUES ('imc_members', 1);
