use super::*;
use crate::http::HttpError;
use crate::http::server::{Answer, End, Server};

async fn ask_server(server: &Server) -> Result<Prices, HubError> {
    let router = format!("{}/v1", server.url()).parse().unwrap();
    prices(&Http::default(), &router).await
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
    Prices::read(&serde_json::from_str(&told).unwrap()).unwrap()
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
    let prices = Prices::read(&serde_json::from_str(told).unwrap()).unwrap();
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
