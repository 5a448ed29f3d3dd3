//! A panic, wherever and whenever it comes: the terminal is as it was, and somebody is told.
//!
//! The program has no key for it. So the dashboard runs beside code that panics when it is told to,
//! in processes of their own.

use std::io::Read as _;
use std::panic::{self, AssertUnwindSafe};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use blipboard::config::{self, Environment, Flags, Folders};
use blipboard::domain::spending::Limit;
use blipboard::engine::{Billing, Engine, EngineSettings, Network, Rentals};
use blipboard::ui::keymap::Keymap;
use blipboard::ui::painter::Painting;
use blipboard::ui::presets::Presets;
use blipboard::ui::{self, Exit, Setup, Surroundings};
use portable_pty::CommandBuilder;
use ratatui::widgets::Paragraph;
use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::home::Home;
use crate::terminal::{CTRL_Z, ENTER, ESC, Script, Terminal};
use crate::{command, leaves, newcomer, shows_files};

/// Makes a terminal forget a picture.
const FORGET: &str = "\x1b_Ga=d,d=I,i=7,q=2\x1b\\";

/// It answers all there is to ask, and knows no pictures.
const ANSWERS: Script = Script {
    answers: &[("\x1b[c", "\x1b[?62;22c"), ("\x1b[c", "\x1b[?62;22c")],
    in_pieces: false,
    stalls: None,
};

/// The command that runs one of the programs below.
fn program(home: &Home, name: &str) -> CommandBuilder {
    let this = std::env::current_exe().unwrap();
    let name = format!("panics::{name}");
    let words = [&name, "--exact", "--ignored", "--nocapture"];
    let mut whole = vec![this.to_str().unwrap()];
    whole.extend(words);
    command(home, &whole)
}

fn here(home: &Home) -> CommandBuilder {
    program(home, "shows_the_dashboard_and_panics_when_told")
}

/// Asserts that the program ends with a panic that somebody can read.
#[track_caller]
fn panics_in_order(terminal: &Terminal) {
    leaves(terminal, Ok(101));
    terminal.shows("on the screen's own thread");
}

#[test]
fn a_panic_gives_the_terminal_back_and_is_told() {
    let home = newcomer();
    let mut terminal = Terminal::start(program(&home, "takes_the_terminal_and_panics"));
    terminal.shows("the screen goes on");
    terminal.press(ENTER);
    panics_in_order(&terminal);
    assert!(terminal.written().contains(FORGET), "the picture is kept");
}

#[test]
fn the_dashboard_leaves_in_order_whenever_it_panics() {
    // Before its first frame, while the terminal is asked, and over the card of the first start.
    for sight in ["\x1b[?1049h", "\x1b[c", "Welcome"] {
        let home = newcomer();
        let terminal = Terminal::start(here(&home));
        terminal.is_sent(sight);
        terminal.signal(Signal::USR1);
        panics_in_order(&terminal);
    }
}

#[test]
fn a_panic_in_the_middle_of_a_picture_leaves_in_order() {
    for (graphics, begins) in [("kitty", "\x1b_Ga=T,"), ("sixel", "\x1bP")] {
        let home = newcomer();
        home.config(&format!("graphics = \"{graphics}\"\n"));
        let script = Script {
            stalls: Some(begins),
            ..Script::default()
        };
        let mut terminal = Terminal::playing(here(&home), script);
        terminal.shows("Welcome");
        terminal.press(ESC);
        terminal.is_sent(begins);
        terminal.signal(Signal::USR1);
        terminal.goes_on();
        panics_in_order(&terminal);
        let written = terminal.written();
        let (_, after) = written.rsplit_once(begins).unwrap();
        assert!(
            after.contains("\x1b\\"),
            "{graphics}: the picture has no end"
        );
    }
}

/// The screen is lost, and the shell's own line still works.
#[test]
fn a_panic_on_a_stuck_line_ends_and_leaves_its_line_as_it_was() {
    let home = newcomer();
    home.config("graphics = \"kitty\"\n");
    let script = Script {
        stalls: Some("\x1b_Ga=T,"),
        ..Script::default()
    };
    let mut terminal = Terminal::playing(here(&home), script);
    terminal.shows("Welcome");
    terminal.press(ESC);
    terminal.is_sent("\x1b_Ga=T,");
    terminal.signal(Signal::USR1);
    assert_eq!(terminal.dies(), Ok(101));
    terminal.has_its_line_as_before();
}

#[test]
fn a_panic_after_a_stop_leaves_in_order() {
    let home = newcomer();
    let terminal = Terminal::start(here(&home));
    terminal.shows("Welcome");
    terminal.signal(Signal::STOP);
    terminal.signal(Signal::USR1);
    terminal.signal(Signal::CONT);
    panics_in_order(&terminal);
}

#[test]
fn a_panic_after_ctrl_z_and_fg_leaves_in_order() {
    let home = newcomer();
    let words = here(&home).get_argv().clone();
    let words: Vec<_> = words.iter().map(|word| word.to_str().unwrap()).collect();
    let script = format!(
        "set -m; '{}'; echo stopped $?; read line; fg; exit $?",
        words.join("' '")
    );
    let mut terminal = Terminal::start(command(&home, &["/bin/sh", "-c", &script]));
    terminal.shows("Welcome");
    terminal.press(CTRL_Z);
    terminal.shows("stopped 14");
    terminal.is_as_before();
    let mark = terminal.mark();
    terminal.press(ENTER);
    terminal.frame(mark, "Welcome");
    terminal.signal_foreground(Signal::USR1);
    panics_in_order(&terminal);
}

#[test]
fn a_panic_beside_the_screen_leaves_the_dashboard_as_it_is() {
    let home = newcomer();
    let mut terminal = Terminal::start(here(&home));
    terminal.shows("Welcome");
    terminal.press(ESC);
    shows_files(&terminal);
    terminal.signal(Signal::USR2);
    terminal.press("?");
    terminal.shows("one down");
    terminal.press(ESC);
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
    assert!(!terminal.written().contains("beside the screen"));
}

#[test]
fn a_dashboard_that_reads_no_more_keys_ends_and_says_so() {
    let home = newcomer();
    let name = "shows_the_dashboard_and_breaks_what_reads_keys";
    let terminal = Terminal::playing(program(&home, name), ANSWERS);
    leaves(&terminal, Ok(101));
    terminal.shows("the dashboard ended: the part of it that reads keys broke");
}

/// Panics on a thread beside the screen's, where the screen goes on, and then on its own.
#[test]
#[ignore = "a program for a test above, in a process and a terminal of its own"]
fn takes_the_terminal_and_panics() {
    let mut terminal = ui::terminal::Terminal::take().unwrap();
    let beside = std::thread::spawn(|| panic!("beside the screen"));
    assert!(beside.join().is_err());
    let text = Paragraph::new("the screen goes on");
    terminal
        .draw(|frame| {
            frame.render_widget(text, frame.area());
            Painting {
                undo: FORGET.into(),
                ..Painting::default()
            }
        })
        .unwrap();
    std::io::stdin().read_exact(&mut [0]).unwrap();
    panic!("on the screen's own thread");
}

/// Panics on the screen's own thread at SIGUSR1, and on a worker at SIGUSR2.
#[test]
#[ignore = "a program for the tests above, in a process and a terminal of its own"]
fn shows_the_dashboard_and_panics_when_told() {
    let exit = in_a_runtime(async {
        let mut here = signal(SignalKind::user_defined1()).unwrap();
        let mut beside = signal(SignalKind::user_defined2()).unwrap();
        tokio::spawn(async move {
            beside.recv().await;
            panic!("beside the screen");
        });
        let panics = async {
            here.recv().await;
            panic!("on the screen's own thread")
        };
        // The dashboard is there until the panic has gone through it.
        tokio::select! {
            exit = ui::run(setup()) => exit,
            exit = panics => exit,
        }
    });
    assert_eq!(exit.unwrap(), Exit::Done);
}

#[test]
#[ignore = "a program for a test above, in a process and a terminal of its own"]
fn shows_the_dashboard_and_breaks_what_reads_keys() {
    tracing::subscriber::set_global_default(Breaker::default()).unwrap();
    let exit = in_a_runtime(async { ui::run(setup()).await });
    panic!("{}", exit.unwrap_err());
}

/// As the program does it: after a panic there is nothing more to say.
fn in_a_runtime<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let done = panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(work)));
    runtime.shutdown_background();
    done.unwrap_or_else(|_| process::exit(101))
}

/// Panics once, where the thread that reads keys has something to tell.
#[derive(Default)]
struct Breaker {
    is_done: AtomicBool,
}

impl Subscriber for Breaker {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        let reads_keys = std::thread::current().name() == Some("keys");
        let is_over = !reads_keys || self.is_done.swap(true, Ordering::Relaxed);
        assert!(is_over, "where keys are read");
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The dashboard as the program sets it up, without a network.
fn setup() -> Setup {
    let environment = Environment::of_process();
    let folders = Folders::find(&environment).unwrap();
    let settings = config::load(&folders, &environment, Flags::default()).settings;
    let get = |name: &str| Some(environment.get(name)?.to_str()?.to_owned());
    let surroundings = Surroundings::read(get, None).unwrap();
    let network = Network {
        hub: settings.hugging_face.endpoint.value.clone(),
        router: settings.hugging_face.router.value.clone(),
        service: settings.hugging_face.service.value.clone(),
        offline: true,
        token: settings.hugging_face.token.clone(),
        billing: Billing::default(),
        endpoints: [].into(),
        rented: Rentals::default(),
        silence: Duration::from_secs(1),
        proxies: [].into(),
    };
    let engine = EngineSettings {
        length_limit: None,
        concurrency: 1,
        concurrency_per_host: 1,
        limit: Limit::None,
        network,
        cache: folders.cache.clone(),
    };
    Setup {
        engine: Engine::open(&folders.data, engine).unwrap().0,
        folder: std::env::current_dir().unwrap(),
        file: None,
        terms: settings.plain_terms(),
        models: settings.models.value,
        presets: Presets::default(),
        sort: settings.sort.value,
        hidden: false,
        keymap: Keymap::default(),
        surroundings,
        graphics: settings.graphics.value,
        picture_budget: None,
        endpoints: [].into(),
        home: environment.get("HOME").map(Into::into),
        environment,
        config_file: folders.config_file(),
        problems: Vec::new(),
    }
}
