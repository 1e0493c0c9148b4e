-- What neither PostgreSQL nor we accept: every statement here is wrong.
-- statements: 13
SELCT 1;
SELECT 1 1;
CREATE TABLE a (b int,);
CREATE TABLE a (b int)
CREATE TABLE c (d int);
DROP TABLE a b;
INSERT INTO a VALUES (1, 2;
SELECT 3);
SELECT * FROM;
CREATE TRUSTED TABLE a (b int);
ALTER TABLE a ADD CONSTRAINT;
CREATE TABLE a (b int PRIMARY);
GRANT ON a TO b;
DELETE a;
CREATE INDEX i ON a;
