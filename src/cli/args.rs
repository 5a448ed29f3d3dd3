//! What can be typed.

mod auth;
mod compare;
mod handover;
mod history;
mod models;
mod upkeep;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::error::ErrorKind;
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::config::{Color, Concurrency, Flags, MaxTokens, Temperature, Timeout, Word};
use crate::domain::graphics::Graphics;
use crate::domain::model::ModelRef;
use crate::domain::request::{Effort, UploadSpec};

pub use auth::AuthCommand;
pub use compare::{CompareArgs, StandingsArgs};
pub use handover::{ExportArgs, ImportArgs, ReplaceArgs};
pub use history::{ForgetArgs, HistoryCommand, SearchArgs};
pub use models::{LsArgs, ModelSort, ModelsCommand};
pub use upkeep::{CacheCommand, ConfigCommand};

/// A terminal workbench for image captioning.
///
/// Without a subcommand it opens the dashboard. A folder whose name is a subcommand is written
/// `./history`.
#[derive(Debug, Parser)]
#[command(
    name = "blipboard",
    version,
    override_usage = "blipboard [OPTIONS] [FOLDER|FILE]\n       blipboard [OPTIONS] <COMMAND>"
)]
pub struct Cli {
    /// What to do; none opens the dashboard.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The folder or picture that the dashboard opens.
    #[arg(value_name = "FOLDER|FILE")]
    pub path: Option<PathBuf>,

    /// How the dashboard shows pictures; auto asks the terminal.
    #[arg(long, value_name = "HOW")]
    pub graphics: Option<Graphics>,

    /// What holds for every subcommand.
    #[command(flatten)]
    pub common: Common,
}

/// What holds for every subcommand.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// Tell nothing but errors and warnings on stderr.
    #[arg(long, short, global = true)]
    pub quiet: bool,

    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN")]
    pub color: Option<Color>,

    /// The same as `--color never`.
    #[arg(long, global = true, conflicts_with = "color")]
    pub no_color: bool,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Caption pictures and folders of pictures.
    Caption(CaptionArgs),
    /// Have several models caption the same pictures, and see what they say side by side.
    ///
    /// Two to six take part: several models, one model under several presets, or every model under
    /// every preset. What history holds is not asked again, so that a comparison that was stopped
    /// goes on where it was. At the end stands what your verdicts add up to; give them in the
    /// dashboard.
    Compare(CompareArgs),
    /// See what your verdicts add up to: who wins how often, and what that takes.
    ///
    /// Shares and strengths come with their 95 % intervals. Strengths are points as in chess: whoever
    /// stands 400 above another wins ten times as often.
    Standings(StandingsArgs),
    /// Look into history, or delete from it.
    #[command(subcommand)]
    History(HistoryCommand),
    /// See who can write captions.
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Log in to Hugging Face, and see whose token is used.
    #[command(subcommand)]
    Auth(AuthCommand),
    /// See the settings.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// See how much the thumbnails take and where they lie, or delete them.
    #[command(args_conflicts_with_subcommands = true)]
    Cache {
        /// What to do; none tells.
        #[command(subcommand)]
        command: Option<CacheCommand>,
        /// Print one object.
        #[arg(long)]
        json: bool,
    },
    /// Tell what a report of trouble should say: about the terminal, the settings and the folders.
    Doctor {
        /// Print one object.
        #[arg(long)]
        json: bool,
    },
    /// Print the completions for a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

impl Command {
    /// True where history, and with it the settings, are needed.
    pub fn uses_history(&self) -> bool {
        match self {
            Self::Caption(_)
            | Self::Compare(_)
            | Self::Standings(_)
            | Self::Models(_)
            | Self::Auth(_) => true,
            Self::History(command) => !matches!(command, HistoryCommand::Path),
            Self::Config(_)
            | Self::Cache { .. }
            | Self::Doctor { .. }
            | Self::Completions { .. } => false,
        }
    }
}

/// `blipboard caption`.
#[derive(Args, Debug)]
pub struct CaptionArgs {
    /// Pictures and folders of pictures.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Who writes the captions; may be given several times.
    ///
    /// `org/name`, `endpoint:NAME`, `https://…` or `builtin/describe`. Without it the configured
    /// models.
    #[arg(long = "model", short, action = ArgAction::Append, value_name = "MODEL")]
    pub models: Vec<ModelRef>,

    /// Go into the folders in folders, too.
    #[arg(long, short = 'R')]
    pub recursive: bool,

    /// Print an object for each caption, one a line.
    #[arg(long)]
    pub json: bool,

    /// How the models are asked.
    #[command(flatten)]
    pub terms: TermsArgs,

    /// Ask as the configured preset of this name says; what else is typed here overrules it.
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,

    /// How the requests go out.
    #[command(flatten)]
    pub sending: SendingArgs,

    /// Show each picture above its caption, on a terminal.
    #[arg(long)]
    pub preview: bool,
}

/// How requests go out.
#[derive(Args, Clone, Debug, Default)]
pub struct SendingArgs {
    /// At most so many requests at once, 1 to 64.
    #[arg(long, value_name = "N")]
    pub concurrency: Option<Concurrency>,

    /// Give up on a server that says nothing for so many seconds, 1 to 3600.
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<Timeout>,

    /// Ask again where history holds the answer.
    #[arg(long)]
    pub again: bool,

    /// Do not ask before money is spent or a new host gets pictures.
    #[arg(long, short)]
    pub yes: bool,
}

/// How models are asked; what is not said here the settings say.
#[derive(Args, Clone, Debug, Default)]
pub struct TermsArgs {
    /// The instruction that goes with each picture.
    #[arg(long, value_name = "TEXT")]
    pub prompt: Option<String>,

    /// What the model is told beforehand.
    #[arg(long, value_name = "TEXT")]
    pub system: Option<String>,

    /// At most so many tokens of answer, thinking included.
    #[arg(long, value_name = "N")]
    pub max_tokens: Option<MaxTokens>,

    /// From 0, always the likeliest word, to 2.
    #[arg(long, value_name = "T")]
    pub temperature: Option<Temperature>,

    /// The same seed asks for the same answer.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seed: Option<i64>,

    /// How long the model may think before it answers.
    #[arg(long, value_name = "low|medium|high")]
    pub effort: Option<Effort>,

    /// What is sent: the picture scaled and without metadata, or the file itself.
    #[arg(long, value_name = "scaled|original", value_parser = upload)]
    pub upload: Option<UploadSpec>,
}

impl Cli {
    /// The words of a command line, the program's own name first.
    ///
    /// # Errors
    /// They cannot be understood, or ask for help; the error says which, and how it ends.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let cli = Self::try_parse_from(words)?;
        // `args_conflicts_with_subcommands` would forbid flags before a subcommand, too.
        if cli.path.is_some() && cli.command.is_some() {
            let sentence = "a folder is opened without a subcommand; one that is called like a \
                            subcommand is written ./NAME";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, sentence));
        }
        Ok(cli)
    }

    /// What was typed, as far as it overrules a setting.
    pub fn flags(&self) -> Flags {
        let (models, terms, preset, sending) = match &self.command {
            Some(Command::Caption(args)) => (
                args.models.clone(),
                args.terms.clone(),
                args.preset.clone(),
                args.sending.clone(),
            ),
            // Where there are several presets, none is in force.
            Some(Command::Compare(args)) => (
                args.models.clone(),
                args.terms.clone(),
                None,
                args.sending.clone(),
            ),
            _ => Default::default(),
        };
        Flags {
            models: (!models.is_empty()).then_some(models),
            prompt: terms.prompt,
            system: terms.system,
            max_tokens: terms.max_tokens,
            temperature: terms.temperature,
            seed: terms.seed,
            effort: terms.effort,
            preset,
            upload: terms.upload,
            timeout: sending.timeout,
            concurrency: sending.concurrency,
            color: if self.common.no_color {
                Some(Color::Never)
            } else {
                self.common.color
            },
            graphics: self.graphics,
        }
    }
}

/// `scaled` or `original`, as in the settings.
fn upload(written: &str) -> Result<UploadSpec, String> {
    let all = UploadSpec::ALL.iter().copied();
    let mut found = all.filter(|spec| spec.word() == written);
    found
        .next()
        .ok_or_else(|| "write scaled or original".to_owned())
}

impl ValueEnum for Effort {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}

impl ValueEnum for Color {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}

impl ValueEnum for Graphics {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

/// A day, which begins at midnight here, or a moment.
pub(super) fn moment(written: &str) -> Result<Timestamp, String> {
    let midnight = |day: Date| {
        day.to_zoned(TimeZone::system())
            .map(|zoned| zoned.timestamp())
    };
    written
        .parse::<Timestamp>()
        .or_else(|_| written.parse().and_then(midnight))
        .map_err(|_| {
            "write a day such as 2026-11-23, or a moment such as 2026-11-23T08:00:00Z".into()
        })
}
