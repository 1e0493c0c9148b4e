//! Checksums: SHA-256 over text whose line ends are normalised.

use std::fmt::Write;

/// The checksum of a file's normalised text, as the ledger keeps it: `sha256:` and 64 hexadecimal digits.
///
/// ```
/// let checksum = migrations_text::checksum("SELECT 1;\n");
/// assert!(checksum.starts_with("sha256:") && checksum.len() == 7 + 64);
/// ```
pub fn of(text: &str) -> String {
    format!("sha256:{}", hex(&hmac_sha256::Hash::hash(text.as_bytes())))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_checksum_is_sha256_in_hexadecimal() {
        assert_eq!(
            super::of("abc"),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
