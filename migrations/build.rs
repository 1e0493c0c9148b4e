//! Makes cargo notice files that are added to the folder.

fn main() {
    for path in ["sql", "archive", "runners", "migrations.toml"] {
        println!("cargo::rerun-if-changed={path}");
    }
}
