//! Encryption: every `sslmode` has libpq's outcome.

use migrations_tests::cluster::Cluster;

use crate::certificates::{Authority, Pair, of_version_1, self_signed};
use crate::oracle::{is_there, ours, theirs};
use crate::world::World;

const MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// A server with a certificate, and the folder of its files.
struct Encrypted {
    server: Cluster,
    _files: World,
}

/// Roles and databases differ in what they ask for.
const RULES: &str = "local all all trust\nhostssl all certified all cert\nhost all keyholder all scram-sha-256\n\
                     hostssl only_tls all all trust\nhostnossl only_plain all all trust\nhost postgres all all trust\n";

impl Encrypted {
    fn start(pair: &Pair, authority: Option<&Authority>) -> Encrypted {
        let authority = authority.map_or(String::new(), Authority::certificate);
        let files = World::new()
            .file("server.crt", &pair.certificate)
            .file("server.key", &pair.key)
            .file("clients.crt", &authority)
            .file("hba", RULES);
        let path = |name: &str| for_server(&files, name);
        let mut settings = format!(
            "ssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'\nhba_file = '{}'\n",
            path("server.crt"),
            path("server.key"),
            path("hba")
        );
        if !authority.is_empty() {
            settings += &format!("ssl_ca_file = '{}'\n", path("clients.crt"));
        }
        let server = Cluster::start(&settings);
        prepare(&server);
        Encrypted { server, _files: files }
    }
}

fn prepare(server: &Cluster) {
    let mut client = server.client();
    for statement in [
        "CREATE ROLE certified LOGIN",
        "CREATE ROLE keyholder LOGIN PASSWORD 'secret'",
        "CREATE DATABASE only_tls",
        "CREATE DATABASE only_plain",
    ] {
        client.batch_execute(statement).unwrap();
    }
}

/// The path of a file that is given to the server's user.
fn for_server(files: &World, name: &str) -> String {
    use std::os::unix::fs::{PermissionsExt, chown};
    let (_, owner) = migrations_core::scratch::installation().unwrap();
    if let Some((uid, gid)) = owner {
        chown(files.folder.join(name), Some(uid), Some(gid)).unwrap();
    }
    std::fs::set_permissions(&files.folder, PermissionsExt::from_mode(0o755)).unwrap();
    files.path(name)
}

/// What we and `psql` come to; both must come to the same, but for `allow`, which is `prefer` here.
#[track_caller]
fn outcome(world: &World, string: &str) -> Option<String> {
    let ours = ours(world, string);
    if is_there() {
        let theirs = theirs(world, string);
        match string.contains("sslmode=allow") {
            true => assert_eq!(ours.is_some(), theirs.is_some(), "{string}"),
            false => assert_eq!(ours, theirs, "{string}"),
        }
    }
    ours
}

#[track_caller]
fn is_encrypted(world: &World, string: &str) -> Option<bool> {
    outcome(world, string).map(|shown| shown.ends_with(", t"))
}

#[test]
fn every_mode_root_and_name_has_the_outcome_of_libpq() {
    let (authority, other) = (Authority::new(), Authority::new());
    let encrypted = Encrypted::start(&authority.sign("anything", &["localhost"]), None);
    let plain = Cluster::start("");
    prepare(&plain);
    let world = World::new().file("right", authority.certificate()).file("wrong", other.certificate());
    let mut encrypted_connections = 0;
    for (port, databases) in [
        (encrypted.server.port(), &["postgres", "only_tls", "only_plain"][..]),
        (plain.port(), &["postgres"]),
    ] {
        for database in databases {
            for mode in MODES {
                for root in ["", "right", "wrong"] {
                    for host in ["host=localhost", "host=db.invalid hostaddr=127.0.0.1"] {
                        let root = if root.is_empty() { "''".to_owned() } else { world.path(root) };
                        let string = format!(
                            "{host} port={port} user=postgres dbname={database} sslmode={mode} sslrootcert={root}"
                        );
                        encrypted_connections += u32::from(is_encrypted(&world, &string) == Some(true));
                    }
                }
            }
        }
    }
    // On each of the two databases: prefer, allow and require without and with the right root (12), verify-ca with the
    // right one (2), verify-full with the right one and name (1).
    assert_eq!(encrypted_connections, 30);
}

#[test]
fn a_server_that_answers_has_the_last_word() {
    let encrypted = Encrypted::start(&self_signed("localhost"), None);
    let plain = Cluster::start("");
    prepare(&plain);
    let world = World::new();
    let string = |first: u16, second: u16| {
        format!("host=localhost,localhost port={first},{second} user=keyholder dbname=postgres")
    };
    assert_eq!(outcome(&world, &string(encrypted.server.port(), plain.port())), None);
    assert_eq!(is_encrypted(&world, &string(plain.port(), encrypted.server.port())), Some(false));
    assert_eq!(is_encrypted(&world, &string(1, plain.port())), Some(false));
    // A line for encrypted connections that the server cannot fulfil, and another for plain ones.
    let certified = |first, second| string(first, second).replace("keyholder", "certified");
    assert_eq!(is_encrypted(&world, &certified(encrypted.server.port(), 1)), Some(false));
    let certified = |first, second| certified(first, second).replace("=postgres", "=only_tls");
    assert_eq!(outcome(&world, &certified(encrypted.server.port(), plain.port())), None);
    assert_eq!(is_encrypted(&world, &certified(plain.port(), encrypted.server.port())), Some(false));
    let only_plain = string(encrypted.server.port(), plain.port())
        .replace("keyholder dbname=postgres", "postgres dbname=only_plain");
    assert_eq!(is_encrypted(&world, &only_plain), Some(false));
}

#[test]
fn the_usual_root_certificate_counts_in_every_mode() {
    let (authority, other) = (Authority::new(), Authority::new());
    let encrypted = Encrypted::start(&authority.sign("localhost", &["localhost"]), None);
    let port = encrypted.server.port();
    let right = World::new().file("home/.postgresql/root.crt", authority.certificate());
    let wrong = World::new().file("home/.postgresql/root.crt", other.certificate());
    let string = |mode: &str, database: &str| {
        format!("postgres://postgres@localhost:{port}/{database}?sslmode={mode}")
    };
    for mode in ["require", "verify-ca", "verify-full"] {
        assert_eq!(is_encrypted(&right, &string(mode, "postgres")), Some(true), "{mode}");
        assert_eq!(is_encrypted(&wrong, &string(mode, "postgres")), None, "{mode}");
    }
    assert_eq!(is_encrypted(&wrong, &string("prefer", "postgres")), Some(false));
    assert_eq!(is_encrypted(&wrong, &string("prefer", "only_tls")), None);
    assert_eq!(is_encrypted(&World::new(), &string("require", "postgres")), Some(true));
}

#[test]
fn certificates_of_every_kind_are_judged_as_libpq_does() {
    let authority = Authority::new();
    let files = World::new();
    let alone = self_signed("localhost");
    let mut kinds = vec![
        ("only a common name", authority.sign("localhost", &[]), authority.certificate(), true, true),
        ("another common name", authority.sign("other", &[]), authority.certificate(), true, false),
        (
            "a common name beside names",
            authority.sign("localhost", &["x"]),
            authority.certificate(),
            true,
            false,
        ),
        ("an address", authority.sign("x", &["127.0.0.1"]), authority.certificate(), true, false),
        ("a wildcard", authority.sign("x", &["*.localhost"]), authority.certificate(), true, false),
        ("out of date", authority.sign_expired("localhost"), authority.certificate(), false, false),
    ];
    let certificate = alone.certificate.clone();
    kinds.push(("signed by itself", alone, certificate, true, true));
    if let Some(pair) = of_version_1(&files) {
        let certificate = pair.certificate.clone();
        kinds.push((
            "of version 1, and not a root",
            pair,
            certificate + &authority.certificate(),
            true,
            true,
        ));
    }
    for (kind, pair, root, chain, name) in kinds {
        let encrypted = Encrypted::start(&pair, None);
        let world = World::new().file("root", root);
        let string = |mode: &str| {
            let (port, root) = (encrypted.server.port(), world.path("root"));
            format!(
                "host=localhost port={port} user=postgres dbname=only_tls sslmode={mode} sslrootcert={root}"
            )
        };
        let judged = |mode: &str| is_encrypted(&world, &string(mode)) == Some(true);
        assert_eq!((judged("verify-ca"), judged("verify-full")), (chain, name), "{kind}");
        let unverified = string("require").replace(&world.path("root"), "''");
        assert_eq!(is_encrypted(&world, &unverified), Some(true), "{kind}");
    }
}

#[test]
fn what_is_wrong_with_a_certificate_is_said() {
    let files = World::new();
    let Some(pair) = of_version_1(&files) else { return println!("openssl is not installed") };
    let world = World::new().file("root", Authority::new().certificate());
    for (pair, said) in [
        (pair, "the server's certificate is of X.509 version 1"),
        (Authority::new().sign("x", &["localhost"]), "invalid peer certificate"),
    ] {
        let encrypted = Encrypted::start(&pair, None);
        let (port, root) = (encrypted.server.port(), world.path("root"));
        let string = format!("host=localhost port={port} user=postgres sslmode=verify-ca sslrootcert={root}");
        let error = world.target(Some(&string)).connect().map(drop).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains(said), "{cause}");
    }
}

#[test]
fn a_client_certificate_is_shown() {
    let (authority, other) = (Authority::new(), Authority::new());
    let encrypted = Encrypted::start(&authority.sign("localhost", &["localhost"]), Some(&authority));
    let (own, stranger) = (authority.sign("certified", &[]), other.sign("certified", &[]));
    let world = World::new()
        .file("own.crt", &own.certificate)
        .file("own.key", &own.key)
        .file("open.key", &own.key)
        .mode("open.key", 0o644)
        .file("stranger.crt", &stranger.certificate)
        .file("stranger.key", &stranger.key)
        .file("empty", "");
    let base = format!("host=localhost port={} user=certified dbname=only_tls", encrypted.server.port());
    for (certificate, key, connects) in [
        ("own.crt", "own.key", true),
        ("own.crt", "open.key", false),
        ("own.crt", "stranger.key", false),
        ("own.crt", "missing", false),
        ("stranger.crt", "stranger.key", false),
        ("missing", "own.key", false),
        ("empty", "own.key", false),
        ("own.crt", "empty", false),
    ] {
        for mode in ["require", "prefer"] {
            let (certificate, key) = (world.path(certificate), world.path(key));
            let string = format!("{base} sslmode={mode} sslcert={certificate} sslkey={key}");
            assert_eq!(is_encrypted(&world, &string).is_some(), connects, "{string}");
        }
    }
    assert_eq!(is_encrypted(&World::new(), &base), None);
    let usual = World::new()
        .file("home/.postgresql/postgresql.crt", &own.certificate)
        .file("home/.postgresql/postgresql.key", &own.key);
    assert_eq!(is_encrypted(&usual, &base), Some(true));
}

#[test]
fn scram_is_bound_to_the_channel() {
    let authority = Authority::new();
    let encrypted = Encrypted::start(&authority.sign("localhost", &["localhost"]), None);
    let world = World::new();
    let base = format!("postgres://keyholder:secret@localhost:{}/postgres", encrypted.server.port());
    for (parameters, expected) in [
        ("sslmode=require&channel_binding=require", Some(true)),
        ("sslmode=require&channel_binding=prefer", Some(true)),
        ("sslmode=require&channel_binding=disable", Some(true)),
        ("sslmode=disable&channel_binding=require", None),
        ("sslmode=disable&channel_binding=prefer", Some(false)),
    ] {
        assert_eq!(is_encrypted(&world, &format!("{base}?{parameters}")), expected, "{parameters}");
    }
}

#[test]
fn versions_of_tls_can_be_limited() {
    let encrypted = Encrypted::start(&Authority::new().sign("localhost", &["localhost"]), None);
    let base = format!("host=localhost port={} user=postgres sslmode=require", encrypted.server.port());
    let version = |limits: &str| {
        let target = World::new().target(Some(&format!("{base} {limits}")));
        migrations_tests::value(
            &mut target.connect().unwrap(),
            "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        )
    };
    assert_eq!(version(""), "TLSv1.3");
    assert_eq!(version("ssl_max_protocol_version=TLSv1.2"), "TLSv1.2");
    assert_eq!(version("ssl_min_protocol_version=TLSv1.3"), "TLSv1.3");
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let own = Authority::new().sign("x", &[]);
    let world = World::new()
        .file("own.crt", &own.certificate)
        .file("own.key", &own.key)
        .file("open.key", &own.key)
        .mode("open.key", 0o644)
        .file("other.key", Authority::new().sign("x", &[]).key)
        .file("junk", "-----BEGIN s3cret\n");
    for (parameters, said) in [
        ("sslmode=verify-full", "`sslrootcert`: {}/home/.postgresql/root.crt is not there; give a PEM file"),
        ("sslmode=require sslrootcert={}/no", "--database-url: {}/no is not there"),
        ("sslrootcert={}/own.key", "--database-url: {}/own.key holds no certificate in PEM format"),
        (
            "sslrootcert={}/junk",
            "--database-url: {}/junk holds no certificate in PEM format, or an encrypted one",
        ),
        ("sslcert={}/own.crt", "--database-url: {}/own.crt is there, but not the private key"),
        ("sslcert={}/own.crt sslkey={}/open.key", "--database-url: {}/open.key may be used by others"),
        (
            "sslcert={}/own.crt sslkey={}/other.key",
            "--database-url: {}/other.key is not the key of {}/own.crt",
        ),
        ("sslcert={}/own.crt sslkey={}/junk", "--database-url: {}/junk holds no key in PEM format"),
    ] {
        let folder = world.path("");
        let fill = |text: &str| text.replace("{}", folder.trim_end_matches('/'));
        let error = world.error(Some(&format!("host=db {}", fill(parameters))));
        assert!(error.starts_with(&fill(said)) && !error.contains("s3cret"), "{error}");
    }
    let target = world.target(Some("host=db sslcert=/nowhere/x sslrootcert=/nowhere/y"));
    assert_eq!(
        target.warnings(),
        [
            "--database-url: /nowhere/y is not there, so the server's certificate is not verified",
            "--database-url: /nowhere/x is not there, so no client certificate is shown",
        ]
    );
    world.target(Some("host=/tmp sslmode=verify-full"));
}
