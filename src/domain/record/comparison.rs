//! Captions side by side, and what they were judged to be.

use std::ffi::OsStr;

use serde::Serialize;

use super::{Record, hex};
use crate::domain::comparison::{Answer, Comparison, Entrant, Picture};
use crate::domain::problem::Problem;
use crate::domain::request::Effort;
use crate::domain::standing::{Compared, Estimate, Row, Standings};
use crate::domain::text::Foreign;
use crate::domain::verdict::{Contestant, Verdict};

/// A whole comparison.
#[derive(Serialize)]
pub struct ComparisonRecord {
    made: String,
    contestants: Vec<EntrantRecord>,
    pictures: Vec<PictureRecord>,
    standings: StandingsRecord,
}

#[derive(Serialize)]
struct EntrantRecord {
    #[serde(flatten)]
    who: ContestantRecord,
    /// Empty where the model takes none.
    prompt: String,
    system: Option<String>,
    max_tokens: Option<u32>,
    temperature: Option<f64>,
    seed: Option<i64>,
    effort: Option<&'static str>,
}

#[derive(Serialize)]
struct ContestantRecord {
    model: String,
    preset: Option<String>,
}

/// What all contestants said of one picture.
#[derive(Serialize)]
pub struct PictureRecord {
    /// As in [`Record`].
    image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_bytes: Option<String>,
    image_id: Option<String>,
    /// One for each contestant, in their order.
    captions: Vec<AnswerRecord>,
    verdict: Option<VerdictRecord>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum AnswerRecord {
    Run {
        preset: Option<String>,
        #[serde(flatten)]
        run: Box<Record>,
    },
    None {
        #[serde(flatten)]
        who: ContestantRecord,
        /// `failed` or `not begun`.
        outcome: &'static str,
        error: Option<String>,
    },
}

#[derive(Serialize)]
struct VerdictRecord {
    choice: &'static str,
    best: Option<ContestantRecord>,
    blind: bool,
    reason: String,
    moment: String,
}

/// Where all stand.
#[derive(Serialize)]
pub struct StandingsRecord {
    verdicts: usize,
    blind: usize,
    none_good: usize,
    /// Of the pairs that somebody won, the share won by the longer caption.
    longer_wins: Option<EstimateRecord>,
    /// The best first.
    standings: Vec<StandingRecord>,
    pairs: Vec<PairRecord>,
    words: Vec<String>,
}

#[derive(Serialize)]
struct StandingRecord {
    #[serde(flatten)]
    who: ContestantRecord,
    wins: u64,
    ties: u64,
    losses: u64,
    win_rate: Option<EstimateRecord>,
    /// In points: 400 stand for odds of ten to one.
    strength: Option<EstimateRecord>,
    captions: usize,
    failures: usize,
    flagged: usize,
    median_ms: Option<u128>,
    thousand_micro_usd: Option<u64>,
    unpriced: usize,
    mean_letters: Option<f64>,
}

#[derive(Serialize)]
struct PairRecord {
    one: ContestantRecord,
    other: ContestantRecord,
    wins: u64,
    ties: u64,
    losses: u64,
    win_rate: Option<EstimateRecord>,
}

/// A value with its 95 % interval.
#[derive(Serialize)]
struct EstimateRecord {
    value: f64,
    low: f64,
    high: f64,
}

impl ComparisonRecord {
    /// All that a comparison holds.
    pub fn of(comparison: &Comparison) -> Self {
        let Comparison {
            entrants, pictures, ..
        } = comparison;
        let pictures = pictures.iter();
        Self {
            made: comparison.made.to_string(),
            contestants: entrants.iter().map(EntrantRecord::of).collect(),
            pictures: pictures.map(|it| PictureRecord::of(it, entrants)).collect(),
            standings: StandingsRecord::of(&comparison.compared),
        }
    }
}

impl EntrantRecord {
    fn of(Entrant { contestant, terms }: &Entrant) -> Self {
        let parameters = &terms.parameters;
        Self {
            who: ContestantRecord::of(contestant),
            prompt: terms.prompt.text.clone(),
            system: terms.prompt.system.clone(),
            max_tokens: parameters.max_tokens,
            temperature: parameters.temperature,
            seed: parameters.seed,
            effort: parameters.effort.map(Effort::word),
        }
    }
}

impl ContestantRecord {
    fn of(contestant: &Contestant) -> Self {
        Self {
            model: contestant.model.name().raw().to_owned(),
            preset: contestant.preset.clone(),
        }
    }
}

impl PictureRecord {
    /// What these entrants said of a picture.
    pub fn of(picture: &Picture, entrants: &[Entrant]) -> Self {
        let path: &OsStr = picture.image.path().as_os_str();
        let answers = entrants.iter().zip(&picture.answers);
        Self {
            image: Foreign::from_os(path).raw().to_owned(),
            image_bytes: path.to_str().is_none().then(|| hex(path)),
            image_id: picture.id().map(|id| id.to_string()),
            captions: answers
                .map(|(entrant, answer)| AnswerRecord::of(&entrant.contestant, answer))
                .collect(),
            verdict: picture.verdict.as_ref().map(VerdictRecord::of),
        }
    }
}

impl AnswerRecord {
    fn of(contestant: &Contestant, answer: &Answer) -> Self {
        let none = |outcome, problem: Option<&Problem>| Self::None {
            who: ContestantRecord::of(contestant),
            outcome,
            error: problem.map(|problem| problem.sentence().raw().to_owned()),
        };
        match answer {
            Answer::Run { run, from_history } => Self::Run {
                preset: contestant.preset.clone(),
                run: Box::new(Record::of(run, *from_history)),
            },
            Answer::Problem(problem) => none("failed", Some(problem)),
            Answer::NotBegun => none("not begun", None),
        }
    }
}

impl VerdictRecord {
    fn of(verdict: &Verdict) -> Self {
        Self {
            choice: verdict.choice.word(),
            best: verdict.winner().map(ContestantRecord::of),
            blind: verdict.blind,
            reason: verdict.reason.clone(),
            moment: verdict.moment.to_string(),
        }
    }
}

impl StandingsRecord {
    /// All that is known of them.
    pub fn of(compared: &Compared) -> Self {
        let Standings {
            standings,
            pairs,
            verdicts,
            blind,
            none_good,
            longer_wins,
        } = &compared.standings;
        let who = |place: usize| {
            standings
                .get(place)
                .map(|it| ContestantRecord::of(&it.contestant))
        };
        let pairs = pairs.iter().filter_map(|pair| {
            Some(PairRecord {
                one: who(pair.places.0)?,
                other: who(pair.places.1)?,
                wins: pair.tally.wins,
                ties: pair.tally.ties,
                losses: pair.tally.losses,
                win_rate: pair.tally.rate().map(EstimateRecord::of),
            })
        });
        let words = compared.standings.words();
        Self {
            verdicts: *verdicts,
            blind: *blind,
            none_good: *none_good,
            longer_wins: longer_wins.map(EstimateRecord::of),
            standings: compared
                .rows()
                .map(|row| StandingRecord::of(&row))
                .collect(),
            pairs: pairs.collect(),
            words: words.iter().map(|it| it.raw().to_owned()).collect(),
        }
    }
}

impl StandingRecord {
    fn of(Row { standing, service }: &Row<'_>) -> Self {
        let tally = standing.tally;
        Self {
            who: ContestantRecord::of(&standing.contestant),
            wins: tally.wins,
            ties: tally.ties,
            losses: tally.losses,
            win_rate: tally.rate().map(EstimateRecord::of),
            strength: standing.strength.map(EstimateRecord::of),
            captions: service.captions,
            failures: service.failures,
            flagged: service.flagged,
            median_ms: service.median.map(|time| time.as_millis()),
            thousand_micro_usd: service.thousand_micro_usd,
            unpriced: service.unpriced,
            mean_letters: service.mean_chars,
        }
    }
}

impl EstimateRecord {
    fn of(Estimate { value, low, high }: Estimate) -> Self {
        Self { value, low, high }
    }
}
