#![no_main]

use fuzz::{leave_parser_panics_to_the_check, properties};

libfuzzer_sys::fuzz_target!(init: leave_parser_panics_to_the_check(), |data: &[u8]| properties::syntax(data));
