//! Certificate authorities and what they sign.

use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use crate::world::World;

/// A certificate and its private key, as PEM.
pub(crate) struct Pair {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

/// An authority that signs certificates.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Authority {
        let mut parameters = parameters("Authority of the tests", &[]);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Authority(CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn certificate(&self) -> String {
        self.0.pem()
    }

    /// A certificate with this common name, and these alternative names.
    pub(crate) fn sign(&self, common_name: &str, names: &[&str]) -> Pair {
        let key = KeyPair::generate().unwrap();
        let certificate = parameters(common_name, names).signed_by(&key, &self.0).unwrap();
        Pair { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    /// One that is out of date.
    pub(crate) fn sign_expired(&self, name: &str) -> Pair {
        let key = KeyPair::generate().unwrap();
        let mut parameters = parameters(name, &[name]);
        parameters.not_after = rcgen::date_time_ymd(2020, 1, 1);
        let certificate = parameters.signed_by(&key, &self.0).unwrap();
        Pair { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

/// A certificate that is its own authority, as `openssl req -x509` makes it.
pub(crate) fn self_signed(name: &str) -> Pair {
    let key = KeyPair::generate().unwrap();
    let mut parameters = parameters(name, &[name]);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Pair { certificate: parameters.self_signed(&key).unwrap().pem(), key: key.serialize_pem() }
}

/// A certificate of X.509 version 1, which only openssl makes still.
pub(crate) fn of_version_1(world: &World) -> Option<Pair> {
    let run = |arguments: &str| {
        let mut command = Command::new("openssl");
        command
            .args(arguments.split(' '))
            .current_dir(&world.folder)
            .output()
            .is_ok_and(|output| output.status.success())
    };
    let is_made = run("req -new -newkey rsa:2048 -nodes -keyout v1.key -subj /CN=localhost -out v1.csr")
        && run("x509 -req -in v1.csr -signkey v1.key -days 2 -out v1.crt");
    let read = |file: &str| std::fs::read_to_string(world.folder.join(file)).unwrap();
    is_made.then(|| Pair { certificate: read("v1.crt"), key: read("v1.key") })
}

fn parameters(common_name: &str, names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut parameters = CertificateParams::new(names).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, common_name);
    parameters
}
