-- Migration: Fill the shop.
-- Dependencies: none
-- Rollback: drop it.

\i other.sql
COPY shop.users (id, name) FROM stdin;
1	Ada
2	It's me
\.
SELECT 1;

-- @rollback
SELECT 1;
