-- Migration: An llm belongs to the platform; which clients use it is a relation of its own.
-- Dependencies: 005_create_llms_tables
-- Rollback: add the column again and fill it with the first client of each llm, drop the relation.

-- @allow data-loss: client_llms keeps which clients use an llm, and the rollback reads it there

BEGIN;

CREATE TABLE IF NOT EXISTS client_mgmt.client_llms (
    client_id bigint NOT NULL,
    llm_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_client_llms PRIMARY KEY (client_id, llm_id),
    CONSTRAINT fk_client_llms_client_id FOREIGN KEY (client_id)
        REFERENCES client_mgmt.clients (id) ON DELETE CASCADE,
    CONSTRAINT fk_client_llms_llm_id FOREIGN KEY (llm_id)
        REFERENCES client_mgmt.llms (id) ON DELETE CASCADE
);

DO $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = 'client_mgmt' AND table_name = 'llms' AND column_name = 'client_id'
    ) THEN
        INSERT INTO client_mgmt.client_llms (client_id, llm_id, created_at)
        SELECT client_id, id, created_at FROM client_mgmt.llms;
    END IF;
END
$$;

CREATE INDEX IF NOT EXISTS ix_client_llms_llm_id ON client_mgmt.client_llms (llm_id);

COMMENT ON TABLE client_mgmt.client_llms IS 'Which clients may use which llm.';
COMMENT ON TABLE client_mgmt.llms IS 'The language models of the platform.';

-- Takes the foreign key and the uniqueness of the name within a client along.
ALTER TABLE client_mgmt.llms DROP COLUMN IF EXISTS client_id;

COMMIT;

-- @verify
SELECT NOT EXISTS (
    SELECT 1 FROM client_mgmt.llms AS l
    WHERE NOT EXISTS (SELECT 1 FROM client_mgmt.client_llms AS cl WHERE cl.llm_id = l.id)
);

-- @rollback
ALTER TABLE client_mgmt.llms ADD COLUMN IF NOT EXISTS client_id bigint;
UPDATE client_mgmt.llms AS l
SET client_id = (SELECT min(cl.client_id) FROM client_mgmt.client_llms AS cl WHERE cl.llm_id = l.id);
ALTER TABLE client_mgmt.llms ALTER COLUMN client_id SET NOT NULL;
ALTER TABLE client_mgmt.llms
    DROP CONSTRAINT IF EXISTS uq_llms_client_id_name,
    DROP CONSTRAINT IF EXISTS fk_llms_client_id;
ALTER TABLE client_mgmt.llms
    ADD CONSTRAINT uq_llms_client_id_name UNIQUE (client_id, name),
    ADD CONSTRAINT fk_llms_client_id FOREIGN KEY (client_id)
        REFERENCES client_mgmt.clients (id) ON DELETE RESTRICT;
COMMENT ON TABLE client_mgmt.llms IS 'The language models a client has configured.';
DROP TABLE IF EXISTS client_mgmt.client_llms;
