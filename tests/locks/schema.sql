CREATE SCHEMA shop;
CREATE TABLE shop.users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL CONSTRAINT users_email_key UNIQUE,
    name varchar(50),
    age int CONSTRAINT users_age_check CHECK (age > 0),
    code text DEFAULT 'none',
    seen timestamptz,
    tax numeric GENERATED ALWAYS AS (age * 2) STORED
);
CREATE TABLE shop.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL CONSTRAINT orders_user_id_fkey REFERENCES shop.users (id),
    total numeric(10, 2) NOT NULL DEFAULT 0,
    placed date,
    number serial
);
CREATE TABLE shop.items (
    id bigint PRIMARY KEY,
    order_id bigint CONSTRAINT items_order_id_fkey REFERENCES shop.orders (id) ON DELETE CASCADE,
    quantity int
);
CREATE TABLE shop.notes (id int, body text, author bigint);
CREATE TABLE shop.drafts (id int NOT NULL, body text, author bigint);
CREATE TABLE shop."Odd Name" ("Id" int, "Order" text);
CREATE TABLE "order" (id int);
CREATE UNLOGGED TABLE shop.cache (key text PRIMARY KEY, value text);
CREATE TABLE shop.base (id int, label text);
CREATE TABLE shop.derived (extra int) INHERITS (shop.base);
CREATE TABLE shop.heir (id int, label text, extra int);
CREATE TABLE shop.events (at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE shop.events_2023 PARTITION OF shop.events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE shop.events_2024 (at date NOT NULL, what text);
CREATE INDEX notes_id_ix ON shop.notes (id);
CREATE INDEX notes_sum_ix ON shop.notes ((id + author));
CREATE INDEX notes_author_ix ON shop.notes (author);
CREATE UNIQUE INDEX drafts_id_ix ON shop.drafts (id);
CREATE INDEX events_at_ix ON ONLY shop.events (at);
CREATE INDEX events_2023_at_ix ON shop.events_2023 (at);
ALTER TABLE shop.drafts ADD CONSTRAINT drafts_body_check CHECK (body <> '') NOT VALID;
ALTER TABLE shop.drafts ADD CONSTRAINT drafts_author_fkey FOREIGN KEY (author) REFERENCES shop.users (id) NOT VALID;
CREATE VIEW shop.totals AS SELECT user_id, sum(total) AS total FROM shop.orders GROUP BY user_id;
CREATE VIEW shop.names AS SELECT id, name FROM shop.users;
CREATE MATERIALIZED VIEW shop.summary AS SELECT id, email FROM shop.users;
CREATE UNIQUE INDEX summary_id_ix ON shop.summary (id);
CREATE SEQUENCE shop.numbers;
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE shop.remote (id int) SERVER nowhere;
CREATE SEQUENCE shop.owned OWNED BY shop.notes.id;
CREATE DOMAIN shop.positive AS int;
CREATE TABLE shop.stock (amount shop.positive);
ALTER DOMAIN shop.positive ADD CONSTRAINT unchecked CHECK (VALUE < 1000) NOT VALID;
CREATE TYPE shop.colour AS ENUM ('red', 'green');
CREATE TYPE shop.pair AS (a int, b int);
CREATE TABLE shop.pairs OF shop.pair;
CREATE TABLE shop.walls (paint shop.colour);
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION shop.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION shop.roll() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN random() * 6; END';
CREATE TRIGGER touch BEFORE UPDATE ON shop.users FOR EACH ROW EXECUTE FUNCTION shop.touch();
CREATE RULE silence AS ON DELETE TO shop.cache DO INSTEAD NOTHING;
CREATE POLICY own ON shop.users USING (id > 0);
CREATE STATISTICS shop.users_stats ON name, age FROM shop.users;
CREATE PUBLICATION changes FOR TABLE shop.stock;
INSERT INTO shop.users (email, name, age) VALUES ('ada@example.org', 'Ada', 36), ('bob@example.org', 'Bob', 40);
INSERT INTO shop.orders (user_id, total) VALUES (1, 10), (2, 20);
INSERT INTO shop.items VALUES (1, 1, 1), (2, 2, 2);
INSERT INTO shop.notes VALUES (1, 'a', 1), (2, 'b', 2);
INSERT INTO shop.drafts VALUES (1, 'a', 1), (2, 'b', 2);
INSERT INTO shop.base VALUES (1, 'a');
INSERT INTO shop.derived VALUES (2, 'b', 3);
INSERT INTO shop.heir VALUES (3, 'c', 4);
INSERT INTO shop.cache VALUES ('a', 'b');
INSERT INTO shop.events VALUES ('2023-05-05', 'a');
INSERT INTO shop.events_2024 VALUES ('2024-05-05', 'a');
INSERT INTO shop.stock VALUES (1);
INSERT INTO shop.pairs VALUES (1, 2);
INSERT INTO shop."Odd Name" VALUES (1, 'a');
INSERT INTO "order" VALUES (1);
