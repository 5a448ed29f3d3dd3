//! Where our own files lie.

use std::path::PathBuf;

use directories::ProjectDirs;

use super::{ConfigError, Environment};

/// The three folders that hold our own files; all absolute. They need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// What the person wrote: `BLIPBOARD_CONFIG_DIR`, or where the platform keeps such files.
    pub config: PathBuf,
    /// What must not be lost: `BLIPBOARD_DATA_DIR`, or where the platform keeps such files.
    pub data: PathBuf,
    /// What can be made again: `BLIPBOARD_CACHE_DIR`, or where the platform keeps such files.
    pub cache: PathBuf,
}

impl Folders {
    /// The folders of this person; a relative one counts from the working folder.
    ///
    /// # Errors
    /// [`ConfigError::NoHome`] where a folder is not set and there is no home folder.
    pub fn find(environment: &Environment) -> Result<Self, ConfigError> {
        let platform = ProjectDirs::from("", "", "blipboard");
        let folder = |name: &str, of: fn(&ProjectDirs) -> PathBuf| {
            environment
                .get(name)
                .map(PathBuf::from)
                .or_else(|| platform.as_ref().map(of))
                .map(|path| std::path::absolute(&path).unwrap_or(path))
                .ok_or(ConfigError::NoHome)
        };
        Ok(Self {
            config: folder("BLIPBOARD_CONFIG_DIR", |dirs| dirs.config_dir().into())?,
            data: folder("BLIPBOARD_DATA_DIR", |dirs| dirs.data_dir().into())?,
            cache: folder("BLIPBOARD_CACHE_DIR", |dirs| dirs.cache_dir().into())?,
        })
    }

    /// `config.toml`, the settings.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// `keymap.toml`, the keys.
    pub fn keymap_file(&self) -> PathBuf {
        self.config.join("keymap.toml")
    }

    /// `blipboard.log`, the log.
    pub fn log_file(&self) -> PathBuf {
        self.data.join("blipboard.log")
    }
}
