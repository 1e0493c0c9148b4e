-- Migration: Drop the carts and the visits.
-- Dependencies: 002_create_shop
-- Rollback: irreversible: the visits are not kept
-- @backup shop.carts
-- @allow data-loss: the web server's log has the visits

DROP TABLE IF EXISTS shop.carts;
DROP TABLE IF EXISTS shop.visits;
