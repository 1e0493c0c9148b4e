//! All processes come through a PgBouncer: the same races in session and in transaction mode.

macro_rules! races {
    ($name:ident, $mode:ident) => {
        pub(crate) mod $name {
            use migrations_tests::pgbouncer::Mode;

            use crate::race::{Disturbance, Race};
            use crate::sets::{BATCHED, INDEXES, PLAIN, SLOW, Set};

            #[test]
            fn transactions_over_one_connection() {
                pooled(PLAIN, 1).run();
            }

            #[test]
            fn transactions_over_five_connections() {
                pooled(PLAIN, 5).run();
            }

            #[test]
            fn indexes_over_one_connection() {
                pooled(INDEXES, 1).run();
            }

            #[test]
            fn indexes_over_five_connections() {
                pooled(INDEXES, 5).run();
            }

            #[test]
            fn a_slow_migration_over_one_connection() {
                pooled(SLOW, 1).run();
            }

            #[test]
            fn a_slow_migration_over_five_connections() {
                pooled(SLOW, 5).run();
            }

            #[test]
            fn batches_over_one_connection() {
                pooled(BATCHED, 1).run();
            }

            #[test]
            fn batches_over_five_connections() {
                pooled(BATCHED, 5).run();
            }

            #[test]
            fn indexes_while_one_is_killed() {
                pooled(INDEXES, 5).with_one(Disturbance::Killed).run();
            }

            #[test]
            fn a_slow_migration_while_one_is_killed() {
                pooled(SLOW, 5).with_one(Disturbance::Killed).run();
            }

            #[test]
            fn batches_while_one_is_killed() {
                pooled(BATCHED, 5).with_one(Disturbance::Killed).run();
            }

            #[test]
            fn a_slow_migration_while_a_connection_is_ended() {
                pooled(SLOW, 5).with_one(Disturbance::Terminated).run();
            }

            #[test]
            fn batches_while_a_connection_is_ended() {
                pooled(BATCHED, 5).with_one(Disturbance::Terminated).run();
            }

            fn pooled(set: Set, pool_size: u32) -> Race {
                Race::of(set).through(Mode::$mode, pool_size)
            }
        }
    };
}

races!(session, Session);
races!(transaction, Transaction);
