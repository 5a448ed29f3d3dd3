//! `blipboard history import`.

use jiff::Timestamp;

use crate::cli::report::Report;
use crate::cli::{Desk, Exit, ImportArgs, Stop, absolute, nearby};
use crate::domain::intake::{Source, Spot, Trouble};
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;

/// Takes captions over from files, or says which that would be.
pub(super) async fn run(
    args: ImportArgs,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let engine = (desk.open)(report)?;
    let roots = args.paths.iter().map(|path| absolute(path)).collect();
    let sources = args
        .format
        .map_or_else(|| Source::ALL.to_vec(), |it| vec![it]);
    let intake = engine.find_captions(roots, args.recursive, sources).await?;
    for trouble in &intake.troubles {
        report.error(&problem(trouble));
    }
    let exit = if intake.troubles.is_empty() {
        Exit::Done
    } else {
        Exit::SomeFailed
    };
    let known = match intake.known {
        0 => String::new(),
        known => format!("; history holds {} already", captions(known)),
    };
    if args.dry_run {
        for found in &intake.found {
            let text = Foreign::new(found.text.as_str()).shown(usize::MAX);
            let label = format!("{}:", nearby(found.image.path()));
            report.labelled(&label, &format!("{text} ({})", place(&found.spot)))?;
        }
        let count = captions(intake.found.len());
        report.note(&format!("{count} would be taken over{known}"));
        return Ok(exit);
    }
    let runs = engine
        .take_over(intake.found, args.accept, Timestamp::now())
        .await?;
    let count = runs.len();
    let accepted = if args.accept && count > 0 {
        " and accepted; `blipboard history undo` takes the acceptance back"
    } else {
        ""
    };
    report.note(&format!("took over {}{known}{accepted}", captions(count)));
    Ok(exit)
}

fn problem(trouble: &Trouble) -> Problem {
    let problem = Problem::new(format!("passed over {}", place(&trouble.spot)));
    let causes = vec![Foreign::new(trouble.says.as_str())];
    Problem { causes, ..problem }
}

/// `metadata.jsonl:7`.
fn place(spot: &Spot) -> String {
    let file = nearby(&spot.file);
    match spot.line {
        Some(line) => format!("{file}:{line}"),
        None => file,
    }
}

fn captions(count: usize) -> String {
    match count {
        1 => "1 caption".to_owned(),
        count => format!("{count} captions"),
    }
}
