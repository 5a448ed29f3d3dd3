//! What can be typed of history.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::{ExportArgs, ImportArgs, ReplaceArgs, moment};

/// `blipboard history`.
#[derive(Debug, Subcommand)]
pub enum HistoryCommand {
    /// List the newest runs.
    Ls {
        /// Print an object for each run, one a line.
        #[arg(long)]
        json: bool,
        /// At most so many.
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
        /// Only runs of pictures in this folder.
        #[arg(long, value_name = "PATH")]
        folder: Option<PathBuf>,
    },
    /// Find runs by the words of their captions and by what else they are.
    Search(SearchArgs),
    /// Tell all that is known of a run.
    Show {
        /// The number of the run.
        run: i64,
        /// Print one object.
        #[arg(long)]
        json: bool,
    },
    /// Hand captions over to other tools: as files beside the pictures, or as one table.
    Export(ExportArgs),
    /// Take over captions that other tools wrote: cat.txt and cat.caption beside cat.jpg, and
    /// metadata.jsonl.
    Import(ImportArgs),
    /// Find and replace in many captions at once, or put something before or behind them.
    Replace(ReplaceArgs),
    /// Take back what was changed last: decisions, words, replacements.
    Undo,
    /// Delete runs for good, or take back who may have pictures.
    Forget {
        /// Which runs.
        #[command(flatten)]
        what: ForgetArgs,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Print where history is kept.
    Path,
}

/// What `blipboard history forget` deletes.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct ForgetArgs {
    /// The run of this number.
    #[arg(long, value_name = "ID")]
    pub run: Option<i64>,
    /// All runs of the picture in this file, wherever it lay.
    #[arg(long, value_name = "PATH")]
    pub image: Option<PathBuf>,
    /// All runs from before this day or moment: 2026-11-23, 2026-11-23T08:00:00Z.
    #[arg(long, value_name = "DATE", value_parser = moment)]
    pub before: Option<Timestamp>,
    /// No run, but who may have pictures: everybody is asked about again.
    #[arg(long)]
    pub consent: bool,
}

/// `blipboard history search`.
#[derive(Args, Debug)]
pub struct SearchArgs {
    /// What is looked for, or `@NAME` of what was saved.
    ///
    /// Words and "phrases" of the caption as it reads now and of the file name; `*` stands for any
    /// letters. Beside them model: provider: folder: name: caption: prompt: decision: outcome: flag:,
    /// usage:>40 chars:<125 cost:0.01..0.02, before:2026-11-01 after:2026-11-01. All must hold unless
    /// `or` stands between; `-` or `not` turns one round, brackets keep some together.
    #[arg(value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: String,
    /// Print an object for each run, one a line.
    #[arg(long)]
    pub json: bool,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Remember the filter under this name.
    #[arg(long, value_name = "NAME")]
    pub save: Option<String>,
}
