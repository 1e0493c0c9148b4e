-- Migration: Let users be invited: who invited them, when, and what became of it.
-- Dependencies: 002_create_users_table, 030_add_oauth_user_support
-- Rollback: drop the columns with their constraints and indexes; open invitations are void then.

BEGIN;

ALTER TABLE client_mgmt.users
    ADD COLUMN IF NOT EXISTS invited_by_user_id bigint,
    ADD COLUMN IF NOT EXISTS invitation_token_hash text,
    ADD COLUMN IF NOT EXISTS invited_at timestamptz,
    ADD COLUMN IF NOT EXISTS invitation_expires_at timestamptz,
    ADD COLUMN IF NOT EXISTS invitation_accepted_at timestamptz;

ALTER TABLE client_mgmt.users
    DROP CONSTRAINT IF EXISTS fk_users_invited_by_user_id,
    DROP CONSTRAINT IF EXISTS ck_users_invitation_token_hash,
    DROP CONSTRAINT IF EXISTS ck_users_invitation_period,
    DROP CONSTRAINT IF EXISTS ck_users_invitation_state;
ALTER TABLE client_mgmt.users
    ADD CONSTRAINT fk_users_invited_by_user_id FOREIGN KEY (invited_by_user_id)
        REFERENCES client_mgmt.users (id) ON DELETE SET NULL,
    ADD CONSTRAINT ck_users_invitation_token_hash CHECK (invitation_token_hash ~ '^[0-9a-f]{64}$'),
    ADD CONSTRAINT ck_users_invitation_period CHECK (invitation_expires_at > invited_at),
    -- A token without an end would be a password that nobody chose; an accepted one must be gone.
    ADD CONSTRAINT ck_users_invitation_state CHECK (
        CASE
            WHEN invitation_token_hash IS NOT NULL
                THEN num_nulls(invited_at, invitation_expires_at) = 0 AND invitation_accepted_at IS NULL
            ELSE invitation_accepted_at IS NULL OR invited_at IS NOT NULL
        END
    );

CREATE UNIQUE INDEX IF NOT EXISTS uq_users_invitation_token_hash
    ON client_mgmt.users (invitation_token_hash) WHERE invitation_token_hash IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_users_invited_by_user_id
    ON client_mgmt.users (invited_by_user_id) WHERE invited_by_user_id IS NOT NULL;

COMMENT ON COLUMN client_mgmt.users.invitation_token_hash IS
    'SHA-256 of the token in the mail, in hexadecimal; NULL when no invitation is open.';
COMMENT ON COLUMN client_mgmt.users.invitation_accepted_at IS 'NULL for users who were never invited, too.';

COMMIT;

-- @verify
SELECT count(*) = 5 FROM information_schema.columns
WHERE table_schema = 'client_mgmt' AND table_name = 'users'
    AND (column_name LIKE 'invitation%' OR column_name LIKE 'invited%');
SELECT to_regclass('client_mgmt.uq_users_invitation_token_hash') IS NOT NULL;

-- @rollback
ALTER TABLE client_mgmt.users
    DROP COLUMN IF EXISTS invitation_accepted_at,
    DROP COLUMN IF EXISTS invitation_expires_at,
    DROP COLUMN IF EXISTS invited_at,
    DROP COLUMN IF EXISTS invitation_token_hash,
    DROP COLUMN IF EXISTS invited_by_user_id;
