use std::fs;

use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::domain::request::Terms;
use crate::inference::{Answer, Captioner};

/// An engine whose models repeat their prompt, and a picture.
struct Bench {
    /// Holds everything, for as long as the bench is there.
    _home: TempDir,
    engine: Engine,
    picture: ImageRef,
}

impl Bench {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("summer");
        fs::create_dir(&folder).unwrap();
        let path = folder.join("my cat.png");
        image::RgbImage::new(4, 3).save(&path).unwrap();
        let repeat = Captioner::scripted(|request, _| {
            let caption = Foreign::new(format!("so {}", request.prompt.text));
            Box::pin(async move {
                Ok(Answer {
                    caption,
                    ..Answer::default()
                })
            })
        });
        Self {
            engine: Engine::scripted(home.path(), repeat),
            picture: ImageRef::new(path),
            _home: home,
        }
    }

    fn request(&self, model: &str, prompt: &str) -> CaptionRequest {
        let terms = Terms {
            prompt: Prompt {
                text: prompt.to_owned(),
                system: Some("Of {folder}.".to_owned()),
            },
            ..Terms::default()
        };
        CaptionRequest::new(self.picture.clone(), model.parse().unwrap(), &terms)
    }

    async fn ask(&self, model: &str, prompt: &str) -> Run {
        let (request, cancel) = (self.request(model, prompt), CancellationToken::new());
        let run = self.engine.caption(request, None, cancel, &|_| {}).await;
        run.unwrap()
    }

    /// The prompt that went out.
    async fn sent(&self, model: &str, prompt: &str) -> String {
        let run = self.ask(model, prompt).await;
        assert_eq!(run.outcome, Outcome::Captioned, "{:?}", run.failure);
        run.request.prompt.text
    }

    fn beside(&self, ending: &str, text: &str) {
        fs::write(self.picture.path().with_extension(ending), text).unwrap();
    }
}

#[tokio::test]
async fn a_prompt_is_filled_in_before_it_goes_out_and_history_keeps_what_went() {
    let bench = Bench::new();
    let run = bench.ask("org/name", "Is {filename} in {folder}?").await;
    assert_eq!(run.caption.raw(), "so Is my cat in summer?");
    let kept = bench.engine.runs_of(&bench.picture).await.unwrap();
    assert_eq!(kept[0].request.prompt, run.request.prompt);
    assert_eq!(run.request.prompt.system.as_deref(), Some("Of summer."));
}

#[tokio::test]
async fn the_caption_beside_a_picture_comes_before_the_newest_in_history() {
    let bench = Bench::new();
    bench.sent("org/name", "one").await;
    bench.sent("org/name", "two").await;
    assert_eq!(bench.sent("org/name", "{caption}!").await, "so two!");
    bench.beside("caption", "beside\n");
    assert_eq!(bench.sent("org/name", "{caption}!").await, "beside!");
    bench.beside("txt", "before it");
    assert_eq!(bench.sent("org/name", "{caption}!").await, "before it!");
}

#[tokio::test]
async fn what_a_prompt_made_of_a_caption_is_not_its_next_caption() {
    let bench = Bench::new();
    bench.sent("org/name", "a cat").await;
    for model in ["org/name", "org/other", "org/name"] {
        assert_eq!(
            bench.sent(model, "Shorten: {caption}").await,
            "Shorten: so a cat"
        );
    }
    let again = bench.request("org/other", "Shorten: {caption}");
    assert!(bench.engine.holds(&again).await);
    assert_eq!(
        bench.sent("org/name", "Translate: {caption}").await,
        "Translate: so Shorten: so a cat"
    );
    bench.sent("org/name", "a dog").await;
    assert!(!bench.engine.holds(&again).await);
    assert_eq!(
        bench.sent("org/name", "Shorten: {caption}").await,
        "Shorten: so a dog"
    );
}

#[tokio::test]
async fn a_picture_without_a_caption_fails_before_anything_is_sent() {
    let bench = Bench::new();
    let run = bench.ask("org/name", "{caption}!").await;
    assert_eq!((run.outcome, run.sent), (Outcome::Failed, None));
    assert!(run.id.is_some() && run.image_id.is_some());
    let failure = run.failure.unwrap();
    assert_eq!(failure.kind, "no-caption-yet");
    assert!(
        failure
            .message
            .raw()
            .contains("write one into my cat.txt beside it")
    );
    assert!(
        !bench
            .engine
            .holds(&bench.request("org/name", "{caption}!"))
            .await
    );
}

#[tokio::test]
async fn a_model_that_takes_no_prompt_is_told_nothing() {
    let bench = Bench::new();
    let run = bench.ask("builtin/describe", "{caption}!").await;
    assert_eq!(run.outcome, Outcome::Captioned);
    let told = |model: &str| {
        let requests = [bench.request(model, "{filename}")];
        bench.engine.tells(&requests)
    };
    assert_eq!(told("https://example.com/blip"), BTreeSet::new());
    let both = [Variable::Filename, Variable::Folder].into();
    assert_eq!(told("org/name"), both);
}
