-- Migration: Make a meeting of every block and of every block meeting, with all that hangs on them.
-- Dependencies: 007_create_blocks_tables, 009_create_analysis_tables, 010_create_meetings_schema
-- Rollback: delete the meetings that came from blocks or block meetings, then drop the columns that
--   remember where they came from; the old tables still hold their rows, 051, 061 and 063 drop them later.

BEGIN;

ALTER TABLE meetings.meetings
    ADD COLUMN IF NOT EXISTS legacy_block_id bigint,
    ADD COLUMN IF NOT EXISTS legacy_block_meeting_id bigint;
ALTER TABLE meetings.notes
    ADD COLUMN IF NOT EXISTS legacy_block_note_id bigint,
    ADD COLUMN IF NOT EXISTS legacy_insight_id bigint;
ALTER TABLE meetings.agenda_items ADD COLUMN IF NOT EXISTS legacy_agenda_item_id bigint;
ALTER TABLE conversation.turns ADD COLUMN IF NOT EXISTS meeting_id bigint;

-- Unique before the rows come, not after: they are what makes a second run find nothing left to do.
ALTER TABLE meetings.meetings
    DROP CONSTRAINT IF EXISTS uq_meetings_legacy_block_id,
    DROP CONSTRAINT IF EXISTS uq_meetings_legacy_block_meeting_id,
    DROP CONSTRAINT IF EXISTS ck_meetings_legacy;
ALTER TABLE meetings.meetings
    ADD CONSTRAINT uq_meetings_legacy_block_id UNIQUE (legacy_block_id),
    ADD CONSTRAINT uq_meetings_legacy_block_meeting_id UNIQUE (legacy_block_meeting_id),
    ADD CONSTRAINT ck_meetings_legacy CHECK (num_nonnulls(legacy_block_id, legacy_block_meeting_id) <= 1);
ALTER TABLE meetings.notes
    DROP CONSTRAINT IF EXISTS uq_notes_legacy_block_note_id,
    DROP CONSTRAINT IF EXISTS uq_notes_legacy_insight_id;
ALTER TABLE meetings.notes
    ADD CONSTRAINT uq_notes_legacy_block_note_id UNIQUE (legacy_block_note_id),
    ADD CONSTRAINT uq_notes_legacy_insight_id UNIQUE (legacy_insight_id);
ALTER TABLE meetings.agenda_items DROP CONSTRAINT IF EXISTS uq_agenda_items_legacy_agenda_item_id;
ALTER TABLE meetings.agenda_items
    ADD CONSTRAINT uq_agenda_items_legacy_agenda_item_id UNIQUE (legacy_agenda_item_id);

INSERT INTO meetings.meetings (
    client_id, conversation_id, kind, title, description, position, status, created_by_user_id,
    created_at, updated_at, legacy_block_id
)
SELECT
    b.client_id, b.conversation_id, b.block_type, b.title, b.content, b.position,
    CASE b.status WHEN 'active' THEN 'running' WHEN 'archived' THEN 'done' ELSE 'draft' END,
    b.created_by_user_id, b.created_at, b.updated_at, b.id
FROM conversation.blocks AS b
ORDER BY b.id
ON CONFLICT ON CONSTRAINT uq_meetings_legacy_block_id DO NOTHING;

INSERT INTO meetings.meetings (
    client_id, conversation_id, parent_meeting_id, kind, title, description, status, location, starts_at,
    ends_at, created_by_user_id, created_at, updated_at, legacy_block_meeting_id
)
SELECT
    bm.client_id, parent.conversation_id, parent.meeting_id, 'scheduled', bm.title, bm.agenda, bm.status,
    bm.location, bm.starts_at, bm.ends_at, bm.organizer_user_id, bm.created_at, bm.created_at, bm.id
FROM conversation.block_meetings AS bm
LEFT JOIN meetings.meetings AS parent ON parent.legacy_block_id = bm.block_id
ORDER BY bm.id
ON CONFLICT ON CONSTRAINT uq_meetings_legacy_block_meeting_id DO NOTHING;

INSERT INTO meetings.attendees (meeting_id, user_id, role, added_at)
SELECT m.meeting_id, bm.user_id, bm.role, bm.added_at
FROM conversation.block_members AS bm
JOIN meetings.meetings AS m ON m.legacy_block_id = bm.block_id
ON CONFLICT ON CONSTRAINT pk_attendees DO NOTHING;

INSERT INTO meetings.agenda_items (meeting_id, position, title, minutes, legacy_agenda_item_id)
SELECT m.meeting_id, a.position, a.title, a.minutes, a.id
FROM conversation.block_meeting_agenda_items AS a
JOIN meetings.meetings AS m ON m.legacy_block_meeting_id = a.block_meeting_id
ON CONFLICT ON CONSTRAINT uq_agenda_items_legacy_agenda_item_id DO NOTHING;

INSERT INTO meetings.notes (meeting_id, author_user_id, kind, body, created_at, legacy_block_note_id)
SELECT m.meeting_id, n.author_user_id, 'note', n.body, n.created_at, n.id
FROM conversation.block_notes AS n
JOIN meetings.meetings AS m ON m.legacy_block_id = n.block_id
ON CONFLICT ON CONSTRAINT uq_notes_legacy_block_note_id DO NOTHING;

-- An insight that a person confirmed is theirs; the others go with the analysis system (053).
INSERT INTO meetings.notes (meeting_id, author_user_id, kind, body, created_at, legacy_insight_id)
SELECT m.meeting_id, i.confirmed_by_user_id, 'insight', i.body, i.created_at, i.id
FROM analysis.analytical_insights AS i
JOIN meetings.meetings AS m ON m.legacy_block_id = i.block_id
WHERE i.is_confirmed
ON CONFLICT ON CONSTRAINT uq_notes_legacy_insight_id DO NOTHING;

UPDATE conversation.turns AS t
SET meeting_id = m.meeting_id
FROM meetings.meetings AS m
WHERE m.legacy_block_id = t.block_id AND t.meeting_id IS DISTINCT FROM m.meeting_id;

ALTER TABLE conversation.turns DROP CONSTRAINT IF EXISTS fk_turns_meeting_id;
ALTER TABLE conversation.turns ADD CONSTRAINT fk_turns_meeting_id FOREIGN KEY (meeting_id)
    REFERENCES meetings.meetings (meeting_id) ON DELETE SET NULL;
CREATE INDEX IF NOT EXISTS ix_turns_meeting_id ON conversation.turns (meeting_id);

COMMENT ON COLUMN meetings.meetings.legacy_block_id IS 'The block this meeting was until migration 050.';
COMMENT ON COLUMN meetings.meetings.legacy_block_meeting_id IS
    'The block meeting this was until migration 050.';
COMMENT ON COLUMN meetings.notes.legacy_block_note_id IS 'The note of a block this was until migration 050.';
COMMENT ON COLUMN meetings.notes.legacy_insight_id IS 'The confirmed insight this was until migration 050.';
COMMENT ON COLUMN meetings.agenda_items.legacy_agenda_item_id IS 'The key of this item until migration 050.';
COMMENT ON COLUMN conversation.turns.meeting_id IS 'The meeting the turn belongs to; NULL for small talk.';

DO $$
DECLARE
    r record;
BEGIN
    FOR r IN
        SELECT * FROM (VALUES
            ('blocks', (SELECT count(*) FROM conversation.blocks),
                (SELECT count(legacy_block_id) FROM meetings.meetings)),
            ('block meetings', (SELECT count(*) FROM conversation.block_meetings),
                (SELECT count(legacy_block_meeting_id) FROM meetings.meetings)),
            ('agenda items', (SELECT count(*) FROM conversation.block_meeting_agenda_items),
                (SELECT count(legacy_agenda_item_id) FROM meetings.agenda_items)),
            ('notes', (SELECT count(*) FROM conversation.block_notes),
                (SELECT count(legacy_block_note_id) FROM meetings.notes)),
            ('confirmed insights', (SELECT count(*) FROM analysis.analytical_insights WHERE is_confirmed),
                (SELECT count(legacy_insight_id) FROM meetings.notes))
        ) AS v (what, expected, found)
    LOOP
        IF r.found < r.expected THEN
            RAISE EXCEPTION '% of % % have become part of a meeting', r.found, r.expected, r.what;
        END IF;
    END LOOP;
END
$$;

COMMIT;

-- @verify
SELECT NOT EXISTS (
    SELECT 1 FROM conversation.blocks AS b
    WHERE NOT EXISTS (SELECT 1 FROM meetings.meetings AS m WHERE m.legacy_block_id = b.id)
);
SELECT NOT EXISTS (SELECT 1 FROM conversation.turns WHERE block_id IS NOT NULL AND meeting_id IS NULL);

-- @rollback
ALTER TABLE conversation.turns DROP COLUMN IF EXISTS meeting_id;
DELETE FROM meetings.meetings WHERE num_nonnulls(legacy_block_id, legacy_block_meeting_id) > 0;
ALTER TABLE meetings.agenda_items DROP COLUMN IF EXISTS legacy_agenda_item_id;
ALTER TABLE meetings.notes
    DROP COLUMN IF EXISTS legacy_insight_id,
    DROP COLUMN IF EXISTS legacy_block_note_id;
ALTER TABLE meetings.meetings
    DROP COLUMN IF EXISTS legacy_block_meeting_id,
    DROP COLUMN IF EXISTS legacy_block_id;
