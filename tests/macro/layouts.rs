//! Folders of every shape: empty, flat, without `sql/`, written on Windows; and several of them in one module.

migrations_core::embed_migrations!(enum Empty in "sets/empty");
migrations_core::embed_migrations!(enum Flat in "sets/flat/");
migrations_core::embed_migrations!(pub enum Folders in "./sets/folders");
migrations_core::embed_migrations!(pub(crate) enum Unix in "sets/unix",);
migrations_core::embed_migrations!(pub(in crate::layouts) enum Windows in "sets/windows");

/// The unnamed form stands beside them.
mod unnamed {
    migrations_core::embed_migrations!("sets/flat");
}

#[test]
fn an_empty_folder_is_a_set_of_nothing() {
    assert_eq!(Empty::ALL, []);
    assert_eq!(EmptyCategory::ALL, []);
    assert_eq!(Empty::DIGEST, migrations_rules::digest([]));
    assert!("anything".parse::<Empty>().is_err());
}

#[test]
fn files_that_lie_in_the_root_form_one_unnamed_category() {
    assert_eq!(Flat::ALL, [Flat::CreateUsers, Flat::CreateOrders]);
    assert_eq!(FlatCategory::ALL, [FlatCategory::Unnamed]);
    assert_eq!(FlatCategory::Unnamed.name(), "");
    assert_eq!(Flat::CreateUsers.path(), "sets/flat/001_create_users.sql");
    assert_eq!("001_create_users".parse(), Ok(Flat::CreateUsers));
    assert_eq!(unnamed::Migration::ALL.len(), 2);
    assert_eq!(unnamed::Migration::CreateUsers.category(), unnamed::Category::Unnamed);
}

#[test]
fn without_a_folder_sql_the_sub_folders_are_the_categories() {
    assert_eq!(FoldersCategory::ALL, [FoldersCategory::Data, FoldersCategory::Schema]);
    assert_eq!(Folders::ALL, [Folders::CreateUsers, Folders::FillUsers]);
    assert_eq!(Folders::FillUsers.path(), "sets/folders/data/002_fill_users.sql");
}

#[test]
fn a_byte_order_mark_and_crlf_change_nothing() {
    let raw = include_bytes!("../sets/windows/001_create_cafe.sql");
    assert!(
        raw.starts_with(b"\xef\xbb\xbf") && raw.windows(2).any(|pair| pair == b"\r\n"),
        "the checkout did"
    );
    assert_eq!(Windows::CreateCafe.checksum(), Unix::CreateCafe.checksum());
    assert_eq!(Windows::CreateCafe.sql(), Unix::CreateCafe.sql());
    assert_eq!(Windows::CreateCafe.rollback_sql(), Unix::CreateCafe.rollback_sql());
    assert_eq!(Windows::CreateCafe.purpose(), "Create the café.");
    assert_eq!(Windows::DIGEST, Unix::DIGEST);
}

#[test]
fn a_set_may_live_inside_a_function() {
    migrations_core::embed_migrations!("sets/flat");
    assert_eq!(Migration::ALL, [Migration::CreateUsers, Migration::CreateOrders]);
}
