//! What can be typed of models.

use clap::{Args, Subcommand, ValueEnum};

use crate::domain::catalogue::{HubSort, Task};
use crate::domain::model::ModelRef;

/// `blipboard models`.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List the models that can be chosen, or what the Hub finds.
    ///
    /// Prices are US dollars for a million tokens, in and out, of the dearest provider that may be
    /// chosen; the rest is what the best of them offers.
    Ls(LsArgs),
    /// Show all that is known of one model.
    Show {
        /// `org/name`, `endpoint:NAME`, `https://…` or `builtin/describe`.
        model: ModelRef,
        /// Print one object.
        #[arg(long)]
        json: bool,
    },
}

/// `blipboard models ls`.
#[derive(Args, Clone, Debug, Default)]
pub struct LsArgs {
    /// Only names that these letters and words fit; with --hub, what the Hub finds by them.
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,

    /// Only models that this provider serves.
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,

    /// Only models for this: image-text-to-text chats about pictures, image-to-text only captions
    /// them.
    #[arg(long, value_name = "image-text-to-text|image-to-text", value_parser = task)]
    pub task: Option<Task>,

    /// What comes first; price, latency, throughput and name without --hub, downloads, likes,
    /// trending and updated with it, created both ways.
    #[arg(long, value_name = "ORDER")]
    pub sort: Option<ModelSort>,

    /// At most so many.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,

    /// Search the Hub, where most models are served by nobody.
    #[arg(long)]
    pub hub: bool,

    /// Ask for the list anew, however young it is.
    #[arg(long, conflicts_with = "hub")]
    pub refresh: bool,

    /// Print an object for each model, one a line.
    #[arg(long)]
    pub json: bool,
}

/// The order of a list of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModelSort {
    /// The cheapest answer first.
    Price,
    /// The shortest wait for the first token first.
    Latency,
    /// The most tokens a second first.
    Throughput,
    /// By name.
    Name,
    /// The most downloads first.
    Downloads,
    /// The most likes first.
    Likes,
    /// What many look at these days first.
    Trending,
    /// The newest first.
    Created,
    /// What changed last first.
    Updated,
}

impl ModelSort {
    /// The word that is typed.
    pub fn word(self) -> &'static str {
        match (self, self.hub()) {
            (_, Some(sort)) => sort.word(),
            (Self::Price, _) => "price",
            (Self::Latency, _) => "latency",
            (Self::Throughput, _) => "throughput",
            _ => "name",
        }
    }

    /// True where the router's list tells it.
    pub fn is_of_router(self) -> bool {
        self == Self::Created || self.hub().is_none()
    }

    /// The Hub's order; `None` where the Hub has none such.
    pub fn hub(self) -> Option<HubSort> {
        match self {
            Self::Downloads => Some(HubSort::Downloads),
            Self::Likes => Some(HubSort::Likes),
            Self::Trending => Some(HubSort::Trending),
            Self::Created => Some(HubSort::Created),
            Self::Updated => Some(HubSort::Updated),
            Self::Price | Self::Latency | Self::Throughput | Self::Name => None,
        }
    }
}

/// What a model is for, as the Hub writes it.
fn task(written: &str) -> Result<Task, String> {
    let mut all = Task::ALL.into_iter();
    all.find(|task| task.word() == written)
        .ok_or_else(|| "write image-text-to-text or image-to-text".to_owned())
}
