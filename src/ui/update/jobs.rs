//! Captions asked for, heard of, stopped and asked for again.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::super::command::Context;
use super::super::effect::Effect;
use super::super::jobs::{JobState, Says};
use super::super::message::JobNews;
use super::super::overlay::Overlay;
use super::super::overlay::question::{Answer, Question, Then};
use super::super::panes::Pane;
use super::super::say;
use super::super::state::State;
use super::{held, sight, spend};
use crate::domain::image::ImageRef;
use crate::domain::model::ModelRef;
use crate::domain::request::CaptionRequest;
use crate::domain::run::{Outcome, Run};
use crate::domain::spending::Consent;
use crate::engine::{Again, Ended, EngineError, JobId};

/// A second Ctrl-c within this time leaves.
const TWICE: SignedDuration = SignedDuration::from_secs(3);

/// Captions what is selected, or the picture in sight, with every chosen model.
pub(super) fn caption(state: &mut State) -> Vec<Effect> {
    if state.models.chosen().is_empty() {
        state.notify(format!(
            "no model is chosen: {} goes to the models, {} chooses one",
            state.key(Context::Global, "models"),
            state.key(Context::Models, "select")
        ));
        return Vec::new();
    }
    let images = sight::pictures(state);
    if images.is_empty() {
        return Vec::new();
    }
    let asked: Vec<_> = images
        .iter()
        .flat_map(|image| {
            state
                .models
                .chosen()
                .iter()
                .map(move |model| (image.clone(), model.clone()))
        })
        .collect();
    let again = if asked.iter().all(|wish| state.answered.contains(wish)) {
        Again::Repeat
    } else {
        Again::Reuse
    };
    let requests: Vec<_> = asked
        .into_iter()
        .filter(|(image, model)| state.jobs.of(image, model).is_none())
        .map(|(image, model)| {
            let terms = state.terms_of(&model);
            CaptionRequest::new(image, model, &terms)
        })
        .collect();
    if requests.is_empty() {
        let key = state.key(Context::Global, "jobs");
        state.notify(format!("that is on its way already; {key} shows it"));
    }
    start(state, requests, again)
}

fn start(state: &mut State, requests: Vec<CaptionRequest>, again: Again) -> Vec<Effect> {
    let requests = held::told_apart(state, requests, again);
    begin(state, requests, again)
}

/// Time went on: what was asked for twice, and not by a held key, goes out.
pub(super) fn tick(state: &mut State) -> Vec<Effect> {
    match held::meant(state) {
        Some((requests, again)) => begin(state, requests, again),
        None => Vec::new(),
    }
}

pub(super) fn begin(state: &mut State, requests: Vec<CaptionRequest>, again: Again) -> Vec<Effect> {
    if state.leaving || requests.is_empty() {
        return Vec::new();
    }
    state.answered.clear();
    let card = |model: &ModelRef| state.models.card_of(model);
    match state.spending.quote(&requests, card) {
        Err(model) => {
            let name = model.name().shown(60);
            state.asked = None;
            state.notify(format!("{name} is being looked up; ask again"));
            Vec::new()
        }
        Ok(quote) if quote.needs_asking() => {
            let question = spend::question(state, &quote, requests, again);
            state.overlays.push(Overlay::Question(question));
            Vec::new()
        }
        Ok(_) => send(state, requests, again),
    }
}

/// The person agreed: these requests go out, and who gets their pictures may have them.
pub(super) fn agreed(
    state: &mut State,
    mut requests: Vec<CaptionRequest>,
    again: Again,
    consents: BTreeSet<Consent>,
) -> Vec<Effect> {
    held::leave_out_repeated(state, &mut requests);
    let mut effects = Vec::new();
    if !consents.is_empty() && !state.leaving {
        state.spending.allow(consents.clone());
        effects.push(Effect::Allow(consents));
    }
    effects.extend(send(state, requests, again));
    effects
}

/// Sends requests, but for those that were started meanwhile.
fn send(state: &mut State, mut requests: Vec<CaptionRequest>, again: Again) -> Vec<Effect> {
    requests.retain(|it| state.jobs.asking(&it.image, &it.key()).is_none());
    if state.leaving || requests.is_empty() {
        return Vec::new();
    }
    if requests.len() > 1 {
        state.notify(format!(
            "{} started; {} shows them",
            say::count(requests.len(), "caption"),
            state.key(Context::Global, "jobs")
        ));
    }
    let models = requests.iter().map(|request| request.model.clone());
    let mut effects = state.models.used(models.collect());
    let now = state.now;
    let queue = requests
        .into_iter()
        .map(|request| (state.jobs.add(request.clone(), again, now), request))
        .collect();
    effects.push(Effect::Caption(queue, again));
    effects
}

/// Takes in what a job tells.
pub(super) fn hear(state: &mut State, id: JobId, news: JobNews) -> Vec<Effect> {
    match news {
        JobNews::Heard(heard) => state.jobs.hear(id, &heard, state.now),
        JobNews::Dropped => state.jobs.drop(id),
        JobNews::Ended(ended) => match *ended {
            Ok(ended) => {
                let mut effects = end(state, id, &ended);
                // What a server said of the token is known already: nobody is asked again.
                let failure = ended.run.failure.as_ref();
                if failure.is_some_and(|failure| failure.kind == "bad-token") {
                    effects.push(Effect::Token);
                }
                return effects;
            }
            Err(error) => return fail(state, id, error),
        },
    }
    Vec::new()
}

fn end(state: &mut State, id: JobId, ended: &Ended) -> Vec<Effect> {
    let Ended { run, from_history } = ended;
    let key = state.jobs.get(id).map(|job| job.request.key());
    if let (Some(key), Some(comparison)) = (key, &mut state.comparison) {
        comparison.add(&key, run);
    }
    if state.jobs.end(id, ended) && *from_history {
        state
            .answered
            .insert((run.request.image.clone(), run.request.model.clone()));
        if state.jobs.is_idle() {
            say_from_history(state);
        }
    }
    state.captions.add(run);
    if !from_history {
        show(state, run);
    }
    if *from_history || run.sent.is_none() {
        return Vec::new();
    }
    state.spending.spoil();
    // The engine has asked for the price; what is known of the model may be newer now.
    let model = &run.request.model;
    let card = state.models.card_of(model);
    let is_news = card.is_some_and(|card| card.price != run.price);
    let cards = is_news.then(|| Effect::Cards(vec![model.clone()]));
    cards.into_iter().collect()
}

fn say_from_history(state: &mut State) {
    let gauge = state.jobs.gauge();
    let again = state.key(Context::Global, "activate");
    let text = match (gauge.from_history, gauge.total) {
        (1, 1) => format!("history holds this answer; {again} asks again"),
        (held, total) if held == total => {
            format!("history holds all {held} answers; {again} asks again")
        }
        (held, total) => format!("history held {held} of {total} answers"),
    };
    state.notify(text);
}

/// A new run goes into history and onto the marks.
fn show(state: &mut State, run: &Run) {
    let page = state.page(Pane::History);
    state.history.add(run, page);
    match run.outcome {
        Outcome::Captioned if run.caption.is_blank() => {}
        Outcome::Captioned => state.files.mark(&run.request.image, true),
        Outcome::Failed => state.files.mark(&run.request.image, false),
        Outcome::Cancelled | Outcome::Interrupted => {}
    }
}

/// The engine could not keep its promise; a caption that was not stored is shown all the same.
fn fail(state: &mut State, id: JobId, error: EngineError) -> Vec<Effect> {
    let problem = error.problem();
    let effects = if let EngineError::NotStored { run, .. } = error {
        let ended = Ended {
            run: *run,
            from_history: false,
        };
        end(state, id, &ended)
    } else {
        state.jobs.drop(id);
        Vec::new()
    };
    state.complain(&problem);
    effects
}

/// Stops jobs; those that wait are gone at once.
pub(super) fn stop(state: &mut State, jobs: Vec<JobId>) -> Vec<Effect> {
    for id in &jobs {
        let waits = |state: &State| {
            let job = state.jobs.get(*id);
            job.is_some_and(|job| matches!(job.state, JobState::Queued | JobState::Failed(_)))
        };
        if waits(state) {
            state.jobs.drop(*id);
        }
    }
    if jobs.is_empty() {
        Vec::new()
    } else {
        vec![Effect::Stop(jobs)]
    }
}

/// Stops everything that is not over.
pub(super) fn stop_all(state: &mut State) -> Vec<Effect> {
    let live = state.jobs.iter().filter(|(_, job)| job.state.is_live());
    let live: Vec<_> = live.map(|(id, _)| id).collect();
    if live.is_empty() && !state.leaving {
        state.notify("nothing runs and nothing waits");
    }
    stop(state, live)
}

/// Asks for this once more, whatever history holds.
pub(super) fn repeat(state: &mut State, request: CaptionRequest) -> Vec<Effect> {
    if state.jobs.asking(&request.image, &request.key()).is_some() {
        let key = state.key(Context::Global, "jobs");
        state.notify(format!("that is on its way already; {key} shows it"));
        return Vec::new();
    }
    start(state, vec![request], Again::Repeat)
}

/// Asks once more for what failed.
pub(super) fn retry(state: &mut State, jobs: &[JobId]) -> Vec<Effect> {
    let failed = jobs.iter().filter_map(|id| state.jobs.get(*id));
    let failed = failed.filter(|job| !job.state.is_live());
    let requests: Vec<_> = failed.map(|job| job.request.clone()).collect();
    if requests.is_empty() {
        state.notify("only what failed is asked for again");
    }
    start(state, requests, Again::Reuse)
}

/// Asks once more for everything that failed.
pub(super) fn retry_all(state: &mut State) -> Vec<Effect> {
    let all: Vec<_> = state.jobs.iter().map(|(id, _)| id).collect();
    retry(state, &all)
}

/// Holds waiting jobs back, or lets them go.
pub(super) fn pause(state: &mut State) -> Vec<Effect> {
    state.jobs.pause(state.now);
    let is_paused = state.jobs.is_paused();
    state.notify(if is_paused {
        "paused: what runs goes on, nothing new starts"
    } else {
        "going on"
    });
    vec![Effect::Pause(is_paused)]
}

/// Ctrl-c: stops the job in focus; twice leaves.
pub(super) fn cancel(state: &mut State) -> Vec<Effect> {
    let twice = state
        .cancelled
        .is_some_and(|then| state.now.duration_since(then) < TWICE);
    if state.leaving {
        // Who asks once more does not want to wait for a disk that does not answer either.
        let mut effects = stop_all(state);
        effects.push(Effect::Quit);
        return effects;
    }
    if twice {
        state.leaving = true;
        return stop_all(state);
    }
    state.cancelled = Some(state.now);
    let jobs = in_focus(state);
    let key = state.key(Context::Global, "cancel");
    state.notify(match jobs.len() {
        0 => format!("{key} once more leaves"),
        n => format!("{} stopped; {key} once more leaves", say::count(n, "job")),
    });
    stop(state, jobs)
}

/// The job under the cursor in the list of jobs or among captions, or else all of the picture in
/// sight.
fn in_focus(state: &State) -> Vec<JobId> {
    if let Some(Overlay::Jobs(list)) = state.overlays.last() {
        return list.job(&state.jobs).into_iter().collect();
    }
    if state.focus == Pane::Captions
        && let Some(voice) = state.captions.voice(state.models.chosen(), &state.jobs)
        && let Says::Job(id, _) = voice.says
    {
        return vec![id];
    }
    let of = |image: ImageRef| -> Vec<JobId> {
        let jobs = state.jobs.of_image(&image);
        jobs.filter(|(_, job)| job.state.is_live())
            .map(|(id, _)| id)
            .collect()
    };
    state.image().map(of).unwrap_or_default()
}

/// Leaves, or asks where work is running.
pub(super) fn ask_to_leave(state: &mut State) -> Vec<Effect> {
    let live = state.jobs.live();
    if live == 0 {
        return vec![Effect::Quit];
    }
    let answers = vec![
        Answer {
            label: "stop and leave",
            then: Then::LeaveNow,
        },
        Answer {
            label: "leave when all is over",
            then: Then::LeaveLater,
        },
        Answer {
            label: "stay",
            then: Then::Stay,
        },
    ];
    let text = format!(
        "{} not over. What has come so far is kept in history.",
        match live {
            1 => "1 job is".to_owned(),
            n => format!("{n} jobs are"),
        }
    );
    state
        .overlays
        .push(Overlay::Question(Question::new("Leave", text, answers)));
    Vec::new()
}

/// Asked from outside: starts nothing new and leaves when what is in flight is over.
pub(super) fn leave(state: &mut State) -> Vec<Effect> {
    state.leaving = true;
    let queued = state
        .jobs
        .iter()
        .filter(|(_, job)| job.state == JobState::Queued);
    let queued = queued.map(|(id, _)| id).collect();
    stop(state, queued)
}
