-- Migration: Create the shop.
-- Dependencies: none
-- Rollback: drop it.

-- to be done

-- @rollback
SELECT 1;
