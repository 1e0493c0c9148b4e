//! What reading a file of SQL has found, packed for the cache.

use std::ops::Range;
use std::sync::OnceLock;

use migrations_text::packed::{Packer, Unpacker};
use migrations_text::{Step, Text};

use crate::directive::{Backup, Directive, DirectiveKind};
use crate::header::{Entry, Header, Key};
use crate::migration::{Kind, Migration, Statement, Verification};
use crate::name::FileName;
use crate::rule;

/// What a file without problems holds, and which rules its `-- @allow` have switched off.
#[derive(Debug)]
pub(crate) struct Found {
    checksum: String,
    body: Vec<Statement>,
    steps: Vec<Step>,
    verify: Vec<Verification>,
    rollback: Option<Vec<Statement>>,
    transactional: bool,
    header: Header,
    directives: Vec<Directive>,
    pub(crate) allowed: Vec<&'static str>,
}

impl Found {
    /// The migration of the file in which it was found.
    pub(crate) fn into_migration(
        self,
        path: String,
        category: String,
        file_name: FileName,
        text: Text,
    ) -> Migration {
        let Found { checksum, body, steps, verify, rollback, transactional, header, directives, .. } = self;
        Migration {
            path,
            category,
            file_name,
            kind: Kind::Sql,
            companion: None,
            body,
            steps,
            verify,
            rollback,
            transactional,
            dependencies: Vec::new(),
            references: header.dependencies(&text),
            header,
            directives,
            checksum: OnceLock::from(checksum),
            text,
        }
    }

    /// What was found in a migration, packed; `None` when it is none of those that are kept: it has a runner, or a
    /// directive that nobody knows.
    pub(crate) fn packed(migration: &Migration, allowed: &[&'static str]) -> Option<String> {
        if migration.kind != Kind::Sql || migration.companion.is_some() {
            return None;
        }
        let mut packer = Packer::default();
        packer.text(migration.checksum());
        packer.flag(migration.transactional);
        packer.list(&migration.body, statement);
        packer.list(&migration.steps, |packer, step| step.pack(packer));
        packer.list(&migration.verify, |packer, verification| {
            statement(packer, &verification.statement);
            packer.flag(verification.is_query);
        });
        packer.option(migration.rollback.as_ref(), |packer, rollback| packer.list(rollback, statement));
        header(&mut packer, &migration.header);
        packer.count(migration.directives.len());
        migration.directives.iter().try_for_each(|one| directive(&mut packer, one))?;
        packer.list(allowed, |packer, rule| packer.text(rule));
        Some(packer.into_string())
    }

    /// What was packed of a file with this text; `None` when it does not fit the text.
    pub(crate) fn unpacked(packed: &str, text: &str) -> Option<Found> {
        let mut unpacker = InText { unpacker: Unpacker::new(packed), text };
        let found = unpacker.found()?;
        unpacker.unpacker.is_at_end().then_some(found)
    }
}

fn statement(packer: &mut Packer, statement: &Statement) {
    packer.range(&statement.range);
}

fn header(packer: &mut Packer, header: &Header) {
    packer.list(&header.entries, |packer, Entry { key, key_range, lines }| {
        packer.count(*key as usize);
        packer.range(key_range);
        packer.list(lines, Packer::range);
    });
    packer.list(&header.near_misses, |packer, (range, key)| {
        packer.range(range);
        packer.count(*key as usize);
    });
}

fn directive(packer: &mut Packer, Directive { range, kind }: &Directive) -> Option<()> {
    packer.range(range);
    match kind {
        DirectiveKind::Verify => packer.number(0),
        DirectiveKind::Rollback => packer.number(1),
        DirectiveKind::NoTransaction => packer.number(2),
        DirectiveKind::RenamedFrom(old) => packer.tagged(3, [old]),
        DirectiveKind::Allow { rule, reason } => packer.tagged(4, [rule, reason]),
        DirectiveKind::Replaces(names) => {
            packer.number(5);
            packer.list(names, |packer, name| packer.text(name));
        }
        DirectiveKind::Backup(Backup { schema, table, column }) => {
            packer.tagged(6, [schema, table]);
            packer.option(column.as_ref(), |packer, column| packer.text(column));
        }
        DirectiveKind::Malformed(_) | DirectiveKind::Unknown(_) => return None,
    }
    Some(())
}

/// Reads what was found in a text, of which every range must be one.
struct InText<'t> {
    unpacker: Unpacker<'t>,
    text: &'t str,
}

impl InText<'_> {
    fn found(&mut self) -> Option<Found> {
        Some(Found {
            checksum: self.owned()?,
            transactional: self.unpacker.flag()?,
            body: self.list(Self::statement)?,
            steps: self.list(Self::step)?,
            verify: self.list(Self::verification)?,
            rollback: if self.unpacker.flag()? { Some(self.list(Self::statement)?) } else { None },
            header: Header { entries: self.list(Self::entry)?, near_misses: self.list(Self::near_miss)? },
            directives: self.list(Self::directive)?,
            allowed: self.list(Self::rule)?,
        })
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        for _ in 0..self.unpacker.count()? {
            items.push(item(self)?);
        }
        Some(items)
    }

    fn range(&mut self) -> Option<Range<usize>> {
        let range = self.unpacker.range()?;
        self.text.get(range.clone()).map(|_| range)
    }

    fn owned(&mut self) -> Option<String> {
        self.unpacker.text().map(str::to_owned)
    }

    fn statement(&mut self) -> Option<Statement> {
        Some(Statement { range: self.range()? })
    }

    fn step(&mut self) -> Option<Step> {
        Step::unpacked(&mut self.unpacker).map(|step| step.map(str::to_owned))
    }

    fn verification(&mut self) -> Option<Verification> {
        Some(Verification { statement: self.statement()?, is_query: self.unpacker.flag()? })
    }

    fn entry(&mut self) -> Option<Entry> {
        Some(Entry { key: self.key()?, key_range: self.range()?, lines: self.list(Self::range)? })
    }

    fn near_miss(&mut self) -> Option<(Range<usize>, Key)> {
        Some((self.range()?, self.key()?))
    }

    fn key(&mut self) -> Option<Key> {
        Key::ALL.get(self.unpacker.count()?).copied()
    }

    fn directive(&mut self) -> Option<Directive> {
        let range = self.range()?;
        let kind = match self.unpacker.number()? {
            0 => DirectiveKind::Verify,
            1 => DirectiveKind::Rollback,
            2 => DirectiveKind::NoTransaction,
            3 => DirectiveKind::RenamedFrom(self.owned()?),
            4 => DirectiveKind::Allow { rule: self.owned()?, reason: self.owned()? },
            5 => DirectiveKind::Replaces(self.list(Self::owned)?),
            6 => DirectiveKind::Backup(Backup {
                schema: self.owned()?,
                table: self.owned()?,
                column: if self.unpacker.flag()? { Some(self.owned()?) } else { None },
            }),
            _ => return None,
        };
        Some(Directive { range, kind })
    }

    fn rule(&mut self) -> Option<&'static str> {
        rule::find(self.unpacker.text()?).map(|rule| rule.name)
    }
}
