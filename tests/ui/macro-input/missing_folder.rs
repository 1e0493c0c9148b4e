migrations_core::embed_migrations!("db/migrations");
