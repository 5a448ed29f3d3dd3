//! Captions by servers, on loopback.

use std::fs;
use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use crate::home::{Ended, Home};
use crate::server::{Answer, Request, Server};

const TOKEN: &str = "hf_abcdefghijklmnopqrst";
const MODEL: &str = "Qwen/Qwen3.8-27B";

/// An image-to-text endpoint that says the same of every picture.
fn blip() -> Server {
    Server::start(|_| Answer::json(200, r#"[{"generated_text":"two cats on a sofa "}]"#))
}

/// A router: prices, and `chat` for everything that is asked of models.
fn router(chat: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Server {
    Server::start(move |request| match request.path.as_str() {
        "/v1/models" => Answer::tape("example_router_v1_models_200"),
        "/v1/chat/completions" => chat(request),
        _ => Answer::text(404, "Not Found"),
    })
}

/// The words of a stream that says `text`, and what it counted.
fn said(text: &str, tokens: u64) -> Answer {
    let event = |value: Value| format!("data: {value}\n\n");
    Answer::stream([
        event(json!({"choices": [{"delta": {"content": text}}]})),
        event(json!({"choices": [{"delta": {}, "finish_reason": "stop"}]})),
        event(
            json!({"choices": [], "usage": {"prompt_tokens": 1000, "completion_tokens": tokens}}),
        ),
        "data: [DONE]\n\n".to_owned(),
    ])
}

/// Somebody with a token, whose router is `server`.
fn with_router(home: &Home, server: &Server, words: &[&str]) -> Ended {
    let mut command = home.command(words);
    command.env("HF_TOKEN", TOKEN);
    command.env("BLIPBOARD_ROUTER_URL", format!("{}/v1", server.url()));
    Ended::from(command.output().unwrap())
}

fn chats(server: &Server) -> Vec<Request> {
    let requests = server.requests().into_iter();
    requests
        .filter(|request| request.method == "POST")
        .collect()
}

#[test]
fn the_request_of_the_tutorial_posts_the_picture_and_reads_the_caption() {
    let (home, server) = (Home::with(&["cat.jpg"]), blip());
    let model = format!("{}/caption", server.url());
    let words = ["caption", "cat.jpg", "-m", &model, "--yes", "--json"];
    let [object] = home.run(&words).objects().try_into().unwrap();
    assert_eq!(object["caption"], "two cats on a sofa");
    assert_eq!(object["model"], model);
    let [request] = server.requests().try_into().unwrap();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/caption")
    );
    assert_eq!(request.header("content-type"), Some("image/jpeg"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(object["sent_bytes"], request.body.len());
    assert!(image::load_from_memory(&request.body).is_ok());
}

/// A JPEG, red on the left and blue on the right, whose camera lay on its side and knew where it was.
fn jpeg_of_a_camera() -> Vec<u8> {
    let picture = RgbImage::from_fn(2000, 1500, |x, _| match x {
        ..1000 => Rgb([250, 0, 0]),
        _ => Rgb([0, 0, 250]),
    });
    let mut jpeg = Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let field = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let [tag, kind] = [tag, kind].map(u16::to_le_bytes);
        [&tag[..], &kind, &count.to_le_bytes(), &value].concat()
    };
    let exif = [
        b"Exif\0\0II*\0\x08\0\0\0\x02\0",
        // To be turned by a quarter, clockwise.
        &*field(0x0112, 3, 1, [6, 0, 0, 0]),
        // Where the block of GPS is: behind this one. It says that the place is in the north.
        &field(0x8825, 4, 1, [38, 0, 0, 0]),
        b"\0\0\0\0\x01\0",
        &field(0x0001, 2, 2, *b"N\0\0\0"),
        b"\0\0\0\0",
    ]
    .concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let (start, rest) = jpeg.get_ref().split_at(2);
    [start, b"\xff\xe1", &length, &exif, rest].concat()
}

/// The kinds of the blocks of a JPEG, as far as its pixels.
fn blocks(jpeg: &[u8]) -> Vec<u8> {
    const PIXELS: u8 = 0xda;
    let mut blocks = Vec::new();
    let mut at = 2;
    while blocks.last() != Some(&PIXELS) {
        assert_eq!(jpeg[at], 0xff);
        blocks.push(jpeg[at + 1]);
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    blocks
}

#[test]
fn what_is_sent_is_turned_small_and_without_metadata_unless_the_original_is_wanted() {
    const APP1: u8 = 0xe1;
    let (home, server) = (Home::new(), blip());
    let file = jpeg_of_a_camera();
    home.write("camera.jpg", &file);
    assert!(blocks(&file).contains(&APP1));
    let url = server.url();
    let words = ["caption", "camera.jpg", "-m", &url, "--yes", "--quiet"];
    home.run(&words).ok();
    home.run(&[&words[..], &["--upload", "original"]].concat())
        .ok();
    let [scaled, original] = server.requests().try_into().unwrap();
    let sent = image::load_from_memory(&scaled.body).unwrap().into_rgb8();
    assert_eq!(sent.dimensions(), (768, 1024));
    let (above, below) = (sent.get_pixel(384, 100), sent.get_pixel(384, 924));
    assert!(above[0] > 200 && below[2] > 200, "{above:?} {below:?}");
    assert!(scaled.body.len() <= 1_000_000);
    let blocks = blocks(&scaled.body);
    assert!(!blocks.contains(&APP1), "{blocks:x?}");
    assert_eq!(original.header("content-type"), Some("image/jpeg"));
    assert_eq!(original.body, file);
}

#[test]
fn a_model_of_the_router_is_asked_with_everything_that_was_said() {
    let (home, server) = (Home::with(&["cat.jpg"]), router(|_| said("A cat.", 500)));
    let model = format!("{MODEL}:cheapest");
    let words = [
        "caption",
        "cat.jpg",
        "-m",
        &model,
        "--prompt",
        "Who?",
        "--system",
        "Be short.",
        "--max-tokens",
        "300",
        "--temperature",
        "0.5",
        "--seed",
        "-7",
        "--yes",
        "--json",
    ];
    let [object] = with_router(&home, &server, &words)
        .objects()
        .try_into()
        .unwrap();
    assert_eq!(object["caption"], "A cat.");
    assert_eq!(object["finish_reason"], "stop");
    assert_eq!(object["usage"], json!({"prompt": 1000, "completion": 500}));
    // The dearest of the live providers: $0.99 and $3.00 a million.
    assert_eq!(object["cost_micro_usd"], 990 + 1_500);
    let [request] = chats(&server).try_into().unwrap();
    assert_eq!(
        request.header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
    assert!(
        request
            .body
            .starts_with(format!(r#"{{"model":"{model}","#).as_bytes())
    );
    let body = request.json();
    assert_eq!(
        body["messages"][0],
        json!({"role": "system", "content": "Be short."})
    );
    assert_eq!(body["messages"][1]["content"][0]["text"], "Who?");
    let url = body["messages"][1]["content"][1]["image_url"]["url"]
        .as_str()
        .unwrap();
    assert!(url.starts_with("data:image/jpeg;base64,/9j/"), "{url:.60}");
    for (key, value) in [
        ("max_tokens", json!(300)),
        ("temperature", json!(0.5)),
        ("seed", json!(-7)),
        ("stream", json!(true)),
    ] {
        assert_eq!(body[key], value, "{key}");
    }
    let log = fs::read_to_string(home.path("data/blipboard.log")).unwrap();
    assert!(!log.contains(TOKEN), "{log}");
}

#[test]
fn the_token_goes_where_it_belongs_and_nowhere_else() {
    let (home, server) = (Home::with(&["cat.jpg"]), blip());
    let url = server.url();
    home.config(&format!(
        "[endpoints.plain]\nurl = \"{url}/plain\"\nprotocol = \"image-to-text\"\n\
         [endpoints.hf]\nurl = \"{url}/hf\"\nprotocol = \"image-to-text\"\ntoken = \"hf\"\n\
         [endpoints.own]\nurl = \"{url}/own\"\nprotocol = \"image-to-text\"\ntoken = {{ env = \"LAB\" }}\n"
    ));
    let pasted = format!("{url}/pasted");
    let models = ["endpoint:plain", "endpoint:hf", "endpoint:own", &pasted];
    let mut words = vec!["caption", "cat.jpg", "--yes", "--quiet"];
    words.extend(models.iter().flat_map(|model| ["-m", model]));
    let mut command = home.command(&words);
    command.env("HF_TOKEN", TOKEN).env("LAB", "sk-lab-secret");
    Ended::from(command.output().unwrap()).ok();
    let mut shown: Vec<_> = server
        .requests()
        .into_iter()
        .map(|request| {
            let token = request.header("authorization").map(str::to_owned);
            (request.path, token)
        })
        .collect();
    shown.sort();
    let expected = [
        ("/hf", Some(format!("Bearer {TOKEN}"))),
        ("/own", Some("Bearer sk-lab-secret".to_owned())),
        ("/pasted", None),
        ("/plain", None),
    ];
    assert_eq!(
        shown,
        expected.map(|(path, token)| (path.to_owned(), token))
    );
}

#[test]
fn a_key_in_an_address_is_neither_taken_nor_shown() {
    let home = Home::with(&["cat.jpg"]);
    let words = [
        "caption",
        "cat.jpg",
        "-m",
        "http://lab/x?key=secret",
        "--yes",
    ];
    let err = home.run(&words).failed(2);
    assert!(err.contains("as an endpoint"), "{err}");
    home.config("[endpoints.lab]\nurl = \"http://lab/x?key=secret\"\nprotocol = \"chat\"\n");
    let ended = home.run(&["models", "ls", "--json"]);
    let said = ended.out + &ended.err;
    assert!(
        said.contains("http://lab/x") && !said.contains("secret"),
        "{said}"
    );
}

#[test]
fn a_redirect_gets_neither_the_picture_nor_the_token() {
    let other = blip();
    let to = format!("{}/there?signed=1", other.url());
    let server = Server::start(move |_| Answer::redirect(307, &to));
    let home = Home::with(&["cat.jpg"]);
    let err = home
        .run(&["caption", "cat.jpg", "-m", &server.url(), "--yes"])
        .failed(1);
    assert!(err.contains("write that address"), "{err}");
    assert!(err.contains("/there") && !err.contains("signed"), "{err}");
    assert!(other.requests().is_empty());
}

#[test]
fn nobody_who_cannot_be_asked_sends_to_a_new_host_unseen() {
    let (home, server) = (Home::with(&["cat.jpg"]), blip());
    let url = server.url();
    let host = url.strip_prefix("http://").unwrap();
    let err = home.run(&["caption", "cat.jpg", "-m", &url]).failed(2);
    assert!(
        err.contains(&format!("{host} (for the first time)")),
        "{err}"
    );
    assert!(
        err.contains("without metadata") && err.contains("--yes"),
        "{err}"
    );
    assert!(server.requests().is_empty());
    home.run(&["caption", "cat.jpg", "-m", &url, "--yes"]).ok();
    // The host is known from now on, and what it answered is in history.
    home.run(&["caption", "cat.jpg", "-m", &url, "--again"])
        .ok();
    let again = home.run(&["caption", "cat.jpg", "-m", &url]);
    assert!(again.err.contains("1 taken from history"), "{again:?}");
    // Who may have small pictures may not have originals.
    let original = ["caption", "cat.jpg", "-m", &url, "--upload", "original"];
    let err = home.run(&original).failed(2);
    assert!(err.contains("with all its metadata"), "{err}");
    assert!(err.contains("(for the first time)"), "{err}");
    assert_eq!(server.requests().len(), 2);
    // What was allowed once can be taken back.
    let forget = ["history", "forget", "--consent"];
    let expected = format!("you are asked again before {host} gets a picture\n");
    assert_eq!(home.run(&forget).err, expected);
    let nobody = home.run(&forget);
    assert_eq!(
        (nobody.code, nobody.err.as_str()),
        (Some(0), "nobody may have pictures unasked\n")
    );
    let again = ["caption", "cat.jpg", "-m", &url, "--again"];
    let err = home.run(&again).failed(2);
    assert!(
        err.contains(&format!("{host} (for the first time)")),
        "{err}"
    );
}

#[test]
fn an_endpoint_that_serves_another_model_is_asked_again() {
    let (home, server) = (Home::with(&["cat.jpg"]), blip());
    let url = server.url();
    let asked = |path: &str, model: &str| {
        home.config(&format!(
            "[endpoints.lab]\nurl = \"{url}/{path}?key=secret\"\nprotocol = \"image-to-text\"\n\
             model = \"{model}\"\n"
        ));
        let words = [
            "caption",
            "cat.jpg",
            "-m",
            "endpoint:lab",
            "--yes",
            "--json",
        ];
        let [object] = home.run(&words).objects().try_into().unwrap();
        assert_eq!(object["served"], format!("{url}/{path} {model}"));
        server.requests().len()
    };
    for (path, model, so_far) in [
        ("a", "blip", 1),
        ("a", "blip", 1),
        ("a", "git", 2),
        ("b", "git", 3),
    ] {
        assert_eq!(asked(path, model), so_far, "{path} {model}");
    }
}

#[test]
fn what_history_answers_is_not_asked_about() {
    let (home, server) = (Home::with(&["cat.jpg"]), router(|_| said("A cat.", 50)));
    let unpriced = ["caption", "cat.jpg", "-m", "nobody/knows"];
    let err = with_router(&home, &server, &unpriced).failed(2);
    assert!(
        err.contains("price: unknown for nobody/knows; spent today: $0; there is no daily cap"),
        "{err}"
    );
    with_router(&home, &server, &[&unpriced[..], &["--yes"]].concat()).ok();
    let again = with_router(&home, &server, &unpriced);
    assert!(again.err.contains("1 taken from history"), "{again:?}");
    // What nobody knew the price of is counted all the same.
    let more = [&unpriced[..], &["--again"]].concat();
    let err = with_router(&home, &server, &more).failed(2);
    assert!(err.contains("spent today: $0 + 1 unpriced"), "{err}");
}

#[test]
fn the_daily_cap_holds_before_it_is_passed() {
    let (home, server) = (
        Home::with(&["cat.jpg", "coffee.jpg", "rocket.jpg", "astronaut.jpg"]),
        router(|_| said("A cat.", 10)),
    );
    // Each may cost $0.0086, the picture and 1,024 tokens of answer at $0.99 and $3.00 a million,
    // and costs $0.001 in the end: after the second, $0.002 are spent.
    home.config("daily_cap = 0.010\nconcurrency = 1\n");
    let ended = with_router(
        &home,
        &server,
        &["caption", ".", "-m", MODEL, "--yes", "--json"],
    );
    let objects = ended.objects();
    let kinds: Vec<_> = objects
        .iter()
        .map(|object| &object["error"]["kind"])
        .collect();
    let refused = kinds.iter().filter(|kind| **kind == "over-cap").count();
    assert_eq!(refused, 2, "{ended:?}");
    assert_eq!(chats(&server).len(), 2);
    let message = objects
        .iter()
        .find_map(|object| object["error"]["message"].as_str());
    assert!(
        message.unwrap().contains("the daily cap holds"),
        "{message:?}"
    );

    let unpriced = ["caption", "cat.jpg", "-m", "nobody/knows", "--yes"];
    let err = with_router(&home, &server, &unpriced).failed(1);
    assert!(err.contains("nobody says what nobody/knows costs"), "{err}");
    assert_eq!(chats(&server).len(), 2);
}

#[test]
fn a_busy_server_is_asked_again_and_a_refusal_is_not() {
    let home = Home::with(&["cat.jpg"]);
    let busy = Server::start(|request| match request.turn {
        3 => Answer::json(200, r#"{"generated_text":"a cat"}"#),
        _ => Answer::json(503, r#"{"error":"overloaded"}"#).header("Retry-After", "0"),
    });
    let out = home
        .run(&["caption", "cat.jpg", "-m", &busy.url(), "--yes"])
        .ok();
    assert_eq!(out, "cat.jpg: a cat\n");
    for status in [400, 401, 402, 403, 404, 410, 415, 422, 424, 500] {
        let server = Server::start(move |_| Answer::json(status, r#"{"error":"no"}"#));
        home.run(&["caption", "cat.jpg", "-m", &server.url(), "--yes"])
            .failed(1);
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[test]
fn text_that_came_before_the_end_is_kept_and_not_asked_for_again() {
    let half = "data: {\"choices\":[{\"delta\":{\"content\":\"Fur.</think>A cat on\"}}],\
                \"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\n";
    let server = router(move |_| Answer::stream([half]).header("X-Inference-Provider", "novita"));
    let home = Home::with(&["cat.jpg"]);
    let ended = with_router(
        &home,
        &server,
        &["caption", "cat.jpg", "-m", MODEL, "--yes", "--json"],
    );
    let [object] = ended.objects().try_into().unwrap();
    assert_eq!(object["outcome"], "failed");
    assert_eq!(object["caption"], "A cat on");
    assert_eq!(object["provider"], "novita");
    assert_eq!(object["usage"], json!({"prompt": 7, "completion": 3}));
    assert!(
        object["error"]["message"]
            .as_str()
            .unwrap()
            .contains("incomplete"),
        "{object}"
    );
    assert_eq!(chats(&server).len(), 1);
}

#[test]
fn a_refusal_is_told_with_what_to_do_next() {
    let home = Home::with(&["cat.jpg"]);
    let server = router(|_| Answer::tape("reported_403_token_without_inference_permission"));
    let words = ["caption", "cat.jpg", "-m", MODEL, "--yes", "--json"];
    let ended = with_router(&home, &server, &words);
    let [object] = ended.objects().try_into().unwrap();
    let link = "https://huggingface.co/settings/tokens/new?ownUserPermissions=\
                inference.serverless.write&tokenType=fineGrained";
    let error = &object["error"];
    assert_eq!(error["kind"], "no-permission");
    assert_eq!(error["hint"], format!("make a token that may: {link}"));
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("the token may not call models: "),
        "{message}"
    );
    let err = with_router(&home, &server, &words[..5]).failed(1);
    let hint = format!("hint: make a token that may: {link}");
    assert_eq!(err.matches(&hint).count(), 1, "{err}");
}

#[test]
fn a_token_that_a_server_says_again_is_nowhere_to_be_read() {
    let home = Home::with(&["cat.jpg"]);
    let server = router(|_| {
        let error = json!({"error": {"message": format!("unknown token {TOKEN}"), "code": TOKEN}});
        Answer::json(400, error.to_string())
            .header("X-Request-Id", TOKEN)
            .header("X-Inference-Provider", TOKEN)
            .header("X-Error-Message", TOKEN)
    });
    let words = ["caption", "cat.jpg", "-m", MODEL, "--yes", "--json"];
    let json = with_router(&home, &server, &words);
    let plain = with_router(&home, &server, &words[..5]);
    assert!(plain.err.contains("unknown token hf_****"), "{plain:?}");
    let written = [json.out, json.err, plain.out, plain.err].concat();
    assert!(!written.contains(TOKEN), "{written}");
    for file in fs::read_dir(home.path("data")).unwrap() {
        let file = file.unwrap().path();
        if file.is_file() {
            let bytes = fs::read(&file).unwrap();
            let is_there = bytes.windows(TOKEN.len()).any(|it| it == TOKEN.as_bytes());
            assert!(!is_there, "{file:?}");
        }
    }
}

#[test]
fn a_picture_that_is_too_large_is_sent_once_more_and_that_is_said() {
    let home = Home::new();
    home.write("camera.jpg", &jpeg_of_a_camera());
    let server = Server::start(|request| {
        let sent = image::load_from_memory(&request.body).unwrap();
        match sent.height() {
            ..=512 => Answer::json(200, r#"[{"generated_text":"a beach"}]"#),
            _ => Answer::new(
                413,
                "text/html",
                "<html>413 Request Entity Too Large</html>",
            ),
        }
    });
    let url = server.url();
    let words = ["caption", "camera.jpg", "-m", &url, "--yes", "--json"];
    let ended = home.run(&words);
    let said = "camera.jpg: too large for the server; sent again at 512 px\n";
    assert!(ended.err.contains(said), "{ended:?}");
    let [object] = ended.objects().try_into().unwrap();
    assert_eq!(object["caption"], "a beach");
    let [_, small] = server.requests().try_into().unwrap();
    assert_eq!(object["sent_bytes"], small.body.len());
    let words = [&words[..5], &["--upload", "original"]].concat();
    let err = home.run(&words).failed(1);
    assert!(err.contains("hint: set upload to scaled"), "{err}");
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn thinking_that_took_all_tokens_is_a_failure_that_was_paid_for() {
    // It was stored as done, without a word.
    let home = Home::with(&["cat.jpg"]);
    let server = router(|_| {
        let event = |value: Value| format!("data: {value}\n\n");
        Answer::stream([
            event(json!({"choices": [{"delta": {"reasoning_content": "Fur. Ears."}}]})),
            event(
                json!({"choices": [{"delta": {}, "finish_reason": "length"}],
                "usage": {"prompt_tokens": 1000, "completion_tokens": 500}}),
            ),
            "data: [DONE]\n\n".to_owned(),
        ])
    });
    let words = ["caption", "cat.jpg", "-m", MODEL, "--yes", "--json"];
    for asked in 1..=2 {
        let ended = with_router(&home, &server, &words);
        let [object] = ended.objects().try_into().unwrap();
        assert_eq!(object["outcome"], "failed");
        assert_eq!(object["error"]["kind"], "thought-too-long");
        let hint = object["error"]["hint"].as_str().unwrap();
        assert!(hint.contains("max_tokens"), "{hint}");
        assert_eq!(object["flags"], json!(["cut-off"]));
        assert_eq!(object["usage"], json!({"prompt": 1000, "completion": 500}));
        assert_eq!(object["cost_micro_usd"], 990 + 1_500);
        assert_eq!(chats(&server).len(), asked);
    }
}

#[test]
fn how_many_captions_are_doubtful_is_told_at_the_end() {
    let home = Home::with(&["cat.jpg", "coffee.jpg"]);
    let server = router(|_| said("An image of a cat.", 5));
    let ended = with_router(&home, &server, &["caption", ".", "-m", MODEL, "--yes"]);
    assert!(
        ended.out.contains("An image of a cat. (image-of)"),
        "{ended:?}"
    );
    let err = ended.failed(0);
    assert!(err.contains("2 of 2 captioned, 2 doubtful, $"), "{err}");
}

#[test]
fn without_a_token_nobody_is_asked_and_the_way_to_one_is_told() {
    let (home, server) = (Home::with(&["cat.jpg"]), router(|_| said("A cat.", 5)));
    let mut command = home.command(&["caption", "cat.jpg", "-m", MODEL, "--yes"]);
    command.env("BLIPBOARD_ROUTER_URL", format!("{}/v1", server.url()));
    let err = Ended::from(command.output().unwrap()).failed(2);
    assert!(
        err.contains("none was found") && err.contains("hint: log in (blipboard auth login)"),
        "{err}"
    );
    assert!(chats(&server).is_empty());
}

#[test]
fn a_token_that_cannot_be_used_is_told_with_its_place_and_reason() {
    let (home, server) = (Home::with(&["cat.jpg"]), router(|_| said("A cat.", 5)));
    let url = server.url();
    home.config(&format!(
        "[endpoints.lab]\nurl = \"{url}\"\nprotocol = \"chat\"\ntoken = {{ env = \"LAB_TOKEN\" }}\n"
    ));
    fs::write(home.path("token"), "hf_abc def").unwrap();
    let file = home.path("token").into_os_string().into_string().unwrap();
    let broken = "the token has blanks, line ends or strange letters in it";
    let strange = "HF_TOKEN holds no token of Hugging Face's";
    for (model, variables, told) in [
        (
            MODEL,
            &[("HF_TOKEN", "hf_abc def")][..],
            ["HF_TOKEN holds no token", broken],
        ),
        (
            MODEL,
            &[("HF_TOKEN", "hf_abc\ndef")],
            ["HF_TOKEN holds no token", broken],
        ),
        (
            MODEL,
            &[("HF_TOKEN", "sk-abcdefghijklmnop")],
            [strange, "begin with hf_"],
        ),
        (
            MODEL,
            &[("HF_TOKEN", "api_org_abcdefgh")],
            ["HF_TOKEN", "of an organisation"],
        ),
        (MODEL, &[("HF_TOKEN_PATH", &file)], [&file, broken]),
        (
            MODEL,
            &[("HF_TOKEN", TOKEN), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")],
            ["HF_HUB_DISABLE_IMPLICIT_TOKEN", "forbids"],
        ),
        (
            "endpoint:lab",
            &[("LAB_TOKEN", "ab cd")],
            ["LAB_TOKEN", broken],
        ),
        (
            "endpoint:lab",
            &[],
            ["[endpoints.lab] takes its token from LAB_TOKEN", "empty"],
        ),
        // Who is not to be asked needs no token.
        (
            MODEL,
            &[("HF_HUB_OFFLINE", "1")],
            ["HF_HUB_OFFLINE", "not asked"],
        ),
    ] {
        let mut command = home.command(&["caption", "cat.jpg", "-m", model, "--yes"]);
        command.env("BLIPBOARD_ROUTER_URL", format!("{url}/v1"));
        command.envs(variables.iter().copied());
        let err = Ended::from(command.output().unwrap()).failed(2);
        for words in told {
            assert!(err.contains(words), "{variables:?} {words}: {err}");
        }
        assert!(!err.contains("none was found"), "{variables:?}: {err}");
        assert!(!err.contains("abc def") && !err.contains("ab cd"), "{err}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn offline_no_host_of_hugging_face_is_asked_and_own_endpoints_are() {
    let (home, hub, lab) = (
        Home::with(&["cat.jpg"]),
        router(|_| said("A cat.", 5)),
        blip(),
    );
    let url = lab.url();
    let mut command = home.command(&["caption", "cat.jpg", "-m", MODEL, "-m", &url, "--yes"]);
    command.env("HF_TOKEN", TOKEN).env("HF_HUB_OFFLINE", "1");
    command.env("BLIPBOARD_ROUTER_URL", format!("{}/v1", hub.url()));
    let ended = Ended::from(command.output().unwrap());
    assert!(ended.out.contains("two cats on a sofa"), "{ended:?}");
    assert!(ended.failed(1).contains("HF_HUB_OFFLINE"));
    assert!(hub.requests().is_empty());
}

#[test]
fn without_certificates_what_runs_here_still_runs() {
    let home = Home::with(&["cat.jpg"]);
    home.write("none.pem", b"");
    let mut words = vec!["caption", "cat.jpg", "--yes"];
    words.extend(["-m", "builtin/describe", "-m", "https://127.0.0.1:9/"]);
    let mut command = home.command(&words);
    command.env("SSL_CERT_FILE", home.path("pictures/none.pem"));
    command.env("SSL_CERT_DIR", home.path("pictures"));
    let ended = Ended::from(command.output().unwrap());
    assert!(ended.out.contains("(builtin/describe): "), "{ended:?}");
    assert!(ended.failed(1).contains("ca-certificates"));
}

#[test]
fn a_server_that_is_not_there_and_a_wrong_proxy_are_named() {
    let home = Home::with(&["cat.jpg"]);
    let gone = blip().url();
    let err = home
        .run(&["caption", "cat.jpg", "-m", &gone, "--yes"])
        .failed(1);
    assert!(err.contains(gone.strip_prefix("http://").unwrap()), "{err}");
    let mut command = home.command(&["caption", "cat.jpg", "-m", "http://lab.invalid/", "--yes"]);
    command.env("HTTP_PROXY", &gone);
    let err = Ended::from(command.output().unwrap()).failed(1);
    assert!(err.contains("HTTP_PROXY"), "{err}");
    let mut command = home.command(&["caption", "cat.jpg", "-m", "https://lab.invalid/", "--yes"]);
    command.env("HTTPS_PROXY", "http://proxy:80a80");
    let err = Ended::from(command.output().unwrap()).failed(1);
    assert!(err.contains("HTTPS_PROXY names no proxy"), "{err}");
    assert!(err.contains("invalid port number"), "{err}");
}
