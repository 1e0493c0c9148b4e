#![no_main]

use fuzz::properties;

migrations_core::embed_migrations!("../tests/sets/renamed_after");

libfuzzer_sys::fuzz_target!(|data: &[u8]| properties::ledger::<Migration>(data));
