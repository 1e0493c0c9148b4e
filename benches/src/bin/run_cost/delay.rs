//! A slow network: what is sent arrives later, in both directions, and nothing waits for an answer.

use std::fs::{self, DirBuilder};
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Config;
use postgres::config::Host;

use crate::{Result, context};

/// A proxy before the unix socket of a server. It is gone when it is dropped.
pub(crate) struct Delay {
    folder: PathBuf,
    closing: Arc<AtomicBool>,
}

const SOCKET: &str = ".s.PGSQL.5432";

impl Delay {
    /// Everything takes `way` from here to the server, and as long back.
    pub(crate) fn start(server: &Config, way: Duration) -> Result<Delay> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Some(Host::Unix(upstream)) = server.get_hosts().first() else {
            return Err("the server is not on a unix socket".into());
        };
        let upstream = upstream.join(SOCKET);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("run-cost-{}-delay-{number}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&folder).map_err(context(folder.display()))?;
        let delay = Delay { folder, closing: Arc::default() };
        let listener = UnixListener::bind(delay.folder.join(SOCKET))?;
        let closing = Arc::clone(&delay.closing);
        thread::spawn(move || {
            for client in listener.incoming().map_while(std::result::Result::ok) {
                if closing.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(server) = UnixStream::connect(&upstream) {
                    let _ = connect(&client, &server, way);
                }
            }
        });
        Ok(delay)
    }

    /// How to reach, through the network, the database that `database` names.
    pub(crate) fn config(&self, database: &Config) -> Config {
        let mut config = Config::new();
        config.host_path(&self.folder).user("postgres").dbname(database.get_dbname().unwrap_or_default());
        config
    }
}

impl Drop for Delay {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // Wakes the thread that listens.
        let _ = UnixStream::connect(self.folder.join(SOCKET));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn connect(client: &UnixStream, server: &UnixStream, way: Duration) -> std::io::Result<()> {
    for (from, to) in [(client, server), (server, client)] {
        let (from, to) = (from.try_clone()?, to.try_clone()?);
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || depart(from, &sender, way));
        thread::spawn(move || arrive(&receiver, to));
    }
    Ok(())
}

/// Takes what is sent at once, so that nobody waits to send more. What is empty is the end.
fn depart(mut from: UnixStream, line: &mpsc::Sender<(Instant, Vec<u8>)>, way: Duration) {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = from.read(&mut buffer).unwrap_or(0);
        if line.send((Instant::now() + way, buffer[..length].to_vec())).is_err() || length == 0 {
            return;
        }
    }
}

fn arrive(line: &mpsc::Receiver<(Instant, Vec<u8>)>, mut to: UnixStream) {
    for (at, bytes) in line {
        thread::sleep(at.saturating_duration_since(Instant::now()));
        if bytes.is_empty() || to.write_all(&bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
