-- Migration: Build an index that counts how often it is built.
-- Dependencies: 002_count
-- Rollback: drop the index.

-- @no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_contents_counted ON shop.contents (shop.counted(again));
INSERT INTO shop.numbers SELECT FROM shop.tries, generate_series(1, last_value);

-- @rollback
DROP INDEX IF EXISTS shop.ix_contents_counted;
