//! Paths as relative references of URIs.

/// A path whose parts are separated by `/`, as a URI: everything but what needs no escape is percent-encoded.
pub(crate) fn of_path(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_would_mean_something_in_a_uri_is_escaped() {
        assert_eq!(super::of_path("sql/m² (a):b/001_a.sql"), "sql/m%C2%B2%20%28a%29%3Ab/001_a.sql");
    }
}
