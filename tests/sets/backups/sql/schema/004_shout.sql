-- Migration: Overwrite every address, and empty the lines.
-- Dependencies: 001_create_shop
-- Rollback: the rows come back from the backups.

-- @backup shop.users
-- @backup shop.lines
UPDATE shop.users SET email = upper(email);
TRUNCATE shop.lines;

-- @rollback
SELECT 1;
