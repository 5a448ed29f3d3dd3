//! Captions of several pictures side by side, with what they were judged to be.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::image::{ImageId, ImageRef};
use super::problem::Problem;
use super::request::Terms;
use super::run::{Outcome, Run};
use super::standing::{Compared, Service, standings};
use super::text::Foreign;
use super::verdict::{Contestant, Verdict};

/// One who takes part, and how it is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Entrant {
    /// Who.
    pub contestant: Contestant,
    /// How, before variables are filled in; without what its protocol does not carry.
    pub terms: Terms,
}

/// What one of them said of a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It was asked.
    Run {
        /// What became of it.
        run: Box<Run>,
        /// True where history held it.
        from_history: bool,
    },
    /// It could not be asked.
    Problem(Problem),
    /// It was stopped before its turn.
    NotBegun,
}

impl Answer {
    /// The run, where there is one.
    pub fn run(&self) -> Option<&Run> {
        match self {
            Self::Run { run, .. } => Some(run),
            Self::Problem(_) | Self::NotBegun => None,
        }
    }

    /// The caption of a run that ended well.
    pub fn caption(&self) -> Option<&Foreign> {
        let run = self.run()?;
        (run.outcome == Outcome::Captioned).then_some(&run.caption)
    }

    /// Why there is no caption; `None` where there is one.
    pub fn trouble(&self) -> Option<Foreign> {
        match self {
            Self::Run { run, .. } if run.outcome == Outcome::Captioned => None,
            Self::Run { run, .. } => Some(match &run.failure {
                Some(failure) => failure.message.clone(),
                None => Foreign::new(run.outcome.word()),
            }),
            Self::Problem(problem) => Some(problem.sentence()),
            Self::NotBegun => Some(Foreign::new("not begun")),
        }
    }
}

/// What all of them said of one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Where it lies.
    pub image: ImageRef,
    /// One for each entrant, in their order.
    pub answers: Vec<Answer>,
    /// What was preferred, where somebody said.
    pub verdict: Option<Verdict>,
}

impl Picture {
    /// Which picture it is; `None` where nobody could read it.
    pub fn id(&self) -> Option<ImageId> {
        let mut runs = self.answers.iter().filter_map(Answer::run);
        runs.find_map(|run| run.image_id)
    }
}

/// Captions of several pictures side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// When it was put together.
    pub made: Timestamp,
    /// Who took part.
    pub entrants: Vec<Entrant>,
    /// The pictures in order.
    pub pictures: Vec<Picture>,
    /// Where all entrants stand by the verdicts over these pictures, and what the captions took.
    pub compared: Compared,
    /// The folder that holds all pictures.
    root: PathBuf,
}

impl Comparison {
    /// Finds among all `verdicts`, the oldest first, those over these pictures and entrants, and
    /// adds them up; `seed` as for [`standings`].
    pub fn new(
        made: Timestamp,
        entrants: Vec<Entrant>,
        mut pictures: Vec<Picture>,
        verdicts: Vec<Verdict>,
        seed: u64,
    ) -> Self {
        let ids: HashSet<_> = pictures.iter().filter_map(Picture::id).collect();
        let is_entrant = |one: &Contestant| entrants.iter().any(|it| it.contestant == *one);
        let verdicts = verdicts.into_iter().filter(|it| ids.contains(&it.image));
        let verdicts: Vec<_> = verdicts.filter_map(|it| it.among(is_entrant)).collect();
        let newest: HashMap<_, _> = verdicts.iter().map(|it| (it.image, it)).collect();
        for picture in &mut pictures {
            let verdict = picture.id().and_then(|id| newest.get(&id).copied());
            picture.verdict = verdict.cloned();
        }
        let all = entrants.iter().map(|entrant| &entrant.contestant);
        let standings = standings(&verdicts, seed).with(all);
        let service = standings.standings.iter().map(|standing| {
            let is_it = |entrant: &Entrant| entrant.contestant == standing.contestant;
            let place = entrants.iter().position(is_it);
            let answers = || pictures.iter().filter_map(|it| it.answers.get(place?));
            let mut service = Service::of(answers().filter_map(Answer::run));
            let broken = answers().filter(|answer| matches!(answer, Answer::Problem(_)));
            service.failures += broken.count();
            service
        });
        Self {
            made,
            compared: Compared {
                service: service.collect(),
                standings,
            },
            root: common_folder(&pictures),
            entrants,
            pictures,
        }
    }

    /// What a picture is called here: its path below the folder that holds them all.
    pub fn name(&self, image: &ImageRef) -> Foreign {
        let below = image.path().strip_prefix(&self.root);
        Foreign::from_os(below.unwrap_or(image.path()).as_os_str())
    }
}

impl Comparison {
    /// `12 pictures, 3 contestants, 2026-11-23 12:04 UTC`.
    pub fn summary(&self) -> String {
        let pictures = match self.pictures.len() {
            1 => "1 picture".to_owned(),
            count => format!("{count} pictures"),
        };
        let made = self
            .made
            .to_zoned(TimeZone::UTC)
            .strftime("%Y-%m-%d %H:%M UTC");
        format!("{pictures}, {} contestants, {made}", self.entrants.len())
    }

    /// What was asked, and whom: nobody in particular where all who take a prompt were asked the
    /// same.
    pub fn asked(&self) -> Vec<(Option<Foreign>, Foreign)> {
        let takes_prompt = |it: &&Entrant| !it.terms.prompt.text.is_empty();
        let asked: Vec<_> = self.entrants.iter().filter(takes_prompt).collect();
        match asked.as_slice() {
            [] => Vec::new(),
            [first, others @ ..] if others.iter().all(|it| it.terms == first.terms) => {
                vec![(None, first.said())]
            }
            all => all
                .iter()
                .map(|it| (Some(it.contestant.name()), it.said()))
                .collect(),
        }
    }
}

impl Entrant {
    /// The prompt, and whatever else was said: `Describe it. [system: Be short.] [seed 7]`.
    fn said(&self) -> Foreign {
        let Terms {
            prompt, parameters, ..
        } = &self.terms;
        let mut said = prompt.text.clone();
        let extras = [
            prompt.system.as_ref().map(|text| format!("system: {text}")),
            parameters
                .max_tokens
                .map(|most| format!("at most {most} tokens")),
            parameters.temperature.map(|it| format!("temperature {it}")),
            parameters.seed.map(|seed| format!("seed {seed}")),
            parameters.effort.map(|it| format!("effort {}", it.word())),
        ];
        for extra in extras.into_iter().flatten() {
            let _ = write!(said, " [{extra}]");
        }
        Foreign::new(said)
    }
}

fn common_folder(pictures: &[Picture]) -> PathBuf {
    let mut folders = pictures.iter().map(|picture| picture.image.folder());
    let mut common = folders.next().unwrap_or(Path::new("/"));
    for folder in folders {
        while !folder.starts_with(common) {
            common = common.parent().unwrap_or(Path::new("/"));
        }
    }
    common.to_owned()
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
