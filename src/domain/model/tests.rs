use super::*;

fn parsed(written: &str) -> Result<ModelRef, ModelRefError> {
    written.parse()
}

#[test]
fn every_form_parses_and_is_written_back_the_same() {
    for written in [
        "builtin/describe",
        "Qwen/Qwen3-VL-8B-Instruct",
        "Qwen/Qwen3-VL-8B-Instruct:cheapest",
        "Qwen/Qwen3-VL-8B-Instruct:fastest",
        "Qwen/Qwen3-VL-8B-Instruct:preferred",
        "google/gemma-4-31B-it:novita",
        "endpoint:lab",
        "http://127.0.0.1:8080/predict/x=1",
        "https://abc.eu.aws.endpoints.huggingface.cloud",
    ] {
        assert_eq!(parsed(written).unwrap().name().raw(), written);
    }
}

#[test]
fn a_pinned_provider_is_kept_apart_from_the_name() {
    assert_eq!(
        parsed("google/gemma-4-31B-it:novita"),
        Ok(ModelRef::Hub {
            id: "google/gemma-4-31B-it".into(),
            route: Route::Provider("novita".into()),
        })
    );
}

#[test]
fn what_is_no_model_is_refused_with_what_to_write() {
    for written in [
        "",
        "blip",
        "a/b/c",
        "a/",
        "/b",
        "a b/c",
        "endpoint:",
        "endpoint:a b",
        "https://",
        "https://a b",
        "a/b:",
        "a/b:c:d",
        "a/b\u{1b}[2J",
    ] {
        let error = parsed(written).unwrap_err();
        assert!(
            matches!(error, ModelRefError::Shape(_)),
            "{written:?}: {error}"
        );
        assert!(!error.to_string().contains('\u{1b}'));
    }
    assert_eq!(
        parsed("builtin/blip").unwrap_err().to_string(),
        "nothing called `blip` is built in; there is builtin/describe"
    );
}

#[test]
fn short_names_tell_models_apart() {
    let short = |written: &str| parsed(written).unwrap().short_name().raw().to_owned();
    assert_eq!(short("builtin/describe"), "describe");
    assert_eq!(short("Qwen/Qwen3-VL-8B:novita"), "Qwen3-VL-8B");
    assert_eq!(short("http://127.0.0.1:8080/"), "127.0.0.1:8080/");
}

#[test]
fn prices_fit_a_narrow_column() {
    let usage = |output| Price::Usage { input: 0, output }.to_string();
    assert_eq!(usage(120_000), "$0.12");
    assert_eq!(usage(12_345_678), "$12.35");
    assert_eq!(format!("{:>6}", Price::Free), "  free");
}

#[test]
fn an_address_with_a_secret_in_it_is_no_model() {
    for written in [
        "https://me:secret@lab/x",
        "http://me@lab",
        "http://lab/x?key=secret",
        "https://lab?secret",
    ] {
        let error = parsed(written).unwrap_err();
        assert_eq!(error, ModelRefError::Secret);
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert!(parsed("https://lab/a@b").is_ok());
}
