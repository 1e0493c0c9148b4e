//! The parameters that libpq has for a connection, and what becomes of each here.

use migrations_rules::did_you_mean;

/// One of libpq's connection parameters.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    /// Other spellings: those of sqlx and of the `postgres` crate.
    also: &'static [&'static str],
    /// The environment variable that gives it.
    pub(super) variable: Option<&'static str>,
    pub(super) treatment: Treatment,
}

/// What becomes of a parameter.
#[derive(Clone, Copy)]
pub(super) enum Treatment {
    /// It is heeded.
    Heeded,
    /// It changes nothing here, so it may be there.
    Without,
    /// Only these values, which ask for nothing, are possible.
    Only(&'static [&'static str]),
}

use Treatment::{Heeded, Only, Without};

macro_rules! parameters {
    ($($treatment:expr => $($name:literal $(or $also:literal)* $(in $variable:literal)?),+;)+) => {
        &[$($(Parameter {
            name: $name,
            also: &[$($also),*],
            variable: { let variable: &[&str] = &[$($variable)?]; variable.first().copied() },
            treatment: $treatment,
        }),+),+]
    };
}

/// All of them. What would be less safe when it was ignored is refused.
pub(super) static ALL: &[Parameter] = parameters! {
    Heeded =>
        "host" in "PGHOST", "hostaddr" in "PGHOSTADDR", "port" in "PGPORT", "dbname" in "PGDATABASE",
        "user" in "PGUSER", "password" in "PGPASSWORD", "passfile" in "PGPASSFILE", "service" in "PGSERVICE",
        "options" in "PGOPTIONS", "application_name" in "PGAPPNAME", "fallback_application_name",
        "connect_timeout" in "PGCONNECT_TIMEOUT", "target_session_attrs" in "PGTARGETSESSIONATTRS",
        "load_balance_hosts" in "PGLOADBALANCEHOSTS", "channel_binding" in "PGCHANNELBINDING",
        "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count" or "keepalives_retries",
        "tcp_user_timeout",
        "sslmode" or "ssl-mode" in "PGSSLMODE", "sslnegotiation" in "PGSSLNEGOTIATION",
        "sslrootcert" or "ssl-root-cert" or "ssl-ca" in "PGSSLROOTCERT",
        "sslcert" or "ssl-cert" in "PGSSLCERT", "sslkey" or "ssl-key" in "PGSSLKEY",
        "ssl_min_protocol_version" in "PGSSLMINPROTOCOLVERSION",
        "ssl_max_protocol_version" in "PGSSLMAXPROTOCOLVERSION";
    Without =>
        "client_encoding" in "PGCLIENTENCODING", "sslcompression", "krbsrvname" in "PGKRBSRVNAME", "gsslib",
        "min_protocol_version", "max_protocol_version", "statement-cache-capacity";
    Only(&["disable", "prefer"]) => "gssencmode" in "PGGSSENCMODE";
    Only(&["allow"]) => "sslcertmode" in "PGSSLCERTMODE";
    Only(&["0"]) => "gssdelegation" in "PGGSSDELEGATION";
    Only(&["1"]) => "sslsni" in "PGSSLSNI";
    Only(&["0", "false", "off", "no"]) => "replication";
    Only(&[]) =>
        "requirepeer" in "PGREQUIREPEER", "require_auth" in "PGREQUIREAUTH", "sslpassword",
        "sslcrl" in "PGSSLCRL", "sslcrldir" in "PGSSLCRLDIR", "sslkeylogfile";
};

/// The parameter of this name or other spelling.
pub(super) fn named(name: &str) -> Option<&'static Parameter> {
    ALL.iter().find(|parameter| parameter.name == name || parameter.also.contains(&name))
}

/// `did you mean …?` for a name that none has.
pub(super) fn suggestion(name: &str) -> Option<String> {
    did_you_mean(&name.to_lowercase(), ALL.iter().map(|parameter| parameter.name))
}
