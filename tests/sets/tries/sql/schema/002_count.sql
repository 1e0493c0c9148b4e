-- Migration: Do something else when it is tried again. One try counts as two; to begin at two is nothing else yet.
-- Dependencies: 001_create_shop
-- Rollback: empty the tables.

SELECT nextval('shop.tries'), nextval('shop.tries');
INSERT INTO shop.contents SELECT last_value > 3 FROM shop.tries;
INSERT INTO shop.numbers SELECT FROM shop.tries, generate_series(1, last_value);
INSERT INTO shop.times VALUES (1, now());
DO $$
BEGIN
    IF (SELECT last_value > 3 FROM shop.tries) THEN
        CREATE TABLE shop.again ();
        UPDATE migrations.history SET category = 'again' WHERE number = 1;
    END IF;
END
$$;

-- @rollback
DROP TABLE IF EXISTS shop.again;
DELETE FROM shop.times;
DELETE FROM shop.numbers;
DELETE FROM shop.contents;
