-- Migration: Burn the plans.
-- Dependencies: 003_garden
-- Rollback: irreversible: what is burnt does not come back

-- @allow data-loss: that is what it is for
DROP TABLE IF EXISTS fence;
