migrations_core::embed_migrations!("migrations");
