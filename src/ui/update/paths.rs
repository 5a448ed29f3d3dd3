//! Paths as a person types them.

use std::path::{Component, Path, PathBuf};

use super::super::state::State;

/// A path as a shell takes it that stands in the folder on screen.
pub(super) fn whole(state: &State, path: &Path) -> PathBuf {
    let whole = match (path.strip_prefix("~"), &state.home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => state.files.folder().join(path),
    };
    let mut tidy = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    tidy
}
