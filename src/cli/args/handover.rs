//! `blipboard history export`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::domain::handover::{Clash, Existing, Form, Which};

/// `blipboard history export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// Which captions.
    #[command(flatten)]
    pub which: WhichArgs,

    /// As what: cat.txt or cat.caption beside each cat.jpg, a metadata.jsonl in each folder, or one
    /// table.
    #[arg(long, value_name = "FORM")]
    pub format: Form,

    /// Keep the pictures' folders clean: write below this folder, as the pictures lie below --folder
    /// or else below the working folder. For a table the file; without it, it is printed.
    #[arg(long, value_name = "PATH")]
    pub to: Option<PathBuf>,

    /// What happens to text that is there already and differs; without it nothing is written where
    /// there is such text.
    #[arg(long, value_name = "HOW")]
    pub existing: Option<Existing>,

    /// What happens where two captions belong into one file, as those of cat.jpg and cat.png do.
    #[arg(long, value_name = "HOW", default_value = "skip")]
    pub collisions: Clash,

    /// Only of pictures in this folder and in the folders in it.
    #[arg(long, value_name = "PATH")]
    pub folder: Option<PathBuf>,

    /// Say what would become of each file, and write nothing.
    #[arg(long)]
    pub dry_run: bool,

    /// Print an object for each file, one a line.
    #[arg(long)]
    pub json: bool,
}

/// Which captions are handed over. One that was rejected never is.
#[derive(Args, Clone, Copy, Debug)]
#[group(multiple = false)]
pub struct WhichArgs {
    /// Of each picture the accepted caption; pictures without one are left out.
    #[arg(long)]
    accepted: bool,
    /// Of each picture the accepted caption, else the newest; so it is unless something else is said.
    #[arg(long)]
    newest: bool,
    /// All captions of every picture.
    #[arg(long)]
    all: bool,
}

impl WhichArgs {
    /// What was said.
    pub fn which(self) -> Which {
        if self.accepted {
            Which::Accepted
        } else if self.all {
            Which::All
        } else {
            Which::Newest
        }
    }
}

impl ValueEnum for Form {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}

impl ValueEnum for Existing {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Skip => "it stays as it is",
            Self::Overwrite => "the caption takes its place",
            Self::Append => "the caption comes behind it",
            Self::Prepend => "the caption comes before it",
        };
        Some(PossibleValue::new(self.word()).help(help))
    }
}

impl ValueEnum for Clash {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Skip => "neither is written",
            Self::WholeName => "they get whole names: cat.jpg.txt and cat.png.txt",
        };
        Some(PossibleValue::new(self.word()).help(help))
    }
}
