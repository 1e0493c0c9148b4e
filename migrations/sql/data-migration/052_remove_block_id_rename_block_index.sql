-- Migration: Turns belong to meetings: remove their block_id and call block_index turn_index.
-- Dependencies: 037_add_block_index_to_turns, 050_consolidate_blocks_and_block_meetings
-- Rollback: rename the index back, add block_id again and fill it from the meetings that were blocks.

-- @allow data-loss: every block is a meeting since 050, which is checked below

BEGIN;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = 'conversation' AND table_name = 'turns' AND column_name = 'block_id'
    ) THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT 1 FROM conversation.turns WHERE block_id IS NOT NULL AND meeting_id IS NULL) THEN
        RAISE EXCEPTION 'there are turns whose block has not become a meeting';
    END IF;
    ALTER TABLE conversation.turns RENAME COLUMN block_index TO turn_index;
    ALTER TABLE conversation.turns RENAME CONSTRAINT ck_turns_block_index TO ck_turns_turn_index;
END
$$;

-- Takes its foreign key and its index along.
ALTER TABLE conversation.turns DROP COLUMN IF EXISTS block_id;

DROP INDEX IF EXISTS conversation.ix_turns_meeting_id;
CREATE INDEX IF NOT EXISTS ix_turns_meeting_id_turn_index ON conversation.turns (meeting_id, turn_index);

COMMENT ON COLUMN conversation.turns.turn_index IS 'From 0, the order of the turns within their meeting.';

COMMIT;

-- @verify
SELECT count(*) = 1 FROM information_schema.columns
WHERE table_schema = 'conversation' AND table_name = 'turns' AND column_name IN ('block_index', 'turn_index');
SELECT to_regclass('conversation.ix_turns_meeting_id_turn_index') IS NOT NULL;

-- @rollback
ALTER TABLE conversation.turns ADD COLUMN IF NOT EXISTS block_id bigint;
COMMENT ON COLUMN conversation.turns.block_id IS 'The block the turn belongs to; NULL for small talk.';
ALTER TABLE conversation.turns RENAME COLUMN turn_index TO block_index;
ALTER TABLE conversation.turns RENAME CONSTRAINT ck_turns_turn_index TO ck_turns_block_index;
COMMENT ON COLUMN conversation.turns.block_index IS 'From 0, the order of the turns within their block.';

UPDATE conversation.turns AS t
SET block_id = m.legacy_block_id
FROM meetings.meetings AS m
WHERE m.meeting_id = t.meeting_id AND m.legacy_block_id IS NOT NULL;

ALTER TABLE conversation.turns DROP CONSTRAINT IF EXISTS fk_turns_block_id;
ALTER TABLE conversation.turns ADD CONSTRAINT fk_turns_block_id FOREIGN KEY (block_id)
    REFERENCES conversation.blocks (id) ON DELETE SET NULL;
CREATE INDEX IF NOT EXISTS ix_turns_block_id_block_index ON conversation.turns (block_id, block_index);
DROP INDEX IF EXISTS conversation.ix_turns_meeting_id_turn_index;
CREATE INDEX IF NOT EXISTS ix_turns_meeting_id ON conversation.turns (meeting_id);
