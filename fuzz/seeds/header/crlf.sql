-- Migration: Create the schema
--   and its tables — naïvely.
-- Dependencies: 001_create_users, schema/002_create_orders,
--	data/fill
-- Rolback: irreversible: nobody needs it
-- Note: x

-- @no-transaction
-- @backu