//! What holds for every input, and what the fuzz targets need besides.

pub mod properties;

/// A panic of the SQL parser is caught by the check, which leaves such a statement to the server. Any other one ends the
/// run.
pub fn leave_parser_panics_to_the_check() {
    let end_the_run = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let of_the_parser = panic.location().is_some_and(|place| place.file().contains("squawk"));
        if !of_the_parser {
            end_the_run(panic);
        }
    }));
}
