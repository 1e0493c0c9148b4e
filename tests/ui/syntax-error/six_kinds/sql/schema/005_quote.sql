-- Migration: Forget a quote.
-- Dependencies: none
-- Rollback: drop it.

INSERT INTO shop.users (name) VALUES ('Ada);

-- @rollback
SELECT 1;
