//! URLs, as libpq reads them: several hosts, folders of sockets, any parameter behind `?`.

use super::{Problem, Reading, Values};

/// What follows `postgres://` or `postgresql://`.
pub(super) fn without_scheme(text: &str) -> Option<&str> {
    text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))
}

/// The parameters of `user:password@host:port,host/database?name=value`.
pub(super) fn parse(url: &str) -> Result<Values, Problem> {
    let mut reading = Reading::default();
    let place = match url.split_once('@') {
        Some((user, place)) if !user.contains('/') => {
            credentials(user, &mut reading)?;
            place
        }
        _ => url,
    };
    let (place, query) = place.split_once('?').unwrap_or((place, ""));
    if place.contains('@') {
        return Err(
            "there is an `@` where a host or a database should be; an `@` or `/` in the user's name or \
                    the password is written `%40` or `%2F`"
                .to_owned(),
        );
    }
    let (hosts, database) = place.split_once('/').unwrap_or((place, ""));
    add_hosts(hosts, &mut reading)?;
    add_given("dbname", database, &mut reading)?;
    add_query(query, &mut reading)?;
    Ok(reading.values)
}

fn credentials(text: &str, reading: &mut Reading) -> Result<(), Problem> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    add_given("user", user, reading)?;
    add_given("password", password, reading)?;
    reading.may_be_secret = false;
    Ok(())
}

/// What stands between the delimiters, unless that is nothing: then other sources may give it.
fn add_given(name: &str, text: &str, reading: &mut Reading) -> Result<(), Problem> {
    if text.is_empty() { Ok(()) } else { reading.add(name, decoded(text)?) }
}

/// Hosts with their ports, as two lists.
fn add_hosts(text: &str, reading: &mut Reading) -> Result<(), Problem> {
    let hosts: Vec<(&str, &str)> = text.split(',').map(host_and_port).collect::<Result<_, _>>()?;
    let (hosts, ports): (Vec<_>, Vec<_>) = hosts.into_iter().unzip();
    if hosts.iter().any(|host| !host.is_empty()) {
        add_given("host", &hosts.join(","), reading)?;
    }
    if ports.iter().any(|port| !port.is_empty()) {
        add_given("port", &ports.join(","), reading)?;
    }
    Ok(())
}

fn host_and_port(text: &str) -> Result<(&str, &str), Problem> {
    let Some(address) = text.strip_prefix('[') else {
        return Ok(text.split_once(':').unwrap_or((text, "")));
    };
    match address.split_once(']') {
        Some((host, "")) if !host.is_empty() => Ok((host, "")),
        Some((host, port)) if !host.is_empty() && port.starts_with(':') => Ok((host, &port[1..])),
        _ => Err("an IPv6 address is written `[…]` or `[…]:port`".to_owned()),
    }
}

fn add_query(query: &str, reading: &mut Reading) -> Result<(), Problem> {
    // An `@` here is a host's, and what precedes it a password's, if a `/` in the password was not written `%2F`.
    reading.may_be_secret = query.contains('@');
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            let number = reading.count + 1;
            return Err(format!(
                "parameter {number} has no `=`; `?` and `&` in a value are written `%3F` and `%26`"
            ));
        };
        reading.add(&decoded(name)?, decoded(value)?)?;
    }
    Ok(())
}

/// The text with `%40` made `@`, and so on.
fn decoded(text: &str) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => bytes.push(hexadecimal(rest.next(), rest.next()).ok_or(BAD_PERCENT)?),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| "what is behind the `%` signs is not UTF-8".to_owned())
}

const BAD_PERCENT: &str =
    "a `%` is not followed by two hexadecimal digits other than `00`; a `%` itself is `%25`";

fn hexadecimal(high: Option<u8>, low: Option<u8>) -> Option<u8> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    let byte = digit(high)? * 16 + digit(low)?;
    u8::try_from(byte).ok().filter(|byte| *byte != 0)
}
