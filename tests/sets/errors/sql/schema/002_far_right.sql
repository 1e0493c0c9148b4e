-- Migration: A mistake far to the right.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

SELECT 'a long line' AS one, 'which goes on and on' AS two, 'until nobody sees its end any more' AS three, missing AS four, 'and even a little longer than that' AS five, 'to be cut at both of its ends, which takes some more words' AS six;
