//! How quick the dashboard is to the eye and how quiet at rest: `cargo bench --bench dashboard`.
//!
//! The real program runs in a terminal of 120×36 cells with true colours, with 1,000 runs in its
//! history. A key is answered by the first whole frame with the cursor on the row where the key
//! takes it; frames drawn meanwhile for other reasons do not count. What is bounded ends the
//! bench with an error where it is not kept.
//!
//! Without `--bench`, as in `cargo test --benches`, it only shows that it works.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench prints, and stops at the first error"
)]

#[expect(dead_code, reason = "the command line's tests need more of it")]
#[path = "../support/home.rs"]
mod home;
#[path = "dashboard/screen.rs"]
mod screen;
#[expect(dead_code, reason = "the wire's own tests need more of it")]
#[path = "../support/server.rs"]
mod server;

use std::collections::VecDeque;
use std::fmt::Debug;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use blipboard::domain::catalogue::{Catalogue, Offer, Served};
use blipboard::domain::model::Price;
use blipboard::engine::Refresh;
use blipboard::media::decode;
use blipboard::ui::panes::models::ModelsPane;
use home::Home;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, Rgb, RgbImage};
use jiff::Timestamp;
use screen::{Dashboard, Status};
use server::{Answer, Server};

const IMAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/images");

/// So many models speak at once.
const SPEAKING: usize = 16;
const WORDS_A_SECOND: u32 = 50;

/// Somebody holds a key down: 30 keys a second.
const KEY_REPEAT: Duration = Duration::from_nanos(1_000_000_000 / 30);

/// Nobody reads two captions and decides in less.
const THOUGHT: Duration = Duration::from_millis(500);

/// How much is done of each.
struct Scale {
    models: usize,
    runs: u16,
    starts: usize,
    small_pictures: usize,
    moves: usize,
    large_pictures: usize,
    cards: usize,
    judged: u8,
    keys: usize,
    /// The screen rests once it did not change for so long.
    settle: Duration,
    rest: Duration,
}

const MEASURED: Scale = Scale {
    models: 2_000,
    runs: 1_000,
    starts: 20,
    small_pictures: 10_000,
    moves: 200,
    large_pictures: 400,
    cards: 500,
    judged: 60,
    keys: 300,
    settle: Duration::from_secs(12),
    rest: Duration::from_secs(10),
};

const TRIED: Scale = Scale {
    models: 20,
    runs: 3,
    starts: 1,
    small_pictures: 30,
    moves: 3,
    large_pictures: 5,
    cards: 30,
    judged: 3,
    keys: 3,
    settle: Duration::from_millis(20),
    rest: Duration::from_millis(20),
};

fn main() -> ExitCode {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let scale = if measured { MEASURED } else { TRIED };
    let home = Home::new();
    for run in 0..scale.runs {
        let [high, low] = run.to_be_bytes();
        home.dot(&format!("{run}.png"), [high, low, 0]);
    }
    home.run(&["caption", ".", "--quiet"]).ok();
    // The first start greets.
    Dashboard::start(&home, Path::new(IMAGES)).wait("the greeting", |_| true);

    let mut bounds = Bounds::default();
    filter(&scale, &mut bounds);
    start(&home, &scale, &mut bounds);
    large_folder(&home, &scale, &mut bounds);
    contact_sheet(&home, &scale, &mut bounds);
    verdicts(&home, &scale, &mut bounds);
    keys_during_a_batch(&home, &scale, &mut bounds);
    keys_during_streams(&home, &scale, &mut bounds);
    rest(&home, &scale, &mut bounds);
    if measured && bounds.are_broken {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Typing a filter over a long catalogue, a letter at a time, to what is listed then.
fn filter(scale: &Scale, bounds: &mut Bounds) {
    let makers = ["Qwen", "google", "meta-llama", "zai-org", "mistralai"];
    let offer = |provider: &str| Offer {
        provider: provider.to_owned(),
        live: true,
        price: Price::Unknown,
        context: None,
        latency_ms: None,
        throughput: None,
    };
    let models = (0..scale.models).map(|number| Served {
        id: format!(
            "{}/Vision-{number}B-Instruct",
            makers[number % makers.len()]
        ),
        sees: true,
        created: None,
        offers: ["novita", "together", "featherless-ai"].map(offer).into(),
    });
    let mut pane = ModelsPane::new(Vec::new(), Vec::new());
    let now = Timestamp::UNIX_EPOCH;
    let models = models.collect();
    let asked = Some(now);
    pane.absorb_catalogue(Refresh::Now, Catalogue { models, asked }, None);
    let typed = "qwen vision instruct novita";
    println!(
        "\na filter over {} models, {} keys",
        scale.models,
        typed.len()
    );
    let keys = (1..=typed.len()).map(|end| time(|| pane.filter(&typed[..end], now)));
    let keys: Vec<_> = keys.collect();
    bounds.at_most("slowest key", at(&keys, 100), Duration::from_millis(5));
    println!("  median {:?}", at(&keys, 50));
}

/// From the start of the process to what a person sees.
fn start(home: &Home, scale: &Scale, bounds: &mut Bounds) {
    println!("\nstart over tests/images, median of {}", scale.starts);
    let (mut frames, mut rows, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..scale.starts {
        let mut dashboard = Dashboard::start(home, Path::new(IMAGES));
        let started = dashboard.started;
        let frame = dashboard.wait("a frame", |_| true);
        frames.push(frame - started);
        let row = if is_on_a_picture(&dashboard) {
            frame
        } else {
            dashboard.wait("a file", is_on_a_picture)
        };
        rows.push(row - started);
        bare.push(time(|| home.run(&["--version"])));
    }
    bounds.at_most("first frame", at(&frames, 50), Duration::from_millis(50));
    println!("  files: {:?}", at(&rows, 50));
    println!("  the process alone (--version): {:?}", at(&bare, 50));
}

fn large_folder(home: &Home, scale: &Scale, bounds: &mut Bounds) {
    let folder = home.path("many");
    let count = scale.small_pictures;
    fill(&folder, count, &sample().thumbnail(160, 120));
    println!("\na folder of {count} pictures");
    let readdir = time(|| {
        fs::read_dir(&folder)
            .unwrap()
            .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_type().is_ok()))
            .count()
    });

    let mut dashboard = Dashboard::start(home, &folder);
    let started = dashboard.started;
    let rows = dashboard.wait("a file", is_on_a_picture) - started;
    let is_reading = dashboard.contents().contains(" reading ");
    bounds.at_most("first rows", rows, Duration::from_millis(100));
    let then = if is_reading { "goes on" } else { "is over" };
    println!("  reading the folder then {then}");

    let mut keys = Vec::new();
    let deadline = dashboard.started + Duration::from_secs(1);
    while Instant::now() < deadline && keys.len() < scale.moves {
        // The first key lets go of the first picture; then the cursor keeps its name, wherever
        // new rows move it, until a key takes it to another.
        let (line, name) = dashboard.cursor().unwrap();
        let first = keys.is_empty();
        let pressed = dashboard.press("j");
        let answered = dashboard.wait("another row", |dashboard| {
            let cursor = dashboard.cursor();
            cursor.is_some_and(|(now, other)| if first { now != line } else { other != name })
        });
        keys.push(answered - pressed);
    }
    let most = Duration::from_millis(50);
    bounds.at_most("slowest key in the first second", at(&keys, 100), most);
    println!("  the folder alone (readdir): {readdir:?}");

    for _ in 0..scale.moves {
        let (_, name) = dashboard.cursor().unwrap();
        dashboard.press("j");
        dashboard.wait("another row", |dashboard| {
            dashboard.cursor().is_some_and(|(_, other)| other != name)
        });
    }
    bound_memory(&dashboard, 40_000_000, bounds);
}

/// Bounds the memory that the program took at its peak, in bytes.
fn bound_memory(dashboard: &Dashboard, most: u64, bounds: &mut Bounds) {
    match dashboard.status("VmHWM", Status::Process) {
        Some(kib) => bounds.at_most("memory at its peak, KiB", kib, most / 1024),
        None => println!("  memory at its peak: this system does not tell"),
    }
}

/// Keys at the rate of a held key through the contact sheet, a row each, while its pictures load.
fn contact_sheet(home: &Home, scale: &Scale, bounds: &mut Bounds) {
    let folder = home.path("sheet");
    let large = sample().resize_exact(1732, 1155, FilterType::Triangle);
    fill(&folder, scale.cards, &large);
    println!(
        "\n{} keys, 30 a second, over a contact sheet of {} pictures of 2 megapixels",
        scale.keys, scale.cards
    );
    let mut dashboard = Dashboard::start(home, &folder);
    dashboard.wait("a file", is_on_a_picture);
    dashboard.press("z");
    let is_on = |number| move |screen: &Dashboard| screen.foot() == Some(name(number));
    dashboard.wait("the sheet", is_on(0));
    dashboard.press("j");
    dashboard.wait("the second row", |screen| {
        screen.foot().is_some_and(|under| under != name(0))
    });
    let columns = (1..scale.cards).find(|number| is_on(*number)(&dashboard));
    let columns = columns.unwrap();
    dashboard.press("k");
    dashboard.wait("the first row", is_on(0));
    let walk = Walk {
        rows: (scale.cards - 1) / columns + 1,
        name: &|row| name(row * columns),
        cursor: Dashboard::foot,
    };
    keys(&mut dashboard, scale.keys, &walk, bounds);
    bound_memory(&dashboard, 150_000_000, bounds);
}

/// Verdicts over pictures that two models captioned, one after the other by a quick mind.
fn verdicts(home: &Home, scale: &Scale, bounds: &mut Bounds) {
    let folder = home.path("judged");
    fs::create_dir(&folder).unwrap();
    for number in 0..scale.judged {
        let plain = RgbImage::from_pixel(1732, 1155, colour(number));
        let name = name(number.into());
        plain.save(folder.join(name)).unwrap();
    }
    println!(
        "\nverdicts over {} pictures of 2 megapixels, one each {THOUGHT:?}",
        scale.judged
    );
    let server = Server::start(|_| {
        let event = "data: {\"choices\":[{\"delta\":{\"content\":\"A plain picture.\"},\
                     \"finish_reason\":\"stop\"}]}\n\n";
        Answer::stream([event])
    });
    let endpoint = |name| {
        let url = server.url();
        format!("[endpoints.{name}]\nurl = \"{url}\"\nprotocol = \"chat\"\n")
    };
    let endpoints = ["lab", "den"].map(endpoint).concat();
    home.config(&format!(
        "models = [\"endpoint:lab\", \"endpoint:den\"]\n{endpoints}"
    ));
    let models = ["-m", "endpoint:lab", "-m", "endpoint:den"];
    home.run(
        &[
            &["compare", "../judged", "--quiet", "--yes"],
            models.as_slice(),
        ]
        .concat(),
    )
    .ok();

    let mut dashboard = Dashboard::start(home, &folder);
    dashboard.wait("a file", is_on_a_picture);
    dashboard.press("C");
    let all = scale.judged;
    let shows = |number: u8| {
        move |dashboard: &Dashboard| {
            let place = format!("picture {} of {all}", number + 1);
            let is_there = dashboard.contents().contains(&place);
            is_there && dashboard.is_coloured(18, 20, colour(number).0)
        }
    };
    dashboard.wait("history's captions", |dashboard| {
        shows(0)(dashboard) && dashboard.contents().contains("history holds all")
    });
    let mut answers = Vec::new();
    for number in 1..all {
        dashboard.rest(THOUGHT);
        let pressed = dashboard.press("1");
        answers.push(dashboard.wait("the next picture", shows(number)) - pressed);
    }
    bounds.at_most(
        "verdict to next picture, slowest",
        at(&answers, 100),
        Duration::from_millis(50),
    );
    println!("  median {:?}", at(&answers, 50));
    drop(dashboard);
    decisions(home, &folder, all, bounds);
    home.config("");
}

/// Decisions over the captions of the same pictures, one after the other.
fn decisions(home: &Home, folder: &Path, all: u8, bounds: &mut Bounds) {
    let mut dashboard = Dashboard::start(home, folder);
    dashboard.wait("a file", is_on_a_picture);
    // The number of the picture in sight, once it is there.
    let shown = |dashboard: &Dashboard| {
        let contents = dashboard.contents();
        let title = contents.lines().next().unwrap_or_default();
        let (before, _) = title.split_once(".jpg 1732")?;
        let number: u8 = before.get(before.len().checked_sub(5)?..)?.parse().ok()?;
        let is_there = dashboard.is_coloured(8, 60, colour(number).0);
        is_there.then_some(number)
    };
    dashboard.press("4z");
    dashboard.wait("the review", |dashboard| {
        dashboard.contents().contains(" Review ") && shown(dashboard).is_some()
    });
    let mut answers = Vec::new();
    for _ in 1..all {
        dashboard.rest(THOUGHT);
        let before = shown(&dashboard);
        let pressed = dashboard.press("a");
        let next = dashboard.wait("the next picture", |dashboard| {
            shown(dashboard).is_some_and(|number| Some(number) != before)
        });
        answers.push(next - pressed);
    }
    bounds.at_most(
        "decision to next picture, slowest",
        at(&answers, 100),
        Duration::from_millis(50),
    );
    println!("  median {:?}", at(&answers, 50));
}

/// A colour that no other picture near it has.
fn colour(number: u8) -> Rgb<u8> {
    Rgb([
        number.wrapping_mul(83),
        number.wrapping_mul(151),
        number.wrapping_mul(199),
    ])
}

/// Keys at the rate of a held key, while pictures are captioned.
fn keys_during_a_batch(home: &Home, scale: &Scale, bounds: &mut Bounds) {
    let folder = home.path("large");
    let large = sample().resize_exact(1732, 1155, FilterType::Triangle);
    fill(&folder, scale.large_pictures, &large);
    println!(
        "\n{} keys, 30 a second, while {} pictures of 2 megapixels are captioned",
        scale.keys, scale.large_pictures
    );
    let decode = time(|| black_box(decode::decode(&folder.join(name(0)))).is_ok());

    let mut dashboard = Dashboard::start(home, &folder);
    dashboard.wait("a file", is_on_a_picture);
    dashboard.press("*");
    dashboard.wait("a selection", |dashboard| {
        dashboard.contents().contains("selected")
    });
    dashboard.press("\r");
    dashboard.wait("jobs", is_busy);
    // Down, and up again over pictures that were looked at.
    let walk = Walk::down(scale.keys.div_ceil(2) + 1);
    let lasted = keys(&mut dashboard, scale.keys, &walk, bounds);
    println!("  the batch outlasted the keys: {lasted}");
    println!("  decoding one of the pictures: {decode:?}");
}

/// Keys at the rate of a held key, while as many models as may speak at once do.
fn keys_during_streams(home: &Home, scale: &Scale, bounds: &mut Bounds) {
    let folder = home.path("spoken-of");
    fill(&folder, SPEAKING, &sample().thumbnail(640, 480));
    println!(
        "\n{} keys, 30 a second, while {SPEAKING} answers come in, each {WORDS_A_SECOND} words a \
         second",
        scale.keys
    );
    let pause = Duration::from_secs(1) / WORDS_A_SECOND;
    let words = scale.keys * 3;
    let server = Server::start(move |_| {
        let word = "data: {\"choices\":[{\"delta\":{\"content\":\"word \"}}]}\n\n";
        let end = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
        let words = std::iter::repeat_n(word, words).chain([end]);
        Answer::stream(words).every(pause)
    });
    home.config(&format!(
        "models = [\"endpoint:lab\"]\nconcurrency = {SPEAKING}\n\
         [endpoints.lab]\nurl = \"{}\"\nprotocol = \"chat\"\n",
        server.url()
    ));
    let mut dashboard = Dashboard::start(home, &folder);
    dashboard.wait("a file", is_on_a_picture);
    dashboard.press("*");
    dashboard.wait("a selection", |dashboard| {
        dashboard.contents().contains("selected")
    });
    dashboard.press("\r");
    dashboard.wait("the question", |dashboard| {
        dashboard.contents().contains("for the first time")
    });
    dashboard.press("y");
    server.wait_for(SPEAKING);
    dashboard.wait("words", |dashboard| {
        dashboard.contents().contains("word word")
    });
    let lasted = keys(&mut dashboard, scale.keys, &Walk::down(SPEAKING), bounds);
    println!("  the answers outlasted the keys: {lasted}");
    home.config("");
}

/// Rows that keys walk down and up again, what is under the cursor in each, and where that is told.
struct Walk<'a> {
    rows: usize,
    name: &'a dyn Fn(usize) -> String,
    cursor: fn(&Dashboard) -> Option<String>,
}

impl Walk<'_> {
    /// A list with a picture in each row.
    fn down(rows: usize) -> Self {
        Self {
            rows,
            name: &name,
            cursor: |dashboard| Some(dashboard.cursor()?.1),
        }
    }
}

/// Presses `count` keys that walk down and up, and bounds the time that each takes to be answered.
/// Tells whether the dashboard was busy to the end.
fn keys(dashboard: &mut Dashboard, count: usize, walk: &Walk, bounds: &mut Bounds) -> &'static str {
    let rows = walk.rows;
    let mut answers = Vec::new();
    let mut waiting = VecDeque::new();
    let mut next = Instant::now();
    for key in 0..count {
        let turn = 2 * (rows - 1);
        let step = (key + 1) % turn;
        let row = step.min(turn - step);
        let key = if (1..rows).contains(&step) { "j" } else { "k" };
        waiting.push_back(((walk.name)(row), dashboard.press(key)));
        next += KEY_REPEAT;
        while let Some(frame) = dashboard.frame(next) {
            settle((walk.cursor)(dashboard), frame, &mut waiting, &mut answers);
        }
    }
    let lasted = is_busy(dashboard);
    while !waiting.is_empty() {
        let frame = dashboard.wait("the last keys", |_| true);
        settle((walk.cursor)(dashboard), frame, &mut waiting, &mut answers);
    }
    bounds.at_most(
        "key to frame, 99 %",
        at(&answers, 99),
        Duration::from_millis(16),
    );
    println!(
        "  median {:?}, slowest {:?}",
        at(&answers, 50),
        at(&answers, 100)
    );
    if lasted { "yes" } else { "no" }
}

/// A frame answers the first key that waits for its row, and those before.
fn settle(
    cursor: Option<String>,
    frame: Instant,
    waiting: &mut VecDeque<(String, Instant)>,
    answers: &mut Vec<Duration>,
) {
    let Some(cursor) = cursor else {
        return;
    };
    if let Some(answered) = waiting.iter().position(|(row, _)| *row == cursor) {
        let answered = waiting.drain(..=answered);
        answers.extend(answered.map(|(_, pressed)| frame - pressed));
    }
}

/// An unchanged screen is not written to, and the process behind it sleeps.
fn rest(home: &Home, scale: &Scale, bounds: &mut Bounds) {
    println!("\nat rest for {:?}, after a caption", scale.rest);
    let mut dashboard = Dashboard::start(home, Path::new(IMAGES));
    dashboard.wait("a file", is_on_a_picture);
    dashboard.press("\r");
    dashboard.wait("a caption", |dashboard| {
        dashboard.contents().contains("1 ✓")
    });
    // The passing line passes, and idle threads end.
    while dashboard.rest(scale.settle) > 0 {}
    let switches = |dashboard: &Dashboard| {
        let kinds = ["voluntary_ctxt_switches", "nonvoluntary_ctxt_switches"];
        let kinds = kinds.map(|kind| dashboard.status(kind, Status::Threads));
        kinds.into_iter().sum::<Option<u64>>()
    };
    let before = switches(&dashboard);
    let written = dashboard.rest(scale.rest);
    let after = switches(&dashboard);
    bounds.at_most("bytes written", written, 0);
    match before.zip(after) {
        Some((before, after)) => bounds.at_most("context switches", after - before, 0),
        None => println!("  context switches: this system does not tell"),
    }
}

/// What is asked of the figures, and whether they keep it.
#[derive(Default)]
struct Bounds {
    are_broken: bool,
}

impl Bounds {
    fn at_most<T: Copy + PartialOrd + Debug>(&mut self, what: &str, figure: T, most: T) {
        let is_broken = figure > most;
        let verdict = if is_broken { "BROKEN" } else { "kept" };
        println!("  {what}: {figure:?} (at most {most:?}: {verdict})");
        self.are_broken |= is_broken;
    }
}

/// Fills a new folder with `count` pictures: one, with a number behind its end, so that no two
/// are the same to history.
fn fill(folder: &Path, count: usize, picture: &DynamicImage) {
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, 90);
    picture.write_with_encoder(encoder).unwrap();
    fs::create_dir(folder).unwrap();
    let end = jpeg.len();
    for number in 0..count {
        jpeg.truncate(end);
        jpeg.extend(number.to_le_bytes());
        fs::write(folder.join(name(number)), &jpeg).unwrap();
    }
}

fn sample() -> DynamicImage {
    image::open(Path::new(IMAGES).join("coffee.jpg")).unwrap()
}

fn name(number: usize) -> String {
    format!("{number:05}.jpg")
}

fn is_on_a_picture(dashboard: &Dashboard) -> bool {
    let cursor = dashboard.cursor();
    cursor.is_some_and(|(_, name)| name.contains(".jpg"))
}

/// True while jobs run: the last line counts them.
fn is_busy(dashboard: &Dashboard) -> bool {
    dashboard.contents().contains(" running")
}

/// How long `work` takes.
fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

/// The smallest of `times` that so many percent of them do not exceed.
fn at(times: &[Duration], percent: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    let rank = (times.len() * percent).div_ceil(100).max(1);
    times.get(rank - 1).copied().unwrap_or_default()
}
