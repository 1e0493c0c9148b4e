//! What the TLS library does not tell of a certificate.

use rustls::pki_types::{CertificateDer, SubjectPublicKeyInfoDer, UnixTime};
use rustls::{CertificateError, Error};
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};
use x509_cert::{Certificate as Parsed, TbsCertificate, Version};

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ALTERNATIVE_NAMES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");

/// A certificate, looked into.
pub(super) struct Certificate(TbsCertificate);

impl Certificate {
    pub(super) fn parse(der: &CertificateDer<'_>) -> Result<Certificate, Error> {
        Parsed::from_der(der).map(|parsed| Certificate(parsed.tbs_certificate)).map_err(|_| bad_encoding())
    }

    /// Whether a certificate that is trusted by itself may be: it is its own issuer, and it is not out of date.
    pub(super) fn verify_itself(&self, now: UnixTime) -> Result<(), Error> {
        let (validity, now) = (&self.0.validity, now.as_secs());
        let wrong = if self.0.issuer != self.0.subject {
            CertificateError::UnknownIssuer
        } else if now < validity.not_before.to_unix_duration().as_secs() {
            CertificateError::NotValidYet
        } else if now > validity.not_after.to_unix_duration().as_secs() {
            CertificateError::Expired
        } else {
            return Ok(());
        };
        Err(wrong.into())
    }

    pub(super) fn is_of_version_1(&self) -> bool {
        self.0.version == Version::V1
    }

    /// Whether it has no alternative names, and this common name or `*` in the place of its first label.
    pub(super) fn is_called(&self, host: &str) -> bool {
        let extensions = self.0.extensions.iter().flatten();
        let has_other_names = extensions.into_iter().any(|extension| extension.extn_id == ALTERNATIVE_NAMES);
        !has_other_names && self.common_names().any(|name| fits(name, host))
    }

    fn common_names(&self) -> impl Iterator<Item = &str> {
        let attributes = self.0.subject.0.iter().flat_map(|names| names.0.iter());
        let names = attributes.filter(|attribute| attribute.oid == COMMON_NAME);
        names.filter_map(|attribute| std::str::from_utf8(attribute.value.value()).ok())
    }

    pub(super) fn public_key(&self) -> Result<SubjectPublicKeyInfoDer<'static>, Error> {
        self.0.subject_public_key_info.to_der().map(Into::into).map_err(|_| bad_encoding())
    }
}

fn bad_encoding() -> Error {
    CertificateError::BadEncoding.into()
}

fn fits(name: &str, host: &str) -> bool {
    if name.eq_ignore_ascii_case(host) {
        return true;
    }
    let parent = host.split_once('.').map(|(_, parent)| parent).filter(|parent| parent.contains('.'));
    name.strip_prefix("*.").zip(parent).is_some_and(|(name, parent)| name.eq_ignore_ascii_case(parent))
}
