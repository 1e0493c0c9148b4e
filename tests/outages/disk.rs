//! A disk that is full.

use std::os::unix::process::CommandExt;
use std::process::Command;

use migrations_core::Error;
use migrations_core::scratch::installation;
use migrations_tests::cluster::Cluster;
use migrations_tests::namespace::Namespace;
use migrations_tests::{client, value};
use postgres::Client;

use crate::sets::bulky::Migration;

/// A disk of 32 MB, or a word on why there is none.
fn small_disk() -> Option<Namespace> {
    let disk = Namespace::with_disk(32);
    disk.inspect_err(|reason| eprintln!("not run: no disk of its own can be had here ({reason})")).ok()
}

/// The error names the place, and nothing of the migration is there.
fn assert_full(error: &Error, client: &mut Client) {
    assert!(error.server_message().unwrap().starts_with("could not extend file"), "{error}");
    assert_eq!(error.location().unwrap().to_string(), "sets/bulky/sql/schema/001_create_bulk.sql:6:1");
    let report = error.report(false);
    assert!(report.contains("INSERT INTO bulk") && report.contains("nothing was changed"), "{report}");
    assert_eq!(value(client, "SELECT to_regclass('bulk')"), "NULL");
    assert_eq!(value(client, "SELECT count(*) FROM migrations.history"), "0");
    assert_eq!(value(client, "SELECT count(run) FROM migrations.lease"), "0");
}

fn assert_applied_once(client: &mut Client) {
    assert_eq!(value(client, "SELECT count(*) FROM bulk"), "20000");
    assert_eq!(value(client, "SELECT count(*) FROM migrations.journal"), "1");
}

#[test]
fn a_full_disk_is_an_error_with_its_place_that_leaves_nothing_behind() {
    let Some(namespace) = small_disk() else { return };
    let cluster = Cluster::start_in(Some(&namespace), &[], "");
    let location = namespace.disk().unwrap().display();
    let mut client = cluster.client();
    client.batch_execute(&format!("CREATE TABLESPACE small LOCATION '{location}'")).unwrap();
    client.batch_execute("ALTER DATABASE postgres SET default_tablespace = small").unwrap();
    let mut client = cluster.client();
    let filler = "CREATE TABLE filler AS SELECT repeat(md5(i::text), 30) FROM generate_series(1, 20000) AS i";
    client.batch_execute(filler).unwrap();
    let error = Migration::run_all(&mut client).unwrap_err();
    println!("{}", error.report(false));
    assert_eq!(error.sqlstate(), Some("53100"));
    assert_full(&error, &mut client);
    client.batch_execute("DROP TABLE filler").unwrap();
    assert_eq!(Migration::run_all(&mut client).unwrap().applied.len(), 1);
    assert_applied_once(&mut client);
}

/// What every Linux can do: a process of the server that may not write files of more than 17 MB.
#[test]
fn a_file_that_may_not_grow_is_an_error_with_its_place_that_leaves_nothing_behind() {
    let mut client = client();
    let process = value(&mut client, "SELECT pg_backend_pid()");
    // Not a multiple of a page, so that the server (before 16) sees a write that was cut short, and says 53100.
    if let Err(reason) = limit_files(&process, "17000000") {
        return eprintln!("not run: no limit can be set here ({reason})");
    }
    let error = Migration::run_all(&mut client).unwrap_err();
    println!("{}", error.report(false));
    assert_full(&error, &mut client);
    limit_files(&process, "unlimited").unwrap();
    assert_eq!(Migration::run_all(&mut client).unwrap().applied.len(), 1);
    assert_applied_once(&mut client);
}

/// Limits the files of a process of the server, as its user.
fn limit_files(process: &str, bytes: &str) -> Result<(), String> {
    let mut command = Command::new("prlimit");
    command.args(["--pid", process, &format!("--fsize={bytes}:")]);
    if let Some((uid, gid)) = installation().unwrap().1 {
        command.uid(uid).gid(gid);
    }
    let output = command.output().map_err(|error| format!("prlimit: {error}"))?;
    let said = || String::from_utf8_lossy(&output.stderr).into_owned();
    output.status.success().then_some(()).ok_or_else(said)
}

/// The server cannot go on then, and recovers from the crash when there is room.
#[test]
fn a_full_disk_of_the_write_ahead_log_is_survived_by_the_next_run() {
    let Some(namespace) = small_disk() else { return };
    let disk = namespace.disk().unwrap().to_str().unwrap();
    let log = format!("{disk}/wal");
    let initdb = ["--wal-segsize=1", "-X", &log];
    let cluster = Cluster::start_in(Some(&namespace), &initdb, "max_wal_size = 1GB\nwal_keep_size = 0");
    namespace.run(&format!("head -c 24M /dev/zero > {disk}/filler"));
    let error = Migration::run_all(&mut cluster.client()).unwrap_err();
    println!("{}", error.report(false));
    assert!(error.is_connection());
    assert!(error.report(false).contains("the ledger knows"), "{}", error.report(false));
    namespace.run(&format!("rm {disk}/filler"));
    cluster.control(&["restart", "-m", "immediate"]);
    assert_eq!(Migration::run_all(&mut cluster.client()).unwrap().applied.len(), 1);
    assert_applied_once(&mut cluster.client());
}
