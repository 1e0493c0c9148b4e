-- Migration: Give collections and citations a client.
-- Dependencies: 001_create_client_mgmt_schema, 011_create_context_schema, 012_replace_files_with_context
-- Rollback: drop both columns; the values can be derived again. Take the client "unassigned" away when
--   nothing else has come to belong to it.

-- Files and chunks follow in add_client_id_to_files_and_chunks: theirs takes more finding out.

BEGIN;

ALTER TABLE context.collections ADD COLUMN IF NOT EXISTS client_id bigint;
ALTER TABLE context.citations ADD COLUMN IF NOT EXISTS client_id bigint;

UPDATE context.collections AS c
SET client_id = COALESCE(
    (SELECT u.client_id FROM client_mgmt.users AS u WHERE u.id = c.created_by_user_id),
    (
        SELECT u.client_id
        FROM context.collection_files AS cf
        JOIN context.files AS f ON f.id = cf.file_id
        JOIN client_mgmt.users AS u ON u.id = f.uploaded_by_user_id
        WHERE cf.collection_id = c.id
        GROUP BY u.client_id
        ORDER BY count(*) DESC, u.client_id
        LIMIT 1
    )
)
WHERE c.client_id IS NULL;

UPDATE context.citations AS ci
SET client_id = co.client_id
FROM conversation.turns AS t
JOIN conversation.conversations AS co ON co.id = t.conversation_id
WHERE t.turn_id = ci.turn_id AND ci.client_id IS NULL;

-- Files of nobody must not become visible to somebody by chance.
INSERT INTO client_mgmt.clients (name, display_name, status, notes)
SELECT 'unassigned', 'Unassigned files', 'suspended', 'Holds files whose client nobody could tell.'
WHERE EXISTS (SELECT 1 FROM context.collections WHERE client_id IS NULL)
ON CONFLICT (name) DO NOTHING;

UPDATE context.collections
SET client_id = (SELECT c.id FROM client_mgmt.clients AS c WHERE c.name = 'unassigned')
WHERE client_id IS NULL;

ALTER TABLE context.collections
    ALTER COLUMN client_id SET NOT NULL,
    DROP CONSTRAINT IF EXISTS fk_collections_client_id;
ALTER TABLE context.collections ADD CONSTRAINT fk_collections_client_id FOREIGN KEY (client_id)
    REFERENCES client_mgmt.clients (id) ON DELETE RESTRICT;
ALTER TABLE context.citations
    ALTER COLUMN client_id SET NOT NULL,
    DROP CONSTRAINT IF EXISTS fk_citations_client_id;
ALTER TABLE context.citations ADD CONSTRAINT fk_citations_client_id FOREIGN KEY (client_id)
    REFERENCES client_mgmt.clients (id) ON DELETE RESTRICT;

CREATE INDEX IF NOT EXISTS ix_collections_client_id ON context.collections (client_id);
CREATE INDEX IF NOT EXISTS ix_citations_client_id ON context.citations (client_id);

COMMENT ON COLUMN context.citations.client_id IS
    'Client of the conversation, repeated for filtering by tenant.';

COMMIT;

-- @verify
SELECT NOT EXISTS (SELECT 1 FROM context.collections WHERE client_id IS NULL);
SELECT NOT EXISTS (SELECT 1 FROM context.citations WHERE client_id IS NULL);

-- @rollback
ALTER TABLE context.citations DROP COLUMN IF EXISTS client_id;
ALTER TABLE context.collections DROP COLUMN IF EXISTS client_id;
DO $$
BEGIN
    DELETE FROM client_mgmt.clients WHERE name = 'unassigned' AND status = 'suspended';
EXCEPTION
    -- PostgreSQL 18 has a code of its own for ON DELETE RESTRICT.
    WHEN foreign_key_violation OR restrict_violation THEN
        RAISE NOTICE 'the client "unassigned" has found a use and stays';
END
$$;
