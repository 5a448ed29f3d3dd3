//! viuer, kept away from the terminal: what it prints is caught and handed back as bytes.
//!
//! viuer knows stdout only, asks the terminal before its first picture, and waits for ever where
//! there is no answer or an answer comes in pieces. So it is asked for its first opinion in a pty of
//! our own, where all answers lie ready, and it never asks again. Afterwards stdout is a file in
//! memory, which also keeps what any library prints in passing away from the screen: the dashboard
//! has its own handle of the terminal.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Mutex, PoisonError};

use image::DynamicImage;
use rustix::fs::{Mode, OFlags, ftruncate};
use rustix::io::fcntl_dupfd_cloexec;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::stdio::{dup2_stdin, dup2_stdout, stdin, stdout};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// The answers to what viuer 0.11 asks, in its order: kitty's protocol is spoken, together with the
/// device attributes; pictures cannot be read from a file; the device attributes once more, with
/// the 4 for sixel. The letter `c` ends an answer, so no other word may hold one.
const ANSWERS: &[u8] = b"\x1b_Gi=31;OK\x1b\\\x1b[?62;4c\x1b_Gi=31;ENOENT\x1b\\\x1b[?62;4c";

/// No file descriptor below belongs to anybody but the standard streams.
const ABOVE_STANDARD: i32 = 3;

/// Holds stdout until it is dropped, and prints pictures into memory.
#[derive(Debug)]
pub struct Press {
    caught: Mutex<File>,
    stdout: OwnedFd,
}

impl Press {
    /// Takes stdout, and stdin for a moment: nobody may read it meanwhile.
    ///
    /// # Errors
    /// The system has no pseudo-terminal or no file in memory to give.
    pub fn take() -> io::Result<Self> {
        form_an_opinion()?;
        io::stdout().flush()?;
        let caught = memory_file()?;
        let old = fcntl_dupfd_cloexec(stdout(), ABOVE_STANDARD)?;
        dup2_stdout(&caught)?;
        Ok(Self {
            caught: Mutex::new(caught),
            stdout: old,
        })
    }

    /// What viuer prints of a picture; whatever somebody else prints meanwhile may stand in it, but
    /// not within a sequence.
    pub(super) fn print(
        &self,
        picture: &DynamicImage,
        config: &viuer::Config,
    ) -> Result<Vec<u8>, viuer::ViuError> {
        let mut caught = self.caught.lock().unwrap_or_else(PoisonError::into_inner);
        ftruncate(&*caught, 0).map_err(io::Error::from)?;
        caught.rewind()?;
        viuer::print(picture, config)?;
        io::stdout().flush()?;
        caught.rewind()?;
        let mut printed = Vec::new();
        caught.read_to_end(&mut printed)?;
        Ok(printed)
    }
}

impl Drop for Press {
    fn drop(&mut self) {
        let _ = io::stdout().flush();
        let _ = dup2_stdout(&self.stdout);
    }
}

/// Lets viuer ask what it wants to know, once and for all.
fn form_an_opinion() -> io::Result<()> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let name = ptsname(&ours, Vec::new())?;
    let theirs = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty())?;
    let mut modes = tcgetattr(&theirs)?;
    modes.make_raw();
    tcsetattr(&theirs, OptionalActions::Now, &modes)?;
    let mut ours = File::from(ours);
    ours.write_all(ANSWERS)?;
    // Some systems let nobody change the modes of a line before all that was written is read.
    let reader = std::thread::Builder::new()
        .name("questions".to_owned())
        .spawn(move || io::copy(&mut ours, &mut io::sink()))?;
    let asked = instead_of_the_terminal(&theirs, || {
        viuer::get_kitty_support() == viuer::KittySupport::Remote && viuer::is_sixel_supported()
    });
    drop(theirs);
    let _ = reader.join();
    if asked? {
        Ok(())
    } else {
        Err(io::Error::other(
            "viuer does not take the answers it is given",
        ))
    }
}

/// Does `work` while stdin and stdout are this terminal.
fn instead_of_the_terminal<T>(terminal: &OwnedFd, work: impl FnOnce() -> T) -> io::Result<T> {
    io::stdout().flush()?;
    let keep = |stream| fcntl_dupfd_cloexec(stream, ABOVE_STANDARD);
    let (old_in, old_out) = (keep(stdin().as_fd())?, keep(stdout().as_fd())?);
    let swapped = dup2_stdin(terminal).and_then(|()| dup2_stdout(terminal));
    let done = swapped.map(|()| work());
    let _ = io::stdout().flush();
    dup2_stdin(&old_in)?;
    dup2_stdout(&old_out)?;
    Ok(done?)
}

#[cfg(target_os = "linux")]
fn memory_file() -> io::Result<File> {
    let file = rustix::fs::memfd_create("pictures", rustix::fs::MemfdFlags::CLOEXEC)?;
    Ok(File::from(file))
}

/// A file without a name, where there are none in memory.
#[cfg(not(target_os = "linux"))]
fn memory_file() -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let name = format!("blipboard-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    // One that was left behind by a kill had our number, and nobody reads it any more.
    let _ = std::fs::remove_file(&path);
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}
