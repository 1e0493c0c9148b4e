//! The binary shows no password of its environment, whatever is wrong with it.

#![allow(clippy::unwrap_used)]

use std::process::Command;

/// Addresses that nobody answers at, or that cannot be parsed, at or near the password.
const ADDRESSES: &[&str] = &[
    "postgres://keyholder:s3cret-pass@127.0.0.1:1/app",
    "postgres://keyholder:s3cret-pass@nowhere.invalid/app?connect_timeout=2",
    "postgres://keyholder:s3cret-/pass@127.0.0.1:1/app",
    "postgres://keyholder:s3cret-?pass@127.0.0.1:1/app",
    "postgres://keyholder:x?s3cret-pass=y@127.0.0.1:1/app",
    "postgres://keyholder:s3cret-%zz@127.0.0.1:1/app",
    "postgres://keyholder:s3cret-%ff@127.0.0.1:1/app",
    "postgres://keyholder:s3cret-:pass:1@127.0.0.1:port/app",
    "postgres:/keyholder:s3cret-pass@127.0.0.1:1/app",
    "mysql://keyholder:s3cret-pass@127.0.0.1:1/app",
    "s3cret-pass",
    "host=127.0.0.1 port=1 user=keyholder password=s3cret-pass",
    "host=127.0.0.1 port=1 user=keyholder password=x s3cret-pass=y",
    "host=127.0.0.1 port=1 user=keyholder password=x s3cret-pass",
    "host=127.0.0.1 port=s3cret-pass user=keyholder",
    "host=127.0.0.1 user=keyholder password='s3cret-pass",
    "host=127.0.0.1 port=1 user=keyholder password='s3cret-' pass'",
];

fn run(variables: &[(&str, &str)]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_migrations"))
        .args(["run", "--wait-for-lock", "0s"])
        .env_clear()
        .envs(variables.iter().copied())
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap();
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn an_address_that_leads_nowhere_is_not_repeated() {
    for address in ADDRESSES {
        let said = run(&[("DATABASE_URL", address)]);
        assert!(said.starts_with("error: "), "{said}");
        assert!(!said.contains("s3cret"), "{address}: {said}");
    }
}

#[test]
fn the_variables_of_libpq_are_not_repeated() {
    let said =
        run(&[("PGHOST", "127.0.0.1"), ("PGPORT", "1"), ("PGUSER", "keyholder"), ("PGPASSWORD", "s3cret")]);
    assert!(said.starts_with("error: ") && !said.contains("s3cret"), "{said}");
}
