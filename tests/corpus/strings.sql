-- Where a semicolon, a quote or a backslash ends nothing.
-- statements: 24
SELECT E'a' -- goes on
  'b\'; c';
SELECT e'\''

'\'''; --', 'd\';
SELECT ';', 'it''s; fine', '\', E'\';', E'a\\', e'\'''';';
SELECT U&'d\0061t\+000061;', U&"d;ta" FROM (SELECT 1 AS "d;ta") a;
SELECT U&'d!0061t;' UESCAPE '!';
SELECT B'101', b'0', X'1fA', N'nation;al', 'first;'
    ' second;'   -- a comment between the parts;
    ' third';
SELECT $$;$$, $a$ $$;$$ $b$ ; $b $a$, $é$;$é$, $_1$;$_1$;
SELECT $outer$ $inner$ ; $inner$ ; -- ; /* $outer$ AS still_one_statement;
SELECT a$b$c, "a""b;", ä_ö, "ü;" FROM (SELECT 1 AS a$b$c, 2 AS "a""b;", 3 AS ä_ö, 4 AS "ü;") t;
SELECT 1 /* ; /* nested ; */ still a comment ; */ + 1 -- ; the end
;
/* before */ SELECT 2 /**/ ; -- behind
SELECT 1 /*/ not closed by that ; */ - -1;
SELECT 5-- -3;
;
SELECT 6*-1, 7 <@> 8, 2 +-/* ; */ 1, @ -5, !!true;
SELECT 'a' "quoted;alias", '--' AS c, 'no -- comment;', "no /* comment" FROM (SELECT 1 AS "no /* comment") t;
SELECT 1.5e3, .5, 1., 5 e;
SELECT (ARRAY[1, 2, 3])[1:2], (ARRAY[1])[:1], x[2:], x[:] FROM (SELECT ARRAY[1] AS x) t;
SELECT a::int::text, CAST (a AS text)::"char", int '1' FROM (SELECT 1 AS a) t;
SELECT E'line\
break;', 'line
break;', $$
;
$$;
SELECT '\i is no command', "\d", $$\q$$ /* \x */ FROM (SELECT 1 AS "\d") t; -- \gset
SELECT 'ünïcödé;', '日本;語', '🐘;' AS 🐘;
PREPARE one AS SELECT $1::int, $2::text;
SELECT json_build_object('a', 1) -> 'a', '{"a;": 1}'::jsonb #>> '{a;}', '[1]'::jsonb @? '$[*] ? (@ > 0)';
SELECT a ? 'b;', a ?| ARRAY['c;'], a @> '{}' FROM (SELECT '{}'::jsonb AS a) t;
SELECT 1 -- the last statement needs no semicolon
