//! The same surroundings given to `psql` and to us lead to the same user in the same database.

use migrations_tests::cluster::{Cluster, wait_until};
use once_cell::sync::Lazy;
use postgres::NoTls;

use crate::world::World;

const QUERY: &str = "SELECT format('%s@%s, %s', current_user, current_database(), \
                     coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false))";

/// Who we are where, and whether that is encrypted; `None` when there is no connection.
pub(crate) fn ours(world: &World, string: &str) -> Option<String> {
    let target = world.find(Some(string)).ok()??;
    let mut client = target.connect().ok()?;
    Some(migrations_tests::value(&mut client, QUERY))
}

pub(crate) fn theirs(world: &World, string: &str) -> Option<String> {
    world.psql(string, QUERY)
}

pub(crate) fn is_there() -> bool {
    let is_there = std::process::Command::new("psql").arg("--version").output().is_ok();
    if !is_there {
        println!("psql is not installed, so there is nothing to compare with");
    }
    is_there
}

/// A server where `keyholder` needs a password, and nobody else.
static SERVER: Lazy<Cluster> = Lazy::new(|| {
    let server = Cluster::start("");
    let mut client = server.client();
    client.batch_execute(ROLES).unwrap();
    client.batch_execute("CREATE DATABASE shop").unwrap();
    client.batch_execute("CREATE DATABASE \"bücher & co\"").unwrap();
    let rules = migrations_tests::value(&mut client, "SHOW hba_file");
    client.batch_execute(&format!("COPY (VALUES {RULES}) TO '{rules}'; SELECT pg_reload_conf()")).unwrap();
    let mut keyholder = server.config();
    keyholder.user("keyholder");
    wait_until("the server to ask for a password", || keyholder.connect(NoTls).is_err());
    server
});

const RULES: &str =
    "('local all all trust'), ('host all keyholder all scram-sha-256'), ('host all all all trust')";

const ROLES: &str = "CREATE ROLE ada LOGIN; CREATE ROLE \"o'hara\" LOGIN; \
                     CREATE ROLE keyholder LOGIN PASSWORD 'a:b\\c %40'";

#[track_caller]
fn agree(world: &World, string: &str) -> bool {
    let (ours, theirs) = (ours(world, string), theirs(world, string));
    assert_eq!(ours, theirs, "{string}");
    ours.is_some()
}

fn variables(variables: &[(&str, &str)]) -> World {
    let port = SERVER.port().to_string();
    let all = [("PGHOST", "127.0.0.1"), ("PGPORT", &port), ("PGUSER", "ada"), ("PGDATABASE", "shop")];
    all.iter().chain(variables).fold(World::new(), |world, (name, value)| world.set(name, value))
}

#[test]
fn strings_and_variables() {
    if !is_there() {
        return;
    }
    let world = variables(&[]);
    let port = SERVER.port();
    let folder = SERVER.local().get_hosts().iter().find_map(|host| match host {
        postgres::config::Host::Unix(path) => Some(path.display().to_string()),
        postgres::config::Host::Tcp(_) => None,
    });
    let folder = folder.unwrap();
    let encoded = folder.replace('/', "%2F");
    let connecting = [
        "postgres://".to_owned(),
        "postgresql:///postgres".to_owned(),
        "postgres://postgres@/".to_owned(),
        format!("postgres://localhost:{port}/b%C3%BCcher%20%26%20co"),
        format!("postgres://o'hara@127.0.0.1:{port}/postgres"),
        format!("postgres://o%27hara@{encoded}/postgres"),
        format!("postgres:///postgres?host={folder}&user=postgres"),
        format!("host={folder} dbname='bücher & co' user='o\\'hara'"),
        format!("postgres://127.0.0.1:1,127.0.0.1:{port}/postgres"),
        format!("host=127.0.0.1,127.0.0.1 port=1,{port}"),
        format!("host=127.0.0.1,{folder} port=1,{port}"),
        format!("host=nowhere.invalid hostaddr=127.0.0.1 port={port}"),
        "hostaddr=127.0.0.1".to_owned(),
        "host=a,b hostaddr=127.0.0.1,127.0.0.1".to_owned(),
        "host=127.0.0.1 host=localhost".to_owned(),
        "user=ada user=postgres".to_owned(),
        "postgres://ada@localhost/shop?user=postgres&dbname=postgres".to_owned(),
        "user='' dbname=''  user=postgres".to_owned(),
        "postgres:///?target_session_attrs=read-write".to_owned(),
        "postgres:///?target_session_attrs=primary".to_owned(),
        "postgres:///?target_session_attrs=prefer-standby".to_owned(),
        "postgres:///?options=-c%20role%3Dpostgres&user=postgres".to_owned(),
        "postgres:///?sslmode=allow".to_owned(),
        "user=keyholder password='a:b\\\\c %40'".to_owned(),
        "postgres://keyholder:a%3Ab%5Cc%20%2540@/".to_owned(),
        format!("host={folder} user=keyholder sslmode=require"),
        "application_name=x connect_timeout=5 keepalives=0 fallback_application_name=y client_encoding=utf8"
            .to_owned(),
        "gssencmode=disable sslcompression=0 replication=false krbsrvname=postgres".to_owned(),
    ];
    for string in connecting {
        assert!(agree(&world, &string), "{string}: no connection");
    }
    for string in [
        "postgres://ada@nowhere.invalid/shop",
        "postgres:///nothing",
        "postgres://nobody@/",
        "postgres://keyholder:wrong@/",
        "postgres://keyholder@/",
        "postgres://keyholder:wrong@127.0.0.1,127.0.0.1/",
        "postgres:///?target_session_attrs=read-only",
        "postgres:///?target_session_attrs=standby",
        "postgres:///?channel_binding=require",
        "postgres:///?sslmode=require",
        "postgres:///?sslmod=disable",
        "postgres:///?sslmode",
        "postgres:///?connect_timeout=x",
        "postgres:///100%",
        "postgres:///%00",
        "postgres://[::1/",
        "postgres://[]/",
        "host",
        "host='x",
        "host=a,b port=1,2,3",
        "host=a,b,c hostaddr=127.0.0.1,127.0.0.1",
        "hostaddr=localhost",
        "port=0",
        "port=70000",
        "service=nothing",
    ] {
        assert!(!agree(&world, string), "{string}: a connection");
    }
}

#[test]
fn variables_alone() {
    if !is_there() {
        return;
    }
    for (changed, connects) in [
        (vec![], true),
        (vec![("PGDATABASE", "")], false),
        (vec![("PGUSER", "postgres"), ("PGDATABASE", "")], true),
        (vec![("PGHOST", "nowhere.invalid"), ("PGHOSTADDR", "127.0.0.1")], true),
        (vec![("PGUSER", "keyholder"), ("PGPASSWORD", "a:b\\c %40")], true),
        (vec![("PGUSER", "keyholder"), ("PGPASSWORD", "")], false),
        (vec![("PGOPTIONS", "-c role=postgres"), ("PGUSER", "postgres")], true),
        (vec![("PGTARGETSESSIONATTRS", "read-only")], false),
        (vec![("PGSSLMODE", "require")], false),
        (vec![("PGPORT", "x")], false),
        (vec![("PGHOST", "127.0.0.1,localhost"), ("PGAPPNAME", "x"), ("PGCONNECT_TIMEOUT", "5")], true),
        (vec![("PGCHANNELBINDING", "require")], false),
    ] {
        assert_eq!(agree(&variables(&changed), "postgres://"), connects, "{changed:?}");
    }
}

#[test]
fn passfiles() {
    if !is_there() {
        return;
    }
    let port = SERVER.port();
    let password = "a\\:b\\\\c %40";
    let string = "postgres://keyholder@127.0.0.1/shop";
    for (text, connects) in [
        (format!("*:*:*:*:{password}\n"), true),
        (format!("127.0.0.1:{port}:shop:keyholder:{password}"), true),
        (format!("127.0.0.1:{port}:shop:keyholder:{password}\r\n"), true),
        (format!("127.0.0.1:{port}:shop:keyholder:{password}:more"), true),
        (format!("localhost:*:*:*:wrong\n127.0.0.1:*:*:*:{password}\n"), true),
        (format!("# 127.0.0.1:*:*:*:wrong\n\n*:*:*:\\keyholder:{password}\n"), true),
        (format!("*:*:*:*:wrong\n*:*:*:*:{password}\n"), false),
        (format!("*:*:*:*:\n*:*:*:*:{password}\n"), false),
        (format!("*:{port}0:*:*:{password}\n"), false),
        (format!("*:*:sho:*:{password}\n*:*:shopp:*:{password}\n"), false),
        (format!(" *:*:*:*:{password}\n"), false),
        (format!("*:*:*:{password}\n"), false),
        ("*:*:*:*:a:b\\c %40\n".to_owned(), false),
        (format!("*x:*:*:*:{password}\n"), false),
    ] {
        let world = variables(&[]).file("home/.pgpass", &text);
        assert_eq!(agree(&world, string), connects, "{text}");
        let world =
            variables(&[("PGPASSFILE", &world.path("home/.pgpass"))]).file("home/.pgpass", "*:*:*:*:wrong");
        assert_eq!(agree(&world, string), connects, "{text}");
    }
    let open = variables(&[]).file("home/.pgpass", format!("*:*:*:*:{password}\n"));
    assert!(!agree(&open.mode("home/.pgpass", 0o644), string));
    let world = variables(&[]).file("elsewhere", format!("*:*:*:*:{password}\n"));
    assert!(agree(&world, &format!("{string}?passfile={}", world.path("elsewhere"))));
}

#[test]
fn services() {
    if !is_there() {
        return;
    }
    let port = SERVER.port();
    let text = format!(
        "# ours\n[plain]\nuser=postgres\nuser=nobody\n dbname=postgres \n\n[bad]\nnonsense=1\n\
                        [there]\nhost=localhost\nport={port}\nuser=keyholder\npassword=a:b\\c %40\n[spaced]\nuser =ada\n\
                        [nested]\nservice=plain\n[plain]\nuser=nobody\n[empty]\n[bare]\nuser\n"
    );
    let world = || {
        variables(&[])
            .file("home/.pg_service.conf", &text)
            .file("system/pg_service.conf", "[system]\nuser=postgres\n")
    };
    for (string, connects) in [
        ("service=plain", true),
        ("service=plain user=ada", true),
        ("postgres:///shop?service=plain", true),
        ("service=there", true),
        ("postgres://keyholder:wrong@/?service=there", false),
        ("service=empty", true),
        ("service=system", true),
        ("service=bad", false),
        ("service=spaced", false),
        ("service=nested", false),
        ("service=bare", false),
        ("service=missing", false),
    ] {
        assert_eq!(agree(&world(), string), connects, "{string}");
    }
    let file = world();
    let by_variables = [("PGSERVICE", "other"), ("PGSERVICEFILE", &file.path("other.conf"))];
    let file = file.file("other.conf", "[other]\nuser=postgres");
    assert!(agree(&variables(&by_variables), "postgres://"));
    assert!(!agree(&variables(&by_variables), "service=plain"));
    drop(file);
    assert!(!agree(&variables(&by_variables), "postgres://"), "the file is gone");
}

#[test]
fn a_connection_may_be_had_again() {
    let world = variables(&[]);
    let target = world.target(Some("postgres://"));
    for _ in 0..2 {
        target.connect().unwrap().batch_execute("SELECT 1").unwrap();
    }
    let port = SERVER.port();
    let any = format!("host=localhost,127.0.0.1 port={port},{port} load_balance_hosts=random");
    world.target(Some(&any)).connect().unwrap();
}
