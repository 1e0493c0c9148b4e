-- Migration: End the connection, each time.
-- Dependencies: 001_create_things
-- Rollback: nothing to undo.

INSERT INTO things VALUES (1);
SELECT pg_terminate_backend(pg_backend_pid());

-- @rollback
SELECT 1;
