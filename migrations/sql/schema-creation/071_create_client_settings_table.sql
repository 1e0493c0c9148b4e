-- Migration: Create the settings of a client, one row a setting.
-- Dependencies: 001_create_client_mgmt_schema, 002_create_users_table
-- Rollback: drop the table.

BEGIN;

CREATE TABLE IF NOT EXISTS client_mgmt.client_settings (
    client_id bigint NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL,
    updated_by_user_id bigint,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_client_settings PRIMARY KEY (client_id, key),
    CONSTRAINT fk_client_settings_client_id FOREIGN KEY (client_id)
        REFERENCES client_mgmt.clients (id) ON DELETE CASCADE,
    CONSTRAINT fk_client_settings_updated_by_user_id FOREIGN KEY (updated_by_user_id)
        REFERENCES client_mgmt.users (id) ON DELETE SET NULL,
    CONSTRAINT ck_client_settings_key CHECK (key ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$')
);

CREATE INDEX IF NOT EXISTS ix_client_settings_updated_by_user_id
    ON client_mgmt.client_settings (updated_by_user_id);

COMMENT ON TABLE client_mgmt.client_settings IS 'What a client has set differently from the platform.';
COMMENT ON COLUMN client_mgmt.client_settings.key IS
    'Dotted lower-case path, such as meetings.default_minutes.';

COMMIT;

-- @verify
SELECT to_regclass('client_mgmt.client_settings') IS NOT NULL;

-- @rollback
DROP TABLE IF EXISTS client_mgmt.client_settings;
