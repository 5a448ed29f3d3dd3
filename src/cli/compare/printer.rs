//! Pictures with what all said of them, as columns for people or objects for programs.

use std::fmt::Write as _;
use std::io;

use crate::cli::batch::{Heard, Listen, Watch};
use crate::cli::columns::{self, Column};
use crate::cli::nearby;
use crate::cli::report::Report;
use crate::domain::comparison::{Answer, Entrant, Picture};
use crate::domain::image::ImageRef;
use crate::domain::record::PictureRecord;
use crate::domain::request::CaptionRequest;
use crate::domain::run::{Flag, Outcome};
use crate::domain::standing::seconds;
use crate::domain::verdict::{Contestant, Verdict};
use crate::engine::{Engine, JobEvent, JobId};

/// Prints what a comparison tells.
pub(super) struct Printer<'a> {
    engine: &'a Engine,
    entrants: &'a [Entrant],
    watch: Watch<'a>,
    json: bool,
    drafts: Vec<Draft>,
}

/// A picture that is not through yet.
struct Draft {
    image: ImageRef,
    answers: Vec<Option<Answer>>,
}

impl<'a> Printer<'a> {
    /// A printer for these requests: each picture for every entrant, picture by picture.
    pub(super) fn new(
        engine: &'a Engine,
        requests: &[CaptionRequest],
        entrants: &'a [Entrant],
        json: bool,
        report: &'a mut Report,
    ) -> Self {
        let mut names = entrants.iter().cycle();
        let labels = Watch::labels(requests, |_| {
            Some(names.next()?.contestant.name().shown(usize::MAX))
        });
        let draft = |requests: &[CaptionRequest]| {
            Some(Draft {
                image: requests.first()?.image.clone(),
                answers: vec![None; entrants.len()],
            })
        };
        Self {
            engine,
            entrants,
            watch: Watch::new(labels, report),
            json,
            drafts: requests.chunks(entrants.len()).filter_map(draft).collect(),
        }
    }

    /// Says what became of all. True where some failed; and the pictures with their answers.
    pub(super) fn finish(self) -> (bool, Vec<Picture>) {
        let picture = |draft: Draft| Picture {
            image: draft.image,
            answers: draft
                .answers
                .into_iter()
                .map(|answer| answer.unwrap_or(Answer::NotBegun))
                .collect(),
            verdict: None,
        };
        let pictures = self.drafts.into_iter().map(picture).collect();
        (self.watch.sum_up(), pictures)
    }

    /// Takes the answer of a job; its picture where that was the last one missing.
    fn take(&mut self, job: JobId, answer: Answer) -> Option<usize> {
        let number = usize::try_from(job.0).ok()?;
        let (at, place) = (number / self.entrants.len(), number % self.entrants.len());
        let draft = self.drafts.get_mut(at)?;
        *draft.answers.get_mut(place)? = Some(answer);
        draft.answers.iter().all(Option::is_some).then_some(at)
    }

    async fn print(&mut self, at: usize) -> io::Result<()> {
        let Some(draft) = self.drafts.get(at) else {
            return Ok(());
        };
        let picture = Picture {
            image: draft.image.clone(),
            answers: draft.answers.iter().flatten().cloned().collect(),
            verdict: self.verdict(&draft.image).await,
        };
        if picture.answers.iter().all(|it| *it == Answer::NotBegun) {
            return Ok(());
        }
        let report = &mut *self.watch.report;
        if self.json {
            return report.object(&PictureRecord::of(&picture, self.entrants));
        }
        let name = nearby(picture.image.path());
        let answers = self.entrants.iter().zip(&picture.answers);
        if let Some(width) = report.columns() {
            let column = |(entrant, answer): (&Entrant, &Answer)| Column {
                title: entrant.contestant.name().shown(usize::MAX),
                about: about(answer, &entrant.contestant, picture.verdict.as_ref()),
                text: text(answer),
            };
            report.heading(&name)?;
            for line in columns::side_by_side(&answers.map(column).collect::<Vec<_>>(), width) {
                report.data(&line)?;
            }
            return report.data("");
        }
        for (entrant, answer) in answers {
            let label = format!("{name} ({}):", entrant.contestant.name().shown(usize::MAX));
            let mut line = text(answer);
            for doubt in doubts(answer) {
                let _ = write!(line, " ({doubt})");
            }
            report.labelled(&label, &line)?;
        }
        Ok(())
    }

    /// The newest verdict over a picture and these entrants; a history that cannot be read holds
    /// none.
    async fn verdict(&self, image: &ImageRef) -> Option<Verdict> {
        let verdicts = self.engine.verdicts_of(image).await.ok()?.into_iter();
        let is_entrant = |one: &Contestant| self.entrants.iter().any(|it| it.contestant == *one);
        let mut about_them = verdicts.rev().filter_map(|(_, it)| it.among(is_entrant));
        about_them.next()
    }
}

impl Listen for Printer<'_> {
    async fn hear(&mut self, job: JobId, event: JobEvent) -> io::Result<()> {
        let answer = match self.watch.hear(job, event) {
            Heard::Nothing => return Ok(()),
            Heard::Dropped => Answer::NotBegun,
            Heard::Broke(problem) => {
                self.watch.failed(job, &problem, None);
                Answer::Problem(problem)
            }
            Heard::Ended(ended) => {
                if !self.json {
                    self.watch.failed_run(job, &ended.run);
                }
                Answer::Run {
                    run: Box::new(ended.run),
                    from_history: ended.from_history,
                }
            }
        };
        if let Some(complete) = self.take(job, answer) {
            self.print(complete).await?;
        }
        self.watch.tell_progress();
        Ok(())
    }

    fn stopping(&mut self) {
        self.watch.stopping();
    }
}

/// The caption, or what there is in place of it.
fn text(answer: &Answer) -> String {
    match answer {
        Answer::NotBegun => "(not begun)".to_owned(),
        Answer::Problem(_) => "(failed)".to_owned(),
        Answer::Run { run, .. } if run.caption.is_blank() && run.outcome != Outcome::Captioned => {
            format!("({})", run.outcome.word())
        }
        Answer::Run { run, .. } => run.caption.shown(usize::MAX),
    }
}

/// Words for what is not as it should be.
fn doubts(answer: &Answer) -> Vec<&'static str> {
    let Some(run) = answer.run() else {
        return Vec::new();
    };
    let broken_off = run.outcome != Outcome::Captioned && !run.caption.is_blank();
    let flags = run.flags().into_iter().map(Flag::word);
    flags
        .chain(broken_off.then(|| run.outcome.word()))
        .collect()
}

/// `best · 1.8 s · cut-off`.
fn about(answer: &Answer, of: &Contestant, verdict: Option<&Verdict>) -> String {
    let mut about = Vec::new();
    about.extend(
        verdict
            .and_then(|verdict| verdict.fate(of))
            .map(str::to_owned),
    );
    match answer {
        Answer::Run {
            from_history: true, ..
        } => about.push("from history".to_owned()),
        Answer::Run { run, .. } => about.push(seconds(run.timing.elapsed)),
        Answer::Problem(_) | Answer::NotBegun => {}
    }
    about.extend(doubts(answer).into_iter().map(str::to_owned));
    about.join(" · ")
}
