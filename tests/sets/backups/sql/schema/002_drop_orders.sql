-- Migration: Drop the orders.
-- Dependencies: 001_create_shop
-- Rollback: create the table again; its rows come back from the backup.

-- @backup shop.orders
DROP TABLE IF EXISTS shop.orders;

-- @rollback
CREATE TABLE IF NOT EXISTS shop.orders (
    id serial CONSTRAINT pk_orders PRIMARY KEY,
    user_id bigint NOT NULL CONSTRAINT fk_orders_user REFERENCES shop.users ON DELETE CASCADE,
    "Odd name" numeric(10, 2)
);
CREATE INDEX IF NOT EXISTS ix_orders_user ON shop.orders (user_id) WHERE user_id > 0;
COMMENT ON TABLE shop.orders IS 'What users have bought; it''s theirs';
COMMENT ON COLUMN shop.orders."Odd name" IS 'The price';
