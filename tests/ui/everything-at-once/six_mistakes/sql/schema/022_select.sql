-- Migration: Mistype a word.
-- Dependencies: none
-- Rollback: drop it.

SELCT 1;

-- @rollback
SELECT 1;
