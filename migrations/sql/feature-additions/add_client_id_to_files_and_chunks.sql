-- Migration: Give files and chunks a client, and keep the chunks with the client of their file.
-- Dependencies: 021_add_client_id_to_context_tables, 062_create_meeting_files_table
-- Rollback: drop the trigger, its function and both columns, put the key on file_id back; take the client
--   "unassigned" away when nothing else has come to belong to it.

BEGIN;

ALTER TABLE context.files ADD COLUMN IF NOT EXISTS client_id bigint;
ALTER TABLE context.chunks ADD COLUMN IF NOT EXISTS client_id bigint;

-- Who uploaded a file knows best whose it is; then the collection it lies in; then the meeting it is for.
UPDATE context.files AS f
SET client_id = COALESCE(
    (SELECT u.client_id FROM client_mgmt.users AS u WHERE u.id = f.uploaded_by_user_id),
    (
        SELECT min(co.client_id)
        FROM context.collection_files AS cf
        JOIN context.collections AS co ON co.id = cf.collection_id
        JOIN client_mgmt.clients AS c ON c.id = co.client_id AND c.name <> 'unassigned'
        WHERE cf.file_id = f.id
    ),
    (SELECT min(mf.client_id) FROM meetings.meeting_files AS mf WHERE mf.file_id = f.id)
)
WHERE f.client_id IS NULL;

-- A file of nobody must not become visible to somebody by chance.
INSERT INTO client_mgmt.clients (name, display_name, status, notes)
SELECT 'unassigned', 'Unassigned files', 'suspended', 'Holds files whose client nobody could tell.'
WHERE EXISTS (SELECT 1 FROM context.files WHERE client_id IS NULL)
ON CONFLICT (name) DO NOTHING;

UPDATE context.files
SET client_id = (SELECT c.id FROM client_mgmt.clients AS c WHERE c.name = 'unassigned')
WHERE client_id IS NULL;

UPDATE context.chunks AS c
SET client_id = f.client_id
FROM context.files AS f
WHERE f.id = c.file_id AND c.client_id IS DISTINCT FROM f.client_id;

ALTER TABLE context.files ALTER COLUMN client_id SET NOT NULL;
ALTER TABLE context.chunks ALTER COLUMN client_id SET NOT NULL;

ALTER TABLE context.chunks
    DROP CONSTRAINT IF EXISTS fk_chunks_file_id,
    DROP CONSTRAINT IF EXISTS fk_chunks_file_id_client_id;
ALTER TABLE context.files
    DROP CONSTRAINT IF EXISTS fk_files_client_id,
    DROP CONSTRAINT IF EXISTS uq_files_id_client_id;
ALTER TABLE context.files
    ADD CONSTRAINT fk_files_client_id FOREIGN KEY (client_id)
        REFERENCES client_mgmt.clients (id) ON DELETE RESTRICT,
    ADD CONSTRAINT uq_files_id_client_id UNIQUE (id, client_id);
-- In place of the key on file_id alone. A file that changes its client takes its chunks along.
ALTER TABLE context.chunks
    ADD CONSTRAINT fk_chunks_file_id_client_id FOREIGN KEY (file_id, client_id)
        REFERENCES context.files (id, client_id) ON UPDATE CASCADE ON DELETE CASCADE;

CREATE INDEX IF NOT EXISTS ix_files_client_id ON context.files (client_id);
CREATE INDEX IF NOT EXISTS ix_chunks_client_id ON context.chunks (client_id);

-- Whoever writes chunks need not know about clients.
CREATE OR REPLACE FUNCTION context.set_chunk_client_id() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    SELECT f.client_id INTO NEW.client_id FROM context.files AS f WHERE f.id = NEW.file_id;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER tr_chunks_set_client_id
    BEFORE INSERT ON context.chunks
    FOR EACH ROW WHEN (NEW.client_id IS NULL) EXECUTE FUNCTION context.set_chunk_client_id();

COMMENT ON COLUMN context.chunks.client_id IS 'Client of the file, repeated for filtering by tenant.';

COMMIT;

-- @verify
SELECT NOT EXISTS (SELECT 1 FROM context.files WHERE client_id IS NULL);
SELECT NOT EXISTS (
    SELECT 1 FROM context.chunks AS c JOIN context.files AS f ON f.id = c.file_id
    WHERE c.client_id IS DISTINCT FROM f.client_id
);

-- @rollback
DROP TRIGGER IF EXISTS tr_chunks_set_client_id ON context.chunks;
DROP FUNCTION IF EXISTS context.set_chunk_client_id();
ALTER TABLE context.chunks DROP COLUMN IF EXISTS client_id;
ALTER TABLE context.files DROP COLUMN IF EXISTS client_id;
ALTER TABLE context.chunks ADD CONSTRAINT fk_chunks_file_id FOREIGN KEY (file_id)
    REFERENCES context.files (id) ON DELETE CASCADE;
DO $$
BEGIN
    DELETE FROM client_mgmt.clients WHERE name = 'unassigned' AND status = 'suspended';
EXCEPTION
    -- PostgreSQL 18 has a code of its own for ON DELETE RESTRICT.
    WHEN foreign_key_violation OR restrict_violation THEN
        RAISE NOTICE 'the client "unassigned" has found a use and stays';
END
$$;
