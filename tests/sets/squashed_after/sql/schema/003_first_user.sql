-- Migration: Enter the first user.
-- Dependencies: 002_users
-- Rollback: delete it.

INSERT INTO users (id, mail) VALUES (1, 'ada@example.org') ON CONFLICT DO NOTHING;

-- @rollback
DELETE FROM users WHERE id = 1;
