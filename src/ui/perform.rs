//! Performs effects on tokio and brings what comes of them back as messages.

mod account;
mod comparison;
mod deltas;
mod handover;
mod history;
mod models;
mod money;
mod preferences;
mod review;
mod sharp;

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::effect::{Effect, ReviewId, Reviewing, Ruling, RulingId, SavedPreset, Ticket};
use super::message::{FilesNews, JobNews, Looked, Message};
use super::painter::order::Sharp;
use crate::config::{ConfigError, Environment, edit};
use crate::domain::image::{ImageRef, Size};
use crate::domain::problem::Problem;
use crate::domain::request::CaptionRequest;
use crate::engine::{Again, Engine, EngineError, Forget, JobEvent, JobId, Look, Queued};
use deltas::Deltas;

/// What was still to be stored may take so long when the program leaves.
const LAST_WORD: Duration = Duration::from_secs(2);

/// The size of a picture that is not what was asked for.
const NOT_ASKED: Size = Size {
    width: 0,
    height: 0,
};

fn looked(image: &ImageRef, within: Size, look: Result<Look, EngineError>) -> Looked {
    Looked {
        image: image.clone(),
        within,
        look: told(look.map(|look| (look.facts, look.pixels))),
    }
}

/// Performs effects.
pub(super) struct Performer {
    engine: Engine,
    /// Where the tokens of endpoints may lie.
    environment: Environment,
    outbox: mpsc::Sender<Message>,
    /// Unbounded, because the end of a job must never be dropped nor waited with; there are only
    /// as many as jobs.
    ended: mpsc::UnboundedSender<Message>,
    pub(super) deltas: Arc<Deltas>,
    tasks: TaskTracker,
    jobs: HashMap<JobId, CancellationToken>,
    folder: CancellationToken,
    looks: HashMap<(ImageRef, Size), CancellationToken>,
    sharp: CancellationToken,
    sharp_turn: Arc<Semaphore>,
    sharp_outbox: mpsc::Sender<Sharp>,
    /// Whatever asks a server and is no job.
    network: CancellationToken,
    search: CancellationToken,
    /// The page of history that is read.
    reading: CancellationToken,
    survey: CancellationToken,
    /// Whatever tells what would become of captions.
    foresight: CancellationToken,
    /// To whom verdicts go, in the order in which they were given.
    rulings: Option<mpsc::UnboundedSender<Option<(RulingId, Ruling)>>>,
    /// The same for what is decided and written of runs.
    reviews: Option<mpsc::UnboundedSender<Option<(ReviewId, Reviewing)>>>,
}

impl Performer {
    pub(super) fn new(
        engine: Engine,
        environment: Environment,
        outbox: mpsc::Sender<Message>,
        ended: mpsc::UnboundedSender<Message>,
        sharp_outbox: mpsc::Sender<Sharp>,
    ) -> Self {
        Self {
            engine,
            environment,
            outbox,
            ended,
            deltas: Arc::default(),
            tasks: TaskTracker::new(),
            jobs: HashMap::new(),
            folder: CancellationToken::new(),
            looks: HashMap::new(),
            sharp: CancellationToken::new(),
            sharp_turn: Arc::new(Semaphore::new(1)),
            sharp_outbox,
            network: CancellationToken::new(),
            search: CancellationToken::new(),
            reading: CancellationToken::new(),
            survey: CancellationToken::new(),
            foresight: CancellationToken::new(),
            rulings: None,
            reviews: None,
        }
    }

    /// Performs everything that needs no terminal; what does comes back.
    pub(super) fn perform(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Scan(ticket, folder) => self.scan(ticket, folder),
            Effect::Recognise(ticket, folder, names) => self.recognise(ticket, folder, names),
            Effect::Look(ticket, image, within) => self.look(ticket, image, within),
            Effect::LookAway(looks) => self.look_away(&looks),
            Effect::Locate(ticket, image, id) => self.locate(ticket, image, id),
            Effect::Caption(queue, again) => self.caption(queue, again),
            Effect::Stop(jobs) => self.stop(&jobs),
            Effect::Pause(paused) => self.engine.pause(paused),
            Effect::Captions(ticket, image, id) => self.captions(ticket, image, id),
            Effect::History(ticket, query, before) => self.history(ticket, query, before),
            Effect::StopReading => self.reading.cancel(),
            Effect::Filters(what) => self.filters(what),
            Effect::Recall => self.recall(),
            Effect::Remember(list, models) => self.remember(list, models),
            Effect::RecallView => self.recall_view(),
            Effect::ShowAs(view) => self.show_as(view),
            Effect::RecallPresets => self.recall_presets(),
            Effect::ChoosePresets(chosen) => self.choose_presets(chosen),
            Effect::SavePreset(ticket, path, saved) => self.save_preset(ticket, path, saved),
            Effect::RemovePreset(path, name) => self.remove_preset(path, name),
            Effect::Cards(models) => self.cards(models),
            Effect::Price(models) => self.price(models),
            Effect::Catalogue(refresh) => self.catalogue(refresh),
            Effect::Search(ticket, search, next) => self.search(ticket, search, next),
            Effect::About(ticket, id) => self.about(ticket, id),
            Effect::Rented => self.rented(),
            Effect::Token => self.check_token(),
            Effect::LogIn(ticket, token) => self.log_in(ticket, token),
            Effect::Account(change) => self.change_account(change),
            Effect::KeepEndpoint(ticket, file, name, endpoint) => {
                self.keep_endpoint(ticket, file, name, endpoint);
            }
            Effect::Money => self.money(),
            Effect::Consents => self.consents(),
            Effect::Allow(consents) => self.allow(consents),
            Effect::Count(what) => self.count(what),
            Effect::Forget(what) => self.forget(what),
            Effect::Handover(ticket, what) => self.handover(ticket, what),
            other => {
                let other = self.perform_review(other)?;
                return self.perform_comparison(other);
            }
        }
        None
    }

    /// Asks the engine and sends what it answers. Where the asking breaks, that is told: somebody
    /// waits for it.
    fn ask<F>(&self, question: impl FnOnce(Engine) -> F)
    where
        F: Future<Output = Option<Message>> + Send + 'static,
    {
        let (answer, outbox) = (question(self.engine.clone()), self.outbox.clone());
        self.tasks.spawn(async move {
            let answer = AssertUnwindSafe(answer).catch_unwind().await;
            let broken = |_| Some(Message::Failed(EngineError::Worker.problem()));
            if let Some(message) = answer.unwrap_or_else(broken) {
                let _ = outbox.send(message).await;
            }
        });
    }

    fn scan(&mut self, ticket: Ticket, folder: PathBuf) {
        self.folder.cancel();
        self.folder = CancellationToken::new();
        let (cancel, outbox) = (self.folder.clone(), self.outbox.clone());
        self.ask(|engine| async move {
            let chunk = move |entries| {
                let _ = outbox.blocking_send(Message::Files(ticket, FilesNews::Entries(entries)));
            };
            let end = told(engine.scan(folder, cancel.clone(), chunk).await);
            (!cancel.is_cancelled()).then(|| Message::Files(ticket, FilesNews::End(end)))
        });
    }

    fn recognise(&self, ticket: Ticket, folder: PathBuf, names: Vec<std::ffi::OsString>) {
        let (cancel, outbox) = (self.folder.clone(), self.outbox.clone());
        self.ask(|engine| async move {
            let chunk = move |known| {
                let _ = outbox.blocking_send(Message::Files(ticket, FilesNews::Recognised(known)));
            };
            failure(engine.recognise(folder, names, cancel, chunk).await)
        });
    }

    /// What can be had at once comes first, as an answer to no question: the sharp picture is still
    /// waited for.
    fn look(&mut self, ticket: Ticket, image: ImageRef, within: Size) {
        let cancel = CancellationToken::new();
        let over = cancel.clone().drop_guard();
        self.looks.retain(|_, look| !look.is_cancelled());
        self.looks.insert((image.clone(), within), cancel.clone());
        let outbox = self.outbox.clone();
        self.ask(|engine| async move {
            let _over = over;
            let look = async {
                if let Some(glimpse) = engine.glimpse(&image, within).await {
                    let glimpse = looked(&image, NOT_ASKED, Ok(glimpse));
                    let _ = outbox.send(Message::Looked(ticket, glimpse)).await;
                }
                engine.look(&image, within).await
            };
            let look = cancel.run_until_cancelled(look).await?;
            Some(Message::Looked(ticket, looked(&image, within, look)))
        });
    }

    fn look_away(&mut self, looks: &[(ImageRef, Size)]) {
        for look in looks {
            if let Some(cancel) = self.looks.remove(look) {
                cancel.cancel();
            }
        }
    }

    fn caption(&mut self, queue: Vec<(JobId, CaptionRequest)>, again: Again) {
        let queue = queue
            .into_iter()
            .map(|(job, request)| {
                let cancel = CancellationToken::new();
                self.jobs.insert(job, cancel.clone());
                Queued {
                    job,
                    request,
                    cancel,
                }
            })
            .collect();
        let (engine, deltas, ended) = (
            self.engine.clone(),
            Arc::clone(&self.deltas),
            self.ended.clone(),
        );
        let on = Arc::new(move |job, event| {
            let news = match event {
                JobEvent::Started => return deltas.add(job, None),
                JobEvent::Progress(progress) => return deltas.add(job, Some(progress)),
                JobEvent::Dropped => JobNews::Dropped,
                JobEvent::Ended(ended) => JobNews::Ended(ended),
            };
            let _ = ended.send(Message::Job(job, news));
        });
        self.tasks
            .spawn(async move { engine.batch(queue, again, on).await });
    }

    fn stop(&mut self, jobs: &[JobId]) {
        for job in jobs {
            if let Some(cancel) = self.jobs.remove(job) {
                cancel.cancel();
            }
        }
    }

    /// Stops every job.
    pub(super) fn stop_all(&mut self) {
        for (_, cancel) in self.jobs.drain() {
            cancel.cancel();
        }
    }

    /// A job is over: nobody can stop it any more.
    pub(super) fn over(&mut self, job: JobId) {
        self.jobs.remove(&job);
    }

    fn check_token(&self) {
        let cancel = self.network.clone();
        self.ask(|engine| async move {
            let checked = cancel.run_until_cancelled(engine.check_token());
            checked.await.map(Message::Token)
        });
    }

    /// The new name is written before the old one goes.
    fn save_preset(&self, ticket: Ticket, path: PathBuf, saved: SavedPreset) {
        self.ask(move |_| async move {
            let written = write(move || {
                edit::set_preset(&path, &saved.name, &saved.preset)?;
                if let Some(old) = saved.old.as_ref().filter(|old| **old != saved.name) {
                    edit::remove_preset(&path, old, Some(&saved.name))?;
                }
                Ok(saved)
            });
            Some(Message::PresetSaved(ticket, written.await))
        });
    }

    fn forget(&self, what: Forget) {
        self.ask(|engine| async move {
            let count = told(engine.forget(what).await);
            Some(Message::Forgotten(count))
        });
    }

    /// Gives what is to be remembered time to be stored; nobody waits for folders, pictures and
    /// servers.
    pub(super) async fn finish(&self) {
        self.folder.cancel();
        self.looks.values().for_each(CancellationToken::cancel);
        self.sharp.cancel();
        self.network.cancel();
        self.survey.cancel();
        self.foresight.cancel();
        self.reading.cancel();
        self.end_rulings();
        self.end_reviews();
        self.tasks.close();
        let _ = tokio::time::timeout(LAST_WORD, self.tasks.wait()).await;
    }
}

/// Changes the configuration, which may wait for a disk.
async fn write<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConfigError> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(written) => written.map_err(|error| error.problem()),
        Err(_) => Err(EngineError::Worker.problem()),
    }
}

/// What the engine answers, with its errors as people read them.
fn told<T>(answer: Result<T, EngineError>) -> Result<T, Problem> {
    answer.map_err(|error| error.problem())
}

/// What is told of something done, where it went wrong.
fn failure<T>(done: Result<T, EngineError>) -> Option<Message> {
    done.err().map(|error| Message::Failed(error.problem()))
}

#[cfg(test)]
mod tests {
    use super::super::effect::Handover;
    use super::*;
    use crate::inference::Captioner;

    /// A performer over an empty history, and what it tells.
    fn performer() -> (tempfile::TempDir, Performer, mpsc::Receiver<Message>) {
        let home = tempfile::tempdir().unwrap();
        let silent = Captioner::scripted(|_, _| Box::pin(std::future::pending()));
        let engine = Engine::scripted(home.path(), silent);
        let (outbox, inbox) = mpsc::channel(1);
        let (ended, _) = mpsc::unbounded_channel();
        let (sharp, _) = mpsc::channel(1);
        let performer = Performer::new(engine, Environment::default(), outbox, ended, sharp);
        (home, performer, inbox)
    }

    #[tokio::test]
    async fn who_types_on_is_told_only_of_what_was_typed_last() {
        let (_home, mut performer, mut inbox) = performer();
        let mut ticket = Ticket::default();
        let mut foresee = |what| performer.perform(Effect::Handover(ticket.renew(), what));
        for _ in 0..3 {
            foresee(Handover::Foresee(None, Box::default()));
        }
        foresee(Handover::Leave);
        foresee(Handover::Foresee(None, Box::default()));
        let told = inbox.recv().await;
        assert!(
            matches!(&told, Some(Message::Handover(it, _)) if *it == ticket),
            "{told:?}"
        );
        drop(performer);
        assert!(inbox.recv().await.is_none(), "nothing else was told");
    }

    #[tokio::test]
    async fn a_question_that_breaks_is_told() {
        let (_home, performer, mut inbox) = performer();
        performer.ask(|_| async { panic!("in the middle of an answer") });
        let told = inbox.recv().await;
        assert!(matches!(told, Some(Message::Failed(_))), "{told:?}");
    }
}
