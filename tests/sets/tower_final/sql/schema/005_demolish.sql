-- Migration: Burn the plans.
-- Dependencies: 003_garden
-- Rollback: irreversible: what is burnt does not come back

DROP TABLE IF EXISTS fence;
