//! Text in markup, where nothing that comes from a file may become a part of the markup.

use std::borrow::Cow;

use migrations_text::printable;

/// A text as the content of an element or of a quoted attribute, in XML and in HTML alike.
pub(super) fn escaped(text: &str) -> String {
    let mut markup = String::with_capacity(text.len());
    for character in text.chars() {
        push(&mut markup, character);
    }
    markup
}

fn push(markup: &mut String, character: char) {
    match character {
        '&' => markup.push_str("&amp;"),
        '<' => markup.push_str("&lt;"),
        '>' => markup.push_str("&gt;"),
        '"' => markup.push_str("&quot;"),
        '\'' => markup.push_str("&#39;"),
        '\n' | '\t' | ' '..='~' => markup.push(character),
        _ => markup.push_str(&visible(character)),
    }
}

/// The character, or what stands for one that neither XML nor a reader can take as it is.
fn visible(character: char) -> Cow<'static, str> {
    match character {
        '\u{fffe}' | '\u{ffff}' => Cow::Borrowed("\u{fffd}"),
        _ => Cow::Owned(printable(&character.to_string()).into_owned()),
    }
}

/// A coordinate: a tenth of a pixel is enough.
pub(super) fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // Neither -0 nor a fraction that says nothing.
    if rounded == rounded.trunc() { format!("{}", rounded as i64) } else { format!("{rounded:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(escaped("</script><b a='\"&\t\n"), "&lt;/script&gt;&lt;b a=&#39;&quot;&amp;\t\n");
        assert_eq!(escaped("naïve\u{1F600}"), "naïve\u{1F600}");
        let odd = escaped("\0\u{b}\r\u{85}\u{fffe}\u{202e}");
        assert!(odd.chars().all(|c| !c.is_control() && c != '\u{fffe}' && c != '\u{202e}'), "{odd:?}");
    }

    #[test]
    fn coordinates_have_no_needless_digits() {
        assert_eq!([0.04, -0.04, 3.0, 2.25, -7.99].map(number), ["0", "0", "3", "2.3", "-8"]);
    }
}
