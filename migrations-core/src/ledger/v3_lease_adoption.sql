CREATE TABLE migrations.lease (
    is_only_row boolean CONSTRAINT lease_pkey PRIMARY KEY DEFAULT true CONSTRAINT ck_lease_is_only_row CHECK (is_only_row),
    run text,
    pid integer,
    is_pooled boolean,
    role text,
    application text,
    since timestamptz,
    expires_at timestamptz
);
COMMENT ON TABLE migrations.lease IS 'The run that may change this ledger: its one row is locked in every transaction of that run';
COMMENT ON COLUMN migrations.lease.run IS 'Drawn anew for each run; NULL: nobody is migrating';
COMMENT ON COLUMN migrations.lease.is_pooled IS 'Whether a pooler gives the run one server connection after another, so that pid says nothing';
INSERT INTO migrations.lease DEFAULT VALUES;

ALTER TABLE migrations.steps
    ALTER COLUMN finished_at DROP NOT NULL,
    ALTER COLUMN finished_at DROP DEFAULT,
    ADD COLUMN started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp();
COMMENT ON TABLE migrations.steps IS 'The statements of @no-transaction migrations that are not finished themselves';
COMMENT ON COLUMN migrations.steps.finished_at IS 'NULL: it was running when it was last heard of';

ALTER TABLE migrations.history ADD COLUMN replaces text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN migrations.history.replaces IS 'The migrations in whose place this one stands, by name';

ALTER TABLE migrations.journal
    ADD COLUMN run text,
    DROP CONSTRAINT ck_journal_event,
    ADD CONSTRAINT ck_journal_event CHECK (event IN ('applied', 'adopted', 'replaced', 'rolled back'));
COMMENT ON COLUMN migrations.journal.run IS 'Drawn anew for each run';

CREATE FUNCTION migrations.is_running(some_run text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    -- What others run can be read by members of their role only. A lock that DDL takes and no reader does is a hint.
    SELECT EXISTS (
        SELECT FROM pg_stat_activity AS a
        WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND (
            a.state = 'active' AND strpos(a.query, some_run) > 0
            OR a.state IS NULL AND a.usename = (SELECT l.role FROM migrations.lease AS l WHERE l.run = some_run) AND EXISTS (
                SELECT FROM pg_locks AS k
                WHERE k.pid = a.pid AND k.granted AND k.relation IS NOT NULL
                    AND k.mode IN ('ShareUpdateExclusiveLock', 'AccessExclusiveLock')
            )
        )
    )
$$;
COMMENT ON FUNCTION migrations.is_running IS 'Whether the server is working on a statement of a run';

CREATE FUNCTION migrations.acquire(for_run text, for_milliseconds integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kept migrations.lease;
BEGIN
    -- A row that is locked belongs to a run that is in the middle of a transaction.
    SELECT * INTO kept FROM migrations.lease FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        IF NOT EXISTS (SELECT FROM migrations.lease) THEN
            RAISE EXCEPTION 'the table lease of the ledger has lost its row' USING ERRCODE = 'data_corrupted';
        END IF;
        RETURN false;
    END IF;
    IF migrations.is_running(kept.run) OR kept.run <> for_run AND kept.expires_at > clock_timestamp()
        AND (kept.is_pooled OR EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.pid = kept.pid))
    THEN
        RETURN false;
    END IF;
    UPDATE migrations.lease
    SET run = for_run, pid = pg_backend_pid(), is_pooled = false, role = session_user,
        application = current_setting('application_name'), since = clock_timestamp(),
        expires_at = clock_timestamp() + for_milliseconds * interval '1 millisecond';
    RETURN true;
END
$$;
COMMENT ON FUNCTION migrations.acquire IS 'Takes the lease if it is free, or if the run that has it is dead; never waits';

CREATE FUNCTION migrations.claim(of_run text, for_milliseconds integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kept migrations.lease;
BEGIN
    SELECT * INTO kept FROM migrations.lease WHERE run = of_run FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'another process has taken over' USING ERRCODE = 'MG001';
    END IF;
    -- Written now and then only: each time leaves an old version of the row behind.
    IF kept.pid <> pg_backend_pid() AND NOT kept.is_pooled
        OR kept.expires_at < clock_timestamp() + for_milliseconds * interval '500 microseconds'
    THEN
        UPDATE migrations.lease
        SET is_pooled = is_pooled OR pid <> pg_backend_pid(),
            expires_at = clock_timestamp() + for_milliseconds * interval '1 millisecond';
    END IF;
END
$$;
COMMENT ON FUNCTION migrations.claim IS 'Fails unless the run has the lease; keeps everybody else from it until the transaction ends';

CREATE FUNCTION migrations.release(of_run text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE migrations.lease
    SET run = NULL, pid = NULL, is_pooled = NULL, role = NULL, application = NULL, since = NULL, expires_at = NULL
    WHERE run = of_run
$$;

CREATE FUNCTION migrations.record_applied(
    of_run text, for_milliseconds integer, event text, name text, category text, number numeric, kind text, checksum text,
    rollback_sql text, irreversible text, dependencies text[], replaces text[], engine text, build text
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    -- Where several transactions come in one message, now() is when that came; each begins when the one before it ends.
    began timestamptz := least(
        greatest(now(), (SELECT at FROM migrations.journal ORDER BY ordinal DESC LIMIT 1)),
        (SELECT min(started_at) FROM migrations.steps AS s WHERE s.name = record_applied.name)
    );
BEGIN
    -- What claim() does, for the case that there is nothing to do.
    PERFORM FROM migrations.lease
    WHERE run = of_run AND expires_at > clock_timestamp() + for_milliseconds * interval '500 microseconds'
    FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM migrations.claim(of_run, for_milliseconds);
    END IF;
    DELETE FROM migrations.steps AS s WHERE s.name = record_applied.name;
    DELETE FROM migrations.checkpoints AS c WHERE c.name = record_applied.name;
    WITH entry AS (
        INSERT INTO migrations.history (name, category, number, kind, checksum, rollback_sql, irreversible, dependencies,
            replaces, duration, engine, build)
        VALUES (record_applied.name, record_applied.category, record_applied.number, record_applied.kind,
            record_applied.checksum, record_applied.rollback_sql, record_applied.irreversible, record_applied.dependencies,
            record_applied.replaces, CASE record_applied.event WHEN 'applied' THEN clock_timestamp() - began ELSE '0' END,
            record_applied.engine, record_applied.build)
        RETURNING history.name, history.checksum, applied_at, applied_by, duration, history.engine, history.build
    )
    INSERT INTO migrations.journal (event, name, checksum, at, by, duration, engine, build, run)
    SELECT record_applied.event, entry.name, entry.checksum, applied_at, applied_by, duration, entry.engine, entry.build, of_run
    FROM entry;
END
$$;
COMMENT ON FUNCTION migrations.record_applied IS 'Enters a migration, which was applied or is adopted without being run';

CREATE FUNCTION migrations.record_replaced(
    of_run text, for_milliseconds integer, replaced text[], name text, category text, number numeric, kind text,
    checksum text, rollback_sql text, irreversible text, dependencies text[], replaces text[], engine text, build text
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    -- The last of them becomes the new one, and keeps its place in the order and when and by whom it was applied.
    last_name text := (SELECT h.name FROM migrations.history AS h WHERE h.name = ANY (replaced) ORDER BY ordinal DESC LIMIT 1);
BEGIN
    PERFORM migrations.claim(of_run, for_milliseconds);
    INSERT INTO migrations.journal (event, name, checksum, duration, engine, build, run)
    SELECT 'replaced', h.name, h.checksum, '0', record_replaced.engine, record_replaced.build, of_run
    FROM migrations.history AS h
    WHERE h.name = ANY (replaced)
    ORDER BY h.ordinal;
    DELETE FROM migrations.history AS h WHERE h.name = ANY (replaced) AND h.name <> last_name;
    UPDATE migrations.history AS h
    SET name = record_replaced.name, category = record_replaced.category, number = record_replaced.number,
        kind = record_replaced.kind, checksum = record_replaced.checksum, rollback_sql = record_replaced.rollback_sql,
        irreversible = record_replaced.irreversible, dependencies = record_replaced.dependencies,
        replaces = record_replaced.replaces
    WHERE h.name = last_name;
    UPDATE migrations.history AS h
    SET dependencies = ARRAY(
        SELECT DISTINCT CASE WHEN needed = ANY (replaced) THEN record_replaced.name ELSE needed END
        FROM unnest(h.dependencies) AS needed
        ORDER BY 1
    )
    WHERE h.dependencies && replaced;
END
$$;
COMMENT ON FUNCTION migrations.record_replaced IS 'Enters a migration in the place of those that together did the same';

CREATE FUNCTION migrations.record_rolled_back(of_run text, for_milliseconds integer, name text, engine text, build text)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM migrations.claim(of_run, for_milliseconds);
    WITH entry AS (
        DELETE FROM migrations.history AS h WHERE h.name = record_rolled_back.name RETURNING h.name, h.checksum
    )
    INSERT INTO migrations.journal (event, name, checksum, duration, engine, build, run)
    SELECT 'rolled back', entry.name, entry.checksum, clock_timestamp() - now(), record_rolled_back.engine,
        record_rolled_back.build, of_run
    FROM entry;
END
$$;

CREATE FUNCTION migrations.start_step(of_run text, for_milliseconds integer, name text, step integer, checksum text)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM migrations.claim(of_run, for_milliseconds);
    INSERT INTO migrations.steps (name, step, checksum)
    VALUES (start_step.name, start_step.step, start_step.checksum)
    ON CONFLICT ON CONSTRAINT steps_pkey DO UPDATE SET checksum = EXCLUDED.checksum, started_at = EXCLUDED.started_at;
END
$$;

CREATE FUNCTION migrations.finish_step(name text, step integer) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE migrations.steps AS s SET finished_at = clock_timestamp()
    WHERE s.name = finish_step.name AND s.step = finish_step.step
$$;

CREATE FUNCTION migrations.holds(some_run text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM migrations.lease WHERE run = some_run)
$$;

CREATE FUNCTION migrations.holder(for_run text, OUT pid integer, OUT application text, OUT role text, OUT since timestamptz, OUT migration text)
RETURNS SETOF record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.pid, nullif(l.application, ''), l.role, date_trunc('second', l.since), (
        SELECT substring(a.query FROM '^/\* migrations-core (\S+) ')
        FROM pg_stat_activity AS a
        WHERE a.state = 'active' AND a.pid <> pg_backend_pid() AND strpos(a.query, l.run) > 0
        LIMIT 1
    )
    FROM migrations.lease AS l
    WHERE l.run <> for_run
$$;
COMMENT ON FUNCTION migrations.holder IS 'Which other run has the lease, and what the server is doing for it';

CREATE FUNCTION migrations.keep_checkpoint(name text, cursor text, rows bigint) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO migrations.checkpoints AS kept (name, cursor, rows, batches)
    VALUES (keep_checkpoint.name, keep_checkpoint.cursor, keep_checkpoint.rows, 1)
    ON CONFLICT ON CONSTRAINT checkpoints_pkey DO UPDATE SET cursor = EXCLUDED.cursor, rows = kept.rows + EXCLUDED.rows,
        batches = kept.batches + 1, updated_at = DEFAULT
$$;

CREATE FUNCTION migrations.rename_half_done(old_name text, new_name text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE migrations.steps SET name = new_name WHERE name = old_name;
    UPDATE migrations.checkpoints SET name = new_name WHERE name = old_name
$$;

CREATE FUNCTION migrations.rename(old_name text, new_name text, new_category text, new_number numeric) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE migrations.history SET name = new_name, category = new_category, number = new_number WHERE name = old_name;
    UPDATE migrations.history SET dependencies = array_replace(dependencies, old_name, new_name)
    WHERE old_name <> new_name AND old_name = ANY (dependencies);
    UPDATE migrations.backups SET migration = new_name WHERE old_name <> new_name AND migration = old_name
$$;
COMMENT ON FUNCTION migrations.rename IS 'Follows a migration whose file was renamed, renumbered or moved';
