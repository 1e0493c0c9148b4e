-- So does the comment.
-- statements: 2
SELECT 1;
SELECT 2 /* open; /* closed */
SELECT 3;
