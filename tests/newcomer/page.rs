//! The blocks of a page.

/// What a reader does with a block of code.
#[derive(Debug)]
pub(crate) enum Block<'p> {
    /// The line before it names a file in backquotes: he writes it.
    File { path: &'p str, text: &'p str },
    /// `sh`: he runs them.
    Commands(&'p str),
    /// `text`: what the commands before it print, shortened.
    Shown(&'p str),
}

/// The blocks of a page. One that nobody would know what to do with is an error.
pub(crate) fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let (mut rest, mut before) = (page, "");
    while let Some((line, below)) = rest.split_once('\n') {
        rest = below;
        if let Some(language) = line.strip_prefix("```") {
            let (text, below) = below.split_once("```\n").unwrap_or_else(|| panic!("no end: {line}"));
            blocks.push(block(language, file_name(before), text));
            rest = below;
        }
        before = line;
    }
    blocks
}

fn block<'p>(language: &str, file: Option<&'p str>, text: &'p str) -> Block<'p> {
    match (language, file) {
        (_, Some(path)) => Block::File { path, text },
        ("sh", None) => Block::Commands(text),
        ("text", None) => Block::Shown(text),
        _ => panic!("a block of `{language}` without the name of a file:\n{text}"),
    }
}

fn file_name(line: &str) -> Option<&str> {
    line.strip_prefix('`')?.strip_suffix('`').filter(|name| !name.contains(['`', ' ']))
}

/// A block that stands in a list, moved to the left.
pub(crate) fn without_indentation(block: &str) -> String {
    block.lines().flat_map(|line| [line.trim_start(), "\n"]).collect()
}
