-- Migration: Let a client belong to another, as a subsidiary or a department.
-- Dependencies: 001_create_client_mgmt_schema
-- Rollback: drop the column.

BEGIN;

ALTER TABLE client_mgmt.clients ADD COLUMN IF NOT EXISTS parent_client_id bigint;

-- RESTRICT: a department must be moved elsewhere before its company goes.
ALTER TABLE client_mgmt.clients
    DROP CONSTRAINT IF EXISTS fk_clients_parent_client_id,
    DROP CONSTRAINT IF EXISTS ck_clients_parent_client_id;
ALTER TABLE client_mgmt.clients
    ADD CONSTRAINT fk_clients_parent_client_id FOREIGN KEY (parent_client_id)
        REFERENCES client_mgmt.clients (id) ON DELETE RESTRICT,
    ADD CONSTRAINT ck_clients_parent_client_id CHECK (parent_client_id <> id);

CREATE INDEX IF NOT EXISTS ix_clients_parent_client_id ON client_mgmt.clients (parent_client_id);

COMMENT ON COLUMN client_mgmt.clients.parent_client_id IS 'NULL for clients that stand on their own.';

COMMIT;

-- @verify
SELECT to_regclass('client_mgmt.ix_clients_parent_client_id') IS NOT NULL;

-- @rollback
ALTER TABLE client_mgmt.clients DROP COLUMN IF EXISTS parent_client_id;
