SELECT 1;
-- up
