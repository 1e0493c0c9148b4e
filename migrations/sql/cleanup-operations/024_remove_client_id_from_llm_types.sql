-- Migration: The types of llms are the same for all clients.
-- Dependencies: 005_create_llms_tables, 023_remove_client_id_from_llms
-- Rollback: add the column again and fill it from the clients whose llms are of the type; a type that
--   no llm uses, or that llms of several clients use, becomes one for every client.

-- @allow data-loss: the llms of a type tell its client, and the rollback reads it there

BEGIN;

-- Takes the foreign key and the uniqueness of the name within a client along; 027 removes the doubles.
ALTER TABLE client_mgmt.llm_types DROP COLUMN IF EXISTS client_id;

COMMIT;

-- @verify
SELECT NOT EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = 'client_mgmt' AND table_name = 'llm_types' AND column_name = 'client_id'
);

-- @rollback
ALTER TABLE client_mgmt.llm_types ADD COLUMN IF NOT EXISTS client_id bigint;
UPDATE client_mgmt.llm_types AS t
SET client_id = u.client_id
FROM (
    SELECT l.type_id, min(cl.client_id) AS client_id
    FROM client_mgmt.llms AS l
    JOIN client_mgmt.client_llms AS cl ON cl.llm_id = l.id
    GROUP BY l.type_id
    HAVING count(DISTINCT cl.client_id) = 1
) AS u
WHERE u.type_id = t.id;
ALTER TABLE client_mgmt.llm_types
    DROP CONSTRAINT IF EXISTS uq_llm_types_client_id_name,
    DROP CONSTRAINT IF EXISTS fk_llm_types_client_id;
ALTER TABLE client_mgmt.llm_types
    ADD CONSTRAINT uq_llm_types_client_id_name UNIQUE (client_id, name),
    ADD CONSTRAINT fk_llm_types_client_id FOREIGN KEY (client_id)
        REFERENCES client_mgmt.clients (id) ON DELETE CASCADE;
COMMENT ON COLUMN client_mgmt.llm_types.client_id IS 'NULL for a type that every client may use.';
