//! Processes that start together, and what they say.

use std::io::{BufRead, BufReader, PipeWriter};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Config;
use postgres::config::Host;
use serde_json::Value;

/// How many processes start together.
pub(crate) const STARTERS: usize = 16;
/// The longest that a race may take.
const LIMIT: Duration = Duration::from_secs(60);

/// What a starter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    Ready,
    Started(String),
    Applied(String),
    Finished(Vec<String>),
    Failed { kind: String, report: String },
}

/// A line of a starter.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// When it was said, in seconds.
    pub(crate) at: f64,
    pub(crate) said: Said,
}

/// A starter that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) lines: Vec<Line>,
    pub(crate) status: ExitStatus,
}

/// Starters that run, or wait for the word.
pub(crate) struct Starters {
    children: Vec<Child>,
    /// The standard input of all of them, which ends when this is dropped.
    gate: Option<PipeWriter>,
    lines: Receiver<(usize, Line)>,
    heard: Vec<Vec<Line>>,
    deadline: Instant,
}

impl Starters {
    /// Starts them, and waits until all of them are ready. Every other one is connected then.
    pub(crate) fn ready(database: &Config, set: impl Fn(usize) -> &'static str) -> Starters {
        let (input, gate) = std::io::pipe().unwrap();
        let (sender, lines) = mpsc::channel();
        let mut starters = Starters {
            children: Vec::with_capacity(STARTERS),
            gate: Some(gate),
            lines,
            heard: vec![Vec::new(); STARTERS],
            deadline: Instant::now() + LIMIT,
        };
        for number in 0..STARTERS {
            let mut child = Command::new(env!("CARGO_BIN_EXE_starter"))
                .arg(set(number))
                .arg(format!("{} application_name={}", connection_string(database), name(number)))
                .arg(if number.is_multiple_of(2) { "early" } else { "late" })
                .stdin(input.try_clone().unwrap())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            listen(number, &mut child, sender.clone());
            starters.children.push(child);
        }
        drop(sender);
        starters.hear_until(|heard| heard.iter().all(|lines| !lines.is_empty()));
        starters
    }

    /// Lets all of them go.
    pub(crate) fn go(&mut self) {
        self.gate = None;
    }

    /// Waits until one of them works; answers which. `None`: all have ended before.
    pub(crate) fn first_to_work(&mut self) -> Option<usize> {
        let works = |lines: &Vec<Line>| lines.iter().any(|line| matches!(line.said, Said::Started(_)));
        self.hear_until(|heard| heard.iter().any(works));
        self.heard.iter().position(works)
    }

    pub(crate) fn kill(&mut self, number: usize) {
        self.children[number].kill().unwrap();
    }

    /// Waits for all of them to end.
    pub(crate) fn ended(mut self) -> Vec<Ended> {
        self.hear_until(|_| false);
        let heard = std::mem::take(&mut self.heard);
        let ended = |(child, lines): (&mut Child, _)| Ended { lines, status: child.wait().unwrap() };
        self.children.iter_mut().zip(heard).map(ended).collect()
    }

    /// Listens until enough is heard, or all have ended. The one who says nothing for too long fails the test.
    fn hear_until(&mut self, enough: impl Fn(&[Vec<Line>]) -> bool) {
        while !enough(&self.heard) {
            let left = self.deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok((number, line)) => self.heard[number].push(line),
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    panic!("not all have ended after {LIMIT:?}: {:#?}", self.heard)
                }
            }
        }
    }
}

impl Drop for Starters {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Ended {
    /// What it has said to have applied.
    pub(crate) fn applied(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter_map(|line| match &line.said {
            Said::Applied(migration) => Some(migration.as_str()),
            _ => None,
        })
    }

    /// The kind of its error, and the report.
    pub(crate) fn error(&self) -> Option<(&str, &str)> {
        self.lines.iter().find_map(|line| match &line.said {
            Said::Failed { kind, report } => Some((kind.as_str(), report.as_str())),
            _ => None,
        })
    }

    /// When it said that it had finished, and what it had applied by then.
    pub(crate) fn finished(&self) -> Option<(f64, &[String])> {
        self.lines.iter().find_map(|line| match &line.said {
            Said::Finished(applied) => Some((line.at, applied.as_slice())),
            _ => None,
        })
    }
}

/// The name that a starter gives its connection.
pub(crate) fn name(number: usize) -> String {
    format!("starter-{number}")
}

fn listen(number: usize, child: &mut Child, sender: Sender<(usize, Line)>) {
    let output = BufReader::new(child.stdout.take().unwrap());
    thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            // A process that is killed may leave half a line.
            let Some(line) = parse(&line) else { continue };
            if sender.send((number, line)).is_err() {
                return;
            }
        }
    });
}

fn parse(line: &str) -> Option<Line> {
    let line: Value = serde_json::from_str(line).ok()?;
    let more = &line["more"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let said = match line["event"].as_str()? {
        "ready" => Said::Ready,
        "started" => Said::Started(text(&more["migration"])?),
        "applied" => Said::Applied(text(&more["migration"])?),
        "finished" => Said::Finished(more["applied"].as_array()?.iter().filter_map(text).collect()),
        "failed" => Said::Failed { kind: text(&more["kind"])?, report: text(&more["report"])? },
        _ => return None,
    };
    Some(Line { at: line["at"].as_f64()?, said })
}

fn connection_string(config: &Config) -> String {
    let host = match config.get_hosts() {
        [Host::Unix(path), ..] => path.display().to_string(),
        [Host::Tcp(host), ..] => host.clone(),
        [] => panic!("a connection without a host"),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    format!("host={host} port={port} user=postgres dbname={}", config.get_dbname().unwrap())
}
