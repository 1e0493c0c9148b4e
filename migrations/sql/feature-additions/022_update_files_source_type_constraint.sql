-- Migration: Allow files from transcriptions, integrations and the assistant.
-- Dependencies: 011_create_context_schema, 012_replace_files_with_context
-- Rollback: put the narrow constraint back; files of the new sources count as uploads then.

BEGIN;

ALTER TABLE context.files DROP CONSTRAINT IF EXISTS ck_files_source_type;
ALTER TABLE context.files ADD CONSTRAINT ck_files_source_type CHECK (
    source_type IN ('upload', 'url', 'email', 'recording', 'transcript', 'integration', 'generated')
);

COMMENT ON COLUMN context.files.source_type IS
    'How the file came to us; generated when the assistant wrote it.';

COMMIT;

-- @verify
SELECT pg_get_constraintdef(oid) LIKE '%generated%'
FROM pg_constraint
WHERE conrelid = 'context.files'::regclass AND conname = 'ck_files_source_type';

-- @rollback
UPDATE context.files
SET source_type = 'upload'
WHERE source_type IN ('transcript', 'integration', 'generated');
ALTER TABLE context.files DROP CONSTRAINT IF EXISTS ck_files_source_type;
ALTER TABLE context.files ADD CONSTRAINT ck_files_source_type CHECK (
    source_type IN ('upload', 'url', 'email', 'recording')
);
COMMENT ON COLUMN context.files.source_type IS NULL;
