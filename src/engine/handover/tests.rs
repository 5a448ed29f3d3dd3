use std::fs;
use std::path::Path;

use jiff::Timestamp;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::domain::handover::{Clash, Existing, Fate, Form, Which};
use crate::domain::request::{CaptionRequest, Terms};
use crate::domain::review::{Change, Decision, Maker};
use crate::domain::run::RunId;
use crate::domain::text::Foreign;
use crate::inference::{Answer, Captioner};

/// An engine whose models caption with their own names, and an empty folder for pictures.
fn bench() -> (TempDir, Engine) {
    let home = tempfile::tempdir().unwrap();
    let captioner = Captioner::scripted(|request, _| {
        let caption = request.model.short_name();
        let finish_reason = (caption.raw() == "long").then(|| Foreign::new("length"));
        Box::pin(async move {
            Ok(Answer {
                caption,
                finish_reason,
                ..Answer::default()
            })
        })
    });
    let engine = Engine::scripted(&home.path().join("data"), captioner);
    fs::create_dir(home.path().join("photos")).unwrap();
    (home, engine)
}

fn picture(home: &TempDir, name: &str, shade: u8) -> ImageRef {
    let path = home.path().join("photos").join(name);
    let pixels = image::RgbImage::from_pixel(4, 3, image::Rgb([shade, 9, 9]));
    pixels.save(&path).unwrap();
    ImageRef::new(path)
}

async fn caption(engine: &Engine, image: &ImageRef, model: &str) -> RunId {
    let model = format!("org/{model}").parse().unwrap();
    let request = CaptionRequest::new(image.clone(), model, &Terms::default());
    let run = engine.caption(request, None, CancellationToken::new(), &|_| {});
    run.await.unwrap().id.unwrap()
}

async fn decide(engine: &Engine, run: RunId, decision: Decision) {
    let changes = vec![Change::decide(run, decision)];
    let review = engine.review(changes, Maker::Hand, Timestamp::UNIX_EPOCH);
    review.await.unwrap();
}

fn order(which: Which) -> Order {
    Order {
        which,
        folder: None,
        filter: None,
        form: Form::Txt,
        existing: Existing::Skip,
        clash: Clash::WholeName,
        place: Place::Beside,
    }
}

/// What would stand in each file.
async fn contents(engine: &Engine, which: Which) -> Vec<(String, String)> {
    let plan = engine.plan_handover(order(which)).await.unwrap();
    let content = |file: &crate::domain::handover::Planned| {
        let name = file.path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, file.content.clone().unwrap().trim().to_owned())
    };
    plan.files.iter().map(content).collect()
}

#[tokio::test]
async fn the_accepted_caption_goes_wherever_its_picture_lies() {
    let (home, engine) = bench();
    let (cat, dog) = (picture(&home, "cat.png", 1), picture(&home, "dog.png", 2));
    let first = caption(&engine, &cat, "first").await;
    let second = caption(&engine, &cat, "second").await;
    caption(&engine, &dog, "long").await;
    let tell = |files: &[(&str, &str)]| -> Vec<(String, String)> {
        let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        files.iter().map(own).collect()
    };
    assert_eq!(contents(&engine, Which::Accepted).await, []);
    let newest = contents(&engine, Which::Newest).await;
    assert_eq!(newest, tell(&[("cat.txt", "second"), ("dog.txt", "long")]));
    decide(&engine, second, Decision::Rejected).await;
    let newest = contents(&engine, Which::Newest).await;
    assert_eq!(newest, tell(&[("cat.txt", "first"), ("dog.txt", "long")]));
    let third = caption(&engine, &cat, "third").await;
    let all = contents(&engine, Which::All).await;
    let [one, three] = [first, third].map(|run| format!("cat.png.{}.txt", run.0));
    assert_eq!(
        all,
        tell(&[(&one, "first"), (&three, "third"), ("dog.txt", "long")])
    );
    decide(&engine, first, Decision::Accepted).await;
    let copy = ImageRef::new(home.path().join("photos/copy.png"));
    fs::copy(cat.path(), copy.path()).unwrap();
    caption(&engine, &copy, "fourth").await;
    let accepted = contents(&engine, Which::Accepted).await;
    assert_eq!(
        accepted,
        tell(&[("cat.txt", "first"), ("copy.txt", "first")])
    );
    let plan = engine.plan_handover(order(Which::Newest)).await.unwrap();
    let doubtful: Vec<_> = plan
        .doubtful
        .iter()
        .map(|doubt| doubt.image.name())
        .collect();
    assert_eq!((plan.captions, doubtful), (3, vec![dog.name()]));
}

#[tokio::test]
async fn a_person_s_words_are_handed_over_instead_of_the_model_s() {
    let (home, engine) = bench();
    let cat = picture(&home, "cat.png", 1);
    let run = caption(&engine, &cat, "model").await;
    let change = Change {
        run,
        decision: None,
        caption: Some(Foreign::new("a ginger cat\r\n")),
    };
    let review = engine.review(vec![change], Maker::Hand, Timestamp::UNIX_EPOCH);
    review.await.unwrap();
    let files = contents(&engine, Which::Newest).await;
    assert_eq!(files[0].1, "a ginger cat");
}

#[tokio::test]
async fn who_stops_it_keeps_what_is_written() {
    let (home, engine) = bench();
    for (name, shade) in [("a.png", 1), ("b.png", 2), ("c.png", 3)] {
        caption(&engine, &picture(&home, name, shade), "model").await;
    }
    let plan = engine.plan_handover(order(Which::Newest)).await.unwrap();
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let summary = engine.hand_over(plan.clone(), cancel, move |_| stop.cancel());
    let summary = summary.await.unwrap();
    assert_eq!((summary.written, summary.not_begun), (1, 2));
    // What the first plan says of a.txt is not true any more.
    let summary = engine
        .hand_over(plan, CancellationToken::new(), |_| {})
        .await
        .unwrap();
    assert_eq!((summary.written, summary.failed.len()), (2, 1));
    let (path, why) = &summary.failed[0];
    assert_eq!(path, &home.path().join("photos/a.txt"));
    assert!(
        why.raw().ends_with("has changed since it was looked at"),
        "{why:?}"
    );
    assert!(Path::new(&home.path().join("photos/c.txt")).is_file());
}

fn names(files: &[crate::domain::handover::Planned], home: &TempDir) -> Vec<String> {
    let name = |file: &crate::domain::handover::Planned| {
        let name = file.path.strip_prefix(home.path()).unwrap();
        name.to_str().unwrap().to_owned()
    };
    files.iter().map(name).collect()
}

/// A folder was opened: history meets what lies there.
async fn open(engine: &Engine, image: &ImageRef) {
    let name = image.path().file_name().unwrap().to_owned();
    let folder = image.folder().to_owned();
    let recognise = engine.recognise(folder, vec![name], CancellationToken::new(), |_| {});
    recognise.await.unwrap();
}

#[tokio::test]
async fn a_sidecar_goes_beside_its_picture_wherever_that_was_moved() {
    let (home, engine) = bench();
    let cat = picture(&home, "cat.png", 1);
    caption(&engine, &cat, "first").await;
    fs::create_dir(home.path().join("pets")).unwrap();
    let tiger = ImageRef::new(home.path().join("pets/tiger.png"));
    fs::rename(cat.path(), tiger.path()).unwrap();

    // History has not met it yet.
    let plan = engine.plan_handover(order(Which::Newest)).await.unwrap();
    assert_eq!(plan.left_out, [(cat.clone(), LeftOut::Gone)]);
    assert_eq!((plan.files.len(), plan.moved.len()), (0, 0));

    open(&engine, &tiger).await;
    let moved = Moved {
        from: cat.clone(),
        to: tiger.clone(),
    };
    // Another picture where it lay is not it.
    for _ in 0..2 {
        let plan = engine.plan_handover(order(Which::Newest)).await.unwrap();
        assert_eq!(names(&plan.files, &home), ["pets/tiger.txt"]);
        assert_eq!(plan.moved, std::slice::from_ref(&moved));
        assert_eq!(plan.left_out, []);
        picture(&home, "cat.png", 2);
    }

    // In both places it is one picture with one caption.
    caption(&engine, &tiger, "second").await;
    let plan = engine.plan_handover(order(Which::Newest)).await.unwrap();
    let contents: Vec<_> = plan.files.iter().map(|it| it.content.as_deref()).collect();
    assert_eq!(contents, [Some("second\n")]);
}

#[tokio::test]
async fn the_folder_of_an_order_is_the_one_where_pictures_lie_now() {
    let (home, engine) = bench();
    let cat = picture(&home, "cat.png", 1);
    let run = caption(&engine, &cat, "first").await;
    decide(&engine, run, Decision::Accepted).await;
    let (photos, pets) = (home.path().join("photos"), home.path().join("pets"));
    fs::create_dir(&pets).unwrap();
    let there = ImageRef::new(pets.join("cat.png"));
    fs::rename(cat.path(), there.path()).unwrap();
    open(&engine, &there).await;
    for which in Which::ALL {
        let below = |folder: &Path| Order {
            folder: Some(folder.to_owned()),
            ..order(which)
        };
        let plan = engine.plan_handover(below(&pets)).await.unwrap();
        assert_eq!(names(&plan.files, &home), ["pets/cat.txt"], "{which:?}");
        let plan = engine.plan_handover(below(&photos)).await.unwrap();
        assert_eq!(plan.files, [], "nothing is written outside of the folder");
        assert_eq!(plan.left_out, [(cat.clone(), LeftOut::Outside)]);

        let table = Order {
            form: Form::Csv,
            place: Place::File(home.path().join("captions.csv")),
            ..below(&pets)
        };
        assert_eq!(engine.plan_handover(table).await.unwrap().captions, 1);
    }
}

#[tokio::test]
async fn a_second_time_changes_nothing_however_long_a_caption_is() {
    let (home, engine) = bench();
    let run = caption(&engine, &picture(&home, "cat.png", 1), "model").await;
    let change = Change {
        run,
        decision: None,
        caption: Some(Foreign::new("a cat ".repeat(400_000))),
    };
    let review = engine.review(vec![change], Maker::Hand, Timestamp::UNIX_EPOCH);
    review.await.unwrap();
    for form in [Form::Txt, Form::Metadata] {
        let order = Order {
            form,
            existing: Existing::Append,
            ..order(Which::Newest)
        };
        let plan = engine.plan_handover(order.clone()).await.unwrap();
        let written = engine.hand_over(plan, CancellationToken::new(), |_| {});
        assert_eq!(written.await.unwrap().written, 1);
        let again = engine.plan_handover(order).await.unwrap();
        let fates: Vec<_> = again.files.iter().map(|file| file.fate.clone()).collect();
        assert_eq!(fates, [Fate::Same]);
    }
}
