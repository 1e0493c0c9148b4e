-- Tables.
CREATE TABLE shop.reviews (id bigint PRIMARY KEY, body text);
CREATE TABLE IF NOT EXISTS shop.reviews (id bigint, user_id bigint REFERENCES shop.users (id));
CREATE TABLE shop.reviews (id bigint, user_id bigint, FOREIGN KEY (user_id) REFERENCES shop.users ON DELETE CASCADE);
CREATE TABLE shop.reviews (LIKE shop.users INCLUDING ALL);
CREATE TABLE shop.reviews (more int) INHERITS (shop.base);
CREATE TABLE shop.events_2025 PARTITION OF shop.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE shop.reviews OF shop.pair;
CREATE TABLE shop.reviews AS SELECT n.id, d.body FROM shop.notes AS n JOIN shop.drafts AS d USING (id);
CREATE TABLE shop.reviews AS TABLE shop.notes WITH NO DATA;
SELECT id INTO shop.reviews FROM shop.notes;
CREATE TEMPORARY TABLE seen ON COMMIT DROP AS SELECT id FROM shop.notes;
--! perhaps shop.numbers takes ACCESS SHARE, unforetold: some minor releases lock what a default names
CREATE TABLE shop.reviews (id int DEFAULT nextval('shop.numbers'));
CREATE SCHEMA more CREATE TABLE things (id int, user_id bigint REFERENCES shop.users) CREATE VIEW v AS SELECT * FROM shop.notes;
DROP TABLE shop.notes;
SELECT * FROM ONLY shop.notes, ONLY (shop.drafts), shop.derived* TABLESAMPLE system (10);
SELECT * FROM shop.notes AS n FULL JOIN (shop.drafts AS d CROSS JOIN shop.stock) ON d.id = n.id;
SELECT * FROM ROWS FROM (generate_series(1, 2)) AS g, shop.notes;
DROP TABLE IF EXISTS shop.nothing, shop."Odd Name";
DROP TABLE shop.items;
DROP TABLE shop.users CASCADE;
DROP TABLE shop.events_2023;
DROP TABLE "order";
DROP FOREIGN TABLE shop.remote;
ALTER FOREIGN TABLE shop.remote ADD COLUMN b int DEFAULT random();
ALTER FOREIGN TABLE shop.remote OPTIONS (ADD a 'b');
CREATE FOREIGN TABLE shop.far (id int) SERVER nowhere;
DROP SCHEMA shop CASCADE;

-- Columns.
ALTER TABLE shop.notes ADD COLUMN extra text;
ALTER TABLE IF EXISTS shop.notes ADD COLUMN IF NOT EXISTS extra int NOT NULL DEFAULT 0;
ALTER TABLE ONLY shop.notes ADD extra timestamptz DEFAULT now();
ALTER TABLE shop.notes ADD COLUMN extra timestamptz DEFAULT clock_timestamp();
ALTER TABLE shop.notes ADD COLUMN extra uuid DEFAULT gen_random_uuid();
ALTER TABLE shop.notes ADD COLUMN extra uuid NOT NULL DEFAULT pg_catalog.gen_random_uuid();
--! shop.notes gets None, not Some(Rewrite): a function in SQL that is inlined
ALTER TABLE shop.notes ADD COLUMN extra int DEFAULT shop.one();
ALTER TABLE shop.notes ADD COLUMN extra int DEFAULT shop.roll();
ALTER TABLE shop.notes ADD COLUMN extra double precision DEFAULT random() * extract(epoch FROM now());
ALTER TABLE shop.notes ADD COLUMN extra text DEFAULT upper('x') COLLATE "C" CHECK (extra <> '') NOT NULL;
ALTER TABLE shop.notes ADD COLUMN extra numeric DEFAULT extract(epoch FROM now());
ALTER TABLE shop.notes ADD COLUMN extra jsonb DEFAULT '{}'::jsonb;
ALTER TABLE shop.notes ADD COLUMN extra timestamp DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE shop.notes ADD COLUMN extra text DEFAULT lower('A' || current_user);
ALTER TABLE shop.notes ADD COLUMN extra bigserial;
ALTER TABLE shop.notes ADD COLUMN extra bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE shop.notes ADD COLUMN extra int GENERATED ALWAYS AS (id + 1) STORED;
--! since 18
ALTER TABLE shop.notes ADD COLUMN extra int GENERATED ALWAYS AS (id + 1) VIRTUAL;
--! since 18
ALTER TABLE shop.notes ADD COLUMN extra int GENERATED ALWAYS AS (id + 1);
ALTER TABLE shop.notes ADD COLUMN extra int DEFAULT nextval('shop.numbers');
ALTER TABLE shop.notes ADD COLUMN extra bigint REFERENCES shop.users (id);
--! shop.users gets Some(Scan), not None: the tables are joined, and this one is too small for its index
ALTER TABLE shop.notes ADD COLUMN extra bigint DEFAULT 1 REFERENCES shop.users (id);
ALTER TABLE shop.orders ADD COLUMN previous bigint REFERENCES shop.orders (id);
ALTER TABLE shop.notes ADD COLUMN extra int CHECK (extra > 0);
ALTER TABLE shop.notes ADD COLUMN extra int UNIQUE;
--! shop.derived takes ACCESS EXCLUSIVE, unforetold: a child
ALTER TABLE shop.base ADD COLUMN more int;
--! shop.events_2023 takes ACCESS EXCLUSIVE, unforetold: a partition
ALTER TABLE shop.events ADD COLUMN more int;
ALTER TABLE shop.notes DROP COLUMN IF EXISTS body;
ALTER TABLE shop.orders DROP COLUMN user_id CASCADE;
ALTER TABLE shop.notes ALTER COLUMN id TYPE bigint;
ALTER TABLE shop.drafts ALTER id SET DATA TYPE text USING id::text;
--! shop.users gets None, not Some(Rewrite): text is stored alike
ALTER TABLE shop.users ALTER COLUMN code TYPE varchar;
--! shop.users gets None, not Some(Rewrite): the session's time zone is UTC
ALTER TABLE shop.users ALTER COLUMN seen TYPE timestamp;
ALTER TABLE shop.notes ALTER COLUMN body SET DEFAULT 'x';
ALTER TABLE shop.users ALTER COLUMN code DROP DEFAULT;
ALTER TABLE shop.notes ALTER COLUMN body SET NOT NULL;
ALTER TABLE shop.users ALTER COLUMN email DROP NOT NULL;
ALTER TABLE shop.users ALTER COLUMN tax DROP EXPRESSION;
--! since 17
ALTER TABLE shop.users ALTER COLUMN tax SET EXPRESSION AS (age * 3);
ALTER TABLE shop.drafts ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;
ALTER TABLE shop.users ALTER COLUMN id SET GENERATED BY DEFAULT;
ALTER TABLE shop.users ALTER COLUMN id RESTART WITH 100;
ALTER TABLE shop.users ALTER COLUMN id DROP IDENTITY;
ALTER TABLE shop.notes ALTER COLUMN body SET STATISTICS 500;
ALTER TABLE shop.notes ALTER COLUMN body SET (n_distinct = 5);
ALTER TABLE shop.notes ALTER COLUMN body RESET (n_distinct);
ALTER TABLE shop.notes ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE shop.notes ALTER COLUMN body SET COMPRESSION pglz;
ALTER TABLE shop.notes RENAME COLUMN body TO text;
ALTER TABLE shop.notes RENAME body TO text;

-- Constraints.
ALTER TABLE shop.notes ADD CONSTRAINT c CHECK (id > 0);
ALTER TABLE shop.notes ADD CONSTRAINT c CHECK (id > 0) NOT VALID;
--! shop.users gets Some(Scan), not None: the tables are joined, and this one is too small for its index
ALTER TABLE shop.notes ADD CONSTRAINT c FOREIGN KEY (author) REFERENCES shop.users (id);
ALTER TABLE shop.notes ADD CONSTRAINT c FOREIGN KEY (author) REFERENCES shop.users (id) NOT VALID;
ALTER TABLE shop.notes ADD CONSTRAINT c FOREIGN KEY (author) REFERENCES shop.users (id) NOT VALID, ADD COLUMN extra int;
ALTER TABLE shop.notes ADD CONSTRAINT c UNIQUE (id);
ALTER TABLE shop.notes ADD PRIMARY KEY (id);
ALTER TABLE shop.drafts ADD PRIMARY KEY USING INDEX drafts_id_ix;
ALTER TABLE shop.drafts ADD CONSTRAINT u UNIQUE USING INDEX drafts_id_ix;
ALTER TABLE shop.notes ADD CONSTRAINT c EXCLUDE USING btree (id WITH =);
ALTER TABLE shop.drafts VALIDATE CONSTRAINT drafts_body_check;
ALTER TABLE shop.drafts VALIDATE CONSTRAINT drafts_author_fkey;
--! since 18
ALTER TABLE shop.notes ADD CONSTRAINT n NOT NULL body;
--! since 18
ALTER TABLE shop.notes ADD CONSTRAINT n NOT NULL body NOT VALID;
ALTER TABLE shop.users DROP CONSTRAINT users_age_check;
ALTER TABLE shop.orders DROP CONSTRAINT IF EXISTS orders_user_id_fkey;
ALTER TABLE shop.users DROP CONSTRAINT users_pkey CASCADE;
ALTER TABLE shop.orders ALTER CONSTRAINT orders_user_id_fkey DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE shop.users RENAME CONSTRAINT users_age_check TO c;

-- The rest of ALTER TABLE.
ALTER TABLE shop.notes RENAME TO remarks;
ALTER TABLE shop.notes SET SCHEMA public;
ALTER TABLE shop.notes OWNER TO CURRENT_USER;
ALTER TABLE shop.notes OWNER TO pg_monitor;
ALTER TABLE shop.notes SET (fillfactor = 70);
ALTER TABLE shop.notes SET (autovacuum_enabled = off, toast_tuple_target = 512);
ALTER TABLE shop.notes SET (user_catalog_table = true);
ALTER TABLE shop.notes RESET (fillfactor);
ALTER TABLE shop.notes SET UNLOGGED;
ALTER TABLE shop.cache SET LOGGED;
ALTER TABLE shop.notes SET WITHOUT CLUSTER;
ALTER TABLE shop.notes CLUSTER ON notes_id_ix;
ALTER TABLE shop.notes SET WITHOUT OIDS;
--! shop.notes gets None, not Some(Rewrite): it lies there already
ALTER TABLE shop.notes SET TABLESPACE pg_default;
ALTER TABLE shop.notes REPLICA IDENTITY FULL;
ALTER TABLE shop.drafts REPLICA IDENTITY USING INDEX drafts_id_ix;
ALTER TABLE shop.notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.notes FORCE ROW LEVEL SECURITY;
ALTER TABLE shop.users DISABLE TRIGGER touch;
ALTER TABLE shop.users ENABLE ALWAYS TRIGGER touch;
ALTER TABLE shop.users DISABLE TRIGGER USER;
ALTER TABLE shop.cache DISABLE RULE silence;
ALTER TABLE shop.heir INHERIT shop.base;
ALTER TABLE shop.derived NO INHERIT shop.base;
ALTER TABLE shop.pairs NOT OF;
ALTER TABLE shop.events ATTACH PARTITION shop.events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
ALTER TABLE shop.events DETACH PARTITION shop.events_2023;
ALTER TABLE shop.notes ALTER COLUMN body SET STATISTICS 10, SET (fillfactor = 80);
ALTER TABLE shop.notes ALTER COLUMN body SET STATISTICS 10, ALTER COLUMN body SET DEFAULT 'y';
--! since 15
--! shop.notes gets None, not Some(Rewrite): that is its access method
ALTER TABLE shop.notes SET ACCESS METHOD heap;

-- Indexes.
CREATE INDEX ON shop.notes (body);
CREATE UNIQUE INDEX IF NOT EXISTS new_ix ON shop.notes USING btree (id) INCLUDE (body) WHERE id > 0;
--! shop.events gets None, not Some(Scan): a partitioned table has no rows of its own
CREATE INDEX new_ix ON ONLY shop.events (what);
CREATE INDEX new_ix ON shop.notes (id); DROP INDEX shop.new_ix;
DROP INDEX shop.notes_id_ix;
DROP INDEX IF EXISTS shop.notes_id_ix, shop.drafts_id_ix CASCADE;
ALTER INDEX shop.notes_id_ix RENAME TO other_ix;
ALTER INDEX shop.events_at_ix ATTACH PARTITION shop.events_2023_at_ix;
ALTER INDEX shop.notes_sum_ix ALTER COLUMN 1 SET STATISTICS 10;
ALTER INDEX shop.notes_id_ix SET (fillfactor = 70);
--! shop.notes_id_ix gets None, not Some(Rewrite): it lies there already
ALTER INDEX shop.notes_id_ix SET TABLESPACE pg_default;
REINDEX INDEX shop.notes_id_ix;
REINDEX TABLE shop.notes;

-- Triggers, rules, policies, statistics, publications.
CREATE TRIGGER t BEFORE INSERT ON shop.notes FOR EACH ROW EXECUTE FUNCTION shop.touch();
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON shop.users FOR EACH ROW WHEN (OLD.age > 1) EXECUTE FUNCTION shop.touch();
CREATE CONSTRAINT TRIGGER t AFTER INSERT ON shop.notes FROM shop.users DEFERRABLE FOR EACH ROW EXECUTE FUNCTION shop.touch();
ALTER TRIGGER touch ON shop.users RENAME TO touched;
DROP TRIGGER IF EXISTS touch ON shop.users;
DROP TRIGGER touch ON shop.users CASCADE;
DROP FUNCTION shop.touch() CASCADE;
CREATE RULE r AS ON INSERT TO shop.notes DO ALSO INSERT INTO shop.drafts (id) VALUES (NEW.id);
CREATE RULE r AS ON UPDATE TO shop.notes WHERE EXISTS (SELECT FROM shop.users) DO INSTEAD NOTHING;
ALTER RULE silence ON shop.cache RENAME TO quiet;
DROP RULE silence ON shop.cache;
CREATE POLICY p ON shop.notes FOR SELECT USING (id IN (SELECT id FROM shop.drafts));
ALTER POLICY own ON shop.users USING (id > 1);
ALTER POLICY own ON shop.users RENAME TO mine;
DROP POLICY own ON shop.users;
CREATE STATISTICS shop.new_stats ON id, body FROM shop.notes;
DROP STATISTICS shop.users_stats;
ALTER STATISTICS shop.users_stats SET STATISTICS 100;
CREATE PUBLICATION p FOR TABLE shop.notes, shop.drafts;
ALTER PUBLICATION changes ADD TABLE shop.drafts;
ALTER PUBLICATION changes DROP TABLE shop.stock;

-- Views.
CREATE VIEW shop.v AS SELECT n.id, (SELECT max(id) FROM shop.drafts) FROM shop.notes AS n;
CREATE OR REPLACE VIEW shop.names AS SELECT id, name FROM shop.users;
CREATE OR REPLACE VIEW shop.names AS SELECT id, name FROM shop.users WHERE id IN (SELECT user_id FROM shop.totals);
ALTER VIEW shop.names RENAME TO people;
ALTER VIEW shop.names SET (security_barrier);
ALTER VIEW shop.names ALTER COLUMN name SET DEFAULT 'x';
ALTER VIEW shop.names OWNER TO CURRENT_USER;
DROP VIEW shop.names;
CREATE MATERIALIZED VIEW shop.m AS SELECT * FROM shop.notes;
CREATE MATERIALIZED VIEW IF NOT EXISTS shop.m AS SELECT * FROM shop.notes WITH NO DATA;
REFRESH MATERIALIZED VIEW shop.summary;
REFRESH MATERIALIZED VIEW CONCURRENTLY shop.summary;
--! shop.summary gets Some(Rewrite), not None: the new file is empty
REFRESH MATERIALIZED VIEW shop.summary WITH NO DATA;
ALTER MATERIALIZED VIEW shop.summary RENAME TO s;
ALTER MATERIALIZED VIEW shop.summary SET (fillfactor = 90);
ALTER MATERIALIZED VIEW shop.summary CLUSTER ON summary_id_ix;
DROP MATERIALIZED VIEW shop.summary;
CREATE INDEX ON shop.summary (email);

-- Sequences, domains, types.
CREATE SEQUENCE shop.s OWNED BY shop.notes.id;
CREATE SEQUENCE IF NOT EXISTS shop.numbers;
--! shop.numbers gets Some(Rewrite), not None: of one row
ALTER SEQUENCE shop.numbers RESTART WITH 10;
ALTER SEQUENCE shop.numbers OWNED BY shop.notes.id;
ALTER SEQUENCE shop.owned OWNED BY NONE;
ALTER SEQUENCE shop.numbers RENAME TO figures;
ALTER SEQUENCE shop.numbers OWNER TO CURRENT_USER;
--! since 15
--! shop.numbers gets Some(Rewrite), not None: of one row
ALTER SEQUENCE shop.numbers SET UNLOGGED;
--! shop.numbers gets Some(Rewrite), not None: of one row
ALTER SEQUENCE IF EXISTS shop.numbers INCREMENT BY 5 CACHE 10;
ALTER SEQUENCE shop.numbers SET SCHEMA public;
DROP SEQUENCE shop.numbers;
SELECT setval('shop.numbers', 5);
SELECT nextval('shop.numbers'::regclass);
ALTER DOMAIN shop.positive ADD CONSTRAINT p CHECK (VALUE > 0);
ALTER DOMAIN shop.positive SET NOT NULL;
ALTER DOMAIN shop.positive VALIDATE CONSTRAINT unchecked;
ALTER DOMAIN shop.positive ADD CONSTRAINT p CHECK (VALUE > 0) NOT VALID;
DROP DOMAIN shop.positive CASCADE;
DROP TYPE shop.colour CASCADE;
ALTER DOMAIN shop.positive SET DEFAULT 1;
ALTER TYPE shop.colour RENAME VALUE 'red' TO 'crimson';
ALTER TYPE shop.pair ADD ATTRIBUTE c int CASCADE;
DROP TYPE shop.pair CASCADE;

-- Rows.
INSERT INTO shop.notes VALUES (3, 'c', 1);
INSERT INTO shop.notes SELECT * FROM shop.drafts;
--! shop.derived takes ACCESS SHARE, unforetold: a child
INSERT INTO shop.notes (id) WITH x AS (SELECT 1 AS id) SELECT x.id FROM x, shop.drafts AS d RETURNING (SELECT count(*) FROM shop.base);
WITH x AS (SELECT 1 AS id) INSERT INTO shop.notes (id) SELECT id FROM x;
--! shop.users takes ROW SHARE, unforetold: the row is checked against its foreign key
--! shop.orders_id_seq takes ROW EXCLUSIVE, unforetold: the sequence of a column
--! shop.orders_number_seq takes ROW EXCLUSIVE, unforetold: the sequence of a column
INSERT INTO shop.orders (user_id) VALUES (1);
INSERT INTO shop.cache AS c VALUES ('a', 'b') ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value;
UPDATE shop.notes SET body = 'x' WHERE id = 1;
UPDATE ONLY shop.notes AS n SET body = d.body FROM shop.drafts AS d WHERE d.id = n.id;
UPDATE shop.users SET code = (SELECT max(body) FROM shop.notes);
DELETE FROM shop.notes USING shop.drafts WHERE notes.id = drafts.id;
DELETE FROM shop.items WHERE order_id IN (SELECT id FROM shop.orders);
--! since 15
MERGE INTO shop.notes AS n USING shop.drafts AS d ON n.id = d.id WHEN MATCHED THEN UPDATE SET body = d.body WHEN NOT MATCHED THEN INSERT VALUES (d.id, d.body, d.author);
TRUNCATE shop.notes;
TRUNCATE TABLE shop.notes, ONLY shop.drafts;
TRUNCATE shop.notes RESTART IDENTITY;
TRUNCATE shop.orders CASCADE;
COPY shop.notes TO '/dev/null';
COPY (SELECT * FROM shop.notes) TO '/dev/null';
COPY shop.notes (id, body) FROM '/dev/null';
LOCK TABLE shop.notes;
LOCK shop.notes, shop.drafts IN SHARE ROW EXCLUSIVE MODE NOWAIT;
LOCK TABLE ONLY shop.notes IN ACCESS SHARE MODE;
SELECT * FROM shop.notes, shop.drafts;
SELECT * FROM shop.notes AS n LEFT JOIN LATERAL (SELECT * FROM shop.drafts AS d WHERE d.id = n.id) AS d ON true;
SELECT 1 WHERE EXISTS (SELECT 1 FROM shop.notes) UNION SELECT 2 FROM shop.drafts;
TABLE shop.notes;
SELECT * FROM shop.notes FOR UPDATE;
SELECT * FROM shop.notes AS n JOIN shop.drafts AS d USING (id) FOR SHARE OF d;
SELECT * FROM shop.notes JOIN shop.drafts USING (id) FOR NO KEY UPDATE SKIP LOCKED;
SELECT * FROM (SELECT * FROM shop.notes FOR KEY SHARE) AS n, shop.drafts;
SELECT * FROM (SELECT * FROM shop.notes) AS n, shop.drafts FOR UPDATE;
SELECT * FROM (SELECT * FROM shop.notes) AS n, shop.drafts AS d FOR SHARE OF n;
SELECT * FROM (SELECT * FROM shop.notes) AS n, shop.drafts AS d FOR SHARE OF d;
--! shop.orders takes ACCESS SHARE, unforetold: what the view reads
SELECT count(*) FROM shop.totals;
--! shop.events_2023 takes ACCESS SHARE, unforetold: a partition
SELECT * FROM shop.events;
WITH n AS (SELECT * FROM shop.notes) SELECT * FROM n;
WITH drafts AS (SELECT * FROM shop.drafts) SELECT * FROM drafts JOIN "order" USING (id);
--! shop.users takes ROW SHARE, unforetold: the rows are checked against their foreign key
WITH d AS (DELETE FROM shop.notes RETURNING *) INSERT INTO shop.drafts SELECT id + 10, body, author FROM d;
WITH RECURSIVE t (n) AS (SELECT id FROM shop.notes UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT * FROM t;
WITH "order" AS (SELECT * FROM "order") SELECT * FROM "order";
WITH a AS (SELECT 1 AS id), b AS (SELECT * FROM a) UPDATE shop.notes SET body = 'x' FROM b WHERE b.id = notes.id;
VALUES ((SELECT max(id) FROM shop.notes));
EXPLAIN SELECT * FROM shop.notes;
EXPLAIN ANALYZE UPDATE shop.notes SET body = 'y';
PREPARE p AS SELECT * FROM shop.notes WHERE id = $1;
DECLARE c CURSOR FOR SELECT * FROM shop.notes;
SELECT g FROM generate_series(1, 3) AS g;
SELECT * FROM pg_class;

-- What is said about them.
COMMENT ON TABLE shop.notes IS 'x';
COMMENT ON COLUMN shop.notes.body IS 'x';
COMMENT ON VIEW shop.names IS 'x';
COMMENT ON MATERIALIZED VIEW shop.summary IS 'x';
COMMENT ON SEQUENCE shop.numbers IS 'x';
COMMENT ON INDEX shop.notes_id_ix IS 'x';
COMMENT ON CONSTRAINT users_age_check ON shop.users IS 'x';
COMMENT ON TRIGGER touch ON shop.users IS 'x';
COMMENT ON POLICY own ON shop.users IS 'x';
COMMENT ON RULE silence ON shop.cache IS 'x';
COMMENT ON SCHEMA shop IS 'x';
COMMENT ON FUNCTION shop.one() IS 'x';
--! until 17 shop.notes takes nothing, not ACCESS SHARE: privileges are changed without a lock
GRANT SELECT ON shop.notes TO PUBLIC;
--! until 17 shop.notes takes nothing, not ACCESS SHARE: privileges are changed without a lock
--! until 17 shop.drafts takes nothing, not ACCESS SHARE: privileges are changed without a lock
GRANT SELECT, UPDATE (body) ON TABLE shop.notes, shop.drafts TO pg_monitor;
--! until 17 shop.notes takes nothing, not ACCESS SHARE: privileges are changed without a lock
REVOKE ALL ON shop.notes FROM PUBLIC;
--! until 17 shop.numbers takes nothing, not ACCESS SHARE: privileges are changed without a lock
GRANT USAGE ON SEQUENCE shop.numbers TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO PUBLIC;
GRANT USAGE ON SCHEMA shop TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC;

-- Maintenance.
CLUSTER shop.notes USING notes_id_ix;
CLUSTER notes_id_ix ON shop.notes;
CLUSTER VERBOSE shop.notes USING notes_id_ix;
ANALYZE shop.notes;
ANALYZE shop.notes (id), shop.drafts;

-- Functions.
CREATE FUNCTION shop.two() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT id FROM shop.notes; END;
CREATE OR REPLACE FUNCTION shop.one() RETURNS int LANGUAGE sql AS 'SELECT 2';
DROP FUNCTION shop.one();
--! shop.notes takes ACCESS SHARE, unforetold: what a DO block does
DO $$ BEGIN PERFORM * FROM shop.notes; END $$;

-- Several statements.
CREATE TABLE shop.a (id int); CREATE INDEX a_ix ON shop.a (id); ALTER TABLE shop.a ADD COLUMN b int; DROP INDEX shop.a_ix; DROP TABLE shop.a;
ALTER TABLE shop.notes RENAME TO old_notes; CREATE TABLE shop.notes (LIKE shop.old_notes); DROP TABLE shop.old_notes;
ALTER TABLE shop.notes SET SCHEMA public; ALTER TABLE public.notes RENAME TO remarks; CREATE INDEX ON public.remarks (id); ALTER TABLE public.remarks ALTER COLUMN id TYPE bigint;
CREATE TABLE shop.a AS SELECT * FROM shop.notes; INSERT INTO shop.a SELECT * FROM shop.drafts; UPDATE shop.notes SET body = 'x';
DROP TABLE shop.notes; CREATE TABLE shop.notes (id int REFERENCES shop.drafts (id)); CREATE VIEW shop.v AS TABLE shop.notes; DROP VIEW shop.v;
CREATE SCHEMA more; CREATE TABLE more.things (id int); DROP SCHEMA more CASCADE;
ALTER TABLE shop.notes ADD CONSTRAINT c CHECK (id > 0) NOT VALID; ALTER TABLE shop.notes VALIDATE CONSTRAINT c;
LOCK TABLE shop.notes IN SHARE MODE; SELECT FROM shop.notes; COMMENT ON TABLE shop.notes IS 'y';
