//! `blipboard history export`.

use std::path::Path;

use serde::Serialize;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::cli::batch::signals::Signals;
use crate::cli::report::Report;
use crate::cli::{Desk, Exit, ExportArgs, Stop, absolute, columns, nearby};
use crate::domain::handover::{
    Collision, Doubt, Existing, Fate, LeftOut, Moved, Order, Place, Plan, Planned, Summary, Which,
};
use crate::domain::image::ImageRef;
use crate::domain::problem::Problem;
use crate::domain::text::{self, Foreign};
use crate::engine::Engine;

/// So many are named where many have the same trouble.
const NAMED: usize = 3;

/// Hands captions over, or says what that would do.
pub(super) async fn run(
    args: ExportArgs,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let order = order(&args)?;
    let engine = (desk.open)(report)?;
    if args.format.is_table() && args.to.is_none() {
        return print(&engine, order, report).await;
    }
    let plan = engine.plan_handover(order).await?;
    warn(&plan, report);
    if plan.captions == 0 {
        return Err(nothing(plan.order.which).into());
    }
    if args.dry_run {
        show(&plan, args.json, report)?;
        report.note(&counted(&plan));
        return Ok(exit(&plan, &Summary::default()));
    }
    let kept = plan.count(&Fate::Kept);
    if args.existing.is_none() && kept > 0 {
        return Err(undecided(&plan, kept).into());
    }
    let (summary, stopped) = carry_out(&engine, plan.clone()).await?;
    sum_up(&plan, &summary, args.json, report)?;
    Ok(stopped.unwrap_or_else(|| exit(&plan, &summary)))
}

fn order(args: &ExportArgs) -> Result<Order, Problem> {
    let folder = args.folder.as_deref().map(absolute);
    let is_table = args.format.is_table();
    if is_table && matches!(args.existing, Some(Existing::Append | Existing::Prepend)) {
        let headline = "a table is written as a whole";
        return Err(Problem::new(headline).with_hint("say --existing overwrite or skip"));
    }
    let place = match &args.to {
        None => Place::Beside,
        Some(to) if is_table => Place::File(absolute(to)),
        Some(to) => Place::Below {
            root: folder.clone().unwrap_or_else(|| absolute(Path::new("."))),
            folder: absolute(to),
        },
    };
    Ok(Order {
        which: args.which.which(),
        folder,
        filter: args.filter.clone(),
        form: args.format,
        existing: args.existing.unwrap_or(Existing::Skip),
        clash: args.collisions,
        place,
    })
}

fn nothing(which: Which) -> Problem {
    match which {
        Which::Accepted => Problem::new("no caption is accepted")
            .with_hint("say --newest for the newest of each picture where none is accepted"),
        Which::Newest | Which::All => Problem::new("there is no caption to hand over")
            .with_hint("`blipboard history ls` lists what history holds"),
    }
}

fn undecided(plan: &Plan, kept: usize) -> Problem {
    let names = plan.files.iter().filter(|file| file.fate == Fate::Kept);
    let names: Vec<_> = names.map(|file| nearby(&file.path)).collect();
    let what = match kept {
        1 => "1 file is there already and holds",
        _ => "some files are there already and hold",
    };
    let names = text::list(names.iter(), NAMED);
    Problem::new(format!("{what} another text: {names}; nothing was written")).with_hint(
        "say --existing skip, overwrite, append or prepend; --dry-run shows what that does",
    )
}

/// Prints a table.
async fn print(engine: &Engine, order: Order, report: &mut Report) -> Result<Exit, Stop> {
    let which = order.which;
    let (sender, pieces) = mpsc::channel::<String>(64);
    let telling = engine.tell_captions(order, sender);
    let printing = async {
        // Should stdout take no more, whoever sends hears of it by the end of this.
        let mut pieces = pieces;
        while let Some(piece) = pieces.recv().await {
            if !piece.is_empty() {
                report.data(piece.strip_suffix('\n').unwrap_or(&piece))?;
            }
        }
        Ok::<_, Stop>(())
    };
    let (told, printed) = tokio::join!(telling, printing);
    printed?;
    let told = told?;
    if told.captions == 0 {
        return Err(nothing(which).into());
    }
    doubts(&told.doubtful, told.captions, report);
    Ok(Exit::Done)
}

/// Writes all files, until a signal stops it.
async fn carry_out(engine: &Engine, plan: Plan) -> Result<(Summary, Option<Exit>), Stop> {
    let mut signals = Signals::listen()?;
    let stop = CancellationToken::new();
    let work = engine.hand_over(plan, stop.clone(), |_| {});
    tokio::pin!(work);
    let mut stopped = None;
    loop {
        tokio::select! {
            summary = &mut work => return Ok((summary?, stopped)),
            exit = signals.next() => {
                stopped = Some(exit);
                stop.cancel();
            }
        }
    }
}

fn exit(plan: &Plan, summary: &Summary) -> Exit {
    let is_refused = |file: &Planned| matches!(file.fate, Fate::Refused(_));
    let some_missed = plan.homeless() > 0 || plan.files.iter().any(is_refused);
    if some_missed || !summary.failed.is_empty() {
        Exit::SomeFailed
    } else {
        Exit::Done
    }
}

/// What the person should know before anything else.
fn warn(plan: &Plan, report: &mut Report) {
    let way = |it: &Moved| format!("{} → {}", name(&it.from), name(&it.to));
    let ways: Vec<_> = plan.moved.iter().map(way).collect();
    if !ways.is_empty() {
        let ways = name_list(&ways);
        report.note(&format!(
            "moved since, and captioned where they are: {ways}"
        ));
    }
    for why in LeftOut::ALL {
        let names = plan.left_out.iter().filter(|(_, it)| *it == why);
        let names: Vec<_> = names.map(|(image, _)| name(image)).collect();
        match names.len() {
            0 => {}
            1 => report.note(&format!(
                "left out: {} {}",
                name_list(&names),
                why.sentence()
            )),
            count => {
                let names = name_list(&names);
                report.note(&format!(
                    "left out {count} pictures, each {}: {names}",
                    why.sentence()
                ));
            }
        }
    }
    doubts(&plan.doubtful, plan.captions, report);
}

fn doubts(doubtful: &[Doubt], captions: usize, report: &mut Report) {
    if doubtful.is_empty() {
        return;
    }
    let name = |doubt: &Doubt| {
        let flags: Vec<_> = doubt.flags.iter().map(|flag| flag.word()).collect();
        format!("{} ({})", name(&doubt.image), flags.join(", "))
    };
    let names: Vec<_> = doubtful.iter().map(name).collect();
    let are = if doubtful.len() == 1 { "is" } else { "are" };
    let names = name_list(&names);
    report.note(&format!(
        "{} of {captions} {are} doubtful: {names}",
        doubtful.len()
    ));
}

fn name(image: &ImageRef) -> String {
    nearby(image.path())
}

fn name_list(names: &[String]) -> String {
    text::list(names.iter(), NAMED)
}

/// What becomes of a file, and why.
fn fate(file: &Planned) -> String {
    match &file.fate {
        Fate::Refused(why) => format!("refused: {why}"),
        fate => fate.word().to_owned(),
    }
}

fn show(plan: &Plan, json: bool, report: &mut Report) -> Result<(), Stop> {
    if json {
        return objects(plan, &Summary::default(), report);
    }
    let files = plan.files.iter();
    let mut rows: Vec<_> = files
        .map(|file| vec![nearby(&file.path), file.captions.to_string(), fate(file)])
        .collect();
    for collision in &plan.collisions {
        let images: Vec<_> = collision.images.iter().map(name).collect();
        let what = if collision.is_resolved {
            "whole names"
        } else {
            "collision"
        };
        let what = format!("{what}: {}", name_list(&images));
        rows.push(vec![
            nearby(&collision.path),
            images.len().to_string(),
            what,
        ]);
    }
    for line in columns::table(&["file", "captions", "what"], &rows, report.columns()) {
        report.data(&line)?;
    }
    Ok(())
}

/// `118 new, 2 the same, 3 skipped`.
fn counted(plan: &Plan) -> String {
    let mut parts = Vec::new();
    let mut words = Vec::new();
    for file in &plan.files {
        let word = file.fate.word();
        if !words.contains(&word) {
            words.push(word);
            parts.push(format!("{} {word}", plan.count(&file.fate)));
        }
    }
    let homeless = plan.homeless();
    if homeless > 0 {
        parts.push(format!("{homeless} captions collide"));
    }
    format!("nothing was written; files: {}", parts.join(", "))
}

fn sum_up(plan: &Plan, summary: &Summary, json: bool, report: &mut Report) -> Result<(), Stop> {
    if json {
        objects(plan, summary, report)?;
    }
    for (path, why) in &summary.failed {
        let problem = Problem::new(format!("{} was not written", nearby(path)));
        let cause = Foreign::new(why.raw());
        report.error(&Problem {
            causes: vec![cause],
            ..problem
        });
    }
    for file in &plan.files {
        if let Fate::Refused(why) = &file.fate {
            let problem = Problem::new(format!("{} was left alone", nearby(&file.path)));
            report.error(&problem.because(why));
        }
    }
    for collision in plan.collisions.iter().filter(|it| !it.is_resolved) {
        report.error(&collided(collision));
    }
    let mut told = vec![format!("wrote {}", files(summary.written))];
    let more = [
        (plan.count(&Fate::Same), "held the same already"),
        (plan.count(&Fate::Kept), "kept another text"),
        (summary.not_begun, "not begun"),
    ];
    for (count, what) in more.into_iter().filter(|(count, _)| *count > 0) {
        told.push(format!("{count} {what}"));
    }
    report.note(&told.join(", "));
    Ok(())
}

fn collided(collision: &Collision) -> Problem {
    let images: Vec<_> = collision.images.iter().map(name).collect();
    let problem = Problem::new(format!(
        "{} has room for one caption, and was left alone: {}",
        nearby(&collision.path),
        name_list(&images)
    ));
    problem.with_hint("--collisions whole-name writes files with whole names, such as cat.jpg.txt")
}

fn files(count: usize) -> String {
    match count {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    }
}

/// A file of the plan, or a place that several captions want.
#[derive(Serialize)]
struct FileRecord {
    file: String,
    what: &'static str,
    why: Option<String>,
    captions: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<String>,
}

fn objects(plan: &Plan, summary: &Summary, report: &mut Report) -> Result<(), Stop> {
    let raw = |path: &Path| Foreign::from_os(path.as_os_str()).raw().to_owned();
    for file in &plan.files {
        let failed = summary.failed.iter().find(|(path, _)| *path == file.path);
        let (what, why) = match (failed, &file.fate) {
            (Some((_, why)), _) => ("failed", Some(why.raw().to_owned())),
            (None, Fate::Refused(why)) => ("refused", Some(why.to_string())),
            (None, fate) => (fate.word(), None),
        };
        report.object(&FileRecord {
            file: raw(&file.path),
            what,
            why,
            captions: file.captions,
            images: Vec::new(),
        })?;
    }
    for collision in &plan.collisions {
        let images = collision.images.iter().map(|image| raw(image.path()));
        report.object(&FileRecord {
            file: raw(&collision.path),
            what: if collision.is_resolved {
                "whole-names"
            } else {
                "collision"
            },
            why: None,
            captions: collision.images.len(),
            images: images.collect(),
        })?;
    }
    Ok(())
}
