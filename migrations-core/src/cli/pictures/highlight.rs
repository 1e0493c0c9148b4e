//! Code with its words marked, for the page: just enough of a lexer to tell words, strings, numbers and comments apart.

mod scan;
mod words;

use super::markup::escaped;

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Sql,
    Rust,
}

/// What a piece of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Comment,
    String,
    Number,
    Word,
    Other,
}

/// The code as HTML: escaped, keywords and the like in `<i class="…">`.
pub(super) fn html(code: &str, language: Language) -> String {
    let mut html = String::with_capacity(code.len() * 2);
    let mut rest = code;
    while let Some((token, length)) = scan::token(rest, language) {
        let (piece, behind) = rest.split_at(length);
        match class(token, piece, language) {
            Some(class) => {
                html.push_str("<i class=\"");
                html.push_str(class);
                html.push_str("\">");
                html.push_str(&escaped(piece));
                html.push_str("</i>");
            }
            None => html.push_str(&escaped(piece)),
        }
        rest = behind;
    }
    html
}

fn class(token: Token, piece: &str, language: Language) -> Option<&'static str> {
    match token {
        Token::Comment if piece.trim_start_matches(['-', ' ']).starts_with('@') => Some("m"),
        Token::Comment => Some("c"),
        Token::String => Some("s"),
        Token::Number => Some("n"),
        Token::Word => words::is_keyword(piece, language).then_some("k"),
        Token::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(code: &str) -> String {
        html(code, Language::Sql)
    }

    #[test]
    fn the_words_of_sql_are_marked() {
        assert_eq!(sql("SELECT a1 FROM t"), "<i class=\"k\">SELECT</i> a1 <i class=\"k\">FROM</i> t");
        assert_eq!(sql("-- a\n-- @verify\n"), "<i class=\"c\">-- a</i>\n<i class=\"m\">-- @verify</i>\n");
        assert_eq!(sql("/* a /* b */ c */x"), "<i class=\"c\">/* a /* b */ c */</i>x");
        assert_eq!(
            sql("'it''s', 'a\\'"),
            "<i class=\"s\">&#39;it&#39;&#39;s&#39;</i>, <i class=\"s\">&#39;a\\&#39;</i>"
        );
        assert_eq!(sql("E'a\\'b'"), "<i class=\"s\">E&#39;a\\&#39;b&#39;</i>");
        assert_eq!(sql("$x$ $y$ ' $x$;$1"), "<i class=\"s\">$x$ $y$ &#39; $x$</i>;<i class=\"n\">$1</i>");
        assert_eq!(sql("\"select\" 1.5e-3"), "&quot;select&quot; <i class=\"n\">1.5e-3</i>");
    }

    #[test]
    fn the_words_of_rust_are_marked() {
        let rust = |code| html(code, Language::Rust);
        assert_eq!(rust("fn f<'a>() {}"), "<i class=\"k\">fn</i> f&lt;&#39;a&gt;() {}");
        assert_eq!(
            rust("'\\'' r#\"a\"b\"#"),
            "<i class=\"s\">&#39;\\&#39;&#39;</i> <i class=\"s\">r#&quot;a&quot;b&quot;#</i>"
        );
        assert_eq!(rust("//! x\n"), "<i class=\"c\">//! x</i>\n");
    }

    #[test]
    fn whatever_is_left_open_ends_with_the_text() {
        for open in ["'a", "E'\\", "\"a", "/* a /* */", "$x$ a", "$", "r#\"a", "'", "é'ü", "\u{1}"] {
            for language in [Language::Sql, Language::Rust] {
                let marked = html(open, language);
                assert!(
                    marked.contains(escaped(open).as_str()) || marked.contains("<i"),
                    "{open:?}: {marked}"
                );
            }
        }
    }
}
