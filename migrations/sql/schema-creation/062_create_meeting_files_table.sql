-- Migration: Create the one table that joins meetings and files, and fill it from its two forerunners.
-- Dependencies: 013_unify_meeting_files, 040_create_block_meeting_files_table,
--   050_consolidate_blocks_and_block_meetings
-- Rollback: drop the table; both forerunners still hold their rows, 061 drops them later.

BEGIN;

CREATE TABLE IF NOT EXISTS meetings.meeting_files (
    meeting_id bigint NOT NULL,
    file_id bigint NOT NULL,
    relation text NOT NULL,
    client_id bigint NOT NULL,
    language text,
    caption text,
    linked_by_user_id bigint,
    linked_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_meeting_files PRIMARY KEY (meeting_id, file_id, relation),
    CONSTRAINT fk_meeting_files_meeting_id FOREIGN KEY (meeting_id)
        REFERENCES meetings.meetings ON DELETE CASCADE,
    CONSTRAINT fk_meeting_files_file_id FOREIGN KEY (file_id)
        REFERENCES context.files (id) ON DELETE CASCADE,
    CONSTRAINT fk_meeting_files_client_id FOREIGN KEY (client_id)
        REFERENCES client_mgmt.clients (id) ON DELETE RESTRICT,
    CONSTRAINT fk_meeting_files_linked_by_user_id FOREIGN KEY (linked_by_user_id)
        REFERENCES client_mgmt.users (id) ON DELETE SET NULL,
    CONSTRAINT ck_meeting_files_relation CHECK (relation IN ('transcript', 'attachment', 'reading'))
);

INSERT INTO meetings.meeting_files
    (meeting_id, file_id, relation, client_id, language, caption, linked_by_user_id, linked_at)
SELECT
    m.meeting_id, l.file_id, l.relation, m.client_id, l.language, l.caption, l.linked_by_user_id,
    l.linked_at
FROM context.block_meeting_links AS l
JOIN meetings.meetings AS m ON m.legacy_block_meeting_id = l.block_meeting_id
ON CONFLICT ON CONSTRAINT pk_meeting_files DO NOTHING;

INSERT INTO meetings.meeting_files
    (meeting_id, file_id, relation, client_id, linked_by_user_id, linked_at)
SELECT m.meeting_id, r.file_id, 'reading', m.client_id, r.added_by_user_id, r.added_at
FROM conversation.block_meeting_files AS r
JOIN meetings.meetings AS m ON m.legacy_block_meeting_id = r.block_meeting_id
ON CONFLICT ON CONSTRAINT pk_meeting_files DO NOTHING;

CREATE INDEX IF NOT EXISTS ix_meeting_files_file_id ON meetings.meeting_files (file_id);
CREATE INDEX IF NOT EXISTS ix_meeting_files_client_id ON meetings.meeting_files (client_id);
CREATE INDEX IF NOT EXISTS ix_meeting_files_linked_by_user_id ON meetings.meeting_files (linked_by_user_id);

COMMENT ON TABLE meetings.meeting_files IS 'Files of a meeting and what they are to it.';
COMMENT ON COLUMN meetings.meeting_files.client_id IS
    'Client of the meeting, repeated for filtering by tenant.';
COMMENT ON COLUMN meetings.meeting_files.language IS 'Language of a transcript.';

DO $$
DECLARE
    expected bigint := (SELECT count(*) FROM context.block_meeting_links)
        + (SELECT count(*) FROM conversation.block_meeting_files);
    found bigint := (SELECT count(*) FROM meetings.meeting_files);
BEGIN
    IF found < expected THEN
        RAISE EXCEPTION 'meetings.meeting_files has % rows, its forerunners have %', found, expected;
    END IF;
END
$$;

COMMIT;

-- @verify
SELECT to_regclass('meetings.meeting_files') IS NOT NULL;
SELECT NOT EXISTS (
    SELECT 1
    FROM context.block_meeting_links AS l
    JOIN meetings.meetings AS m ON m.legacy_block_meeting_id = l.block_meeting_id
    LEFT JOIN meetings.meeting_files AS f
        ON f.meeting_id = m.meeting_id AND f.file_id = l.file_id AND f.relation = l.relation
    WHERE f.meeting_id IS NULL
);

-- @rollback
DROP TABLE IF EXISTS meetings.meeting_files;
