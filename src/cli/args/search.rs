//! What can be typed of looking for runs.

use clap::Args;

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
