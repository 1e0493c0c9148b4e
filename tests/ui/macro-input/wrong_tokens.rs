mod a {
    migrations_core::embed_migrations!(migrations);
}
mod b {
    migrations_core::embed_migrations!(pub struct Schema in "migrations");
}
mod c {
    migrations_core::embed_migrations!(enum Schema from "migrations");
}
mod d {
    migrations_core::embed_migrations!("migrations", "more");
}
mod e {
    migrations_core::embed_migrations!(env!("FOLDER"));
}
mod f {
    migrations_core::embed_migrations!(pub enum Schema in);
}
mod g {
    migrations_core::embed_migrations!(enum 7);
}
