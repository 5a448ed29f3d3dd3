use std::process::{Command, ExitStatus};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tempfile::TempDir;
use tokio::sync::{Notify, mpsc};
use tokio::time::sleep;

use super::*;
use crate::domain::run::{Outcome, Progress, Run, Sent};
use crate::domain::text::Foreign;
use crate::engine::HistoryQuery;
use crate::inference::{Answer, Captioner};
use crate::ui::painter::Painting;
use crate::ui::tests::Screen;

const INTERVAL: Duration = Duration::from_millis(16);

/// Our end of a line, and what was seen on the screen at the other end.
#[derive(Clone)]
struct Hand {
    keys: mpsc::UnboundedSender<Heard>,
    frames: Arc<Mutex<Vec<String>>>,
    is_busy: Arc<AtomicBool>,
}

struct FakeLine {
    keys: mpsc::UnboundedReceiver<Heard>,
    hand: Hand,
    screen: Terminal<TestBackend>,
}

impl Line for FakeLine {
    async fn next(&mut self) -> Heard {
        match self.keys.recv().await {
            Some(heard) => heard,
            None => std::future::pending().await,
        }
    }

    fn close(&mut self) {}

    fn size(&self) -> io::Result<Size> {
        Ok(Size::new(80, 24))
    }

    fn is_busy(&self) -> bool {
        self.hand.is_busy.load(Ordering::Relaxed)
    }

    fn draw(&mut self, view: impl FnOnce(&mut Frame) -> Painting) -> io::Result<()> {
        self.screen.draw(|frame| _ = view(frame)).unwrap();
        let frame = self.screen.backend().to_string();
        self.hand.frames.lock().unwrap().push(frame);
        Ok(())
    }

    fn start_over(&mut self, _: Size) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, _: &str) {}

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    async fn give_over(&mut self, mut command: Command) -> io::Result<io::Result<ExitStatus>> {
        Ok(command.status())
    }

    fn leave(&mut self) {}
}

impl Hand {
    fn press(&self, key: KeyCode) {
        let key = Event::Key(KeyEvent::new(key, KeyModifiers::NONE));
        self.keys.send(Heard::Event(Some(key))).unwrap();
    }

    fn count(&self) -> usize {
        self.frames.lock().unwrap().len()
    }

    fn shows(&self, text: &str) -> bool {
        let frames = self.frames.lock().unwrap();
        frames.last().is_some_and(|frame| frame.contains(text))
    }

    /// Time stands still but for what the program itself waits for.
    async fn wait_for(&self, text: &str) {
        for _ in 0..10_000 {
            if self.shows(text) {
                return;
            }
            sleep(Duration::from_millis(1)).await;
        }
        panic!(
            "no {text} in\n{}",
            self.frames.lock().unwrap().last().unwrap()
        );
    }
}

/// A dashboard over two pictures, with models that do as `captioner` does.
fn dashboard(home: &TempDir, captioner: Captioner) -> (Runtime<FakeLine>, Hand, Engine) {
    let folder = home.path().join("photos");
    std::fs::create_dir(&folder).unwrap();
    for (name, red) in [("cat.png", 1), ("dog.png", 2)] {
        let picture = image::RgbImage::from_pixel(4, 3, image::Rgb([red, 0, 0]));
        picture.save(folder.join(name)).unwrap();
    }
    let engine = Engine::scripted(home.path(), captioner);
    let screen = Screen::with(|start| {
        start.folder = folder;
        start.config_file = home.path().join("config.toml");
    });
    let (keys, inbox) = mpsc::unbounded_channel();
    let hand = Hand {
        keys,
        frames: Arc::default(),
        is_busy: Arc::default(),
    };
    let line = FakeLine {
        keys: inbox,
        hand: hand.clone(),
        screen: Terminal::new(TestBackend::new(80, 24)).unwrap(),
    };
    let runtime = Runtime::new(
        screen.state,
        screen.asked,
        engine.clone(),
        crate::config::Environment::default(),
        line,
        INTERVAL,
        None,
    );
    (runtime, hand, engine)
}

async fn stored(engine: &Engine) -> Vec<Run> {
    let runs = engine.history(HistoryQuery::default(), None, 10).await;
    runs.unwrap()
}

fn silent() -> Captioner {
    Captioner::scripted(|_, _| Box::pin(std::future::pending()))
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_words_makes_no_more_frames_than_a_screen_can_show() {
    let home = tempfile::tempdir().unwrap();
    let captioner = Captioner::scripted(|_, on| {
        Box::pin(async move {
            for _ in 0..1_000 {
                on(Progress::Answer(Foreign::new("cat ")));
                sleep(Duration::from_millis(1)).await;
            }
            Ok(Answer {
                caption: Foreign::new("a thousand cats"),
                ..Answer::default()
            })
        })
    });
    let (runtime, hand, engine) = dashboard(&home, captioner);
    let driver = async {
        hand.wait_for("dog.png").await;
        hand.press(KeyCode::Enter);
        hand.wait_for("cat cat cat").await;
        let before = hand.count();
        hand.wait_for("a thousand cats").await;
        let frames = hand.count() - before;
        assert!((10..100).contains(&frames), "{frames} frames in a second");
        hand.press(KeyCode::Char('q'));
    };
    let (exit, ()) = tokio::join!(runtime.run(), driver);
    assert_eq!(exit.unwrap(), Exit::Done);
    assert_eq!(stored(&engine).await[0].caption.raw(), "a thousand cats");
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_and_thought_is_told_while_the_answer_is_on_its_way() {
    let home = tempfile::tempdir().unwrap();
    let captioner = Captioner::scripted(|_, on| {
        Box::pin(async move {
            let size = crate::domain::image::Size {
                width: 4,
                height: 3,
            };
            on(Progress::Sending(Some(Sent { bytes: 631, size })));
            for word in ["It ", "is ", "a ", "cat."] {
                on(Progress::Thinking(Foreign::new(word)));
            }
            std::future::pending().await
        })
    });
    let (runtime, hand, _) = dashboard(&home, captioner);
    let driver = async {
        hand.wait_for("4×3").await;
        hand.press(KeyCode::Enter);
        hand.wait_for("→ 631 B sent").await;
        hand.wait_for("thinking… 4 words").await;
        hand.press(KeyCode::Char('q'));
        hand.wait_for("stop and leave").await;
        hand.press(KeyCode::Char('y'));
    };
    let (exit, ()) = tokio::join!(runtime.run(), driver);
    assert_eq!(exit.unwrap(), Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn a_screen_at_rest_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let (runtime, hand, _) = dashboard(&home, silent());
    let driver = async {
        hand.wait_for("4×3").await;
        sleep(Duration::from_secs(1)).await;
        let frames = hand.count();
        sleep(Duration::from_mins(1)).await;
        assert_eq!(hand.count(), frames);
        hand.press(KeyCode::Char('q'));
    };
    let (exit, ()) = tokio::join!(runtime.run(), driver);
    assert_eq!(exit.unwrap(), Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_drawn_while_the_last_frame_is_on_its_way() {
    let home = tempfile::tempdir().unwrap();
    let (runtime, hand, _) = dashboard(&home, silent());
    let driver = async {
        hand.wait_for("> cat.png").await;
        sleep(Duration::from_secs(1)).await;
        let frames = hand.count();
        hand.is_busy.store(true, Ordering::Relaxed);
        hand.press(KeyCode::Char('j'));
        sleep(Duration::from_secs(5)).await;
        assert_eq!(hand.count(), frames);
        hand.is_busy.store(false, Ordering::Relaxed);
        hand.keys.send(Heard::Flushed).unwrap();
        hand.wait_for("> dog.png").await;
        hand.press(KeyCode::Char('q'));
    };
    let (exit, ()) = tokio::join!(runtime.run(), driver);
    assert_eq!(exit.unwrap(), Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn what_is_in_flight_is_waited_for_when_the_system_wants_the_program_to_leave() {
    let home = tempfile::tempdir().unwrap();
    let answer = Arc::new(Notify::new());
    let answered = Arc::clone(&answer);
    let captioner = Captioner::scripted(move |_, _| {
        let answered = Arc::clone(&answered);
        Box::pin(async move {
            answered.notified().await;
            Ok(Answer {
                caption: Foreign::new("a cat, at last"),
                ..Answer::default()
            })
        })
    });
    let (runtime, hand, engine) = dashboard(&home, captioner);
    let driver = async {
        hand.wait_for("> cat.png").await;
        hand.press(KeyCode::Enter);
        hand.wait_for("1 running").await;
        let leave = Signal::Leave(Exit::Terminated);
        hand.keys.send(Heard::Signal(leave)).unwrap();
        sleep(GRACE / 2).await;
        answer.notify_one();
    };
    let (exit, ()) = tokio::join!(runtime.run(), driver);
    assert_eq!(exit.unwrap(), Exit::Terminated);
    assert_eq!(stored(&engine).await[0].caption.raw(), "a cat, at last");
}

#[tokio::test(start_paused = true)]
async fn what_is_in_flight_is_waited_for_where_the_line_is_lost_more_than_once() {
    let home = tempfile::tempdir().unwrap();
    let answer = Arc::new(Notify::new());
    let answered = Arc::clone(&answer);
    let captioner = Captioner::scripted(move |_, _| {
        let answered = Arc::clone(&answered);
        Box::pin(async move {
            answered.notified().await;
            Ok(Answer {
                caption: Foreign::new("a cat, at last"),
                ..Answer::default()
            })
        })
    });
    let (runtime, hand, engine) = dashboard(&home, captioner);
    let driver = async {
        hand.wait_for("> cat.png").await;
        hand.press(KeyCode::Enter);
        hand.wait_for("1 running").await;
        // The line is gone with all that hangs on it, in whatever order that is told.
        let hangup = || Heard::Signal(Signal::Leave(Exit::Hangup));
        for told in [hangup(), Heard::Event(None), hangup()] {
            hand.keys.send(told).unwrap();
        }
        sleep(GRACE / 2).await;
        answer.notify_one();
    };
    let (exit, ()) = tokio::join!(runtime.run(), driver);
    assert_eq!(exit.unwrap(), Exit::Hangup);
    assert_eq!(stored(&engine).await[0].caption.raw(), "a cat, at last");
}

#[tokio::test(start_paused = true)]
async fn a_model_that_never_answers_does_not_keep_the_program() {
    let home = tempfile::tempdir().unwrap();
    let (runtime, hand, engine) = dashboard(&home, silent());
    let driver = async {
        hand.wait_for("> cat.png").await;
        hand.press(KeyCode::Enter);
        hand.wait_for("1 running").await;
        let leave = Signal::Leave(Exit::Hangup);
        hand.keys.send(Heard::Signal(leave)).unwrap();
        Instant::now()
    };
    let (exit, asked) = tokio::join!(runtime.run(), driver);
    assert_eq!(exit.unwrap(), Exit::Hangup);
    let waited = asked.elapsed();
    assert!((GRACE..GRACE * 2).contains(&waited), "{waited:?}");
    assert_eq!(stored(&engine).await[0].outcome, Outcome::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_preset_that_is_made_and_deleted_is_in_the_configuration_and_out_of_it_again() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config.toml");
    std::fs::write(&file, "# mine\n").unwrap();
    let (runtime, hand, _) = dashboard(&home, silent());
    let driver = async {
        hand.wait_for("dog.png").await;
        hand.press(KeyCode::Char('P'));
        hand.press(KeyCode::Char('j'));
        hand.press(KeyCode::Enter);
        hand.wait_for("A new preset").await;
        for key in [
            KeyCode::Char('x'),
            KeyCode::Tab,
            KeyCode::Char('y'),
            KeyCode::Enter,
        ] {
            hand.press(key);
        }
        hand.wait_for("preset x is saved").await;
        let written = std::fs::read_to_string(&file).unwrap();
        assert_eq!(written, "# mine\n\n[presets.x]\nprompt = \"y\"\n");
        for key in [
            KeyCode::Char('G'),
            KeyCode::Enter,
            KeyCode::Enter,
            KeyCode::Char('y'),
        ] {
            hand.press(key);
        }
        hand.wait_for("preset x is deleted").await;
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "# mine\n\n");
        hand.press(KeyCode::Esc);
        hand.press(KeyCode::Char('q'));
    };
    let (exit, ()) = tokio::join!(runtime.run(), driver);
    assert_eq!(exit.unwrap(), Exit::Done);
}
