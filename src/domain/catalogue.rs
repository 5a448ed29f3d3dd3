//! What Hugging Face tells of models: who serves them at what price, and what its Hub keeps.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::{Price, Route};
use super::text::Foreign;

/// A model that the router serves
/// (<https://huggingface.co/docs/inference-providers/hub-api>: `GET /v1/models`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Served {
    /// `org/name`.
    pub id: String,
    /// True where it takes pictures.
    pub sees: bool,
    /// Since when the Hub has it.
    pub created: Option<Timestamp>,
    /// Who serves it.
    pub offers: Vec<Offer>,
}

/// What one provider offers. Whatever it does not tell is `None`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The provider, as it is written behind a model.
    pub provider: String,
    /// True where it is up and running.
    pub live: bool,
    /// What it takes.
    pub price: Price,
    /// How many tokens prompt, picture and answer may have together.
    pub context: Option<u64>,
    /// Until the first token, in milliseconds, as the router measured it.
    pub latency_ms: Option<f64>,
    /// Tokens of answer a second, as the router measured it.
    pub throughput: Option<f64>,
}

impl Served {
    /// True where it can write captions now: it takes pictures, and somebody serves it.
    pub fn is_live(&self) -> bool {
        self.sees && self.offers.iter().any(|offer| offer.live)
    }

    /// The offers that are up and running.
    pub fn live(&self) -> impl Iterator<Item = &Offer> {
        self.offers.iter().filter(|offer| offer.live)
    }

    /// What it costs at most by this route: at the provider that it names, or else at the dearest
    /// of those that may be chosen and name a price.
    pub fn price(&self, route: &Route) -> Price {
        let may_serve = |offer: &&Offer| match route {
            Route::Provider(name) => *name == offer.provider,
            Route::Default | Route::Fastest | Route::Cheapest | Route::Preferred => true,
        };
        let prices = self.live().filter(may_serve).map(|offer| offer.price);
        // Some providers name no price for anything; what the others take is the best guess.
        let known = prices.filter(|price| *price != Price::Unknown);
        known.reduce(Price::dearest).unwrap_or(Price::Unknown)
    }
}

/// The router's list as it was when it was asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    /// Everything that it serves, text-only models included.
    pub models: Vec<Served>,
    /// When it told so; `None` where it never did.
    pub asked: Option<Timestamp>,
}

impl Catalogue {
    /// The model of this name.
    pub fn get(&self, id: &str) -> Option<&Served> {
        self.models.iter().find(|model| model.id == id)
    }
}

/// So many relatives of a model are told at most.
const RELATIVES: usize = 5;

/// Models that can write captions now and are akin to `model`, which may not: those it was made
/// from, then those of the same makers, or of the makers of those, the most alike in name first.
pub fn relatives(catalogue: &Catalogue, model: &HubModel) -> Vec<String> {
    let family: Vec<&str> = std::iter::once(&model.id)
        .chain(&model.base_models)
        .map(String::as_str)
        .collect();
    let mut found = Vec::new();
    for served in catalogue.models.iter().filter(|served| served.is_live()) {
        let id = served.id.as_str();
        let likeness = family.iter().filter_map(|one| likeness(one, id)).max();
        if let Some(likeness) = likeness.filter(|_| id != model.id) {
            let is_base = model.base_models.iter().any(|base| base == id);
            found.push((is_base, likeness, id));
        }
    }
    found.sort_by(|one, other| (other.0, other.1, one.2).cmp(&(one.0, one.1, other.2)));
    let ids = found.into_iter().map(|(_, _, id)| id.to_owned());
    ids.take(RELATIVES).collect()
}

/// How many letters two names of the same makers begin with alike; `None` for others.
fn likeness(one: &str, other: &str) -> Option<usize> {
    let ((makers, one), (others, other)) = (one.split_once('/')?, other.split_once('/')?);
    let pairs = one.bytes().zip(other.bytes());
    let is_alike = |(one, other): &(u8, u8)| one.eq_ignore_ascii_case(other);
    (makers == others).then(|| pairs.take_while(is_alike).count())
}

/// What is looked for on the Hub.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Search {
    /// Words; anything where there are none.
    pub text: String,
    /// What the model is for.
    pub task: Task,
    /// What comes first.
    pub sort: HubSort,
}

/// What a model on the Hub is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Task {
    /// `image-text-to-text`: chats about pictures.
    #[default]
    ImageTextToText,
    /// `image-to-text`: classic captioners.
    ImageToText,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::ImageTextToText, Self::ImageToText];

    /// As the Hub writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::ImageTextToText => "image-text-to-text",
            Self::ImageToText => "image-to-text",
        }
    }
}

/// The order of what the Hub finds, always from the most or the newest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HubSort {
    /// What many look at these days.
    #[default]
    Trending,
    /// Downloads of the last thirty days.
    Downloads,
    /// Likes.
    Likes,
    /// The newest first.
    Created,
    /// What changed last first.
    Updated,
}

impl HubSort {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Trending,
        Self::Downloads,
        Self::Likes,
        Self::Created,
        Self::Updated,
    ];

    /// For people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Trending => "trending",
            Self::Downloads => "downloads",
            Self::Likes => "likes",
            Self::Created => "created",
            Self::Updated => "updated",
        }
    }
}

/// A model on the Hub. Whatever it does not tell is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HubModel {
    /// `org/name`.
    pub id: String,
    /// What it is for, in the Hub's word.
    pub task: Option<String>,
    /// The library that it is made for.
    pub library: Option<String>,
    /// Downloads of the last thirty days.
    pub downloads: Option<u64>,
    /// Likes.
    pub likes: Option<u64>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it was changed last.
    pub updated: Option<Timestamp>,
    /// Its licence, in the Hub's word.
    pub licence: Option<String>,
    /// Whether everybody may use it.
    pub gate: Gate,
    /// Who serves it live, by name; `None` where that was not told, empty where nobody does.
    pub providers: Option<Vec<String>>,
    /// The models it was made from.
    pub base_models: Vec<String>,
    /// The number of its parameters.
    pub parameters: Option<u64>,
}

/// Whether everybody may use a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gate {
    /// Yes.
    #[default]
    Open,
    /// Whoever accepts its licence on its page.
    Licence,
    /// Whom its makers let in after they asked.
    Approval,
}

/// A page of what the Hub found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// What it found.
    pub models: Vec<HubModel>,
    /// Asks for the next page; `None` on the last.
    pub next: Option<NextPage>,
    /// When the Hub said so.
    pub asked: Option<Timestamp>,
    /// How often the Hub may be asked still.
    pub limit: Option<RateLimit>,
}

/// Asks the Hub for a further page; only the Hub gives it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextPage(pub Foreign);

/// How often the Hub may be asked
/// (<https://huggingface.co/docs/hub/rate-limits>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Questions that are left.
    pub left: u64,
    /// When they are all back.
    pub until: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(id: &str, sees: bool, live: bool) -> Served {
        Served {
            id: id.to_owned(),
            sees,
            created: None,
            offers: vec![Offer {
                provider: "novita".to_owned(),
                live,
                price: Price::Unknown,
                context: None,
                latency_ms: None,
                throughput: None,
            }],
        }
    }

    fn relatives_of(id: &str, bases: &[&str]) -> Vec<String> {
        let mut models = vec![
            served("Qwen/Qwen3-VL-30B", true, true),
            served("Qwen/Qwen3-VL-8B", true, true),
            served("Qwen/Qwen3-8B", false, true),
            served("Qwen/Qwen3-VL-2B", true, false),
            served("Qwen/QwQ", true, true),
            served("google/gemma-4", true, true),
        ];
        models.extend((0..9).map(|size| served(&format!("zai/GLM-{size}"), true, true)));
        let catalogue = Catalogue {
            models,
            asked: None,
        };
        let model = HubModel {
            id: id.to_owned(),
            base_models: bases.iter().map(|&base| base.to_owned()).collect(),
            ..HubModel::default()
        };
        relatives(&catalogue, &model)
    }

    #[test]
    fn relatives_are_of_the_same_makers_the_most_alike_first() {
        let near = ["Qwen/Qwen3-VL-30B", "Qwen/Qwen3-VL-8B", "Qwen/QwQ"];
        assert_eq!(relatives_of("Qwen/Qwen3-VL-4B", &[]), near);
        assert_eq!(relatives_of("Qwen/Qwen3-VL-8B", &[]), [near[0], near[2]]);
        assert_eq!(relatives_of("nobody/knows", &[]), [""; 0]);
        assert_eq!(relatives_of("no-owner", &[]), [""; 0]);
        assert_eq!(relatives_of("zai/GLM", &[]).len(), RELATIVES);
    }

    #[test]
    fn what_it_was_made_from_comes_first_and_its_makers_count() {
        let found = relatives_of("me/cats", &["Qwen/Qwen3-VL-8B", "google/gemma-3"]);
        let expected = [
            "Qwen/Qwen3-VL-8B",
            "Qwen/Qwen3-VL-30B",
            "google/gemma-4",
            "Qwen/QwQ",
        ];
        assert_eq!(found, expected);
    }
}
