-- Migration: Take a lock that outlives the transaction.
-- Dependencies: 003_index
-- Rollback: none is needed.

SELECT pg_advisory_lock(42);

-- @rollback
SELECT pg_advisory_unlock(42);
