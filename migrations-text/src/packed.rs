//! Numbers and texts in one string, which is what the macro embeds and what the cache keeps: to the compiler a table of
//! thousands of rows is one token.
//!
//! A number is its digits and a space, a text its length as a number and then the text itself. What has been written in
//! some order is read in the same.

use std::ops::Range;

/// Writes a packed string.
#[derive(Debug, Default)]
pub struct Packer {
    packed: String,
}

impl Packer {
    /// A number.
    pub fn number(&mut self, number: u64) {
        self.packed.push_str(&number.to_string());
        self.packed.push(' ');
    }

    /// A number of things, or a place among them.
    pub fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    /// Yes or no.
    pub fn flag(&mut self, flag: bool) {
        self.packed.push_str(if flag { "1 " } else { "0 " });
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.count(text.len());
        self.packed.push_str(text);
    }

    /// A range of bytes.
    pub fn range(&mut self, range: &Range<usize>) {
        self.count(range.start);
        self.count(range.end);
    }

    /// A list, each of its items written by `item`.
    pub fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
        mut item: impl FnMut(&mut Packer, T),
    ) {
        let items = items.into_iter();
        self.count(items.len());
        items.for_each(|one| item(self, one));
    }

    /// What may not be there, written by `value` if it is.
    pub fn option<T>(&mut self, option: Option<T>, value: impl FnOnce(&mut Packer, T)) {
        self.flag(option.is_some());
        if let Some(there) = option {
            value(self, there);
        }
    }

    /// Which of several kinds it is, and the texts of that kind.
    pub fn tagged<const N: usize>(&mut self, kind: u64, texts: [&String; N]) {
        self.number(kind);
        texts.into_iter().for_each(|text| self.text(text));
    }

    /// The packed string.
    pub fn into_string(self) -> String {
        self.packed
    }
}

/// Reads a packed string. Of any other string it gives nothing, or something else, but it takes it.
#[derive(Debug, Clone)]
pub struct Unpacker<'t> {
    rest: &'t str,
}

impl<'t> Unpacker<'t> {
    /// A reader of `packed`, from its beginning on.
    pub fn new(packed: &'t str) -> Unpacker<'t> {
        Unpacker { rest: packed }
    }

    /// Whether all has been read.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// A number.
    pub fn number(&mut self) -> Option<u64> {
        let bytes = self.rest.as_bytes();
        let (mut number, mut at) = (0_u64, 0);
        // Where macros run nothing is optimised: the library's own parser would take five times as long.
        while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
            number = number.checked_mul(10)?.checked_add(u64::from(*digit - b'0'))?;
            at += 1;
        }
        if at == 0 || bytes.get(at) != Some(&b' ') {
            return None;
        }
        self.rest = self.rest.get(at + 1..)?;
        Some(number)
    }

    /// A number of things, or a place among them.
    pub fn count(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    /// Yes or no.
    pub fn flag(&mut self) -> Option<bool> {
        match self.number()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'t str> {
        let length = self.count()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(text)
    }

    /// A range of bytes.
    pub fn range(&mut self) -> Option<Range<usize>> {
        let start = self.count()?;
        let end = self.count()?;
        (start <= end).then_some(start..end)
    }

    /// A list, each of its items read by `item`.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        // An item has a byte at least: a number that is not one of items makes no room for them.
        let mut items = Vec::with_capacity(count.min(self.rest.len()));
        for _ in 0..count {
            items.push(item(self)?);
        }
        Some(items)
    }

    /// What may not be there, read by `value` if it is: `None` when it cannot be read.
    pub fn option<T>(&mut self, value: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { value(self).map(Some) } else { Some(None) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed() -> String {
        let mut packer = Packer::default();
        packer.number(u64::MAX);
        packer.text("1 ä\n");
        packer.text("");
        packer.list(&[0..3, 10..12], Packer::range);
        packer.option(Some("x"), Packer::text);
        packer.option(None, Packer::text);
        packer.flag(true);
        packer.into_string()
    }

    /// All that was packed, if it is all there and nothing else.
    fn unpacked(packed: &str) -> Option<String> {
        let mut unpacker = Unpacker::new(packed);
        let read = format!(
            "{:?}",
            (
                unpacker.number()?,
                (unpacker.text()?, unpacker.text()?),
                unpacker.list(Unpacker::range)?,
                (unpacker.option(Unpacker::text)?, unpacker.option(Unpacker::text)?),
                unpacker.flag()?
            )
        );
        unpacker.is_at_end().then_some(read)
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let expected = r#"(18446744073709551615, ("1 ä\n", ""), [0..3, 10..12], (Some("x"), None), true)"#;
        assert_eq!(unpacked(&packed()).as_deref(), Some(expected));
    }

    #[test]
    fn a_part_of_it_is_nothing() {
        let whole = packed();
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            assert_eq!(unpacked(&whole[..end]), None, "{end} bytes");
        }
    }

    #[test]
    fn what_was_never_packed_is_taken() {
        for text in ["", " ", "x", "-1 ", "18446744073709551616 ", "5 abc", "1 ä", "99999999999 "] {
            let mut unpacker = Unpacker::new(text);
            assert_eq!(unpacker.text(), None, "{text:?}");
            assert_eq!(Unpacker::new(text).list(Unpacker::text), None, "{text:?}");
        }
        assert_eq!(Unpacker::new("5 3 ").range(), None, "its end lies before its start");
        assert_eq!(Unpacker::new("2 ").flag(), None);
    }
}
