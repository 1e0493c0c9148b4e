//! Which source counts.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use migrations_core::cli::connect::{Surroundings, Target};

use crate::world::World;

#[track_caller]
fn shows(world: &World, url: Option<&str>, shown: &str) {
    assert_eq!(world.target(url).to_string(), shown);
}

#[test]
fn nothing_names_a_database() {
    assert!(World::new().find(None).unwrap().is_none());
    let world = World::new().set("PGPASSWORD", "x").set("PGSSLMODE", "nonsense").set("DATABASE_URL", "");
    assert!(world.find(None).unwrap().is_none());
    assert!(world.file("project/.env", "RUST_LOG=info\nPGPASSWORD=x\n").find(None).unwrap().is_none());
}

#[test]
fn each_of_these_names_a_database() {
    for (name, shown) in [
        ("PGHOST", "osuser@x:5432/osuser"),
        ("PGDATABASE", "osuser@localhost:5432/x"),
        ("PGUSER", "x@localhost:5432/x"),
    ] {
        shows(&World::new().set(name, "x"), None, shown);
    }
    shows(&World::new().set("PGPORT", "7"), None, "osuser@localhost:7/osuser");
    shows(&World::new().set("PGHOSTADDR", "::1"), None, "osuser@[::1]:5432/osuser");
    shows(&World::new().set("DATABASE_URL", "postgres://db"), None, "osuser@db:5432/osuser");
    let service = World::new().set("PGSERVICE", "x").file("home/.pg_service.conf", "[x]\nhost=db\n");
    shows(&service, None, "osuser@db:5432/osuser");
}

#[test]
fn the_option_comes_first_then_the_process_then_the_file() {
    let world =
        World::new().file("project/.env", "DATABASE_URL=postgres://file/shop\nPGUSER=file\nPGPORT=3\n");
    shows(&world, None, "file@file:3/shop");
    let world = world.set("DATABASE_URL", "postgres://process/shop").set("PGUSER", "process");
    shows(&world, None, "process@process:3/shop");
    shows(&world, Some("postgres://option/shop"), "process@option:3/shop");
    shows(&world, Some("postgres://me@option:1/shop"), "me@option:1/shop");
}

#[test]
fn within_a_connection_the_string_comes_first_then_the_service_then_variables() {
    let variables = [("PGHOST", "env"), ("PGPORT", "3"), ("PGUSER", "env"), ("PGDATABASE", "env")];
    let world = variables.into_iter().fold(World::new(), |world, (name, value)| world.set(name, value));
    let world = world.file("home/.pg_service.conf", "[x]\nport=2\nuser=service\nhost=service\n");
    shows(&world, None, "env@env:3/env");
    shows(&world, Some("service=x host=string"), "service@string:2/env");
    shows(&world, Some("postgres://string:1/?service=x"), "service@string:1/env");
    shows(&world, Some("host=string"), "env@string:3/env");
    let world = world.set("PGSERVICE", "x");
    shows(&world, Some("user=string"), "string@service:2/env");
    shows(&world, Some("host='' user=string"), "string@localhost:2/env");
    assert!(world.error(Some("service=y")).starts_with("--database-url: service `y` is not defined ("));
}

#[test]
fn the_nearest_env_file_counts_and_an_empty_variable_hides_what_it_says() {
    let world = World::new().file("project/.env", "PGHOST=far\n");
    shows(&world, None, "osuser@far:5432/osuser");
    let world =
        world.file("project/inner/.env", "\u{feff}export PGHOST='near'\nPGHOST=second\nPGUSER=ada # who\n");
    shows(&world, None, "ada@near:5432/ada");
    shows(&world.set("PGHOST", ""), None, "ada@localhost:5432/ada");
}

#[test]
fn the_environment_of_the_process_stays_as_it_is() {
    let world = World::new().file("project/.env", "CONNECT_TEST_MARK=1\nPGHOST=db\n");
    world.target(None);
    assert_eq!(std::env::var_os("CONNECT_TEST_MARK"), None);
    assert_eq!(
        std::env::var_os("DATABASE_URL"),
        Surroundings::of_process().environment.remove("DATABASE_URL")
    );
}

#[test]
fn every_variable_is_read() {
    let variables = [
        ("PGHOST", "db"),
        ("PGHOSTADDR", "10.0.0.9"),
        ("PGPASSWORD", "pw"),
        ("PGOPTIONS", "-c a=b"),
        ("PGAPPNAME", "deploy"),
        ("PGCONNECT_TIMEOUT", "3"),
        ("PGCHANNELBINDING", "disable"),
        ("PGSSLMODE", "disable"),
        ("PGTARGETSESSIONATTRS", "read-write"),
        ("PGLOADBALANCEHOSTS", "random"),
    ];
    let world = variables.into_iter().fold(World::new(), |world, (name, value)| world.set(name, value));
    let said = format!("{:?}", world.config(None));
    for part in [
        "Tcp(\"db\")",
        "10.0.0.9",
        "password: Some(_)",
        "-c a=b",
        "deploy",
        "connect_timeout: Some(3s)",
        "channel_binding: Disable",
        "ssl_mode: Disable",
        "load_balance_hosts: Random",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn what_is_wrong_with_a_variable_names_it() {
    for (name, value, said) in [
        ("PGPORT", "x", "PGPORT: `port` is not a number from 1 to 65535"),
        (
            "PGSSLMODE",
            "requir",
            "PGSSLMODE: `sslmode` is not one of disable, allow, prefer, require, verify-ca, \
          verify-full; did you mean `require`?",
        ),
        ("PGCONNECT_TIMEOUT", "1s", "PGCONNECT_TIMEOUT: `connect_timeout` is not a whole number"),
        ("PGTARGETSESSIONATTRS", "master", "PGTARGETSESSIONATTRS: `target_session_attrs` is not one of any"),
        (
            "PGCHANNELBINDING",
            "on",
            "PGCHANNELBINDING: `channel_binding` is not one of disable, prefer, require",
        ),
        ("PGHOSTADDR", "db", "PGHOSTADDR: `hostaddr` is not an IP address"),
        ("PGREQUIREAUTH", "scram-sha-256", "PGREQUIREAUTH: `require_auth` is not supported here"),
        ("PGSERVICE", "x", "PGSERVICE: service `x` is not defined"),
    ] {
        let error = World::new().set("PGUSER", "ada").set(name, value).error(None);
        assert!(error.starts_with(said), "{error}");
        let error = World::new().file("project/.env", format!("PGUSER=ada\n{name}={value}\n")).error(None);
        assert!(error.contains(&format!("{name} in ")) && error.contains("/project/.env: "), "{error}");
    }
    let here = World::new().file("project/inner/.env", "DATABASE_URL=nonsense");
    assert!(here.error(None).starts_with("DATABASE_URL in .env: is neither a URL"));
    let mut world = World::new();
    world.surroundings.environment.insert("PGUSER".to_owned(), OsString::from_vec(vec![0xff]));
    assert_eq!(world.error(None), "PGUSER: is not UTF-8");
}

#[test]
fn a_socket_is_the_default_where_there_is_one() {
    let world = World::new().set("PGUSER", "ada").file("sockets/.s.PGSQL.6000", "");
    shows(&world, None, "ada@localhost:5432/ada");
    let folder = world.path("sockets");
    shows(&world, Some("port=6000"), &format!("ada@{folder}:6000/ada"));
}

#[test]
fn without_a_user_the_error_says_so() {
    let target = Target::find(Some("host=db"), &Surroundings::default());
    assert!(target.unwrap_err().to_string().contains("PGUSER"));
}
