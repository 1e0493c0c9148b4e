//! Whatever is given, nothing panics, and no password is shown.

use std::error::Error;
use std::fmt::Write;

use migrations_core::cli::connect::{ConnectError, Target};
use proptest::prelude::*;

use crate::world::World;

/// Everything that is said.
fn said(outcome: &Result<Option<Target>, ConnectError>) -> String {
    let mut text = format!("{outcome:?} {outcome:#?}");
    match outcome {
        Ok(Some(target)) => {
            write!(text, "{target} {:?} {:?}", target.warnings(), target.configs().collect::<Vec<_>>())
        }
        Ok(None) => Ok(()),
        Err(error) => write!(text, "{error} {:?}", error.source().map(ToString::to_string)),
    }
    .unwrap();
    text
}

/// Characters that mean something to one of the readers.
const TEXT: &str = "[a-c0-9 '\"\\\\=:/@?&%#,;\\[\\]$.{}\n\t-]{0,24}";
/// A part that survives every way of writing a password.
const MARK: &str = "s3cretmark";

fn quoted(password: &str) -> String {
    format!("'{}'", password.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn encoded(password: &str) -> String {
    password.bytes().fold(String::new(), |text, byte| match byte {
        b'0'..=b'9' | b'a'..=b'z' => text + &char::from(byte).to_string(),
        byte => text + &format!("%{byte:02X}"),
    })
}

proptest! {
    #[test]
    fn no_string_panics(text in ".{0,60}", other in TEXT, scheme in prop::bool::ANY) {
        let world = World::new();
        let text = if scheme { format!("postgres://{other}") } else { text };
        let _ = said(&world.find(Some(&text)));
        let _ = said(&world.find(Some(&format!("host={other}"))));
    }

    #[test]
    fn no_file_panics(text in prop::collection::vec(any::<u8>(), 0..80), other in TEXT) {
        for name in ["home/.pgpass", "home/.pg_service.conf", "project/.env", "home/.postgresql/root.crt"] {
            let world = World::new().file(name, &text).set("PGSERVICE", "x");
            let _ = said(&world.find(Some("host=db")));
            let world = world.file(name, format!("[x]\n{other}\n{other}={other}"));
            let _ = said(&world.find(Some("host=db")));
        }
    }

    #[test]
    fn no_password_is_shown(before in TEXT, after in TEXT, rest in TEXT) {
        let password = format!("{before}{MARK}{after}");
        let (quoted, encoded) = (quoted(&password), encoded(&password));
        let strings = [
            format!("postgres://ada:{encoded}@db/shop?{rest}"),
            format!("postgres://ada:{encoded}@db/shop?x={rest}"),
            format!("postgres://ada:{encoded}@{rest}"),
            format!("postgres://ada@db/shop?password={encoded}&{rest}"),
            format!("password={quoted} host=db {rest}"),
            format!("host=db {rest}=1 password={quoted}"),
            format!("host=db password={quoted}{rest}"),
        ];
        for string in &strings {
            let shown = said(&World::new().find(Some(string)));
            prop_assert!(!shown.contains(MARK), "{string}: {shown}");
            let shown = said(&World::new().set("DATABASE_URL", string).find(None));
            prop_assert!(!shown.contains(MARK), "{string}: {shown}");
        }
        let single = password.replace('\n', " ");
        for world in [
            World::new().set("PGPASSWORD", &password).set("PGPORT", &rest),
            World::new().file("project/.env", format!("{rest}\nPGPASSWORD={single}\nPGHOST=db\n")),
            World::new().file("project/.env", format!("PGHOST=db\nDATABASE_URL={}\n", strings[0].replace('\n', " "))),
            World::new().file("home/.pgpass", format!("{rest}\n*:*:*:*:{single}\n{rest}:{single}")),
            World::new().file("home/.pg_service.conf", format!("[x]\npassword={single}\n{rest}")).set("PGSERVICE", "x"),
        ] {
            for url in [None, Some("host=db")] {
                let shown = said(&world.find(url));
                prop_assert!(!shown.contains(MARK), "{shown}");
            }
        }
    }

    /// A password that was not quoted or not encoded ends up anywhere.
    #[test]
    fn no_password_that_was_written_as_it_is_is_shown(before in "[a-c0-9 =:@/?&#,;$.%]{0,10}") {
        let password = format!("{before}{MARK}");
        for string in [
            format!("postgres://ada:{password}@db/shop"),
            format!("postgres://ada:{password}@db/shop?sslmode=disable"),
            format!("postgres://ada@db/shop?password={password}"),
            format!("host=db password=x{password}"),
            format!("host=db password=x {password}=more user=ada"),
        ] {
            let shown = said(&World::new().find(Some(&string)));
            prop_assert!(!shown.contains(MARK), "{string}: {shown}");
        }
    }
}
