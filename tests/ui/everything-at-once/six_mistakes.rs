//! The code that uses the enum compiles all the same: nothing follows from the mistakes in the folder.

migrations_core::embed_migrations!("migrations");

/// Every variant is there.
pub fn used(migration: Migration) -> Option<Category> {
    match migration {
        Migration::CreateShop
        | Migration::CreateUsers
        | Migration::CreateOrders
        | Migration::CreateBaskets
        | Migration::AddClientId
        | Migration::CreateAvatars
        | Migration::Select => Some(migration.category()),
        Migration::Colours => None,
    }
}
