//! What the road to a server costs beside the requests themselves: `cargo bench --bench wire`.
//!
//! The yardstick is what somebody would write in an afternoon: a loop over `reqwest` that reads
//! each file, posts it and parses the answer, as many at once. Both run in this process, one after
//! the other, against a server in a process of its own. What is bounded ends the bench with an
//! error where it is not kept.
//!
//! `cargo bench --bench wire small` runs one part of it: `chat`, `originals`, `small` or `scaled`.
//!
//! Without `--bench`, as in `cargo test --benches`, it only shows that it works.

#![expect(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench prints, and stops at the first error"
)]

#[expect(dead_code, reason = "other tests need more of it")]
#[path = "../support/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use blipboard::domain::account::TokenPlaces;
use blipboard::domain::image::ImageRef;
use blipboard::domain::model::ModelRef;
use blipboard::domain::request::{CaptionRequest, Terms, UploadSpec};
use blipboard::domain::run::Outcome;
use blipboard::domain::spending::Limit;
use blipboard::engine::{Again, Engine, EngineSettings, JobEvent, JobId, Network, Queued, Rentals};
use futures_util::{StreamExt as _, stream};
use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use server::{Answer, Server};
use sha2::{Digest as _, Sha256};

/// The word that makes this program a server, followed by its delay in milliseconds.
const SERVE: &str = "serve";
/// The same caption in the three forms in which servers send one.
const CAPTIONED: &str = r#"[{"generated_text":"a cup of coffee on a table "}]"#;
const CHATTED: &str = r#"{"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"a cup of coffee on a table"}}],"usage":{"prompt_tokens":400,"completion_tokens":7}}"#;
const STREAMED: &str = concat!(
    r#"data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"a cup of coffee"}}]}"#,
    "\n\n",
    r#"data: {"choices":[{"index":0,"delta":{"content":" on a table"},"finish_reason":"stop"}]}"#,
    "\n\n",
    r#"data: {"choices":[],"usage":{"prompt_tokens":400,"completion_tokens":7}}"#,
    "\n\ndata: [DONE]\n\n",
);
/// The word that makes it write pictures, followed by their folder, count, width and quality: the
/// memory that takes is not ours to count.
const PAINT: &str = "paint";
const PARTS: [&str; 4] = ["chat", "originals", "small", "scaled"];
const AT_ONCE: usize = 16;
const SCALED: UploadSpec = UploadSpec::Scaled {
    side: 1024,
    bytes: 1_000_000,
};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.as_slice() {
        [serve, delay] if serve == SERVE => {
            return answer_until_left_alone(delay.parse().unwrap());
        }
        [paint, folder, count, width, quality] if paint == PAINT => {
            let (count, width) = (count.parse().unwrap(), width.parse().unwrap());
            write_jpegs(Path::new(folder), count, width, quality.parse().unwrap());
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let measured = words.iter().any(|word| word == "--bench");
    let mut chosen = words.iter().filter(|word| !word.starts_with('-'));
    let broken = match chosen.next() {
        Some(part) => run(part, measured),
        // Each in a process of its own, since one leaves memory behind for the next.
        None => PARTS.iter().fold(false, |broken, part| {
            let program = std::env::current_exe().unwrap();
            let ended = Command::new(program).arg(part).args(&words).status();
            broken | !ended.unwrap().success()
        }),
    };
    if measured && broken {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Runs one part; true where it breaks a bound.
fn run(part: &str, measured: bool) -> bool {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        match part {
            "chat" => originals(Way::Chat, measured).await,
            "originals" => originals(Way::Bytes, measured).await,
            "small" => no_delay(measured).await,
            "scaled" => scaled(measured).await,
            other => panic!("there is no part {other}: {PARTS:?}"),
        }
    })
}

/// How pictures go out.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// Within a chat, as the router and most servers of one's own take them.
    Chat,
    /// As they are, for an endpoint of a captioning model.
    Bytes,
}

/// Pictures of about 100 KB, a server that takes 0.2 s, 16 at once.
async fn originals(way: Way, measured: bool) -> bool {
    let (count, rounds) = if measured { (100, 9) } else { (4, 1) };
    let folder = tempfile::tempdir().unwrap();
    let pictures = jpegs(folder.path(), count, 800, 85);
    let bytes = fs::metadata(&pictures[0]).unwrap().len() / 1000;
    // Bytes that go as they are cost a loop hardly more than reading them: beside that stands out what
    // it does without, to know which pictures they are and to write a row before and after each.
    let (name, most) = match way {
        Way::Chat => ("in a chat", 1.3),
        Way::Bytes => ("as they are", 2.6),
    };
    println!("{count} files of {bytes} KB {name}, {AT_ONCE} at once, answered after 0.2 s");
    let server = Serving::start(Duration::from_millis(200));
    let ideal = Duration::from_millis(200) * u32::try_from(count.div_ceil(AT_ONCE)).unwrap();
    let [ours, loops] = compare(&server, way, &pictures, UploadSpec::Original, rounds).await;
    report(&ours, &loops, ideal);
    println!(
        "  of ours, knowing the pictures: CPU {:.3?}",
        hashing(&pictures)
    );
    let mut broken = over("wall beside the ideal", ratio(ours.wall, ideal), 1.15);
    broken |= over("CPU beside the loop", ratio(ours.cpu, loops.cpu), most);
    broken | over("memory, MB", ours.megabytes, 60.0)
}

/// Small files and a server that answers at once.
async fn no_delay(measured: bool) -> bool {
    let (count, rounds) = if measured { (1_000, 5) } else { (4, 1) };
    let folder = tempfile::tempdir().unwrap();
    let pictures = jpegs(folder.path(), count, 64, 70);
    println!("\n{count} small files, {AT_ONCE} at once, answered at once");
    let server = Serving::start(Duration::ZERO);
    let [ours, loops] = compare(&server, Way::Bytes, &pictures, UploadSpec::Original, rounds).await;
    report(&ours, &loops, Duration::ZERO);
    let a_second = |cost: &Cost| f64::from(u32::try_from(count).unwrap()) / cost.wall.as_secs_f64();
    println!(
        "  requests a second: {:.0}, loop {:.0}",
        a_second(&ours),
        a_second(&loops)
    );
    over(
        "1,000 a second, as seconds a thousand",
        1_000.0 / a_second(&ours),
        1.0,
    )
}

/// Files as cameras make them, prepared before they go.
async fn scaled(measured: bool) -> bool {
    let (count, side) = if measured { (24, 4_000) } else { (2, 400) };
    let folder = tempfile::tempdir().unwrap();
    let pictures = jpegs(folder.path(), count, side, 85);
    println!("\n{count} files of {side} pixels a row, scaled before they go, {AT_ONCE} at once");
    let server = Serving::start(Duration::from_millis(200));
    let (_home, engine) = engine();
    let ours = Cost::of(caption(&engine, &server.url(Way::Bytes), &pictures, SCALED)).await;
    println!("  wall {:.2?}, CPU {:.2?}", ours.wall, ours.cpu);
    over("memory, MB", ours.megabytes, 150.0)
}

async fn compare(
    server: &Serving,
    way: Way,
    pictures: &[PathBuf],
    upload: UploadSpec,
    rounds: usize,
) -> [Cost; 2] {
    let url = server.url(way);
    let (mut ours, mut loops) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        loops.push(Cost::of(bare_loop(&url, way, pictures)).await);
        let (_home, engine) = engine();
        ours.push(Cost::of(caption(&engine, &url, pictures, upload)).await);
    }
    [median(ours), median(loops)]
}

/// What somebody would write in an afternoon.
async fn bare_loop(url: &str, way: Way, pictures: &[PathBuf]) {
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(no_tls())
        .build()
        .unwrap();
    let answers = stream::iter(pictures.iter().cloned()).map(|path| {
        let post = client.post(url);
        async move {
            let file = tokio::task::spawn_blocking(move || fs::read(path).unwrap());
            let file = file.await.unwrap();
            let post = match way {
                Way::Chat => post
                    .header("Content-Type", "application/json")
                    .body(question(&file).to_string()),
                Way::Bytes => post.header("Content-Type", "image/jpeg").body(file),
            };
            let bytes = post.send().await.unwrap().bytes().await.unwrap();
            let answer: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            let caption = match way {
                Way::Chat => &answer["choices"][0]["message"]["content"],
                Way::Bytes => &answer[0]["generated_text"],
            };
            caption.as_str().unwrap().len()
        }
    });
    let lengths: Vec<usize> = answers.buffer_unordered(AT_ONCE).collect().await;
    assert_eq!(lengths.len(), pictures.len());
}

fn question(file: &[u8]) -> serde_json::Value {
    let picture = format!("data:image/jpeg;base64,{}", BASE64.encode(file));
    json!({
        "model": "org/name",
        "messages": [{"role": "user", "content": [
            {"type": "text", "text": "Describe this picture."},
            {"type": "image_url", "image_url": {"url": picture}},
        ]}],
        "max_tokens": 200,
    })
}

/// No certificates are read: nothing here is encrypted.
fn no_tls() -> rustls::ClientConfig {
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

/// An engine over an empty history, opened as it is once a start.
fn engine() -> (tempfile::TempDir, Engine) {
    let home = tempfile::tempdir().unwrap();
    let parse = |url: &str| url.parse().unwrap();
    let settings = EngineSettings {
        length_limit: None,
        concurrency: AT_ONCE,
        concurrency_per_host: AT_ONCE,
        limit: Limit::None,
        network: Network {
            hub: parse("http://127.0.0.1:9"),
            router: parse("http://127.0.0.1:9"),
            service: parse("http://127.0.0.1:9"),
            offline: true,
            billing: blipboard::engine::Billing::default(),
            token: TokenPlaces::default(),
            endpoints: BTreeMap::new(),
            rented: Rentals::default(),
            silence: Duration::from_mins(1),
            proxies: BTreeMap::new(),
        },
        cache: home.path().join("cache"),
    };
    let (engine, _) = Engine::open(home.path(), settings).unwrap();
    (home, engine)
}

/// The same by the engine, each run kept in history.
async fn caption(engine: &Engine, url: &str, pictures: &[PathBuf], upload: UploadSpec) {
    let model: ModelRef = url.parse().unwrap();
    let terms = Terms {
        upload,
        ..Terms::default()
    };
    let queue = (0..).zip(pictures).map(|(job, path)| Queued {
        job: JobId(job),
        request: CaptionRequest::new(ImageRef::new(path), model.clone(), &terms),
        cancel: tokio_util::sync::CancellationToken::new(),
    });
    let on = |_, event| {
        if let JobEvent::Ended(ended) = event {
            let run = ended.unwrap().run;
            assert_eq!(run.outcome, Outcome::Captioned, "{run:?}");
        }
    };
    engine
        .batch(queue.collect(), Again::Reuse, Arc::new(on))
        .await;
}

/// What something took.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    /// Of all threads.
    cpu: Duration,
    /// At its peak, of the whole process; 0 where the system does not tell.
    megabytes: f64,
}

impl Cost {
    async fn of(work: impl Future<Output = ()>) -> Self {
        // From here on the peak is counted anew, see proc(5).
        let _ = fs::write("/proc/self/clear_refs", "5");
        let (start, cpu) = (Instant::now(), cpu());
        work.await;
        Self {
            wall: start.elapsed(),
            cpu: self::cpu().saturating_sub(cpu),
            megabytes: peak().unwrap_or_default(),
        }
    }
}

fn cpu() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap()
}

fn peak() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

fn median(mut costs: Vec<Cost>) -> Cost {
    let middle = costs.len() / 2;
    costs.sort_by_key(|cost| cost.cpu);
    let cpu = costs[middle].cpu;
    costs.sort_by_key(|cost| cost.wall);
    let wall = costs[middle].wall;
    let megabytes = costs.iter().map(|cost| cost.megabytes).fold(0.0, f64::max);
    Cost {
        wall,
        cpu,
        megabytes,
    }
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

fn report(ours: &Cost, loops: &Cost, ideal: Duration) {
    println!("  ideal {ideal:.2?}");
    for (name, cost) in [("ours", ours), ("loop", loops)] {
        let Cost {
            wall,
            cpu,
            megabytes,
        } = cost;
        println!("  {name}: wall {wall:.3?}, CPU {cpu:.3?}, peak {megabytes:.1} MB");
    }
}

/// What it takes at least to tell which pictures these are.
fn hashing(pictures: &[PathBuf]) -> Duration {
    let files: Vec<_> = pictures
        .iter()
        .map(|path| fs::read(path).unwrap())
        .collect();
    let start = cpu();
    for file in &files {
        std::hint::black_box(Sha256::digest(file));
    }
    cpu().saturating_sub(start)
}

/// True where `value` is above `bound`.
fn over(what: &str, value: f64, bound: f64) -> bool {
    let broken = value > bound;
    let sign = if broken { "BROKEN" } else { "kept" };
    println!("  {what}: {value:.2}, at most {bound} ({sign})");
    broken
}

/// So many pictures, no two of them alike.
fn jpegs(folder: &Path, count: usize, width: u32, quality: u8) -> Vec<PathBuf> {
    let numbers = [count.to_string(), width.to_string(), quality.to_string()];
    let painted = Command::new(std::env::current_exe().unwrap())
        .arg(PAINT)
        .arg(folder)
        .args(numbers)
        .status();
    assert!(painted.unwrap().success());
    (0..count).map(|number| path(folder, number)).collect()
}

fn path(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("{number:04}.jpg"))
}

fn write_jpegs(folder: &Path, count: usize, width: u32, quality: u8) {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/images/coffee.jpg");
    let sample = image::open(sample).unwrap();
    let height = width * sample.height() / sample.width();
    let picture = sample.resize_exact(width, height, FilterType::Triangle);
    let jpeg = encoded(&picture, quality);
    for number in 0..count {
        // A comment behind the start of the picture: two bytes of marker, two of length, its text.
        let text = format!("{number:04}");
        let mut bytes = jpeg[..2].to_vec();
        bytes.extend([0xff, 0xfe, 0, 2 + 4]);
        bytes.extend(text.as_bytes());
        bytes.extend(&jpeg[2..]);
        fs::write(path(folder, number), bytes).unwrap();
    }
}

fn encoded(picture: &DynamicImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    picture.write_with_encoder(encoder).unwrap();
    bytes
}

/// A server in a process of its own.
struct Serving {
    process: Child,
    root: String,
}

impl Serving {
    fn start(delay: Duration) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([SERVE, &delay.as_millis().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        said.read_line(&mut url).unwrap();
        let root = url.trim().to_owned();
        Self { process, root }
    }

    fn url(&self, way: Way) -> String {
        match way {
            Way::Chat => format!("{}v1/chat/completions", self.root),
            Way::Bytes => self.root.clone(),
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves until whoever started it closes the pipe.
fn answer_until_left_alone(delay: u64) -> ExitCode {
    let delay = Duration::from_millis(delay);
    let server = Server::start(move |request| {
        // Behind the picture stands whether the answer is to be streamed.
        let end = String::from_utf8_lossy(&request.body[request.body.len() - 80..]);
        let answer = match request.path.as_str() {
            "/" => Answer::json(200, CAPTIONED),
            _ if end.contains(r#""stream":true"#) => Answer::stream([STREAMED]),
            _ => Answer::json(200, CHATTED),
        };
        if delay.is_zero() {
            answer
        } else {
            answer.every(delay)
        }
    });
    println!("{}/", server.url());
    let _ = std::io::stdin().read_line(&mut String::new());
    ExitCode::SUCCESS
}
