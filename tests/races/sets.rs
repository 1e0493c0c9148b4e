//! The sets that the races run.

/// A set, and what must have happened when it has run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Set {
    pub(crate) folder: &'static str,
    /// The migrations, in order of execution.
    pub(crate) migrations: &'static [&'static str],
    /// How many of them, from the first one on, travel in one message where there is no history.
    together: usize,
    /// A query, which is true when the data have been changed exactly once.
    pub(crate) once: &'static str,
    /// About as long as the migrations take, in milliseconds.
    pub(crate) milliseconds: u64,
}

impl Set {
    /// Those that travel in one message where there is no history.
    pub(crate) fn together(&self) -> &'static [&'static str] {
        &self.migrations[..self.together]
    }
}

pub(crate) const PLAIN: Set = Set {
    folder: "race_plain",
    migrations: &["create_counter", "count", "create_names", "renumber_names"],
    together: 4,
    once: "SELECT (SELECT array_agg(n) = '{1}' FROM counter) \
           AND (SELECT (count(*), min(id), max(id)) = (100, 1001, 1100) FROM names)",
    milliseconds: 20,
};

pub(crate) const INDEXES: Set = Set {
    folder: "race_indexes",
    migrations: &["create_counter", "create_things", "index_things", "count", "index_both"],
    together: 2,
    once: "SELECT (SELECT array_agg(n) = '{1}' FROM counter) AND (SELECT count(*) = 5000 FROM things) \
           AND (SELECT count(*) = 4 FROM pg_index WHERE indrelid = 'things'::regclass)",
    milliseconds: 60,
};

pub(crate) const SLOW: Set = Set {
    folder: "race_slow",
    migrations: &["create_counter", "count_slowly"],
    together: 2,
    once: "SELECT array_agg(n) = '{1}' FROM counter",
    milliseconds: 550,
};

pub(crate) const LONG: Set = Set { folder: "race_long", milliseconds: 2_050, ..SLOW };

pub(crate) const BATCHED: Set = Set {
    folder: "race_batched",
    migrations: &["create_numbers", "increment"],
    together: 1,
    once: "SELECT (count(*), min(n), max(n)) = (20000, 1, 1) FROM shop.numbers",
    milliseconds: 300,
};
