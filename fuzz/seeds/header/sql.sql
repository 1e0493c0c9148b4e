-- Migration: Create the schema
--   and its tables — naïvely.
-- Dependencies: 001_create_users, schema/002_create_orders,
--	data/fill
-- Rolback: irreversible: nobody needs it
-- Note: x

-- @no-transaction
-- @backup shop."Odd. Name".age
-- @renamed-from 012_old
-- @allow data-loss: moved in 012
-- @verfy
SELECT 1;
