//! `blipboard history show`.

use jiff::tz::TimeZone;

use crate::cli::report::Report;
use crate::cli::{Exit, Stop, nearby};
use crate::domain::flags::Flag;
use crate::domain::problem::Problem;
use crate::domain::record::Record;
use crate::domain::run::{Run, RunId};
use crate::domain::spending::dollars;
use crate::domain::whereabouts::Whereabouts;
use crate::engine::Engine;

/// Tells all that is known of a run, with every version of its caption.
pub(super) async fn run(
    id: RunId,
    json: bool,
    engine: &Engine,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let Some(run) = engine.run(id).await? else {
        let problem = Problem::new(format!("history holds no finished run {}", id.0))
            .with_hint("`blipboard history ls` has the numbers");
        return Err(problem.into());
    };
    if json {
        report.object(&Record::of(&run, true))?;
        return Ok(Exit::Done);
    }
    let mut facts = facts(&run);
    // Beside the place where it was captioned.
    facts.splice(1..1, now(&run, engine).await?);
    for revision in engine.revisions(id).await? {
        let label = if revision.is_taken_back {
            "taken back"
        } else {
            "written"
        };
        facts.push((label, revision.caption.shown(usize::MAX)));
    }
    for (label, fact) in facts {
        report.labelled(&format!("{label:<11}"), &fact)?;
    }
    Ok(Exit::Done)
}

/// Where its picture lies now, unless that is where it lay.
async fn now(run: &Run, engine: &Engine) -> Result<Option<(&'static str, String)>, Stop> {
    let Some(id) = run.image_id else {
        return Ok(None);
    };
    let whereabouts = engine.locate(run.request.image.clone(), id).await?;
    Ok(match whereabouts {
        Whereabouts::There => None,
        Whereabouts::Moved(to) => Some(("now at", nearby(to.path()))),
        Whereabouts::Lost(loss) => Some(("now", format!("the file {}", loss.sentence()))),
    })
}

fn facts(run: &Run) -> Vec<(&'static str, String)> {
    let started = run.timing.started.to_zoned(TimeZone::system());
    let mut facts = vec![
        ("picture", nearby(run.request.image.path())),
        ("model", run.request.model.name().shown(usize::MAX)),
        ("started", started.strftime("%Y-%m-%d %H:%M:%S").to_string()),
        ("caption", super::told(run)),
        ("decision", run.review.decision.word().to_owned()),
    ];
    let flags: Vec<_> = run.flags().into_iter().map(Flag::word).collect();
    if !flags.is_empty() {
        facts.push(("doubts", flags.join(", ")));
    }
    facts.extend(run.provider.as_ref().map(|it| ("provider", it.shown(80))));
    facts.extend(run.cost_micro_usd.map(|cost| ("cost", dollars(cost))));
    if run.review.caption.is_some() {
        facts.push(("model wrote", run.caption.shown(usize::MAX)));
    }
    facts
}
