//! Before money is spent and pictures leave: what requests may cost at most, what may be spent, who
//! may have pictures, and when the person is asked.
//! Amounts are micro-dollars, millionths of a US dollar.

use std::collections::BTreeSet;

use super::model::{ModelCard, Price};
use super::preset::Variable;
use super::request::{Prompt, Terms, UploadSpec};
use super::run::Usage;
use super::text::list;

/// So many names are listed where there may be many.
pub const LISTED: usize = 3;
/// More paid requests than this are asked about.
const MANY: usize = 20;
/// A dearer estimate than this is asked about: 5 cents.
const DEAR: u64 = 50_000;
/// Tokens that a chat template and the picture's own frame may add.
const FRAME: u64 = 64;
/// A vision model cuts a picture into squares of at least this many pixels a side and counts each
/// as a token at most; 14, CLIP's, is the smallest of those in use.
const PATCH: u64 = 14;
/// Tokens assumed for a picture that is sent as it is: its size is not known beforehand. Most
/// models scale what is larger than a few thousand, but one screenshot has been counted as 96,721.
const ORIGINAL: u64 = 100_000;
/// Bytes of the longest name that a file system knows.
const NAME: u64 = 255;
/// An answer where nobody set a limit.
const ANSWER: u64 = 4_096;

/// What one request costs at most, as far as anybody can say beforehand; `None` where its price is
/// unknown.
pub fn estimate(price: Price, terms: &Terms) -> Option<u64> {
    let answer = terms.parameters.max_tokens.map_or(ANSWER, u64::from);
    let usage = Usage {
        prompt: picture(terms.upload) + text(&terms.prompt) + filled_in(terms, answer) + FRAME,
        completion: answer,
    };
    cost(price, usage)
}

/// What so many tokens cost, rounded up; `None` where the price is unknown.
pub fn cost(price: Price, usage: Usage) -> Option<u64> {
    match price {
        Price::Free | Price::Own => Some(0),
        Price::Unknown => None,
        Price::Usage { input, output } => {
            let of = |tokens: u64, price: u64| u128::from(tokens) * u128::from(price);
            let sum = of(usage.prompt, input).saturating_add(of(usage.completion, output));
            Some(u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX))
        }
    }
}

fn picture(upload: UploadSpec) -> u64 {
    match upload {
        UploadSpec::Nothing => 0,
        UploadSpec::Original => ORIGINAL,
        UploadSpec::Scaled { side, .. } => u64::from(side).div_ceil(PATCH).pow(2),
    }
}

/// At most so many tokens: what a tokenizer does not know, it spells byte by byte.
fn text(prompt: &Prompt) -> u64 {
    let system = prompt.system.as_deref().unwrap_or_default();
    (prompt.text.len() + system.len()) as u64
}

/// What variables of the prompt may add to it; a caption is at most as long as an `answer`.
fn filled_in(terms: &Terms, answer: u64) -> u64 {
    let prompt = &terms.prompt;
    let system = prompt.system.as_deref().unwrap_or_default();
    let each = |variable: Variable| {
        let times = [&prompt.text, system].map(|it| it.matches(variable.written()).count() as u64);
        let most = match variable {
            Variable::Filename | Variable::Folder => NAME,
            Variable::Caption => answer,
        };
        most.saturating_mul(times.iter().sum())
    };
    Variable::ALL.map(each).iter().sum()
}

/// What may be spent in a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limit {
    /// Anything: the person set no cap.
    #[default]
    None,
    /// At most so many micro-dollars: the daily cap.
    Daily(u64),
    /// Nothing, since a mistake in the configuration may hide a cap.
    InDoubt,
}

/// Why nothing paid is sent under [`Limit::InDoubt`].
pub const IN_DOUBT: &str =
    "a mistake in the configuration may hide a daily cap: nothing paid is sent until it is mended";

/// What was spent today, by all programs on this history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// Micro-dollars since midnight here; what is on its way counts with its estimate.
    pub spent: u64,
    /// Paid requests beside these of which nobody knows what they cost.
    pub unpriced: u64,
    /// What may be spent.
    pub limit: Limit,
}

impl Money {
    /// `$0.004`, `$0.004 of $2.00`, `$0.004 + 500 unpriced`.
    pub fn said(&self) -> String {
        let mut said = dollars(self.spent);
        if let Limit::Daily(cap) = self.limit {
            said = format!("{said} of {}", dollars(cap));
        }
        match self.unpriced {
            0 => said,
            unpriced => format!("{said} + {unpriced} unpriced"),
        }
    }

    /// The same, and what it means for the paid requests of `quote`.
    pub fn before(&self, quote: &Quote) -> String {
        let what = match self.limit {
            Limit::None => "there is no daily cap",
            Limit::InDoubt => IN_DOUBT,
            Limit::Daily(_) if !quote.unpriced.is_empty() => "what has no known price is not sent",
            Limit::Daily(cap) if self.spent.saturating_add(quote.estimate) > cap => {
                "what would pass the cap is not sent"
            }
            Limit::Daily(_) => return self.said(),
        };
        format!("{}; {what}", self.said())
    }
}

/// Somebody may have pictures, because the person said so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Consent {
    /// Who: a host, with `http://` in front where anybody on the way can read along.
    pub receiver: String,
    /// True where files may go as they are, with all their metadata; this holds for less, too.
    pub original: bool,
}

impl Consent {
    /// What it takes to send `upload` there.
    pub fn to(receiver: impl Into<String>, upload: UploadSpec) -> Self {
        Self {
            receiver: receiver.into(),
            original: upload == UploadSpec::Original,
        }
    }

    /// True where one of `given` holds for this.
    pub fn is_in(&self, given: &BTreeSet<Self>) -> bool {
        let for_all = || Self {
            original: true,
            ..self.clone()
        };
        given.contains(self) || given.contains(&for_all())
    }
}

/// What the person should know before requests go out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// Requests that go to a host.
    pub requests: usize,
    /// Those that cost money, or may.
    pub paid: usize,
    /// What those with a known price cost at most.
    pub estimate: u64,
    /// Names of the models whose price is unknown.
    pub unpriced: BTreeSet<String>,
    /// Consents that it takes, one for each that gets pictures.
    pub consents: BTreeSet<Consent>,
    /// Those of them that nobody gave yet.
    pub missing: BTreeSet<Consent>,
}

impl Quote {
    /// What it takes to send `pictures` to each of `models`; `given` says who may have them.
    pub fn new<'a>(
        models: impl IntoIterator<Item = &'a ModelCard>,
        pictures: usize,
        terms: &Terms,
        given: &BTreeSet<Consent>,
    ) -> Self {
        let mut quote = Self::default();
        for card in models {
            quote.add(card, pictures, terms, given);
        }
        quote
    }

    /// Adds `pictures` for one model; what goes to no host costs nothing.
    pub fn add(
        &mut self,
        card: &ModelCard,
        pictures: usize,
        terms: &Terms,
        given: &BTreeSet<Consent>,
    ) {
        let Some(host) = &card.host else {
            return;
        };
        self.requests += pictures;
        if matches!(card.price, Price::Usage { .. } | Price::Unknown) {
            self.paid += pictures;
        }
        match estimate(card.price, terms) {
            Some(each) => {
                let all = each.saturating_mul(pictures as u64);
                self.estimate = self.estimate.saturating_add(all);
            }
            None => {
                self.unpriced.insert(card.model.name().raw().to_owned());
            }
        }
        let consent = Consent::to(host, terms.upload);
        if !consent.is_in(given) {
            self.missing.insert(consent.clone());
        }
        self.consents.insert(consent);
    }

    /// What they cost together, for people: `at most about $0.03, and unknown for a/b`. `None` where
    /// no price is asked.
    pub fn price(&self) -> Option<String> {
        let unknown = format!("unknown for {}", list(self.unpriced.iter(), LISTED));
        match (self.paid, self.unpriced.is_empty()) {
            (0, _) => None,
            (_, true) => Some(at_most(self.estimate)),
            (_, false) if self.estimate == 0 => Some(unknown),
            (_, false) => Some(format!("{}, and {unknown}", at_most(self.estimate))),
        }
    }

    /// True where the person is asked first: more than 20 paid requests, more than 5 cents, an
    /// unknown price, or somebody who never got pictures like these.
    pub fn needs_asking(&self) -> bool {
        self.paid > MANY
            || self.estimate > DEAR
            || !self.unpriced.is_empty()
            || !self.missing.is_empty()
    }
}

/// So many US dollars as micro-dollars, to the nearest; `None` for what is no amount: less than
/// nothing, not a number, or more than a billion.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to 10^15, which both types hold exactly"
)]
pub fn micro_usd(dollars: f64) -> Option<u64> {
    let is_amount = (0.0..=1e9).contains(&dollars);
    is_amount.then(|| (dollars * 1e6).round() as u64)
}

/// An estimate for people: `at most about $0.004`, `less than $0.001`.
pub fn at_most(micro_usd: u64) -> String {
    let amount = dollars(micro_usd);
    match amount.strip_prefix('<') {
        Some(little) => format!("less than {little}"),
        None => format!("at most about {amount}"),
    }
}

/// An amount for people: `$0.004`, `$1.20`, `$0` and, below a tenth of a cent, `<$0.001`.
pub fn dollars(micro_usd: u64) -> String {
    match micro_usd {
        0 => "$0".to_owned(),
        1..1_000 => "<$0.001".to_owned(),
        1_000..100_000 => {
            let tenths = micro_usd.div_ceil(1_000);
            format!("$0.{tenths:03}")
        }
        _ => {
            let cents = micro_usd.div_ceil(10_000);
            format!("${}.{:02}", cents / 100, cents % 100)
        }
    }
}

#[cfg(test)]
mod tests;
