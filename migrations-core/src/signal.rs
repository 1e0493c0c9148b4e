//! Ctrl-C.

use std::sync::atomic::{AtomicBool, Ordering};

use once_cell::sync::OnceCell;

use crate::error::{Error, Kind};

/// Whether the user has asked to stop. A process has one handler, which is installed when it is first asked for.
pub(crate) fn asked_to_stop() -> Result<&'static AtomicBool, Error> {
    static ASKED: AtomicBool = AtomicBool::new(false);
    static HANDLER: OnceCell<()> = OnceCell::new();
    HANDLER.get_or_try_init(|| {
        ctrlc::set_handler(|| {
            if ASKED.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        })
        .map_err(|error| Error::from(Kind::Signal(error.to_string())))
    })?;
    Ok(&ASKED)
}
