//! What can be typed of comparisons.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::{SendingArgs, TermsArgs};
use crate::domain::model::ModelRef;

/// `blipboard compare`.
#[derive(Args, Debug)]
pub struct CompareArgs {
    /// Pictures and folders of pictures.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Who takes part; given several times.
    ///
    /// `org/name`, `endpoint:NAME`, `https://…` or `builtin/describe`. Without it the configured
    /// models.
    #[arg(long = "model", short, action = ArgAction::Append, value_name = "MODEL")]
    pub models: Vec<ModelRef>,

    /// Ask as the configured preset of this name says; given several times, presets are compared.
    ///
    /// Every model is asked under every preset. What else is typed here overrules them all.
    #[arg(long = "preset", action = ArgAction::Append, value_name = "NAME")]
    pub presets: Vec<String>,

    /// Go into the folders in folders, too.
    #[arg(long, short = 'R')]
    pub recursive: bool,

    /// Print an object for each picture, one a line, and at last one with the standings.
    #[arg(long)]
    pub json: bool,

    /// Write a report, too: to FILE.html (one page with thumbnails), .md, .csv or .json.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Let the report take the place of a file that is there.
    #[arg(long, requires = "report")]
    pub force: bool,

    /// How the models are asked.
    #[command(flatten)]
    pub terms: TermsArgs,

    /// How the requests go out.
    #[command(flatten)]
    pub sending: SendingArgs,
}

/// `blipboard standings`.
#[derive(Args, Debug)]
pub struct StandingsArgs {
    /// Only verdicts over these pictures; without any, over all that history knows.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Only what verdicts say of these models among each other; may be given several times.
    #[arg(long = "model", short, action = ArgAction::Append, value_name = "MODEL")]
    pub models: Vec<ModelRef>,

    /// Only what verdicts say of these presets among each other; may be given several times.
    #[arg(long = "preset", action = ArgAction::Append, value_name = "NAME")]
    pub presets: Vec<String>,

    /// Only verdicts that were given blind.
    #[arg(long)]
    pub blind: bool,

    /// Go into the folders in folders, too.
    #[arg(long, short = 'R')]
    pub recursive: bool,

    /// Print one object.
    #[arg(long)]
    pub json: bool,
}
