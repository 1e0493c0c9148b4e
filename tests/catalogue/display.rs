//! How a difference and a catalogue read.

use migrations_core::testing::Catalogue;

use super::Database;

#[test]
fn a_difference_names_what_is_new_missing_and_changed_sorted_by_object() {
    let mut database = Database::with(
        "CREATE SCHEMA meetings; CREATE SCHEMA conversation;
         CREATE TABLE meetings.meetings (id int, title text NOT NULL, client_id int);
         CREATE INDEX ix_meetings_client_id ON meetings.meetings (client_id);
         CREATE TABLE conversation.turns (position int)",
    );
    let shown = database.change(
        "ALTER TABLE meetings.meetings ALTER title DROP NOT NULL;
         DROP INDEX meetings.ix_meetings_client_id;
         ALTER TABLE conversation.turns ADD CONSTRAINT ck_turns_position CHECK (position > 0)",
    );
    let constraint = "constraint meetings_title_not_null on meetings.meetings\n    is missing now\n";
    let constraint = if database.version() >= 18 { constraint } else { "" };
    assert_eq!(
        shown,
        format!(
            "column meetings.meetings.title
    not null: yes → no
constraint ck_turns_position on conversation.turns
    is new: CHECK ((\"position\" > 0))
{constraint}index meetings.ix_meetings_client_id
    is missing now
"
        )
    );
}

#[test]
fn of_long_definitions_the_lines_that_differ_are_shown() {
    let mut database = Database::with(
        "CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS 'BEGIN\n    -- one\n\n    RETURN 1;\nEND'",
    );
    database.there_and_back(
        "CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE plpgsql STABLE AS 'BEGIN\r\n    -- one\n    RETURN 2;\nEND'",
        "CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS 'BEGIN\n    -- one\n\n    RETURN 1;\nEND'",
        "function public.f()
    definition:
        - AS $function$BEGIN
        +  STABLE
        + AS $function$BEGIN\\r
        -
        -     RETURN 1;
        +     RETURN 2;
",
    );
}

#[test]
fn long_lines_stand_under_each_other() {
    let mut database =
        Database::with("CREATE TABLE t (id int); CREATE INDEX a_long_name_of_an_index ON t (id)");
    database.there_and_back(
        "DROP INDEX a_long_name_of_an_index; CREATE UNIQUE INDEX a_long_name_of_an_index ON t (id)",
        "DROP INDEX a_long_name_of_an_index; CREATE INDEX a_long_name_of_an_index ON t (id)",
        "index public.a_long_name_of_an_index
    definition:
        - CREATE INDEX a_long_name_of_an_index ON public.t USING btree (id)
        + CREATE UNIQUE INDEX a_long_name_of_an_index ON public.t USING btree (id)
",
    );
}

#[test]
fn a_new_function_is_shown_whole() {
    let mut database = Database::with("");
    database.there_and_back(
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "DROP FUNCTION f()",
        "function public.f()
    is new:
        CREATE OR REPLACE FUNCTION public.f()
         RETURNS integer
         LANGUAGE sql
        AS $function$SELECT 1$function$
",
    );
}

#[test]
fn names_that_need_quotes_have_them() {
    let mut database = Database::with("CREATE SCHEMA \"My.Schema\"");
    let shown =
        database.change("CREATE TABLE \"My.Schema\".\"T\" (\"select\" int CONSTRAINT \"c c\" CHECK (true))");
    let objects: Vec<&str> = shown.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        objects,
        [
            "column \"My.Schema\".\"T\".\"select\"",
            "constraint \"c c\" on \"My.Schema\".\"T\"",
            "table \"My.Schema\".\"T\""
        ]
    );
}

#[test]
fn a_catalogue_shows_all_attributes() {
    let mut database = Database::with("CREATE SCHEMA s; CREATE SEQUENCE s.q");
    let catalogue = Catalogue::read(&mut database.client, &["public"]).unwrap().to_string();
    let sequence = catalogue.split_once("sequence s.q\n").unwrap().1;
    assert!(
        sequence.starts_with(
            "    cache: 1
    cycle: no
    grants:
        SELECT to the owner
        UPDATE to the owner
        USAGE to the owner
    increment: 1
    maximum: 9223372036854775807
    minimum: 1
    owner: postgres
    persistence: permanent
    start: 1
    type: bigint
"
        ),
        "{sequence}"
    );
}
