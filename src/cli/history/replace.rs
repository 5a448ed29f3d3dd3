//! `blipboard history replace` and `undo`.

use jiff::Timestamp;

use crate::cli::report::Report;
use crate::cli::{Desk, Exit, ReplaceArgs, Stop, absolute, nearby};
use crate::domain::problem::Problem;
use crate::domain::replace::{Rewording, Rewordings, Wording, marked};
use crate::domain::review::Maker;
use crate::engine::{Among, Engine, HistoryQuery};

/// Words captions anew, or shows what that would change.
pub(super) async fn run(
    args: ReplaceArgs,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let wording = Wording::new(args.wish()).map_err(|error| Problem::from_error(&error))?;
    let engine = (desk.open)(report)?;
    let among = Among {
        query: HistoryQuery {
            filter: args.filter,
            ..HistoryQuery::default()
        },
        below: args.folder.as_deref().map(absolute),
        pictures: None,
    };
    let found = engine.rewordings(Some(wording), among, usize::MAX).await?;
    if found.emptied > 0 {
        let what = format!(
            "left as they are, since nothing of them would stay: {}",
            captions(found.emptied)
        );
        report.note(&what);
    }
    let count = found.changes.len();
    let is_shown = args.dry_run || (!args.yes && report.out_manner().terminal);
    if is_shown {
        show(&engine, &found, report).await?;
    }
    if args.dry_run || count == 0 {
        report.note(&format!(
            "{} of {} would change",
            count,
            captions(found.looked_at)
        ));
        return Ok(Exit::Done);
    }
    if !args.yes {
        let question = format!("change {}?", captions(count));
        let agreed = report.ask(&question).ok_or_else(|| {
            Problem::new(format!("{} would change", captions(count)))
                .with_hint("add --yes to do it without asking, or --dry-run to see it")
        })?;
        if !agreed {
            report.note("nothing was changed");
            return Ok(Exit::Done);
        }
    }
    engine.reword(found.changes, Timestamp::now()).await?;
    let done = format!(
        "changed {}; `blipboard history undo` takes it back",
        captions(count)
    );
    report.note(&done);
    Ok(Exit::Done)
}

/// Takes back what was changed last.
pub(super) async fn undo(desk: &Desk<'_>, report: &mut Report) -> Result<Exit, Stop> {
    let engine = (desk.open)(report)?;
    let Some(step) = engine.newest_step().await? else {
        return Err(Problem::new("there is nothing to take back").into());
    };
    engine.turn_review(step.id, false).await?;
    let what = match step.maker {
        Maker::Replacement => "a replacement in",
        Maker::Hand | Maker::Model => "what was decided or written of",
    };
    let runs = usize::try_from(step.runs).unwrap_or(usize::MAX);
    report.note(&format!("took back {what} {}", captions(runs)));
    Ok(Exit::Done)
}

/// Each caption as it reads and as it would read, with the words marked that are not in both.
async fn show(engine: &Engine, found: &Rewordings, report: &mut Report) -> Result<(), Stop> {
    for Rewording {
        image,
        before,
        after,
        ..
    } in &found.changes
    {
        report.heading(&nearby(image.path()))?;
        let texts = vec![Some(before.clone()), Some(after.clone())];
        let spans = engine.differences(texts, 0, true).await?;
        let mut spans = spans.into_iter();
        let (old, new) = (spans.next(), spans.next());
        report.data(&format!(
            "- {}",
            marked(before, &old.unwrap_or_default(), ["[-", "-]"])
        ))?;
        report.data(&format!(
            "+ {}",
            marked(after, &new.unwrap_or_default(), ["{+", "+}"])
        ))?;
    }
    Ok(())
}

fn captions(count: usize) -> String {
    match count {
        1 => "1 caption".to_owned(),
        count => format!("{count} captions"),
    }
}
