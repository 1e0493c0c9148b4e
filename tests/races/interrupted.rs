//! A statement that runs outside a transaction is interrupted, and may leave an invalid index.

use crate::race::{Disturbance, Race};
use crate::sets::INDEXES;

#[test]
fn indexes_while_a_connection_is_ended() {
    Race::of(INDEXES).with_one(Disturbance::Terminated).run();
}
