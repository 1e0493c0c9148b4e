CREATE FUNCTION a.f(b int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN b THEN c.end END AS end; SELECT 1 AS case; END;
CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b;);
SELECT begin atomic FROM a; SELECT $1, 1$$;$$, a$b$, E'\'' -- goes on
 '\';', U&"d;" /* ; /* ; */ */;
