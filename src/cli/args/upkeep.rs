//! What can be typed of the program's own files.

use clap::Subcommand;

/// `blipboard config`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the settings, each with where it came from.
    Show,
    /// Print where our own files lie.
    Path {
        /// Print one object.
        #[arg(long)]
        json: bool,
    },
}

/// `blipboard cache`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum CacheCommand {
    /// Delete all thumbnails; they are made again when their pictures are looked at.
    Clear,
}
