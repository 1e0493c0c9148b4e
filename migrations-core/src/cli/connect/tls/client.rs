//! Encrypted connections, by rustls.

use std::error::Error;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use postgres::config::SslNegotiation;
use postgres::{Client, Config};
use rustls::client::ResolvesClientCert;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, InconsistentKeys, SupportedProtocolVersion};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::verifier::{Roots, Verifier};
use super::{ConnectError, File, Mode, Origin, Wanted};

/// What makes encrypted connections.
pub(super) struct Connector(MakeRustlsConnect);

impl Connector {
    pub(super) fn new(
        wanted: &Wanted<'_>,
        warnings: &mut Vec<String>,
    ) -> Result<Option<Connector>, ConnectError> {
        let provider = Arc::new(ring::default_provider());
        let roots = wanted.roots(warnings)?;
        let verifier = Verifier::new(roots, wanted.mode == Mode::VerifyFull, &provider);
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&wanted.versions()?)
            .map_err(|error| ConnectError::new("TLS", "cannot be set up").because(error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = match wanted.client_certificate(&provider, warnings)? {
            Some(certificate) => builder.with_client_cert_resolver(certificate),
            None => builder.with_no_client_auth(),
        };
        if wanted.settings.choice("sslnegotiation", &super::NEGOTIATION)? == Some(SslNegotiation::Direct) {
            config.alpn_protocols = vec![b"postgresql".to_vec()];
        }
        Ok(Some(Connector(MakeRustlsConnect::new(config))))
    }

    pub(super) fn connect(&self, config: &Config) -> Result<Client, postgres::Error> {
        config.connect(self.0.clone())
    }

    /// Whether it is the TLS library that failed.
    pub(super) fn is_failure(error: &postgres::Error) -> bool {
        let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
        matches!(cause.and_then(io::Error::get_ref), Some(cause) if cause.is::<rustls::Error>())
    }
}

const VERSIONS: [(&str, u8); 4] = [("TLSv1", 0), ("TLSv1.1", 1), ("TLSv1.2", 2), ("TLSv1.3", 3)];

impl Wanted<'_> {
    fn versions(&self) -> Result<Vec<&'static SupportedProtocolVersion>, ConnectError> {
        let lowest = self.settings.choice("ssl_min_protocol_version", &VERSIONS)?.unwrap_or(2);
        let highest = self.settings.choice("ssl_max_protocol_version", &VERSIONS)?.unwrap_or(3);
        let known = [(2, &TLS12), (3, &TLS13)].into_iter();
        let versions: Vec<_> = known
            .filter(|(number, _)| (lowest..=highest).contains(number))
            .map(|(_, version)| version)
            .collect();
        match self.settings.find("ssl_max_protocol_version") {
            Some(given) if versions.is_empty() => {
                Err(given.wrong("no version of TLS is left: there are TLSv1.2 and TLSv1.3"))
            }
            _ => Ok(versions),
        }
    }

    /// The authorities that may have signed the server's certificate; without any, it is not verified.
    fn roots(&self, warnings: &mut Vec<String>) -> Result<Option<Roots>, ConnectError> {
        if self.settings.text("sslrootcert") == Some("system") {
            return Roots::of_system().map(Some);
        }
        match self.file("sslrootcert", "root.crt") {
            Some(file) if file.path.exists() => Roots::read(&file).map(Some),
            Some(file) if file.is_given && self.mode > Mode::Prefer => Err(file.wrong("is not there")),
            Some(file) if self.mode > Mode::Require => Err(file.wrong(NO_ROOTS)),
            None if self.mode > Mode::Require => Err(ConnectError::new("`sslrootcert`", NO_ROOTS)),
            Some(file) if file.is_given => {
                warnings.push(
                    file.wrong("is not there, so the server's certificate is not verified").to_string(),
                );
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// The client's own certificate, if there is one.
    fn client_certificate(
        &self,
        provider: &CryptoProvider,
        warnings: &mut Vec<String>,
    ) -> Result<Option<Arc<dyn ResolvesClientCert>>, ConnectError> {
        let Some(file) = self.file("sslcert", "postgresql.crt") else { return Ok(None) };
        if !file.path.exists() {
            if file.is_given {
                warnings.push(file.wrong("is not there, so no client certificate is shown").to_string());
            }
            return Ok(None);
        }
        let key_file = self.file("sslkey", "postgresql.key").filter(|key| key.path.exists());
        let key_file =
            key_file.ok_or_else(|| file.wrong("is there, but not the private key that belongs to it"))?;
        let key = provider.key_provider.load_private_key(private_key(&key_file)?);
        let key = key.map_err(|error| key_file.wrong("has no key that can be used").because(error))?;
        let certified = CertifiedKey::new(certificates(&file)?, key);
        match certified.keys_match() {
            Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
                Err(key_file.wrong(&format!("is not the key of {}", file.path.display())))
            }
            // Certificates of version 1, which the library cannot look into, are for the server to judge.
            _ => Ok(Some(Arc::new(SingleCertAndKey::from(certified)))),
        }
    }
}

const NO_ROOTS: &str =
    "is not there; give a PEM file as `sslrootcert`, or `sslrootcert=system`, or a weaker `sslmode`";

/// The certificates of a PEM file; at least one.
pub(super) fn certificates(file: &File) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
    let read = CertificateDer::pem_file_iter(&file.path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(all) if all.is_empty() => Err(file.wrong("holds no certificate in PEM format")),
        Ok(all) => Ok(all),
        Err(error) => Err(unreadable(file, "certificate", error)),
    }
}

fn private_key(file: &File) -> Result<PrivateKeyDer<'static>, ConnectError> {
    let metadata =
        fs::metadata(&file.path).map_err(|error| unreadable(file, "key", pem::Error::Io(error)))?;
    // As libpq: a key that belongs to root may be read by a group.
    let forbidden = if metadata.uid() == 0 { 0o027 } else { 0o077 };
    if metadata.mode() & forbidden != 0 {
        return Err(file.wrong("may be used by others than its owner; `chmod 600` makes it private"));
    }
    PrivateKeyDer::from_pem_file(&file.path).map_err(|error| unreadable(file, "key", error))
}

/// Without the library's words, which may repeat a line of the file.
fn unreadable(file: &File, what: &str, error: pem::Error) -> ConnectError {
    match error {
        pem::Error::Io(error) => file.wrong("cannot be read").because(error),
        _ => file.wrong(&format!("holds no {what} in PEM format, or an encrypted one")),
    }
}

impl Roots {
    fn read(file: &File) -> Result<Roots, ConnectError> {
        Roots::new(certificates(file)?).ok_or_else(|| file.wrong("holds no certificate that can be used"))
    }

    fn of_system() -> Result<Roots, ConnectError> {
        let found = rustls_native_certs::load_native_certs();
        let wrong = || {
            ConnectError::new(Origin::new("`sslrootcert=system`"), "the system has no trusted certificates")
        };
        Roots::new(found.certs).ok_or_else(|| match found.errors.into_iter().next() {
            Some(error) => wrong().because(error),
            None => wrong(),
        })
    }
}
