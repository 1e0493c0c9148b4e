//! What a database consists of, as objects with attributes, all of it text.

mod difference;
mod query;

use std::collections::BTreeMap;
use std::fmt;

use postgres::types::Type;
use postgres::{Client, IsolationLevel, Row};

pub use difference::Difference;
use query::ColumnOrder;

/// What a database consists of, without its rows.
///
/// An object is named by a readable line, such as `column shop.users.name` or `index shop.users_pkey`, and has attributes,
/// such as `not null`: all of it is text. Nothing of it depends on OIDs or on the settings of the session, so that
/// catalogues of different databases compare, as long as their servers are of one version.
///
/// It holds schemas, tables, columns, constraints, indexes, views, functions, procedures, aggregates, triggers, rules,
/// policies, types, domains, sequences, statistics objects, collations, operators, casts, text search objects, foreign
/// servers, extensions, publications, event triggers and the database itself, with owners, grants (also default
/// privileges) and comments.
///
/// It leaves out what belongs to an extension or to PostgreSQL; roles and tablespaces, which belong to the server; user
/// mappings and subscriptions, which hold passwords; security labels; the values of sequences; and the temporary
/// objects of other sessions.
///
/// ```no_run
/// # fn look(client: &mut postgres::Client) -> Result<(), postgres::Error> {
/// use migrations_core::testing::Catalogue;
///
/// let before = Catalogue::read(client, &["migrations"])?;
/// client.batch_execute("ALTER TABLE shop.users ALTER name DROP NOT NULL")?;
/// let after = Catalogue::read(client, &["migrations"])?;
/// assert_eq!(
///     before.difference(&after).to_string(),
///     "column shop.users.name\n    not null: yes → no\n"
/// );
/// # Ok(())
/// # }
/// ```
///
/// `Display` shows every object with every attribute, one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    objects: BTreeMap<String, Attributes>,
}

/// The attributes of an object, by name.
type Attributes = BTreeMap<String, String>;

impl Catalogue {
    /// Reads the catalogue of the client's database; `ignored` schemas (such as the ledger's) are left out, with
    /// everything in them. The schema of the session's temporary objects is called `pg_temp`.
    ///
    /// The physical order of a table's columns is left out too: a column that was added later equals one that was there
    /// from the start. See [`Catalogue::read_with_column_order`].
    ///
    /// ```
    /// use migrations_core::testing::Catalogue;
    ///
    /// /// What two databases are compared by: neither the ledger nor the cache counts.
    /// fn schema(client: &mut postgres::Client) -> Result<Catalogue, postgres::Error> {
    ///     Catalogue::read(client, &["migrations", "cache"])
    /// }
    /// ```
    ///
    /// # Errors
    /// The server does not answer, or the connection is inside a transaction.
    pub fn read(client: &mut Client, ignored: &[&str]) -> Result<Catalogue, postgres::Error> {
        read(client, ignored, ColumnOrder::Ignored)
    }

    /// Reads the catalogue like [`Catalogue::read`], and for each column which one stands before it (`follows`).
    ///
    /// ```
    /// # use migrations_core::testing::Catalogue;
    /// # fn f(client: &mut postgres::Client) -> Result<(), postgres::Error> {
    /// client.batch_execute("CREATE TABLE a (b int, c int)")?;
    /// let before = Catalogue::read_with_column_order(client, &[])?;
    /// client.batch_execute("ALTER TABLE a DROP b; ALTER TABLE a ADD b int")?;
    /// let after = Catalogue::read_with_column_order(client, &[])?;
    /// assert!(!before.difference(&after).is_empty(), "`b` follows `c` now");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The server does not answer, or the connection is inside a transaction.
    pub fn read_with_column_order(
        client: &mut Client,
        ignored: &[&str],
    ) -> Result<Catalogue, postgres::Error> {
        read(client, ignored, ColumnOrder::Kept)
    }

    /// What must be done to `self` to get `after`; empty when they are equal.
    ///
    /// ```
    /// use migrations_core::{scratch::Scratch, testing::Catalogue};
    ///
    /// let server = Scratch::start()?;
    /// let mut client = server.connect()?;
    /// let before = Catalogue::read(&mut client, &[])?;
    /// client.batch_execute("CREATE SCHEMA shop")?;
    /// let after = Catalogue::read(&mut client, &[])?;
    /// let difference = before.difference(&after);
    /// assert_eq!(difference.to_string(), "schema shop\n    is new\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn difference(&self, after: &Catalogue) -> Difference {
        Difference::new(&self.objects, &after.objects)
    }
}

fn read(client: &mut Client, ignored: &[&str], order: ColumnOrder) -> Result<Catalogue, postgres::Error> {
    // Never committed: dropped, it rolls back, and the settings are what they were.
    let mut transaction =
        client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start()?;
    transaction.batch_execute(query::SETTINGS)?;
    let version: i32 = transaction.query_one(query::VERSION, &[])?.try_get(0)?;
    let mut objects = BTreeMap::new();
    for query in query::all(version, order) {
        for row in transaction.query(&query, &[&ignored])? {
            objects.insert(row.try_get(0)?, attributes(&row)?);
        }
    }
    Ok(Catalogue { objects })
}

/// The columns of a row behind the first: their names are the names of the attributes.
fn attributes(row: &Row) -> Result<Attributes, postgres::Error> {
    let mut attributes = Attributes::new();
    for (at, column) in row.columns().iter().enumerate().skip(1) {
        let value = match *column.type_() {
            Type::BOOL => row.try_get::<_, Option<bool>>(at)?.map(yes_or_no),
            _ => row.try_get::<_, Option<String>>(at)?,
        };
        attributes.extend(value.map(|value| (column.name().to_owned(), value)));
    }
    Ok(attributes)
}

fn yes_or_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

impl fmt::Display for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (object, attributes) in &self.objects {
            writeln!(f, "{object}")?;
            for (name, value) in attributes {
                difference::write_value(f, name, value)?;
            }
        }
        Ok(())
    }
}
