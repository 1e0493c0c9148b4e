-- The quote that is not closed takes the rest of the file with it.
-- statements: 2
SELECT 'closed;';
SELECT 'open; SELECT 1;
SELECT 2;
