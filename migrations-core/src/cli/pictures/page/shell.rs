//! What every page has: a head that forbids the network, a bar with a search, its style and its script.

use crate::cli::pictures::markup::escaped;

const STYLE: &str = include_str!("shell.css");

/// A page without its content.
pub(in crate::cli::pictures) struct Shell<'p> {
    pub(in crate::cli::pictures) title: &'p str,
    /// What stands beside the title.
    pub(in crate::cli::pictures) facts: &'p str,
    /// Markup behind the search.
    pub(in crate::cli::pictures) buttons: &'p str,
    pub(in crate::cli::pictures) style: &'p str,
    pub(in crate::cli::pictures) script: &'p str,
}

impl Shell<'_> {
    /// The page around its content, which is markup.
    pub(in crate::cli::pictures) fn around(&self, body: &str) -> String {
        let style = format!("\n{STYLE}{}", self.style);
        let script = format!("\n{}", self.script);
        // Only this style and this script: whatever a file smuggled in would be markup at most, and would do nothing.
        let policy = format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            source_hash(&style),
            source_hash(&script)
        );
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n\
             <body>\n<header>\n<h1>{title}</h1>\n<p class=\"facts\">{facts}</p>\n\
             <search><input id=\"search\" type=\"search\" placeholder=\"Search (/)\" autocomplete=\"off\" spellcheck=\"false\" \
             aria-label=\"Search by name, number, purpose or text\"><output id=\"found\" for=\"search\"></output></search>\n\
             {buttons}</header>\n{body}<script>{script}</script>\n</body>\n</html>\n",
            title = escaped(self.title),
            facts = escaped(self.facts),
            buttons = self.buttons,
        )
    }
}

/// How a content security policy names a style or a script.
fn source_hash(content: &str) -> String {
    format!("sha256-{}", base64(&hmac_sha256::Hash::hash(content.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit)) & 63;
            encoded.push(if digit <= group.len() { char::from(DIGITS[value as usize]) } else { '=' });
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_filled_up() {
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
    }
}
