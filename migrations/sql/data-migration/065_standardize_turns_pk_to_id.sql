-- Migration: Call the key of the turns id, like every other key.
-- Dependencies: 003_create_conversation_schema, 011_create_context_schema,
--   021_add_client_id_to_context_tables, 037_add_block_index_to_turns, 059_remove_participant_concept
-- Rollback: rename the column and its sequence back.

-- A rename keeps every row, every index and every foreign key in place, those of context.citations
-- included. The attempts to add a second key and to move the references over one by one are in the
-- archive. What a rename cannot reach is text: bodies of functions, and the older migrations that say
-- turn_id, which is why these come first.

BEGIN;

DO $$
DECLARE
    routine text;
    references_before bigint;
    references_after bigint;
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = 'conversation' AND table_name = 'turns' AND column_name = 'turn_id'
    ) THEN
        RETURN;
    END IF;

    SELECT p.oid::regprocedure::text INTO routine
    FROM pg_proc AS p
    JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('conversation', 'context', 'meetings', 'events', 'games', 'client_mgmt')
        AND p.prosrc ~ '\mturns\M' AND p.prosrc ~ '\mturn_id\M'
    LIMIT 1;
    IF routine IS NOT NULL THEN
        RAISE EXCEPTION 'the function % seems to name conversation.turns.turn_id in its text', routine
            USING HINT = 'drop it here and create it again behind this migration';
    END IF;

    SELECT count(*) INTO references_before
    FROM pg_constraint
    WHERE contype = 'f' AND confrelid = 'conversation.turns'::regclass;

    ALTER TABLE conversation.turns RENAME COLUMN turn_id TO id;

    SELECT count(*) INTO references_after
    FROM pg_constraint AS c
    JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = ANY (c.confkey)
    WHERE c.contype = 'f' AND c.confrelid = 'conversation.turns'::regclass AND a.attname = 'id';

    IF references_after <> references_before THEN
        RAISE EXCEPTION '% of % foreign keys followed the key of the turns',
            references_after, references_before;
    END IF;
END
$$;

ALTER SEQUENCE IF EXISTS conversation.turns_turn_id_seq RENAME TO turns_id_seq;

-- The next turn must not meet an old one, whatever was loaded with explicit keys before.
SELECT setval(
    pg_get_serial_sequence('conversation.turns', 'id'),
    GREATEST(max(id), nextval(pg_get_serial_sequence('conversation.turns', 'id')))
)
FROM conversation.turns;

COMMIT;

-- @verify
SELECT a.attname = 'id' AND cardinality(c.conkey) = 1
FROM pg_constraint AS c
JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.conrelid = 'conversation.turns'::regclass AND c.contype = 'p';
SELECT pg_get_serial_sequence('conversation.turns', 'id') = 'conversation.turns_id_seq';

-- @rollback
ALTER TABLE conversation.turns RENAME COLUMN id TO turn_id;
ALTER SEQUENCE IF EXISTS conversation.turns_id_seq RENAME TO turns_turn_id_seq;
