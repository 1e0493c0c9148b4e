#![no_main]

use fuzz::properties;

mod renamed {
    migrations_core::embed_migrations!("../tests/sets/renamed_after");
}
mod squashed {
    migrations_core::embed_migrations!("../tests/sets/squashed_after");
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    properties::ledger::<renamed::Migration>(data);
    properties::ledger::<squashed::Migration>(data);
});
