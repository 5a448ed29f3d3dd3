use serde_json::json;

use super::*;
use crate::domain::catalogue::Task;
use crate::http::server::{Answer, End, Server};
use crate::http::{HttpSettings, Trusted};

const TOKEN: &str = "hf_abcdefghijklmnop";

fn hub(server: &Server) -> (Http, Url) {
    let hub: Url = server.url().parse().unwrap();
    let http = Http::new(HttpSettings {
        trusted: Trusted::with([&hub]),
        ..HttpSettings::default()
    });
    (http, hub)
}

async fn ask_page(server: &Server, next: Option<&NextPage>) -> Result<Page, HubError> {
    let (http, hub) = hub(server);
    let token = Token::read(TOKEN).unwrap();
    search(&http, &hub, Some(&token), &Search::default(), next).await
}

async fn ask_model(answer: Answer) -> Result<HubModel, HubError> {
    let server = Server::start(move |_| answer.clone());
    let (http, hub) = hub(&server);
    let told = model(&http, &hub, None, "org/name").await;
    told.map(|(model, _)| model)
}

fn page_of(models: &Value) -> Answer {
    Answer::json(200, models.to_string())
}

/// What the query of a request asks for.
fn query(path: &str) -> Vec<(String, String)> {
    let url = Url::parse("http://hub").unwrap().join(path).unwrap();
    url.query_pairs().into_owned().collect()
}

#[tokio::test]
async fn a_search_asks_for_words_task_order_and_fields_with_the_token() {
    let server = Server::start(|_| page_of(&json!([])));
    let (http, hub) = hub(&server);
    let token = Token::read(TOKEN).unwrap();
    for (sort, word) in HubSort::ALL.into_iter().zip([
        "trendingScore",
        "downloads",
        "likes",
        "createdAt",
        "lastModified",
    ]) {
        let wanted = Search {
            text: " qwen & vl ".to_owned(),
            task: Task::ImageToText,
            sort,
        };
        search(&http, &hub, Some(&token), &wanted, None)
            .await
            .unwrap();
        let request = server.requests().pop().unwrap();
        assert!(request.path.starts_with("/api/models?"), "{}", request.path);
        let bearer = format!("Bearer {TOKEN}");
        assert_eq!(request.header("authorization"), Some(bearer.as_str()));
        let query = query(&request.path);
        for (name, value) in [
            ("search", "qwen & vl"),
            ("pipeline_tag", "image-to-text"),
            ("sort", word),
            ("limit", "50"),
            ("expand[]", "inferenceProviderMapping"),
            ("expand[]", "trendingScore"),
        ] {
            let pair = (name.to_owned(), value.to_owned());
            assert!(query.contains(&pair), "{pair:?} in {query:?}");
        }
    }
    search(&http, &hub, None, &Search::default(), None)
        .await
        .unwrap();
    let request = server.requests().pop().unwrap();
    assert_eq!(request.header("authorization"), None);
    let query = query(&request.path);
    assert!(query.iter().all(|(name, _)| name != "search"), "{query:?}");
}

#[tokio::test]
async fn everything_that_is_told_of_a_model_is_read_and_what_is_missing_is_nothing() {
    let server = Server::start(|_| {
        page_of(&json!([
            {
                "_id": "1", "id": "org/full", "pipeline_tag": "image-text-to-text",
                "library_name": "transformers", "downloads": 7, "likes": 3, "gated": "auto",
                "createdAt": "2026-01-02T03:04:05.000Z", "lastModified": "2026-02-03T04:05:06.000Z",
                "tags": ["license:apache-2.0", "base_model:org/base", "base_model:finetune:org/base",
                    "base_model:finetune:org/other", 7],
                "safetensors": {"total": 8_000_000_000_u64},
                "inferenceProviderMapping": [
                    {"provider": "novita", "status": "live", "task": "conversational", "later": {}},
                    {"provider": "together", "status": "error"},
                    {"provider": "\u{1b}[2J", "status": "live"},
                    {"status": "live"}, 7
                ]
            },
            {"id": "org/bare"},
            {"id": "org/odd", "gated": "manual", "tags": 7, "downloads": -1, "createdAt": "soon",
                "inferenceProviderMapping": [], "safetensors": null},
            {"id": "gpt2"}, {"id": "org/\u{1b}[31m"}, {"name": "org/other"}, 7
        ]))
    });
    let page = ask_page(&server, None).await.unwrap();
    assert!(page.asked.is_some() && page.next.is_none() && page.limit.is_none());
    let [full, bare, odd] = &page.models[..] else {
        panic!("{page:?}");
    };
    let expected = HubModel {
        id: "org/full".to_owned(),
        task: Some("image-text-to-text".to_owned()),
        library: Some("transformers".to_owned()),
        downloads: Some(7),
        likes: Some(3),
        created: "2026-01-02T03:04:05Z".parse().ok(),
        updated: "2026-02-03T04:05:06Z".parse().ok(),
        licence: Some("apache-2.0".to_owned()),
        gate: Gate::Licence,
        providers: Some(vec!["novita".to_owned()]),
        base_models: vec!["org/base".to_owned(), "org/other".to_owned()],
        parameters: Some(8_000_000_000),
    };
    assert_eq!(*full, expected);
    let id = "org/bare".to_owned();
    let nothing = HubModel {
        id,
        ..HubModel::default()
    };
    assert_eq!(*bare, nothing);
    assert_eq!(odd.gate, Gate::Approval);
    assert_eq!(odd.providers, Some(Vec::new()));
    assert_eq!((odd.downloads, odd.created), (None, None));
}

#[tokio::test]
async fn the_next_page_is_asked_for_where_it_lies_with_the_same_server() {
    let server = Server::start(|request| {
        let own = format!("http://{}", request.header("host").unwrap());
        if request.path.contains("cursor=2") {
            return page_of(&json!([{"id": "org/second"}]));
        }
        let link = format!(
            "<{own}/api/models?limit=50&cursor=1>; rel=\"prev\", <{own}/api/models?limit=50,&cursor=2>; rel=\"next\""
        );
        page_of(&json!([{"id": "org/first"}])).header("Link", &link)
    });
    let first = ask_page(&server, None).await.unwrap();
    let second = ask_page(&server, first.next.as_ref()).await.unwrap();
    assert_eq!(second.models[0].id, "org/second");
    assert_eq!(second.next, None);
    let last = server.requests().pop().unwrap();
    assert_eq!(last.path, "/api/models?limit=50,&cursor=2");
}

#[tokio::test]
async fn a_next_page_elsewhere_is_none_and_gets_no_token() {
    let elsewhere = Server::start(|_| page_of(&json!([])));
    let other = elsewhere.url();
    for link in [
        format!("<{other}/api/models?cursor=2>; rel=\"next\""),
        "<//huggingface.co.example.org/api/models?cursor=2>; rel=\"next\"".to_owned(),
        "</api/whoami-v2>; rel=\"next\"".to_owned(),
        "</api/models?cursor=2>; rel=\"last\"".to_owned(),
        "/api/models?cursor=2; rel=\"next\"".to_owned(),
        "<http://[>; rel=\"next\"".to_owned(),
        "<".to_owned(),
    ] {
        let sent = link.clone();
        let server = Server::start(move |_| page_of(&json!([])).header("Link", &sent));
        let page = ask_page(&server, None).await.unwrap();
        assert_eq!(page.next, None, "{link}");
        let forged = NextPage(Foreign::new(format!("{other}/api/models?cursor=2")));
        let error = ask_page(&server, Some(&forged)).await.unwrap_err();
        assert!(matches!(error, HubError::Strange { .. }), "{error:?}");
        assert_eq!(server.requests().len(), 1);
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn how_often_the_hub_may_be_asked_is_read_from_what_it_tells() {
    let server = Server::start(|_| page_of(&json!([])).header("RateLimit", r#""api";r=489;t=129"#));
    let before = Timestamp::now();
    let limit = ask_page(&server, None).await.unwrap().limit.unwrap();
    assert_eq!(limit.left, 489);
    let wait = Duration::try_from(limit.until.duration_since(before)).unwrap();
    assert!((129..150).contains(&wait.as_secs()), "{wait:?}");
    for odd in [
        "",
        "api",
        r#""api";r=-1;t=2"#,
        r#""api";r=1"#,
        r#""api";r=1;t=99999999999999"#,
    ] {
        let server = Server::start(move |_| page_of(&json!([])).header("RateLimit", odd));
        assert_eq!(ask_page(&server, None).await.unwrap().limit, None, "{odd}");
    }
}

#[tokio::test]
async fn a_refusal_says_how_long_to_wait() {
    let limited = Answer::text(429, "slow down").header("RateLimit", r#""api";r=0;t=42"#);
    let server = Server::start(move |_| limited.clone());
    let error = ask_page(&server, None).await.unwrap_err();
    let said = error.to_string();
    assert!(
        said.ends_with("was asked too often; it answers again in 42 s"),
        "{said}"
    );
    let server = Server::start(|_| Answer::tape("reported_429_hub_anonymous_ip"));
    let error = ask_page(&server, None).await.unwrap_err();
    assert!(
        matches!(error, HubError::Limited { wait: None, .. }),
        "{error:?}"
    );
    assert!(error.hint().is_some());
}

#[tokio::test]
async fn what_is_no_page_is_told_in_words() {
    let many = vec![b' '; 10 << 20];
    let server = Server::start(move |_| Answer::json(200, many.clone()));
    let error = ask_page(&server, None).await.unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("answered with more than 4194304 bytes"),
        "{said}"
    );
    for body in ["<html>", "{}", "", "null", "7"] {
        let server = Server::start(move |_| Answer::json(200, body));
        let error = ask_page(&server, None).await.unwrap_err();
        assert!(matches!(error, HubError::Strange { .. }), "{error:?}");
    }
    let server = Server::start(|_| Answer::json(200, "[").end(End::Cut));
    let error = ask_page(&server, None).await.unwrap_err();
    assert!(matches!(error, HubError::Http(_)), "{error:?}");
    let server = Server::start(|_| Answer::tape("reported_401_invalid_credentials"));
    let error = ask_page(&server, None).await.unwrap_err();
    assert!(matches!(error, HubError::BadToken { .. }), "{error:?}");
    let server = Server::start(|_| Answer::json(200, format!("[{}]", " ".repeat(10 << 20))));
    let error = ask_page(&server, None).await.unwrap_err();
    let is_too_large = matches!(error, HubError::Http(HttpError::TooLarge { .. }));
    assert!(is_too_large, "{error:?}");
    assert!(error.hint().unwrap().contains("a proxy"), "{error:?}");
}

#[tokio::test]
async fn recorded_models_are_read() {
    let llama = ask_model(Answer::tape("hub_model_expand_llama31_200_2026-10")).await;
    let llama = llama.unwrap();
    assert_eq!(llama.gate, Gate::Approval);
    assert_eq!(llama.licence.as_deref(), Some("llama3.1"));
    assert_eq!((llama.downloads, llama.likes), (Some(607_450), Some(2579)));
    let blip = ask_model(Answer::tape("hub_model_info_blip_base_200_2025-03")).await;
    assert_eq!(blip.unwrap().task.as_deref(), Some("image-to-text"));
    for (tape, providers) in [
        (
            "hub_mapping_llama31_8b_200_2026-08_ratelimit_headers",
            "deepinfra featherless-ai novita nscale",
        ),
        (
            "hub_mapping_qwen25_72b_200_2025-06_with_error_status",
            "fireworks-ai hf-inference hyperbolic nebius novita together",
        ),
        ("example_hub_mapping_gemma3", "featherless-ai scaleway"),
    ] {
        let model = ask_model(Answer::tape(tape)).await.unwrap();
        assert_eq!(model.providers.unwrap().join(" "), providers, "{tape}");
    }
    let none = json!({"id": "org/name", "inferenceProviderMapping": {}});
    let none = ask_model(page_of(&none)).await.unwrap();
    assert_eq!(none.providers, Some(Vec::new()));
}

#[tokio::test]
async fn what_a_model_was_made_from_is_found_wherever_it_is_told() {
    for told in [
        json!({"tags": ["base_model:org/base"]}),
        json!({"cardData": {"base_model": "org/base"}}),
        json!({"cardData": {"base_model": ["org/base", "org/base", 7]}}),
        json!({"baseModels": {"relation": "finetune", "models": [{"id": "org/base"}]}}),
        json!({"baseModels": [{"id": "org/base"}]}),
    ] {
        let mut body = told.clone();
        body["id"] = "org/name".into();
        let model = ask_model(page_of(&body)).await.unwrap();
        assert_eq!(model.base_models, ["org/base"], "{told}");
    }
}

#[tokio::test]
async fn a_renamed_model_is_found_under_its_new_name() {
    let server = Server::start(|request| {
        if request.path.starts_with("/api/models/org/name") {
            Answer::redirect(307, "/api/models/new/name")
        } else {
            page_of(&json!({"id": "new/name"}))
        }
    });
    let (http, hub) = hub(&server);
    let (model, _) = model(&http, &hub, None, "org/name").await.unwrap();
    assert_eq!(model.id, "new/name");
    let asked = query(&server.requests()[0].path);
    assert!(asked.contains(&("expand[]".to_owned(), "cardData".to_owned())));
}

#[tokio::test]
async fn a_model_that_is_not_shown_is_told_apart_from_one_that_is_gated() {
    for (tape, is_right) in [
        (
            "hub_401_missing_model_anonymous_2026-10",
            (|error| matches!(error, HubError::NoModel { .. })) as fn(&HubError) -> bool,
        ),
        ("hub_401_gated_repo_2026-10", |error| {
            matches!(error, HubError::Gated { .. })
        }),
        ("reported_401_invalid_credentials", |error| {
            matches!(error, HubError::BadToken { .. })
        }),
        ("reported_429_hub_anonymous_ip", |error| {
            matches!(error, HubError::Limited { .. })
        }),
    ] {
        let error = ask_model(Answer::tape(tape)).await.unwrap_err();
        assert!(is_right(&error), "{tape}: {error:?}");
        assert!(error.hint().is_some(), "{tape}");
    }
    let error = ask_model(Answer::json(404, "{}")).await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("shows no model called org/name")
    );
    let (http, hub) = hub(&Server::start(|_| Answer::json(200, "{}")));
    let error = model(&http, &hub, None, "gpt2").await.unwrap_err();
    assert!(matches!(error, HubError::NoModel { .. }), "{error:?}");
}
