-- Migration: Say on the turn itself which user has spoken.
-- Dependencies: 002_create_users_table, 003_create_conversation_schema
-- Rollback: drop the column with its index and foreign key.

-- Fills in what is certain, the users that participants are linked to. Finding the others takes
-- aliases (039) and judgement (058).

BEGIN;

ALTER TABLE conversation.turns ADD COLUMN IF NOT EXISTS user_id bigint;

UPDATE conversation.turns AS t
SET user_id = p.user_id
FROM conversation.participants AS p
WHERE p.id = t.participant_id AND p.user_id IS NOT NULL AND t.user_id IS NULL;

-- What was said stays said when a user is deleted.
ALTER TABLE conversation.turns DROP CONSTRAINT IF EXISTS fk_turns_user_id;
ALTER TABLE conversation.turns ADD CONSTRAINT fk_turns_user_id FOREIGN KEY (user_id)
    REFERENCES client_mgmt.users (id) ON DELETE SET NULL;

CREATE INDEX IF NOT EXISTS ix_turns_user_id ON conversation.turns (user_id);

COMMENT ON COLUMN conversation.turns.user_id IS
    'Who spoke; NULL for turns of the assistant and of the system.';

COMMIT;

-- @verify
SELECT NOT EXISTS (
    SELECT 1
    FROM conversation.turns AS t
    JOIN conversation.participants AS p ON p.id = t.participant_id
    WHERE p.user_id IS NOT NULL AND t.user_id IS NULL
);

-- @rollback
ALTER TABLE conversation.turns DROP COLUMN IF EXISTS user_id;
