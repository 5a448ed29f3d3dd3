//! `blipboard history export`, `import` and `replace`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::domain::filter::Filter;
use crate::domain::handover::{Clash, Existing, Form, Which};
use crate::domain::intake::Source;
use crate::domain::replace::Wish;

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

    /// Only captions like these, as the search of history reads it: `model:qwen decision:pending cat`.
    #[arg(long, value_name = "FILTER", value_parser = filter)]
    pub filter: Option<Filter>,

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

/// `blipboard history import`.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// Folders of pictures, pictures, and files that hold captions.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Go into the folders in folders, too.
    #[arg(long, short = 'R')]
    pub recursive: bool,

    /// Read only this; without it all that is there.
    #[arg(long, value_name = "FORM")]
    pub format: Option<Source>,

    /// Accept them: each becomes the caption of its picture.
    #[arg(long)]
    pub accept: bool,

    /// Print what would be taken over, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// `blipboard history replace`.
#[derive(Args, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that can be typed by itself"
)]
pub struct ReplaceArgs {
    /// What is replaced, wherever it stands.
    #[arg(value_name = "PATTERN", requires = "with")]
    pub find: Option<String>,

    /// What comes in its place.
    #[arg(value_name = "WITH", allow_hyphen_values = true)]
    pub with: Option<String>,

    /// PATTERN is a regular expression; $1 in WITH is its first group.
    #[arg(long)]
    pub regex: bool,

    /// Upper and lower case are the same.
    #[arg(long, short)]
    pub ignore_case: bool,

    /// Put this before each caption that does not begin with it.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub prefix: String,

    /// Put this behind each caption that does not end with it.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub suffix: String,

    /// Put this word and a comma before each caption that does not hold it.
    #[arg(long, value_name = "WORD", default_value = "")]
    pub trigger: String,

    /// Only captions of pictures in this folder and in the folders in it.
    #[arg(long, value_name = "PATH")]
    pub folder: Option<PathBuf>,

    /// Only captions like these, as the search of history reads it: `model:qwen decision:pending cat`.
    #[arg(long, value_name = "FILTER", value_parser = filter)]
    pub filter: Option<Filter>,

    /// Show what would change, and change nothing.
    #[arg(long)]
    pub dry_run: bool,

    /// Do not ask.
    #[arg(long, short)]
    pub yes: bool,
}

impl ReplaceArgs {
    /// What was asked for.
    pub fn wish(&self) -> Wish {
        Wish {
            find: self.find.clone().unwrap_or_default(),
            with: self.with.clone().unwrap_or_default(),
            is_regex: self.regex,
            ignores_case: self.ignore_case,
            prefix: self.prefix.clone(),
            suffix: self.suffix.clone(),
            trigger: self.trigger.clone(),
        }
    }
}

impl ValueEnum for Source {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
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

/// What runs are like, or what is wrong with the words for it.
fn filter(written: &str) -> Result<Filter, String> {
    Filter::parse(written).map_err(|error| match &error.hint {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    })
}
