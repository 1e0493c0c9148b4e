-- Migration: Find the user behind every participant and give it to the turns.
-- Dependencies: 003_create_conversation_schema, 030_add_oauth_user_support, 038_add_user_id_to_turns,
--   039_create_user_alias_table
-- Rollback: forget the users of turns whose participant bore none, delete the users made for guests,
--   drop the table of findings.

-- The order of trust: the link, the address, an alias, the name; the last two only where they mean one
-- user of the client. Who is nobody we know becomes a user too, without a way to log in.

BEGIN;

CREATE TABLE IF NOT EXISTS client_mgmt.participant_users (
    participant_id bigint NOT NULL,
    user_id bigint NOT NULL,
    matched_by text NOT NULL,
    CONSTRAINT pk_participant_users PRIMARY KEY (participant_id),
    CONSTRAINT fk_participant_users_user_id FOREIGN KEY (user_id)
        REFERENCES client_mgmt.users (id) ON DELETE CASCADE,
    CONSTRAINT ck_participant_users_matched_by CHECK (
        matched_by IN ('link', 'email', 'alias', 'name', 'guest')
    )
);

INSERT INTO client_mgmt.participant_users (participant_id, user_id, matched_by)
SELECT p.id, p.user_id, 'link'
FROM conversation.participants AS p
WHERE p.user_id IS NOT NULL
ON CONFLICT (participant_id) DO NOTHING;

INSERT INTO client_mgmt.participant_users (participant_id, user_id, matched_by)
SELECT p.id, u.id, 'email'
FROM conversation.participants AS p
JOIN conversation.conversations AS c ON c.id = p.conversation_id
JOIN client_mgmt.users AS u ON u.client_id = c.client_id AND lower(u.email) = lower(btrim(p.email))
WHERE btrim(p.email) <> ''
ON CONFLICT (participant_id) DO NOTHING;

INSERT INTO client_mgmt.participant_users (participant_id, user_id, matched_by)
SELECT p.id, min(u.id), 'alias'
FROM conversation.participants AS p
JOIN conversation.conversations AS c ON c.id = p.conversation_id
JOIN client_mgmt.user_aliases AS a ON lower(a.alias) = lower(btrim(p.display_name))
JOIN client_mgmt.users AS u ON u.id = a.user_id AND u.client_id = c.client_id
GROUP BY p.id
HAVING count(DISTINCT u.id) = 1
ON CONFLICT (participant_id) DO NOTHING;

INSERT INTO client_mgmt.participant_users (participant_id, user_id, matched_by)
SELECT p.id, min(u.id), 'name'
FROM conversation.participants AS p
JOIN conversation.conversations AS c ON c.id = p.conversation_id
JOIN client_mgmt.users AS u
    ON u.client_id = c.client_id AND lower(btrim(u.display_name)) = lower(btrim(p.display_name))
WHERE btrim(p.display_name) <> ''
GROUP BY p.id
HAVING count(*) = 1
ON CONFLICT (participant_id) DO NOTHING;

DO $$
DECLARE
    guest record;
    new_user_id bigint;
BEGIN
    -- One user for all participants of a client that share an address or, lacking one, a name; one each
    -- for those who have neither.
    FOR guest IN
        SELECT
            c.client_id,
            lower(NULLIF(btrim(p.email), '')) AS email,
            min(btrim(p.display_name)) AS display_name,
            array_agg(p.id ORDER BY p.id) AS participant_ids
        FROM conversation.participants AS p
        JOIN conversation.conversations AS c ON c.id = p.conversation_id
        WHERE NOT EXISTS (
            SELECT 1 FROM client_mgmt.participant_users AS pu WHERE pu.participant_id = p.id
        )
        GROUP BY
            c.client_id,
            lower(NULLIF(btrim(p.email), '')),
            CASE WHEN btrim(p.email) <> '' THEN NULL ELSE lower(btrim(p.display_name)) END,
            CASE WHEN btrim(p.email) <> '' OR btrim(p.display_name) <> '' THEN NULL ELSE p.id END
        ORDER BY min(p.id)
    LOOP
        INSERT INTO client_mgmt.users (client_id, email, display_name, role, is_active, auth_method)
        VALUES (guest.client_id, guest.email, guest.display_name, 'viewer', false, 'none')
        RETURNING id INTO new_user_id;

        INSERT INTO client_mgmt.participant_users (participant_id, user_id, matched_by)
        SELECT participant_id, new_user_id, 'guest' FROM unnest(guest.participant_ids) AS participant_id;
    END LOOP;
END
$$;

UPDATE conversation.turns AS t
SET user_id = pu.user_id
FROM client_mgmt.participant_users AS pu
WHERE pu.participant_id = t.participant_id AND t.user_id IS NULL;

CREATE INDEX IF NOT EXISTS ix_participant_users_user_id ON client_mgmt.participant_users (user_id);

COMMENT ON TABLE client_mgmt.participant_users IS 'Which user each participant of a conversation was.';
COMMENT ON COLUMN client_mgmt.participant_users.matched_by IS
    'What told us; guest for users who were created here because nothing did.';

DO $$
DECLARE
    lost bigint := (
        SELECT count(*) FROM conversation.turns WHERE participant_id IS NOT NULL AND user_id IS NULL
    );
BEGIN
    IF lost > 0 THEN
        RAISE EXCEPTION '% turns of participants have no user', lost;
    END IF;
END
$$;

COMMIT;

-- @verify
SELECT NOT EXISTS (SELECT 1 FROM conversation.turns WHERE participant_id IS NOT NULL AND user_id IS NULL);
SELECT NOT EXISTS (
    SELECT 1 FROM conversation.participants AS p
    WHERE NOT EXISTS (SELECT 1 FROM client_mgmt.participant_users AS pu WHERE pu.participant_id = p.id)
);

-- @rollback
UPDATE conversation.turns AS t
SET user_id = NULL
FROM client_mgmt.participant_users AS pu
WHERE pu.participant_id = t.participant_id AND pu.matched_by <> 'link';

DELETE FROM client_mgmt.users AS u
USING client_mgmt.participant_users AS pu
WHERE pu.user_id = u.id AND pu.matched_by = 'guest';

DROP TABLE IF EXISTS client_mgmt.participant_users;
