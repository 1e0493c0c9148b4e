-- Migration: Call the column of the events that names a user user_id.
-- Dependencies: 059_remove_participant_concept
-- Rollback: rename the column, its foreign key and its index back.

-- The values have been keys of users since 059; only the name still spoke of participants.

BEGIN;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = 'events' AND table_name = 'events' AND column_name = 'participant_id'
    ) THEN
        RETURN;
    END IF;
    ALTER TABLE events.events RENAME COLUMN participant_id TO user_id;
    ALTER TABLE events.events RENAME CONSTRAINT fk_events_participant_id TO fk_events_user_id;
END
$$;

ALTER INDEX IF EXISTS events.ix_events_participant_id RENAME TO ix_events_user_id;

COMMIT;

-- @verify
SELECT confrelid = 'client_mgmt.users'::regclass
FROM pg_constraint
WHERE conrelid = 'events.events'::regclass AND conname = 'fk_events_user_id';
SELECT to_regclass('events.ix_events_user_id') IS NOT NULL;
SELECT to_regclass('events.ix_events_participant_id') IS NULL;

-- @rollback
ALTER TABLE events.events RENAME COLUMN user_id TO participant_id;
ALTER TABLE events.events RENAME CONSTRAINT fk_events_user_id TO fk_events_participant_id;
ALTER INDEX IF EXISTS events.ix_events_user_id RENAME TO ix_events_participant_id;
