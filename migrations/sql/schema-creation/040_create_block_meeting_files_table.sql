-- Migration: Create the reading list of a meeting: files to be read before it.
-- Dependencies: 002_create_users_table, 007_create_blocks_tables, 011_create_context_schema
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS conversation.block_meeting_files (
    block_meeting_id bigint NOT NULL,
    file_id bigint NOT NULL,
    added_by_user_id bigint,
    added_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_block_meeting_files PRIMARY KEY (block_meeting_id, file_id),
    CONSTRAINT fk_block_meeting_files_block_meeting_id FOREIGN KEY (block_meeting_id)
        REFERENCES conversation.block_meetings (id) ON DELETE CASCADE,
    CONSTRAINT fk_block_meeting_files_file_id FOREIGN KEY (file_id)
        REFERENCES context.files (id) ON DELETE CASCADE,
    CONSTRAINT fk_block_meeting_files_added_by_user_id FOREIGN KEY (added_by_user_id)
        REFERENCES client_mgmt.users (id) ON DELETE SET NULL
);

CREATE INDEX IF NOT EXISTS ix_block_meeting_files_file_id ON conversation.block_meeting_files (file_id);
CREATE INDEX IF NOT EXISTS ix_block_meeting_files_added_by_user_id
    ON conversation.block_meeting_files (added_by_user_id);

COMMENT ON TABLE conversation.block_meeting_files IS 'Files to be read before a meeting.';

-- @verify
SELECT to_regclass('conversation.block_meeting_files') IS NOT NULL;

-- @rollback
DROP TABLE IF EXISTS conversation.block_meeting_files;
