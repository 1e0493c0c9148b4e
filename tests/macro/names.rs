//! Names that are keywords, begin with digits, collide with each other, or are taken by the code around them.

migrations_core::embed_migrations!(enum Names in "sets/names");

#[test]
fn every_name_becomes_a_variant_of_its_own() {
    let variants: Vec<String> = Names::ALL.iter().map(|migration| format!("{migration:?}")).collect();
    assert_eq!(
        variants,
        [
            "Self_",
            "Type",
            "A1",
            "A1_2",
            "_2fa",
            "ALL_2",
            "Option",
            "Some",
            "String",
            "CreateUsers2",
            "Crate",
            "Super"
        ]
    );
    assert_eq!(Names::A1.name(), "a1");
    assert_eq!(Names::A1_2.name(), "a_1");
    assert_eq!("a_1".parse(), Ok(Names::A1_2));
}

#[test]
fn categories_may_be_called_anything_a_folder_can() {
    let names: Vec<&str> = NamesCategory::ALL.iter().map(|category| category.name()).collect();
    assert_eq!(names, ["2d", "m²", "self"]);
    assert_eq!(NamesCategory::ALL, [NamesCategory::_2d, NamesCategory::M_, NamesCategory::Self_]);
    assert_eq!(Names::Self_.category(), NamesCategory::Self_);
}

/// A module in which every name of the prelude means something else, and the prelude itself is gone.
mod hostile {
    #![no_implicit_prelude]
    #![allow(dead_code, unused_macros, non_camel_case_types, non_snake_case)]

    struct Option;
    struct Some;
    struct None;
    struct Result;
    struct Ok;
    struct Err;
    struct Vec;
    struct String;
    struct Box;
    struct str;
    struct u8;
    struct u64;
    struct usize;
    struct bool;
    trait Clone {}
    trait Copy {}
    trait Debug {}
    trait Display {}
    trait Eq {}
    trait FromStr {}
    trait Hash {}
    trait Into {}
    trait Iterator {}
    trait Ord {}
    trait PartialEq {}
    trait PartialOrd {}
    mod core {}
    mod std {}
    mod alloc {}
    mod migrations_core {}
    mod postgres {}

    macro_rules! concat {
        () => {};
    }
    macro_rules! env {
        () => {};
    }
    macro_rules! include_str {
        () => {};
    }
    macro_rules! include_bytes {
        () => {};
    }
    macro_rules! unreachable {
        () => {};
    }

    ::migrations_core::embed_migrations!(pub(super) enum Facts in "sets/facts");
    ::migrations_core::embed_migrations!(pub(super) enum Windows in "sets/windows");
    ::migrations_core::embed_migrations!(pub(super) enum Empty in "sets/empty");
}

#[test]
fn a_crate_that_shadows_the_prelude_gets_the_same_set() {
    assert_eq!(hostile::Facts::ALL.len(), 2);
    assert_eq!("create_users".parse(), Ok(hostile::Facts::CreateUsers));
    assert_eq!(hostile::Facts::CreateUsers.number(), Some(12));
    assert_eq!(hostile::Windows::ALL.len(), 1);
    assert_eq!(hostile::Empty::ALL, []);
}
