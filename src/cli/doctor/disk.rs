//! On what a folder lies.

use std::path::Path;

use rustix::fs::{statfs, statvfs};

/// The file system of a folder and what is free on it; of the nearest folder above, where there is
/// none yet.
pub(super) fn told(folder: &Path) -> String {
    let Some(there) = folder.ancestors().find(|folder| folder.exists()) else {
        return "cannot be reached".to_owned();
    };
    let kind = kind(there);
    let free = statvfs(there).map_or_else(
        |error| format!("cannot be measured: {error}"),
        |told| {
            let megabytes = told.f_bavail.saturating_mul(told.f_frsize) / 1_000_000;
            format!("{megabytes} MB free")
        },
    );
    let missing = if there == folder {
        ""
    } else {
        "not there yet, "
    };
    format!("{missing}{kind}, {free}")
}

/// The names that Linux' `include/uapi/linux/magic.h` and the file systems' own sources have for
/// `f_type` of statfs(2).
#[cfg(target_os = "linux")]
fn kind(folder: &Path) -> String {
    const KINDS: [(u32, &str); 17] = [
        (0x0000_ef53, "ext4"),
        (0x9123_683e, "btrfs"),
        (0x5846_5342, "xfs"),
        (0x2fc1_2fc1, "zfs"),
        (0xf2f5_2010, "f2fs"),
        (0xca45_1a4e, "bcachefs"),
        (0x0102_1994, "tmpfs"),
        (0x794c_7630, "overlayfs"),
        (0x0000_4d44, "fat"),
        (0x2011_bab0, "exfat"),
        (0x0000_6969, "nfs"),
        (0xff53_4d42, "cifs"),
        (0xfe53_4d42, "smb"),
        (0x0102_1997, "9p"),
        (0x6573_5546, "fuse"),
        (0x00c3_6400, "ceph"),
        (0x0bd0_0bd0, "lustre"),
    ];
    let told = match statfs(folder) {
        Ok(told) => told,
        Err(error) => return format!("a file system that does not tell: {error}"),
    };
    // The width and sign of the field differ from machine to machine, its low 32 bits do not.
    let low = told.f_type.to_le_bytes().first_chunk().copied();
    let number = low.map_or(0, u32::from_le_bytes);
    let known = KINDS.iter().find(|(known, _)| *known == number);
    known.map_or_else(
        || format!("file system {number:#x}"),
        |(_, name)| (*name).to_owned(),
    )
}

/// The name that macOS has for it.
#[cfg(target_os = "macos")]
fn kind(folder: &Path) -> String {
    let told = match statfs(folder) {
        Ok(told) => told,
        Err(error) => return format!("a file system that does not tell: {error}"),
    };
    let name = told.f_fstypename.iter().take_while(|byte| **byte != 0);
    name.map(|byte| char::from(byte.cast_unsigned())).collect()
}
