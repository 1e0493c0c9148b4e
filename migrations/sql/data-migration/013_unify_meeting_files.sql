-- Migration: Unify transcripts and attachments of meetings in one table of links.
-- Dependencies: 007_create_blocks_tables, 012_replace_files_with_context
-- Rollback: create the schema files with its two tables again, distribute the links to them, drop the
--   table of links.

-- @renamed-from 012_unify_meeting_files
-- @allow data-loss: every row becomes a link in this file, and is counted

-- A recording could be a transcript here and an attachment there, and each reader joined another table.

BEGIN;

CREATE TABLE IF NOT EXISTS context.block_meeting_links (
    block_meeting_id bigint NOT NULL,
    file_id bigint NOT NULL,
    relation text NOT NULL,
    language text,
    caption text,
    linked_by_user_id bigint,
    linked_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_block_meeting_links PRIMARY KEY (block_meeting_id, file_id, relation),
    CONSTRAINT fk_block_meeting_links_block_meeting_id FOREIGN KEY (block_meeting_id)
        REFERENCES conversation.block_meetings (id) ON DELETE CASCADE,
    CONSTRAINT fk_block_meeting_links_file_id FOREIGN KEY (file_id)
        REFERENCES context.files (id) ON DELETE CASCADE,
    CONSTRAINT fk_block_meeting_links_linked_by_user_id FOREIGN KEY (linked_by_user_id)
        REFERENCES client_mgmt.users (id) ON DELETE SET NULL,
    CONSTRAINT ck_block_meeting_links_relation CHECK (relation IN ('transcript', 'attachment')),
    CONSTRAINT ck_block_meeting_links_language CHECK (language IS NULL OR relation = 'transcript')
);

DO $$
DECLARE
    expected bigint;
    found bigint;
BEGIN
    IF to_regclass('files.meeting_transcripts') IS NULL THEN
        RETURN;
    END IF;

    INSERT INTO context.block_meeting_links (block_meeting_id, file_id, relation, language, linked_at)
    SELECT block_meeting_id, file_id, 'transcript', language, transcribed_at
    FROM files.meeting_transcripts;

    INSERT INTO context.block_meeting_links
        (block_meeting_id, file_id, relation, caption, linked_by_user_id, linked_at)
    SELECT block_meeting_id, file_id, 'attachment', caption, attached_by_user_id, attached_at
    FROM files.meeting_attachments;

    expected := (SELECT count(*) FROM files.meeting_transcripts)
        + (SELECT count(*) FROM files.meeting_attachments);
    found := (SELECT count(*) FROM context.block_meeting_links);
    IF found <> expected THEN
        RAISE EXCEPTION 'expected % links of meetings and files, found %', expected, found;
    END IF;
END
$$;

CREATE INDEX IF NOT EXISTS ix_block_meeting_links_file_id ON context.block_meeting_links (file_id);
CREATE INDEX IF NOT EXISTS ix_block_meeting_links_linked_by_user_id
    ON context.block_meeting_links (linked_by_user_id);

COMMENT ON TABLE context.block_meeting_links IS 'Files of a meeting and what they are to it.';
COMMENT ON COLUMN context.block_meeting_links.language IS 'Language of a transcript.';

DROP TABLE IF EXISTS files.meeting_transcripts;
DROP TABLE IF EXISTS files.meeting_attachments;
-- Without CASCADE: a table that somebody else put there stops the migration.
DROP SCHEMA IF EXISTS files;

COMMIT;

-- @verify
SELECT to_regclass('context.block_meeting_links') IS NOT NULL;
SELECT to_regnamespace('files') IS NULL;

-- @rollback
CREATE SCHEMA IF NOT EXISTS files;
COMMENT ON SCHEMA files IS 'Uploaded files and their searchable pieces.';

CREATE TABLE IF NOT EXISTS files.meeting_transcripts (
    block_meeting_id bigint NOT NULL,
    file_id bigint NOT NULL,
    language text,
    transcribed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_meeting_transcripts PRIMARY KEY (block_meeting_id, file_id),
    CONSTRAINT fk_meeting_transcripts_block_meeting_id FOREIGN KEY (block_meeting_id)
        REFERENCES conversation.block_meetings (id) ON DELETE CASCADE,
    CONSTRAINT fk_meeting_transcripts_file_id FOREIGN KEY (file_id)
        REFERENCES context.files (id) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS files.meeting_attachments (
    block_meeting_id bigint NOT NULL,
    file_id bigint NOT NULL,
    caption text,
    attached_by_user_id bigint,
    attached_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_meeting_attachments PRIMARY KEY (block_meeting_id, file_id),
    CONSTRAINT fk_meeting_attachments_block_meeting_id FOREIGN KEY (block_meeting_id)
        REFERENCES conversation.block_meetings (id) ON DELETE CASCADE,
    CONSTRAINT fk_meeting_attachments_file_id FOREIGN KEY (file_id)
        REFERENCES context.files (id) ON DELETE CASCADE,
    CONSTRAINT fk_meeting_attachments_attached_by_user_id FOREIGN KEY (attached_by_user_id)
        REFERENCES client_mgmt.users (id) ON DELETE SET NULL
);

INSERT INTO files.meeting_transcripts (block_meeting_id, file_id, language, transcribed_at)
SELECT block_meeting_id, file_id, language, linked_at
FROM context.block_meeting_links
WHERE relation = 'transcript';
INSERT INTO files.meeting_attachments
    (block_meeting_id, file_id, caption, attached_by_user_id, attached_at)
SELECT block_meeting_id, file_id, caption, linked_by_user_id, linked_at
FROM context.block_meeting_links
WHERE relation = 'attachment';

CREATE INDEX IF NOT EXISTS ix_meeting_transcripts_file_id ON files.meeting_transcripts (file_id);
CREATE INDEX IF NOT EXISTS ix_meeting_attachments_file_id ON files.meeting_attachments (file_id);
CREATE INDEX IF NOT EXISTS ix_meeting_attachments_attached_by_user_id
    ON files.meeting_attachments (attached_by_user_id);

COMMENT ON TABLE files.meeting_transcripts IS 'Files that transcribe a meeting.';
COMMENT ON TABLE files.meeting_attachments IS 'Files that somebody attached to a meeting.';

DROP TABLE IF EXISTS context.block_meeting_links;
