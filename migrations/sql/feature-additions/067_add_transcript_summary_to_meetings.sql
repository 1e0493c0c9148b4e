-- Migration: Keep the summary of a meeting's transcript with the meeting.
-- Dependencies: 005_create_llms_tables, 010_create_meetings_schema
-- Rollback: drop the columns; summaries can be made again from the transcripts.

BEGIN;

ALTER TABLE meetings.meetings
    ADD COLUMN IF NOT EXISTS transcript_summary text,
    ADD COLUMN IF NOT EXISTS transcript_summary_llm_id bigint,
    ADD COLUMN IF NOT EXISTS transcript_summarized_at timestamptz;

ALTER TABLE meetings.meetings
    DROP CONSTRAINT IF EXISTS fk_meetings_transcript_summary_llm_id,
    DROP CONSTRAINT IF EXISTS ck_meetings_transcript_summary;
ALTER TABLE meetings.meetings
    ADD CONSTRAINT fk_meetings_transcript_summary_llm_id FOREIGN KEY (transcript_summary_llm_id)
        REFERENCES client_mgmt.llms (id) ON DELETE SET NULL,
    ADD CONSTRAINT ck_meetings_transcript_summary CHECK (
        (transcript_summary IS NULL) = (transcript_summarized_at IS NULL)
    );

CREATE INDEX IF NOT EXISTS ix_meetings_transcript_summary_llm_id
    ON meetings.meetings (transcript_summary_llm_id) WHERE transcript_summary_llm_id IS NOT NULL;

COMMENT ON COLUMN meetings.meetings.transcript_summary IS 'Markdown; NULL until there is a transcript.';
COMMENT ON COLUMN meetings.meetings.transcript_summary_llm_id IS
    'The model that wrote it; NULL for a person.';

COMMIT;

-- @verify
SELECT count(*) = 3 FROM information_schema.columns
WHERE table_schema = 'meetings' AND table_name = 'meetings' AND column_name LIKE 'transcript_summar%';

-- @rollback
ALTER TABLE meetings.meetings
    DROP COLUMN IF EXISTS transcript_summarized_at,
    DROP COLUMN IF EXISTS transcript_summary_llm_id,
    DROP COLUMN IF EXISTS transcript_summary;
