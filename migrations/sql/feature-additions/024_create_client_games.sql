-- Migration: Let clients choose and adapt their games.
-- Dependencies: 001_create_client_mgmt_schema, schema-creation/022_create_games_schema
-- Rollback: drop the view and the table, then take the standard games out again unless they were played.

-- @renamed-from 021_create_client_games

BEGIN;

CREATE TABLE IF NOT EXISTS games.client_games (
    client_id bigint NOT NULL,
    game_id bigint NOT NULL,
    is_enabled boolean NOT NULL DEFAULT true,
    custom_title text,
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_client_games PRIMARY KEY (client_id, game_id),
    CONSTRAINT fk_client_games_client_id FOREIGN KEY (client_id)
        REFERENCES client_mgmt.clients (id) ON DELETE CASCADE,
    CONSTRAINT fk_client_games_game_id FOREIGN KEY (game_id)
        REFERENCES games.games (id) ON DELETE CASCADE,
    CONSTRAINT ck_client_games_custom_title CHECK (btrim(custom_title) <> ''),
    CONSTRAINT ck_client_games_settings CHECK (jsonb_typeof(settings) = 'object')
);

INSERT INTO games.games (slug, title, description, min_players, max_players, duration_minutes, is_standard)
VALUES
    ('story-cubes', 'Story cubes', 'Tell the project as a story, one picture a turn.', 3, 12, 30, true),
    ('role-swap', 'Role swap', 'Argue from the place of somebody else.', 4, 20, 45, true),
    ('cover-story', 'Cover story', 'Write the headline of the day you have made it.', 2, NULL, 60, true)
ON CONFLICT (slug) DO NOTHING;

INSERT INTO games.client_games (client_id, game_id)
SELECT c.id, g.id
FROM client_mgmt.clients AS c
CROSS JOIN games.games AS g
WHERE c.status = 'active' AND g.is_standard
ON CONFLICT ON CONSTRAINT pk_client_games DO NOTHING;

CREATE INDEX IF NOT EXISTS ix_client_games_game_id ON games.client_games (game_id);

CREATE OR REPLACE VIEW games.available_games AS
SELECT cg.client_id, g.id AS game_id, COALESCE(cg.custom_title, g.title) AS title, cg.settings
FROM games.client_games AS cg
JOIN games.games AS g ON g.id = cg.game_id
WHERE cg.is_enabled;

COMMENT ON TABLE games.client_games IS 'Which games a client plays, and how.';
COMMENT ON COLUMN games.client_games.custom_title IS 'NULL for the title of the game.';
COMMENT ON VIEW games.available_games IS 'The games a client can start, under its own titles.';

COMMIT;

-- @verify
SELECT NOT EXISTS (
    SELECT 1
    FROM client_mgmt.clients AS c
    CROSS JOIN games.games AS g
    LEFT JOIN games.client_games AS cg ON cg.client_id = c.id AND cg.game_id = g.id
    WHERE c.status = 'active' AND g.is_standard AND cg.game_id IS NULL
);

-- @rollback
DROP VIEW IF EXISTS games.available_games;
DROP TABLE IF EXISTS games.client_games;
DELETE FROM games.games AS g
WHERE g.slug IN ('story-cubes', 'role-swap', 'cover-story')
    AND NOT EXISTS (SELECT 1 FROM games.sessions AS s WHERE s.game_id = g.id);
