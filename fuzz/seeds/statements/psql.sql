\set ON_ERROR_STOP 1
-- What psql would carry out itself, and what it would send on.
-- statements: 11
\i other.sql
SELECT 1;
  \echo a statement's end is not seen here;
COPY t (a, b) FROM stdin;
1	it's; "data", $$ and /* no SQL
\\.	\N
\.
SELECT 2;
copy t from STDIN with (format csv);
\.
SELECT 3; \pset format unaligned
\copy t FROM 'file;' CSV
COPY t TO STDOUT;
SELECT 4 \gset
SELECT :one, 5;
SELECT * FROM t WHERE a = :'two';
DELETE FROM :"three" WHERE a = (ARRAY[1, 2])[1:2];
CREATE TABLE :four.five (a int);
SELECT 6 AS "a\b", E'\\';
