use super::*;
use crate::domain::model::Route;
use crate::http::HttpError;
use crate::http::server::{Answer, End, Server};

/// The list of a router.
#[derive(Debug)]
struct Prices(Vec<Served>);

impl Prices {
    fn of(&self, id: &str, route: &Route) -> Price {
        let model = self.0.iter().find(|model| model.id == id);
        model.map_or(Price::Unknown, |model| model.price(route))
    }
}

async fn ask_server(server: &Server) -> Result<Prices, HubError> {
    let router = format!("{}/v1", server.url()).parse().unwrap();
    models(&Http::default(), &router).await.map(Prices)
}

fn usage(input: u64, output: u64) -> Price {
    Price::Usage { input, output }
}

fn at(provider: &str) -> Route {
    Route::Provider(provider.to_owned())
}

/// The prices of one model `a/b` with these providers.
fn with(providers: &str) -> Prices {
    let told = format!(r#"{{"data": [{{"id": "a/b", "providers": [{providers}]}}]}}"#);
    Prices(read(&serde_json::from_str(&told).unwrap()).unwrap())
}

fn live(provider: &str, input: &str, output: &str) -> String {
    format!(
        r#"{{"provider": "{provider}", "status": "live",
            "pricing": {{"input": {input}, "output": {output}}}}}"#
    )
}

#[tokio::test]
async fn prices_are_asked_for_without_a_token() {
    let server = Server::start(|_| Answer::tape("example_router_v1_models_200"));
    ask_server(&server).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].path, "/v1/models");
    assert_eq!(requests[0].header("authorization"), None);
}

#[tokio::test]
async fn the_recorded_list_has_the_prices_of_named_providers() {
    let server = Server::start(|_| Answer::tape("example_router_v1_models_200"));
    let prices = ask_server(&server).await.unwrap();
    let qwen = "Qwen/Qwen3.8-27B";
    for (id, route, expected) in [
        (qwen, at("novita"), usage(420_000, 3_000_000)),
        (qwen, at("cerebras"), usage(990_000, 1_490_000)),
        (qwen, at("featherless-ai"), Price::Unknown),
        (qwen, at("groq"), Price::Unknown),
        (qwen, Route::Default, usage(990_000, 3_000_000)),
        ("nobody/nothing", Route::Default, Price::Unknown),
    ] {
        assert_eq!(prices.of(id, &route), expected, "{id} {route:?}");
    }
}

#[test]
fn where_nobody_is_named_the_dearest_of_each_counts() {
    let two = [live("x", "0.42", "3"), live("y", "0.99", "1.49")].join(",");
    let down = r#"{"provider": "z", "status": "error", "pricing": {"input": 9, "output": 9}}"#;
    let prices = with(&format!("{two},{down}"));
    for route in [
        Route::Default,
        Route::Fastest,
        Route::Cheapest,
        Route::Preferred,
    ] {
        assert_eq!(prices.of("a/b", &route), usage(990_000, 3_000_000));
    }
    assert_eq!(prices.of("a/b", &at("z")), Price::Unknown);
}

#[test]
fn who_names_no_price_does_not_hide_what_the_others_take() {
    let known = live("x", "1", "1");
    for unknown in [
        r#"{"provider": "y", "status": "live"}"#,
        &live("y", "-1", "1"),
        &live("y", "\"1\"", "1"),
        &live("y", "null", "1"),
        &live("y", "1", "1e300"),
    ] {
        for order in [[&known, unknown], [unknown, &known]] {
            let prices = with(&order.join(","));
            assert_eq!(
                prices.of("a/b", &Route::Default),
                usage(1_000_000, 1_000_000)
            );
            assert_eq!(prices.of("a/b", &at("y")), Price::Unknown);
        }
        let alone = with(unknown);
        assert_eq!(alone.of("a/b", &Route::Default), Price::Unknown);
    }
    assert_eq!(with("").of("a/b", &Route::Default), Price::Unknown);
}

#[test]
fn free_is_free_unless_a_dearer_provider_may_be_chosen() {
    let free = r#"{"provider": "y", "status": "live", "is_free": true}"#;
    assert_eq!(with(free).of("a/b", &Route::Default), Price::Free);
    let both = with(&format!("{free},{}", live("x", "1", "0")));
    assert_eq!(both.of("a/b", &Route::Default), usage(1_000_000, 0));
    assert_eq!(both.of("a/b", &at("y")), Price::Free);
}

#[test]
fn what_is_wrong_in_the_list_is_passed_over() {
    let told = r#"{"data": [7, {"id": 7}, {"id": "c/d"}, {"id": "a/b", "providers": [7, {"status":
        "live"}, {"provider": "x", "status": "live", "pricing": {"input": 0, "output": 0.1}}]}]}"#;
    let prices = Prices(read(&serde_json::from_str(told).unwrap()).unwrap());
    assert_eq!(prices.of("a/b", &Route::Default), usage(0, 100_000));
    assert_eq!(prices.of("c/d", &Route::Default), Price::Unknown);
}

#[tokio::test]
async fn what_is_no_list_of_models_is_an_error() {
    for body in ["<html>", "{}", "[]", r#"{"data": {}}"#] {
        let server = Server::start(move |_| Answer::json(200, body));
        let error = ask_server(&server).await.unwrap_err();
        assert!(matches!(error, HubError::Strange { .. }), "{error:?}");
    }
    let endless = Server::start(|_| Answer::json(200, " ".repeat(1 << 20)).end(End::Endless));
    let error = ask_server(&endless).await.unwrap_err();
    let HubError::Http(HttpError::TooLarge { most, .. }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(most, LARGEST);
}

#[tokio::test]
async fn the_recorded_list_tells_who_sees_and_how_fast_each_provider_is() {
    let server = Server::start(|_| Answer::tape("example_router_v1_models_200"));
    let Prices(models) = ask_server(&server).await.unwrap();
    let [qwen, deepseek] = &models[..] else {
        panic!("{models:?}");
    };
    assert!(qwen.is_live() && !deepseek.sees && !deepseek.is_live());
    let created = "2026-08-05T08:22:59Z".parse().ok();
    assert_eq!(qwen.created, created);
    let [novita, _, featherless] = &qwen.offers[..] else {
        panic!("{qwen:?}");
    };
    let facts = (novita.context, novita.latency_ms, novita.throughput);
    assert_eq!(facts, (Some(1_000_000), Some(762.6), Some(39.32)));
    let facts = (
        featherless.context,
        featherless.latency_ms,
        featherless.throughput,
    );
    assert_eq!(facts, (None, None, None));
    assert!(featherless.live);
}

#[test]
fn unknown_statuses_are_down_and_names_that_nobody_could_write_are_passed_over() {
    let told = r#"{"data": [
        {"id": "a/\u001b[2J", "providers": []}, {"id": "a/b:c", "providers": []},
        {"id": "nobody", "providers": []}, {"id": "builtin/describe"},
        {"id": "a/b", "created": "soon", "architecture": {"input_modalities": "image"}, "providers": {}},
        {"id": "c/d", "architecture": {"input_modalities": ["image", "smell"]}, "later": 1, "providers": [
            {"provider": "x", "status": "staging", "first_token_latency_ms": -1, "throughput": "fast"},
            {"provider": "\u001b[31m", "status": "live"}]}
    ]}"#;
    let models = read(&serde_json::from_str(told).unwrap()).unwrap();
    let ids: Vec<_> = models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["a/b", "c/d"]);
    assert!(models[0].offers.is_empty() && !models[0].sees && models[0].created.is_none());
    let [offer] = &models[1].offers[..] else {
        panic!("{models:?}");
    };
    assert!(models[1].sees && !offer.live && !models[1].is_live());
    assert_eq!((offer.latency_ms, offer.throughput), (None, None));
}
