-- Superseded-by: 003_create_users
SELECT 1;
