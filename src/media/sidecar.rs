//! Captions in files beside pictures.

use std::io::Read as _;
use std::path::Path;

use super::{MediaError, open};
use crate::domain::text::Foreign;

/// The endings of such files, in the order in which they count.
const ENDINGS: [&str; 2] = ["txt", "caption"];

/// So much of such a file is read, in bytes.
const MOST: u64 = 64 << 10;

/// What stands in `NAME.txt` or `NAME.caption` beside the picture `NAME.jpg`; `None` where neither
/// is there and holds a word. What is no UTF-8 in it becomes `�`.
///
/// # Errors
/// There is such a file, and it cannot be read.
pub fn caption(picture: &Path) -> Result<Option<Foreign>, MediaError> {
    for ending in ENDINGS {
        let path = picture.with_extension(ending);
        let file = match open(&path) {
            Ok((file, _)) => file,
            Err(MediaError::Gone(_) | MediaError::NotAFile(_) | MediaError::Empty(_)) => continue,
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(MOST)
            .read_to_end(&mut bytes)
            .map_err(|cause| MediaError::from_io(&path, cause))?;
        let caption = Foreign::new(String::from_utf8_lossy(&bytes));
        if !caption.is_blank() {
            return Ok(Some(caption));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_first_file_with_a_word_in_it_counts() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let found = || {
            let caption = caption(&at("my.cat.jpg")).unwrap();
            caption.map(|caption| caption.raw().to_owned())
        };
        assert_eq!(found(), None);
        fs::write(at("my.txt"), "of another picture").unwrap();
        fs::create_dir(at("my.cat.txt")).unwrap();
        assert_eq!(found(), None);
        fs::write(at("my.cat.caption"), b"caf\xe9\r\n").unwrap();
        assert_eq!(found().unwrap(), "caf\u{fffd}\r\n");
        fs::remove_dir(at("my.cat.txt")).unwrap();
        fs::write(at("my.cat.txt"), " \n").unwrap();
        assert_eq!(found().unwrap(), "caf\u{fffd}\r\n");
        fs::write(at("my.cat.txt"), "x".repeat(70_000)).unwrap();
        assert_eq!(found().unwrap().len(), 65_536);
    }
}
