//! A browser without a window, driven over two pipes in the words of the DevTools protocol.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);

/// A running browser with one page.
pub(crate) struct Chromium {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    events: VecDeque<Value>,
    next: u64,
    session: Option<String>,
    profile: PathBuf,
}

impl Chromium {
    /// Starts the browser; `None` where there is none.
    pub(crate) fn start() -> Option<Chromium> {
        let program = program()?;
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let unique = format!("migrations-chromium-{}-{next}", std::process::id());
        let profile = std::env::temp_dir().join(unique);
        fs::create_dir_all(&profile).unwrap();
        let mut child = Command::new("sh")
            // The protocol runs over the descriptors 3 and 4.
            .args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1", "sh"])
            .arg(program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let (send, messages) = mpsc::channel();
        thread::spawn(move || {
            for message in BufReader::new(output).split(0) {
                let Ok(message) = message else { return };
                let Ok(message) = serde_json::from_slice(&message) else { return };
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        let mut browser =
            Chromium { child, input, messages, events: VecDeque::new(), next: 0, session: None, profile };
        browser.attach();
        Some(browser)
    }

    fn attach(&mut self) {
        let target = self.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let target = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.call("Target.attachToTarget", &target);
        self.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            self.call(&format!("{domain}.enable"), &json!({}));
        }
    }

    /// What the browser answers to a call.
    pub(crate) fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.input.as_mut().unwrap().write_all(&bytes).unwrap();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut message = self.receive(deadline, method);
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].take();
            }
            self.events.push_back(message);
        }
    }

    fn receive(&self, deadline: Instant, what: &str) -> Value {
        let left = deadline.saturating_duration_since(Instant::now());
        self.messages
            .recv_timeout(left)
            .unwrap_or_else(|error| panic!("{what}: the browser does not answer: {error}"))
    }

    /// Opens a file as a page of that size.
    pub(crate) fn open(&mut self, file: &Path, width: u32, height: u32) {
        self.call(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        );
        self.events.clear();
        self.call("Page.navigate", &json!({ "url": format!("file://{}", file.display()) }));
        let deadline = Instant::now() + PATIENCE;
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let message = self.receive(deadline, "the page");
            self.events.push_back(message);
        }
        self.settle();
    }

    /// What an expression of JavaScript is, promises awaited.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let call = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.call("Runtime.evaluate", &call);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].take()
    }

    /// Waits until what was done is drawn.
    pub(crate) fn settle(&mut self) {
        self.value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 180))))");
    }

    /// Presses a key, such as `Enter`, or types a character.
    pub(crate) fn press(&mut self, key: &str) {
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            "Tab" => 9,
            _ => 0,
        };
        let text = if key == "Enter" { "\r" } else { key };
        let mut down = json!({ "type": "keyDown", "key": key, "windowsVirtualKeyCode": code });
        if key.chars().count() == 1 || key == "Enter" {
            down["text"] = json!(text);
        }
        self.call("Input.dispatchKeyEvent", &down);
        self.call(
            "Input.dispatchKeyEvent",
            &json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code }),
        );
        self.settle();
    }

    /// Types a text.
    pub(crate) fn write(&mut self, text: &str) {
        self.call("Input.insertText", &json!({ "text": text }));
        self.settle();
    }

    /// Presses the mouse at the first point, moves it to the second and lets it go.
    pub(crate) fn drag(&mut self, from: (f64, f64), to: (f64, f64)) {
        let mut event = |kind: &str, (x, y): (f64, f64)| {
            let event =
                json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", &event);
        };
        event("mousePressed", from);
        if from != to {
            event("mouseMoved", to);
        }
        event("mouseReleased", to);
        self.settle();
    }

    /// Clicks on the middle of the first element that the selector finds.
    pub(crate) fn click(&mut self, selector: &str) {
        let at = self.middle(selector);
        self.drag(at, at);
    }

    /// The middle of the first element that the selector finds.
    pub(crate) fn middle(&mut self, selector: &str) -> (f64, f64) {
        let middle = format!(
            "(() => {{ const box = document.querySelector({selector:?}).getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        );
        let middle = self.value(&middle);
        (middle[0].as_f64().unwrap(), middle[1].as_f64().unwrap())
    }

    /// Turns the wheel of the mouse.
    pub(crate) fn wheel(&mut self, at: (f64, f64), by: f64) {
        let event = json!({ "type": "mouseWheel", "x": at.0, "y": at.1, "deltaX": 0, "deltaY": by });
        self.call("Input.dispatchMouseEvent", &event);
        self.settle();
    }

    /// Light or dark, `screen` or `print`.
    pub(crate) fn emulate(&mut self, scheme: &str, medium: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", &json!({ "media": medium, "features": features }));
        self.settle();
    }

    /// Everything that a page should not have done since it was opened: asked the network, or written an error.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        self.settle();
        self.events.iter().filter(|event| is_complaint(event)).map(ToString::to_string).collect()
    }

    /// Writes a picture of the page into the folder `SHOTS`, if that is set.
    pub(crate) fn shoot(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("SHOTS").map(PathBuf::from) else { return };
        let shot = self.call("Page.captureScreenshot", &json!({ "format": "png" }));
        let bytes = decoded(shot["data"].as_str().unwrap());
        fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // The end of the pipe is the end of the browser.
        drop(self.input.take());
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(20));
        }
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
        fs::remove_dir_all(&self.profile).unwrap_or_default();
    }
}

fn is_complaint(event: &Value) -> bool {
    let parameters = &event["params"];
    match event["method"].as_str().unwrap_or_default() {
        "Runtime.exceptionThrown" => true,
        "Runtime.consoleAPICalled" => parameters["type"] == "error" || parameters["type"] == "warning",
        "Log.entryAdded" => parameters["entry"]["level"] == "error",
        "Network.requestWillBeSent" => {
            !parameters["request"]["url"].as_str().unwrap_or_default().starts_with("file:")
                || parameters["type"] != "Document"
        }
        _ => false,
    }
}

/// The browser's program, by any of its names.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|program| program.is_file())
}

fn decoded(base64: &str) -> Vec<u8> {
    let value = |digit: u8| match digit {
        b'A'..=b'Z' => u32::from(digit - b'A'),
        b'a'..=b'z' => u32::from(digit - b'a' + 26),
        b'0'..=b'9' => u32::from(digit - b'0' + 52),
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = base64.bytes().filter(|digit| *digit != b'=').collect();
    let group = |group: &[u8]| {
        let bits = (0..4).fold(0, |bits, at| bits << 6 | group.get(at).map_or(0, |digit| value(*digit)));
        bits.to_be_bytes()[1..group.len()].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}
