-- Migration: Give the turns a fixed place within their block.
-- Dependencies: 003_create_conversation_schema, 007_create_blocks_tables
-- Rollback: drop the column and put the old index on block_id back.

-- Two turns of one second used to change places from query to query.

BEGIN;

ALTER TABLE conversation.turns ADD COLUMN IF NOT EXISTS block_index integer NOT NULL DEFAULT 0;

UPDATE conversation.turns AS t
SET block_index = o.block_index
FROM (
    SELECT
        turn_id,
        row_number() OVER (PARTITION BY conversation_id, block_id ORDER BY spoken_at, turn_id) - 1
            AS block_index
    FROM conversation.turns
) AS o
WHERE o.turn_id = t.turn_id AND o.block_index <> t.block_index;

ALTER TABLE conversation.turns DROP CONSTRAINT IF EXISTS ck_turns_block_index;
ALTER TABLE conversation.turns ADD CONSTRAINT ck_turns_block_index CHECK (block_index >= 0);

-- The wider index serves the foreign key as well.
CREATE INDEX IF NOT EXISTS ix_turns_block_id_block_index ON conversation.turns (block_id, block_index);
DROP INDEX IF EXISTS conversation.ix_turns_block_id;

COMMENT ON COLUMN conversation.turns.block_index IS 'From 0, the order of the turns within their block.';

COMMIT;

-- @verify
SELECT NOT EXISTS (
    SELECT 1 FROM conversation.turns GROUP BY conversation_id, block_id, block_index HAVING count(*) > 1
);

-- @rollback
CREATE INDEX IF NOT EXISTS ix_turns_block_id ON conversation.turns (block_id);
ALTER TABLE conversation.turns DROP COLUMN IF EXISTS block_index;
