-- Migration: Mistype a word.
-- Dependencies: none
-- Rollback: drop it.

SELECT 1;
SELCT 1;

-- @rollback
SELECT 1;
