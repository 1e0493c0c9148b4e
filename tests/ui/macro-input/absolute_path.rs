migrations_core::embed_migrations!("/srv/migrations");
