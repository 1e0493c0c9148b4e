-- Migration: Fill the shop.
-- Dependencies: none
-- Rollback: drop it.

\i other.sql
COPY shop.users (id, name) FROM stdin;
1	Ada
2	It's me
\.
COPY shop.users TO STDOUT;

-- @rollback
SELECT 1;
