use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;
use std::time::Duration;

use clap::CommandFactory;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::history::moment;
use super::report::Manner;
use super::*;
use crate::config::{Color, Concurrency};
use crate::domain::image::{ImageId, ImageRef};
use crate::domain::model::Price;
use crate::domain::record::Record;
use crate::domain::request::{CaptionRequest, Parameters, Prompt, UploadSpec};
use crate::domain::review::Review;
use crate::domain::run::{Failure, Outcome, Run, Timing};
use crate::domain::text::is_unsafe;

/// A stream that can be read when everything is said.
#[derive(Clone, Default)]
struct Buffer(Rc<RefCell<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const PERSON: Manner = Manner {
    terminal: true,
    color: true,
};

/// What `say` says on stdout and on stderr.
fn said(manner: Manner, quiet: bool, say: impl FnOnce(&mut Report)) -> (String, String) {
    let (out, err) = (Buffer::default(), Buffer::default());
    let streams = (Box::new(out.clone()), Box::new(err.clone()));
    say(&mut Report::new(
        streams.0, manner, streams.1, manner, quiet,
    ));
    (out.text(), err.text())
}

fn read(words: &str) -> Result<Cli, clap::Error> {
    Cli::read(words.split(' ').map(OsString::from))
}

fn parse(words: &str) -> Cli {
    read(words).unwrap()
}

#[test]
fn the_flags_do_not_contradict_each_other() {
    Cli::command().debug_assert();
}

#[test]
fn a_path_alone_opens_the_dashboard() {
    let cli = parse("blipboard ./history");
    assert!(cli.command.is_none());
    assert_eq!(cli.path, Some("./history".into()));
    assert!(parse("blipboard history ls").command.is_some());
}

#[test]
fn flags_overrule_settings_only_where_they_were_typed() {
    let none = parse("blipboard caption a.jpg").flags();
    assert!(none.models.is_none() && none.concurrency.is_none() && none.color.is_none());
    let all =
        parse("blipboard --no-color caption a.jpg -m a/b -m builtin/describe --concurrency 3")
            .flags();
    assert_eq!(all.models.unwrap().len(), 2);
    assert_eq!(all.concurrency, Concurrency::new(3));
    assert_eq!(all.color, Some(Color::Never));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    for words in [
        "blipboard caption",
        "blipboard caption a.jpg -m blip",
        "blipboard caption a.jpg --concurrency 0",
        "blipboard history forget",
        "blipboard history forget --run 1 --before 2026-01-01",
        "blipboard history forget --before yesterday",
        "blipboard completions tcsh",
        "blipboard folder history ls",
        "blipboard --color sometimes",
        "blipboard --color always --no-color",
    ] {
        assert!(read(words).is_err(), "{words}");
    }
}

#[test]
fn a_moment_is_a_day_here_or_a_time_anywhere() {
    let noon = moment("2026-11-23T12:00:00+02:00").unwrap();
    assert_eq!(noon.to_string(), "2026-11-23T10:00:00Z");
    let midnight = moment("2026-11-23").unwrap();
    assert_eq!(midnight.to_zoned(TimeZone::system()).hour(), 0);
}

#[test]
fn a_problem_tells_what_why_and_what_to_do() {
    let mut problem = Problem::new("cannot read a\u{1b}[2Jb").with_hint("look again");
    problem.causes.push(Foreign::new("it is gone"));
    let (out, err) = said(Manner::default(), true, |report| report.error(&problem));
    assert_eq!(out, "");
    assert_eq!(
        err,
        "error: cannot read a␛[2Jb\ncaused by: it is gone\nhint: look again\n"
    );
}

#[test]
fn colours_are_for_those_who_want_them() {
    let problem = Problem::new("no");
    let (_, coloured) = said(PERSON, false, |report| report.warning(&problem));
    assert_eq!(coloured, "\u{1b}[33mwarning:\u{1b}[0m no\n");
    let plain = Manner {
        color: false,
        ..PERSON
    };
    let (_, plain) = said(plain, false, |report| report.warning(&problem));
    assert_eq!(plain, "warning: no\n");
}

#[test]
fn how_far_it_is_stands_alone_on_the_last_line() {
    let say = |report: &mut Report| {
        report.progress("1 of 2");
        report.data("cat.jpg: a cat").unwrap();
        report.note("done");
    };
    let (out, err) = said(PERSON, false, say);
    assert_eq!(out, "cat.jpg: a cat\n");
    assert_eq!(err, "1 of 2\r\u{1b}[Kdone\n");
    assert_eq!(said(Manner::default(), false, say).1, "done\n");
    assert_eq!(said(PERSON, true, say).1, "");
}

/// A run of the picture at `path` with this caption.
fn run_of(path: &[u8], caption: &str) -> Run {
    Run {
        id: None,
        request: CaptionRequest {
            image: ImageRef::new(OsStr::from_bytes(path)),
            model: "builtin/describe".parse().unwrap(),
            served: None,
            prompt: Prompt::default(),
            parameters: Parameters::default(),
            upload: UploadSpec::Nothing,
        },
        image_id: Some(ImageId([0xab; 32])),
        batch: None,
        outcome: Outcome::Captioned,
        caption: Foreign::new(caption),
        thinking: Foreign::default(),
        finish_reason: Some(Foreign::new("length")),
        failure: None,
        provider: None,
        usage: None,
        price: Price::Free,
        cost_micro_usd: Some(0),
        sent: None,
        request_id: None,
        timing: Timing {
            started: Timestamp::UNIX_EPOCH,
            first_answer: None,
            elapsed: Duration::from_millis(12),
        },
        review: Review::default(),
        noticed: Vec::new(),
    }
}

fn object(run: &Run) -> String {
    said(Manner::default(), false, |report| {
        report.object(&Record::of(run, false)).unwrap();
    })
    .0
}

#[test]
fn an_object_has_its_keys_in_the_promised_order() {
    let id = "ab".repeat(32);
    assert_eq!(
        object(&run_of(b"/p/cat.jpg", "a cat")),
        format!(
            "{{\"image\":\"/p/cat.jpg\",\"image_id\":\"{id}\",\"model\":\"builtin/describe\",\
             \"served\":null,\"provider\":null,\"effort\":null,\"outcome\":\"captioned\",\"caption\":\"a cat\",\
             \"text\":\"a cat\",\"decision\":\"pending\",\"finish_reason\":\"length\",\"flags\":[\"cut-off\"],\"error\":null,\
             \"elapsed_ms\":12,\"usage\":null,\"cost_micro_usd\":0,\"sent_bytes\":null,\
             \"run_id\":null,\"started\":\"1970-01-01T00:00:00Z\",\"from_history\":false}}\n"
        )
    );
}

#[test]
fn an_object_says_why_a_run_failed() {
    let mut run = run_of(b"/p/cat.jpg", "");
    run.outcome = Outcome::Failed;
    run.failure = Some(Failure {
        kind: "gone".into(),
        message: Foreign::new("no such file"),
        hint: Some(Foreign::new("look elsewhere")),
    });
    let object: serde_json::Value = serde_json::from_str(&object(&run)).unwrap();
    assert_eq!(object["outcome"], "failed");
    assert_eq!(object["error"]["kind"], "gone");
    assert_eq!(object["error"]["message"], "no such file");
    assert_eq!(object["error"]["hint"], "look elsewhere");
}

#[test]
fn an_object_is_harmless_and_reads_back_the_same() {
    let caption = "\u{1b}]0;x\u{7}\r\n\t\"\\ \u{7f}\u{9b}2J \u{202e}gpj.\u{e0041}\u{200b} 猫 é";
    let line = object(&run_of(b"/p/cat.jpg", caption));
    let harmful: Vec<char> = line.trim_end().chars().filter(|c| is_unsafe(*c)).collect();
    assert_eq!(harmful, [] as [char; 0]);
    let object: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(object["caption"], caption);
}

#[test]
fn a_path_that_is_no_utf8_is_told_twice() {
    let line = object(&run_of(b"/a\xff.jpg", ""));
    let object: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(object["image"], "/a\\xFF.jpg");
    assert_eq!(object["image_bytes"], "2f61ff2e6a7067");
}

#[test]
fn a_stdout_that_takes_no_more_is_told_to_the_caller() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (out, err) = (Box::new(Closed), Box::new(Buffer::default()));
    let mut report = Report::new(out, Manner::default(), err, Manner::default(), false);
    let kind = report.data("cat.jpg: a cat").unwrap_err().kind();
    assert_eq!(kind, io::ErrorKind::BrokenPipe);
}
