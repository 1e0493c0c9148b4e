-- Migration: Hash the passwords.
-- Dependencies: schema/012_create_users
-- Rollback: irreversible: a hash cannot be turned back.
-- @renamed-from 013_hash_words

UPDATE shop.users SET id = id WHERE id > 0