//! `blipboard models`, against a Hugging Face on loopback.

use std::fs;

use serde_json::{Value, json};

use crate::home::{Ended, Home};
use crate::server::{Answer, Request, Server};

const TOKEN: &str = "hf_abcdefghijklmnopqrst";
const SECRET: &str = "sk-nobody-may-see-this";
const QWEN: &str = "Qwen/Qwen3.8-27B";

/// Hugging Face, its router and its endpoints service.
fn hugging_face() -> Server {
    Server::start(|request: &Request| {
        let path = request.path.split('?').next().unwrap();
        match path {
            "/v1/models" => Answer::tape("example_router_v1_models_200"),
            "/api/whoami-v2" => Answer::json(200, r#"{"name": "anna"}"#),
            "/v2/endpoint/anna" => Answer::json(200, rented().to_string()),
            "/api/models" => found(request),
            "/api/models/Qwen/Qwen3-VL-4B" => Answer::json(
                200,
                json!({"id": "Qwen/Qwen3-VL-4B", "gated": "auto", "downloads": 12_345,
                    "tags": ["license:apache-2.0"], "inferenceProviderMapping": {}})
                .to_string(),
            ),
            "/api/models/Qwen/Qwen3.8-27B" => {
                Answer::json(200, json!({"id": QWEN, "likes": 7}).to_string())
            }
            _ => Answer::tape("hub_401_missing_model_anonymous_2026-10"),
        }
    })
}

fn rented() -> Value {
    let endpoint = |name: &str, state: &str| {
        json!({"name": name, "model": {"repository": "org/blip", "secrets": {"KEY": SECRET}},
            "status": {"state": state, "url": "https://a.endpoints.huggingface.cloud"}})
    };
    json!({"items": [endpoint("awake", "running"), endpoint("rests", "paused")]})
}

/// Two pages of one model each.
fn found(request: &Request) -> Answer {
    let host = request.header("host").unwrap();
    let link = format!("<http://{host}/api/models?cursor=2>; rel=\"next\"");
    let model = |id: &str, providers: &[&str]| {
        let live = |name: &&str| json!({"provider": name, "status": "live"});
        let mapping: Vec<Value> = providers.iter().map(live).collect();
        let one = json!({"id": id, "likes": 3, "inferenceProviderMapping": mapping,
            "library_name": "\u{1b}[31mred"});
        Answer::json(200, json!([one]).to_string())
    };
    if request.path.contains("cursor=2") {
        model("org/second", &["novita"])
    } else {
        model("org/first", &[]).header("Link", &link)
    }
}

fn run_at(home: &Home, server: &Server, words: &[&str]) -> Ended {
    let mut command = home.command(words);
    command.env("HF_TOKEN", TOKEN);
    command.env("BLIPBOARD_LOG", "trace");
    command.env("HF_ENDPOINT", server.url());
    command.env("BLIPBOARD_ROUTER_URL", format!("{}/v1", server.url()));
    command.env("BLIPBOARD_ENDPOINTS_URL", format!("{}/v2", server.url()));
    Ended::from(command.output().unwrap())
}

/// The names of what is listed.
fn names(ended: &Ended) -> Vec<String> {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let names = ended.out.lines().map(|line| line.split_whitespace().next());
    names.map(|name| name.unwrap().to_owned()).collect()
}

#[test]
fn what_can_be_chosen_is_listed_with_prices_and_providers() {
    let (home, server) = (Home::new(), hugging_face());
    home.config("[endpoints.lab]\nurl = \"http://127.0.0.1:8/\"\nprotocol = \"chat\"");
    let ended = run_at(&home, &server, &["models", "ls"]);
    let expected = [
        "builtin/describe",
        "endpoint:awake",
        "endpoint:lab",
        "endpoint:rests",
        QWEN,
    ];
    assert_eq!(names(&ended), expected);
    let line = ended.out.lines().last().unwrap();
    for fact in [
        "$0.99/$3.00",
        "1M",
        "0.8s",
        "166/s",
        "novita, cerebras, featherless-ai",
    ] {
        assert!(line.contains(fact), "{fact} in {line}");
    }
    assert!(ended.out.contains("org/blip · paused"), "{}", ended.out);
    assert!(
        ended
            .err
            .contains("the list of Hugging Face's router is 0 s old")
    );
    assert!(!ended.out.contains('\u{1b}') && !ended.out.contains("MODEL"));

    let ended = run_at(&home, &server, &["--quiet", "models", "ls", "--json"]);
    assert_eq!(ended.err, "");
    let objects = ended.objects();
    let qwen = objects.last().unwrap();
    assert_eq!(qwen["model"], QWEN);
    assert_eq!(qwen["price"]["output"], 3_000_000);
    assert_eq!(qwen["providers"][2], "featherless-ai");
    assert!(qwen["thousand_pictures_micro_usd"].as_u64().unwrap() > 1_000_000);
    assert_eq!(objects[0]["price"], "free");
}

#[test]
fn the_list_is_narrowed_and_sorted_by_what_is_asked_for() {
    let (home, server) = (Home::new(), hugging_face());
    let ls = |more: &[&str]| {
        let ended = run_at(&home, &server, &[&["models", "ls"], more].concat());
        names(&ended)
    };
    assert_eq!(ls(&["--search", "q27"]), [QWEN]);
    assert_eq!(ls(&["--search", "nothing like it"]), [""; 0]);
    assert_eq!(ls(&["--provider", "cerebras"]), [QWEN]);
    assert_eq!(ls(&["--provider", "nobody"]), [""; 0]);
    assert_eq!(ls(&["--limit", "1"]), ["builtin/describe"]);
    assert_eq!(ls(&["--task", "image-to-text"]), [""; 0]);
    for sort in ["price", "latency", "throughput", "name", "created"] {
        assert_eq!(ls(&["--sort", sort]).len(), 4, "{sort}");
    }
    let err = run_at(&home, &server, &["models", "ls", "--sort", "likes"]).failed(2);
    assert!(err.contains("add --hub"), "{err}");
}

#[test]
fn the_hub_is_searched_page_by_page() {
    let (home, server) = (Home::new(), hugging_face());
    let ls = |more: &[&str]| run_at(&home, &server, &[&["models", "ls", "--hub"], more].concat());
    assert_eq!(names(&ls(&[])), ["org/first", "org/second"]);
    assert_eq!(names(&ls(&["--limit", "1"])), ["org/first"]);
    assert_eq!(names(&ls(&["--provider", "novita"])), ["org/second"]);
    let ended = ls(&["--json", "--sort", "downloads", "--search", "cats"]);
    assert!(!ended.out.contains('\u{1b}'));
    assert_eq!(ended.objects()[0]["library"], "\u{1b}[31mred");
    let asked = server.requests().into_iter().map(|request| request.path);
    let asked: Vec<_> = asked.filter(|path| path.contains("search=cats")).collect();
    assert!(asked[0].contains("sort=downloads"), "{asked:?}");
    let err = ls(&["--sort", "price"]).failed(2);
    assert!(err.contains("leave --hub out"), "{err}");
}

#[test]
fn one_model_is_shown_with_each_of_its_providers() {
    let (home, server) = (Home::new(), hugging_face());
    let ended = run_at(&home, &server, &["models", "show", QWEN]);
    let providers = ended
        .out
        .lines()
        .filter(|line| line.contains("  provider "));
    assert_eq!(providers.count(), 3, "{}", ended.out);
    assert!(ended.out.contains("$0.42/$3.00 a million tokens"));
    assert!(!ended.out.contains("you can"));
    let ended = run_at(&home, &server, &["models", "show", "endpoint:rests"]);
    assert!(ended.out.contains("org/blip · paused"), "{}", ended.out);
    assert!(
        ended.err.contains("endpoint:rests is paused"),
        "{}",
        ended.err
    );
}

#[test]
fn a_rented_endpoint_is_asked_by_its_name_and_an_unknown_one_is_told_before_anything_is_sent() {
    let (home, server) = (Home::with(&["cat.jpg"]), hugging_face());
    let caption = ["caption", "cat.jpg", "--yes", "-m"];
    let rests = run_at(
        &home,
        &server,
        &[&caption[..], &["endpoint:rests"]].concat(),
    );
    let err = rests.failed(2);
    assert!(err.contains("endpoint:rests is paused"), "{err}");
    assert!(err.contains("hint: resume it"), "{err}");
    let several = ["endpoint:nobody", "-m", "builtin/describe"];
    for words in [
        [&caption[..], &several].concat(),
        vec!["models", "show", "endpoint:nobody", "--json"],
    ] {
        let ended = run_at(&home, &server, &words);
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""));
        let says = "no endpoint is called `nobody`\nhint: `blipboard models ls` lists yours";
        assert!(ended.err.contains(says), "{ended:?}");
    }
}

#[test]
fn a_hub_that_lets_itself_be_asked_few_more_times_is_told() {
    let limited = |left: u32| {
        let limit = format!(r#""api";r={left};t=90"#);
        Server::start(move |request| found(request).header("RateLimit", &limit))
    };
    let words = ["models", "ls", "--hub", "--limit", "1"];
    let (home, few) = (Home::new(), limited(12));
    let err = run_at(&home, &few, &words).err;
    let (_, told) = err.split_once("12 more questions in the next ").unwrap();
    let seconds: u32 = told.trim_end().trim_end_matches(" s").parse().unwrap();
    assert!((30..=90).contains(&seconds), "{err}");
    assert!(
        !run_at(&home, &few, &[&words[..], &["-q"]].concat())
            .err
            .contains("12")
    );
    let err = run_at(&Home::new(), &limited(400), &words).err;
    assert!(!err.contains("questions"), "{err}");
}

#[test]
fn a_model_that_nobody_serves_says_what_one_can_do() {
    let (home, server) = (Home::new(), hugging_face());
    let ended = run_at(&home, &server, &["models", "show", "Qwen/Qwen3-VL-4B"]);
    for said in [
        "12345 in 30 days",
        "apache-2.0",
        "accept its licence at https://huggingface.co/Qwen/Qwen3-VL-4B",
        "no provider serves it now",
        "an endpoint of your own",
        QWEN,
    ] {
        assert!(ended.out.contains(said), "{said} in {}", ended.out);
    }
    let words = ["models", "show", "Qwen/Qwen3-VL-4B", "--json"];
    let object = run_at(&home, &server, &words).objects().remove(0);
    assert_eq!(object["relatives"], json!([QWEN]));
    let err = run_at(&home, &server, &["models", "show", "org/typo"]).failed(2);
    assert!(err.contains("shows no model called org/typo"), "{err}");
    assert!(err.contains("hint: check the spelling"), "{err}");
}

#[test]
fn what_was_told_is_listed_again_where_nobody_can_be_asked() {
    let home = Home::new();
    let server = hugging_face();
    run_at(&home, &server, &["models", "ls"]);
    run_at(&home, &server, &["models", "ls", "--hub"]);
    let address = server.url();
    drop(server);
    let offline = |words: &[&str]| {
        let mut command = home.command(words);
        command.env("HF_TOKEN", TOKEN);
        command.env("HF_ENDPOINT", &address);
        command.env("BLIPBOARD_ROUTER_URL", format!("{address}/v1"));
        command.env("HF_HUB_OFFLINE", "1");
        Ended::from(command.output().unwrap())
    };
    let ended = offline(&["models", "ls"]);
    assert_eq!(names(&ended), ["builtin/describe", QWEN]);
    assert!(ended.err.contains("HF_HUB_OFFLINE"), "{}", ended.err);
    assert_eq!(names(&offline(&["models", "ls", "--hub"]))[0], "org/first");
    let err = offline(&["models", "ls", "--hub", "--search", "new"]).failed(2);
    assert!(err.contains("HF_HUB_OFFLINE"), "{err}");
}

#[test]
fn neither_the_token_nor_an_endpoints_secret_is_written_anywhere() {
    let (home, server) = (Home::new(), hugging_face());
    let mut said = String::new();
    for words in [
        &["models", "ls"][..],
        &["models", "ls", "--hub"],
        &["models", "show", QWEN],
        &["models", "show", "org/typo"],
    ] {
        let ended = run_at(&home, &server, words);
        said += &(ended.out + &ended.err);
    }
    let mut folders = vec![home.path("cache"), home.path("data")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files += 1;
                said += &String::from_utf8_lossy(&fs::read(path).unwrap());
            }
        }
    }
    assert!(files > 3);
    assert!(!said.contains(SECRET) && !said.contains(TOKEN));
}
