//! The passfile, service files and `.env`.

use crate::world::World;

fn password(world: &World, string: &str) -> Option<String> {
    let config = world.config(Some(string));
    config.get_password().map(|password| String::from_utf8_lossy(password).into_owned())
}

#[test]
fn the_first_line_of_the_passfile_that_fits_counts() {
    let passfile = "# db:*:*:*:comment\n\ndb:5433:*:*:port\ndb:*:shop:ada:exact\r\n*:*:*:eve:e\\:v\\\\e\n\
                    b\\:c:*:*:*:colon\ndb:*:*:nobody:\nshort:1\ndb:*:*:*:last:more\n::::empty\n";
    let world = World::new().file("home/.pgpass", passfile);
    for (string, found) in [
        ("host=db port=5433 user=ada dbname=shop", Some("port")),
        ("host=db user=ada dbname=shop", Some("exact")),
        ("host=other user=eve", Some("e:v\\e")),
        ("host=b:c", Some("colon")),
        ("host=db user=nobody", None),
        ("host=db user=x", Some("last")),
        ("host=elsewhere", None),
        ("host=db user=x password=given", Some("given")),
        ("host=db user=x password=''", Some("last")),
    ] {
        assert_eq!(password(&world, string).as_deref(), found, "{string}");
    }
    assert_eq!(password(&world.set("PGPASSWORD", "variable"), "host=db").as_deref(), Some("variable"));
}

#[test]
fn hosts_have_passwords_of_their_own() {
    let world = World::new().file(
        "pass",
        "a:*:*:*:of a\n/run/pg:*:*:*:of the folder\nlocalhost:*:*:*:local\n10.0.0.1:*:*:*:number\n",
    );
    let world =
        world.set("PGPASSFILE", &World::path(&World::new(), "nothing")).file("sockets/.s.PGSQL.5432", "");
    let passfile = world.path("pass");
    let folder = world.path("sockets");
    let string = format!("host=a,b,/run/pg,localhost,{folder},, passfile={passfile}");
    let target = world.target(Some(&string));
    let passwords: Vec<_> =
        target.configs().map(|config| config.get_password().map(String::from_utf8_lossy)).collect();
    let passwords: Vec<Option<&str>> = passwords.iter().map(Option::as_deref).collect();
    let local = Some("local");
    assert_eq!(passwords, [Some("of a"), None, Some("of the folder"), local, local, local, local]);
    let by_number = format!("hostaddr=10.0.0.1 passfile={passfile}");
    assert_eq!(password(&world, &by_number).as_deref(), Some("number"));
    let by_name = format!("host=a hostaddr=10.0.0.1 passfile={passfile}");
    assert_eq!(password(&world, &by_name).as_deref(), Some("of a"));
}

#[test]
fn a_passfile_that_others_may_read_is_ignored() {
    let world = World::new().file("home/.pgpass", "*:*:*:*:pw\n").mode("home/.pgpass", 0o640);
    let target = world.target(Some("host=db"));
    assert_eq!(target.configs().next().unwrap().get_password(), None);
    let path = world.path("home/.pgpass");
    assert_eq!(
        target.warnings(),
        [format!(
            "passfile {path} is ignored: others than its owner may use it; `chmod 600` makes it private"
        )]
    );
    assert!(world.target(Some("host=db password=x")).warnings().is_empty());
    let folder = World::new().set("PGPASSFILE", "/");
    assert_eq!(folder.target(Some("host=db")).warnings(), ["passfile / is ignored: it is not a plain file"]);
}

#[test]
fn services_come_from_the_first_file_that_defines_them() {
    let own = "# mine\n[other]\nhost=other\n[x]\nhost=first\nhost=second\n\n  dbname=shop  \n[x]\nuser=nobody\n[xy]\nport=9\n";
    let world = World::new()
        .file("home/.pg_service.conf", own)
        .file("system/pg_service.conf", "[x]\nhost=system\n[common]\nhost=system\n")
        .file("another.conf", "[x]\nhost=another\n");
    for (service, shown) in [
        ("x", "osuser@first:5432/shop"),
        ("xy", "osuser@localhost:9/osuser"),
        ("common", "osuser@system:5432/osuser"),
    ] {
        assert_eq!(world.target(Some(&format!("service={service}"))).to_string(), shown);
    }
    let another = world.path("another.conf");
    let world = world.set("PGSERVICEFILE", &another);
    assert_eq!(world.target(Some("service=x")).to_string(), "osuser@another:5432/osuser");
    assert!(world.find(Some("service=other")).is_err(), "the file in the home folder is not read then");
    let world = world.set("PGSERVICEFILE", "/nowhere");
    assert_eq!(world.error(Some("service=x")), "PGSERVICEFILE: there is no service file /nowhere");
}

#[test]
fn what_is_wrong_with_a_service_names_file_section_and_line() {
    for (line, said) in [
        ("sslmod=require", "unknown parameter `sslmod`; did you mean `sslmode`?"),
        ("host", "is not `name=value`"),
        ("host =db", "there may be no space before the `=`"),
        ("service=y", "a service cannot name another service"),
        ("ldap://directory/x?y?z=1", "services in an LDAP directory are not supported"),
        ("port=x", "`port` is not a number"),
    ] {
        let world = World::new().file("home/.pg_service.conf", format!("[x]\nuser=ada\n{line}\n"));
        let error = world.error(Some("service=x"));
        let place =
            format!("service file {}, section [x], line 3: {said}", world.path("home/.pg_service.conf"));
        assert!(error.starts_with(&place), "{error}");
    }
}

#[test]
fn lines_of_the_env_file_that_are_not_understood_are_told_without_them() {
    let text = "PGHOST=db\nSECRET s3cret\nPGUSER=ada\nPGPASSWORD='s3cret\n";
    let world = World::new().file("project/inner/.env", text);
    let target = world.target(None);
    assert_eq!(target.to_string(), "ada@db:5432/ada");
    let warning = "is not `NAME=value`; put a value with spaces, `#` or `$` in single quotes";
    assert_eq!(target.warnings(), [format!(".env, line 2: {warning}"), format!(".env, line 4: {warning}")]);
    let world = World::new().file("project/inner/.env", "DATABASE_URL=postgres://ada:s3 cret@db\n");
    assert_eq!(world.error(None), format!(".env, line 1: {warning}"));
    assert_eq!(
        World::new().file("project/inner/.env", [0xff]).error(None),
        ".env: is not UTF-8, so it is not read"
    );
}

#[test]
fn a_password_need_not_be_utf_8_in_the_passfile() {
    let world = World::new().file("home/.pgpass", b"*:*:*:*:\xff\xfe\n");
    assert_eq!(world.config(Some("host=db")).get_password(), Some(&b"\xff\xfe"[..]));
}
