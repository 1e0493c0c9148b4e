-- And the dollar quote.
-- statements: 2
SELECT $a$;$a$;
DO $a$ BEGIN NULL; END; $b$;
