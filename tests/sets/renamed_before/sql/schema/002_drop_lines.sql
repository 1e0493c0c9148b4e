-- Migration: Drop the lines.
-- Dependencies: 001_create_orders
-- Rollback: create the table again; the rows come back from the backup.

-- @renamed-from 002_drop_lines
-- @backup public.lines
DROP TABLE IF EXISTS public.lines;

-- @rollback
CREATE TABLE IF NOT EXISTS lines (id int PRIMARY KEY);
