COPY a.b (c, d) FROM stdin;
1	it's; $$ /*
\.x
\.
SELECT 1 \gset
\copy a FROM b
﻿$a$ SELECT 2;$a$;
COPY (SELECT a FROM stdin) TO STDOUT;
