//! Tells a disk of this machine from a file system that other machines write to as well.

use std::path::Path;

/// True where `folder` lies, or may lie, on a network file system.
#[cfg(target_os = "linux")]
pub(super) fn is_remote(folder: &Path) -> bool {
    /// `f_type` of statfs(2), from Linux' `include/uapi/linux/magic.h` and the file systems'
    /// own sources. FUSE is among them because sshfs and rclone cannot be told from it.
    const REMOTE: [u32; 13] = [
        0x0000_6969, // NFS
        0x0000_517b, // SMB
        0xff53_4d42, // CIFS
        0xfe53_4d42, // SMB 2 and later
        0x0102_1997, // 9P
        0x6573_5546, // FUSE, virtiofs
        0x5346_414f, // AFS
        0x00c3_6400, // Ceph
        0x0bd0_0bd0, // Lustre
        0x4750_4653, // GPFS
        0x0116_1970, // GFS2
        0x7461_636f, // OCFS2
        0x786f_4256, // folders shared by VirtualBox
    ];
    rustix::fs::statfs(folder).map_or(true, |told| {
        // The width and sign of the field differ from machine to machine, its low 32 bits do not.
        let low = told.f_type.to_le_bytes().first_chunk().copied();
        low.is_none_or(|low| REMOTE.contains(&u32::from_le_bytes(low)))
    })
}

/// True where `folder` lies, or may lie, on a network file system.
#[cfg(target_os = "macos")]
pub(super) fn is_remote(folder: &Path) -> bool {
    /// From macOS' `sys/mount.h`.
    const MNT_LOCAL: u32 = 0x1000;
    rustix::fs::statfs(folder).map_or(true, |told| told.f_flags & MNT_LOCAL == 0)
}
