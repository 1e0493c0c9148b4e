//! The PostgreSQL that comes as crates: three of them hold the files of a server for Linux, unchanged since they
//! were packed. They are copied together, because the server looks for its files from its own place.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use super::ScratchError;
use super::programs::Programs;

#[cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
const ROOTS: [&str; 3] =
    [postgres_bin::PAYLOAD_ROOT, postgres_lib::PAYLOAD_ROOT, postgres_share::PAYLOAD_ROOT];
#[cfg(not(all(
    target_os = "linux",
    target_env = "gnu",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
const ROOTS: [&str; 0] = [];

/// The programs, which will be found below `directory` when they are unpacked.
pub(super) fn programs(directory: &Path) -> Result<Programs, ScratchError> {
    if ROOTS.is_empty() {
        let looked = "none is installed, and none is packaged for this platform".to_owned();
        return Err(ScratchError::NotFound { looked });
    }
    let prefix = directory.join("programs");
    Ok(Programs {
        bin: prefix.join("bin"),
        source: "crates (PostgreSQL 18)".to_owned(),
        // Their own idea of where the libraries are is that of the machine that packed them.
        environment: vec![
            ("LD_LIBRARY_PATH", prefix.join("lib")),
            ("OLIPHAUNT_INTERNAL_SKIP_ICU_DISCOVERY", PathBuf::from("1")),
        ],
        packed: true,
    })
}

/// Copies the programs: 21 MB.
pub(super) fn unpack(programs: &Programs, owner: Option<(u32, u32)>) -> Result<(), ScratchError> {
    let Some(prefix) = programs.bin.parent() else { return Ok(()) };
    for root in ROOTS {
        let files = Path::new(root).join("files/runtime");
        copy(&files, prefix, owner).map_err(ScratchError::io(format!("unpacking {}", files.display())))?;
    }
    Ok(())
}

/// Copies a folder; everybody may read it, and run what lies in its `bin`.
fn copy(from: &Path, to: &Path, owner: Option<(u32, u32)>) -> io::Result<()> {
    fs::create_dir_all(to)?;
    fs::set_permissions(to, Permissions::from_mode(0o755))?;
    // At once, because only the owner of a folder can empty it, and we may be killed at any moment.
    if let Some((uid, gid)) = owner {
        chown(to, Some(uid), Some(gid))?;
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target, owner)?;
            continue;
        }
        fs::copy(entry.path(), &target)?;
        let mode = if to.ends_with("bin") { 0o755 } else { 0o644 };
        fs::set_permissions(&target, Permissions::from_mode(mode))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::unused_path;
    use super::*;

    #[test]
    fn what_comes_as_crates_is_unpacked_in_one_place() {
        let directory = unused_path();
        let Ok(programs) = programs(&directory) else { return };
        programs.unpack(None).unwrap();
        let mode = |file: &str| {
            let file = directory.join("programs").join(file);
            fs::metadata(file).map(|metadata| metadata.permissions().mode() & 0o777).ok()
        };
        let files =
            ["bin/initdb", "bin/postgres", "lib/libpq.so.5", "share/postgresql/postgres.bki"].map(mode);
        fs::remove_dir_all(&directory).unwrap();
        assert_eq!(files, [Some(0o755), Some(0o755), Some(0o644), Some(0o644)]);
    }
}
