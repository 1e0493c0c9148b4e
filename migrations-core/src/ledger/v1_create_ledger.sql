CREATE TABLE migrations.history (
    -- Two parts of SHA-256 over name and checksum; in front, where they are read without what lies before them.
    digest_high bigint GENERATED ALWAYS AS (
        ('x' || substr(encode(sha256(replace(name || ' ' || checksum, E'\\', E'\\\\')::bytea), 'hex'), 1, 16))::bit(64)::bigint
    ) STORED,
    digest_low bigint GENERATED ALWAYS AS (
        ('x' || substr(encode(sha256(replace(name || ' ' || checksum, E'\\', E'\\\\')::bytea), 'hex'), 17, 16))::bit(64)::bigint
    ) STORED,
    name text COLLATE "C" CONSTRAINT history_pkey PRIMARY KEY,
    category text NOT NULL,
    number numeric(20),
    kind text NOT NULL,
    checksum text NOT NULL,
    rollback_sql text,
    applied_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    applied_by text NOT NULL DEFAULT session_user,
    duration interval NOT NULL,
    engine text NOT NULL,
    build text NOT NULL,
    ordinal bigint GENERATED ALWAYS AS IDENTITY
);
COMMENT ON TABLE migrations.history IS 'The migrations that are applied to this database; written by migrations-core';
COMMENT ON COLUMN migrations.history.checksum IS 'sha256:<hex> over the text of the file, line ends normalised';
COMMENT ON COLUMN migrations.history.duration IS 'From the start of the transaction to the entry of this row';
COMMENT ON COLUMN migrations.history.ordinal IS 'Order of application';

CREATE TABLE migrations.steps (
    name text COLLATE "C",
    step integer,
    checksum text NOT NULL,
    finished_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    CONSTRAINT steps_pkey PRIMARY KEY (name, step)
);
COMMENT ON TABLE migrations.steps IS 'The finished statements of @no-transaction migrations that are not finished themselves';

CREATE SEQUENCE migrations.progress AS integer MINVALUE 0 START 0;
COMMENT ON SEQUENCE migrations.progress IS 'The statement that is running; a sequence, because its value survives a rollback';

CREATE FUNCTION migrations.verified(checked json) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wrong text := (
        SELECT string_agg(format('column %s is %s', key, value), ', ')
        FROM json_each(checked)
        WHERE value::text IN ('false', 'null')
    );
BEGIN
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'verification failed: %', wrong USING ERRCODE = 'assert_failure', DETAIL = 'row ' || checked::text;
    END IF;
    RETURN true;
END
$$;
COMMENT ON FUNCTION migrations.verified IS 'Fails unless every value of a row is true or, if it is no boolean, not null';
