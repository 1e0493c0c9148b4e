-- Migration: Enter the first user.
-- Dependencies: 001_create_users, 002_add_mail
-- Rollback: delete it.

INSERT INTO users (id, mail) VALUES (1, 'ada@example.org') ON CONFLICT DO NOTHING;

-- @rollback
DELETE FROM users WHERE id = 1;
