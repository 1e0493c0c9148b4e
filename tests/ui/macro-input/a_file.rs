migrations_core::embed_migrations!("Cargo.toml");
