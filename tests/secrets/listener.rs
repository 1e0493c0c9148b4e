//! Hears everything that is traced or logged, by us or by the crates below us, at any level.

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

#[derive(Default)]
struct Listener {
    heard: Arc<Mutex<Vec<String>>>,
    spans: AtomicU64,
}

/// The fields of an event or a span, as text.
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Listener {
    fn hear(&self, target: &str, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(target.to_owned());
        record(&mut fields);
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).push(fields.0);
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.hear(span.metadata().target(), |fields| span.record(fields));
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.hear("", |fields| values.record(fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.hear(event.metadata().target(), |fields| event.record(fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

thread_local! {
    /// The records of crates that use `log`: the driver works on the thread of its caller.
    static LOGGED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}", record.target(), record.args());
        LOGGED.with_borrow_mut(|logged| logged.push(line));
    }

    fn flush(&self) {}
}

/// Does `work` and answers what was traced and logged on this thread meanwhile.
pub(crate) fn listening(work: impl FnOnce()) -> Vec<String> {
    // Another test of this process may have done it.
    let _ = log::set_logger(&Logger);
    log::set_max_level(log::LevelFilter::Trace);
    let listener = Listener::default();
    let heard = Arc::clone(&listener.heard);
    LOGGED.take();
    tracing::subscriber::with_default(listener, work);
    let traced = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
    traced.into_iter().chain(LOGGED.take()).collect()
}
