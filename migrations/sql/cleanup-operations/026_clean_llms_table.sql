-- Migration: Move the model and its settings from llms to llm_models, as the default model of each llm.
-- Dependencies: 023_remove_client_id_from_llms, 025_create_llm_models_table
-- Rollback: add the columns again, fill them from the default models and delete these.

-- @allow data-loss: llm_models has the values, and the rollback reads them there

BEGIN;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = 'client_mgmt' AND table_name = 'llms' AND column_name = 'model'
    ) THEN
        RETURN;
    END IF;

    INSERT INTO client_mgmt.llm_models
        (llm_id, model, api_endpoint, temperature, max_tokens, is_default, created_at)
    SELECT id, model, api_endpoint, temperature, max_tokens, true, created_at
    FROM client_mgmt.llms
    ON CONFLICT ON CONSTRAINT uq_llm_models_llm_id_model DO UPDATE
    SET api_endpoint = EXCLUDED.api_endpoint, temperature = EXCLUDED.temperature,
        max_tokens = EXCLUDED.max_tokens, is_default = true;
END
$$;

ALTER TABLE client_mgmt.llms
    DROP COLUMN IF EXISTS model,
    DROP COLUMN IF EXISTS api_endpoint,
    DROP COLUMN IF EXISTS temperature,
    DROP COLUMN IF EXISTS max_tokens;

COMMIT;

-- @verify
SELECT count(*) = (SELECT count(*) FROM client_mgmt.llms) FROM client_mgmt.llm_models WHERE is_default;

-- @rollback
ALTER TABLE client_mgmt.llms
    ADD COLUMN IF NOT EXISTS model text,
    ADD COLUMN IF NOT EXISTS api_endpoint text,
    ADD COLUMN IF NOT EXISTS temperature numeric(3, 2),
    ADD COLUMN IF NOT EXISTS max_tokens integer;
UPDATE client_mgmt.llms AS l
SET model = m.model, api_endpoint = m.api_endpoint, temperature = m.temperature, max_tokens = m.max_tokens
FROM client_mgmt.llm_models AS m
WHERE m.llm_id = l.id AND m.is_default;
ALTER TABLE client_mgmt.llms ALTER COLUMN model SET NOT NULL;
ALTER TABLE client_mgmt.llms
    DROP CONSTRAINT IF EXISTS ck_llms_temperature,
    DROP CONSTRAINT IF EXISTS ck_llms_max_tokens;
ALTER TABLE client_mgmt.llms
    ADD CONSTRAINT ck_llms_temperature CHECK (temperature BETWEEN 0 AND 2),
    ADD CONSTRAINT ck_llms_max_tokens CHECK (max_tokens > 0);
COMMENT ON COLUMN client_mgmt.llms.api_endpoint IS 'NULL for the default address of the provider.';
DELETE FROM client_mgmt.llm_models WHERE is_default;
