//! What is verified of a server's certificate: nothing, the chain, or the chain and the name.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
    verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::certificate::Certificate;

/// The certificates that are trusted.
#[derive(Debug)]
pub(super) struct Roots {
    authorities: RootCertStore,
    certificates: Vec<CertificateDer<'static>>,
}

impl Roots {
    /// `None` when not one of them can be used.
    pub(super) fn new(certificates: Vec<CertificateDer<'static>>) -> Option<Roots> {
        let mut authorities = RootCertStore::empty();
        let (added, _) = authorities.add_parsable_certificates(certificates.iter().cloned());
        (added > 0).then_some(Roots { authorities, certificates })
    }
}

/// Verifies what `sslmode` asks for. Without roots a certificate is believed; but its owner has to prove that it has the key,
/// on which channel binding relies.
#[derive(Debug)]
pub(super) struct Verifier {
    roots: Option<Roots>,
    with_name: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    pub(super) fn new(roots: Option<Roots>, with_name: bool, provider: &CryptoProvider) -> Verifier {
        Verifier { roots, with_name, algorithms: provider.signature_verification_algorithms }
    }

    fn verify_chain(
        &self,
        roots: &Roots,
        server: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        if roots.certificates.contains(server) {
            // A certificate that signs itself, and is an authority besides, is refused by the library.
            return Certificate::parse(server)?.verify_itself(now);
        }
        let parsed = parse(server)?;
        let algorithms = self.algorithms.all;
        verify_server_cert_signed_by_trust_anchor(&parsed, &roots.authorities, between, now, algorithms)
    }
}

/// As libpq, a certificate without alternative names is for the host that is its subject's common name.
fn verify_name(server: &CertificateDer<'_>, name: &ServerName<'_>) -> Result<(), Error> {
    if Certificate::parse(server).is_ok_and(|certificate| certificate.is_called(&name.to_str())) {
        return Ok(());
    }
    verify_server_name(&parse(server)?, name)
}

/// The library's view of a certificate; it has none of version 1, and its own error does not say so.
fn parse<'a>(server: &'a CertificateDer<'a>) -> Result<ParsedCertificate<'a>, Error> {
    ParsedCertificate::try_from(server).map_err(|error| match Certificate::parse(server) {
        Ok(certificate) if certificate.is_of_version_1() => Error::General(VERSION_1.to_owned()),
        _ => error,
    })
}

const VERSION_1: &str = "the server's certificate is of X.509 version 1, which cannot be verified; one with a \
                         subjectAltName is of version 3";

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        server: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(roots) = &self.roots {
            self.verify_chain(roots, server, between, now)?;
        }
        if self.with_name {
            verify_name(server, name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        server: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, server, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        server: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if ParsedCertificate::try_from(server).is_ok() {
            return verify_tls13_signature(message, server, signature, &self.algorithms);
        }
        // The library does not read certificates of version 1, which `openssl x509 -req` makes; the key in it does.
        let key = Certificate::parse(server)?.public_key()?;
        verify_tls13_signature_with_raw_key(message, &key, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
