ALTER TABLE migrations.history
    ADD COLUMN dependencies text[] NOT NULL DEFAULT '{}',
    ADD COLUMN irreversible text;
COMMENT ON COLUMN migrations.history.dependencies IS 'The migrations that this one needs, by name';
COMMENT ON COLUMN migrations.history.irreversible IS 'Why there is no rollback';

CREATE TABLE migrations.journal (
    ordinal bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT journal_pkey PRIMARY KEY,
    event text NOT NULL CONSTRAINT ck_journal_event CHECK (event IN ('applied', 'rolled back')),
    name text COLLATE "C" NOT NULL,
    checksum text NOT NULL,
    at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    by text NOT NULL DEFAULT session_user,
    duration interval NOT NULL,
    engine text NOT NULL,
    build text NOT NULL
);
COMMENT ON TABLE migrations.journal IS 'Everything that ever happened to this database; rows are only added';
INSERT INTO migrations.journal (event, name, checksum, at, by, duration, engine, build)
SELECT 'applied', name, checksum, applied_at, applied_by, duration, engine, build
FROM migrations.history
ORDER BY ordinal;

CREATE TABLE migrations.checkpoints (
    name text COLLATE "C" CONSTRAINT checkpoints_pkey PRIMARY KEY,
    cursor text NOT NULL,
    rows bigint NOT NULL,
    batches bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
COMMENT ON TABLE migrations.checkpoints IS 'How far the batched runners have come that are not finished';
COMMENT ON COLUMN migrations.checkpoints.cursor IS 'Where the next batch begins, in the words of the runner';
