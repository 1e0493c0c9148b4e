//! What the parser says, in the words of PostgreSQL's users.

/// What is said about words that are the beginning of no statement.
pub(crate) const NO_STATEMENT: &str = "no statement of PostgreSQL begins like this";

/// The parser's message without its own names: of tokens (`L_PAREN`, `SELECT_KW`, `EOF`) and of parts of its grammar
/// (`from_item`).
pub(super) fn reworded(message: &str) -> String {
    if message.starts_with("expected command,") {
        return NO_STATEMENT.to_owned();
    }
    let message = lower_first(message);
    let mets = [", got: ", ", got ", ", found ", " but got "];
    match mets.iter().find_map(|met| message.split_once(met)) {
        Some((expected, met)) => reworded_phrase(expected) + &but_met(met),
        None => reworded_phrase(&message),
    }
}

fn reworded_phrase(phrase: &str) -> String {
    match PHRASES.iter().find(|(theirs, _)| *theirs == phrase) {
        Some((_, ours)) => (*ours).to_owned(),
        None => phrase.split(' ').map(reworded_token).collect::<Vec<_>>().join(" "),
    }
}

/// The token that the parser met, if it is one that people know by a name.
fn but_met(token: &str) -> String {
    match reworded_token(token) {
        _ if token == "EOF" => ", but the statement ends".to_owned(),
        shown if shown == token => String::new(),
        shown => format!(", got {shown}"),
    }
}

const EXPRESSION: &str = "expected an expression";
const TABLE: &str = "expected a table, a subquery or a function";
const COLUMNS: &str = "expected columns in parentheses";
const NAME: &str = "expected a name";
const TYPE: &str = "expected the name of a type";
const STRING_END: &str = "a string without its end";
const NUMBER: &str = "expected a number";
const QUERY: &str = "expected SELECT, VALUES or TABLE";

/// What the parser says, and what is said instead.
const PHRASES: &[(&str, &str)] = &[
    ("expected expr", EXPRESSION),
    ("expected expression", EXPRESSION),
    ("expected an expression in target_el", EXPRESSION),
    ("expected expression in atom_expr", EXPRESSION),
    ("expected expression in tuple_expr", EXPRESSION),
    ("expected expression for return", EXPRESSION),
    ("expected expression after comma", "expected an expression behind the comma"),
    ("expected expression or select", "expected an expression or a SELECT"),
    ("expected expression list", "expected expressions in parentheses"),
    ("expected expr for default", "expected the value of the default"),
    ("expected default expr for func arg", "expected the value of the parameter's default"),
    ("expected condition", "expected a condition"),
    ("expected from_item", TABLE),
    ("expected from item", TABLE),
    ("expected from table", TABLE),
    ("expected table reference", TABLE),
    ("expected FROM item after comma", "expected another table behind the comma"),
    ("expected FROM item after USING", "expected a table behind USING"),
    ("expected table relation name", "expected the name of a table"),
    ("expected relation name", "expected the name of a table"),
    ("expected table name or SELECT", "expected the name of a table, or a SELECT"),
    ("expected table name after comma", "expected another table behind the comma"),
    ("expected select stmt", QUERY),
    ("expected SELECT", QUERY),
    ("expected SELECT, TABLE, or VALUES statement", QUERY),
    ("expected start of a select statement", QUERY),
    (
        "expected select before compound select operator",
        "expected a SELECT before UNION, INTERSECT or EXCEPT",
    ),
    ("expected sub-SELECT", "expected a SELECT in parentheses"),
    ("expected row expression or sub-select", "expected a row, or a SELECT in parentheses"),
    ("expected common table expression", "expected a name and a statement in parentheses behind WITH"),
    ("expected on clause", "expected ON with a condition, or USING with columns"),
    ("expected join type", "expected JOIN"),
    ("expected column_name", "expected the name of a column"),
    ("expected column label", NAME),
    ("expected column list", COLUMNS),
    ("expected column definition list", "expected columns with their types in parentheses"),
    ("expected return table arg list", "expected columns with their types in parentheses"),
    ("expected table arg list", "expected columns with their types in parentheses"),
    ("expected json table columns", "expected COLUMNS with columns in parentheses"),
    ("expected json table plan", "expected a plan in parentheses"),
    ("expected name ref list", "expected names in parentheses"),
    ("expected param list", "expected parameters in parentheses"),
    ("expected options", "expected options in parentheses"),
    ("expected row list", "expected a row in parentheses"),
    ("expected row after comma", "expected another row behind the comma"),
    ("missing column", "expected a column"),
    ("expected name", NAME),
    ("expected identifier", NAME),
    ("expected path name", NAME),
    ("expected field name", "expected the name of a field"),
    ("expected index name", "expected the name of an index"),
    ("expected database name", "expected the name of a database"),
    ("expected database object name", "expected the name of an object"),
    ("expected function name before argument list", "expected the name of a function"),
    ("expected command name", "expected the name of a command"),
    ("expected a language name", "expected the name of a language"),
    ("expected call expression", "expected a call of a function"),
    ("expected a function call", "expected a call of a function"),
    ("expected function option", "expected what a function says of itself, such as LANGUAGE or AS"),
    ("expected transform function", "expected FROM SQL or TO SQL with a function"),
    ("expected type name", TYPE),
    ("expected simple type name", TYPE),
    ("expected a type", TYPE),
    ("expected L_BRACK for ARRAY_TYPE", "expected `[`"),
    ("expected numeric", NUMBER),
    ("expected numeric literal", NUMBER),
    ("expected count", NUMBER),
    ("expected a seed", NUMBER),
    ("expected integer literal", "expected a whole number"),
    ("expected unsigned integer literal", "expected a whole number without a sign"),
    ("expected numeric value for execution_cost", "expected a number behind COST"),
    ("expected numeric value for result_rows", "expected a number behind ROWS"),
    ("expected large_object_oid", "expected the number of a large object"),
    ("expected object oid", "expected the number of a large object"),
    ("expected string literal", "expected a string"),
    ("expected string literal or NULL", "expected a string or NULL"),
    ("expected string literal or IDENT", "expected a string or a name"),
    (
        "expected ident, year, month, day, hour, minute, second, or string",
        "expected a field such as YEAR or SECOND, or a string",
    ),
    ("expected operator", "expected an operator"),
    (
        "qualified operator requires OPERATOR(...)",
        "an operator with a schema is written OPERATOR(schema.operator)",
    ),
    ("expected lockmode", "expected the mode of a lock, such as SHARE"),
    ("expected lock strength", "expected UPDATE, NO KEY UPDATE, SHARE or KEY SHARE"),
    ("expected like option", "expected an option of LIKE, such as ALL or DEFAULTS"),
    ("expected generated type", "expected ALWAYS or BY DEFAULT"),
    ("expected constraint type", "expected a constraint, such as CHECK or UNIQUE"),
    ("expected foreign key action", "expected CASCADE, RESTRICT, SET NULL, SET DEFAULT or NO ACTION"),
    ("expected preceding or following", "expected PRECEDING or FOLLOWING"),
    ("expected first or next", "expected FIRST or NEXT"),
    ("expected temp or temporary", "expected TEMP or TEMPORARY"),
    ("expected isolation level", "expected the level of isolation, such as SERIALIZABLE"),
    ("expected transaction mode", "expected a mode of transactions, such as READ ONLY"),
    (
        "expected transaction mode after comma",
        "expected a mode of transactions, such as READ ONLY, behind the comma",
    ),
    ("expected alter option", "expected what is to be altered, such as ADD or SET"),
    (
        "expected alter column option",
        "expected what is to be altered of the column, such as TYPE or SET NOT NULL",
    ),
    ("expected alter property graph action", "expected what is to be altered, such as ADD or DROP"),
    (
        "missing alter foreign data wrapper option or action",
        "expected what is to be altered, such as OPTIONS or OWNER",
    ),
    ("expected valid extension member object type", "expected a kind of object, such as TABLE or FUNCTION"),
    ("expected partition option", "expected FOR VALUES or DEFAULT"),
    ("expected create database option value", "expected the value of the option"),
    ("expected attribute value", "expected a value"),
    ("expected config value", "expected the value of the setting"),
    ("expected config value after comma", "expected another value of the setting behind the comma"),
    ("expected time zone value", "expected a time zone"),
    ("expected role", "expected a role"),
    ("expected role option", "expected an option of roles, such as LOGIN"),
    ("expected role option after comma", "expected an option of roles, such as LOGIN, behind the comma"),
    ("expected target", "expected a column, `*` or an expression"),
    ("expected path pattern after comma", "expected another pattern behind the comma"),
    (
        "expected privilege target, TABLES, FUNCTIONS, ROUTINES, SEQEUNCES, TYPES, SCHEMAS, LARGE OBJECTS",
        "expected TABLES, FUNCTIONS, ROUTINES, SEQUENCES, TYPES, SCHEMAS or LARGE OBJECTS",
    ),
    ("expected a comma", "expected `,`"),
    ("missing comma", "expected `,`"),
    ("unexpected comma", "a `,` too many"),
    ("unexpected closing comma", "a `,` too many"),
    ("unexpected trailing comma", "a `,` too many"),
    ("unexpected comma, expected a name", "expected a name, not `,`"),
    ("unexpected comma, expected a column name", "expected the name of a column, not `,`"),
    ("expected at least one item", EXPRESSION),
    (
        "expected `group`, `current row`, `ties`, or `no others`",
        "expected GROUP, CURRENT ROW, TIES or NO OTHERS",
    ),
    ("expected ALTER TYPE option", "expected what is to be altered of the type, such as ADD VALUE"),
    ("expected ALTER SEQUENCE option", "expected what is to be altered of the sequence, such as RESTART"),
    ("expected ALTER SERVER option", "expected what is to be altered of the server, such as OPTIONS"),
    ("unexpected token", "not expected here"),
    ("unexpected expression after SELECT", "not expected here"),
    ("unexpected interval qualifier", "not expected here"),
    ("unexpected WITH", "WITH is not expected here"),
    ("missing trailing `*/` symbols to terminate the block comment", "a comment without its end, `*/`"),
    ("missing trailing \" to terminate the quoted identifier", "a quoted name without its end"),
    ("empty delimited identifier", "a quoted name without a character"),
    ("unterminated dollar quoted string literal", STRING_END),
    ("missing trailing `'` symbol to terminate the string literal", STRING_END),
    ("missing trailing `'` symbol to terminate the national character string literal", STRING_END),
    ("missing trailing `'` symbol to terminate the hex bit string literal", STRING_END),
    ("missing trailing `'` symbol to terminate the bit string literal", STRING_END),
    ("missing trailing `'` symbol to terminate the unicode escape string literal", STRING_END),
    ("missing trailing `'` symbol to terminate the escape string literal", STRING_END),
    ("trailing junk after numeric literal", "letters directly behind a number"),
    ("trailing junk after positional parameter", "letters directly behind a parameter"),
    ("missing digits after the exponent symbol", "a number without the digits of its exponent"),
    ("missing digits after the integer base prefix", "a number without its digits"),
    ("missing parameter number", "`$` without a number behind it"),
];

fn reworded_token(word: &str) -> String {
    let (token, tail) = match word.find(|c: char| !c.is_ascii_uppercase() && c != '_') {
        Some(end) => word.split_at(end),
        None => (word, ""),
    };
    let shown = match token {
        "SEMICOLON" => ";",
        "COMMA" => ",",
        "L_PAREN" => "(",
        "R_PAREN" => ")",
        "L_BRACK" => "[",
        "R_BRACK" => "]",
        "L_CURLY" => "{",
        "R_CURLY" => "}",
        "DOT" => ".",
        "EQ" => "=",
        "COLON" => ":",
        "MINUS" => "-",
        "STAR" => "*",
        "OPERATOR_CALL" => "OPERATOR",
        "IDENT" => return format!("a name{tail}"),
        "STRING" => return format!("a string{tail}"),
        _ => match token.strip_suffix("_KW") {
            Some(keyword) => keyword,
            None => return word.to_owned(),
        },
    };
    format!("`{shown}`{tail}")
}

fn lower_first(message: &str) -> String {
    let mut chars = message.trim_end_matches('.').chars();
    match (chars.next(), chars.as_str()) {
        (Some(first), rest) if !rest.starts_with(|c: char| c.is_uppercase()) => {
            first.to_lowercase().chain(rest.chars()).collect()
        }
        _ => message.to_owned(),
    }
}
