//! A small captioner on loopback, for the demo and for whoever tries the dashboard without network.
//!
//! It is no model: it speaks as an `OpenAI`-compatible server does, knows the four sample pictures by
//! their mean colour, and streams what was written of them beforehand, a word at a time, in the words
//! of the model that was asked for. It wants no token.
//!
//! `captioner CONFIGURATION COMMAND...` writes a configuration in which it is two endpoints of one's
//! own, `plain` and `vivid`, runs the command, and serves until that has ended.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot go on has failed its user"
)]

#[expect(dead_code, reason = "the tests need more of it")]
#[path = "server.rs"]
mod server;

use std::io::{self, Write as _};
use std::process::{Command, ExitCode};
use std::time::Duration;
use std::{env, fs};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use server::{Answer, Request, Server};

/// As fast as a quick model writes.
const A_WORD: Duration = Duration::from_millis(60);

/// Scaling and packing change a mean colour less than this, added up over red, green and blue.
const ALIKE: i64 = 9;

/// A picture as it is known here.
struct Known {
    /// Red, green and blue, on average.
    mean: [i64; 3],
    plain: &'static str,
    vivid: &'static str,
}

static PICTURES: [Known; 4] = [
    Known {
        mean: [144, 107, 97],
        plain: "An astronaut in an orange space suit smiles in front of a flag and a shuttle.",
        vivid: "Helmet under her arm, orange suit zipped, flag behind her: ready for the shuttle.",
    },
    Known {
        mean: [148, 110, 84],
        plain: "A tabby cat with green eyes looks past the camera.",
        vivid: "All whiskers and stripes, a tabby listens to something just out of sight.",
    },
    Known {
        mean: [159, 85, 51],
        plain: "A cup of espresso on a saucer with a spoon, on a wooden table.",
        vivid: "Dark espresso, a golden rim of foam, warm wood: the afternoon can wait.",
    },
    Known {
        mean: [54, 63, 86],
        plain: "A rocket stands on its launch pad by night, lit by floodlights.",
        vivid: "Before dawn a white rocket waits in the floodlights, and nothing moves.",
    },
];

const UNKNOWN: &str = "This captioner knows the four sample pictures only.";

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1);
    let (Some(configuration), Some(command)) = (words.next(), words.next()) else {
        return ExitCode::from(2);
    };
    let server = Server::start(answer);
    let url = server.url();
    fs::write(configuration, configure(&url)).unwrap();
    let told = format!("captioner: listening on {url}\n");
    io::stderr().write_all(told.as_bytes()).unwrap();
    let ended = Command::new(command).args(words).status().unwrap();
    let code = ended.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}

/// What is written into `config.toml`.
fn configure(url: &str) -> String {
    let endpoint = |name: &str| {
        format!("\n[endpoints.{name}]\nurl = \"{url}\"\nprotocol = \"chat\"\nmodel = \"{name}\"\n")
    };
    let chosen = "models = [\"endpoint:plain\", \"builtin/describe\"]\n";
    [chosen, &endpoint("plain"), &endpoint("vivid")].concat()
}

fn answer(request: &Request) -> Answer {
    if request.method != "POST" || !request.path.ends_with("/chat/completions") {
        return Answer::text(404, "only chats are answered here");
    }
    let Ok(chat) = serde_json::from_slice(&request.body) else {
        return Answer::text(400, "a chat is written in JSON");
    };
    let Some(caption) = caption(&chat) else {
        return Answer::text(
            400,
            "there is no picture in this chat, or no model of that name",
        );
    };
    let mut pieces: Vec<String> = caption
        .split_inclusive(' ')
        .map(|word| event(&json!({ "delta": { "content": word } })))
        .collect();
    pieces.push(event(&json!({ "delta": {}, "finish_reason": "stop" })));
    pieces.push("data: [DONE]\n\n".to_owned());
    Answer::stream(pieces).every(A_WORD)
}

fn event(choice: &Value) -> String {
    format!("data: {}\n\n", json!({ "choices": [choice] }))
}

/// What the model that is asked says of the picture.
fn caption(chat: &Value) -> Option<&'static str> {
    let mean = mean(chat)?;
    let is_alike = |known: &&Known| {
        let sides = known.mean.iter().zip(mean);
        sides.map(|(one, other)| (one - other).abs()).sum::<i64>() <= ALIKE
    };
    let known = PICTURES.iter().find(is_alike);
    match chat["model"].as_str()? {
        "plain" => Some(known.map_or(UNKNOWN, |known| known.plain)),
        "vivid" => Some(known.map_or(UNKNOWN, |known| known.vivid)),
        _ => None,
    }
}

/// The mean colour of the first picture in a chat.
fn mean(chat: &Value) -> Option<[i64; 3]> {
    let parts = chat["messages"].as_array()?.iter();
    let mut parts = parts.filter_map(|message| message["content"].as_array());
    let address = parts.find_map(|parts| {
        let mut addresses = parts.iter().map(|part| &part["image_url"]["url"]);
        addresses.find_map(Value::as_str)
    })?;
    let (_, letters) = address.split_once(";base64,")?;
    let file = STANDARD.decode(letters).ok()?;
    let picture = image::load_from_memory(&file).ok()?.into_rgb8();
    let mut sums = [0; 3];
    for pixel in picture.pixels() {
        for (sum, part) in sums.iter_mut().zip(pixel.0) {
            *sum += i64::from(part);
        }
    }
    let count = i64::try_from(picture.pixels().len()).ok()?;
    Some(sums.map(|sum| sum / count.max(1)))
}
