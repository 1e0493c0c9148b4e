//! Connection strings.

use std::time::Duration;

use migrations_core::cli::connect::Target;
use postgres::config::{ChannelBinding, LoadBalanceHosts, SslMode, SslNegotiation};

use crate::world::World;

fn target(string: &str) -> Target {
    World::new().target(Some(string))
}

#[track_caller]
fn shows(string: &str, shown: &str) {
    assert_eq!(target(string).to_string(), shown, "{string}");
}

#[test]
fn urls() {
    for (url, shown) in [
        ("postgres://ada:pw@db.example.org:5433/shop", "ada@db.example.org:5433/shop"),
        ("postgresql://ada@db/shop", "ada@db:5432/shop"),
        ("postgres://db", "osuser@db:5432/osuser"),
        ("postgres://ada@db", "ada@db:5432/ada"),
        ("postgres://", "osuser@localhost:5432/osuser"),
        ("postgres:///shop", "osuser@localhost:5432/shop"),
        ("postgres://:6000/shop", "osuser@localhost:6000/shop"),
        ("postgres:///shop?host=/run/pg&port=6000", "osuser@/run/pg:6000/shop"),
        ("postgres://%2Frun%2Fpg:6000/shop", "osuser@/run/pg:6000/shop"),
        ("postgres://a:1,b:2/shop", "osuser@a:1,b:2/shop"),
        ("postgres://a:1,b/shop", "osuser@a:1,b:5432/shop"),
        ("postgres://a,b,c/shop?port=1,,3", "osuser@a:1,b:5432,c:3/shop"),
        ("postgres://a,b/shop?port=7", "osuser@a:7,b:7/shop"),
        ("postgres://[::1]:6000,[fe80::2]/shop", "osuser@[::1]:6000,[fe80::2]:5432/shop"),
        ("postgres://b%C3%BCcher%40x:pw@db/s%2Fhop", "bücher@x@db:5432/s/hop"),
        ("postgres://db/shop?user=eve&dbname=other&host=elsewhere", "eve@elsewhere:5432/other"),
        ("postgres://db/shop?hostaddr=10.0.0.1", "osuser@db:5432/shop"),
        ("postgres:///shop?hostaddr=10.0.0.1,::1", "osuser@10.0.0.1:5432,[::1]:5432/shop"),
        ("  postgres://db/shop\n", "osuser@db:5432/shop"),
        ("postgres://db/shop?", "osuser@db:5432/shop"),
        ("postgres://db/a%0Ab", "osuser@db:5432/a\\nb"),
    ] {
        shows(url, shown);
    }
}

#[test]
fn pairs() {
    for (pairs, shown) in [
        ("host=db port=5433 user=ada dbname=shop", "ada@db:5433/shop"),
        ("  host = db\tdbname= shop\n", "osuser@db:5432/shop"),
        ("host=a,b port=1,2", "osuser@a:1,b:2/osuser"),
        ("dbname='my shop' user='o\\'hara' host=db", "o'hara@db:5432/my shop"),
        ("user=back\\\\slash\\ space host=db", "back\\slash space@db:5432/back\\slash space"),
        ("host='' dbname=''", "osuser@localhost:5432/osuser"),
        ("host=a host=b", "osuser@b:5432/osuser"),
        ("host=/run/pg", "osuser@/run/pg:5432/osuser"),
        ("host=, port=1,2", "osuser@localhost:1,localhost:2/osuser"),
        ("hostaddr=10.0.0.1,10.0.0.2 host=a,b", "osuser@a:5432,b:5432/osuser"),
        ("user='a'dbname='b' host=c", "a@c:5432/b"),
    ] {
        shows(pairs, shown);
    }
}

#[test]
fn passwords_are_decoded() {
    for (string, password) in [
        ("postgres://ada:s%40%2F%3A%25%20x@db/shop", "s@/:% x"),
        ("postgres://ada:a:b?c#d@db/shop", "a:b?c#d"),
        ("postgres://ada@db/shop?password=a%26b=c", "a&b=c"),
        ("host=db password='a b\\'c\\\\d'", "a b'c\\d"),
        ("host=db password=a=b", "a=b"),
    ] {
        let config = World::new().config(Some(string));
        assert_eq!(config.get_password(), Some(password.as_bytes()), "{string}");
    }
}

#[test]
fn a_tool_that_migrates_does_not_hang() {
    let config = World::new().config(Some("postgres://db/shop"));
    assert_eq!(config.get_application_name(), Some("migrations"));
    assert_eq!(config.get_connect_timeout(), Some(&Duration::from_secs(10)));
    assert_eq!(config.get_tcp_user_timeout(), Some(&Duration::from_secs(35)));
    assert!(config.get_keepalives());
    assert_eq!(config.get_keepalives_idle(), Duration::from_secs(20));
    assert_eq!(config.get_keepalives_interval(), Some(Duration::from_secs(5)));
    assert_eq!(config.get_keepalives_retries(), Some(3));
}

#[test]
fn every_parameter_of_the_client_is_handed_on() {
    let url = "postgres://db/shop?connect_timeout=0&tcp_user_timeout=1500&keepalives=1&keepalives_idle=7\
               &keepalives_interval=8&keepalives_count=9&application_name=deploy&options=-c%20a=b\
               &options[search_path]=x%20y&channel_binding=require&load_balance_hosts=random&sslmode=require\
               &sslnegotiation=direct";
    let config = World::new().config(Some(url));
    assert_eq!(config.get_connect_timeout(), None);
    assert_eq!(config.get_tcp_user_timeout(), Some(&Duration::from_millis(1500)));
    assert_eq!(config.get_keepalives_idle(), Duration::from_secs(7));
    assert_eq!(config.get_keepalives_interval(), Some(Duration::from_secs(8)));
    assert_eq!(config.get_keepalives_retries(), Some(9));
    assert_eq!(config.get_application_name(), Some("deploy"));
    assert_eq!(config.get_options(), Some("-c a=b -c search_path=x\\ y"));
    assert_eq!(config.get_channel_binding(), ChannelBinding::Require);
    assert_eq!(config.get_load_balance_hosts(), LoadBalanceHosts::Random);
    assert_eq!(config.get_ssl_mode(), SslMode::Require);
    assert_eq!(config.get_ssl_negotiation(), SslNegotiation::Direct);
    assert!(!World::new().config(Some("host=db keepalives=0")).get_keepalives());
}

#[test]
fn what_sqlx_and_others_write_is_understood() {
    let world = World::new();
    for (url, mode) in [
        ("postgres://db/shop?ssl-mode=disable&statement-cache-capacity=0", SslMode::Disable),
        ("postgres://db/shop?ssl=true", SslMode::Require),
        ("postgres://db/shop?sslmode=allow", SslMode::Prefer),
        ("postgres://db/shop", SslMode::Prefer),
    ] {
        assert_eq!(world.config(Some(url)).get_ssl_mode(), mode, "{url}");
    }
    let warnings = world.target(Some("host=db sslmode=allow"));
    assert_eq!(
        warnings.warnings(),
        ["--database-url: `sslmode=allow` is taken for `prefer`: encrypted where possible"]
    );
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    let world = World::new();
    for (string, said) in [
        ("", "is neither a URL, such as"),
        ("shop", "is neither a URL, such as"),
        ("mysql://db/shop", "begins with `postgres://`"),
        ("Postgres://db/shop", "begins with `postgres://`"),
        ("postgres://db/shop?sslmod=require", "unknown parameter `sslmod`; did you mean `sslmode`?"),
        ("hots=db", "unknown parameter `hots`; did you mean `host`?"),
        ("host=db schema=x", "unknown parameter `schema`"),
        ("password=x ssl_mode=y", "parameter 2 is not known (its name is not shown"),
        ("password=x ssl_mode=y", "did you mean `sslmode`?"),
        ("postgres://db/shop?sslmode=requir", "did you mean `require`?"),
        (
            "postgres://db/shop?sslmode=x",
            "is not one of disable, allow, prefer, require, verify-ca, verify-full",
        ),
        ("host=db port=x", "`port` is not a number from 1 to 65535"),
        ("host=db port=0", "`port` is not a number"),
        ("host=db port=65536", "`port` is not a number"),
        ("host=db port=1,2", "2 ports do not fit 1 hosts"),
        ("host=a,b hostaddr=::1", "2 hosts do not fit 1 of `hostaddr`"),
        ("hostaddr=db", "`hostaddr` is not an IP address"),
        ("host=@abstract", "a host's name has no `@`"),
        ("host=db connect_timeout=soon", "`connect_timeout` is not a whole number"),
        ("host=db dbname", "there is no `=` behind word 2"),
        ("host=db dbname='shop", "a quoted value has no end"),
        ("postgres://db/shop?sslmode", "parameter 3 has no `=`"),
        ("postgres://[::1/shop", "an IPv6 address is written `[…]`"),
        ("postgres://[]/shop", "an IPv6 address is written `[…]`"),
        ("postgres://db/100%", "a `%` is not followed by two hexadecimal digits"),
        ("postgres://db/%00", "a `%` is not followed by two hexadecimal digits"),
        ("postgres://db/%ff", "is not UTF-8"),
        ("postgres://ada:p@ss@db/shop", "is written `%40`"),
        ("postgres://ada:pa/ss@db/shop", "is written `%40` or `%2F`"),
        ("host=db sslcrl=x", "`sslcrl` is not supported here"),
        ("host=db gssencmode=require", "`gssencmode` is not supported here"),
        ("host=db sslnegotiation=direct", "`sslnegotiation=direct` needs `sslmode=require`"),
        ("host=db sslrootcert=system sslmode=require", "`sslrootcert=system` needs `sslmode=verify-full`"),
        ("host=db ssl_max_protocol_version=TLSv1.1", "no version of TLS is left"),
        ("service=x", "service `x` is not defined (no service file is there)"),
    ] {
        let error = world.error(Some(string));
        assert!(error.starts_with("--database-url: ") && error.contains(said), "{string}: {error}");
    }
}
