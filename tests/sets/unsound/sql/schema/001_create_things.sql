-- Migration: Break a constraint, which the server reports without a position.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS things (id int PRIMARY KEY);

INSERT INTO things (id)
VALUES (1);

INSERT INTO things (id)
VALUES (1);

-- @rollback
DROP TABLE IF EXISTS things;
