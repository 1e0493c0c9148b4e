//! What stands on tables or beside them.

use super::Database;

#[test]
fn constraints() {
    let mut database = Database::with(
        "CREATE TABLE other (id int PRIMARY KEY);
         CREATE TABLE t (id int, name text, CONSTRAINT k CHECK (id > 0))",
    );
    let k = "constraint k on public.t";
    database.attribute(
        k,
        "definition: CHECK ((id > 0)) → CHECK ((id > 1))",
        "ALTER TABLE t DROP CONSTRAINT k, ADD CONSTRAINT k CHECK (id > 1)",
        "ALTER TABLE t DROP CONSTRAINT k, ADD CONSTRAINT k CHECK (id > 0)",
    );
    database.attribute(
        k,
        "validated: yes → no",
        "ALTER TABLE t DROP CONSTRAINT k, ADD CONSTRAINT k CHECK (id > 0) NOT VALID",
        "ALTER TABLE t VALIDATE CONSTRAINT k",
    );
    database.comment(k, "CONSTRAINT k ON t");
    database.there_and_back(
        "ALTER TABLE t RENAME CONSTRAINT k TO renamed",
        "ALTER TABLE t RENAME CONSTRAINT renamed TO k",
        "constraint k on public.t\n    is missing now\nconstraint renamed on public.t\n    is new: CHECK ((id > 0))",
    );
    database.run("ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES other DEFERRABLE");
    let fk = "constraint fk on public.t";
    database.attribute(
        fk,
        "deferrable: initially immediate → initially deferred",
        "ALTER TABLE t ALTER CONSTRAINT fk DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE t ALTER CONSTRAINT fk DEFERRABLE INITIALLY IMMEDIATE",
    );
    database.attribute(
        fk,
        "deferrable: initially immediate → no",
        "ALTER TABLE t ALTER CONSTRAINT fk NOT DEFERRABLE",
        "ALTER TABLE t ALTER CONSTRAINT fk DEFERRABLE",
    );
    database.attribute(
        fk,
        "triggers enabled: yes → no",
        "ALTER TABLE t DISABLE TRIGGER ALL",
        "ALTER TABLE t ENABLE TRIGGER ALL",
    );
    database.there_and_back(
        "ALTER TABLE t DROP CONSTRAINT fk,
             ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES other ON DELETE CASCADE DEFERRABLE",
        "ALTER TABLE t DROP CONSTRAINT fk, ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES other DEFERRABLE",
        "constraint fk on public.t
    definition:
        - FOREIGN KEY (id) REFERENCES public.other(id)
        + FOREIGN KEY (id) REFERENCES public.other(id) ON DELETE CASCADE",
    );
}

#[test]
fn constraints_with_indexes() {
    let mut database = Database::with("CREATE TABLE t (id int NOT NULL, name text)");
    for (definition, shown, index) in [
        ("PRIMARY KEY (id)", "PRIMARY KEY (id)", "CREATE UNIQUE INDEX k ON public.t USING btree (id)"),
        ("UNIQUE (name)", "UNIQUE (name)", "CREATE UNIQUE INDEX k ON public.t USING btree (name)"),
        (
            "EXCLUDE (name WITH =)",
            "EXCLUDE USING btree (name WITH =)",
            "CREATE INDEX k ON public.t USING btree (name)",
        ),
    ] {
        database.there_and_back(
            &format!("ALTER TABLE t ADD CONSTRAINT k {definition}"),
            "ALTER TABLE t DROP CONSTRAINT k",
            &format!("constraint k on public.t\n    is new: {shown}\nindex public.k\n    is new: {index}"),
        );
    }
}

#[test]
fn not_null_and_not_enforced_constraints_of_postgresql_18() {
    let mut database = Database::with("CREATE TABLE t (id int, CONSTRAINT k CHECK (id > 0))");
    if database.version() < 18 {
        return;
    }
    database.there_and_back(
        "ALTER TABLE t ADD CONSTRAINT named NOT NULL id",
        "ALTER TABLE t ALTER id DROP NOT NULL",
        "column public.t.id\n    not null: no → yes\nconstraint named on public.t\n    is new: NOT NULL id",
    );
    database.there_and_back(
        "ALTER TABLE t DROP CONSTRAINT k, ADD CONSTRAINT k CHECK (id > 0) NOT ENFORCED",
        "ALTER TABLE t DROP CONSTRAINT k, ADD CONSTRAINT k CHECK (id > 0)",
        "constraint k on public.t\n    enforced: yes → no\n    validated: yes → no",
    );
}

#[test]
fn indexes() {
    let mut database = Database::with(
        "CREATE TABLE t (id int, name text); CREATE INDEX i ON t (id); CREATE INDEX e ON t ((id + 1));
         CREATE UNIQUE INDEX u ON t (id)",
    );
    let i = "index public.i";
    database.attribute(i, "clustered: no → yes", "CLUSTER t USING i", "ALTER TABLE t SET WITHOUT CLUSTER");
    database.there_and_back(
        "ALTER INDEX i SET (fillfactor = 50)",
        "ALTER INDEX i RESET (fillfactor)",
        "index public.i
    definition:
        - CREATE INDEX i ON public.t USING btree (id)
        + CREATE INDEX i ON public.t USING btree (id) WITH (fillfactor='50')",
    );
    database.attribute(
        "index public.e",
        "statistics targets: (none) → expr 9",
        "ALTER INDEX e ALTER 1 SET STATISTICS 9",
        "ALTER INDEX e ALTER 1 SET STATISTICS -1",
    );
    database.comment(i, "INDEX i");
    let invalid = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass";
    database.attribute(i, "valid: yes → no", invalid, "REINDEX INDEX i");
    database.there_and_back(
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX u",
        "ALTER TABLE t DROP CONSTRAINT u; CREATE UNIQUE INDEX u ON t (id)",
        "constraint u on public.t\n    is new: UNIQUE (id)\nindex public.u\n    constraint: (none) → u",
    );
}

#[test]
fn triggers() {
    let mut database = Database::with(
        "CREATE TABLE t (id int);
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
         CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
    );
    let g = "trigger g on public.t";
    database.attribute(
        g,
        "enabled: yes → no",
        "ALTER TABLE t DISABLE TRIGGER g",
        "ALTER TABLE t ENABLE TRIGGER g",
    );
    database.attribute(
        g,
        "enabled: yes → always",
        "ALTER TABLE t ENABLE ALWAYS TRIGGER g",
        "ALTER TABLE t ENABLE TRIGGER g",
    );
    database.attribute(
        g,
        "enabled: yes → on a replica",
        "ALTER TABLE t ENABLE REPLICA TRIGGER g",
        "ALTER TABLE t ENABLE TRIGGER g",
    );
    database.there_and_back(
        "DROP TRIGGER g ON t; CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "DROP TRIGGER g ON t; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "trigger g on public.t
    definition:
        - CREATE TRIGGER g BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()
        + CREATE TRIGGER g AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()",
    );
    database.comment(g, "TRIGGER g ON t");
}

#[test]
fn triggers_of_partitions_are_inherited() {
    let mut database = Database::with(
        "CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p DEFAULT;
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
         CREATE TRIGGER g AFTER INSERT ON p1 FOR EACH ROW EXECUTE FUNCTION f()",
    );
    database.there_and_back(
        "DROP TRIGGER g ON p1; CREATE TRIGGER g AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f()",
        "DROP TRIGGER g ON p; CREATE TRIGGER g AFTER INSERT ON p1 FOR EACH ROW EXECUTE FUNCTION f()",
        "trigger g on public.p
    is new: CREATE TRIGGER g AFTER INSERT ON public.p FOR EACH ROW EXECUTE FUNCTION public.f()
trigger g on public.p1
    inherited: no → yes",
    );
}

#[test]
fn rules() {
    let mut database =
        Database::with("CREATE TABLE t (id int); CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING");
    let r = "rule r on public.t";
    database.attribute(r, "enabled: yes → no", "ALTER TABLE t DISABLE RULE r", "ALTER TABLE t ENABLE RULE r");
    database.there_and_back(
        "CREATE OR REPLACE RULE r AS ON DELETE TO t WHERE old.id > 0 DO INSTEAD NOTHING",
        "CREATE OR REPLACE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
        "rule r on public.t
    definition:
        -     ON DELETE TO public.t DO INSTEAD NOTHING;
        +     ON DELETE TO public.t
        +    WHERE (old.id > 0) DO INSTEAD NOTHING;",
    );
    database.comment(r, "RULE r ON t");
}

#[test]
fn policies() {
    let mut database = Database::with("CREATE TABLE t (id int); CREATE POLICY p ON t USING (id > 0)");
    let p = "policy p on public.t";
    database.attribute(
        p,
        "using: (id > 0) → (id > 1)",
        "ALTER POLICY p ON t USING (id > 1)",
        "ALTER POLICY p ON t USING (id > 0)",
    );
    database.attribute(
        p,
        "roles: PUBLIC → pg_monitor",
        "ALTER POLICY p ON t TO pg_monitor",
        "ALTER POLICY p ON t TO PUBLIC",
    );
    let again = "DROP POLICY p ON t; CREATE POLICY p ON t USING (id > 0)";
    database.attribute(p, "with check: (none) → (id > 0)", "ALTER POLICY p ON t WITH CHECK (id > 0)", again);
    let other = "DROP POLICY p ON t; CREATE POLICY p ON t";
    database.attribute(p, "permissive: yes → no", &format!("{other} AS RESTRICTIVE USING (id > 0)"), again);
    database.attribute(p, "command: ALL → DELETE", &format!("{other} FOR DELETE USING (id > 0)"), again);
    database.comment(p, "POLICY p ON t");
}

#[test]
fn sequences() {
    let mut database = Database::with("CREATE TABLE t (id int); CREATE SEQUENCE q");
    let q = "sequence public.q";
    let mut alter = |attribute: &str, there: &str, back: &str| {
        database.attribute(
            q,
            attribute,
            &format!("ALTER SEQUENCE q {there}"),
            &format!("ALTER SEQUENCE q {back}"),
        );
    };
    alter("start: 1 → 5", "START 5", "START 1");
    alter("increment: 1 → 2", "INCREMENT 2", "INCREMENT 1");
    alter("minimum: 1 → 0", "MINVALUE 0", "MINVALUE 1");
    alter("maximum: 9223372036854775807 → 9", "MAXVALUE 9", "NO MAXVALUE");
    alter("cache: 1 → 3", "CACHE 3", "CACHE 1");
    alter("cycle: no → yes", "CYCLE", "NO CYCLE");
    database.there_and_back(
        "ALTER SEQUENCE q AS integer",
        "ALTER SEQUENCE q AS bigint",
        "sequence public.q\n    maximum: 9223372036854775807 → 2147483647\n    type: bigint → integer",
    );
    database.there_and_back(
        "ALTER SEQUENCE q OWNED BY t.id",
        "ALTER SEQUENCE q OWNED BY NONE",
        "sequence public.q\n    identity: (none) → no\n    owned by: (none) → public.t.id",
    );
    if database.version() >= 15 {
        database.attribute(
            q,
            "persistence: permanent → unlogged",
            "ALTER SEQUENCE q SET UNLOGGED",
            "ALTER SEQUENCE q SET LOGGED",
        );
    }
    database.owner(q, "SEQUENCE q");
    database.comment(q, "SEQUENCE q");
    database.there_and_back(
        "GRANT USAGE ON SEQUENCE q TO pg_monitor",
        "REVOKE USAGE ON SEQUENCE q FROM pg_monitor",
        "sequence public.q\n    grants:\n        + USAGE to pg_monitor",
    );
}

#[test]
fn statistics_objects() {
    let mut database = Database::with(
        "CREATE TABLE t (id int, name text); CREATE STATISTICS s (ndistinct) ON id, name FROM t",
    );
    let s = "statistics public.s";
    database.attribute(
        s,
        "statistics target: (none) → 9",
        "ALTER STATISTICS s SET STATISTICS 9",
        "ALTER STATISTICS s SET STATISTICS -1",
    );
    database.there_and_back(
        "DROP STATISTICS s; CREATE STATISTICS s (mcv) ON id, name FROM t",
        "DROP STATISTICS s; CREATE STATISTICS s (ndistinct) ON id, name FROM t",
        "statistics public.s
    definition:
        - CREATE STATISTICS public.s (ndistinct) ON id, name FROM public.t
        + CREATE STATISTICS public.s (mcv) ON id, name FROM public.t",
    );
    database.owner(s, "STATISTICS s");
    database.comment(s, "STATISTICS s");
}
