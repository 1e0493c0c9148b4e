-- What the migrations of the test write to, and what makes them fail.
CREATE SCHEMA model;
CREATE TABLE model.base (n int);
INSERT INTO model.base VALUES (1);
CREATE TABLE model.effects (at bigint GENERATED ALWAYS AS IDENTITY, what text NOT NULL);
CREATE TABLE model.switches (place text PRIMARY KEY, action text NOT NULL, times bigint NOT NULL, counter regclass NOT NULL);

CREATE FUNCTION model.pass(here text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    switch model.switches;
BEGIN
    SELECT * INTO switch FROM model.switches WHERE place = here;
    -- A sequence, because its value survives the rollback.
    IF NOT FOUND OR nextval(switch.counter) > switch.times THEN
        RETURN;
    ELSIF switch.action = 'die' THEN
        PERFORM pg_terminate_backend(pg_backend_pid());
        PERFORM pg_sleep(10);
    ELSIF switch.action = 'flake' THEN
        RAISE EXCEPTION 'not now' USING ERRCODE = 'serialization_failure';
    END IF;
    RAISE EXCEPTION 'switched off';
END
$$;

CREATE FUNCTION model.passing(n int, here text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM model.pass(here);
    RETURN n;
END
$$;

CREATE FUNCTION model.verified(here text) RETURNS boolean LANGUAGE sql AS $$
    SELECT NOT EXISTS (SELECT FROM model.switches WHERE place = here)
$$;

CREATE FUNCTION model.row_count(of_table regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    counted bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s', of_table) INTO counted;
    RETURN counted;
END
$$;
