//! The locks that a migration takes, as far as its text tells.

mod effect;
mod known;
mod mode;
mod name;
mod nodes;
mod query;
mod statement;
mod table;
mod volatility;
mod whole;

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::thread;

pub use mode::LockMode;
#[doc(hidden)]
pub use volatility::STEADY;

use crate::check::STACK;
use crate::syntax;
use effect::Effect;
use known::Known;
use nodes::Nodes;

/// The locks of a migration, in the order in which it takes them.
///
/// ```
/// let sql = "CREATE TABLE a (b int); INSERT INTO c SELECT b FROM a;";
/// let locks = migrations_rules::locks(sql, migrations_rules::statements(sql));
/// let waited_for: Vec<String> =
///     locks.locks.iter().filter(|lock| !lock.is_new).map(|lock| lock.relation.to_string()).collect();
/// assert_eq!(waited_for, ["c"], "nobody else knows of `a` yet");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Locks {
    /// One for each relation that a statement locks, with the strongest of its modes.
    pub locks: Vec<Lock>,
    /// The statements that do what their text does not tell: `DO`, `CALL`, `EXECUTE`, extensions, queries that call a
    /// function with its schema, and what is no statement. See [`Locks::UNSEEN`].
    pub unseen: Vec<usize>,
}

/// A lock that a statement takes on a relation; it is held until the transaction ends, which is that of the statement in a
/// `-- @no-transaction` file.
///
/// A partitioned table stands for its partitions, a parent for its children, a view for what it reads. What is written to
/// a table may lock more: the tables at the other end of its foreign keys, what its triggers touch, the sequences of its
/// columns.
///
/// ```
/// use migrations_rules::LockMode;
///
/// let sql = "CREATE INDEX ON shop.orders (day);";
/// let lock = &migrations_rules::locks(sql, migrations_rules::statements(sql)).locks[0];
/// assert_eq!((lock.mode, lock.mode.blocks()), (LockMode::Share, "writes and schema changes"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// What is locked.
    pub relation: Relation,
    /// How.
    pub mode: LockMode,
    /// The statement that takes the lock, counted from 0.
    pub statement: usize,
    /// What the statement does to all rows meanwhile.
    pub work: Option<Work>,
    /// What a reader of the plan wants to know besides the mode.
    pub note: Option<&'static str>,
    /// Which relations get a lock as well without being named: the same one, unless another is said.
    pub others: Option<&'static str>,
    /// Whether the migration has made the relation itself, so that nobody can wait for it.
    pub is_new: bool,
}

/// A relation, or several.
///
/// ```
/// use migrations_rules::Relation;
///
/// let sql = "DROP INDEX shop.ix; ALTER TABLE shop.users ADD COLUMN age int;";
/// let locks = migrations_rules::locks(sql, migrations_rules::statements(sql)).locks;
/// assert!(locks.iter().any(|lock| lock.relation == Relation::TableOf("index shop.ix".into())), "{locks:?}");
/// assert!(locks.iter().any(|lock| lock.relation == Relation::Named("shop.users".into())));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Relation {
    /// By the name that it has before the migration, with its schema if that is written, and with quotes where it needs
    /// them.
    Named(String),
    /// The table of something whose name alone is written, such as `index shop.ix`.
    TableOf(String),
    /// All of a kind, such as `table of the database`.
    Every(String),
}

/// What a statement does to all rows of a relation.
///
/// ```
/// use migrations_rules::Work;
///
/// let sql = "ALTER TABLE shop.users ALTER COLUMN id TYPE bigint;";
/// let lock = &migrations_rules::locks(sql, migrations_rules::statements(sql)).locks[0];
/// assert_eq!(lock.work, Some(Work::Rewrite), "the larger the table, the longer it is locked");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// It reads them.
    Scan,
    /// It writes them anew.
    Rewrite,
}

/// The locks of the statements of a text, given by their places: of `Migration::body`, or of
/// [`statements`](crate::statements).
///
/// A place that does not lie in the text locks nothing.
///
/// ```
/// let sql = "ALTER TABLE shop.users ADD COLUMN token uuid DEFAULT gen_random_uuid();";
/// let locks = migrations_rules::locks(sql, migrations_rules::statements(sql));
/// assert_eq!(
///     locks.summary()[0].to_string(),
///     "shop.users: ACCESS EXCLUSIVE, blocks reads and writes; rewrites the table: each row gets a value of its own"
/// );
/// ```
pub fn locks(text: &str, statements: impl IntoIterator<Item = Range<usize>>) -> Locks {
    let statements: Vec<Range<usize>> = statements.into_iter().collect();
    let work = || read(text, &statements);
    thread::scope(|scope| {
        let reader = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let read = reader.ok().and_then(|reader| reader.join().ok());
        read.unwrap_or_else(|| Locks { unseen: (0..statements.len()).collect(), ..Locks::default() })
    })
}

fn read(text: &str, statements: &[Range<usize>]) -> Locks {
    let (mut known, mut locks) = (Known::default(), Locks::default());
    for (number, range) in statements.iter().enumerate() {
        if text.get(range.clone()).is_none() {
            continue;
        }
        let tree = syntax::parse(text, range.clone());
        let nodes = Nodes::new(text, &tree);
        if tree.error.is_some() || nodes.root().is_none_or(whole::runs_code) {
            locks.unseen.push(number);
        }
        known.make(&nodes);
        locks.locks.extend(of_statement(number, &nodes, &known));
        known.rename(&nodes);
    }
    locks
}

fn of_statement(number: usize, nodes: &Nodes<'_>, known: &Known) -> Vec<Lock> {
    let taken = statement::taken(nodes).into_iter().filter(|(target, _)| !target.is_catalogue());
    strongest(taken.map(|(target, effect)| {
        let (relation, is_new) = known.relation(target);
        Lock::new(relation, effect, number, is_new)
    }))
}

impl Locks {
    /// What is said of a migration with [`Locks::unseen`] statements.
    ///
    /// ```
    /// use migrations_rules::Locks;
    ///
    /// let sql = "DO $$ BEGIN DROP TABLE shop.users; END $$;";
    /// let locks = migrations_rules::locks(sql, migrations_rules::statements(sql));
    /// if !locks.unseen.is_empty() {
    ///     println!("{}", Locks::UNSEEN);
    /// }
    /// # assert_eq!(locks.unseen, [0]);
    /// ```
    pub const UNSEEN: &str = "what a DO block or a function does is not seen";

    /// What a plan shows: each relation that exists before the migration once, those with the strongest locks first.
    ///
    /// Mode and statement are those of the strongest lock, the first of them. As it is held to the end, the work is the
    /// heaviest of all statements, under whatever lock.
    ///
    /// ```
    /// let sql = "UPDATE shop.users SET name = ''; ALTER TABLE shop.users ALTER name SET NOT NULL;";
    /// let locks = migrations_rules::locks(sql, migrations_rules::statements(sql));
    /// assert_eq!((locks.locks.len(), locks.summary().len()), (2, 1), "two statements, one table");
    /// ```
    pub fn summary(&self) -> Vec<Lock> {
        let existing = self.locks.iter().filter(|lock| !lock.is_new).cloned();
        let mut summary = strongest(existing);
        summary.sort_by_key(|lock| std::cmp::Reverse(lock.mode));
        summary
    }
}

/// One lock for each relation.
fn strongest(locks: impl Iterator<Item = Lock>) -> Vec<Lock> {
    let (mut found, mut places): (Vec<Lock>, HashMap<Relation, usize>) = Default::default();
    for lock in locks {
        match places.get(&lock.relation) {
            Some(&place) => found[place].absorb(&lock),
            None => {
                places.insert(lock.relation.clone(), found.len());
                found.push(lock);
            }
        }
    }
    found
}

impl Lock {
    fn new(relation: Relation, effect: Effect, statement: usize, is_new: bool) -> Lock {
        let Effect { mode, work, note, others } = effect;
        Lock { relation, mode, statement, work, note, others, is_new }
    }

    /// Takes in another lock on the same relation.
    fn absorb(&mut self, other: &Lock) {
        if other.mode > self.mode {
            (self.mode, self.statement) = (other.mode, other.statement);
        }
        if other.work > self.work || self.note.is_none() {
            (self.work, self.note) = (other.work.max(self.work), other.note);
        }
        self.others = self.others.or(other.others);
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Relation::Named(name) => f.write_str(name),
            Relation::TableOf(what) => write!(f, "the table of {what}"),
            Relation::Every(what) => write!(f, "every {what}"),
        }
    }
}

/// A line of a plan: relation, mode, what that blocks, and the note.
impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, blocks {}", self.relation, self.mode, self.mode.blocks())?;
        self.note.map_or(Ok(()), |note| write!(f, "; {note}"))?;
        self.others.map_or(Ok(()), |others| write!(f, "; also {others}"))
    }
}

#[cfg(test)]
mod tests;
