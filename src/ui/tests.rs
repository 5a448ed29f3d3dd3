//! What the tests of the dashboard share: a screen that is told things, and what it is told.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size as Cells;
use unicode_width::UnicodeWidthStr;

use super::command::Context;
use super::commands;
use super::effect::{Effect, Ticket};
use super::keymap::{Key, Keymap};
use super::message::{FilesNews, Heard, JobNews, Looked, Message};
use super::presets::Presets;
use super::state::{Start, State, contexts};
use super::theme::{Depth, Theme};
use super::update::update;
use super::view::view;
use crate::domain::account::TokenStatus;
use crate::domain::image::{Format, ImageFacts, ImageRef, Pixels, Size};
use crate::domain::model::{ModelCard, ModelRef, Price};
use crate::domain::problem::Problem;
use crate::domain::request::{CaptionRequest, Parameters, Prompt, Terms, UploadSpec};
use crate::domain::review::Review;
use crate::domain::run::{Failure, Outcome, Run, RunId, Timing};
use crate::domain::sort::Sort;
use crate::domain::spending::Consent;
use crate::domain::text::Foreign;
use crate::domain::whereabouts::Whereabouts;
use crate::engine::{Ended, Entry, EntryKind, JobId, ScanEnd};

/// The folder that every screen begins with.
pub(super) const FOLDER: &str = "/home/me/photos";

/// Hosts that had pictures before: that of Hugging Face's router, and that of `endpoint:lab`.
pub(super) const ROUTER: &str = "router.huggingface.co";
pub(super) const LAB: &str = "lab.example";

/// The dashboard without terminal and engine: effects are kept instead of performed.
pub(super) struct Screen {
    pub(super) state: State,
    /// Every effect so far.
    pub(super) asked: Vec<Effect>,
    /// Where pictures lie now that do not lie where they did.
    pub(super) strays: HashMap<ImageRef, Whereabouts>,
}

impl Screen {
    /// 80×24, `builtin/describe` chosen out of three models, nothing answered yet.
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    /// 80×24, with these files in the folder.
    pub(super) fn over(files: &[&str]) -> Self {
        let mut screen = Self::new();
        screen.list(files);
        screen
    }

    /// A screen that starts as `change` wants.
    pub(super) fn with(change: impl FnOnce(&mut Start)) -> Self {
        let mut start = Start {
            folder: FOLDER.into(),
            file: None,
            sort: Sort::Name,
            hidden: false,
            cards: [
                "builtin/describe",
                "Qwen/Qwen3-VL-8B-Instruct",
                "endpoint:lab",
            ]
            .map(|name| card(&model(name)))
            .into(),
            token: TokenStatus::default(),
            endpoints: std::collections::BTreeMap::new(),
            chosen: vec![model("builtin/describe")],
            terms: terms(),
            presets: Presets::default(),
            keymap: Keymap::default(),
            theme: Theme::new(Depth::True),
            size: Cells::new(80, 24),
            now: now(),
            zone: TimeZone::UTC,
            home: Some(PathBuf::from("/home/me")),
            first: false,
            config_file: "/home/me/.config/blipboard/config.toml".into(),
            problems: Vec::new(),
            read_only: None,
        };
        change(&mut start);
        let (state, asked) = State::new(start);
        let mut screen = Self {
            state,
            asked,
            strays: HashMap::new(),
        };
        screen.introduce(&screen.asked.clone());
        screen.tell(Message::Consents(Ok(consents(&[ROUTER, LAB]))));
        screen
    }

    /// Takes in a message; who asks what is known of a model, or where a picture lies, has the answer
    /// at once.
    pub(super) fn tell(&mut self, message: Message) -> Vec<Effect> {
        let effects = update(&mut self.state, message);
        self.asked.extend(effects.iter().cloned());
        self.introduce(&effects);
        effects
    }

    fn introduce(&mut self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Cards(models) = effect {
                self.tell(Message::Cards(models.iter().map(card).collect()));
            }
            if let Effect::Locate(ticket, image, id) = effect {
                let stray = self.strays.get(image).cloned();
                let place = stray.unwrap_or(Whereabouts::There);
                self.tell(Message::Located(*ticket, (image.clone(), *id), place));
            }
        }
    }

    /// Obeys a line as `:` would.
    pub(super) fn obey(&mut self, line: &str) -> Vec<Effect> {
        self.tell(Message::Command(commands::parse(line).unwrap()))
    }

    /// Presses keys one after the other, as the runtime takes them in; answers what the last did.
    pub(super) fn press(&mut self, keys: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        for key in keys.split(' ') {
            effects = self.key(event(key));
        }
        effects
    }

    /// Types into a field.
    pub(super) fn type_in(&mut self, text: &str) {
        for letter in text.chars() {
            self.key(KeyEvent::from(KeyCode::Char(letter)));
        }
    }

    fn key(&mut self, event: KeyEvent) -> Vec<Effect> {
        let contexts = contexts(&self.state);
        match self.state.keymap.command(&contexts, Key::from(event)) {
            Some(command) => self.tell(Message::Command(command.clone())),
            None if contexts.contains(&Context::Text) => self.tell(Message::Field(event)),
            None => Vec::new(),
        }
    }

    /// The newest answer to `pick`, from all that was asked.
    pub(super) fn last<T>(&self, pick: impl Fn(&Effect) -> Option<T>) -> T {
        self.asked.iter().rev().find_map(pick).unwrap()
    }

    pub(super) fn files_ticket(&self) -> Ticket {
        self.last(|effect| match effect {
            Effect::Scan(ticket, _) => Some(*ticket),
            _ => None,
        })
    }

    pub(super) fn files(&mut self, news: FilesNews) -> Vec<Effect> {
        let ticket = self.files_ticket();
        self.tell(Message::Files(ticket, news))
    }

    /// The folder answers: these are its entries.
    pub(super) fn list(&mut self, files: &[&str]) -> Vec<Effect> {
        self.files(FilesNews::Entries(entries(files)));
        self.files(FilesNews::End(Ok(ScanEnd::default())))
    }

    pub(super) fn history(&mut self, page: Result<(Vec<Run>, bool), Problem>) -> Vec<Effect> {
        let ticket = self.last(|effect| match effect {
            Effect::History(ticket, ..) => Some(*ticket),
            _ => None,
        });
        self.tell(Message::History(ticket, page))
    }

    pub(super) fn captions(&mut self, runs: Result<Vec<Run>, Problem>) -> Vec<Effect> {
        let ticket = self.last(|effect| match effect {
            Effect::Captions(ticket, ..) => Some(*ticket),
            _ => None,
        });
        self.tell(Message::Captions(ticket, runs))
    }

    /// The picture that was asked for last is ready.
    pub(super) fn looked(&mut self, look: Result<(ImageFacts, Arc<Pixels>), Problem>) {
        let (ticket, image, within) = self.last(|effect| match effect {
            Effect::Look(ticket, image, within) => Some((*ticket, image.clone(), *within)),
            _ => None,
        });
        let looked = Looked {
            image,
            within,
            look,
        };
        self.tell(Message::Looked(ticket, looked));
    }

    /// The picture in this file is ready in the size that was asked for last.
    pub(super) fn looked_at(
        &mut self,
        image: &ImageRef,
        look: Result<(ImageFacts, Arc<Pixels>), Problem>,
    ) {
        let (ticket, within) = self.last(|effect| match effect {
            Effect::Look(ticket, it, within) if it == image => Some((*ticket, *within)),
            _ => None,
        });
        let looked = Looked {
            image: image.clone(),
            within,
            look,
        };
        self.tell(Message::Looked(ticket, looked));
    }

    /// Every picture that was asked for is ready, and what is asked for then.
    pub(super) fn looked_at_all(&mut self) {
        let mut answered = BTreeSet::new();
        loop {
            let next = self.asked.iter().find_map(|effect| match effect {
                Effect::Look(ticket, image, within)
                    if !answered.contains(&(image.clone(), within.width)) =>
                {
                    Some((*ticket, image.clone(), *within))
                }
                _ => None,
            });
            let Some((ticket, image, within)) = next else {
                return;
            };
            answered.insert((image.clone(), within.width));
            let looked = Looked {
                image,
                within,
                look: Ok(look(4, 2)),
            };
            self.tell(Message::Looked(ticket, looked));
        }
    }

    pub(super) fn hear(&mut self, job: JobId, heard: Heard) -> Vec<Effect> {
        self.tell(Message::Job(job, JobNews::Heard(heard)))
    }

    pub(super) fn end(&mut self, job: JobId, run: Run, from_history: bool) -> Vec<Effect> {
        let ended = Ok(Ended { run, from_history });
        self.tell(Message::Job(job, JobNews::Ended(Box::new(ended))))
    }

    /// Goes on by so many milliseconds.
    pub(super) fn wait(&mut self, ms: i64) {
        let then = self.state.now + jiff::SignedDuration::from_millis(ms);
        self.tell(Message::Tick(then));
    }

    /// What a passing line says; nothing where there is none.
    pub(super) fn notice(&self) -> &str {
        let notice = self.state.notice.as_ref();
        notice.map_or("", |notice| notice.text.raw())
    }

    /// The name under the cursor of the files pane.
    pub(super) fn cursor(&self) -> String {
        let row = self.state.files.row();
        row.map_or(String::new(), |row| row.shown_name().raw().to_owned())
    }

    /// The files whose pictures are on screen.
    pub(super) fn pictures(&self) -> Vec<ImageRef> {
        let size = self.state.size;
        let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
        let mut pictures = Vec::new();
        let draw = terminal.draw(|frame| {
            let slots = view(&self.state, frame);
            pictures.extend(slots.into_iter().map(|slot| slot.image));
        });
        draw.unwrap();
        pictures
    }

    /// What is on screen, without pictures.
    pub(super) fn buffer(&self) -> Buffer {
        let size = self.state.size;
        let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
        terminal
            .draw(|frame| drop(view(&self.state, frame)))
            .unwrap();
        terminal.backend().buffer().clone()
    }

    /// What is on screen as lines of text.
    pub(super) fn text(&self) -> String {
        lines(&self.buffer())
    }
}

/// The letters of a buffer, a line a row; the cell that a wide letter covers is left out.
pub(super) fn lines(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width).max(1);
    let mut text = String::new();
    for row in buffer.content.chunks(width) {
        let (mut line, mut covered) = (String::new(), 0);
        for cell in row {
            if covered == 0 {
                line.push_str(cell.symbol());
            }
            covered = cell.symbol().width().max(covered).saturating_sub(1);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A key as the terminal tells it.
pub(super) fn event(key: &str) -> KeyEvent {
    let (rest, modifiers) = match key.strip_prefix("ctrl+") {
        Some(rest) => (rest, KeyModifiers::CONTROL),
        None => (key, KeyModifiers::NONE),
    };
    let code = match rest {
        "space" => KeyCode::Char(' '),
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "shift+tab" => KeyCode::BackTab,
        "backspace" => KeyCode::Backspace,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "pagedown" => KeyCode::PageDown,
        "pageup" => KeyCode::PageUp,
        letter => KeyCode::Char(letter.parse().unwrap()),
    };
    KeyEvent::new(code, modifiers)
}

/// 2026-11-23 12:04:05 UTC.
pub(super) fn now() -> Timestamp {
    "2026-11-23T12:04:05Z".parse().unwrap()
}

pub(super) fn model(name: &str) -> ModelRef {
    name.parse().unwrap()
}

/// What is known of a model: only Qwen's price, and where pictures go.
pub(super) fn card(model: &ModelRef) -> ModelCard {
    let (price, host, about) = match model {
        ModelRef::Builtin(_) => (Price::Free, None, "measures colours, light and shape"),
        ModelRef::Hub { id, .. } if id == "Qwen/Qwen3-VL-8B-Instruct" => {
            let price = Price::Usage {
                input: 180_000,
                output: 690_000,
            };
            (price, Some(ROUTER), "a vision language model")
        }
        ModelRef::Hub { .. } => (Price::Unknown, Some(ROUTER), "named by hand"),
        ModelRef::Endpoint(_) => (Price::Own, Some(LAB), "an endpoint of one's own"),
        ModelRef::Url(url) => {
            let host = url.split('/').nth(2);
            (Price::Own, host, "named by hand")
        }
    };
    ModelCard {
        model: model.clone(),
        price,
        host: host.map(ToOwned::to_owned),
        about: Foreign::new(about),
    }
}

/// These may have pictures as every screen sends them.
pub(super) fn consents(receivers: &[&str]) -> BTreeSet<Consent> {
    let upload = terms().upload;
    let consents = receivers.iter().map(|&it| Consent::to(it, upload));
    consents.collect()
}

/// How every screen asks about pictures.
pub(super) fn terms() -> Terms {
    Terms {
        prompt: Prompt {
            text: "Describe this image in one sentence.".to_owned(),
            system: None,
        },
        parameters: Parameters {
            max_tokens: Some(1_024),
            ..Parameters::default()
        },
        upload: UploadSpec::Scaled {
            side: 1_024,
            bytes: 1_000_000,
        },
    }
}

/// A picture in the folder that every screen begins with.
pub(super) fn picture(name: &str) -> ImageRef {
    ImageRef::new(Path::new(FOLDER).join(name))
}

/// Entries by their names: `cats/` is a folder, `.heic` is not read here, all else is a picture.
pub(super) fn entries(names: &[&str]) -> Vec<Entry> {
    let entry = |name: &&str| Entry {
        kind: match name {
            name if name.ends_with('/') => EntryKind::Folder,
            name if Path::new(name).extension() == Some(OsStr::new("heic")) => {
                EntryKind::Unsupported("HEIC")
            }
            _ => EntryKind::Picture,
        },
        hidden: name.starts_with('.'),
        name: name.trim_end_matches('/').into(),
    };
    names.iter().map(entry).collect()
}

/// A run that captioned `name` within 1.8 s.
pub(super) fn run(id: i64, name: &str, model_name: &str, caption: &str) -> Run {
    Run {
        id: Some(RunId(id)),
        request: CaptionRequest::new(picture(name), model(model_name), &Terms::default()),
        image_id: None,
        batch: None,
        outcome: Outcome::Captioned,
        caption: Foreign::new(caption),
        thinking: Foreign::default(),
        finish_reason: None,
        failure: None,
        provider: None,
        usage: None,
        price: Price::Free,
        cost_micro_usd: Some(0),
        sent: None,
        request_id: None,
        timing: Timing {
            started: now() - jiff::SignedDuration::from_secs(60),
            first_answer: None,
            elapsed: Duration::from_millis(1_849),
        },
        review: Review::default(),
        noticed: Vec::new(),
    }
}

/// The same run, but it failed.
pub(super) fn failed(run: Run, message: &str) -> Run {
    Run {
        outcome: Outcome::Failed,
        caption: Foreign::default(),
        failure: Some(Failure {
            kind: "damaged".to_owned(),
            message: Foreign::new(message),
            hint: None,
        }),
        ..run
    }
}

/// A picture for the screen: red above, blue below.
pub(super) fn look(width: u32, height: u32) -> (ImageFacts, Arc<Pixels>) {
    let facts = ImageFacts {
        format: Format::Jpeg,
        size: Size {
            width: 451,
            height: 300,
        },
        bytes: 31_499,
        animated: false,
        taken: None,
        camera: None,
    };
    let half = (width * height.div_ceil(2)) as usize;
    let all = (width * height) as usize;
    let mut rgba = [255, 0, 0, 255].repeat(half);
    rgba.extend([0, 0, 255, 255].repeat(all - half));
    let pixels = Pixels::new(Size { width, height }, rgba).unwrap();
    (facts, Arc::new(pixels))
}
