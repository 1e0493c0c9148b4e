//! The throw-away server leaves nothing behind, however the process that started it ends.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use migrations_core::scratch::{Scratch, ScratchError, installation};

/// Set for the copy of this program that starts a server and then waits for its end.
const CHILD: &str = "SCRATCH_TEST_CHILD";

#[test]
fn a_server_starts_and_answers_many_connections() {
    let server = Scratch::start().unwrap();
    let clients: Vec<_> = (0..20).map(|_| server.connect().unwrap()).collect();
    assert_eq!(clients.len(), 20);
    assert_eq!(server.to_string(), format!("a throw-away PostgreSQL from {}", server.source()));
    let (first, second) = (server.database().unwrap(), server.database().unwrap());
    assert_ne!(first.get_dbname(), second.get_dbname());
}

#[test]
fn dropped_it_is_gone() {
    let server = Scratch::start().unwrap();
    let (process, directory) = (server.process_id().unwrap(), server.socket_directory().to_owned());
    drop(server);
    assert!(!is_alive(process) && !directory.exists());
}

#[test]
fn after_a_panic_it_is_gone() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let panicked = thread::spawn(move || {
        let server = Scratch::start().unwrap();
        sender.send((server.process_id().unwrap(), server.socket_directory().to_owned())).unwrap();
        panic!("on purpose");
    });
    assert!(panicked.join().is_err());
    let (process, directory) = receiver.recv().unwrap();
    assert!(!is_alive(process) && !directory.exists());
}

#[test]
fn after_kill_9_ctrl_c_and_a_plain_end_it_is_gone() {
    for signal in ["-KILL", "-INT", "-TERM"] {
        let mut child = child("serve");
        let (process, directory) = announced(&mut child);
        assert!(is_alive(process) && directory.exists());
        send(signal, &child);
        child.wait().unwrap();
        assert_gone(&directory, signal);
        assert!(!is_alive(process), "{signal}");
    }
}

#[test]
fn killed_while_it_starts_it_leaves_nothing() {
    for milliseconds in [5, 20, 60, 150, 300, 450, 600] {
        let mut child = child("start");
        let directory = PathBuf::from(line(&mut child));
        thread::sleep(Duration::from_millis(milliseconds));
        send("-KILL", &child);
        child.wait().unwrap();
        assert_gone(&directory, &format!("killed after {milliseconds} ms"));
    }
}

#[test]
fn without_programs_the_error_says_the_three_ways_out() {
    let output = program("missing").env("PG_BIN", "/nowhere").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for way in ["/nowhere", "install the server", "PG_BIN", "DATABASE_URL"] {
        assert!(said.contains(way), "{way}: {said}");
    }
}

#[test]
fn programs_that_do_not_start_say_why() {
    let bin = std::env::temp_dir().join(format!("scratch-test-bin-{}", std::process::id()));
    std::fs::create_dir_all(&bin).unwrap();
    for name in ["initdb", "postgres"] {
        std::fs::write(bin.join(name), "#!/bin/sh\necho 'out of order' >&2\nexit 1\n").unwrap();
        Command::new("chmod").arg("755").arg(bin.join(name)).status().unwrap();
    }
    let output = program("missing").env("PG_BIN", &bin).output().unwrap();
    std::fs::remove_dir_all(&bin).unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("out of order") && said.contains("did not start"), "{said}");
}

#[test]
fn programs_on_the_path_come_before_those_of_pg_config_and_those_of_packages() {
    let bin = PathBuf::from(Scratch::start().unwrap().source());
    let place = std::env::temp_dir().join(format!("scratch-test-source-{}", std::process::id()));
    let folder = |name: &str| {
        std::fs::create_dir_all(place.join(name)).unwrap();
        place.join(name)
    };
    let (half, on_path, configured, tools) =
        (folder("half"), folder("path"), folder("configured"), folder("tools"));
    std::os::unix::fs::symlink(bin.join("initdb"), half.join("initdb")).unwrap();
    for name in ["initdb", "postgres"] {
        std::os::unix::fs::symlink(bin.join(name), on_path.join(name)).unwrap();
        std::os::unix::fs::symlink(bin.join(name), configured.join(name)).unwrap();
    }
    let configure = |said: &Path| {
        std::fs::write(tools.join("pg_config"), format!("#!/bin/sh\necho {}\n", said.display())).unwrap();
        Command::new("chmod").arg("755").arg(tools.join("pg_config")).status().unwrap();
    };
    let source = |path: &[&Path]| {
        let path =
            std::env::join_paths(path.iter().chain(&[Path::new("/usr/bin"), Path::new("/bin")])).unwrap();
        let output = program("source").env_remove("PG_BIN").env("PATH", path).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        said.lines().find_map(|line| line.strip_prefix('>')).unwrap_or(&said).to_owned()
    };
    configure(&configured);
    let (first, second) = (source(&[&half, &on_path, &tools]), source(&[&tools]));
    configure(Path::new("nowhere"));
    let third = source(&[&tools]);
    std::fs::remove_dir_all(&place).unwrap();
    assert_eq!((first, second), (on_path.display().to_string(), configured.display().to_string()));
    let packages = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let versions = packages.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    if let Some(newest) = versions.max() {
        assert_eq!(third, format!("/usr/lib/postgresql/{newest}/bin"));
    }
}

#[test]
fn the_servers_user_is_ours_or_as_root_the_one_of_its_programs() {
    let id = |option: &str, name: &[&str]| {
        let output = Command::new("id").arg(option).args(name).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse::<u32>().ok()
    };
    let (bin, user) = installation().unwrap();
    assert!(bin.join("initdb").is_file() && bin.join("postgres").is_file(), "{}", bin.display());
    let of = |name: &str| Some((id("-u", &[name])?, id("-g", &[name])?));
    let unprivileged = || of("postgres").or_else(|| of("nobody"));
    assert_eq!(user, if id("-u", &[]) == Some(0) { unprivileged() } else { None });
}

#[test]
fn where_no_folder_can_be_made_the_error_names_it() {
    let output = program("missing").env("TMPDIR", "/nonexistent").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("did not start") && said.contains("/nonexistent/migrations-"), "{said}");
}

/// What the copy does.
#[test]
fn child_process() {
    let announce = |server: &Scratch| {
        println!("\n>{} {}", server.process_id().unwrap(), server.socket_directory().display());
        thread::sleep(Duration::from_secs(60));
    };
    match std::env::var(CHILD).as_deref() {
        Ok("serve") => announce(&Scratch::start().unwrap()),
        Ok("start") => {
            println!(
                "\n>{}",
                std::env::temp_dir().join(format!("migrations-{}-0", std::process::id())).display()
            );
            announce(&Scratch::start().unwrap());
        }
        Ok("source") => println!("\n>{}", Scratch::start().unwrap().source()),
        Ok("missing") => match Scratch::start() {
            Err(error @ (ScratchError::NotFound { .. } | ScratchError::Start { .. })) => println!("{error}"),
            other => panic!("{other:?}"),
        },
        _ => {}
    }
}

fn program(role: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child_process", "--nocapture"]).env(CHILD, role);
    command
}

fn child(role: &str) -> Child {
    program(role).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// The line with which the copy says where its server is.
fn line(child: &mut Child) -> String {
    let output = BufReader::new(child.stdout.as_mut().unwrap());
    let announcement = output.lines().map_while(Result::ok).find(|line| line.starts_with('>'));
    announcement.unwrap()[1..].to_owned()
}

fn announced(child: &mut Child) -> (u32, PathBuf) {
    let line = line(child);
    let (process, directory) = line.split_once(' ').unwrap();
    (process.parse().unwrap(), PathBuf::from(directory))
}

fn send(signal: &str, child: &Child) {
    assert!(kill(signal, child.id()));
}

fn assert_gone(directory: &Path, when: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while directory.exists() {
        assert!(Instant::now() < deadline, "{when}: {} is still there", directory.display());
        thread::sleep(Duration::from_millis(10));
    }
    let served = format!("{}/data", directory.display());
    assert!(!command_lines().contains(&served), "{when}: a process is left");
}

/// The command lines of all processes.
fn command_lines() -> String {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ") + "\n").collect()
}

fn is_alive(process: u32) -> bool {
    kill("-0", process)
}

fn kill(signal: &str, process: u32) -> bool {
    let command = format!("kill {signal} {process}");
    Command::new("sh").args(["-c", &command]).stderr(Stdio::null()).status().unwrap().success()
}
